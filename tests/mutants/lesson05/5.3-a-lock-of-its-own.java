// MUTANT 5.3  Looks and waits under a lock, but the lock is not the one of those who write.
// SAYS   was posted at the very instant of asking
// EXERCISE 5.3  Nothing falls into the gap
List<Message> next(long after, long until) throws InterruptedException {
    var lock = new Object();
    synchronized (lock) {
        List<Message> there = after(after, PAGE);
        if (!there.isEmpty()) return there;
        LockSupport.parkNanos(1_000_000); // as long as a full disk would take
        bell.get().await(left(until), TimeUnit.MILLISECONDS);
    }
    return after(after, PAGE);
}
// END 5.3
