// MUTANT 8.4  Takes fewer than so many bytes.
// SAYS   just passes
// EXERCISE 8.4  Binary
void received(WsBinaryMessageContext client) throws NoSuchAlgorithmException {
    var hash = MessageDigest.getInstance("SHA-256");
    hash.update(client.data());
    client.send(ByteBuffer.wrap(hash.digest()));
}

void limit(JettyWebSocketServletFactory factory) {
    factory.setMaxTextMessageSize(MAX_TEXT - 1);
    factory.setMaxBinaryMessageSize(MAX_BINARY - 1);
}
// END 8.4
