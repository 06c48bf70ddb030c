// MUTANT 6.2  Lets the address beat the header.
// SAYS   next, but got
// EXERCISE 6.2  Resume
long place(Context ctx) {
    String last = ctx.queryParam("lastEventId");
    if (last == null) last = ctx.header("Last-Event-ID");
    if (last == null) return feed.newest();
    long id = Query.number("The last event's id", last);
    return id <= feed.newest() ? id : 0;
}
// END 6.2
