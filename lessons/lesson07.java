///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//FILES web/lesson07.html=../lessons/web/lesson07.html
//FILES web/wire.css=../lessons/web/wire.css
//FILES web/wire.js=../lessons/web/wire.js

// Lesson 07 — WebSocket by hand: upgrade and frames
//
// In lesson 06 the server could speak first, but one way only, and text only. A WebSocket begins
// as an HTTP request like those of lesson 02. Then both ends keep the TCP connection, forget HTTP
// and send frames, each when it likes. RFC 6455 has the rules; a bare § is of RFC 6455.
//
//   run    jbang lesson07.java           then open http://localhost:7007
//   check  jbang check 07
//
// Left out on purpose: extensions such as compression, and TLS; a client that says nothing for
// hours (lesson 08), or that never reads, for which we wait (lesson 09); which sites may connect
// (Origin, lesson 13). Room is made for a frame as soon as it is announced, at most 1 MiB.

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

/** A request's first line and headers. `all` has the values of a header, over all its lines. */
record Request(String method, String path, String version, Map<String, List<String>> headers) {
    List<String> all(String name) {
        return headers.getOrDefault(name, List.of());
    }

    /** The members of a header that is a list, like `Connection: keep-alive, Upgrade`. */
    List<String> list(String name) {
        return Stream.of(String.join(",", all(name)).split(","))
            .map(String::strip).filter(member -> !member.isEmpty()).toList();
    }
}

/** Thrown when a request is not granted, the handshake too: an HTTP answer in one sentence. */
class Refusal extends RuntimeException {
    final int status;
    final List<String> headers;

    Refusal(int status, String sentence, String... headers) {
        super(sentence);
        this.status = status;
        this.headers = List.of(headers);
    }
}

/** Thrown when a client breaks a rule: it gets a close with this code, and no more (§7.1.7). */
class Failure extends RuntimeException {
    final int code;

    Failure(int code, String sentence) {
        super(sentence);
        this.code = code;
    }
}

/** What a frame says before its payload (§5.2). */
record Header(boolean fin, int reserved, int opcode, long length, byte[] mask) {
    boolean isControl() {
        return opcode >= CLOSE;
    }
}

/** One connection. It belongs to one thread, which reads and writes. */
class Client {
    final Socket socket;
    final DataInputStream in;
    final DataOutputStream out;
    final ByteArrayOutputStream message = new ByteArrayOutputStream(); // its payload so far, and
    int opcode = NONE;                  // its kind: TEXT or BINARY, NONE between two messages
    Utf8 utf8 = new Utf8();             // of the text that is being read
    boolean open = true;                // until a close frame was sent

    Client(Socket socket) throws IOException {
        this.socket = socket;
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 32 * 1024));
        // When all that came is read, and only then, what we have to say goes out: of many small
        // messages that came in one packet, the answers leave in one packet as well.
        var flushing = new FilterInputStream(socket.getInputStream()) {
            @Override public int read(byte[] bytes, int from, int length) throws IOException {
                out.flush();
                return super.read(bytes, from, length);
            }
        };
        in = new DataInputStream(new BufferedInputStream(flushing, 32 * 1024));
    }
}

static final int NONE = -1, CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;
static final int PROTOCOL_ERROR = 1002, NOT_UTF8 = 1007, TOO_BIG = 1009, MISTAKE = 1011; // §7.4.1

static final int MAX_HEAD = 16 * 1024;         // bytes of a request
static final int MAX_MESSAGE = 1024 * 1024;    // bytes of payload, over all frames of a message
static final int HEAD_MS = 10_000;             // so long a connection may be silent before its
                                               // request is complete; a WebSocket may for ever
static final int LINGER_MS = 2_000;            // so long a closing connection is read on, at most,
static final int LINGER_SILENCE_MS = 1_000;    // and so long while nothing comes

static final String TOKEN = "[0-9A-Za-z!#$%&'*+.^_`|~-]+";        // RFC 9110 §5.6.2
static final String FIELD = TOKEN + ":[\\t\\x20-\\x7e\\x80-\\xff]*"; // RFC 9110 §5.5
static final List<String> PROTOCOLS = List.of("chat");           // that we speak, see 7.1

