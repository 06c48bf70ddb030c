// MUTANT 5.3  Looks, and reaches for the bell a moment later.
// SAYS   was posted at the very instant of asking
// EXERCISE 5.3  Nothing falls into the gap
List<Message> next(long after, long until) throws InterruptedException {
    List<Message> there = after(after, PAGE);
    if (!there.isEmpty()) return there;
    Thread.sleep(1); // as a line in a log would take
    CountDownLatch ring = bell.get();
    ring.await(left(until), TimeUnit.MILLISECONDS);
    return after(after, PAGE);
}
// END 5.3
