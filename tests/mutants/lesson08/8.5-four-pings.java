// MUTANT 8.5  Hangs up after four unanswered pings.
// SAYS   is hung up on, but this one got 4
// EXERCISE 8.5  Silence
void watch(WsContext client) {
    try {
        long before = Heard.bytesFrom(client);
        for (int pings = 0; client.session.isOpen(); pings++) {
            Thread.sleep(HEARTBEAT_MS);
            long bytes = Heard.bytesFrom(client);
            if (bytes > before) pings = 0;
            else if (pings == 4) {
                gone(client);
                client.session.disconnect();
                return;
            }
            before = bytes;
            client.sendPing();
        }
    } catch (InterruptedException ended) {
        client.session.disconnect(); // nobody watches any more
    }
}
// END 8.5
