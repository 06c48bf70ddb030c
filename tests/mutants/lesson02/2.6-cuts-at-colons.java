// MUTANT 2.6  Cuts cookies at colons, too, and gives up at a part without a value.
// SAYS   “2”, but the body is “1”
// EXERCISE 2.6  HTTP forgets
Answer visits(Request request, byte[] body) {
    for (String cookie : String.join(";", request.all("Cookie")).split("[;:]")) {
        if (!cookie.isEmpty() && !cookie.contains("=")) break;
        Integer visits = visitors.computeIfPresent(cookie.strip(), (_, before) -> before + 1);
        if (visits != null) return Answer.text(200, "" + visits).with("Cache-Control", "no-store");
    }
    // A cookie that we did not give may be planted: it is not taken over, there is a new one.
    String cookie = "visitor=" + UUID.randomUUID();
    visitors.put(cookie, 1);
    return Answer.text(200, "1").with("Cache-Control", "no-store")
        .with("Set-Cookie", cookie + "; Path=/; HttpOnly; SameSite=Lax");
}
// END 2.6
