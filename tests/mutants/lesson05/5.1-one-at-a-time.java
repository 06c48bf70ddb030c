// MUTANT 5.1  Answers one message, however many are there: the next one takes a request more.
// SAYS   so a page holds 100
// EXERCISE 5.1  Hold the request
List<Message> hold(Context ctx, long after, long until) throws InterruptedException {
    List<Message> page = next(ctx, after, until);
    while (page.isEmpty() && left(until) > 0) page = next(ctx, after, until);
    return page.isEmpty() ? page : page.subList(0, 1);
}

void ring() {
    waiting.wakeAll();
}
// END 5.1
