// MUTANT 6.4  Says retry with each heartbeat.
// SAYS   expected “retry:” once
// EXERCISE 6.4  Alive
static final String RETRY = "retry: 1000\n\n"; // ms until a browser connects again

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
    return RETRY;
}

String heartbeat(Listener one) {
    long now = beats.get();
    if (one.beat == now) return "";
    one.beat = now;
    return ":\n" + RETRY;
}
// END 6.4
