// MUTANT 6.2  Knows the header alone.
// SAYS   in answer to /events?lastEventId=
// EXERCISE 6.2  Resume
long place(Context ctx) {
    String last = ctx.header("Last-Event-ID");
    if (last == null) return feed.newest();
    long id = Query.number("The last event's id", last);
    return id <= feed.newest() ? id : 0;
}
// END 6.2
