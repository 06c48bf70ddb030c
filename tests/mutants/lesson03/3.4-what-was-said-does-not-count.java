// MUTANT 3.4  Hashes ids and senders alone, so another text is no news.
// SAYS   a PUT of another text has changed the list, but the ETag is still
// EXERCISE 3.4  Let caches help
void list(Context ctx) throws Exception {
    byte[] list = json.writeValueAsBytes(messages.values());
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(json.writeValueAsBytes(
        messages.values().stream().map(message -> message.id() + message.from()).toList()));
    String etag = '"' + HexFormat.of().formatHex(hash, 0, 12) + '"';
    ctx.header("ETag", etag).header("Cache-Control", "no-cache"); // keep it, and ask each time
    if (knows(ctx, etag)) {
        ctx.status(304).res().setContentLength(list.length); // what a 200 would say, not 0
    } else {
        ctx.result(list);
    }
}

/** RFC 9110, section 13.1.2: a list of tags, compared weakly, or a star for any state. */
boolean knows(Context ctx, String etag) {
    return Collections.list(ctx.req().getHeaders("If-None-Match")).stream()
        .flatMap(line -> Stream.of(line.split(",")))
        .map(tag -> tag.strip().replaceFirst("^W/", ""))
        .anyMatch(tag -> tag.equals("*") || tag.equals(etag));
}
// END 3.4
