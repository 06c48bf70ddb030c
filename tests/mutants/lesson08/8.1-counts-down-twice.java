// MUTANT 8.1  Keeps a number, and takes one away in each handler.
// SAYS   GET /stats counts
// EXERCISE 8.1  The life of a connection
final AtomicInteger count = new AtomicInteger();

void came(WsContext client) {
    String id = "#" + lastClient.incrementAndGet(); // never a valid name of a room (lesson 10)
    clients.put(client.sessionId(), id);
    count.incrementAndGet();
    tell(client, "welcome", new Welcome(id), null);
}

void gone(WsContext client) {
    count.decrementAndGet();
}

void stats(Context ctx) {
    ctx.json(new Stats(count.get()));
}
// END 8.1
