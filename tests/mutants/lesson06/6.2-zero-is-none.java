// MUTANT 6.2  Takes 0 for no id.
// SAYS   in answer to “Last-Event-ID: 0”
// EXERCISE 6.2  Resume
long place(Context ctx) {
    String last = ctx.header("Last-Event-ID");
    if (last == null) last = ctx.queryParam("lastEventId");
    if (last == null) return feed.newest();
    long id = Query.number("The last event's id", last);
    if (id == 0) return feed.newest();
    return id <= feed.newest() ? id : 0;
}
// END 6.2
