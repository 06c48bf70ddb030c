// MUTANT 9.4  Leaves out what does not fit, and closes later.
// SAYS   without a hole
// EXERCISE 9.4  One slow client
void send(Client client, String frame) {
    if (client.dropped) return;
    int waiting = client.waiting.incrementAndGet();
    if (waiting > MAX_WAITING) drop(client);
    else if (waiting > 250 && waiting % 2 == 0) return; // counted, so the end is near
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
