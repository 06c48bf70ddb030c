// MUTANT 5.5  Looks around once, when the server starts.
// SAYS   closed or reset
// EXERCISE 5.5  The ones who left are forgotten
void lookAround() {
    try {
        Thread.sleep(LOOK_MS);
    } catch (InterruptedException over) {
        return;
    }
    waiting.forEach(place -> {
        if (Jetty.hungUp(place.request())) place.interrupt();
    });
}
// END 5.5
