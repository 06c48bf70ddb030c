// MUTANT 7.4  Lets 126 bytes pass.
// SAYS   a ping of 126 bytes must be answered by a close with code 1002
// EXERCISE 7.4  Ping, pong
void checkControl(Header header) {
    if (!header.isControl()) return;
    if (!header.fin()) throw new Failure(PROTOCOL_ERROR, "a control frame has FIN");
    if (header.length() > 126) throw new Failure(PROTOCOL_ERROR, "a control frame has 125 bytes");
}

void pong(Client client, byte[] payload) throws IOException {
    write(client, PONG, payload);
}
// END 7.4
