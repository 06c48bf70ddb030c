package workshop.testing.lessons;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static workshop.testing.TestAll.FULL;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tests.clients.Answer;
import tests.clients.Frame;
import tests.clients.RawClient;
import tests.clients.RawHttp;
import tests.clients.RawWebSocket;
import workshop.running.LessonRun;
import workshop.testing.RealLesson;
import workshop.testing.TestAll;

/**
 * Solution 07 against RFC 6455, sections 4 to 8, frame by frame. Each stream of bytes is sent
 * whole, in random pieces and byte by byte; of the longest messages one is, unless
 * {@code BARS=full}. What may differ between servers is pinned to what the solution does: it takes
 * a length in a longer form than it needs, and judges a text at the first byte that is wrong.
 */
class Lesson07ConformanceTest {
    private static final int MAX = 1_048_576;
    private static final int LONG = 3_000; // bytes; beyond it one message alone goes byte by byte
    private static final int LONGEST = FULL ? MAX : 65_536;

    private static RealLesson server;
    private static final long SEED = ThreadLocalRandom.current().nextLong(1_000_000_000);
    private final Random random = new Random(SEED);

    /** How the bytes of a stream are sent. */
    enum Pieces { WHOLE, RANDOM, EACH }

    @BeforeAll
    static void start() {
        server = RealLesson.solution(7);
        TestAll.tell("07 conformance: seed " + SEED);
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) server.close();
    }

    // --- 4.2 the handshake, beyond the tests of exercise 7.1 -------------------------------------

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("4.2 a handshake may come in pieces, and frames right behind it")
    void handshakeInPieces(Pieces pieces) {
        String key = RawWebSocket.freshKey();
        for (String target : List.of("/ws", "/ws?a=b", "http://localhost:7007/ws")) {
            try (RawClient client = server.connect()) {
                byte[] request = RawWebSocket.request(target, "localhost", key,
                        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
                        "Origin: http://localhost", "Cookie: a=b").getBytes(US_ASCII);
                for (byte[] piece : cut(join(request, Frame.text("hi").masked()), pieces)) {
                    client.send(piece);
                }
                Answer answer = RawHttp.readHead(client).expectStatus(101);
                answer.expectHeader("Sec-WebSocket-Accept", RawWebSocket.acceptOf(key));
                answer.expectNoHeader("Sec-WebSocket-Extensions");
                client.expect(Frame.text("hi").unmasked());
            }
        }
    }

    @Test
    @DisplayName("4.2.1 what is no request of HTTP/1.1 is refused, and the connection ends")
    void noRequest() {
        String good = RawWebSocket.request("/ws", "localhost", RawWebSocket.freshKey());
        for (String bad : List.of(good.replace("HTTP/1.1", "HTTP/2"),
                good.replace("HTTP/1.1", "HTTP/0.9"), good.replace(" /ws", ""),
                good.replace("Host:", "Host :"), good.replace("Host:", " Host:"),
                good.replace("Host:", "A: \u0001\r\nHost:"), good.replace("GET", "get"),
                good.replace("Upgrade: websocket", "Upgrade: websocket/13"),
                good.replace("Version: 13", "Version: 13\r\nSec-WebSocket-Key: a"))) {
            handshakeRefused(400, bad);
        }
        for (String body : List.of("Content-Length: 5", "Transfer-Encoding: chunked")) {
            handshakeRefused(400, good.replace("Host:", body + "\r\nHost:") + "5\r\nhi");
        }
        handshakeRefused(426, good.replace("Version: 13", "Version: 13, 8"));
        handshakeRefused(426, good.replace("Version: 13", "Version: 013"));
        handshakeRefused(431, good.replace("Host:", "A: " + "a".repeat(16_384) + "\r\nHost:"));
    }

    @Test
    @DisplayName("HTTP: the answer to a HEAD has GET's length and no body, whatever its status")
    void head() {
        for (String path : List.of("/", "/wire.js", "/nowhere", "/ws")) {
            try (RawClient client = server.connect()) {
                client.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
                Answer answer = RawHttp.readHead(client);
                if ("0".equals(answer.header("Content-Length"))) {
                    throw answer.fail("expected the length of GET's body");
                }
                client.expectGone();
            }
        }
    }

    private static void handshakeRefused(int status, String request) {
        try (RawClient client = server.connect()) {
            Answer answer = RawHttp.answer(client.send(request), "GET").expectStatus(status);
            if (answer.text().isBlank()) throw answer.fail("expected a sentence that says why");
            client.expectGone();
        }
    }

    // --- 5.2 base framing ------------------------------------------------------------------------

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("5.2 every length comes back, in each form that can hold it, text and binary")
    void lengths(Pieces pieces) {
        try (var ws = open()) {
            for (int length : new int[] {0, 1, 2, 3, 4, 5, 7, 124, 125, 126, 127, 128, 129, 255,
                256, 257, 32_767, 32_768, 65_534, 65_535, 65_536, 65_537, 131_072, MAX - 1, MAX}) {
                boolean once = pieces == Pieces.EACH && length > LONG;
                if (once && length != LONGEST) continue;
                int shortest = Frame.shortestForm(length);
                byte[] payload = length < MAX - 1 ? letters(length) : zeros(length);
                for (int form : new int[] {7, 16, 64}) {
                    if (form < shortest || once && form > shortest) continue;
                    for (int opcode : new int[] {Frame.TEXT, Frame.BINARY}) {
                        if (once && opcode == Frame.TEXT) continue;
                        send(ws, pieces, Frame.of(opcode, payload)
                                .onTheWire(Frame.freshMask(), form));
                        expect(ws, opcode, payload);
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("5.3 every mask is taken off, one of zeros too")
    void masks() {
        try (var ws = open()) {
            byte[] payload = new byte[256];
            for (int i = 0; i < 256; i++) payload[i] = (byte) i;
            for (String mask : List.of("00000000", "ffffffff", "00ff00ff", "01020408", "80808080",
                    "37fa213d")) {
                ws.sendBytes(Frame.binary(payload).onTheWire(HexFormat.of().parseHex(mask), 16));
                expect(ws, Frame.BINARY, payload);
            }
        }
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("5.1 and 5.2 no mask, reserved bits, reserved opcodes, a length of 64 bits: 1002")
    void broken(Pieces pieces) {
        for (int opcode : new int[] {0, 1, 2, 8, 9, 10}) {
            for (int length : new int[] {0, 3, 126, 65_536}) {
                refused(1002, pieces, Frame.of(opcode, zeros(0)).head(length, null,
                        Frame.shortestForm(length)));
            }
        }
        for (int bits = 1; bits < 8; bits++) {
            for (int opcode : new int[] {1, 2, 8, 9, 10}) {
                refused(1002, pieces, Frame.of(opcode, new byte[0]).reserved(bits).masked());
            }
            refused(1002, pieces, Frame.text("a").more().masked(),
                    Frame.continuation(letters(1)).reserved(bits).masked());
        }
        for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
            for (int length : new int[] {0, 5, 125, 126}) {
                refused(1002, pieces, Frame.of(opcode, letters(length)).masked());
                refused(1002, pieces, Frame.of(opcode, letters(length)).more().masked());
            }
        }
        for (long length : new long[] {Long.MIN_VALUE, -1, Long.MIN_VALUE + 1}) {
            refused(1002, pieces, Frame.text("").head(length, Frame.freshMask(), 64));
        }
    }

    // --- 5.4 fragmentation -----------------------------------------------------------------------

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("5.4 messages in any number of frames, with control frames between them")
    void fragments(Pieces pieces) {
        try (var ws = open()) {
            for (int frames = 1; frames <= 12; frames++) {
                for (int opcode : new int[] {Frame.TEXT, Frame.BINARY}) {
                    byte[] message = opcode == Frame.TEXT ? ("äöü€🙂" + word()).getBytes(UTF_8)
                            : letters(random.nextInt(400));
                    var bytes = new ByteArrayOutputStream();
                    var pings = new ArrayList<byte[]>();
                    for (Frame frame : cut(Frame.of(opcode, message), frames)) {
                        if (random.nextBoolean()) {
                            byte[] ping = letters(random.nextInt(126));
                            pings.add(ping);
                            bytes.writeBytes(Frame.of(Frame.PING, ping).masked());
                        }
                        if (random.nextBoolean()) bytes.writeBytes(Frame.pong("?").masked());
                        bytes.writeBytes(frame.masked());
                    }
                    send(ws, pieces, bytes.toByteArray());
                    for (byte[] ping : pings) ws.expectPong(ping);
                    expect(ws, opcode, message);
                }
            }
        }
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("5.4 frames of a message may be empty, the first, the last, or all")
    void emptyFrames(Pieces pieces) {
        try (var ws = open()) {
            byte[] empty = Frame.continuation(zeros(0)).more().masked();
            for (int opcode : new int[] {Frame.TEXT, Frame.BINARY}) {
                for (int empties : new int[] {1, 2, 5, 200}) {
                    byte[][] middle = new byte[empties][];
                    Arrays.fill(middle, empty);
                    for (byte[] last : List.of(zeros(0), letters(3))) {
                        send(ws, pieces, Frame.of(opcode, zeros(0)).more().masked(), join(middle),
                                Frame.continuation(last).masked());
                        expect(ws, opcode, last);
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("5.4 a ping is answered before the message around it is complete")
    void pingInside() {
        try (var ws = open()) {
            ws.send(Frame.text("one ").more(), Frame.ping("now")).expectPong("now".getBytes(UTF_8));
            ws.send(Frame.continuation("two".getBytes(UTF_8))).expectText("one two");
            ws.send(Frame.text("one ").more()).send(Frame.close(1000, "")).expectClose(1000);
            ws.expectEnd();
        }
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("5.4 nothing to continue, or another start inside a message: 1002")
    void wrongOrder(Pieces pieces) {
        byte[] more = Frame.continuation(letters(2)).more().masked();
        byte[] last = Frame.continuation(letters(2)).masked();
        refused(1002, pieces, last);
        refused(1002, pieces, more);
        for (Frame start : List.of(Frame.text("ab"), Frame.binary(letters(2)))) {
            for (Frame other : List.of(Frame.text("ab"), Frame.binary(letters(2)))) {
                refused(1002, pieces, start.more().masked(), other.masked());
                refused(1002, pieces, start.more().masked(), other.more().masked());
                refused(1002, pieces, start.more().masked(), more, other.masked());
            }
        }
        try (var ws = open()) {
            ws.send(Frame.text("a").more()).sendBytes(last).message();
            ws.sendBytes(last).expectClose(1002);
        }
    }

    // --- 5.5 control frames ----------------------------------------------------------------------

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("5.5.2 pings of 0 to 125 bytes are answered, in their order; pongs are not")
    void pings(Pieces pieces) {
        try (var ws = open()) {
            var bytes = new ByteArrayOutputStream();
            var payloads = new ArrayList<byte[]>();
            for (int length = 0; length <= 125; length++) {
                byte[] payload = new byte[length];
                random.nextBytes(payload);
                payloads.add(payload);
                bytes.writeBytes(Frame.of(Frame.PING, payload).masked());
                bytes.writeBytes(Frame.of(Frame.PONG, payload).masked());
            }
            send(ws, pieces, bytes.toByteArray());
            payloads.forEach(ws::expectPong);
            ws.sendText("still there").expectText("still there");
        }
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("5.5 a control frame that is long or has no FIN: 1002")
    void wrongControl(Pieces pieces) {
        for (int opcode : new int[] {Frame.CLOSE, Frame.PING, Frame.PONG}) {
            for (int length : new int[] {126, 127, 65_535, 65_536}) {
                byte[] head = Frame.of(opcode, new byte[0]).head(length, Frame.freshMask(),
                        Frame.shortestForm(length));
                refused(1002, pieces, head);
            }
            refused(1002, pieces, Frame.of(opcode, new byte[0]).more().masked());
            refused(1002, pieces, Frame.of(opcode, new byte[] {3, (byte) 0xE8}).more().masked());
        }
    }

    // --- 5.5.1 and 7.4 closing -------------------------------------------------------------------

    @Test
    @DisplayName("7.4 every code is answered with itself, or with 1002")
    void codes() {
        var codes = new ArrayList<Integer>();
        for (int code = 0; code < 5_010; code += code < 990 || code > 1_020 ? 97 : 1) {
            codes.add(code);
        }
        codes.addAll(List.of(999, 1000, 2999, 3000, 3999, 4000, 4999, 5000, 32_768, 65_535));
        for (int code : codes) {
            boolean fine = code >= 1000 && code <= 1014 && code != 1004 && code != 1005
                    && code != 1006 || code >= 3000 && code <= 4999;
            refused(fine ? code : 1002, Pieces.WHOLE, Frame.close(code, "").masked());
            refused(fine ? code : 1002, Pieces.EACH, Frame.close(code, "why ä").masked());
        }
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("5.5.1 a close without a code, with half a code, with the longest reason")
    void closes(Pieces pieces) {
        refused(Frame.NO_CODE, pieces, Frame.close().masked());
        refused(1002, pieces, Frame.of(Frame.CLOSE, new byte[] {3}).masked());
        refused(1000, pieces, Frame.close(1000, "x".repeat(123)).masked());
        refused(1007, pieces, Frame.of(Frame.CLOSE, hex("03e8c3")).masked());
        refused(1007, pieces, Frame.of(Frame.CLOSE, hex("03e8eda080")).masked());
        refused(1007, pieces, Frame.of(Frame.CLOSE, hex("0fa0ff41")).masked());
    }

    // --- 5.6 and 8.1 UTF-8 -----------------------------------------------------------------------

    private static final List<String> RIGHT = List.of("00", "7f", "c280", "dfbf", "e0a080",
            "efbfbf", "f0908080", "f48fbfbf", "ed9fbf", "ee8080", "efbfbd", "efbfbe", "cebae1bdb9",
            "f0908080f48fbfbf");

    /** The last byte of each is the first that is wrong. */
    private static final List<String> WRONG = List.of("80", "bf", "c0", "c1", "f5", "f8", "fc",
            "fe", "ff", "c241", "c2c2", "e080", "e09f", "eda0", "edbf", "f080", "f08f", "f490",
            "f4bf", "e141", "e18041", "e180c2", "f141", "f18041", "f1808041", "f18080c2");

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("8.1 text that is right comes back, however it is cut into frames")
    void rightText(Pieces pieces) {
        try (var ws = open()) {
            for (String hex : RIGHT) {
                byte[] text = join(letters(2), hex(hex), letters(2));
                send(ws, pieces, Frame.of(Frame.TEXT, text).masked());
                expect(ws, Frame.TEXT, text);
                for (int at = 0; at <= text.length; at++) {
                    send(ws, pieces, Frame.of(Frame.TEXT, Arrays.copyOf(text, at)).more().masked(),
                            Frame.ping("").masked(),
                            Frame.continuation(Arrays.copyOfRange(text, at, text.length)).masked());
                    ws.expectPong(new byte[0]);
                    expect(ws, Frame.TEXT, text);
                }
                send(ws, pieces, Stream.of(cut(Frame.of(Frame.TEXT, text), text.length))
                        .map(Frame::masked).toArray(byte[][]::new));
                expect(ws, Frame.TEXT, text);
            }
        }
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("8.1 text that is wrong: 1007, in one frame or in two")
    void wrongText(Pieces pieces) {
        for (String hex : WRONG) {
            byte[] text = join(letters(2), hex(hex));
            refused(1007, pieces, Frame.of(Frame.TEXT, join(text, letters(3))).masked());
            for (int at = 0; at < text.length; at++) {
                refused(1007, pieces, Frame.of(Frame.TEXT, Arrays.copyOf(text, at)).more().masked(),
                        Frame.continuation(Arrays.copyOfRange(text, at, text.length)).masked());
            }
        }
        for (String hex : List.of("c3", "e2", "e282", "f0", "f09f", "f09f99")) {
            refused(1007, pieces, Frame.of(Frame.TEXT, hex(hex)).masked());
            refused(1007, pieces, Frame.of(Frame.TEXT, hex(hex)).more().masked(),
                    Frame.continuation(new byte[0]).masked());
        }
    }

    @Test
    @DisplayName("8.1 a text is refused at its first wrong byte, in the middle of a frame")
    void failsFast() {
        for (String hex : WRONG) {
            byte[] text = join(letters(2), hex(hex));
            for (int at = 0; at < text.length; at++) {
                byte[] rest = join(Arrays.copyOfRange(text, at, text.length), letters(100));
                byte[] frame = Frame.continuation(rest).masked();
                refused(1007, Pieces.WHOLE, Frame.of(Frame.TEXT, Arrays.copyOf(text, at)).more()
                        .masked(), Arrays.copyOf(frame, frame.length - 100));
            }
        }
    }

    /** The JDK's decoder decides which beginnings some whole letter has. */
    @Test
    @DisplayName("8.1 every first byte, and every bound of a second, is judged as the JDK does")
    void everyLetter() {
        try (var ws = open()) {
            for (int first = 0x80; first <= 0xFF; first++) {
                byte[] one = {(byte) first};
                if (letter(one) == null) {
                    refusedAtOnce(one);
                    continue;
                }
                for (int second : new int[] {0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0}) {
                    byte[] two = {(byte) first, (byte) second};
                    byte[] whole = letter(two);
                    if (whole == null) {
                        refusedAtOnce(two);
                    } else {
                        ws.send(Frame.of(Frame.TEXT, whole));
                        expect(ws, Frame.TEXT, whole);
                    }
                }
            }
        }
    }

    /** A letter that begins with these bytes; null where none does. */
    private static byte[] letter(byte[] start) {
        for (String rest : List.of("", "80", "bf", "8080", "bfbf", "80bf80", "bfbfbf")) {
            byte[] whole = join(start, hex(rest));
            try {
                UTF_8.newDecoder().decode(ByteBuffer.wrap(whole));
                return whole;
            } catch (CharacterCodingException none) {
                continue;
            }
        }
        return null;
    }

    private void refusedAtOnce(byte[] start) {
        byte[] frame = Frame.of(Frame.TEXT, join(start, letters(9))).masked();
        refused(1007, Pieces.WHOLE, Arrays.copyOf(frame, frame.length - 9));
    }

    @Test
    @DisplayName("5.6 a binary message may hold any bytes")
    void binary() {
        try (var ws = open()) {
            for (String hex : WRONG) {
                ws.sendBinary(hex(hex)).expectBinary(hex(hex));
            }
        }
    }

    // --- Limits, and the end of TCP --------------------------------------------------------------

    @Test
    @DisplayName("7.4.1 one byte more than 1 MiB: 1009 as soon as it is announced")
    void tooBig() {
        for (long length : new long[] {MAX + 1, 1L << 31, 1L << 32, Long.MAX_VALUE}) {
            refused(1009, Pieces.WHOLE, Frame.binary(new byte[0]).head(length, Frame.freshMask(),
                    64));
            refused(1009, Pieces.WHOLE, Frame.text("").more().head(length, Frame.freshMask(), 64));
        }
        refused(1009, Pieces.WHOLE, Frame.binary(zeros(MAX)).more().masked(),
                Frame.continuation(new byte[0]).head(1, Frame.freshMask(), 7));
        try (var ws = open()) {
            ws.send(Frame.binary(zeros(MAX)).more(), Frame.continuation(new byte[0]).more(),
                    Frame.continuation(new byte[0]));
            expect(ws, Frame.BINARY, zeros(MAX));
        }
    }

    @Test
    @DisplayName("7.1.1 after a close the server ends TCP, and hears nothing more")
    void ends() {
        try (var ws = open()) {
            ws.send(Frame.text("a"), Frame.close(1000, ""), Frame.text("b"), Frame.ping("c"));
            ws.expectText("a").expectClose(1000);
            ws.expectEnd();
        }
        try (var ws = open()) {         // a failed connection is over as well
            ws.send(Frame.text("a"), Frame.text("b").reserved(4), Frame.text("c"));
            ws.expectText("a").expectClose(1002);
            ws.expectEnd();
        }
        try (var ws = open()) {         // nor is the rest of a message awaited
            ws.send(Frame.text("a").more(), Frame.close(1001, "bye"), Frame.continuation(hex("62")),
                    Frame.close(1000, ""));
            ws.expectClose(1001);
            ws.expectEnd();
        }
    }

    @Test
    @DisplayName("7.1.1 the close arrives although the client is still sending")
    void stillSending() {
        for (int i = 0; i < 20; i++) {
            try (var ws = RawWebSocket.open(LessonRun.HOST, server.port(), 4_096, "/ws")) {
                ws.sendBinary(letters(60_000));                 // whose echo waits to be read
                ws.sendBytes(Frame.binary(new byte[0]).head(MAX + 1, Frame.freshMask(), 64));
                for (int chunk = 0; chunk < 20; chunk++) ws.sendBytes(letters(1_000));
                assertEquals(60_000, ws.message().payload().length);
                ws.expectClose(1009);
                ws.expectEnd();
            }
        }
    }

    // --- The words above -------------------------------------------------------------------------

    private static RawWebSocket open() {
        return RawWebSocket.open(LessonRun.HOST, server.port(), "/ws");
    }

    private void refused(int code, Pieces pieces, byte[]... frames) {
        try (var ws = open()) {
            send(ws, pieces, frames);
            ws.expectClose(code);
            ws.expectEnd();
        }
    }

    private void send(RawWebSocket ws, Pieces pieces, byte[]... frames) {
        if (pieces == Pieces.EACH) {
            ws.sendEach(join(frames));
            return;
        }
        for (byte[] piece : cut(join(frames), pieces)) {
            ws.sendBytes(piece);
            Thread.yield();
        }
    }

    private List<byte[]> cut(byte[] bytes, Pieces pieces) {
        int most = switch (pieces) {
            case WHOLE -> bytes.length;
            case RANDOM -> Math.max(2, bytes.length / 4);
            case EACH -> 1;
        };
        var cuts = new ArrayList<byte[]>();
        for (int from = 0, to; from < bytes.length; from = to) {
            int length = pieces == Pieces.RANDOM ? 1 + random.nextInt(most) : most;
            to = Math.min(bytes.length, from + length);
            cuts.add(Arrays.copyOfRange(bytes, from, to));
        }
        return cuts;
    }

    private static void expect(RawWebSocket ws, int opcode, byte[] payload) {
        Frame came = ws.message();
        if (came.opcode() != opcode || !Arrays.equals(payload, came.payload())) {
            throw ws.fail("expected " + Frame.of(opcode, payload) + ", but got " + came);
        }
    }

    private static Frame[] cut(Frame message, int frames) {
        var cuts = new Frame[frames];
        int length = message.payload().length;
        for (int i = 0; i < frames; i++) {
            cuts[i] = new Frame(i == frames - 1, 0, i == 0 ? message.opcode() : Frame.CONTINUATION,
                    Arrays.copyOfRange(message.payload(), length * i / frames,
                            length * (i + 1) / frames));
        }
        return cuts;
    }

    private String word() {
        return new String(letters(8), UTF_8);
    }

    private byte[] letters(int length) {
        byte[] letters = new byte[length];
        for (int i = 0; i < length; i++) letters[i] = (byte) ('a' + random.nextInt(26));
        return letters;
    }

    private static byte[] zeros(int length) {
        return new byte[length];
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) all.writeBytes(part);
        return all.toByteArray();
    }
}
