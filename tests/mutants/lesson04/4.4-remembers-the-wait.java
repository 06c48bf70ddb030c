// MUTANT 4.4  Does not begin anew after an answer.
// SAYS   begin anew
// EXERCISE 4.4  A client that never gives up
long backoff = BACKOFF_MS;

HttpResponse<byte[]> ask(URI address) throws InterruptedException {
    var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
    for (; ; backoff = Math.min(2 * backoff, 32L * BACKOFF_MS)) {
        long wait = backoff;
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException noAnswer) {
            Thread.sleep(ThreadLocalRandom.current().nextLong(wait / 2, wait + 1));
        }
    }
}
// END 4.4
