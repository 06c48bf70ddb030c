// MUTANT 5.2  Takes the seconds for milliseconds.
// SAYS   must be held for a second
// EXERCISE 5.2  Not for ever
long until(Context ctx) {
    long wait = Query.number("wait", ctx.queryParam("wait"));
    if (wait > MAX_WAIT) {
        throw new BadRequestResponse("wait is at most " + MAX_WAIT + " seconds.");
    }
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait);
}

/** Milliseconds until then, rounded up; none is left once it is 0 or less. */
long left(long until) {
    return Math.ceilDiv(until - System.nanoTime(), 1_000_000);
}
// END 5.2
