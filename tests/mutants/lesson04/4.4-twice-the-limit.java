// MUTANT 4.4  Doubles once more than it may.
// SAYS   never more than 32 × BACKOFF_MS=16
// EXERCISE 4.4  A client that never gives up
HttpResponse<byte[]> ask(URI address) throws InterruptedException {
    var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
    for (long wait = BACKOFF_MS; ; wait = Math.min(2 * wait, 64L * BACKOFF_MS)) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException noAnswer) {
            Thread.sleep(ThreadLocalRandom.current().nextLong(wait / 2, wait + 1));
        }
    }
}
// END 4.4
