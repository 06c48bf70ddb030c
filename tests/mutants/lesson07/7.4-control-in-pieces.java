// MUTANT 7.4  Lets a control frame go without FIN.
// SAYS   , without FIN, must be answered by a close with code 1002
// EXERCISE 7.4  Ping, pong
void checkControl(Header header) {
    if (!header.isControl()) return;
    if (header.length() > 125) throw new Failure(PROTOCOL_ERROR, "a control frame has 125 bytes");
}

void pong(Client client, byte[] payload) throws IOException {
    write(client, PONG, payload);
}
// END 7.4
