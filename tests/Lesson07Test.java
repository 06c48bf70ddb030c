package tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tests.clients.Answer;
import tests.clients.Frame;
import tests.clients.RawClient;
import tests.clients.RawWebSocket;

/**
 * Knows a port, {@code GET /} and a WebSocket at {@code /ws} that sends back what it is sent.
 * Behind what must be refused a short text is sent as well: a server that refused nothing sends
 * that back, and the test need not wait for a close that does not come.
 */
@ExtendWith(TargetResolver.class)
class Lesson07Test {
    private static final int MAX_MESSAGE = 1_048_576;
    private static final String STARTER = "expected “Sec-WebSocket-Accept: ";

    @Exercise(id = "7.1", title = "The handshake",
            hints = {
                "A client takes the 101 only when Sec-WebSocket-Accept is made of its own key."
                    + " Look at what comes with curl -i -N -H 'Connection: Upgrade' -H 'Upgrade:"
                    + " websocket' localhost:7007/ws: there is no key, so it should get 400.",
                "The lesson says how above the exercise: append the GUID to the key as it came,"
                    + " MessageDigest.getInstance(\"SHA-1\").digest(…), then"
                    + " Base64.getEncoder().encodeToString(…). request.all(name) has a header's"
                    + " values, request.has(name, member) asks for one of a list, in any case;"
                    + " throw new Refusal(400, \"why\").",
                "if (!request.has(\"Upgrade\", \"websocket\")) throw new Refusal(400, \"…\"); the"
                    + " same for Connection and \"upgrade\", and 400 where"
                    + " request.all(\"Sec-WebSocket-Key\") is empty; else accept() gets its first."
            },
            starHints = {
                "What is checked first decides what a client with two faults is told. And which"
                    + " fault can only be mended by another version?",
                "request.method(), request.version(), and that request.all(\"Host\") has one value"
                    + " come first. Version: 426, with .with(\"Upgrade\", \"websocket\"). The"
                    + " subprotocol is chosen in the client's order, case counts.",
                "throw new Refusal(Answer.text(426, \"…\").with(\"Upgrade\", \"websocket\")"
                    + ".with(\"Sec-WebSocket-Version\", \"13\")). Key: one value that"
                    + " matches(\"[A-Za-z0-9+/]{22}==\"). Protocol:"
                    + " request.list(\"Sec-WebSocket-Protocol\").stream()"
                    + ".filter(PROTOCOLS::contains).findFirst()."
            },
            starter = STARTER)
    class Handshake {
        @Test
        @DisplayName("7.1 the accept value is made of the key that came")
        void accepts(Target target) {
            for (int i = 0; i < 3; i++) RawWebSocket.open(target, "/ws").close();
        }

        @Test
        @DisplayName("7.1 names and tokens have no case, and Connection may say more")
        void caseDoesNotCount(Target target) {
            String key = RawWebSocket.freshKey();
            upgrade(target, "GET /ws HTTP/1.1\r\nHOST: " + host(target) + "\r\nsec-websocket-key: "
                    + key + "\r\nsec-websocket-version: 13\r\nuser-agent: " + target.word()
                    + "\r\nconnection: keep-alive, upgrade\r\nupgrade: WebSocket\r\n\r\n", key);
            upgrade(target, "GET /ws?x=" + target.word() + " HTTP/1.1\r\nHost: " + host(target)
                    + "\r\nUpgrade: h2c\r\nUpgrade: websocket\r\nConnection: keep-alive\r\n"
                    + "Connection: UPGRADE\r\nSec-WebSocket-Version:13\r\nSec-WebSocket-Key:  "
                    + key + "  \r\n\r\n", key);
        }

        @Test
        @DisplayName("7.1 without Upgrade, Connection or a key it is no handshake, and gets 400")
        void noHandshake(Target target) {
            refused(target, 400, "Upgrade: websocket\r\n", "");
            refused(target, 400, "Upgrade: websocket", "Upgrade: " + target.word());
            refused(target, 400, "Connection: Upgrade\r\n", "");
            refused(target, 400, "Connection: Upgrade", "Connection: keep-alive");
            refused(target, 400, "Sec-WebSocket-Key: .*\r\n", "");
            // A token is a whole word.
            refused(target, 400, "Upgrade: websocket", "Upgrade: websocket2");
            refused(target, 400, "Connection: Upgrade", "Connection: upgrades, no-upgrade");
        }

        @Test
        @DisplayName("7.1 a refusal says why")
        void sentence(Target target) {
            Answer answer = target.http().get("/ws", "Sec-WebSocket-Version: 13")
                    .expectStatus(400);
            if (answer.text().isBlank()) {
                throw answer.fail("GET /ws without an upgrade gets 400, but no sentence says why");
            }
        }

        @Test
        @Star
        @DisplayName("7.1★ it is a GET, in HTTP/1.1, with one Host, else 400")
        void request(Target target) {
            refused(target, 400, "GET /ws", "POST /ws");
            refused(target, 400, "HTTP/1.1", "HTTP/1.0");
            refused(target, 400, "Host: .*\r\n", "");
            refused(target, 400, "Host: (.*)\r\n", "Host: $1\r\nHost: $1\r\n");
        }

        @Test
        @Star
        @DisplayName("7.1★ another version than 13 gets 426 and is told which one is spoken")
        void version(Target target) {
            for (String line : List.of("", "Sec-WebSocket-Version: 8\r\n",
                    "Sec-WebSocket-Version: 130\r\n")) {
                Answer answer = refused(target, 426, "Sec-WebSocket-Version: 13\r\n", line);
                answer.expectHeader("Sec-WebSocket-Version", "13");
                String upgrade = answer.header("Upgrade");
                if (upgrade == null || !upgrade.equalsIgnoreCase("websocket")) {
                    throw answer.fail("expected “Upgrade: websocket” beside 426");
                }
            }
        }

