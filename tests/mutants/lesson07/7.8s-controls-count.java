// MUTANT 7.8★  Counts pings, too.
// SAYS   a message has room for 0 bytes more, and a ping of 125 came: expected its pong
// EXERCISE 7.8  Refuse nonsense
void checkBits(Header header) {
    if (header.reserved() != 0) throw new Failure(PROTOCOL_ERROR, "a reserved bit is set");
    if (header.opcode() > BINARY && header.opcode() < CLOSE || header.opcode() > PONG)
        throw new Failure(PROTOCOL_ERROR, "the opcode " + header.opcode() + " is reserved");
    if (header.length() < 0) throw new Failure(PROTOCOL_ERROR, "a length has 63 bits");
}

void checkSize(Client client, Header header) {
    if (header.length() > MAX_MESSAGE - client.message.size())
        throw new Failure(TOO_BIG, "a message has at most " + MAX_MESSAGE + " bytes"); // §7.4.1
}
// END 7.8
