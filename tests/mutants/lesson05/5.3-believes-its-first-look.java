// MUTANT 5.3  Has the bell in hand before it waits, but believes a look from before that.
// SAYS   was posted at the very instant of asking
// EXERCISE 5.3  Nothing falls into the gap
List<Message> next(long after, long until) throws InterruptedException {
    boolean nothing = feed.size() <= after;
    Thread.sleep(1); // as others would take who have the lock
    CountDownLatch ring = bell.get();
    if (nothing) ring.await(left(until), TimeUnit.MILLISECONDS);
    return after(after, PAGE);
}
// END 5.3
