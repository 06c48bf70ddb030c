// MUTANT 5.3  Looks, and goes on the list a moment later.
// SAYS   was posted at the very instant of asking
// EXERCISE 5.3  Nothing falls into the gap
List<Message> next(Context ctx, long after, long until) throws InterruptedException {
    List<Message> there = feed.after(after, PAGE);
    if (!there.isEmpty()) return there;
    try (Waiting.Place place = waiting.take(ctx)) {
        place.sleep(left(until));
    }
    return feed.after(after, PAGE);
}
// END 5.3
