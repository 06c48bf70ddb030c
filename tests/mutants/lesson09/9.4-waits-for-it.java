// MUTANT 9.4  Waits until there is room again.
// SAYS   within 2 seconds
// EXERCISE 9.4  One slow client
void send(Client client, String frame) {
    if (client.dropped) return;
    for (int i = 0; i < 300 && client.waiting.get() >= MAX_WAITING; i++) {
        java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
    }
    if (client.waiting.incrementAndGet() > MAX_WAITING) drop(client);
    else client.socket.session.sendText(frame, Callback.from(client.waiting::decrementAndGet,
        _ -> gone(client.socket)));
}

void drop(Client client) {
    client.dropped = true; // from now on nothing more goes to it, so its feed has no hole
    client.socket.disableAutomaticPings(); // they would keep the connection from being idle
    client.socket.closeSession(1013, "You read too slowly: come again."); // “try again later”
    gone(client.socket);
}
// END 9.4
