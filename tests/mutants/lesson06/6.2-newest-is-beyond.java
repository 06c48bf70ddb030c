// MUTANT 6.2  Takes the newest id for one from before a restart.
// SAYS   which was the newest, expected message
// EXERCISE 6.2  Resume
long place(Context ctx) {
    String last = ctx.header("Last-Event-ID");
    if (last == null) last = ctx.queryParam("lastEventId");
    if (last == null) return feed.newest();
    long id = Query.number("The last event's id", last);
    return id < feed.newest() ? id : 0;
}
// END 6.2
