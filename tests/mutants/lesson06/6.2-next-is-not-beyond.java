// MUTANT 6.2  Takes the id behind the newest for one that it knows.
// SAYS   is from before a restart
// EXERCISE 6.2  Resume
long place(Context ctx) {
    String last = ctx.header("Last-Event-ID");
    if (last == null) last = ctx.queryParam("lastEventId");
    if (last == null) return feed.newest();
    long id = Query.number("The last event's id", last);
    return id <= feed.newest() + 1 ? id : 0;
}
// END 6.2
