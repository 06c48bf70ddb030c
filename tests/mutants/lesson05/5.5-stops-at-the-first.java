// MUTANT 5.5  Looks until it has found somebody.
// SAYS   closed or reset
// EXERCISE 5.5  The ones who left are forgotten
void lookAround() {
    try {
        var found = new AtomicBoolean();
        while (!found.get()) {
            Thread.sleep(LOOK_MS);
            waiting.forEach(place -> {
                if (Jetty.hungUp(place.request())) {
                    found.set(true);
                    place.interrupt();
                }
            });
        }
    } catch (InterruptedException over) {
        return; // the server stops
    }
}
// END 5.5
