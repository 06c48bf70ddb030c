// MUTANT 6.4  Keeps one count for all: who asks first gets the heartbeat.
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
    if (beats.getAndSet(0) == 0) return "";
    return ":\n\n";
}
// END 6.4
