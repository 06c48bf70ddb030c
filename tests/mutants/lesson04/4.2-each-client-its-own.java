// MUTANT 4.2  Counts each connection for itself.
// SAYS   in a second are too many
// EXERCISE 4.2  Say how often
final Map<Integer, Deque<Long>> each = new ConcurrentHashMap<>();

void admit(Context ctx) {
    if (!ctx.method().equals(HandlerType.GET)) return; // to speak is always allowed
    long now = System.nanoTime();
    Deque<Long> admitted = each.computeIfAbsent(ctx.req().getRemotePort(), _ -> new ArrayDeque<>());
    synchronized (admitted) {
        boolean full = admitted.size() == BUSY_PER_SECOND;
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
