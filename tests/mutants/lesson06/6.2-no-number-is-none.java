// MUTANT 6.2  Takes what is no number for no id.
// SAYS   is no number of 1 to 18 digits
// EXERCISE 6.2  Resume
long place(Context ctx) {
    String last = ctx.header("Last-Event-ID");
    if (last == null) last = ctx.queryParam("lastEventId");
    if (last == null || !last.matches("[0-9]{1,18}")) return feed.newest();
    long id = Query.number("The last event's id", last);
    return id <= feed.newest() ? id : 0;
}
// END 6.2
