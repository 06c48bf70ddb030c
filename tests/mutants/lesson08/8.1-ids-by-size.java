// MUTANT 8.1  Counts those who are here to name the next one.
// SAYS   two clients have the id
// EXERCISE 8.1  The life of a connection
void came(WsContext client) {
    String id = "#" + (clients.size() + 1); // never a valid name of a room (lesson 10)
    clients.put(client.sessionId(), id);
    tell(client, "welcome", new Welcome(id), null);
}

void gone(WsContext client) {
    clients.remove(client.sessionId());
}

void stats(Context ctx) {
    ctx.json(new Stats(clients.size()));
}
// END 8.1
