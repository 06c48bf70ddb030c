// MUTANT 9.4  Lets no more than a hundred wait.
// SAYS   was cut off: up to 256 may wait
// EXERCISE 9.4  One slow client
void send(Client client, String frame) {
    if (client.dropped) return;
    if (client.waiting.incrementAndGet() > 100) drop(client);
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
