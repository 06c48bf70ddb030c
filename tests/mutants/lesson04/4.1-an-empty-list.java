// MUTANT 4.1  Answers an empty list where nothing is new.
// SAYS   the answer is 204
// EXERCISE 4.1  Only what is new
void list(Context ctx) {
    long after = cursor(ctx.queryParam("after"));
    ctx.header("Cache-Control", "no-store"); // news that a cache has kept is none
    List<Message> news;
    synchronized (feed) {
        int from = (int) Math.min(after, feed.size());
        news = List.copyOf(feed.subList(from, Math.min(feed.size(), from + PAGE)));
    }
    ctx.json(news);
}

long cursor(String after) {
    if (after == null) return 0; // who knows nothing yet
    if (!after.matches("[0-9]{1,18}")) { // so many digits always fit into a long
        throw new BadRequestResponse("after is a whole number of 1 to 18 digits.");
    }
    return Long.parseLong(after);
}
// END 4.1
