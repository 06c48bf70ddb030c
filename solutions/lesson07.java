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
//   Each check has its place in §4.2.1. The key is no secret: with its hash the server proves that
//   it knows what it is asked for, so that nobody takes an ordinary web server for a WebSocket.
String accept(String key) {
    try {
        String text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // the same for all (§1.3)
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(US_ASCII));
        return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException(impossible);        // every JDK has SHA-1
    }
}

List<String> handshake(Request request) {
    if (!request.method().equals("GET") || !request.version().matches("HTTP/1\\.[1-9]"))
        throw new Refusal(400, "A handshake is a GET in HTTP/1.1.");
    if (request.all("Host").size() != 1) throw new Refusal(400, "Host must be there, once.");
    if (request.list("Upgrade").stream().noneMatch("websocket"::equalsIgnoreCase))
        throw new Refusal(400, "A handshake has Upgrade: websocket.");
    if (request.list("Connection").stream().noneMatch("upgrade"::equalsIgnoreCase))
        throw new Refusal(400, "A handshake has Connection: Upgrade.");
    if (!request.all("Sec-WebSocket-Version").equals(List.of("13"))) // §4.4, and §4.2.2 /4
        throw new Refusal(426, "Only version 13 is spoken here.", "Upgrade: websocket",
            "Connection: Upgrade", "Sec-WebSocket-Version: 13");
    List<String> keys = request.all("Sec-WebSocket-Key");
    if (keys.size() != 1 || !keys.getFirst().matches("[A-Za-z0-9+/]{22}=="))
        throw new Refusal(400, "Sec-WebSocket-Key must be there, once: 16 bytes in base64.");
    var headers = new ArrayList<>(List.of("Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Accept: " + accept(keys.getFirst())));
    // The client's order is its preference. None that we know: no header, and it decides (§4.2.2).
    request.list("Sec-WebSocket-Protocol").stream().filter(PROTOCOLS::contains).findFirst()
        .ifPresent(protocol -> headers.add("Sec-WebSocket-Protocol: " + protocol));
    return headers;
}
// END 7.1

// EXERCISE 7.2  Read frames
//   Two bytes, then none, two or eight of length, then four of mask (§5.2). A mask hides nothing:
//   it keeps what a page sends from looking like HTTP to an old proxy, so it is not optional.
//   The shortest form of a length is the sender's duty; here a longer one does no harm.
Header readHeader(Client client) throws IOException {
    int first = client.in.readUnsignedByte();
    int second = client.in.readUnsignedByte();
    if ((second & 0x80) == 0) throw new Failure(PROTOCOL_ERROR, "a client must mask"); // §5.1
    long length = second & 0x7F;
    if (length == 126) length = client.in.readUnsignedShort();       // the highest byte first
    else if (length == 127) length = client.in.readLong();
    var mask = new byte[4];
    client.in.readFully(mask);
    return new Header((first & 0x80) != 0, first >> 4 & 7, first & 0x0F, length, mask);
}

/** The bytes of a payload from `from` to `to`, the latter not included (§5.3). */
void unmask(byte[] payload, int from, int to, byte[] mask) {
    for (int i = from; i < to; i++) payload[i] ^= mask[i & 3];
}
// END 7.2

// EXERCISE 7.3  Write frames
//   A server never masks (§5.1), and writes a length in the shortest form that fits (§5.2).
void write(Client client, int opcode, byte[] payload) throws IOException {
    int length = payload.length;
    client.out.write(0x80 | opcode);                        // FIN: the whole message in one frame
    if (length <= 125) {
        client.out.write(length);
    } else if (length <= 0xFFFF) {
        client.out.write(126);
        client.out.writeShort(length);
    } else {
        client.out.write(127);
        client.out.writeLong(length);
    }
    client.out.write(payload);
}

void echo(Client client, int opcode, byte[] message) throws IOException {
    write(client, opcode, message);                         // a text as text (§5.6)
}
// END 7.3

// EXERCISE 7.4  Ping, pong
//   A control frame is short and whole, so that it can stand between the frames of a message and
//   needs no room of its own (§5.5). A pong brings the ping's payload back (§5.5.3).
void checkControl(Header header) {
    if (!header.isControl()) return;
    if (!header.fin()) throw new Failure(PROTOCOL_ERROR, "a control frame has FIN");
    if (header.length() > 125) throw new Failure(PROTOCOL_ERROR, "a control frame has 125 bytes");
}

