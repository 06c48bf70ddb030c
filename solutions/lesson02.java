///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../lessons/given/Http.java
//SOURCES ../lessons/given/Door.java
//SOURCES ../lessons/given/Kept.java
//SOURCES ../lessons/given/Setting.java
//FILES web/lesson02.html=../lessons/web/lesson02.html
//FILES web/wire.css=../lessons/web/wire.css
//FILES web/wire.js=../lessons/web/wire.js

// Lesson 02 — HTTP by hand: text with rules
//
// In lesson 01 a line was a message because our two ends had agreed on it, and no
// browser knew. HTTP is the agreement that every browser keeps: a request is a line,
// headers, an empty line and perhaps a body, and an answer looks just the same.
// RFC 9112 says how it is written, RFC 9110 what it means; a bare § is of RFC 9112.
//
//   run    jbang lesson02.java           then open http://localhost:7002
//   look   curl -v localhost:7002/time
//   check  jbang check 02
//
// Left out on purpose: %-escapes in paths, caches, compression, TLS; a client that
// asks but never reads its answer (lesson 06), one that asks too often (lesson 13).

import static given.Http.*;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import given.Door;
import given.Http;
import given.Kept;
import given.Setting;

// Given, in lessons/given/Http.java; each is a few lines:
//
//   Request(method, target, version, headers)  all(name), a header's values; list(name), the
//                                              members of one that is a list; has(name, member)
//   Answer(status, type, body, headers)        text(status, text); with(name, value), one more
//   Refusal(status, sentence)                  thrown as soon as it is certain; Refusal(answer)
//   Http.line(in, limit)                       the next line. It stops behind `limit` bytes, CR
//                                              and LF counted: a longer one shows by its length.
//   TOKEN, VALUE, HOST, TARGET                 the grammar, for String.matches

/** Whoever asks. `in` has a buffer, so read from it and never from the socket. */
record Client(Socket socket, InputStream in, OutputStream out) {}

/** Answers one kind of request; `body` is null when the request announced none. */
interface Handler {
    Answer answer(Request request, byte[] body);
}

static final int MAX_BODY = 1024 * 1024;      // bytes
static final int NONE = -1, CHUNKED = -2;     // what the length of a body may be besides a number

// How long a connection may stay silent; more than people need for a page and a second click.
final int IDLE_MS = Setting.of("IDLE_MS", 10_000);

final Kept messages = new Kept("/messages/", 64 * MAX_BODY);  // texts, by their paths
final Map<String, Integer> visitors = Kept.last(10_000);      // cookie to number of visits

void main(String[] args) {
    Door.open(7002, args, this::serve);
}

/** What there is: the methods of a path, none where nothing is. */
SortedMap<String, Handler> resource(String path) {
    var methods = new TreeMap<String, Handler>();
    byte[] text = messages.at(path);
    if (text != null) methods.put("GET", (_, _) -> show(text));
    switch (path) {
        case "/" -> methods.put("GET", (_, _) -> page());
        case "/request" -> methods.put("GET", (request, _) -> understood(request));
        case "/time" -> methods.put("GET", (request, body) -> time(request, body));
        case "/visits" -> methods.put("GET", (request, body) -> visits(request, body));
        case "/messages" -> methods.put("POST", (request, body) -> post(request, body));
        default -> { }
    }
    return withHead(methods);
}

// A request, as RFC 9112 §2.1 has it; CR LF ends each line, and an empty one the head:
//
//   GET /time?zone=utc HTTP/1.1       method, target and version: three words, one blank between
//   Host: localhost:7002              name, colon, value; a name may come again
//
// EXERCISE 2.1  Read the request
//   The first line names method, target and version; each other line is a name, a colon and
//   a value (§3, §5). Names have no case, hence the order of the map.
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
    SortedMap<String, Handler> methods = resource(request.path());
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

// EXERCISE 2.2  Refuse nonsense
//   What can be read in two ways lets one reader be played off against another, so it is
//   refused, not repaired. And a limit holds at the byte that passes it: who first waits for
//   the end of an endless line has none.
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
        if (!field[1].matches(VALUE))                       // RFC 9110 §5.5
            throw new Refusal(400, "The header " + field[0] + " has a control character.");
        if (!field[0].equalsIgnoreCase("Host")) continue;
        if (!field[1].strip().matches(HOST)) throw new Refusal(400, "Host is name:port.");
        hosts++;
    }
    if (hosts > 1 || hosts == 0 && !words[2].equals("HTTP/1.0"))  // §3.2
        throw new Refusal(400, "A request has one Host header, this one has " + hosts + ".");
}
// END 2.2

