// MUTANT 6.4  Lets a new listener wait for the beat after the next one.
// SAYS   the first too
// EXERCISE 6.4  Alive
final AtomicLong beats = new AtomicLong();

void beat() {
    try {
        while (true) {
            Thread.sleep(HEARTBEAT_MS * 86L / 100);
            beats.incrementAndGet();
            bell.ring();
        }
    } catch (InterruptedException over) {
        return;
    }
}

String opening() {
    return "retry: 1000\n\n";
}

String heartbeat(Listener one) {
    long now = beats.get();
    if (one.beat == 0) one.beat = now + 1;
    if (now <= one.beat) return "";
    one.beat = now;
    return ":\n\n";
}
// END 6.4
