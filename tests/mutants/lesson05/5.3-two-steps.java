// MUTANT 5.3  Looks under the lock and waits under the lock, but gives it back between the two.
// SAYS   was posted at the very instant of asking
// EXERCISE 5.3  Nothing falls into the gap
List<Message> next(long after, long until) throws InterruptedException {
    boolean nothing;
    synchronized (feed) {
        nothing = feed.size() <= after;
    }
    if (nothing && left(until) > 0) {
        Thread.sleep(1); // as a line in a log would take
        synchronized (feed) {
            feed.wait(Math.max(1, left(until)));
        }
    }
    return after(after, PAGE);
}
// END 5.3
