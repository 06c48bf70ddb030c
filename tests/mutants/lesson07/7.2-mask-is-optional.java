// MUTANT 7.2  Accepts a frame without a mask.
// SAYS   expected a close with code 1002, but
// EXERCISE 7.2  Read frames
Header readHeader(Client client) throws IOException {
    int first = client.next();
    int second = client.next();
    long length = second & 0x7F;
    int more = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (more > 0) length = 0;
    for (int i = 0; i < more; i++) length = length << 8 | client.next(); // the highest byte first
    var mask = new byte[4];
    if ((second & 0x80) != 0) for (int i = 0; i < 4; i++) mask[i] = (byte) client.next();
    return new Header((first & 0x80) != 0, first >> 4 & 7, first & 0x0F, length, mask);
}

/** The bytes of a payload from `from` to `to`, the latter not included (§5.3). */
void unmask(byte[] payload, int from, int to, byte[] mask) {
    for (int i = from; i < to; i++) payload[i] ^= mask[i & 3];
}
// END 7.2
