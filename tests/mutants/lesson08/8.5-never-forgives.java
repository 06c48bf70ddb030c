// MUTANT 8.5  Counts the pings, and forgets nothing when an answer comes.
// SAYS   the server hung up on a client that was not silent
// EXERCISE 8.5  Silence
void watch(WsContext client) {
    try {
        for (int pings = 0; client.session.isOpen(); pings++) {
            Thread.sleep(HEARTBEAT_MS);
            if (pings == 2) {
                gone(client);
                client.session.disconnect();
                return;
            }
            client.sendPing();
        }
    } catch (InterruptedException ended) {
        client.session.disconnect(); // nobody watches any more
    }
}
// END 8.5
