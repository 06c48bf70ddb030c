// MUTANT 5.1  Looks again every two seconds, and nobody wakes it.
// SAYS   must be answered
// EXERCISE 5.1  Hold the request
List<Message> hold(Context ctx, long after, long until) throws InterruptedException {
    List<Message> page = feed.after(after, PAGE);
    while (page.isEmpty() && left(until) > 0) {
        Thread.sleep(2_000);
        page = feed.after(after, PAGE);
    }
    return page;
}

void ring() {
}
// END 5.1
