// MUTANT 5.5  Forgets one request a round, and after a hundred clients left needs a minute.
// SAYS   closed or reset
// EXERCISE 5.5  The ones who left are forgotten
void lookAround() {
    try {
        while (true) {
            Thread.sleep(LOOK_MS);
            var found = new AtomicBoolean();
            waiting.forEach(place -> {
                if (!found.get() && Jetty.hungUp(place.request())) {
                    found.set(true);
                    place.interrupt();
                }
            });
        }
    } catch (InterruptedException over) {
        return;
    }
}
// END 5.5
