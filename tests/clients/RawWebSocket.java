package tests.clients;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import tests.Target;

/**
 * A WebSocket client (RFC 6455) that does as it is told: it sends any frame, a wrong one too, and
 * answers nothing by itself. What comes is held against the standard; a failure shows the frames
 * that went over the wire.
 *
 * <p>Any number of threads may send, one reads. Extensions are never offered.
 */
public final class RawWebSocket implements AutoCloseable {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // section 1.3
    private static final ObjectMapper JSON =
            new ObjectMapper(Json.FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final RawClient client;
    private final Answer answer;
    private Frame begun; // a message whose last frame has not come
    private boolean answersPings;

    private RawWebSocket(RawClient client, Answer answer) {
        this.client = client;
        this.answer = answer;
    }

    /** @param headers whole lines without their end, {@code "Sec-WebSocket-Protocol: chat"} */
    public static RawWebSocket open(Target target, String path, String... headers) {
        return open(target.host(), target.port(), path, headers);
    }

    public static RawWebSocket open(String host, int port, String path, String... headers) {
        return open(host, port, 0, path, headers);
    }

    /** @param receiveBuffer bytes kept for a client that does not read; 0: the system's choice */
    public static RawWebSocket open(String host, int port, int receiveBuffer, String path,
            String... headers) {
        RawClient client = RawClient.connect(host, port, receiveBuffer).showFrames();
        try {
            String key = freshKey();
            client.send(request(path, host + ":" + port, key, headers));
            return new RawWebSocket(client, accepted(client, key, headers));
        } catch (Throwable failed) {
            client.close();
            throw failed;
        }
    }

    /**
     * Sends a handshake that may be refused, {@code raw} as it is, and reads the head of the
     * answer. Close its client.
     */
    public static Answer ask(Target target, String raw) {
        RawClient client = target.connect().showFrames();
        try {
            return RawHttp.readHead(client.send(raw));
        } catch (Throwable failed) {
            client.close();
            throw failed;
        }
    }

    /** 16 random bytes in base64 (section 4.1). */
    public static String freshKey() {
        var bytes = new byte[16];
        ThreadLocalRandom.current().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** What a server answers to this key (section 4.2.2). */
    public static String acceptOf(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key + GUID).getBytes(US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every JDK has it
        }
    }

    /** A handshake without fault. */
    public static String request(String path, String host, String key, String... headers) {
        var lines = new ArrayList<>(List.of("GET " + path + " HTTP/1.1", "Host: " + host,
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: " + key,
                "Sec-WebSocket-Version: 13"));
        lines.addAll(List.of(headers));
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    /** What a client must look for in the answer (section 4.1). */
    private static Answer accepted(RawClient client, String key, String... headers) {
        Answer answer = RawHttp.head(client, () -> {
            while (true) {
                Answer head = RawHttp.readHead(client);
                if (head.status() / 100 != 1 || head.status() == 101) return head;
            }
        });
        answer.expectStatus(101);
        if (!members(answer, "Upgrade").equals(List.of("websocket"))) {
            throw answer.fail("expected “Upgrade: websocket” in the answer");
        }
        if (!members(answer, "Connection").contains("upgrade")) {
            throw answer.fail("expected “Connection: Upgrade” in the answer");
        }
        answer.expectHeader("Sec-WebSocket-Accept", acceptOf(key));
        answer.expectNoHeader("Sec-WebSocket-Extensions"); // none was offered
        String protocol = answer.header("Sec-WebSocket-Protocol");
        if (protocol != null && !offered(headers).contains(protocol)) {
            throw answer.fail("nobody offered the subprotocol “" + protocol + "”");
        }
        return answer;
    }

    private static List<String> members(Answer answer, String name) {
        return Stream.of(String.join(",", answer.headers(name)).split(","))
                .map(member -> member.strip().toLowerCase(Locale.ROOT)).toList();
    }

    private static List<String> offered(String[] headers) {
        return Stream.of(headers)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-protocol:"))
                .flatMap(line -> Stream.of(line.substring(line.indexOf(':') + 1).split(",")))
                .map(String::strip).toList();
    }

    /** From now on a ping that is passed over by {@link #message} gets its pong. */
    public RawWebSocket answeringPings() {
        answersPings = true;
        return this;
    }

    /** Answers the pings that have come; all else that has come is passed over. */
    public void answerPingsAtHand() {
        for (Frame frame; (frame = frameOrEnd(Duration.ofMillis(1))) != null; ) {
            if (frame.opcode() == Frame.PING) sendPong(frame);
        }
    }

    /** The server's answer to the handshake. */
    public Answer answer() {
        return answer;
    }

    /** The connection beneath, for bytes that are no frame. */
    public RawClient client() {
        return client;
    }

    // --- Sending -------------------------------------------------------------------------------

    public RawWebSocket sendText(String text) {
        return send(Frame.text(text));
    }

    public RawWebSocket sendBinary(byte[] payload) {
        return send(Frame.binary(payload));
    }

    public RawWebSocket sendPing(String payload) {
        return send(Frame.ping(payload));
    }

    public RawWebSocket sendPong(Frame ping) {
        return send(Frame.of(Frame.PONG, ping.payload()));
    }

    public RawWebSocket sendClose(int code, String reason) {
        return send(Frame.close(code, reason));
    }

    /** Each masked as a client's, all in one write. */
    public RawWebSocket send(Frame... frames) {
        var bytes = new ByteArrayOutputStream();
        for (Frame frame : frames) bytes.writeBytes(frame.masked());
        return sendBytes(bytes.toByteArray());
    }

    /** In one write: part of a frame, or a frame such as {@link Frame#onTheWire} makes. */
    public synchronized RawWebSocket sendBytes(byte[] bytes) {
        client.send(bytes);
        return this;
    }

    /** One write a byte. */
    public synchronized RawWebSocket sendEach(byte[] bytes) {
        client.sendEach(bytes);
        return this;
    }

    /** Breaks the connection with a reset, as a crash does. */
    public void reset() {
        client.reset();
    }

    // --- Reading -------------------------------------------------------------------------------

    /** The next frame, whatever it is. Fails where it breaks a rule that binds a server. */
    public Frame frame() {
        return frame(RawClient.PATIENCE);
    }

    public Frame frame(Duration patience) {
        return frame("a frame", System.nanoTime() + patience.toNanos(), patience);
    }

    /** The next frame; null where none came in that time, or where the connection is over. */
    public Frame frameOrEnd(Duration patience) {
        if (!client.awaitByte(patience)) return null;
        return frame();
    }

    private Frame frame(String awaited, long deadline, Duration patience) {
        try (var _ = client.begin("a frame", Long.MAX_VALUE, "", patience)) {
            return readFrame(awaited, deadline, patience);
        }
    }

    private Frame readFrame(String awaited, long deadline, Duration patience) {
        int first = take(awaited, deadline, patience);
        int second = take("the rest of a frame", deadline, patience);
        if ((second & 0x80) != 0) throw fail("a server never masks, but this frame is masked");
        int form = switch (second) {
            case 126 -> 16;
            case 127 -> 64;
            default -> 7;
        };
        long length = form == 7 ? second : 0;
        for (int bytes = form == 7 ? 0 : form / 8; bytes > 0; bytes--) {
            length = length << 8 | take("a frame's length", deadline, patience);
        }
        if (length < 0 || length > RawClient.LONGEST) {
            throw fail("a frame announces " + Long.toUnsignedString(length) + " bytes"
                    + (length < 0 ? ": the top bit is 0 (RFC 6455, section 5.2)"
                    : "; no message here has more than " + RawClient.LONGEST));
        }
        if (form != Frame.shortestForm(length)) {
            throw fail("a length of " + length + " is written in " + Frame.shortestForm(length)
                    + " bits, not in " + form);
        }
        var payload = new byte[(int) length];
        for (int i = client.nextAtHand(payload, 0); i < payload.length;
                i += client.nextAtHand(payload, i)) {
            int next = client.next(deadline);
            if (next < 0) {
                throw fail(String.format("awaited the %,d bytes that a frame announces, of which"
                        + " %,d came, but %s", length, i, client.endingWords(next, patience)));
            }
            payload[i++] = (byte) next;
        }
        return checked(new Frame((first & 0x80) != 0, first >> 4 & 7, first & 0x0F, payload));
    }

    private int take(String awaited, long deadline, Duration patience) {
        int next = client.next(deadline);
        if (next >= 0) return next;
        throw fail("awaited " + awaited + ", but " + client.endingWords(next, patience));
    }

    private Frame checked(Frame frame) {
        if (frame.reserved() != 0) throw fail("a reserved bit is set, but nobody agreed on one");
        switch (frame.opcode()) {
            case Frame.CONTINUATION -> {
                if (begun == null) throw fail("a continuation came, but no message was begun");
                begun = frame.fin() ? null : begun;
            }
            case Frame.TEXT, Frame.BINARY -> {
                if (begun != null) throw fail(frame + " came before the last one was complete");
                begun = frame.fin() ? null : frame;
            }
            case Frame.CLOSE, Frame.PING, Frame.PONG -> {
                if (!frame.fin()) throw fail("a control frame without FIN came: " + frame);
                if (frame.payload().length > 125) throw fail(frame + " came; 125 is the most");
            }
            default -> throw fail(frame + " came");
        }
        if (frame.opcode() == Frame.CLOSE) checkClose(frame);
        return frame;
    }

    private void checkClose(Frame close) {
        int code = close.closeCode();
        boolean fits = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006
                || code >= 3000 && code <= 4999;
        if (close.payload().length == 1 || close.payload().length > 1 && !fits) {
            throw fail("a close came with a code that may not stand there: " + close);
        }
        if (!close.isUtf8()) throw fail("the reason of a close is no UTF-8");
    }

    /**
     * The next whole text or binary message, put together from its frames, or a close. Pings and
     * pongs are passed over; read with {@link #frame()} to hear them.
     */
    public Frame message() {
        return message(RawClient.PATIENCE);
    }

    public Frame message(Duration patience) {
        return message("a message", patience);
    }

    private Frame message(String awaited, Duration patience) {
        // Frames that are always at hand, such as pings without end, let no read be late.
        try (var _ = client.begin(awaited, Long.MAX_VALUE, "a frame with FIN ends a message (RFC"
                + " 6455, section 5.4)", patience)) {
            return message(awaited, System.nanoTime() + patience.toNanos(), patience);
        }
    }

    private Frame message(String awaited, long deadline, Duration patience) {
        int opcode = -1;
        var payload = new ByteArrayOutputStream();
        while (true) {
            Frame frame = frame(awaited, deadline, patience);
            if (frame.opcode() == Frame.CLOSE) return frame;
            if (frame.opcode() == Frame.PING && answersPings) sendPong(frame);
            if (frame.isControl()) continue;
            if (opcode < 0) opcode = frame.opcode();
            payload.writeBytes(frame.payload());
            if (payload.size() > RawClient.LONGEST) {
                throw fail(String.format("the frames of one message have %,d bytes so far; no"
                        + " message here has more than %,d, and a frame with FIN ends it (RFC 6455,"
                        + " section 5.4)", payload.size(), RawClient.LONGEST));
            }
            if (!frame.fin()) continue;
            Frame message = Frame.of(opcode, payload.toByteArray());
            if (opcode == Frame.TEXT && !message.isUtf8()) throw fail("a text came, not in UTF-8");
            return message;
        }
    }

    /** The next message is this text. */
    public RawWebSocket expectText(String expected) {
        return expect(Frame.text(expected), message("the text “" + shortened(expected) + "”",
                RawClient.PATIENCE));
    }

    /** The next message is binary, and this. */
    public RawWebSocket expectBinary(byte[] expected) {
        return expect(Frame.binary(expected), message(Frame.binary(expected).toString(),
                RawClient.PATIENCE));
    }

    /** The very next frame is a pong with this payload. */
    public RawWebSocket expectPong(byte[] payload) {
        return expect(Frame.of(Frame.PONG, payload), frame());
    }

    private RawWebSocket expect(Frame expected, Frame came) {
        if (came.opcode() == expected.opcode()
                && Arrays.equals(came.payload(), expected.payload())) {
            return this;
        }
        if (came.opcode() != expected.opcode()) {
            throw fail("expected " + described(expected) + ", but got " + described(came));
        }
        int differs = Arrays.mismatch(expected.payload(), came.payload());
        throw fail("expected " + described(expected) + ", but got " + described(came)
                + String.format(": they differ from byte %,d on", differs + 1));
    }

    private static String described(Frame frame) {
        return frame.opcode() == Frame.TEXT ? "the text “" + shortened(frame.text()) + "”"
                : frame.toString();
    }

    private static String shortened(String text) {
        return text.length() <= 120 ? text : text.substring(0, 80) + "…”, of "
                + String.format("%,d", text.length()) + " letters, “…"
                + text.substring(text.length() - 20);
    }

    /** The next message is a text of one JSON value. */
    public JsonNode json() {
        return json(RawClient.PATIENCE);
    }

    public JsonNode json(Duration patience) {
        Frame came = message("a text", patience);
        if (came.opcode() != Frame.TEXT) throw fail("expected a text, but got " + came);
        try {
            return JSON.readTree(came.text());
        } catch (JsonProcessingException broken) {
            throw fail("expected JSON, but it cannot be read: " + Json.why(broken));
        }
    }

    /**
     * The next message is a close with this code.
     *
     * @param code {@link Frame#NO_CODE} for a close that has none
     */
    public Frame expectClose(int code) {
        return expectClose(code, RawClient.PATIENCE);
    }

    public Frame expectClose(int code, Duration patience) {
        String wanted = code == Frame.NO_CODE ? "a close without a code"
                : "a close with code " + code;
        Frame came = message(wanted, patience);
        if (came.opcode() == Frame.CLOSE && came.closeCode() == code) return came;
        throw fail("expected " + wanted + ", but got " + described(came));
    }

    /** The server ends TCP in order, and no byte comes before that. */
    public void expectEnd() {
        client.expectEnd();
    }

    /** TCP is over, by an end or by a reset, and no byte comes before that. */
    public void expectGone() {
        client.expectGone();
    }

    /** A failure that says {@code sentence} and shows the frames on the wire. */
    public AssertionError fail(String sentence) {
        return client.fail(sentence);
    }

    /** Ends TCP without a goodbye. */
    @Override
    public void close() {
        client.close();
    }
}
