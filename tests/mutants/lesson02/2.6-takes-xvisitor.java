// MUTANT 2.6  Looks for visitor= anywhere.
// SAYS   “1”, but the body is “4”
// EXERCISE 2.6  HTTP forgets
Answer visits(Request request, byte[] body) {
    String all = String.join(";", request.all("Cookie"));
    int at = all.indexOf("visitor=");
    if (at >= 0) {
        Integer visits = visitors.computeIfPresent(all.substring(at).split(";")[0],
            (_, before) -> before + 1);
        if (visits != null) return Answer.text(200, "" + visits).with("Cache-Control", "no-store");
    }
    // A cookie that we did not give may be planted: it is not taken over, there is a new one.
    String cookie = "visitor=" + UUID.randomUUID();
    visitors.put(cookie, 1);
    return Answer.text(200, "1").with("Cache-Control", "no-store")
        .with("Set-Cookie", cookie + "; Path=/; HttpOnly; SameSite=Lax");
}
// END 2.6
