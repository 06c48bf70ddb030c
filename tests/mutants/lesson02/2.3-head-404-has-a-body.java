// MUTANT 2.3  Leaves out the body of what is there, and of nothing else.
// SAYS   expected no body after HEAD
// EXERCISE 2.3  Say what you send
byte[] onTheWire(Answer answer, boolean toHead) {
    // The day has two digits, always (RFC 9110 §5.6.7).
    var date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
    var head = new StringBuilder("HTTP/1.1 " + answer.status() + " ");
    head.append(REASONS.get(answer.status()));
    head.append("\r\nDate: " + date.format(Instant.now().atOffset(ZoneOffset.UTC)));
    head.append("\r\nContent-Type: " + answer.type());
    head.append("\r\nContent-Length: " + answer.body().length);
    answer.headers().forEach((name, value) -> head.append("\r\n" + name + ": " + value));
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.append("\r\n\r\n").toString().getBytes(ISO_8859_1));
    if (!toHead || answer.status() != 200) bytes.writeBytes(answer.body());
    return bytes.toByteArray();
}

SortedMap<String, Handler> withHead(SortedMap<String, Handler> methods) {
    if (methods.containsKey("GET")) methods.put("HEAD", methods.get("GET"));
    return methods;
}
// END 2.3
