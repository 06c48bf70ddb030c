///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
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

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Whoever asks. `in` has a buffer, so read from it and never from the socket. */
record Client(Socket socket, InputStream in, OutputStream out) {}

record Request(String method, String target, String version, Map<String, List<String>> headers) {

    /** The target without its query, and without the http://host that proxies send (§3.2.2). */
    String path() {
        String path = target.replaceFirst("(?i)^http://[^/?]*", "").replaceFirst("\\?.*", "");
        return path.isEmpty() ? "/" : path;
    }

    /** The values of every header line of this name. */
    List<String> all(String name) {
        return headers.getOrDefault(name, List.of());
    }

    /** The members of a header that is a list, like `Connection: TE, close` (RFC 9110 §5.6.1). */
    List<String> list(String name) {
        return Stream.of(String.join(",", all(name)).toLowerCase(Locale.ROOT).split(","))
            .map(String::strip).filter(member -> !member.isEmpty()).toList();
    }
}

record Answer(int status, String type, byte[] body, Map<String, String> headers) {

    static Answer text(int status, String text) {
        return new Answer(status, "text/plain; charset=utf-8", text.getBytes(UTF_8), Map.of());
    }

    Answer with(String name, String value) {
        var more = new TreeMap<>(headers);
        more.put(name, value);
        return new Answer(status, type, body, more);
    }
}

/** Thrown as soon as it is certain that a request is not granted. */
class Refusal extends RuntimeException {
    final Answer answer;

    Refusal(int status, String sentence) {
        this(Answer.text(status, sentence));
    }

    Refusal(Answer answer) {
        this.answer = answer;
    }
}

/** Answers one kind of request; `body` is null when the request announced none. */
interface Handler {
    Answer answer(Request request, byte[] body);
}

static final int MAX_TARGET = 16 * 1024;      // bytes
static final int MAX_HEADERS = 16 * 1024;     // bytes of all header lines, their ends included
static final int MAX_BODY = 1024 * 1024;      // bytes
static final int MAX_KEPT = 64 * MAX_BODY;    // bytes of all messages; the oldest go first
static final int MAX_VISITORS = 10_000;       // whoever was away longest goes first
static final int LINGER_MS = 5_000;           // so long a closing connection is read on, at most,
static final int LINGER_SILENCE_MS = 1_000;   // and so long while nothing comes

// How long a connection may stay silent; more than people need for a page and a second click.
final int IDLE_MS = number("IDLE_MS", System.getenv().getOrDefault("IDLE_MS", "10000"));

static final int NONE = -1, CHUNKED = -2;     // what the length of a body may be besides a number

// The grammar, from RFC 9110 §5.5 and §5.6.2, and RFC 3986 §3.2 to §3.4.
static final String TOKEN = "[0-9A-Za-z!#$%&'*+.^_`|~-]+";
static final String VALUE = "[\\t\\x20-\\x7e\\x80-\\xff]*";
static final String HOST = "(\\[[0-9A-Fa-f:.]+]|[0-9A-Za-z._~!$&'()*+,;=%-]*)(:\\d*)?";
static final String PATH = "/[0-9A-Za-z._~!$&'()*+,;=:@%/-]*";
static final String QUERY = "(\\?[0-9A-Za-z._~!$&'()*+,;=:@%/?-]*)?";
static final String TARGET =
    PATH + QUERY + "|(?i:http://)" + HOST + "(" + PATH + ")?" + QUERY + "|\\*";  // §3.2

final Map<Integer, String> REASONS = Map.ofEntries(
    Map.entry(200, "OK"), Map.entry(201, "Created"), Map.entry(400, "Bad Request"),
    Map.entry(404, "Not Found"), Map.entry(405, "Method Not Allowed"),
    Map.entry(411, "Length Required"), Map.entry(413, "Content Too Large"),
    Map.entry(414, "URI Too Long"), Map.entry(431, "Request Header Fields Too Large"),
    Map.entry(500, "Internal Server Error"), Map.entry(501, "Not Implemented"),
    Map.entry(505, "HTTP Version Not Supported"));

// Path to text, oldest first. These three belong to keep() and kept(), which are synchronized.
final Map<String, byte[]> messages = new LinkedHashMap<>();
int newest;
long keptBytes;

// Cookie to number of visits. A client that throws its cookies away is a new visitor each time:
// without a limit, one of that kind fills the memory.
final Map<String, Integer> visitors =
    Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MAX_VISITORS;
        }
    });

void main(String[] args) throws InterruptedException {
    int port = number("The port", args.length == 0 ? "7002" : String.join(" ", args));
    String host = System.getenv().getOrDefault("HOST", "127.0.0.1");
    try (var server = new ServerSocket()) {
        server.bind(new InetSocketAddress(host, port), 1_000);
        IO.println("listening on http://" + host + ":" + server.getLocalPort());
        while (true) accept(server);
    } catch (IOException | IllegalArgumentException no) {
        quit(1, "Cannot listen on " + host + ":" + port + " (" + no.getMessage() + "). Stop what"
            + " listens there, or take another port: jbang lesson02.java 8080");
    }
}

