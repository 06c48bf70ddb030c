// MUTANT 7.4  Lets a control frame be as long as it likes.
// SAYS   125 is the most
// EXERCISE 7.4  Ping, pong
void checkControl(Header header) {
    if (!header.isControl()) return;
    if (!header.fin()) throw new Failure(PROTOCOL_ERROR, "a control frame has FIN");
}

void pong(Client client, byte[] payload) throws IOException {
    write(client, PONG, payload);
}
// END 7.4
