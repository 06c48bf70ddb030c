// MUTANT 5.1  Wakes 25 of those who wait, so that not all of them run at once.
// SAYS   must be answered: message
// EXERCISE 5.1  Hold the request
List<Message> hold(long after, long until) throws InterruptedException {
    List<Message> page = next(after, until);
    while (page.isEmpty() && left(until) > 0) page = next(after, until);
    return page;
}

void ring() {
    synchronized (feed) {
        for (int i = 0; i < 25; i++) feed.notify();
    }
}
// END 5.1
