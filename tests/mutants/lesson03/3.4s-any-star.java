// MUTANT 3.4★  Takes a star inside of a tag for any state.
// SAYS   nor any state with a star that stands alone
// EXERCISE 3.4  Let caches help
void list(Context ctx) throws Exception {
    byte[] list = json.writeValueAsBytes(messages.values());
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(list);
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
        .anyMatch(tag -> tag.contains("*") || tag.equals(etag));
}
// END 3.4
