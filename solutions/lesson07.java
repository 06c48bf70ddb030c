///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../lessons/given/Frames.java
//SOURCES ../lessons/given/HttpByHand.java
//SOURCES ../lessons/given/Door.java
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

import static given.Frames.*;
import static given.Http.*;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import given.Door;
import given.Http;
import given.HttpByHand;

// Given: what you wrote in lesson 02, a request as all(name), list(name), has(name, member), and
// Refusal(status, sentence); and in lessons/given/Frames.java
//
//   Client                                        one connection: in, out, and message, opcode and
//                                                 open, which are explained there
//   Header(fin, reserved, opcode, length, mask)   what a frame says before its payload
//   Failure(code, sentence)                       thrown: the client gets a close with this code
//   CONTINUATION, TEXT, BINARY, CLOSE, PING …     opcodes; NONE is none
//   PROTOCOL_ERROR, NOT_UTF8, TOO_BIG             1002, 1007, 1009: codes of a close

static final int MAX_MESSAGE = 1024 * 1024;    // bytes of payload, over all frames of a message
static final int HEAD_MS = 10_000;             // so long a connection may be silent before its
                                               // request is complete; a WebSocket may for ever
static final List<String> PROTOCOLS = List.of("chat"); // that we speak, see 7.1

final Map<String, String> files = Map.of(
    "/", "text/html", "/wire.css", "text/css", "/wire.js", "text/javascript");

void main(String[] args) {
    Door.open(7007, args, this::serve);
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

// A client sends Sec-WebSocket-Key, 16 random bytes in base64. Sec-WebSocket-Accept proves that
// this server knows what it is asked for. It is made of the key, here that of §1.3:
//
//   the key as it came              dGhlIHNhbXBsZSBub25jZQ==
//   and behind it, for every key    258EAFA5-E914-47DA-95CA-C5AB0DC85B11
//   the SHA-1 of both as one text   MessageDigest.getInstance("SHA-1").digest(…): 20 bytes
//   in base64                       Base64.getEncoder(): s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
//
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
    if (!request.has("Upgrade", "websocket"))
        throw new Refusal(400, "A handshake has Upgrade: websocket.");
    if (!request.has("Connection", "upgrade"))
        throw new Refusal(400, "A handshake has Connection: Upgrade.");
    if (!request.all("Sec-WebSocket-Version").equals(List.of("13"))) // §4.4, and §4.2.2 /4
        throw new Refusal(Answer.text(426, "Only version 13 is spoken here.")
            .with("Upgrade", "websocket").with("Sec-WebSocket-Version", "13"));
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

// A frame (§5.2), here a masked “Hello”: 81 85 37 FA 21 3D 7F 9F 4D 51 58
//
//   81            FIN 1, three reserved bits, four bits of opcode: a whole text
//   85            masked 1, seven bits of length: 5. 126: the next two bytes have it; 127: the next
//                 eight; the highest byte first
//   37 FA 21 3D   the mask; each byte of the payload is XORed with the next of these four
//   7F 9F …       the payload: 7F ^ 37 is H, 9F ^ FA is e; a server's frame has no mask
//
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

// A close may have a payload: two bytes of code, the highest first, then a reason in words.
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

// UTF-8 (RFC 3629 §4): 00 to 7F is a letter alone; C2 to DF has one byte behind it, E0 to EF two,
// F0 to F4 three, each 80 to BF. But the second is at least A0 behind E0 and 90 behind F0, at most
// 9F behind ED and 8F behind F4. All else is wrong. (A CharsetDecoder knows it, too,
// but sees ED A0, half a surrogate pair, only with the byte behind it.)
// EXERCISE 7.7  Text is UTF-8
//   A letter's first byte says how many follow, and leaves its second byte a range: no letter can
//   be written in two ways, none is half a surrogate pair, none is beyond U+10FFFF (RFC 3629 §4).
//   With so little to remember a text is judged byte by byte, across pieces and frames (§8.1).
class Utf8 implements Text {
    private int left;                          // bytes of the letter that are still to come,
    private int low, high;                     // and the range of the next of them

    /** The next bytes of a text: from `from` to `to`, the latter not included. */
    public void take(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!takes(text[i] & 0xFF)) throw new Failure(NOT_UTF8, "a text is UTF-8");
        }
    }

    /** The text ends here. */
    public void end() {
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

// ------------------------------------------------------------------------------------------------
// What drives the exercises; you may skip it.

/** One connection, from its first byte to its last. The server is the one to end TCP (§7.1.1). */
void serve(Socket socket) throws IOException {
    socket.setSoTimeout(HEAD_MS);
    var client = new Client(socket, new Utf8());
    if (!Http.begins(client.in)) return;
    Request request = null;
    try {
        request = HttpByHand.read(client.in);
        answer(client, request);
    } catch (Refusal refusal) {
        respond(client, request, refusal.answer);
    }
    client.out.flush();
    Door.hangUp(socket, client.in);
}

/** Answers the one request of a connection. After a handshake the frames begin. */
void answer(Client client, Request request) throws IOException {
    if (!request.path().equals("/ws")) {
        respond(client, request, file(request));
        return;
    }
    // A body would be read as frames, and a proxy would not know that it is none.
    if (request.announcesBody()) throw new Refusal(400, "A handshake has no body.");
    String lines = String.join("\r\n", handshake(request));
    client.out.write(("HTTP/1.1 101 Switching Protocols\r\n" + lines + "\r\n\r\n").getBytes(UTF_8));
    client.socket.setSoTimeout(0);
    converse(client);
}

Answer file(Request request) {
    String type = files.get(request.path());
    if (type == null) throw new Refusal(404, "There is nothing here. The WebSocket is at /ws.");
    if (!request.method().matches("GET|HEAD"))
        throw new Refusal(Answer.text(405, "Only GET and HEAD here.").with("Allow", "GET, HEAD"));
    return Answer.file(request.path().equals("/") ? "lesson07.html" : request.path().substring(1),
        type);
}

/** No connection serves a second request here. `request` is null where it could not be read. */
void respond(Client client, Request request, Answer answer) throws IOException {
    boolean toHead = request != null && request.method().equals("HEAD");
    String connection = answer.headers().containsKey("Upgrade") ? "Upgrade, close" : "close";
    client.out.write(HttpByHand.onTheWire(answer.with("Connection", connection), toHead));
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

/** Reads piece by piece, so that a text is known to be wrong before its frame is complete. */
byte[] readPayload(Client client, Header header) throws IOException {
    byte[] payload = new byte[(int) header.length()];
    boolean isText = client.opcode == TEXT && !header.isControl();
    for (int from = 0, count; from < payload.length; from += count) {
        count = client.in.read(payload, from, payload.length - from);
        if (count < 0) throw new EOFException("the client ended in the middle of a frame");
        unmask(payload, from, from + count, header.mask());        // 7.2
        if (isText) client.text.take(payload, from, from + count); // 7.7
    }
    if (isText && header.fin()) client.text.end();                 // 7.7
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
