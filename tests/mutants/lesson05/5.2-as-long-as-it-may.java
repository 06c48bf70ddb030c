// MUTANT 5.2  Takes whatever is more than 60 for 60, and tells nobody.
// SAYS   wait=61 must be refused
// EXERCISE 5.2  Not for ever
long until(Context ctx) {
    long wait = Query.number("wait", ctx.queryParam("wait"));
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.min(wait, MAX_WAIT));
}

long left(long until) {
    return Math.ceilDiv(until - System.nanoTime(), 1_000_000);
}
// END 5.2
