// MUTANT 5.5  Takes them off the list, and lets their threads sleep on.
// SAYS   closed or reset
// EXERCISE 5.5  The ones who left are forgotten
void lookAround() {
    try {
        while (true) {
            Thread.sleep(LOOK_MS);
            waiting.forEach(place -> {
                if (Jetty.hungUp(place.request())) place.close();
            });
        }
    } catch (InterruptedException over) {
        return; // the server stops
    }
}
// END 5.5
