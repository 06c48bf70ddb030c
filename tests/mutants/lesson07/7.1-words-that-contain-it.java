// MUTANT 7.1  Looks for the letters, not for the token.
// SAYS   a handshake with “Upgrade: websocket2” must be answered with 400, but got 101
// EXERCISE 7.1  The handshake
String accept(String key) {
    try {
        String text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // the same for all (§1.3)
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(US_ASCII));
        return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException(impossible);        // every JDK has SHA-1
    }
}

List<String> handshake(Request request) {
    if (!request.method().equals("GET") || !request.version().matches("HTTP/1\\.[1-9]"))
        throw new Refusal(400, "A handshake is a GET in HTTP/1.1.");
    if (request.all("Host").size() != 1) throw new Refusal(400, "Host must be there, once.");
    if (!request.all("Upgrade").toString().toLowerCase().contains("websocket"))
        throw new Refusal(400, "A handshake has Upgrade: websocket.");
    if (!request.all("Connection").toString().toLowerCase().contains("upgrade"))
        throw new Refusal(400, "A handshake has Connection: Upgrade.");
    if (!request.all("Sec-WebSocket-Version").equals(List.of("13"))) // §4.4, and §4.2.2 /4
        throw new Refusal(Answer.text(426, "Only version 13 is spoken here.")
            .with("Upgrade", "websocket").with("Sec-WebSocket-Version", "13"));
    List<String> keys = request.all("Sec-WebSocket-Key");
    if (keys.size() != 1 || !keys.getFirst().matches("[A-Za-z0-9+/]{22}=="))
        throw new Refusal(400, "Sec-WebSocket-Key must be there, once: 16 bytes in base64.");
    var headers = new ArrayList<>(List.of("Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Accept: " + accept(keys.getFirst())));
    // The client's order is its preference. None that we know: no header, and it decides (§4.2.2).
    request.list("Sec-WebSocket-Protocol").stream().filter(PROTOCOLS::contains).findFirst()
        .ifPresent(protocol -> headers.add("Sec-WebSocket-Protocol: " + protocol));
    return headers;
}
// END 7.1