int number(String name, String text) {
    if (text.matches("\\d{1,5}") && Integer.parseInt(text) < 65_536) return Integer.parseInt(text);
    return quit(2, name + " is a number up to 65535, not '" + text + "': lesson02.java [PORT]");
}

int quit(int code, String sentence) {
    System.err.println(sentence);
    System.exit(code);
    return code;
}

void accept(ServerSocket server) throws InterruptedException {
    try {
        Socket socket = server.accept();
        // A virtual thread for each: a client that sends a byte a second holds up nobody.
        Thread.startVirtualThread(() -> serve(socket));
    } catch (IOException full) {
        System.err.println("No connection to be had: " + full.getMessage());
        Thread.sleep(100);                                  // until others have gone
    }
}

void serve(Socket socket) {
    try (socket) {
        socket.setTcpNoDelay(true);
        var in = new BufferedInputStream(socket.getInputStream());
        var client = new Client(socket, in, socket.getOutputStream());
        try {
            converse(client);
        } finally {
            hangUp(client);
        }
    } catch (IOException gone) {
        // It reset the connection or was silent for too long, and that concerns nobody else.
    }
}

/**
 * A close with unread input resets the connection, and the reset may overtake the answer
 * (lesson 01). So: end our half, then read on until the client ends its own (§9.6).
 */
void hangUp(Client client) throws IOException {
    client.socket().shutdownOutput();
    client.socket().setSoTimeout(LINGER_SILENCE_MS);
    long end = System.nanoTime() + LINGER_MS * 1_000_000L;
    var rest = new byte[8192];
    while (System.nanoTime() < end && client.in().read(rest) >= 0) {
        // It says no more that matters.
    }
}

/** Reads one request and answers it. False: it was the last one of this connection. */
boolean exchange(Client client) throws IOException {
    if (!begins(client.in())) return false;
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
    if (request.list("Expect").contains("100-continue") && !request.version().equals("HTTP/1.0"))
        client.out().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
    return length == CHUNKED ? readChunks(client.in()) : readExactly(client.in(), length);
}

/** Waits for a request; false when the client is done. One empty line may precede it (§2.2). */
boolean begins(InputStream in) throws IOException {
    in.mark(2);
    if (in.read() != '\r' || in.read() != '\n') in.reset();
    in.mark(1);
    int first = in.read();
    in.reset();
    return first >= 0;
}

/**
 * The next line, without the CR LF that ends it; with them it may have `limit` bytes. Of a longer
 * line comes the beginning, and that has more than `limit`.
 */
String readLine(InputStream in, int limit) throws IOException {
    var line = new StringBuilder();                         // a char for each byte (§2.2)
    while (line.length() <= limit) {
        int b = in.read();
        if (b < 0) throw new Refusal(400, "The request ends in the middle of its head.");
        line.append((char) b);
        if (b != '\n' || line.length() > limit) continue;
        // §2.2 would allow a lone LF. But where a proxy sees one line and we see two, a header
        // can be hidden from the proxy: so we don't.
        if (!line.toString().endsWith("\r\n")) throw new Refusal(400, "A line ends with CR LF.");
        return line.substring(0, line.length() - 2);
    }
    return line.toString();
}

/** What there is: the methods of a path, none where nothing is. */
SortedMap<String, Handler> resource(String path) {
    var methods = new TreeMap<String, Handler>();
    byte[] text = kept(path);
    if (text != null) methods.put("GET", (_, _) -> show(text));
    switch (path) {
        case "/" -> methods.put("GET", this::page);
        case "/time" -> methods.put("GET", this::time);
        case "/visits" -> methods.put("GET", this::visits);
        case "/messages" -> methods.put("POST", this::post);
        default -> { }
    }
    return withHead(methods);
}

/** The page with its style and script inside: the starter answers one page and nothing else. */
Answer page(Request request, byte[] body) {
    String page = new String(file("lesson02.html"), UTF_8)
        .replace("/wire.css", inline("text/css", "wire.css"))
        .replace("/wire.js", inline("text/javascript", "wire.js"));
    return new Answer(200, "text/html; charset=utf-8", page.getBytes(UTF_8), Map.of());
}

String inline(String type, String name) {
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(file(name));
}

byte[] file(String name) {
    try (InputStream file = getClass().getResourceAsStream("/web/" + name)) {
        if (file == null) throw new Refusal(404, "web/" + name + " is missing: jbang brings it.");
        return file.readAllBytes();
    } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
    }
}

/** Keeps a text and returns its path. All is forgotten at the end: files are another subject. */
synchronized String keep(byte[] text) {
    String path = "/messages/" + ++newest;
    messages.put(path, text);
    keptBytes += text.length + 200;                         // an empty one takes room as well
    for (var oldest = messages.values().iterator(); keptBytes > MAX_KEPT; oldest.remove())
        keptBytes -= oldest.next().length + 200;
    return path;
}

