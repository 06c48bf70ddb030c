// MUTANT 5.5  Wakes all who wait as soon as one has left.
// SAYS   it did not leave
// EXERCISE 5.5  The ones who left are forgotten
void lookAround() {
    try {
        while (true) {
            Thread.sleep(LOOK_MS);
            var left = new AtomicBoolean();
            waiting.forEach(place -> {
                if (Jetty.hungUp(place.request())) left.set(true);
            });
            if (left.get()) waiting.forEach(Waiting.Place::interrupt);
        }
    } catch (InterruptedException over) {
        return;
    }
}
// END 5.5
