// MUTANT 5.1  Answers all that is there, however much that is.
// SAYS   so a page holds 100
// EXERCISE 5.1  Hold the request
List<Message> hold(long after, long until) throws InterruptedException {
    List<Message> page = next(after, until);
    while (page.isEmpty() && left(until) > 0) page = next(after, until);
    return page.isEmpty() ? page : after(after, 1_000_000);
}

void ring() {
    bell.getAndSet(new CountDownLatch(1)).countDown();
}
// END 5.1
