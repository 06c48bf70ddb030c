// MUTANT 2.4  Refuses a body of exactly 1 MiB.
// SAYS   must be answered with 201, but got 413
// EXERCISE 2.4  Take a body
int contentLength(Request request) {
    if (request.all("Content-Length").isEmpty()) return NONE;
    // The same number again does no harm, on a line of its own or not (§6.3).
    var numbers = Stream.of(String.join(",", request.all("Content-Length")).split(",", -1))
        .map(String::strip).distinct().toList();
    String number = numbers.getFirst();
    if (numbers.size() > 1 || !number.matches("[0-9]+"))
        throw new Refusal(400, "Content-Length must be one number, not " + numbers);
    if (new BigInteger(number).compareTo(BigInteger.valueOf(MAX_BODY)) >= 0)
        throw new Refusal(413, "A body may have 1 MiB.");   // however many digits it came with
    return Integer.parseInt(number);
}

byte[] readExactly(InputStream in, int length) throws IOException {
    byte[] body = in.readNBytes(length);                    // read() gives what happens to be there
    if (body.length < length) throw new Refusal(400, "The body ends too early.");  // §8
    return body;
}

Answer post(Request request, byte[] body) {
    if (body == null) throw new Refusal(411, "A message needs a Content-Length.");
    String path = messages.keep(body);
    return Answer.text(201, "Kept at " + path).with("Location", path);  // RFC 9110 §9.3.3
}

Answer show(byte[] text) {
    return new Answer(200, "text/plain; charset=utf-8", text, Map.of());
}
// END 2.4
