// ANSWER  Streams and patterns where the solution loops, and a connection closed at each refusal.
// EXERCISE 2.1  Read the request
Request parse(List<String> head) {
    String[] words = head.get(0).split(" ", 3);
    return new Request(words[0], words[1], words[2], head.stream().skip(1)
        .map(Pattern.compile("(?s)([^:]*):[ \\t]*(.*?)[ \\t]*")::matcher).filter(Matcher::matches)
        .collect(Collectors.groupingBy(field -> field.group(1).toLowerCase(Locale.ROOT),
            LinkedHashMap::new,
            Collectors.mapping(field -> field.group(2), Collectors.toList()))));
}

Handler route(Request request) {
    var known = resource(request.path());
    if (known.containsKey(request.method())) return known.get(request.method());
    var answer = known.isEmpty() ? Answer.text(404, "Not here.")
        : Answer.text(405, "Not so.").with("Allow", String.join(",", known.keySet()));
    return (_, _) -> answer;
}

Answer time(Request request, byte[] body) {
    return Answer.text(200, DateTimeFormatter.ISO_INSTANT
        .format(Instant.ofEpochSecond(System.currentTimeMillis() / 1_000)));
}
// END 2.1

// EXERCISE 2.2  Refuse nonsense
void readHead(InputStream in, List<String> head) throws IOException {
    var line = new ByteArrayOutputStream();
    int section = 0;    // bytes behind the first line
    int blanks = 0;     // in the first line, and the bytes between the first two
    int target = 0;
    while (true) {
        int b = in.read();
        if (b < 0) throw new Refusal(400, "Half a head.");
        line.write(b);
        if (!head.isEmpty() && ++section > MAX_HEADERS + 2) throw new Refusal(431, "Too long.");
        if (head.isEmpty() && b == ' ') blanks++;
        else if (head.isEmpty() && blanks == 1 && b != '\r' && b != '\n') target++;
        if (target > MAX_TARGET) throw new Refusal(414, "Too long.");
        if (line.size() > MAX_TARGET + 512) throw new Refusal(400, "Too long.");
        if (b != '\n') continue;
        String text = line.toString(ISO_8859_1);
        if (!text.endsWith("\r\n")) throw new Refusal(400, "CR LF.");
        line.reset();
        if (text.equals("\r\n")) return;
        head.add(text.substring(0, text.length() - 2));
    }
}

void check(List<String> head) {
    var first = Pattern.compile("(" + TOKEN + ") (\\S+) HTTP/(\\d)\\.\\d").matcher(head.get(0));
    if (!first.matches() || !first.group(2).matches(TARGET)) throw new Refusal(400, "Line 1.");
    if (!first.group(3).equals("1")) throw new Refusal(505, "One.");
    if (first.group(2).length() > MAX_TARGET) throw new Refusal(414, "Too long.");
    var fields = head.subList(1, head.size());
    if (!fields.stream().allMatch(field -> field.matches(TOKEN + ":" + VALUE))) {
        throw new Refusal(400, "No header looks like that.");
    }
    var hosts = fields.stream().filter(field -> field.matches("(?i)host:.*")).toList();
    boolean old = head.get(0).endsWith("1.0");
    if (hosts.size() != 1 && !(old && hosts.isEmpty())) throw new Refusal(400, "Host.");
}
// END 2.2

// EXERCISE 2.3  Say what you send
byte[] onTheWire(Answer answer, boolean toHead) {
    var lines = new ArrayList<String>();
    lines.add("HTTP/1.1 " + answer.status() + " " + REASONS.get(answer.status()));
    lines.add("content-length:" + answer.body().length);
    lines.add("content-type:" + answer.type());
    lines.add("date:" + String.format(Locale.US, "%1$ta, %1$td %1$tb %1$tY %1$tT GMT",
        ZonedDateTime.now(ZoneOffset.UTC)));
    answer.headers().forEach((name, value) -> lines.add(name + ":" + value));
    byte[] head = lines.stream().collect(Collectors.joining("\r\n", "", "\r\n\r\n"))
        .getBytes(ISO_8859_1);
    return toHead ? head : ByteBuffer.allocate(head.length + answer.body().length)
        .put(head).put(answer.body()).array();
}

SortedMap<String, Handler> withHead(SortedMap<String, Handler> methods) {
    var all = new TreeMap<>(methods);
    if (all.get("GET") instanceof Handler get) all.putIfAbsent("HEAD", get);
    return all;
}
// END 2.3

