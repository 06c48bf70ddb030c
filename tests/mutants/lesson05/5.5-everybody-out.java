// MUTANT 5.5  Wakes all who wait as soon as one has left.
// SAYS   it did not leave
// EXERCISE 5.5  The ones who left are forgotten
void lookAround() {
    try {
        while (true) {
            Thread.sleep(LOOK_MS);
            if (waiting.keySet().stream().anyMatch(ctx -> hungUp(ctx))) {
                waiting.values().forEach(Thread::interrupt);
            }
        }
    } catch (InterruptedException over) {
        return;
    }
}
// END 5.5
