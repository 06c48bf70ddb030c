// MUTANT 6.2  Begins with the event that the client has seen.
// SAYS   next, but got
// EXERCISE 6.2  Resume
long place(Context ctx) {
    String last = ctx.header("Last-Event-ID");
    if (last == null) last = ctx.queryParam("lastEventId");
    if (last == null) return feed.newest();
    long id = Query.number("The last event's id", last);
    return id <= feed.newest() ? Math.max(0, id - 1) : 0;
}
// END 6.2
