// MUTANT 5.1  Takes each ring for news, and answers 204 to whom it brings none.
// SAYS   is not newer than its after
// EXERCISE 5.1  Hold the request
List<Message> hold(Context ctx, long after, long until) throws InterruptedException {
    return next(ctx, after, until);
}

void ring() {
    waiting.wakeAll();
}
// END 5.1
