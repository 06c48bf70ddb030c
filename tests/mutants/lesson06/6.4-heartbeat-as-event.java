// MUTANT 6.4  Beats with an event that nobody listens to.
// SAYS   at least one comment line comes
// EXERCISE 6.4  Alive
final AtomicLong beats = new AtomicLong();

void beat() {
    try {
        while (true) {
            Thread.sleep(HEARTBEAT_MS * 9L / 10); // a little early: a busy machine is late
            beats.incrementAndGet();
            bell.ring();
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
    return event("heartbeat", null, "");
}
// END 6.4
