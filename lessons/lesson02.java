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
//   Make true  GET / answers the page and GET /time the time in UTC, to the second, like
//              2026-11-22T10:15:30Z; another path 404; a known path with another method, an
//              invented one too, 405 with Allow. Header names have no case, a value may hold
//              colons, white space around it is dropped, a repeated header keeps all its values in
//              order.
//   Keep       the signatures. `head` has the lines, first the request line; `resource` knows the
//              methods of each path, and what answers them. GET /request shows what you understood.
//   Stuck?     jbang hint 2.1
Request parse(List<String> head) {
    head.forEach(IO::println);
    IO.println();
    return new Request("GET", "/", "HTTP/1.1", Map.of());
}

Handler route(Request request) {
    return (_, _) -> page();
}

Answer time(Request request, byte[] body) {
    return Answer.text(200, "whenever");
}
// END 2.1

// EXERCISE 2.2  Refuse nonsense
//   Make true  400, and the connection closes: a first line that is not three words, no Host header
//              or two, a blank before the colon, a folded line (it starts with a blank or a tab).
//   ★          400: a control character (a tab inside a value is none). 505: another major version
//              than 1. 414: a target over MAX_TARGET, 431: headers over MAX_HEADERS, both as soon
//              as the limit is passed, not at the end of the line.
//   Keep       the signatures, and that readHead adds each line to `head` as it comes.
//   Needs      2.1
//   Stuck?     jbang hint 2.2
void readHead(InputStream in, List<String> head) throws IOException {
    for (String line; !(line = Http.line(in, Integer.MAX_VALUE)).isEmpty(); ) head.add(line);
}

void check(List<String> head) {
}
// END 2.2

// An answer begins with version, status and reason: HTTP/1.1 200 OK. A date is written as in
// Date: Sun, 22 Nov 2026 09:05:07 GMT. The day always has two digits (RFC 9110 §5.6.7); Java's
// RFC_1123_DATE_TIME writes 1 to 9 with one, so give DateTimeFormatter.ofPattern a pattern.
// EXERCISE 2.3  Say what you send
//   Make true  each answer has Content-Length (bytes, not characters), Content-Type with charset,
//              and Date. HEAD is answered like GET, a 404 too, with the same headers and no body;
//              Allow names it.
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
//              there answers the very same bytes as text/plain; charset=utf-8. A body has exactly
//              Content-Length bytes, however they arrive. 411: no length. 413: over MAX_BODY.
//   ★          400: the length is no number, or there are two that differ. A refusal comes before
//              the body does, whatever the length, and arrives although the client is still
//              sending.
//   Keep       the signatures. contentLength returns NONE without a length, and then post gets null
//              as its body. messages.keep(body) keeps a text and returns its path.
//   Needs      2.1
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
//              waiting. It closes after Connection: close and after HTTP/1.0, and IDLE_MS after its
//              last byte.
//   ★          a refused request's body is read to its end, or the connection closed: it is never
//              taken for the next request.
//   Keep       the signatures. `exchange` serves one request, asks staysOpen, and says whether
//              there may be another.
//   Needs      2.1, 2.3 and 2.4
//   Stuck?     jbang hint 2.5
void converse(Client client) throws IOException {
    exchange(client);
}

boolean staysOpen(Request request, Answer answer) {
    return false;
}
// END 2.5

// “Set-Cookie: name=value; Path=/” in an answer makes the browser send “Cookie: name=value” from
// then on, in one line with all its other cookies: “Cookie: theme=dark; name=value; at=10:15”.
// EXERCISE 2.6  HTTP forgets
//   Make true  GET /visits answers how often this browser was here, as a number alone. It is known
//              by a cookie, whatever cookies stand beside it, with a colon in them too; without
//              one, or with one that we never gave, it starts at 1.
//   Keep       the signature; `visitors` has room for the numbers, and a limit.
//   Needs      2.1
//   Stuck?     jbang hint 2.6
Answer visits(Request request, byte[] body) {
    return Answer.text(200, "1");
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
//   Make true  a chunked body is put together and kept like any other. Transfer-Encoding and
//              Content-Length in one request: 400, and the connection closes.
//   ★          extensions and trailers are ignored; MAX_BODY holds here too (413); a malformed
//              chunk gets 400, and the connection closes.
//   Keep       the signatures. readChunks is called where isChunked says so.
//   Needs      2.1 and 2.4
//   Stuck?     jbang hint 2.7
boolean isChunked(Request request) {
    return false;
}

byte[] readChunks(InputStream in) throws IOException {
    return new byte[0];
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
