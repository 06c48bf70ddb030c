// MUTANT 5.1  Waits for the next message before it looks for those that are there.
// SAYS   messages are there
// EXERCISE 5.1  Hold the request
List<Message> hold(Context ctx, long after, long until) throws InterruptedException {
    try (Waiting.Place place = waiting.take(ctx)) {
        if (left(until) > 0) place.sleep(left(until));
    }
    List<Message> page = next(ctx, after, until);
    while (page.isEmpty() && left(until) > 0) page = next(ctx, after, until);
    return page;
}

void ring() {
    waiting.wakeAll();
}
// END 5.1
