// MUTANT 5.2  Keeps the span, not its end: each ring begins the wait anew.
// SAYS   its wait of 1 s was over
// EXERCISE 5.2  Not for ever
long until(Context ctx) {
    long wait = Query.number("wait", ctx.queryParam("wait"));
    if (wait > MAX_WAIT) {
        throw new BadRequestResponse("wait is at most " + MAX_WAIT + " seconds.");
    }
    return TimeUnit.SECONDS.toMillis(wait);
}

long left(long until) {
    return until;
}
// END 5.2
