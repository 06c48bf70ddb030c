// MUTANT 7.8  Knows the reserved opcodes of data frames only.
// SAYS   a frame with the reserved opcode 11 of 8 bytes must be answered by a close with code 1002
// EXERCISE 7.8  Refuse nonsense
void checkBits(Header header) {
    if (header.reserved() != 0) throw new Failure(PROTOCOL_ERROR, "a reserved bit is set");
    if (header.opcode() > BINARY && header.opcode() < CLOSE)
        throw new Failure(PROTOCOL_ERROR, "the opcode " + header.opcode() + " is reserved");
    if (header.length() < 0) throw new Failure(PROTOCOL_ERROR, "a length has 63 bits");
}

void checkSize(Client client, Header header) {
    if (!header.isControl() && header.length() > MAX_MESSAGE - client.message.size())
        throw new Failure(TOO_BIG, "a message has at most " + MAX_MESSAGE + " bytes"); // §7.4.1
}
// END 7.8
