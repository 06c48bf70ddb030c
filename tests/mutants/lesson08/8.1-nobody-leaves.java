// MUTANT 8.1  Counts who has come, and never who has gone.
// SAYS   GET /stats counts
// EXERCISE 8.1  The life of a connection
void came(WsContext client) {
    String id = "#" + lastClient.incrementAndGet(); // never a valid name of a room (lesson 10)
    clients.put(client.sessionId(), id);
    tell(client, "welcome", new Welcome(id), null);
}

void gone(WsContext client) {
}

void stats(Context ctx) {
    ctx.json(new Stats(clients.size()));
}
// END 8.1