synchronized byte[] kept(String path) {
    return messages.get(path);
}

// EXERCISE 2.1  Read the request
//   Make true  GET / answers the page and GET /time the time in UTC, to the second, like
//              2026-11-22T10:15:30Z. Another path is answered with 404, a known path with
//              another method by 405 and an Allow header. Header names have no case, and
//              blanks around a value are not part of it.
//   Keep       the signatures. `head` has the lines, first the request line; `resource` knows
//              the methods of each path, and what answers them.
//   Stuck?     jbang hint 2.1
Request parse(List<String> head) {
    head.forEach(IO::println);
    IO.println();
    return new Request("GET", "/", "HTTP/1.1", Map.of());
}

Handler route(Request request) {
    return (_, body) -> page(request, body); // not this::page: a notebook has no this
}

Answer time(Request request, byte[] body) {
    return Answer.text(200, "whenever");
}
// END 2.1

// EXERCISE 2.2  Refuse nonsense
//   Make true  400: a first line that is not three words, no Host header or two, a blank before
//              the colon, a line that starts with a blank, a control character. 505: another
//              version than HTTP/1.x. 414: a target over MAX_TARGET, 431: headers over
//              MAX_HEADERS, both as soon as the limit is passed, not at the end of the line.
//   Keep       the signatures, and that readHead adds each line to `head` as it comes.
//   Stuck?     jbang hint 2.2
void readHead(InputStream in, List<String> head) throws IOException {
    for (String line; !(line = readLine(in, Integer.MAX_VALUE)).isEmpty(); ) head.add(line);
}

void check(List<String> head) {
}
// END 2.2

// EXERCISE 2.3  Say what you send
//   Make true  each answer has Content-Length (bytes, not characters), Content-Type and Date.
//              HEAD is answered like GET, a 404 too, without the body; Allow names it.
//   Keep       the signatures. `toHead` says that the answer is for a HEAD request.
//   Stuck?     jbang hint 2.3
byte[] onTheWire(Answer answer, boolean toHead) {
    var head = new StringBuilder("HTTP/1.1 " + answer.status() + " ");
    head.append(REASONS.get(answer.status()));
    answer.headers().forEach((name, value) -> head.append("\r\n" + name + ": " + value));
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.append("\r\n\r\n").toString().getBytes(ISO_8859_1));
    bytes.writeBytes(answer.body());
    return bytes.toByteArray();
}

SortedMap<String, Handler> withHead(SortedMap<String, Handler> methods) {
    return methods;
}
// END 2.3

// EXERCISE 2.4  Take a body
//   Make true  POST /messages keeps the text and answers 201 with Location: /messages/<n>; GET
//              there answers the very same bytes as text/plain; charset=utf-8. 411: no length.
//              413: over MAX_BODY. 400: the length is no number, or there are two that differ.
//   Keep       the signatures. contentLength returns NONE without a length, and then post gets
//              null as its body. `keep` stores a text and returns its path.
//   Stuck?     jbang hint 2.4
int contentLength(Request request) {
    return NONE;
}

byte[] readExactly(InputStream in, int length) throws IOException {
    return new byte[0];
}

Answer post(Request request, byte[] body) {
    throw new Refusal(501, "Nobody keeps messages yet.");
}

Answer show(byte[] text) {
    return Answer.text(200, "somebody's text");
}
// END 2.4

// EXERCISE 2.5  Keep the line open
//   Make true  a connection serves many requests, in order, also when they are sent without
//              waiting. It closes after Connection: close and after HTTP/1.0, and IDLE_MS after
//              its last byte. The body of a refused request is never taken for a request.
//   Keep       the signatures. `exchange` serves one request, asks staysOpen, and says whether
//              there may be another.
//   Stuck?     jbang hint 2.5
void converse(Client client) throws IOException {
    exchange(client);
}

boolean staysOpen(Request request, Answer answer) {
    return false;
}
// END 2.5

// EXERCISE 2.6  HTTP forgets
//   Make true  GET /visits answers how often this browser was here, as a number alone. It is
//              known by a cookie, whatever other cookies it sends; without one, or with one
//              that we never gave, it starts at 1.
//   Keep       the signature; `visitors` has room for the numbers, and a limit.
//   Stuck?     jbang hint 2.6
Answer visits(Request request, byte[] body) {
    return Answer.text(200, "1");
}
// END 2.6

// EXERCISE 2.7  Chunked, and no smuggling
//   Make true  a chunked body is read like any other: extensions and trailers are ignored, 413
//              over MAX_BODY, 400 for a malformed chunk. Transfer-Encoding and Content-Length
//              together: 400, and the connection closes.
//   Keep       the signatures. readChunks is called where isChunked says so.
//   Stuck?     jbang hint 2.7
boolean isChunked(Request request) {
    return false;
}

byte[] readChunks(InputStream in) throws IOException {
    return new byte[0];
}
// END 2.7
