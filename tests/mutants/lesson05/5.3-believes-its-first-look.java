// MUTANT 5.3  Looks once, without the lock, and believes that look after it has waited for the lock.
// SAYS   was posted at the very instant of asking
// EXERCISE 5.3  Nothing falls into the gap
List<Message> next(long after, long until) throws InterruptedException {
    boolean nothing = feed.size() <= after;
    Thread.sleep(1); // as others would take who have the lock
    synchronized (feed) {
        long left = left(until);
        if (nothing && left > 0) feed.wait(left);
        return after(after, PAGE);
    }
}
// END 5.3