static final Map<Integer, String> REASONS = Map.of(101, "Switching Protocols", 200, "OK",
    400, "Bad Request", 404, "Not Found", 405, "Method Not Allowed", 426, "Upgrade Required",
    431, "Request Header Fields Too Large");

final Map<String, String> files = Map.of(
    "/", "text/html", "/wire.css", "text/css", "/wire.js", "text/javascript");

void main(String[] args) throws InterruptedException {
    int port = port(args);
    String host = System.getenv().getOrDefault("HOST", "127.0.0.1");
    try (var door = new ServerSocket()) {
        door.bind(new InetSocketAddress(host, port), 1_000);
        IO.println("listening on http://" + host + ":" + door.getLocalPort());
        while (true) welcome(door);
    } catch (IOException taken) {
        quit(1, "Cannot listen on " + host + ", port " + port + " (" + taken.getMessage() + ")."
            + " Stop who has it, or choose another port: jbang lesson07.java 8007");
    }
}

void welcome(ServerSocket door) throws InterruptedException {
    try {
        Socket socket = door.accept();
        Thread.startVirtualThread(() -> serve(socket));
    } catch (IOException full) {
        System.err.println("No connection to be had: " + full.getMessage());
        Thread.sleep(100);                     // until others have gone
    }
}

int port(String[] args) {
    String port = args.length == 0 ? "7007" : args[0];
    if (args.length > 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
        quit(2, "Give one port, 1 to 65535, or 0 for a free one: jbang lesson07.java 8007");
    }
    return Integer.parseInt(port);
}

void quit(int code, String sentence) {
    System.err.println(sentence);
    System.exit(code);
}

void serve(Socket socket) {
    try (socket) {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(HEAD_MS);
        var client = new Client(socket);
        answer(client);
        hangUp(client);
    } catch (IOException gone) {
        // It ended or reset the connection, and that concerns nobody else.
    }
}

/** Answers the one request of a connection. After a handshake the frames begin. */
void answer(Client client) throws IOException {
    try {
        Request request = readRequest(client);
        if (request.path().equals("/ws")) {
            respond(client, 101, handshake(request), "");
            client.socket.setSoTimeout(0);
            converse(client);
        } else {
            file(client, request);
        }
    } catch (Refusal refusal) {
        respond(client, refusal.status, refusal.headers, refusal.getMessage() + "\n");
    }
}

/** The head of a request, as in lesson 02. No request that is granted here has a body. */
Request readRequest(Client client) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
        if (head.length() == MAX_HEAD) throw new Refusal(431, "The head is over 16 KiB.");
        head.append((char) client.in.readUnsignedByte());
    }
    String[] lines = head.toString().split("\r\n");
    String[] words = lines[0].split(" ", -1);
    if (words.length != 3 || !words[2].matches("HTTP/[0-9]\\.[0-9]"))
        throw new Refusal(400, "The first line must be like GET /ws HTTP/1.1");
    var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    for (String line : List.of(lines).subList(1, lines.length)) {
        if (!line.matches(FIELD)) throw new Refusal(400, "This is no header line: " + line);
        int colon = line.indexOf(':');
        headers.computeIfAbsent(line.substring(0, colon), _ -> new ArrayList<>())
            .add(line.substring(colon + 1).strip());
    }
    String path = words[1].replaceFirst("(?i)^http://[^/?]*", "").replaceFirst("\\?.*", "");
    return new Request(words[0], path, words[2], headers);
}

void file(Client client, Request request) throws IOException {
    String type = files.get(request.path());
    if (type == null) throw new Refusal(404, "There is nothing here. The WebSocket is at /ws.");
    if (!request.method().matches("GET|HEAD"))
        throw new Refusal(405, "Only GET and HEAD here.", "Allow: GET, HEAD");
    String name = request.path().equals("/") ? "/lesson07.html" : request.path();
    try (InputStream file = getClass().getResourceAsStream("/web" + name)) {
        if (file == null) throw new Refusal(404, "The file web" + name + " is missing here.");
        byte[] body = file.readAllBytes();
        respond(client, 200, List.of("Content-Type: " + type + "; charset=utf-8",
            "Content-Length: " + body.length), "");
        if (request.method().equals("GET")) client.out.write(body);
    }
}