// An answer begins with version, status and reason: HTTP/1.1 200 OK. A date is written as in
// Date: Sun, 22 Nov 2026 09:05:07 GMT. The day always has two digits (RFC 9110 §5.6.7); Java's
// RFC_1123_DATE_TIME writes 1 to 9 with one, so give DateTimeFormatter.ofPattern a pattern.
// EXERCISE 2.3  Say what you send
//   Without the length only the end of the connection ends an answer; without the charset
//   the reader guesses what the bytes mean.
byte[] onTheWire(Answer answer, boolean toHead) {
    // The day has two digits, always (RFC 9110 §5.6.7).
    var date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
    var head = new StringBuilder("HTTP/1.1 " + answer.status() + " ");
    head.append(REASONS.get(answer.status()));
    head.append("\r\nDate: " + date.format(Instant.now().atOffset(ZoneOffset.UTC)));
    head.append("\r\nContent-Type: " + answer.type());
    head.append("\r\nContent-Length: " + answer.body().length);
    answer.headers().forEach((name, value) -> head.append("\r\n" + name + ": " + value));
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.append("\r\n\r\n").toString().getBytes(ISO_8859_1));
    if (!toHead) bytes.writeBytes(answer.body());           // RFC 9110 §9.3.2
    return bytes.toByteArray();
}

SortedMap<String, Handler> withHead(SortedMap<String, Handler> methods) {
    if (methods.containsKey("GET")) methods.put("HEAD", methods.get("GET"));
    return methods;
}
// END 2.3

// EXERCISE 2.4  Take a body
//   A body may hold any bytes, so none can mark its end: its length comes first. That is only
//   the client's word, and is looked at before room is made for it.
int contentLength(Request request) {
    if (request.all("Content-Length").isEmpty()) return NONE;
    // The same number again does no harm, on a line of its own or not (§6.3).
    var numbers = Stream.of(String.join(",", request.all("Content-Length")).split(",", -1))
        .map(String::strip).distinct().toList();
    String number = numbers.getFirst();
    if (numbers.size() > 1 || !number.matches("[0-9]+"))
        throw new Refusal(400, "Content-Length must be one number, not " + numbers);
    if (new BigInteger(number).compareTo(BigInteger.valueOf(MAX_BODY)) > 0)
        throw new Refusal(413, "A body may have 1 MiB.");   // however many digits it came with
    return Integer.parseInt(number);
}

byte[] readExactly(InputStream in, int length) throws IOException {
    byte[] body = in.readNBytes(length);                    // read() gives what happens to be there
    if (body.length < length) throw new Refusal(400, "The body ends too early.");  // §8
    return body;
}

Answer post(Request request, byte[] body) {
    if (body == null) throw new Refusal(411, "A message needs a Content-Length.");
    String path = messages.keep(body);
    return Answer.text(201, "Kept at " + path).with("Location", path);  // RFC 9110 §9.3.3
}

Answer show(byte[] text) {
    return new Answer(200, "text/plain; charset=utf-8", text, Map.of());
}
// END 2.4

// EXERCISE 2.5  Keep the line open
//   A connection costs a round trip before its first byte, so it serves many requests (§9.3).
//   Those sent without waiting lie in the buffer, and one thread takes them in order (§9.3.2).
void converse(Client client) throws IOException {
    client.socket().setSoTimeout(IDLE_MS);                  // each read waits for so long
    boolean open = true;
    while (open) open = exchange(client);
}

boolean staysOpen(Request request, Answer answer) {
    if (request.version().equals("HTTP/1.0")) return false;
    if (request.has("Connection", "close")) return false;  // §9.6
    if (answer.status() < 400) return true;                 // its body has been read
    // The rest of a refused request must never pass for the next one. There is none for
    // certain when the head was understood and announces no body.
    return (answer.status() == 404 || answer.status() == 405)
        && request.all("Content-Length").isEmpty() && request.all("Transfer-Encoding").isEmpty();
}
// END 2.5

