// MUTANT 4.2  Gives each tenth of a second its share of the limit.
// SAYS   are to be answered
// EXERCISE 4.2  Say how often
long last; // tenths of a second
int count;

void admit(Context ctx) {
    if (!ctx.method().equals(HandlerType.GET)) return; // to speak is always allowed
    synchronized (feed) {
        long now = System.nanoTime() / 100_000_000;
        if (now != last) count = 0;
        last = now;
        if (++count <= BUSY_PER_SECOND / 10) return;
    }
    ctx.header("Retry-After", "1");
    throw new HttpResponseException(429, "Too many polls: ask again in a second.");
}
// END 4.2
