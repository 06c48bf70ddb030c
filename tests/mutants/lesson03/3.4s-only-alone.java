// MUTANT 3.4★  Compares the whole header with the tag.
// SAYS   in a list: expected status 304 but got 200
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
    return etag.equals(ctx.header("If-None-Match"));
}
// END 3.4