        @Test
        @Star
        @DisplayName("7.1★ the key is there once, 22 characters of base64 and ==, else 400")
        void key(Target target) {
            refused(target, 400, "(Sec-WebSocket-Key: .*\r\n)", "$1$1");
            for (String key : List.of("", "c2hvcnQ=", "AAAAAAAAAAAAAAAAAAAAAAAA",
                    "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAA*==",
                    "AAAAAAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAA AAAAAAAAAAA==")) {
                refused(target, 400, "Sec-WebSocket-Key: .*\r\n", "Sec-WebSocket-Key: " + key
                        + "\r\n");
            }
        }

        @Test
        @Star
        @DisplayName("7.1★ of two faults the first in the order decides")
        void order(Target target) {
            refused(target, 426, "Sec-WebSocket-(Key|Version): .*\r\n", "");
            refused(target, 400, "(Connection|Sec-WebSocket-Version): .*\r\n", "");
            refused(target, 400, "(Upgrade|Sec-WebSocket-Version): .*\r\n", "");
            refused(target, 400, "(Host|Sec-WebSocket-Version): .*\r\n", "");
        }

        @Test
        @Star
        @DisplayName("7.1★ of the offered subprotocols the first that it knows, or none")
        void subprotocols(Target target) {
            String other = target.word();
            protocol(target, "chat", "Sec-WebSocket-Protocol: chat");
            protocol(target, "chat", "Sec-WebSocket-Protocol: " + other + ", chat");
            protocol(target, "chat", "Sec-WebSocket-Protocol: " + other,
                    "Sec-WebSocket-Protocol: chat,soap");
            protocol(target, null, "Sec-WebSocket-Protocol: " + other);
            protocol(target, null, "Sec-WebSocket-Protocol: Chat, chats");
            protocol(target, "chat", "Sec-WebSocket-Protocol: Chat",
                    "Sec-WebSocket-Protocol: xchat", "Sec-WebSocket-Protocol: chat");
            protocol(target, null);
        }

        @Test
        @DisplayName("7.1 the page is at /, and nothing is at other paths, handshake or not")
        void otherPaths(Target target) {
            target.http().get("/").expectStatus(200);
            target.http().get("/" + target.word()).expectStatus(404);
            refused(target, 404, "GET /ws", "GET /" + target.word());
        }

        private static Answer refused(Target target, int status, String wrong, String instead) {
            String request = RawWebSocket.request("/ws", host(target), RawWebSocket.freshKey());
            Answer answer = RawWebSocket.ask(target, request.replaceAll(wrong, instead));
            try (RawClient _ = answer.client()) {
                if (answer.status() == status) return answer;
                String sent = request.replaceAll(wrong, instead).strip();
                String what = sent.lines().filter(line -> !request.contains(line + "\r\n"))
                        .collect(Collectors.joining("”, “", "with “", "”"));
                if (what.equals("with “”")) {
                    what = "without " + wrong.replaceAll("(?s):.*|[()]", "").replace("|", " and ");
                }
                if (instead.contains("$1")) what = "with that header twice";
                throw answer.fail("a handshake " + what + " must be answered with " + status
                        + ", but got " + (answer.status() + " " + answer.reason()).strip());
            }
        }

        private static void upgrade(Target target, String request, String key) {
            Answer answer = RawWebSocket.ask(target, request);
            try (RawClient _ = answer.client()) {
                answer.expectStatus(101);
                answer.expectHeader("Sec-WebSocket-Accept", RawWebSocket.acceptOf(key));
            }
        }

        private static void protocol(Target target, String expected, String... offers) {
            try (var ws = RawWebSocket.open(target, "/ws", offers)) {
                if (expected == null) ws.answer().expectNoHeader("Sec-WebSocket-Protocol");
                else ws.answer().expectHeader("Sec-WebSocket-Protocol", expected);
            }
        }

        private static String host(Target target) {
            return target.host() + ":" + target.port();
        }
    }

    @Exercise(id = "7.2", title = "Read frames", needs = "7.1",
            hints = {
                "Look at the bytes that the starter prints for a short text from the page. The"
                    + " second one has its top bit set, that is the mask's; the other seven are"
                    + " the length. Which four bytes follow?",
                "int second = client.in.readUnsignedByte(). (second & 0x80) != 0: masked, and a"
                    + " client must. second & 0x7F is the length, unless it is 126 (then two more"
                    + " bytes are) or 127 (then eight, and an int is too short for them). FIN is"
                    + " 0x80 of the first byte, the opcode 0x0F, the reserved bits between them.",
                "if (length == 126) length = client.in.readUnsignedShort(); else if (length == 127)"
                    + " length = client.in.readLong(); then client.in.readFully(mask), four bytes,"
                    + " then new Header((first & 0x80) != 0, first >> 4 & 7, first & 0x0F, length,"
                    + " mask). unmask: for (int i = from; i < to; i++) payload[i] ^= mask[i & 3];"
            },
            starter = STARTER)
    class ReadFrames {
        @Test
        @DisplayName("7.2 short texts come back")
        void shortTexts(Target target) {
            try (var ws = talk(target)) {
                for (int length : new int[] {1, 2, 3, 4, 5, 0, target.number(6, 124), 125}) {
                    String text = letters(target, length);
                    ws.sendText(text).expectText(text);
                }
            }
        }

