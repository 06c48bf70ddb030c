// MUTANT 8.4  Leaves Jetty its own limit for binary.
// SAYS   message too big
// EXERCISE 8.4  Binary
void received(WsBinaryMessageContext client) throws NoSuchAlgorithmException {
    var hash = MessageDigest.getInstance("SHA-256");
    hash.update(client.data());
    client.send(ByteBuffer.wrap(hash.digest()));
}

void limit(JettyWebSocketServletFactory factory) {
    factory.setMaxTextMessageSize(MAX_TEXT);
}
// END 8.4
