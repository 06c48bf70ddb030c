// MUTANT 5.5  Looks around every three seconds.
// SAYS   closed or reset
// EXERCISE 5.5  The ones who left are forgotten
void lookAround() {
    try {
        while (true) {
            Thread.sleep(3_000);
            waiting.forEach(place -> {
                if (Jetty.hungUp(place.request())) place.interrupt();
            });
        }
    } catch (InterruptedException over) {
        return; // the server stops
    }
}
// END 5.5
