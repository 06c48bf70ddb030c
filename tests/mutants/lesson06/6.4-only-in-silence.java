// MUTANT 6.4  Beats only when there were no messages.
// SAYS   while messages came all the time
// EXERCISE 6.4  Alive
final AtomicLong beats = new AtomicLong();

void beat() {
    try {
        long seen = 0;
        while (true) {
            Thread.sleep(HEARTBEAT_MS * 9L / 10); // a little early: a busy machine is late
            long newest = feed.newest();
            if (newest == seen) {
                beats.incrementAndGet();
                bell.ring();
            }
            seen = newest;
        }
    } catch (InterruptedException over) {
        return; // the server stops
    }
}

String opening() {
    return "retry: 1000\n\n";
}

String heartbeat(Listener one) {
    long now = beats.get();
    if (one.beat == now) return "";
    one.beat = now;
    return ":\n\n";
}
// END 6.4