        @Test
        @DisplayName("7.2 many frames in one write are many messages")
        void manyInOneWrite(Target target) {
            try (var ws = talk(target)) {
                var texts = new ArrayList<String>();
                for (int i = target.number(20, 40); i > 0; i--) texts.add(target.word());
                ws.send(texts.stream().map(Frame::text).toArray(Frame[]::new));
                texts.forEach(ws::expectText);
            }
        }

        @Test
        @DisplayName("7.2 a frame may be cut anywhere: in its header, its mask, its payload")
        void cutAnywhere(Target target) {
            try (var ws = talk(target)) {
                for (int cut = 1; cut < 14; cut++) {
                    String whole = target.word();
                    String halves = target.word();
                    byte[] frame = Frame.text(halves).masked();
                    ws.sendBytes(join(Frame.text(whole).masked(), Arrays.copyOf(frame, cut)));
                    ws.expectText(whole);           // so the beginning of the next is there
                    ws.sendBytes(Arrays.copyOfRange(frame, cut, frame.length));
                    Frame came = ws.message();
                    if (came.text().equals(halves) && !came.isControl()) continue;
                    throw ws.fail("a frame came in two pieces, cut behind its byte " + cut
                            + (cut < 2 ? " (in its header)" : cut < 6 ? " (in its mask)"
                            : " (in its payload)") + ": expected “" + halves + "”, but got " + came
                            + (came.isControl() ? "" : ", “" + came.text() + "”"));
                }
                String text = letters(target, 60);
                ws.sendEach(Frame.text(text).masked()).expectText(text);
            }
        }

        @Test
        @DisplayName("7.2 a short text comes back behind a long one, of a length in 16 or 64 bits")
        void longLengths(Target target) {
            for (int length : new int[] {126, 127, 300, 65_535, 65_536, 70_000}) {
                behind(target, length, false);
            }
            behind(target, 65_600, true);
        }

        /** What comes back for the long one is another exercise; the short one comes last. */
        private static void behind(Target target, int length, boolean inPieces) {
            try (var ws = talk(target)) {
                String text = target.word();
                byte[] before = Frame.text(letters(target, length)).masked();
                int cut = inPieces ? 20 : 0;
                ws.sendEach(Arrays.copyOf(before, cut));
                ws.sendBytes(join(Arrays.copyOfRange(before, cut, before.length),
                        Frame.text(text).masked()));
                ws.client().end();
                byte[] came = ws.client().readToEnd();
                byte[] last = Frame.text(text).unmasked();
                int from = Math.max(0, came.length - last.length);
                if (!Arrays.equals(last, Arrays.copyOfRange(came, from, came.length))) {
                    throw ws.fail(String.format("a text of %,d bytes was sent, and “%s” behind it,"
                            + " which did not come back: is the length read as %d bits, the"
                            + " highest byte first?", length, text, Frame.shortestForm(length)));
                }
            }
        }

        @Test
        @DisplayName("7.2 a frame without a mask closes with 1002, of whatever kind it is")
        void unmasked(Target target) {
            for (Frame frame : List.of(Frame.text(target.word()), Frame.text(""),
                    Frame.binary(new byte[3]), Frame.ping(""), Frame.pong("x"),
                    Frame.close(1000, ""))) {
                try (var ws = talk(target)) {
                    ws.sendBytes(frame.unmasked()).sendText(target.word());
                    ws.client().end();
                    ws.expectClose(1002);
                }
            }
        }
    }

    @Exercise(id = "7.3", title = "Write frames", needs = "7.2",
            hints = {
                "The second byte has room for 125. What stands there for a longer text, and where"
                    + " does the length stand then? And which kind of message came?",
                "Up to 125: the length itself. Up to 65,535: 126, then two bytes. Above: 127, then"
                    + " eight. Never set the top bit of that byte: it says that a mask follows,"
                    + " and a server has none. echo() is given the opcode to answer with.",
                "else if (length <= 0xFFFF) { client.out.write(126);"
                    + " client.out.writeShort(length); } else { client.out.write(127);"
                    + " client.out.writeLong(length); } and echo: write(client, opcode, message);"
            },
            starter = STARTER)
    class WriteFrames {
        @Test
        @DisplayName("7.3 a binary message comes back as one, any byte in it")
        void binary(Target target) {
            try (var ws = talk(target)) {
                byte[] bytes = new byte[target.number(20, 100)];
                target.random().nextBytes(bytes);
                ws.sendBinary(bytes).expectBinary(bytes);
                ws.sendBinary(new byte[0]).expectBinary(new byte[0]);
                String text = target.word();
                ws.sendText(text).expectText(text);
            }
        }

        @Test
        @DisplayName("7.3 long messages come back, their length in the shortest form")
        void lengths(Target target) {
            try (var ws = talk(target)) {
                for (int length : new int[] {124, 125, 126, 127, 128, 255, 256, 257, 32_768,
                    65_534, 65_535, 65_536, 65_537, target.number(70_000, 200_000)}) {
                    String text = letters(target, length);
                    String marker = target.word();  // comes alone where the long one does not
                    ws.send(Frame.text(text), Frame.text(marker));
                    ws.expectText(text).expectText(marker);
                    byte[] bytes = new byte[length];
                    target.random().nextBytes(bytes);
                    ws.send(Frame.binary(bytes), Frame.text(marker));
                    ws.expectBinary(bytes).expectText(marker);
                }
            }
        }
    }

