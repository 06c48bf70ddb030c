// MUTANT 5.3  Looks again after a wait, but each wait begins without a look.
// SAYS   was posted at the very instant of asking
// EXERCISE 5.3  Nothing falls into the gap
List<Message> next(long after, long until) throws InterruptedException {
    List<Message> there = after(after, PAGE);
    while (there.isEmpty() && left(until) > 0) {
        LockSupport.parkNanos(1_000_000); // a way to see whether anybody is still there
        synchronized (feed) {
            feed.wait(Math.max(1, left(until)));
            there = after(after, PAGE);
        }
    }
    return there;
}
// END 5.3
