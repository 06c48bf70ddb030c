// MUTANT 8.1  Forgets those who never said goodbye.
// SAYS   GET /stats counts
// EXERCISE 8.1  The life of a connection
void came(WsContext client) {
    String id = "#" + lastClient.incrementAndGet(); // never a valid name of a room (lesson 10)
    clients.put(client.sessionId(), id);
    tell(client, "welcome", new Welcome(id), null);
}

void gone(WsContext client) {
    if (client instanceof WsCloseContext close && close.status() >= 1000
        && close.status() != 1006 && close.status() != 1005) {
        clients.remove(client.sessionId());
    }
}

void stats(Context ctx) {
    ctx.json(new Stats(clients.size()));
}
// END 8.1
