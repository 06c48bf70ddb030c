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
//   Make true  what comes with Upgrade: websocket, Connection: upgrade (either may be one word of a
//              list, in any case) and a key gets 101 with the accept value of its key; without one
//              of them 400, with a sentence.
//   ★          In this order: another method than GET or a version before HTTP/1.1, not one Host,
//              Upgrade, Connection: 400; another Sec-WebSocket-Version than 13, or none: 426 with
//              Upgrade: websocket and Sec-WebSocket-Version: 13; a key that is not there once, with
//              22 base64 characters and ==: 400. Of the offered subprotocols, over one or several
//              lines, the first that stands in PROTOCOLS (case counts) is answered as
//              Sec-WebSocket-Protocol, else none.
//   Keep       the signatures: handshake() returns the 101 answer's header lines, or throws a
//              Refusal.
//   Stuck?     jbang hint 7.1
String accept(String key) {
    return "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";                  // right for one key (§1.3)
}

List<String> handshake(Request request) {
    return List.of("Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Accept: " + accept("the key that came"));
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
//   Make true  masked texts of up to 125 bytes come back, however their bytes arrive, also cut
//              inside a header or a mask, and right behind longer texts, whose lengths have 16 or
//              64 bits. A frame without a mask: 1002.
//   Keep       the signatures. client.in.readUnsignedByte() gives the next byte; throw new
//              Failure(1002, "why") says goodbye. readPayload() reads what your header announces.
//   Needs      7.1
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
//   Make true  a text comes back as text and a binary message as binary, never masked, its length
//              in the shortest form: 7 bits to 125, 16 to 65,535, else 64.
//   Keep       the signatures; write() is for frames of every kind.
//   Needs      7.2
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
//   Make true  a ping is answered by a pong with its payload; a pong gets no answer. A control
//              frame with more than 125 bytes or without FIN: 1002.
//   Keep       the signatures. checkControl() is called before the payload is read; a pong is read
//              and gets no answer, which take() does already.
//   Needs      7.2, 7.3
//   Stuck?     jbang hint 7.4
void checkControl(Header header) {
}

void pong(Client client, byte[] payload) throws IOException {
    IO.println("a ping of " + payload.length + " bytes");
}
// END 7.4

// A close may have a payload: two bytes of code, the highest first, then a reason in words.
// EXERCISE 7.5  Say goodbye
//   Make true  a close is answered with its code, an empty one with an empty one, then TCP ends,
//              and frames behind it get no answer. Codes below 1000, 1004 to 1006, 1015 to 2999 and
//              from 5000, and a payload of one byte: 1002.
//   Keep       goodbye() and sendClose(), below: after them no frame is read, and TCP ends.
//   Needs      7.2
//   Stuck?     jbang hint 7.5
void close(Client client, byte[] payload) throws IOException {
    IO.println("a close of " + payload.length + " bytes");
}
// END 7.5

// EXERCISE 7.6  Fragments
//   Make true  a message in many frames comes back as one. A ping between them is answered before
//              it is complete; a letter may be cut between two. A continuation without a start, or
//              a new start inside a message: 1002.
//   Keep       client.opcode: TEXT or BINARY while a message is open, else NONE. client.message has
//              its payload so far. checkOrder() is called before the payload is read.
//   Needs      7.2, 7.3, 7.4
//   Stuck?     jbang hint 7.6
void checkOrder(Client client, Header header) {
}

void collect(Client client, Header header, byte[] payload) throws IOException {
    if (header.opcode() != CONTINUATION) echo(client, header.opcode(), payload);
}
// END 7.6

// UTF-8 (RFC 3629 §4): 00 to 7F is a letter alone; C2 to DF has one byte behind it, E0 to EF two,
// F0 to F4 three, each 80 to BF. But the second is at least A0 behind E0 and 90 behind F0, at most
// 9F behind ED and 8F behind F4. All else is wrong. (A CharsetDecoder knows it, too,
// but sees ED A0, half a surrogate pair, only with the byte behind it.)
// EXERCISE 7.7  Text is UTF-8
//   Make true  a text that is anything else than UTF-8 gets 1007 when it is complete. A letter may
//              be cut between two frames.
//   ★          a close's reason, too; and at the latest when the frame with the wrong byte is
//              complete, with or without FIN. (ED A0, a surrogate, is wrong at its second byte.)
//   Keep       the signatures. take() gets a text's bytes as they come, end() is called behind its
//              last frame, checkReason() with a close's whole payload.
//   Needs      7.2, 7.3
//   Stuck?     jbang hint 7.7
class Utf8 implements Text {
    /** The next bytes of a text: from `from` to `to`, the latter not included. */
    public void take(byte[] text, int from, int to) {
    }

    /** The text ends here. */
    public void end() {
    }
}

/** The two bytes of the code come first. */
void checkReason(byte[] close) {
}
// END 7.7

// EXERCISE 7.8  Refuse nonsense
//   Make true  a reserved bit or opcode (3 to 7, 11 to 15): 1002. MAX_MESSAGE bytes of payload,
//              over all frames of a message, are echoed; one more: 1009.
//   ★          as soon as a header announces it, whatever it announces, 2^63 − 1 too; a length with
//              its top bit set: 1002. A control frame inside a full message passes.
//   Keep       the signatures. Both are called before a payload is read.
//   Needs      7.2, 7.3, 7.4
//   Stuck?     jbang hint 7.8
void checkBits(Header header) {
}

void checkSize(Client client, Header header) {
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
