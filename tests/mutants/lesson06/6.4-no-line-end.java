// MUTANT 6.4  Says a colon, and does not end its line.
// SAYS   a comment is a line, too
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
    return ":";
}
// END 6.4
