// MUTANT 8.4  Answers the hash as hex digits.
// SAYS   must be answered with the SHA-256
// EXERCISE 8.4  Binary
void received(WsBinaryMessageContext client) throws NoSuchAlgorithmException {
    var hash = MessageDigest.getInstance("SHA-256");
    hash.update(client.data());
    client.send(HexFormat.of().formatHex(hash.digest()));
    client.send(ByteBuffer.allocate(0));
}

void limit(JettyWebSocketServletFactory factory) {
    factory.setMaxTextMessageSize(MAX_TEXT);
    factory.setMaxBinaryMessageSize(MAX_BINARY);
}
// END 8.4
