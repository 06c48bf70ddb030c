// MUTANT 9.4  Has the slow one leave at once, inside of the loop over the roster.
// SAYS   in one order
// EXERCISE 9.4  One slow client
void send(Client client, String frame) {
    if (client.dropped) return;
    if (client.waiting.incrementAndGet() > MAX_WAITING) drop(client);
    else client.socket.session.sendText(frame, Callback.from(client.waiting::decrementAndGet,
        _ -> gone(client.socket)));
}

void drop(Client client) {
    client.dropped = true; // from now on nothing more goes to it, so its feed has no hole
    client.socket.disableAutomaticPings(); // they would keep the connection from being idle
    client.socket.closeSession(1013, "You read too slowly: come again."); // “try again later”
    clients.remove(client);
    leave(client);
}
// END 9.4
