// MUTANT 7.6  Takes a continuation without a start for a text.
// SAYS   must be answered by a close with code 1002, but got a text
// EXERCISE 7.6  Fragments
void checkOrder(Client client, Header header) {
    if (header.isControl()) return;                         // may come in between
    boolean continues = header.opcode() == CONTINUATION;
    if (continues && client.opcode == NONE) client.opcode = TEXT;
    if (!continues && client.opcode != NONE)
        throw new Failure(PROTOCOL_ERROR, "the last message is not complete");
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
