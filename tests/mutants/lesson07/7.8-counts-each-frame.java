// MUTANT 7.8  Holds the limit for each frame alone.
// SAYS   must be answered by a close with code 1009, but what was sent behind it came back
// EXERCISE 7.8  Refuse nonsense
void checkBits(Header header) {
    if (header.reserved() != 0) throw new Failure(PROTOCOL_ERROR, "a reserved bit is set");
    if (header.opcode() > BINARY && header.opcode() < CLOSE || header.opcode() > PONG)
        throw new Failure(PROTOCOL_ERROR, "the opcode " + header.opcode() + " is reserved");
    if (header.length() < 0) throw new Failure(PROTOCOL_ERROR, "a length has 63 bits");
}

void checkSize(Client client, Header header) {
    if (!header.isControl() && header.length() > MAX_MESSAGE)
        throw new Failure(TOO_BIG, "a message has at most " + MAX_MESSAGE + " bytes"); // §7.4.1
}
// END 7.8
