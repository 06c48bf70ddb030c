// MUTANT 2.1  Looks for the whole target.
// SAYS   must be answered with 200, but got 404
// EXERCISE 2.1  Read the request
Request parse(List<String> head) {
    String[] words = head.getFirst().split(" ");
    var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    for (String line : head.subList(1, head.size())) {
        int colon = line.indexOf(':');
        String value = line.substring(colon + 1).strip();   // blanks around it do not count (§5.1)
        headers.computeIfAbsent(line.substring(0, colon), _ -> new ArrayList<>()).add(value);
    }
    return new Request(words[0], words[1], words[2], headers);
}

Handler route(Request request) {
    SortedMap<String, Handler> methods = resource(request.target());
    if (methods.isEmpty()) throw new Refusal(404, "There is nothing at " + request.path());
    Handler handler = methods.get(request.method());
    if (handler != null) return handler;
    String allowed = String.join(", ", methods.keySet());   // must be said (RFC 9110 §15.5.6)
    throw new Refusal(Answer.text(405, "Only " + allowed + " here.").with("Allow", allowed));
}

Answer time(Request request, byte[] body) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return Answer.text(200, now).with("Cache-Control", "no-store");
}
// END 2.1
