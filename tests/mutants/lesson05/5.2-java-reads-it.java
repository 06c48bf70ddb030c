// MUTANT 5.2  Lets Java read the number, which knows more signs and digits than we said.
// SAYS   wait=%2B1 must be refused
// EXERCISE 5.2  Not for ever
long until(Context ctx) {
    long wait;
    try {
        wait = Long.parseLong(Objects.requireNonNullElse(ctx.queryParam("wait"), "0"));
    } catch (NumberFormatException none) {
        throw new BadRequestResponse("wait is a whole number.");
    }
    if (wait < 0 || wait > MAX_WAIT) {
        throw new BadRequestResponse("wait is at most " + MAX_WAIT + " seconds.");
    }
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(wait);
}

long left(long until) {
    return Math.ceilDiv(until - System.nanoTime(), 1_000_000);
}
// END 5.2
