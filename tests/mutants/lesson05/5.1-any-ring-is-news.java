// MUTANT 5.1  Takes each ring for news, and answers 204 to whom it brings none.
// SAYS   is not newer than its after
// EXERCISE 5.1  Hold the request
List<Message> hold(long after, long until) throws InterruptedException {
    return next(after, until);
}

void ring() {
    bell.getAndSet(new CountDownLatch(1)).countDown();
}
// END 5.1
