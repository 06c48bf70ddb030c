// MUTANT 8.4  Takes texts as long as binary messages.
// SAYS   must be closed with 1009
// EXERCISE 8.4  Binary
void received(WsBinaryMessageContext client) throws NoSuchAlgorithmException {
    var hash = MessageDigest.getInstance("SHA-256");
    hash.update(client.data());
    client.send(ByteBuffer.wrap(hash.digest()));
}

void limit(JettyWebSocketServletFactory factory) {
    factory.setMaxTextMessageSize(MAX_BINARY);
    factory.setMaxBinaryMessageSize(MAX_BINARY);
}
// END 8.4
