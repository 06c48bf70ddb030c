// MUTANT 2.7★  Stops at the last chunk and leaves the trailers.
// SAYS   are they read to their end?
// EXERCISE 2.7  Chunked, and no smuggling
boolean isChunked(Request request) {
    if (request.all("Transfer-Encoding").isEmpty()) return false;
    List<String> codings = request.list("Transfer-Encoding");
    if (!request.all("Content-Length").isEmpty() || request.version().equals("HTTP/1.0"))
        throw new Refusal(400, "Transfer-Encoding stands alone, and in HTTP/1.1.");  // §6.1
    if (codings.isEmpty() || codings.indexOf("chunked") < codings.size() - 1)
        throw new Refusal(400, "The last coding must be chunked, and only that.");  // §6.3
    if (codings.size() > 1) throw new Refusal(501, "Only chunked is known here.");  // §6.1
    return true;
}

byte[] readChunks(InputStream in) throws IOException {
    var start = Pattern.compile("([0-9A-Fa-f]+)([ \\t]*;" + VALUE + ")?");  // §7.1.1
    var body = new ByteArrayOutputStream();
    int room = MAX_HEADERS;                                 // for all extensions and trailers
    while (true) {
        Matcher chunk = start.matcher(Http.line(in, MAX_HEADERS));
        if (!chunk.matches()) throw new Refusal(400, "A chunk starts with its size in hex.");
        room -= chunk.group(0).length() - chunk.group(1).length();
        if (room < 0) throw new Refusal(400, "The chunk extensions are over 16 KiB.");
        var size = new BigInteger(chunk.group(1), 16);
        if (size.signum() == 0) break;
        if (size.compareTo(BigInteger.valueOf(MAX_BODY - body.size())) > 0)
            throw new Refusal(413, "A body may have 1 MiB.");
        body.writeBytes(in.readNBytes(size.intValue()));
        if (in.read() != '\r' || in.read() != '\n')
            throw new Refusal(400, "A chunk has as many bytes as it said, then CR LF.");
    }
    return body.toByteArray();
}
// END 2.7
