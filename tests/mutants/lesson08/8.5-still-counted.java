// MUTANT 8.5  Counts silent ones out, and leaves them connected.
// SAYS   is still connected
// EXERCISE 8.5  Silence
void watch(WsContext client) {
    try {
        long before = Heard.bytesFrom(client);
        for (int pings = 0; client.session.isOpen(); pings++) {
            Thread.sleep(HEARTBEAT_MS);
            long bytes = Heard.bytesFrom(client);
            if (bytes > before) pings = 0;
            else if (pings == 2) {
                gone(client);
                pings = 0;
            }
            before = bytes;
            client.sendPing();
        }
    } catch (InterruptedException ended) {
        client.session.disconnect(); // nobody watches any more
    }
}
// END 8.5
