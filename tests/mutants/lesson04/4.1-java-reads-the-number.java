// MUTANT 4.1  Takes what Long.parseLong takes, a sign and other digits.
// SAYS   must be refused with 400
// EXERCISE 4.1  Only what is new
void list(Context ctx) {
    long after = cursor(ctx.queryParam("after"));
    ctx.header("Cache-Control", "no-store"); // news that a cache has kept is none
    List<Message> news;
    synchronized (feed) {
        int from = (int) Math.min(after, feed.size());
        news = List.copyOf(feed.subList(from, Math.min(feed.size(), from + PAGE)));
    }
    if (news.isEmpty()) ctx.status(204); // no Content: a head, and nothing to parse
    else ctx.json(news);
}

long cursor(String after) {
    if (after == null) return 0; // who knows nothing yet
    try {
        return Math.max(0, Long.parseLong(after));
    } catch (NumberFormatException noNumber) {
        throw new BadRequestResponse("after is no number.");
    }
}
// END 4.1