void pong(Client client, byte[] payload) throws IOException {
    write(client, PONG, payload);
}
// END 7.4

// EXERCISE 7.5  Say goodbye
//   Each end sends one close frame, the second as an answer, and then the server ends TCP (§7.1).
//   Some codes stand for what happened without a frame, and others for nothing yet (§7.4).
void close(Client client, byte[] payload) throws IOException {
    if (payload.length == 0) {
        sendClose(client, payload);                         // no code to answer with (§7.1.5)
        return;
    }
    if (payload.length == 1) throw new Failure(PROTOCOL_ERROR, "a code has two bytes"); // §5.5.1
    int code = ByteBuffer.wrap(payload).getShort() & 0xFFFF;
    boolean known = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
    if (!known && (code < 3000 || code > 4999))             // those are for libraries and for us
        throw new Failure(PROTOCOL_ERROR, "no close may have the code " + code); // §7.4.2
    goodbye(client, code, "");
}
// END 7.5

// EXERCISE 7.6  Fragments
//   A message may be sent before its length is known: a first frame with the kind of message and
//   without FIN, then continuations, the last with FIN. Messages never mix, so what is open is
//   one number (§5.4). And each frame's bytes are copied once: many frames cost no more.
void checkOrder(Client client, Header header) {
    if (header.isControl()) return;                         // may come in between
    boolean continues = header.opcode() == CONTINUATION;
    if (continues && client.opcode == NONE)
        throw new Failure(PROTOCOL_ERROR, "there is no message to continue");
    if (!continues && client.opcode != NONE)
        throw new Failure(PROTOCOL_ERROR, "the last message is not complete");
    if (!continues) client.opcode = header.opcode();
}

void collect(Client client, Header header, byte[] payload) throws IOException {
    client.message.writeBytes(payload);
    if (!header.fin()) return;
    echo(client, client.opcode, client.message.toByteArray());
    client.message.reset();
    client.opcode = NONE;
}
// END 7.6

// EXERCISE 7.7  Text is UTF-8
//   A letter's first byte says how many follow, and leaves its second byte a range: no letter can
//   be written in two ways, none is half a surrogate pair, none is beyond U+10FFFF (RFC 3629 §4).
//   With so little to remember a text is judged byte by byte, across pieces and frames (§8.1).
class Utf8 {
    private int left;                          // bytes of the letter that are still to come,
    private int low, high;                     // and the range of the next of them

    /** The next bytes of a text: from `from` to `to`, the latter not included. */
    void take(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!takes(text[i] & 0xFF)) throw new Failure(NOT_UTF8, "a text is UTF-8");
        }
    }

    /** The text ends here. */
    void end() {
        if (left > 0) throw new Failure(NOT_UTF8, "a text ends with a whole letter");
    }

    /** False: no text goes on with this byte, whatever may follow. */
    private boolean takes(int b) {
        if (left == 0) {
            if (b < 0x80) return true;
            left = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
            low = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;  // below: fewer bytes would do
            high = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF; // surrogates; beyond U+10FFFF
            return b >= 0xC2 && b <= 0xF4;
        }
        boolean fits = b >= low && b <= high;
        left--;
        low = 0x80;
        high = 0xBF;
        return fits;
    }
}

/** The two bytes of the code come first (§5.5.1). */
void checkReason(byte[] close) {
    var reason = new Utf8();
    reason.take(close, 2, close.length);
    reason.end();
}
// END 7.7

// EXERCISE 7.8  Refuse nonsense
//   What is reserved may mean something one day, between two who have agreed on it (§5.2, §5.8).
//   And a limit holds for what is announced: whoever first reads and then counts has none (§10.4).
void checkBits(Header header) {
    if (header.reserved() != 0) throw new Failure(PROTOCOL_ERROR, "a reserved bit is set");
    if (header.opcode() > BINARY && header.opcode() < CLOSE || header.opcode() > PONG)
        throw new Failure(PROTOCOL_ERROR, "the opcode " + header.opcode() + " is reserved");
    if (header.length() < 0) throw new Failure(PROTOCOL_ERROR, "a length has 63 bits");
}

void checkSize(Client client, Header header) {
    if (!header.isControl() && header.length() > MAX_MESSAGE - client.message.size())
        throw new Failure(TOO_BIG, "a message has at most " + MAX_MESSAGE + " bytes"); // §7.4.1
}
// END 7.8
