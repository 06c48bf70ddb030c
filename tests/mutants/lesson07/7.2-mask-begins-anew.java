// MUTANT 7.2  Begins with the first byte of the mask in each piece.
// SAYS   (in its payload): expected “
// EXERCISE 7.2  Read frames
Header readHeader(Client client) throws IOException {
    int first = client.in.readUnsignedByte();
    int second = client.in.readUnsignedByte();
    if ((second & 0x80) == 0) throw new Failure(PROTOCOL_ERROR, "a client must mask"); // §5.1
    long length = second & 0x7F;
    if (length == 126) length = client.in.readUnsignedShort();       // the highest byte first
    else if (length == 127) length = client.in.readLong();
    var mask = new byte[4];
    client.in.readFully(mask);
    return new Header((first & 0x80) != 0, first >> 4 & 7, first & 0x0F, length, mask);
}

/** The bytes of a payload from `from` to `to`, the latter not included (§5.3). */
void unmask(byte[] payload, int from, int to, byte[] mask) {
    for (int i = from; i < to; i++) payload[i] ^= mask[i - from & 3];
}
// END 7.2
