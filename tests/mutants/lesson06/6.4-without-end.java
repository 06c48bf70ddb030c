// MUTANT 6.4  Says a comment whenever it is asked, and is asked again at once.
// SAYS   two comment lines in HEARTBEAT_MS
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
    return ":\n\n";
}
// END 6.4
