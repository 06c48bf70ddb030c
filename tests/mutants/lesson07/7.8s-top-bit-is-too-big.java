// MUTANT 7.8★  Takes a length with its top bit set for a long one.
// SAYS   expected a close with code 1002 before they come, but got a close with code 1009
// EXERCISE 7.8  Refuse nonsense
void checkBits(Header header) {
    if (header.reserved() != 0) throw new Failure(PROTOCOL_ERROR, "a reserved bit is set");
    if (header.opcode() > BINARY && header.opcode() < CLOSE || header.opcode() > PONG)
        throw new Failure(PROTOCOL_ERROR, "the opcode " + header.opcode() + " is reserved");
}

void checkSize(Client client, Header header) {
    if (!header.isControl() && Long.compareUnsigned(header.length(),
            MAX_MESSAGE - client.message.size()) > 0)
        throw new Failure(TOO_BIG, "a message has at most " + MAX_MESSAGE + " bytes"); // §7.4.1
}
// END 7.8
