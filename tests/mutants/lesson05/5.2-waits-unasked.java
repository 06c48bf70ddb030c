// MUTANT 5.2  Waits ten seconds where nobody said for how long.
// SAYS   it is not willing to wait
// EXERCISE 5.2  Not for ever
long until(Context ctx) {
    String asked = ctx.queryParam("wait");
    long wait = asked == null ? 10 : Query.number("wait", asked);
    if (wait > MAX_WAIT) {
        throw new BadRequestResponse("wait is at most " + MAX_WAIT + " seconds.");
    }
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(wait);
}

long left(long until) {
    return Math.ceilDiv(until - System.nanoTime(), 1_000_000);
}
// END 5.2
