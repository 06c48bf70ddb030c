// MUTANT 6.2  Reads whatever Java takes for a number.
// SAYS   is no number of 1 to 18 digits
// EXERCISE 6.2  Resume
long place(Context ctx) {
    String last = ctx.header("Last-Event-ID");
    if (last == null) last = ctx.queryParam("lastEventId");
    if (last == null) return feed.newest();
    long id;
    try {
        id = Math.max(0, Long.parseLong(last));
    } catch (NumberFormatException none) {
        throw new BadRequestResponse("The last event's id is no number.");
    }
    return id <= feed.newest() ? id : 0;
}
// END 6.2
