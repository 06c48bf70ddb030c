// MUTANT 2.6  Counts under an id that it never gave.
// SAYS   expected the number of visits alone, “1”, but the body is “2”
// EXERCISE 2.6  HTTP forgets
Answer visits(Request request, byte[] body) {
    for (String cookie : String.join(";", request.all("Cookie")).split(";")) {
        if (!cookie.strip().startsWith("visitor=")) continue;
        int visits = visitors.merge(cookie.strip(), 1, Integer::sum);
        return Answer.text(200, "" + visits).with("Cache-Control", "no-store");
    }
    // A cookie that we did not give may be planted: it is not taken over, there is a new one.
    String cookie = "visitor=" + UUID.randomUUID();
    visitors.put(cookie, 1);
    return Answer.text(200, "1").with("Cache-Control", "no-store")
        .with("Set-Cookie", cookie + "; Path=/; HttpOnly; SameSite=Lax");
}
// END 2.6
