package tests.clients;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import tests.Target;

/**
 * An Engine.IO 4 client that does as it is told, on either wire. What it reads with {@link #next}
 * comes without pings, which it answers; {@link #get} and {@link #socket} show all. One thread uses
 * it.
 */
public final class Engine implements AutoCloseable {
    /** Stands between the packets of one body: U+001E. */
    public static final String SEPARATOR = "\u001e";

    private static final ObjectMapper JSON =
            new ObjectMapper(Json.FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String PLAIN = "text/plain;charset=UTF-8";

    private final Target target;
    private final String path;
    private final String sid;
    private final Deque<String> packets = new ArrayDeque<>(); // of GETs, not asked for yet
    private RawWebSocket socket; // null: polling
    private Answer last;         // of a GET

    private Engine(Target target, String path, String sid, RawWebSocket socket) {
        this.target = target;
        this.path = path;
        this.sid = sid;
        this.socket = socket;
    }

    /** A session that polls. */
    public static Engine polling(Target target, String path) {
        Answer answer = target.http().get(path + "?EIO=4&transport=polling").expectStatus(200);
        return new Engine(target, path, opened(answer.text(), answer::fail).path("sid").asText(),
                null);
    }

    /** A session that begins on a WebSocket. */
    public static Engine webSocket(Target target, String path) {
        RawWebSocket socket = RawWebSocket.open(target, path + "?EIO=4&transport=websocket");
        try {
            JsonNode open = opened(socket.message().text(), socket::fail);
            return new Engine(target, path, open.path("sid").asText(), socket);
        } catch (Throwable failed) {
            socket.close();
            throw failed;
        }
    }

    /** What makes a failure of a sentence. */
    public interface Failing {
        AssertionError fail(String sentence);
    }

    /** The JSON of an open packet. */
    public static JsonNode opened(String packet, Failing failing) {
        if (!packet.startsWith("0{")) {
            throw failing.fail("a session begins with an open packet, 0 and JSON, but got “"
                    + packet + "”");
        }
        try {
            JsonNode open = JSON.readTree(packet.substring(1));
            if (!open.path("sid").isTextual()) throw failing.fail("an open packet has a sid");
            return open;
        } catch (JsonProcessingException broken) {
            throw failing.fail("behind the 0 of an open packet stands JSON, but it cannot be read: "
                    + Json.why(broken));
        }
    }

    public String sid() {
        return sid;
    }

    /** The WebSocket that the session lives on; null while it polls. */
    public RawWebSocket socket() {
        return socket;
    }

    /** The address of a polling request. */
    public String address() {
        return path + "?EIO=4&transport=polling&sid=" + sid;
    }

    /** One GET, whatever it answers. */
    public Answer get() {
        return target.http().get(address());
    }

    /** One POST, whatever it answers. */
    public Answer post(String body) {
        return target.http().post(address(), PLAIN, body);
    }

    /** A GET that is sent now, and read later. */
    public Asked ask() {
        RawClient client = target.connect();
        client.send("GET " + address() + " HTTP/1.1\r\nHost: " + target.http().authority()
                + "\r\nConnection: close\r\n\r\n");
        return new Asked(client);
    }

    /** A GET that is on its way. */
    public record Asked(RawClient client) implements AutoCloseable {
        /** It must not be answered so far. */
        public Asked expectHeld(String why) {
            if (client.isSilent(Duration.ofMillis(150))) return this;
            Answer answer = RawHttp.answer(client, "GET");
            throw answer.fail(why + ", so a GET is held, but it was answered “" + answer.text()
                    + "”");
        }

        public Answer answer() {
            return RawHttp.answer(client, "GET");
        }

        /** The answer; where none begins within that time, {@code otherwise} is what failed. */
        public Answer answerWithin(Duration limit, String otherwise) {
            if (client.isSilent(limit)) {
                throw client.fail(otherwise + " (" + limit.toMillis() + " ms)");
            }
            return answer();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** Sends packets: in one body, or each in a frame. */
    public Engine send(String... all) {
        if (socket != null) {
            for (String packet : all) socket.sendText(packet);
        } else {
            post(String.join(SEPARATOR, all)).expectStatus(200).expectBody("ok");
        }
        return this;
    }

    /** Sends an event of lesson 08's envelope; {@code id} may be null. */
    public Engine sendEvent(String event, Map<String, ?> data, Object id) {
        return send("4" + event(event, data, id));
    }

    /** Such an event as text. */
    public static String event(String event, Map<String, ?> data, Object id) {
        var envelope = JSON.createObjectNode().put("event", event);
        envelope.set("data", JSON.valueToTree(data));
        if (id != null) envelope.set("id", JSON.valueToTree(id));
        return envelope.toString();
    }

    /** The next packet that is no ping; on a WebSocket a binary one as b and base64. */
    public String next() {
        while (true) {
            // What a GET has brought comes before what came after the move.
            String packet = socket == null || !packets.isEmpty() ? polled() : framed();
            if (!packet.equals("2")) return packet;
            send("3");
        }
    }

    private String polled() {
        while (packets.isEmpty()) {
            last = get().expectStatus(200);
            packets.addAll(List.of(last.text().split(SEPARATOR, -1)));
        }
        return packets.remove();
    }

    private String framed() {
        Frame frame = socket.message();
        return switch (frame.opcode()) {
            case Frame.TEXT -> frame.text();
            case Frame.BINARY -> "b" + java.util.Base64.getEncoder()
                    .encodeToString(frame.payload());
            default -> throw fail("awaited a packet, but got " + frame);
        };
    }

    /** The next packet is this. */
    public Engine expect(String packet, String why) {
        String came = next();
        if (came.equals(packet)) return this;
        throw fail(why + ": expected the packet “" + shown(packet) + "” but got “" + shown(came)
                + "”");
    }

    /** The next packet is an event; gives its envelope. */
    public JsonNode nextEvent() {
        String packet = next();
        if (!packet.startsWith("4{")) throw fail("expected an event, but got “" + shown(packet)
                + "”");
        try {
            return JSON.readTree(packet.substring(1));
        } catch (JsonProcessingException broken) {
            throw fail("behind the 4 of an event stands JSON, but it cannot be read: "
                    + Json.why(broken));
        }
    }

    /** The next packet is this event; gives its data. */
    public JsonNode expectEvent(String event) {
        JsonNode came = nextEvent();
        if (came.path("event").asText().equals(event)) return came.path("data");
        throw fail("expected the event “" + event + "” but got " + shown(came.toString()));
    }

    /** Tries a WebSocket for this session, without a word. */
    public RawWebSocket tryWebSocket() {
        return RawWebSocket.open(target, path + "?EIO=4&transport=websocket&sid=" + sid);
    }

    /** Moves to WebSocket as clients do. */
    public Engine move() {
        RawWebSocket tried = tryWebSocket();
        tried.sendText("2probe").expectText("3probe").sendText("5");
        socket = tried;
        return this;
    }

    /** From now on the session lives on this WebSocket. */
    public Engine movedTo(RawWebSocket moved) {
        socket = moved;
        return this;
    }

    /** A failure that shows the wire. */
    public AssertionError fail(String sentence) {
        if (socket != null) return socket.fail(sentence);
        return last == null ? new AssertionError(sentence) : last.fail(sentence);
    }

    private static String shown(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    /** Ends the session where it still is there. */
    @Override
    public void close() {
        if (socket != null) socket.close();
        else target.http().request("POST", address(), "1".getBytes(StandardCharsets.US_ASCII));
    }
}
