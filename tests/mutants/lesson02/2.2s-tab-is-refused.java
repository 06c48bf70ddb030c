// MUTANT 2.2★  Takes a tab inside a value for a control character.
// SAYS   a header with a tab inside its value must be answered with
// EXERCISE 2.2  Refuse nonsense
void readHead(InputStream in, List<String> head) throws IOException {
    int limit = MAX_TARGET + 64;                            // leaves room for method and version
    String line = Http.line(in, limit);
    head.add(line);
    if (line.length() > limit)                              // no blank yet: all this is the method
        throw new Refusal(line.contains(" ") ? 414 : 501, "The first line is over 16 KiB.");  // §3
    int room = MAX_HEADERS;                                 // + 2: the empty line that ends them
    while (!(line = Http.line(in, room + 2)).isEmpty()) {
        room -= line.length() + 2;
        if (room < 0) throw new Refusal(431, "The headers are over 16 KiB.");
        head.add(line);
    }
}

void check(List<String> head) {
    String[] words = head.getFirst().split(" ", -1);
    if (words.length != 3 || !words[0].matches(TOKEN) || !words[2].matches("HTTP/\\d\\.\\d"))
        throw new Refusal(400, "The first line must be like GET /path HTTP/1.1");  // §3
    if (!words[2].startsWith("HTTP/1."))
        throw new Refusal(505, "This server speaks HTTP/1.1 only.");  // RFC 9110 §15.6.6
    if (words[1].length() > MAX_TARGET) throw new Refusal(414, "The target is over 16 KiB.");
    if (!words[1].matches(TARGET))
        throw new Refusal(400, "The target must be a path or start with http://");  // §3.2
    int hosts = 0;
    for (String line : head.subList(1, head.size())) {
        String[] field = line.split(":", 2);
        // No blank before the colon (§5.1), and no folded line (§5.2): that starts with one.
        if (field.length < 2 || !field[0].matches(TOKEN))
            throw new Refusal(400, "A header starts with its name, right before a colon.");
        if (!field[1].strip().matches("[\\x20-\\x7e\\x80-\\xff]*")) // RFC 9110 §5.5
            throw new Refusal(400, "The header " + field[0] + " has a control character.");
        if (!field[0].equalsIgnoreCase("Host")) continue;
        if (!field[1].strip().matches(HOST)) throw new Refusal(400, "Host is name:port.");
        hosts++;
    }
    if (hosts > 1 || hosts == 0 && !words[2].equals("HTTP/1.0"))  // §3.2
        throw new Refusal(400, "A request has one Host header, this one has " + hosts + ".");
}
// END 2.2
