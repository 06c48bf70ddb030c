// MUTANT 7.4  Refuses control frames of 125 bytes.
// SAYS   expected a pong of 125 bytes, but got a close
// EXERCISE 7.4  Ping, pong
void checkControl(Header header) {
    if (!header.isControl()) return;
    if (!header.fin()) throw new Failure(PROTOCOL_ERROR, "a control frame has FIN");
    if (header.length() >= 125) throw new Failure(PROTOCOL_ERROR, "a control frame has 125 bytes");
}

void pong(Client client, byte[] payload) throws IOException {
    write(client, PONG, payload);
}
// END 7.4
