// MUTANT 4.4  Waits from half of it to half as much again: right on average, too long at times.
// SAYS   without an answer it waits
// EXERCISE 4.4  A client that never gives up
HttpResponse<byte[]> ask(URI address) throws InterruptedException {
    var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
    for (long wait = BACKOFF_MS; ; wait = Math.min(2 * wait, 32L * BACKOFF_MS)) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException noAnswer) {
            Thread.sleep(wait / 2 + ThreadLocalRandom.current().nextLong(wait + 1));
        }
    }
}
// END 4.4