// “Set-Cookie: name=value; Path=/” in an answer makes the browser send “Cookie: name=value” from
// then on, in one line with all its other cookies: “Cookie: theme=dark; name=value; at=10:15”.
// EXERCISE 2.6  HTTP forgets
//   Each request stands alone. What makes two of them one browser's is a header that we give
//   and it brings back: an id that nobody guesses (122 random bits), that scripts do not see
//   (HttpOnly) and that other sites' forms do not carry (SameSite).
Answer visits(Request request, byte[] body) {
    for (String cookie : String.join(";", request.all("Cookie")).split(";")) {
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

// A chunked body is announced by Transfer-Encoding: chunked. It is a row of pieces, each behind its
// length in hexadecimal; a piece of length 0 and an empty line end it. So “hello, ada” travels as
//
//   7 CR LF hello,  CR LF 3;note=x CR LF ada CR LF 0 CR LF X-Sum: 42 CR LF CR LF
//
// What stands behind a length after a ; is an extension. What stands between the last length and
// the empty line are trailers, lines like headers.
// EXERCISE 2.7  Chunked, and no smuggling
//   Who does not know the length yet sends pieces, each after its own length (§7.1). With two
//   lengths in one request a proxy may believe one and we the other: what is left over passes
//   for the next request, and that is how one is smuggled past the proxy.
boolean isChunked(Request request) {
    if (request.all("Transfer-Encoding").isEmpty()) return false;
    var codings = request.list("Transfer-Encoding").stream().map(String::toLowerCase).toList();
    if (!request.all("Content-Length").isEmpty() || request.version().equals("HTTP/1.0"))
        throw new Refusal(400, "Transfer-Encoding stands alone, and in HTTP/1.1.");  // §6.1
    if (codings.isEmpty() || codings.indexOf("chunked") < codings.size() - 1)
        throw new Refusal(400, "The last coding must be chunked, and only that.");  // §6.3
    if (codings.size() > 1) throw new Refusal(501, "Only chunked is known here.");  // §6.1
    return true;
}

byte[] readChunks(InputStream in) throws IOException {
    var start = Pattern.compile("([0-9A-Fa-f]+)([ \\t]*;[ \\t]*" + TOKEN + VALUE + ")?");  // §7.1.1
    var body = new ByteArrayOutputStream();
    int room = MAX_HEADERS;                                 // for all extensions and trailers
    while (true) {
        Matcher chunk = start.matcher(Http.line(in, MAX_HEADERS));
        if (!chunk.matches()) throw new Refusal(400, "A chunk starts with its size in hex.");
        room -= chunk.group(0).length() - chunk.group(1).length();
        if (room < 0) throw new Refusal(400, "The chunk extensions are over 16 KiB.");
        var size = new BigInteger(chunk.group(1), 16);
        if (size.signum() == 0) break;
        if (size.compareTo(BigInteger.valueOf(MAX_BODY - body.size())) > 0)
            throw new Refusal(413, "A body may have 1 MiB.");
        body.writeBytes(in.readNBytes(size.intValue()));
        if (in.read() != '\r' || in.read() != '\n')
            throw new Refusal(400, "A chunk has as many bytes as it said, then CR LF.");
    }
    for (String line = "-"; !line.isEmpty(); room -= line.length() + 2) {  // §7.1.2
        line = Http.line(in, room + 2);
        if (line.length() > room) throw new Refusal(431, "The trailers are over 16 KiB.");
        if (!line.isEmpty() && !line.matches(TOKEN + ":" + VALUE))
            throw new Refusal(400, "A trailer starts with its name, right before a colon.");
    }
    return body.toByteArray();
}
// END 2.7

// ------------------------------------------------------------------------------------------------
// What drives the exercises; you may skip it.

Answer page() {
    return Answer.page("lesson02.html");
}

/** What the server made of a request. Who answers in another way than is asked looks here. */
Answer understood(Request request) {
    return Answer.text(200, request.understood());
}

/** One connection, from its first byte to its last. */
void serve(Socket socket) throws IOException {
    var in = new BufferedInputStream(socket.getInputStream());
    try {
        converse(new Client(socket, in, socket.getOutputStream()));
    } finally {
        Door.hangUp(socket, in);
    }
}

/** Reads one request and answers it. False: it was the last one of this connection. */
boolean exchange(Client client) throws IOException {
    if (!Http.begins(client.in())) return false;
    var head = new ArrayList<String>();
    Request request = null;
    Answer answer;
    try {
        readHead(client.in(), head);
        check(head);
        request = parse(head);
        int length = isChunked(request) ? CHUNKED : contentLength(request);
        Handler handler = route(request);
        answer = handler.answer(request, readBody(client, request, length));
    } catch (Refusal refusal) {
        answer = refusal.answer;
    } catch (RuntimeException bug) {
        bug.printStackTrace();
        answer = Answer.text(500, "A bug in the server: its terminal says where.");
    }
    boolean open = request != null && staysOpen(request, answer);
    boolean toHead = !head.isEmpty() && head.getFirst().startsWith("HEAD ");
    client.out().write(onTheWire(open ? answer : answer.with("Connection", "close"), toHead));
    return open;
}

byte[] readBody(Client client, Request request, int length) throws IOException {
    if (length == NONE) return null;
    // It holds the body back until we want it (RFC 9110 §10.1.1): curl does, over 1 MiB.
    if (request.has("Expect", "100-continue") && !request.version().equals("HTTP/1.0"))
        client.out().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
    return length == CHUNKED ? readChunks(client.in()) : readExactly(client.in(), length);
}