    @Exercise(id = "7.4", title = "Ping, pong", needs = {"7.2", "7.3"},
            hints = {
                "A ping asks: are you there? The answer is a frame of another kind, with the same"
                    + " payload, whatever that is.",
                "write(client, PONG, payload). In checkControl: header.isControl(), header.fin(),"
                    + " header.length(); new Failure(PROTOCOL_ERROR, \"why\").",
                "if (header.isControl() && (!header.fin() || header.length() > 125)) throw new"
                    + " Failure(PROTOCOL_ERROR, \"a control frame is whole and short\");"
            },
            starter = STARTER)
    class PingPong {
        @Test
        @DisplayName("7.4 a ping is answered by a pong with its payload")
        void ping(Target target) {
            try (var ws = talk(target)) {
                for (int length : new int[] {8, 0, 1, target.number(2, 124), 125}) {
                    byte[] payload = new byte[length];
                    target.random().nextBytes(payload);
                    String text = target.word();
                    ws.send(Frame.of(Frame.PING, payload), Frame.text(text));
                    ws.expectPong(payload).expectText(text);
                }
            }
        }

        @Test
        @DisplayName("7.4 a pong gets no answer, asked for or not")
        void pong(Target target) {
            try (var ws = talk(target)) {
                String text = target.word();
                ws.send(Frame.pong(""), Frame.pong(target.word()), Frame.text(text));
                Frame came = ws.frame();
                if (came.opcode() != Frame.TEXT) {
                    throw ws.fail("two pongs and the text “" + text + "” were sent, and the first"
                            + " frame that came is " + came);
                }
            }
        }

        @Test
        @DisplayName("7.4 texts may be long, and in pieces: that is asked of control frames alone")
        void othersMay(Target target) {
            for (Frame[] frames : List.of(
                    new Frame[] {Frame.text(letters(target, 126)), Frame.ping("?")},
                    new Frame[] {Frame.binary(new byte[70_000]), Frame.ping("?")},
                    new Frame[] {Frame.text(target.word()).more(),
                        Frame.continuation(new byte[0]), Frame.ping("?")})) {
                try (var ws = talk(target)) {
                    Frame came = ws.send(frames).frame();
                    while (!came.isControl()) came = ws.frame();
                    if (came.opcode() == Frame.PONG) continue;
                    throw ws.fail(frames[0] + (frames[0].fin() ? "" : ", and its end,")
                            + " is no control frame: expected the pong for the ping behind it, but"
                            + " got " + came);
                }
            }
        }

        @Test
        @DisplayName("7.4 a control frame over 125 bytes closes with 1002")
        void tooLong(Target target) {
            for (int opcode : new int[] {Frame.PING, Frame.PONG, Frame.CLOSE}) {
                int length = opcode == Frame.PING ? 126 : target.number(126, 70_000);
                byte[] payload = new byte[length];
                if (opcode == Frame.CLOSE) payload[0] = 1000 >> 8;
                if (opcode == Frame.CLOSE) payload[1] = (byte) 1000;
                refused(target, 1002, Frame.of(opcode, payload));
            }
        }

        @Test
        @DisplayName("7.4 a control frame without FIN closes with 1002")
        void fragmented(Target target) {
            refused(target, 1002, Frame.ping(target.word()).more());
            refused(target, 1002, Frame.pong("").more());
            refused(target, 1002, Frame.close(1000, "").more());
        }
    }

    @Exercise(id = "7.5", title = "Say goodbye", needs = "7.2",
            hints = {
                "Who gets a close answers with one, and says nothing after it. What stands in the"
                    + " first two bytes of its payload, and what if there are none?",
                "goodbye(client, code, \"\") sends a close, sendClose(client, new byte[0]) an empty"
                    + " one; both end the conversation. ByteBuffer.wrap(payload).getShort() &"
                    + " 0xFFFF is the code. RFC 6455, section 7.4, says which may be sent.",
                "if (payload.length == 0) sendClose(client, payload); else if (payload.length == 1)"
                    + " throw new Failure(PROTOCOL_ERROR, …); else the code: 1000 to 1003, 1007 to"
                    + " 1014 and 3000 to 4999 are fine, any other is a"
                    + " Failure(PROTOCOL_ERROR, …)."
            },
            starter = STARTER)
    class Goodbye {
        @Test
        @DisplayName("7.5 a close is answered with its code, then TCP ends")
        void sameCode(Target target) {
            for (int code : new int[] {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012,
                1013, 1014, 3000, target.number(3001, 3999), 4000, target.number(4001, 4998),
                4999}) {
                goodbye(target, Frame.close(code, ""), code);
            }
            goodbye(target, Frame.close(1000, "Größe: " + target.word()), 1000);
            goodbye(target, Frame.close(4321, letters(target, 100)), 4321);
        }

        @Test
        @DisplayName("7.5 an empty close is answered with an empty one")
        void empty(Target target) {
            goodbye(target, Frame.close(), Frame.NO_CODE);
        }

        @Test
        @DisplayName("7.5 frames behind a close get no answer")
        void nothingMore(Target target) {
            try (var ws = talk(target)) {
                String text = target.word();
                ws.send(Frame.text(text), Frame.close(1000, ""), Frame.ping(""),
                        Frame.text(target.word()), Frame.close(1001, ""));
                ws.expectText(text).expectClose(1000);
                ends(ws);
            }
        }

