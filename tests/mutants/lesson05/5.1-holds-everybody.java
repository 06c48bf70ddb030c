// MUTANT 5.1  Holds those, too, who have no time left.
// SAYS   so nothing is left of its time
// EXERCISE 5.1  Hold the request
List<Message> hold(Context ctx, long after, long until) throws InterruptedException {
    List<Message> page = next(ctx, after, until);
    while (page.isEmpty()) page = next(ctx, after, until);
    return page;
}

void ring() {
    waiting.wakeAll();
}
// END 5.1
