// MUTANT 7.2  Refuses a frame without a mask with another code.
// SAYS   but got a close with code 1003
// EXERCISE 7.2  Read frames
Header readHeader(Client client) throws IOException {
    int first = client.next();
    int second = client.next();
    if ((second & 0x80) == 0) throw new Failure(1003, "a client must mask"); // §5.1
    long length = second & 0x7F;
    int more = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (more > 0) length = 0;
    for (int i = 0; i < more; i++) length = length << 8 | client.next(); // the highest byte first
    var mask = new byte[4];
    for (int i = 0; i < 4; i++) mask[i] = (byte) client.next();
    return new Header((first & 0x80) != 0, first >> 4 & 7, first & 0x0F, length, mask);
}

/** The bytes of a payload from `from` to `to`, the latter not included (§5.3). */
void unmask(byte[] payload, int from, int to, byte[] mask) {
    for (int i = from; i < to; i++) payload[i] ^= mask[i & 3];
}
// END 7.2
