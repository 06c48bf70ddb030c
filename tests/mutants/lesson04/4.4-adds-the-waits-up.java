// MUTANT 4.4  Waits for the sum of all waits so far, where each is to be waited for.
// SAYS   without an answer it waits
// EXERCISE 4.4  A client that never gives up
HttpResponse<byte[]> ask(URI address) throws InterruptedException {
    var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
    long sum = 0;
    for (long wait = BACKOFF_MS; ; wait = Math.min(2 * wait, 32L * BACKOFF_MS)) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException noAnswer) {
            sum = Math.min(sum + wait, 32L * BACKOFF_MS);
            Thread.sleep(ThreadLocalRandom.current().nextLong(sum / 2, sum + 1));
        }
    }
}
// END 4.4
