// MUTANT 5.1  Answers all that is there, however much that is.
// SAYS   so a page holds 100
// EXERCISE 5.1  Hold the request
List<Message> hold(Context ctx, long after, long until) throws InterruptedException {
    List<Message> page = next(ctx, after, until);
    while (page.isEmpty() && left(until) > 0) page = next(ctx, after, until);
    return page.isEmpty() ? page : feed.after(after, 1_000_000);
}

void ring() {
    waiting.wakeAll();
}
// END 5.1