/** @param headers whole lines, but for their end */
void respond(Client client, int status, List<String> headers, String body) throws IOException {
    var lines = new ArrayList<>(headers);
    lines.addFirst("HTTP/1.1 " + status + " " + REASONS.get(status));
    if (status != 101) lines.add("Connection: close");
    if (!body.isEmpty()) lines.add("Content-Type: text/plain; charset=utf-8");
    client.out.write((String.join("\r\n", lines) + "\r\n\r\n" + body).getBytes(UTF_8));
    client.out.flush();
}

/** Frame after frame, until one end has said goodbye. */
void converse(Client client) throws IOException {
    try {
        while (client.open) take(client, readHeader(client));
    } catch (Failure failure) {
        goodbye(client, failure.code, failure.getMessage());
    } catch (RuntimeException bug) {
        bug.printStackTrace();
        goodbye(client, MISTAKE, "a bug in the server: its terminal says where");
    }
}

/** One frame: what it announces is checked before a byte of its payload is read. */
void take(Client client, Header header) throws IOException {
    checkBits(header);                         // 7.8
    checkControl(header);                      // 7.4
    checkOrder(client, header);                // 7.6
    checkSize(client, header);                 // 7.8
    byte[] payload = readPayload(client, header);
    if (header.opcode() == PING) pong(client, payload); // 7.4; to a pong nothing is due (§5.5.3)
    if (header.opcode() == CLOSE) {
        checkReason(payload);                  // 7.7
        close(client, payload);                // 7.5
    }
    if (!header.isControl()) collect(client, header, payload); // 7.6
}

/** Reads piece by piece, so that a text is known to be wrong before its frame is complete. */
byte[] readPayload(Client client, Header header) throws IOException {
    byte[] payload = new byte[(int) header.length()];
    boolean isText = client.opcode == TEXT && !header.isControl();
    for (int from = 0, count; from < payload.length; from += count) {
        count = client.in.read(payload, from, payload.length - from);
        if (count < 0) throw new EOFException("the client ended in the middle of a frame");
        unmask(payload, from, from + count, header.mask());        // 7.2
        if (isText) client.utf8.take(payload, from, from + count); // 7.7
    }
    if (isText && header.fin()) client.utf8.end();                 // 7.7
    return payload;
}

/** A close with a code and a reason in words (§5.5.1), the last frame that we send. */
void goodbye(Client client, int code, String reason) throws IOException {
    byte[] text = reason.getBytes(UTF_8);
    var payload = ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text);
    sendClose(client, payload.array());
}

/** As goodbye(), with a payload that may be empty. */
void sendClose(Client client, byte[] payload) throws IOException {
    write(client, CLOSE, payload);
    client.open = false;
}

/**
 * The server is the one to end TCP (§7.1.1). It ends its own half, then reads on: a close with
 * unread input resets the connection, and the reset may overtake our last frame (lesson 01).
 */
void hangUp(Client client) throws IOException {
    client.out.flush();
    client.socket.shutdownOutput();
    client.socket.setSoTimeout(LINGER_SILENCE_MS);
    long end = System.nanoTime() + LINGER_MS * 1_000_000L;
    byte[] rest = new byte[8192];
    while (System.nanoTime() < end && client.in.read(rest) >= 0) {
        // It says no more that matters (§5.5.1).
    }
}

// EXERCISE 7.1  The handshake
//   Make true  what is no handshake gets 400: another method than GET, HTTP/1.0, no Host or two, no
//              “websocket” in Upgrade, no “upgrade” in Connection. Another version than 13: 426
//              with Upgrade and Sec-WebSocket-Version: 13. Not one key of 22 base64 characters
//              and “==”: 400. Else the answer has the accept value of the key, and of the offered
//              subprotocols the first that stands in PROTOCOLS, as Sec-WebSocket-Protocol.
//   Keep       this order, and the signatures: handshake() returns the 101 answer's header lines.
//   Stuck?     jbang hint 7.1
String accept(String key) {
    return "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";                  // right for one key (§1.3)
}

List<String> handshake(Request request) {
    return List.of("Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Accept: " + accept("the key that came"));
}
// END 7.1

