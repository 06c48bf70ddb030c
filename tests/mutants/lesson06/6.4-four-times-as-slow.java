// MUTANT 6.4  Beats too seldom.
// SAYS   at least one comment line comes
// EXERCISE 6.4  Alive
final AtomicLong beats = new AtomicLong();

void beat() {
    try {
        while (true) {
            Thread.sleep(HEARTBEAT_MS * 4L); // a little early: a busy machine is late
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
    return ":\n\n";
}
// END 6.4
