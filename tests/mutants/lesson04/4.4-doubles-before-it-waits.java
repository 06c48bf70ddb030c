// MUTANT 4.4  Doubles before the first wait: each is twice as long as it may be, up to the limit.
// SAYS   without an answer it waits
// EXERCISE 4.4  A client that never gives up
HttpResponse<byte[]> ask(URI address) throws InterruptedException {
    var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
    long wait = BACKOFF_MS;
    while (true) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException noAnswer) {
            wait = Math.min(2 * wait, 32L * BACKOFF_MS);
            Thread.sleep(ThreadLocalRandom.current().nextLong(wait / 2, wait + 1));
        }
    }
}
// END 4.4
