// MUTANT 4.2  Lets in twice as many.
// SAYS   were answered
// EXERCISE 4.2  Say how often
final Deque<Long> admitted = new ArrayDeque<>(); // nanoseconds; owned by whoever holds its lock

void admit(Context ctx) {
    if (!ctx.method().equals(HandlerType.GET)) return; // to speak is always allowed
    long now = System.nanoTime();
    synchronized (admitted) {
        boolean full = admitted.size() == 2 * BUSY_PER_SECOND;
        if (!full || now - admitted.peekFirst() >= 1_000_000_000) {
            if (full) admitted.removeFirst();
            admitted.addLast(now);
            return;
        }
    }
    ctx.header("Retry-After", "1").header("Cache-Control", "no-store");
    throw new HttpResponseException(429, "More than " + BUSY_PER_SECOND + " polls in a second: "
        + "ask again in one.");
}
// END 4.2