// EXERCISE 2.4  Take a body
int contentLength(Request request) {
    var lengths = Set.copyOf(request.all("Content-Length"));
    if (lengths.isEmpty()) return NONE;
    String length = lengths.iterator().next();
    if (lengths.size() > 1 || !length.chars().allMatch(c -> '0' <= c && c <= '9')
            || length.isEmpty()) {
        throw new Refusal(400, "One length.");
    }
    String digits = length.replaceFirst("^0+(?=.)", "");
    if (digits.length() > 7 || Integer.parseInt(digits) > MAX_BODY) throw new Refusal(413, "Big.");
    return Integer.parseInt(digits);
}

byte[] readExactly(InputStream in, int length) throws IOException {
    byte[] body = new byte[length];
    try {
        new DataInputStream(in).readFully(body);
        return body;
    } catch (EOFException early) {
        throw new Refusal(400, "Half a body.");
    }
}

Answer post(Request request, byte[] body) {
    if (Objects.isNull(body)) return Answer.text(411, "How long?");
    return Answer.text(201, "").with("Location", messages.keep(body));
}

Answer show(byte[] text) {
    return new Answer(200, "text/plain;charset=UTF-8", text.clone(), new HashMap<>());
}
// END 2.4

// EXERCISE 2.5  Keep the line open
void converse(Client client) throws IOException {
    client.socket().setSoTimeout(IDLE_MS);
    do {
        client.out().flush();
    } while (exchange(client));
}

boolean staysOpen(Request request, Answer answer) {
    boolean over = request.all("connection").stream().flatMap(Pattern.compile(",")::splitAsStream)
        .map(String::strip).anyMatch("close"::equalsIgnoreCase);
    return answer.status() < 400 && !over && !request.version().endsWith("1.0");
}
// END 2.5

// EXERCISE 2.6  HTTP forgets
Answer visits(Request request, byte[] body) {
    String id = request.all("Cookie").stream()
        .flatMap(line -> Pattern.compile("(?:^|; ?)id=([0-9a-f]{32})(?=;|$)").matcher(line)
            .results()).map(found -> found.group(1)).filter(visitors::containsKey).findAny()
        .orElseGet(() -> {
            byte[] bytes = new byte[16];
            new SecureRandom().nextBytes(bytes);
            return HexFormat.of().formatHex(bytes);
        });
    int visit = visitors.merge(id, 1, Integer::sum);
    var answer = new Answer(200, "text/plain; charset=utf-8", ("" + visit).getBytes(UTF_8),
        Map.of());
    return visit > 1 ? answer : answer.with("Set-Cookie", "id=" + id + "; Max-Age=3600");
}
// END 2.6

// EXERCISE 2.7  Chunked, and no smuggling
boolean isChunked(Request request) {
    String codings = String.join(",", request.all("Transfer-Encoding")).strip();
    if (request.all("Transfer-Encoding").isEmpty()) return false;
    if (!request.all("Content-Length").isEmpty()) throw new Refusal(400, "Two lengths.");
    if (!codings.equalsIgnoreCase("chunked")) throw new Refusal(501, "Chunked alone.");
    return true;
}

byte[] readChunks(InputStream in) throws IOException {
    var pieces = new ArrayList<byte[]>();
    int sum = 0;
    for (int size; (size = size(Http.line(in, 4_096))) > 0; sum += size) {
        if (sum + size > MAX_BODY) throw new Refusal(413, "Big.");
        pieces.add(readExactly(in, size));
        if (!Arrays.equals(in.readNBytes(2), new byte[] {'\r', '\n'})) {
            throw new Refusal(400, "CR LF belongs behind a chunk.");
        }
    }
    Stream.generate(() -> trailer(in)).limit(100).takeWhile(line -> !line.isEmpty())
        .forEach(line -> {
            if (!line.matches(TOKEN + ":" + VALUE)) throw new Refusal(400, "No trailer.");
        });
    var body = ByteBuffer.allocate(sum);
    pieces.forEach(body::put);
    return body.array();
}

String trailer(InputStream in) {
    try {
        String line = Http.line(in, 4_096);
        if (line.length() > 4_096) throw new Refusal(431, "Too long.");
        return line;
    } catch (IOException gone) {
        throw new UncheckedIOException(gone);
    }
}

int size(String line) {
    String size = line.split(";", 2)[0].stripTrailing();
    if (!size.matches("\\p{XDigit}{1,400}")) throw new Refusal(400, "No size.");
    return new BigInteger(size, 16).min(BigInteger.valueOf(MAX_BODY + 1)).intValue();
}
// END 2.7
