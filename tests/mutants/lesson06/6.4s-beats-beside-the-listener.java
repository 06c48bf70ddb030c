// MUTANT 6.4★  Writes the comments from one thread, which alone learns that somebody is gone.
// SAYS   have closed or reset their connections
// EXERCISE 6.4  Alive
void beat() {
    try {
        while (true) {
            Thread.sleep(HEARTBEAT_MS * 9L / 10);
            for (Listener one : listeners) {
                try {
                    one.out.write(":\n\n".getBytes(StandardCharsets.UTF_8));
                    one.out.flush();
                } catch (IOException gone) {
                    continue; // its own thread sleeps on
                }
            }
        }
    } catch (InterruptedException over) {
        return;
    }
}

String opening() {
    return "retry: 1000\n\n";
}

String heartbeat(Listener one) {
    return "";
}
// END 6.4
