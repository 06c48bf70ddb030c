// MUTANT 6.4  Says a colon, and does not end its line.
// SAYS   a comment is a line, too
// EXERCISE 6.4  Alive
void beat() {
    try {
        while (true) {
            Thread.sleep(HEARTBEAT_MS / 4);
            bell.ring();
        }
    } catch (InterruptedException over) {
        return; // the server stops
    }
}

String opening() {
    return "retry: 1000\n\n";
}

// By each listener's own clock: one that goes sooner never meets the glued colon.
String heartbeat(Listener one) {
    long now = System.currentTimeMillis();
    if (one.beat == 0) one.beat = now;
    if (now - one.beat < HEARTBEAT_MS * 7L / 10) return "";
    one.beat = now;
    return ":";
}
// END 6.4
