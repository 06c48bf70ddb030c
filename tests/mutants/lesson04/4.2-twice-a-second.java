// MUTANT 4.2  Begins to count anew twice a second, by the clock.
// SAYS   in a second are too many, but
// EXERCISE 4.2  Say how often
long window;
int count;

synchronized void admit(Context ctx) {
    if (!ctx.method().equals(HandlerType.GET)) return; // to speak is always allowed
    long now = System.currentTimeMillis() / 500;
    if (now != window) count = 0;
    window = now;
    if (++count <= BUSY_PER_SECOND) return;
    ctx.header("Retry-After", "1");
    throw new HttpResponseException(429, "Too many polls: ask again in a second.");
}
// END 4.2