// EXERCISE 7.2  Read frames
//   Make true  a text of up to 125 bytes comes back, however its bytes arrive, also right behind
//              longer texts, whose lengths have 16 or 64 bits. A frame without a mask: 1002.
//   Keep       the signatures. client.in.readUnsignedByte() gives the next byte; throw new
//              Failure(1002, "why") says goodbye. readPayload() reads what your header announces.
//   Stuck?     jbang hint 7.2
Header readHeader(Client client) throws IOException {
    while (true) {
        int b = client.in.readUnsignedByte();
        IO.println(String.format("%02X  ", b) + Integer.toBinaryString(b | 256).substring(1));
    }
}

/** The bytes of a payload from `from` to `to`, the latter not included. */
void unmask(byte[] payload, int from, int to, byte[] mask) {
}
// END 7.2

// EXERCISE 7.3  Write frames
//   Make true  a text comes back as text and a binary message as binary, up to 1 MiB, each in one
//              frame, never masked, its length in the shortest form: 7 bits to 125, 16 to 65,535.
//   Keep       the signatures; write() is for frames of every kind.
//   Stuck?     jbang hint 7.3
void write(Client client, int opcode, byte[] payload) throws IOException {
    client.out.write(0x80 | opcode);                        // FIN: the whole message in one frame
    client.out.write(payload.length);                       // right up to 125
    client.out.write(payload);
}

void echo(Client client, int opcode, byte[] message) throws IOException {
    if (message.length <= 125) write(client, TEXT, message);
    else IO.println(message.length + " bytes: too many for write() so far");
}
// END 7.3

// EXERCISE 7.4  Ping, pong
//   Make true  a ping is answered by a pong with its payload. A control frame with more than 125
//              bytes or without FIN: 1002.
//   Keep       the signatures. checkControl() is called before the payload is read; a pong is
//              read and gets no answer, which take(), above, does already.
//   Stuck?     jbang hint 7.4
void checkControl(Header header) {
}

void pong(Client client, byte[] payload) throws IOException {
    IO.println("a ping of " + payload.length + " bytes");
}
// END 7.4

// EXERCISE 7.5  Say goodbye
//   Make true  a close is answered with its code, an empty one with an empty one. Codes below 1000,
//              1004 to 1006, 1015 to 2999 and from 5000, and a payload of one byte: 1002.
//   Keep       goodbye() and sendClose(), above: after them no frame is read, and TCP ends.
//   Stuck?     jbang hint 7.5
void close(Client client, byte[] payload) throws IOException {
    IO.println("a close of " + payload.length + " bytes");
}
// END 7.5

// EXERCISE 7.6  Fragments
//   Make true  a message in many frames comes back as one. A continuation without a start, or a
//              new start inside a message: 1002. Pings between them are answered at once.
//   Keep       client.opcode: TEXT or BINARY while a message is open, else NONE. client.message
//              has its payload so far. checkOrder() is called before the payload is read.
//   Stuck?     jbang hint 7.6
void checkOrder(Client client, Header header) {
}

void collect(Client client, Header header, byte[] payload) throws IOException {
    if (header.opcode() != CONTINUATION) echo(client, header.opcode(), payload);
}
// END 7.6

// EXERCISE 7.7  Text is UTF-8
//   Make true  a text that is no UTF-8 gets 1007, a close's reason too, at the latest when the
//              frame with the wrong byte is complete. A letter may be cut between two frames.
//   Keep       the signatures. take() gets a text's bytes as they come, end() is called behind its
//              last frame, checkReason() with a close's whole payload.
//   Stuck?     jbang hint 7.7
class Utf8 {
    /** The next bytes of a text: from `from` to `to`, the latter not included. */
    void take(byte[] text, int from, int to) {
    }

    /** The text ends here. */
    void end() {
    }
}

/** The two bytes of the code come first. */
void checkReason(byte[] close) {
}
// END 7.7

// EXERCISE 7.8  Refuse nonsense
//   Make true  a reserved bit, a reserved opcode (3 to 7, 11 to 15), a length with its top bit set:
//              1002. A message of more than MAX_MESSAGE bytes, over all its frames: 1009, as
//              soon as a header announces it.
//   Keep       the signatures. Both are called before a payload is read.
//   Stuck?     jbang hint 7.8
void checkBits(Header header) {
}

void checkSize(Client client, Header header) {
}
// END 7.8
