// MUTANT 6.4  Does not say when to come again.
// SAYS   expected a line “retry: …”
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
    return "";
}

String heartbeat(Listener one) {
    long now = beats.get();
    if (one.beat == now) return "";
    one.beat = now;
    return ":\n\n";
}
// END 6.4
