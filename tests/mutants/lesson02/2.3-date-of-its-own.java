// MUTANT 2.3  Writes the date as Java does.
// SAYS   expected a Date like
// EXERCISE 2.3  Say what you send
byte[] onTheWire(Answer answer, boolean toHead) {
    // The day has two digits, always (RFC 9110 §5.6.7).
    var date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
    var head = new StringBuilder("HTTP/1.1 " + answer.status() + " ");
    head.append(REASONS.get(answer.status()));
    head.append("\r\nDate: " + Instant.now());
    head.append("\r\nContent-Type: " + answer.type());
    head.append("\r\nContent-Length: " + answer.body().length);
    answer.headers().forEach((name, value) -> head.append("\r\n" + name + ": " + value));
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.append("\r\n\r\n").toString().getBytes(ISO_8859_1));
    if (!toHead) bytes.writeBytes(answer.body());           // RFC 9110 §9.3.2
    return bytes.toByteArray();
}

SortedMap<String, Handler> withHead(SortedMap<String, Handler> methods) {
    if (methods.containsKey("GET")) methods.put("HEAD", methods.get("GET"));
    return methods;
}
// END 2.3
