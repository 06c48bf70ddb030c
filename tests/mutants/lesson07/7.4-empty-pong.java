// MUTANT 7.4  Answers a ping with an empty pong.
// SAYS   expected a pong of
// EXERCISE 7.4  Ping, pong
void checkControl(Header header) {
    if (!header.isControl()) return;
    if (!header.fin()) throw new Failure(PROTOCOL_ERROR, "a control frame has FIN");
    if (header.length() > 125) throw new Failure(PROTOCOL_ERROR, "a control frame has 125 bytes");
}

void pong(Client client, byte[] payload) throws IOException {
    write(client, PONG, new byte[0]);
}
// END 7.4
