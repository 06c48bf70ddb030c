// MUTANT 7.8★  Adds what comes to what came.
// SAYS   , inside a message: expected a close with code 1009 before they come, but got
// EXERCISE 7.8  Refuse nonsense
void checkBits(Header header) {
    if (header.reserved() != 0) throw new Failure(PROTOCOL_ERROR, "a reserved bit is set");
    if (header.opcode() > BINARY && header.opcode() < CLOSE || header.opcode() > PONG)
        throw new Failure(PROTOCOL_ERROR, "the opcode " + header.opcode() + " is reserved");
    if (header.length() < 0) throw new Failure(PROTOCOL_ERROR, "a length has 63 bits");
}

void checkSize(Client client, Header header) {
    if (!header.isControl() && client.message.size() + header.length() > MAX_MESSAGE)
        throw new Failure(TOO_BIG, "a message has at most " + MAX_MESSAGE + " bytes"); // §7.4.1
}
// END 7.8
