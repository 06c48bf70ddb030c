// MUTANT 4.4  Waits the same each time.
// SAYS   it waits
// EXERCISE 4.4  A client that never gives up
HttpResponse<byte[]> ask(URI address) throws InterruptedException {
    var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
    for (long wait = BACKOFF_MS; ; wait = BACKOFF_MS) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException noAnswer) {
            Thread.sleep(ThreadLocalRandom.current().nextLong(wait / 2, wait + 1));
        }
    }
}
// END 4.4
