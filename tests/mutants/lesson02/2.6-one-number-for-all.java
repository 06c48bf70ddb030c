// MUTANT 2.6  Counts all browsers together.
// SAYS   expected the number of visits alone, “1”, but the body is
// EXERCISE 2.6  HTTP forgets
Answer visits(Request request, byte[] body) {
    for (String cookie : String.join(";", request.all("Cookie")).split(";")) {
        Integer visits = visitors.computeIfPresent(cookie.strip(), (_, before) -> before + 1);
        if (visits != null) return Answer.text(200, "" + visits).with("Cache-Control", "no-store");
    }
    String cookie = "visitor=everybody";
    if (visitors.putIfAbsent(cookie, 1) != null)
        return Answer.text(200, "" + visitors.merge(cookie, 1, Integer::sum));
    return Answer.text(200, "1").with("Cache-Control", "no-store")
        .with("Set-Cookie", cookie + "; Path=/; HttpOnly; SameSite=Lax");
}
// END 2.6
