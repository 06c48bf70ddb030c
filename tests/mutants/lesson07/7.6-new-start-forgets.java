// MUTANT 7.6  Forgets a message when a new one starts inside it.
// SAYS   must be answered by a close with code 1002
// EXERCISE 7.6  Fragments
void checkOrder(Client client, Header header) {
    if (header.isControl()) return;                         // may come in between
    boolean continues = header.opcode() == CONTINUATION;
    if (continues && client.opcode == NONE)
        throw new Failure(PROTOCOL_ERROR, "there is no message to continue");
    if (!continues) client.message.reset();
    if (!continues) client.opcode = header.opcode();
}

void collect(Client client, Header header, byte[] payload) throws IOException {
    client.message.writeBytes(payload);
    if (!header.fin()) return;
    echo(client, client.opcode, client.message.toByteArray());
    client.message.reset();
    client.opcode = NONE;
}
// END 7.6
