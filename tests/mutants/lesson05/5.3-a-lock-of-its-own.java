// MUTANT 5.3  Looks and goes on the list under a lock, which those who write do not have.
// SAYS   was posted at the very instant of asking
// EXERCISE 5.3  Nothing falls into the gap
final Object lock = new Object();

List<Message> next(Context ctx, long after, long until) throws InterruptedException {
    Waiting.Place place;
    synchronized (lock) {
        List<Message> there = feed.after(after, PAGE);
        if (!there.isEmpty()) return there;
        place = waiting.take(ctx);
    }
    try (place) {
        place.sleep(left(until));
    }
    return feed.after(after, PAGE);
}
// END 5.3