        @Test
        @DisplayName("7.5 codes that no close may have get 1002")
        void wrongCodes(Target target) {
            for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000,
                target.number(1017, 2998), target.number(5001, 65_534), 65_535}) {
                refused(target, 1002, Frame.close(code, ""));
            }
        }

        @Test
        @DisplayName("7.5 a close with one byte gets 1002")
        void oneByte(Target target) {
            refused(target, 1002, Frame.of(Frame.CLOSE, new byte[] {3}));
        }

        @Test
        @DisplayName("7.5 a close with 1002 is the last frame, too, and TCP ends")
        void endsAfterFailure(Target target) {
            goodbye(target, Frame.close(1005, ""), 1002);
        }

        private static void goodbye(Target target, Frame close, int code) {
            try (var ws = talk(target)) {
                ws.send(close, Frame.text(target.word()));  // answered by who does not close
                ws.expectClose(code);
                ends(ws);
            }
        }

        private static void ends(RawWebSocket ws) {
            Frame more = ws.frameOrEnd(RawClient.PATIENCE);
            if (more != null) {
                throw ws.fail("behind its close the server sent " + more + ": a close is the last"
                        + " frame, and what comes behind the client's gets no answer");
            }
            if (!ws.client().isOver()) {
                throw ws.fail("the server has answered the close, but TCP does not end");
            }
            ws.expectEnd();
        }
    }

    @Exercise(id = "7.6", title = "Fragments", needs = {"7.2", "7.3", "7.4"},
            hints = {
                "The first frame of a message has its opcode and no FIN, those behind it have the"
                    + " opcode 0, the last of them FIN. When is there something to echo, and what"
                    + " must you remember until then?",
                "client.message collects payloads (writeBytes, toByteArray, reset), client.opcode"
                    + " is NONE between two messages. Control frames may come in between and"
                    + " change neither. In checkOrder set client.opcode at a first frame.",
                "checkOrder, unless header.isControl(): a CONTINUATION while client.opcode is NONE,"
                    + " or another opcode while it is not, is a Failure(PROTOCOL_ERROR, …); a first"
                    + " frame sets client.opcode. collect: client.message.writeBytes(payload); if"
                    + " (header.fin()) { echo(client, client.opcode, client.message.toByteArray());"
                    + " client.message.reset(); client.opcode = NONE; }"
            },
            starter = STARTER)
    class Fragments {
        @Test
        @DisplayName("7.6 a message in many frames comes back as one")
        void many(Target target) {
            try (var ws = talk(target)) {
                for (int frames : new int[] {2, 3, target.number(4, 30)}) {
                    String text = letters(target, target.number(frames, 4 * frames));
                    ws.send(cut(Frame.text(text), frames, target)).expectText(text);
                    byte[] bytes = target.word().getBytes(UTF_8);
                    ws.send(cut(Frame.binary(bytes), frames, target));
                    comesBack(ws, bytes);
                    ws.sendText(text).expectText(text);     // nothing is left over
                }
                String text = target.word();
                ws.send(Frame.text("").more(), Frame.continuation(new byte[0]).more(),
                        Frame.continuation(text.getBytes(UTF_8)).more(),
                        Frame.continuation(new byte[0])).expectText(text);
            }
        }

        @Test
        @DisplayName("7.6 a ping between the frames is answered before the message is complete")
        void pingBetween(Target target) {
            try (var ws = talk(target)) {
                String one = target.word();
                String two = target.word();
                byte[] ping = target.word().getBytes(UTF_8);
                ws.send(Frame.text(one).more(), Frame.of(Frame.PING, ping));
                Frame came = ws.frame();
                if (came.opcode() != Frame.PONG) {
                    throw ws.fail("the first frame of a message was sent, and a ping: expected a"
                            + " pong, but got " + came);
                }
                ws.send(Frame.pong(""), Frame.continuation(two.getBytes(UTF_8)));
                ws.expectText(one + two);
            }
        }

        @Test
        @DisplayName("7.6 a letter may be cut between two frames")
        void letterInHalf(Target target) {
            try (var ws = talk(target)) {
                for (String letter : List.of("ä", "€", "🙂")) {
                    String text = target.word() + letter + target.word();
                    byte[] bytes = text.getBytes(UTF_8);
                    for (int at = 9; at < 9 + letter.getBytes(UTF_8).length; at++) {
                        ws.send(Frame.of(Frame.TEXT, Arrays.copyOf(bytes, at)).more(),
                                Frame.continuation(Arrays.copyOfRange(bytes, at, bytes.length)));
                        Frame came = ws.frame();
                        if (looksAtPieces(came)) return;
                        if (!Arrays.equals(came.payload(), bytes)) {
                            throw ws.fail("the letter " + letter + " was cut between two frames,"
                                    + " behind byte " + at + " of “" + text + "”, and what came"
                                    + " back is " + came + ": a letter may be cut there");
                        }
                    }
                }
            }
        }

        @Test
        @DisplayName("7.6 a continuation without a start closes with 1002")
        void noStart(Target target) {
            byte[] word = target.word().getBytes(UTF_8);
            refused(target, 1002, Frame.continuation(word));
            refused(target, 1002, Frame.continuation(word).more());
            String text = target.word();
            try (var ws = talk(target)) {       // nor behind a complete message
                ws.send(Frame.text(text).more(), Frame.continuation(word));
                ws.expectText(text + new String(word, UTF_8));
                ws.send(Frame.continuation(word), Frame.text(text)).expectClose(1002);
            }
        }

        @Test
        @DisplayName("7.6 a new start inside a message closes with 1002")
        void newStart(Target target) {
            Frame text = Frame.text(target.word());
            Frame binary = Frame.binary(new byte[] {1, 2});
            refused(target, 1002, text.more(), text);
            refused(target, 1002, text.more(), binary.more());
            refused(target, 1002, binary.more(), Frame.continuation(new byte[2]).more(), binary);
        }

        @Test
        @DisplayName("7.6 what is in pieces keeps its kind, and a ping may come inside a letter")
        void kinds(Target target) {
            try (var ws = talk(target)) {
                byte[] bytes = target.word().getBytes(UTF_8);
                Frame whole = ws.sendBinary(bytes).message();
                Frame pieces = ws.send(cut(Frame.binary(bytes), 3, target)).message();
                if (pieces.opcode() != whole.opcode()) {
                    throw ws.fail("in pieces or not, the same binary message has the same answer,"
                            + " " + whole + ", but got " + pieces);
                }
                ws.send(Frame.of(Frame.TEXT, hex("e282")).more(),
                        Frame.of(Frame.PING, hex("ff80")), Frame.continuation(hex("ac")));
                Frame came = ws.frame();
                while (came.opcode() == Frame.PONG) came = ws.frame();
                if (looksAtPieces(came)) return;
                if (Arrays.equals(came.payload(), "€".getBytes(UTF_8))) return;
                throw ws.fail("a ping came inside the letter €, which was cut between two frames,"
                        + " and what came back is " + came);
            }
        }

        /** Whoever takes each piece for a text of its own has 7.7 wrong. */
        private static boolean looksAtPieces(Frame came) {
            return came.opcode() == Frame.CLOSE && came.closeCode() == 1007;
        }
    }

    @Exercise(id = "7.7", title = "Text is UTF-8", needs = {"7.2", "7.3"},
            hints = {
                "new String(bytes, UTF_8) never fails: it writes a � for what is wrong. So somebody"
                    + " has to look at the bytes, and a letter may be cut between two frames. What"
                    + " does the first byte of a letter say about those behind it?",
                "First bytes: 00 to 7F alone, C2 to DF and one more, E0 to EF and two, F0 to F4"
                    + " and three; each further one is 80 to BF. Except the second: behind E0 from"
                    + " A0, behind ED up to 9F, behind F0 from 90, behind F4 up to 8F. (Or"
                    + " collect the bytes, and let a CharsetDecoder with REPORT judge in end().)",
                "Fields of Utf8: int left, low, high. For each byte b = text[i] & 0xFF: while left"
                    + " > 0 it must lie between low and high, which then are 0x80 and 0xBF, and"
                    + " left--. Else it is a first byte: below 0x80 a letter of its own, from 0xC2"
                    + " to 0xF4 it sets left, low and high. Anything else: throw new"
                    + " Failure(NOT_UTF8, …). end: left > 0 is one, too."
            },
            starHints = {
                "With which byte is it certain that no text goes on like this? A close's reason is"
                    + " a text of its own.",
                "take() is called with each piece that arrives: throw there. Java's CharsetDecoder"
                    + " sees ED A0 only with the third byte, so keep the range of the next one"
                    + " yourself.",
                "checkReason: a new Utf8 takes the bytes from the third on, and ends."
            },
            starter = STARTER)
    class TextIsUtf8 {
        @Test
        @DisplayName("7.7 what is no UTF-8 closes with 1007")
        void wrong(Target target) {
            for (String hex : List.of("ff", "80", "c328", "c0af", "c1bf", "e08080", "e09fbf",
                    "eda080", "edbfbf", "f0808080", "f08fbfbf", "f4908080", "f5808080", "e28228",
                    "f09f9928", "fe", "f888808080")) {
                byte[] text = join(target.word().getBytes(UTF_8), hex(hex));
                refused(target, 1007, Frame.of(Frame.TEXT, join(text, hex("61"))));
            }
        }

        @Test
        @DisplayName("7.7 a text that ends inside a letter closes with 1007")
        void endsEarly(Target target) {
            for (String hex : List.of("c3", "e2", "e282", "f0", "f09f", "f09f99")) {
                byte[] text = join(target.word().getBytes(UTF_8), hex(hex));
                refused(target, 1007, Frame.of(Frame.TEXT, text));
            }
        }

        @Test
        @DisplayName("7.7 a message in frames is one text, and may be wrong between two of them")
        void inFrames(Target target) {
            byte[] word = target.word().getBytes(UTF_8);
            refused(target, 1007, Frame.of(Frame.TEXT, join(word, hex("e282"))).more(),
                    Frame.continuation(new byte[0]));
            refused(target, 1007, Frame.of(Frame.TEXT, hex("c3")).more(), Frame.continuation(word));
            refused(target, 1007, Frame.text("").more(), Frame.continuation(hex("ff")));
            try (var ws = talk(target)) {       // each message begins anew
                ws.send(Frame.binary(hex("e282")), Frame.of(Frame.TEXT, word));
                comesBack(ws, hex("e282"));
                comesBack(ws, word);
            }
        }

        @Test
        @Star
        @DisplayName("7.7★ at the latest when the frame with the wrong byte is complete")
        void early(Target target) {
            byte[] word = target.word().getBytes(UTF_8);
            for (String wrong : List.of("eda080", "eda0", "edbf", "ff", "c0", "e080", "f08f",
                    "f490", "f5")) {
                early(target, wrong, Frame.of(Frame.TEXT, join(word, hex(wrong))).more());
            }
            early(target, "eda0", Frame.text(target.word()).more(),
                    Frame.continuation(join(word, hex("eda0"))).more());
            early(target, "eda0", Frame.of(Frame.TEXT, hex("ed")).more(),
                    Frame.continuation(hex("a0")).more());
            early(target, "c328", Frame.of(Frame.TEXT, hex("c3")).more(),
                    Frame.continuation(hex("28")).more());
        }

        private static void early(Target target, String wrong, Frame... frames) {
            try (var ws = talk(target)) {
                ws.send(frames).send(Frame.ping(""), Frame.continuation(new byte[0]));
                Frame came = ws.frame();
                if (came.opcode() == Frame.PONG) {
                    throw ws.fail("no text goes on with " + hexWords(wrong) + ", and the frame that"
                            + " ends with it was complete: expected a close with 1007 before the"
                            + " ping behind it is answered");
                }
                if (came.closeCode() != 1007) {
                    throw ws.fail("expected a close with code 1007 for " + hexWords(wrong)
                            + ", but got " + came);
                }
            }
        }

        private static String hexWords(String hex) {
            return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(hex(hex));
        }

        @Test
        @Star
        @DisplayName("7.7★ the reason of a close is UTF-8, too")
        void reason(Target target) {
            for (String hex : List.of("ff", "61c328", "eda080", "c3", "e282")) {
                refused(target, 1007, Frame.of(Frame.CLOSE, join(hex("03e8"), hex(hex))));
            }
            try (var ws = talk(target)) {
                ws.send(Frame.close(1000, "🙂 " + target.word())).expectClose(1000);
            }
        }

        @Test
        @DisplayName("7.7 every letter passes, and binary messages are nobody's text")
        void right(Target target) {
            try (var ws = talk(target)) {
                for (int letter : new int[] {0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF,
                    0xD7FF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x3FFFF, 0x40000, 0xFFFFF,
                    0x100000, 0x10FFFF}) {
                    String text = target.word() + Character.toString(letter) + target.word();
                    ws.sendText(text).expectText(text);
                }
                byte[] bytes = hex("ffc328eda080");
                ws.sendBinary(bytes);
                Frame came = ws.frame();
                if (came.isControl()) throw ws.fail("expected a binary message, but got " + came);
                String text = "äöü€🙂" + target.word();
                ws.send(cut(Frame.text(text), text.getBytes(UTF_8).length, target));
                ws.expectText(text);
            }
        }
    }

    @Exercise(id = "7.8", title = "Refuse nonsense", needs = {"7.2", "7.3", "7.4"},
            hints = {
                "What is reserved has no meaning yet, so nobody may send it. And what must be known"
                    + " about a long message before room is made for it?",
                "header.reserved(), header.opcode(). checkSize: header.length() is what comes,"
                    + " client.message.size() what came before it in this message.",
                "checkBits: reserved() != 0, an opcode of 3 to 7 or above 10: throw new"
                    + " Failure(PROTOCOL_ERROR, …). checkSize: if (!header.isControl() &&"
                    + " header.length() > MAX_MESSAGE - client.message.size()) throw new"
                    + " Failure(TOO_BIG, …);"
            },
            starHints = {
                "A sum of two large numbers may be a small one. And whose bytes count towards the"
                    + " limit of a message?",
                "A long whose top bit is set is negative. Compare header.length() with what is left"
                    + " of MAX_MESSAGE, so that nothing is added.",
                "header.length() < 0: PROTOCOL_ERROR. !header.isControl() && header.length() >"
                    + " MAX_MESSAGE - client.message.size(): TOO_BIG."
            },
            starter = STARTER)
    class RefuseNonsense {
        @Test
        @DisplayName("7.8 reserved bits close with 1002")
        void bits(Target target) {
            for (int bits = 1; bits < 8; bits++) {
                refused(target, 1002, Frame.text(target.word()).reserved(bits));
            }
            refused(target, 1002, Frame.ping("").reserved(target.number(1, 7)));
            refused(target, 1002, Frame.close(1000, "").reserved(target.number(1, 7)));
            refused(target, 1002, Frame.text(target.word()).more(),
                    Frame.continuation(new byte[0]).reserved(target.number(1, 7)));
        }

        @Test
        @DisplayName("7.8 reserved opcodes close with 1002")
        void opcodes(Target target) {
            for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
                refused(target, 1002, Frame.of(opcode, target.word().getBytes(UTF_8)));
            }
        }

        @Test
        @Star
        @DisplayName("7.8★ a length with its top bit set closes with 1002")
        void topBit(Target target) {
            for (long length : new long[] {Long.MIN_VALUE, -1, Long.MIN_VALUE + 5}) {
                announced(target, 1002, Frame.binary(new byte[0]), length);
            }
        }

        @Test
        @DisplayName("7.8 1,048,576 bytes come back, in one frame or in several")
        void largest(Target target) {
            try (var ws = talk(target)) {
                byte[] bytes = letters(target, MAX_MESSAGE).getBytes(UTF_8);
                comesBack(ws.sendBinary(bytes), bytes);
                comesBack(ws.send(Frame.of(Frame.TEXT, bytes)), bytes);
                comesBack(ws.send(cut(Frame.of(Frame.TEXT, bytes), 5, target)), bytes);
            }
        }

        @Test
        @DisplayName("7.8 one byte more closes with 1009, in one frame or over several")
        void tooLarge(Target target) {
            refused(target, 1009, Frame.of(Frame.BINARY, new byte[MAX_MESSAGE + 1]));
            refused(target, 1009, cut(Frame.of(Frame.TEXT, letters(target, MAX_MESSAGE + 1)
                    .getBytes(UTF_8)), 3, target));
            try (var ws = talk(target)) {       // the limit is one message's
                byte[] bytes = new byte[MAX_MESSAGE / 2 + 1];
                for (int i = 0; i < 3; i++) comesBack(ws.sendBinary(bytes), bytes);
            }
        }

        @Test
        @Star
        @DisplayName("7.8★ 1009 comes as soon as a header announces too much")
        void announcedTooLarge(Target target) {
            announced(target, 1009, Frame.text(""), MAX_MESSAGE + 1);
            announced(target, 1009, Frame.binary(new byte[0]), MAX_MESSAGE + 1);
            announced(target, 1009, Frame.binary(new byte[0]), Long.MAX_VALUE);
            announced(target, 1009, Frame.text("").more(), 1L << 32);
            announced(target, 1009, Frame.text("").more(), (1L << 32) + 5);
        }

        @Test
        @Star
        @DisplayName("7.8★ a continuation may announce too much, too, whatever it announces")
        void continued(Target target) {
            Frame[] before = {Frame.binary(new byte[MAX_MESSAGE - 10]).more(),
                Frame.continuation(new byte[9]).more()};
            Frame more = Frame.continuation(new byte[0]);
            for (long length : new long[] {2, 1L << 31, 1L << 32, Long.MAX_VALUE,
                Long.MAX_VALUE - MAX_MESSAGE}) {
                announced(target, 1009, more, length, before);
            }
            announced(target, 1009, more, Long.MAX_VALUE, Frame.text("a").more());
        }

        @Test
        @Star
        @DisplayName("7.8★ a control frame passes inside a message that is full, or almost")
        void controlInside(Target target) {
            for (int room : new int[] {0, 1, 50}) {
                try (var ws = talk(target)) {
                    byte[] bytes = new byte[MAX_MESSAGE];
                    byte[] ping = letters(target, 125).getBytes(UTF_8);
                    ws.send(Frame.of(Frame.BINARY, Arrays.copyOf(bytes, MAX_MESSAGE - room)).more(),
                            Frame.of(Frame.PING, ping));
                    Frame came = ws.frame();
                    if (came.opcode() != Frame.PONG) {
                        throw ws.fail(String.format("a message has room for %d bytes more, and a"
                                + " ping of 125 came: expected its pong, but got %s", room, came));
                    }
                    ws.send(Frame.pong("x"), Frame.continuation(new byte[room]));
                    comesBack(ws, bytes);
                }
            }
        }

        /** The header of a frame whose payload never comes. */
        private static void announced(Target target, int code, Frame frame, long length,
                Frame... before) {
            try (var ws = talk(target)) {
                ws.send(before).sendBytes(frame.head(length, Frame.freshMask(),
                        length < 0 ? 64 : Frame.shortestForm(length)));
                ws.client().end();          // so that who waits for the payload waits in vain
                if (!ws.client().awaitByte(RawClient.PATIENCE)) {
                    throw ws.fail(early(length, before, code) + "nothing came");
                }
                Frame came = ws.message();
                if (came.opcode() != Frame.CLOSE || came.closeCode() != code) {
                    throw ws.fail(early(length, before, code) + "got " + came);
                }
            }
        }
    }

    private static String early(long length, Frame[] before, int code) {
        return "a header announced " + Long.toUnsignedString(length) + " bytes"
                + (before.length == 0 ? "" : ", inside a message") + ": expected a close with code "
                + code + " before they come, but ";
    }

    /**
     * A WebSocket on which short texts come back, without which nothing else can be told. The
     * first client ends its half behind its text: a server that does not answer ends as well, and
     * nobody waits.
     */
    private static RawWebSocket talk(Target target) {
        try (var first = RawWebSocket.open(target, "/ws")) {
            String word = target.word();
            first.sendText(word).client().end();
            try {
                first.expectText(word);
            } catch (AssertionError silence) {
                throw new AssertionError("a short text does not come back (exercise 7.2): "
                        + silence.getMessage());
            }
        }
        return RawWebSocket.open(target, "/ws");
    }

    /** These frames are answered by a close with this code, and what is behind them is not. */
    private static void refused(Target target, int code, Frame... frames) {
        String wanted = described(frames) + " must be answered by a close with code " + code
                + ", but ";
        try (var ws = talk(target)) {
            String behind = target.word();
            ws.send(frames).sendText(behind).client().end();
            boolean inPieces = frames.length > 1; // whose first ones may be answered: see 7.6
            Frame came;
            try {
                came = ws.frame();
                while (inPieces && !came.isControl() && !came.text().equals(behind)) {
                    came = ws.frame();
                }
            } catch (AssertionError wrong) {
                throw new AssertionError(wanted + wrong.getMessage());
            }
            if (came.opcode() == Frame.CLOSE && came.closeCode() == code) return;
            boolean passed = !came.isControl() && came.text().equals(behind);
            throw ws.fail(wanted + (passed ? "what was sent behind it came back" : "got " + came));
        }
    }

    /** What was sent, and its bytes where they are few: {@code a text of 3 bytes (61 C3 28)}. */
    private static String described(Frame... frames) {
        return Stream.of(frames).map(frame -> frame
                + (frame.reserved() == 0 ? "" : ", with a reserved bit set,")
                + (frame.fin() ? "" : ", without FIN,")
                + (frame.isControl() || frame.payload().length > 16 ? "" : " ("
                        + HexFormat.ofDelimiter(" ").withUpperCase().formatHex(frame.payload())
                        + ")"))
                .collect(Collectors.joining(" then "));
    }

    /** As text or binary: which of them is another exercise. */
    private static void comesBack(RawWebSocket ws, byte[] expected) {
        Frame came = ws.message();
        if (!Arrays.equals(expected, came.payload())) {
            throw ws.fail(String.format("expected the same %,d bytes, but got %s",
                    expected.length, came));
        }
    }

    private static Frame[] cut(Frame message, int frames, Target target) {
        var cuts = new ArrayList<Frame>();
        int length = message.payload().length;
        for (int i = 0; i < frames; i++) {
            byte[] part = Arrays.copyOfRange(message.payload(), (int) ((long) length * i / frames),
                    (int) ((long) length * (i + 1) / frames));
            cuts.add(new Frame(i == frames - 1, 0, i == 0 ? message.opcode() : Frame.CONTINUATION,
                    part));
        }
        return cuts.toArray(Frame[]::new);
    }

    private static String letters(Target target, int length) {
        return target.random().ints(length, 'a', 'z' + 1).collect(StringBuilder::new,
                StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private static byte[] join(byte[] one, byte[] other) {
        var both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.writeBytes(other);
        return both.toByteArray();
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
