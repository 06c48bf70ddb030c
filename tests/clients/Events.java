package tests.clients;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.stream.Stream;
import tests.Target;

/**
 * A client of lessons 08 to 10: every text frame is one JSON object, {@code {"event": name, "data":
 * {…}, "id": 7}}. Pings are answered. What comes is taken in its order; that nothing came is told
 * by what comes next.
 */
public final class Events implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper(Json.FACTORY);

    private final RawWebSocket socket;
    private final String id;
    private boolean forgiving;  // of acks that nobody asked for

    private Events(RawWebSocket socket, String id) {
        this.socket = socket;
        this.id = id;
    }

    /** Connects, and has read the welcome. */
    public static Events open(Target target, String path) {
        return open(target, path, 0);
    }

    /** @param receiveBuffer bytes kept for a client that does not read; 0: the system's choice */
    public static Events open(Target target, String path, int receiveBuffer) {
        RawWebSocket socket = RawWebSocket.open(target.host(), target.port(), receiveBuffer, path)
                .answeringPings();
        return greeted(socket);
    }

    private static Events greeted(RawWebSocket socket) {
        try {
            JsonNode welcome = new Events(socket, null).expect("welcome");
            return new Events(socket, welcome.path("id").asText());
        } catch (Throwable failed) {
            socket.close();
            throw failed;
        }
    }

    /** @param headers of the handshake, whole lines; {@code "Cookie: session=…"} */
    public static Events openWith(Target target, String path, String... headers) {
        return greeted(RawWebSocket.open(target, path, headers).answeringPings());
    }

    /**
     * Connects; a welcome that comes is read. To know whether one comes an unknown event is sent,
     * for every server answers that with something.
     */
    public static Events openPerhapsGreeted(Target target, String path) {
        var client = new Events(RawWebSocket.open(target, path).answeringPings(), null);
        client.sendRaw("{\"event\": \"anybody-there\", \"data\": {}}");
        JsonNode first = client.next();
        if (!first.path("event").asText().equals("welcome")) return client;
        client.next();
        return new Events(client.socket, first.path("data").path("id").asText());
    }

    /** On a connection that is open; nothing has been read. */
    public static Events over(RawWebSocket socket) {
        return new Events(socket, null);
    }

    /** Connects, and has read nothing. */
    public static Events openUngreeted(Target target, String path) {
        return new Events(RawWebSocket.open(target, path).answeringPings(), null);
    }

    /** As the welcome named this client. */
    public String id() {
        return id;
    }

    /** The connection beneath, for what is no event. */
    public RawWebSocket socket() {
        return socket;
    }

    /** Sends an event without an id; {@code data} are the fields. */
    public Events send(String event, Map<String, ?> data) {
        return send(event, data, null);
    }

    /** @param id a whole number, for an ack; or anything else that Jackson writes; null: none */
    public Events send(String event, Map<String, ?> data, Object id) {
        ObjectNode envelope = JSON.createObjectNode().put("event", event);
        envelope.set("data", JSON.valueToTree(data));
        if (id != null) envelope.set("id", JSON.valueToTree(id));
        return sendRaw(envelope.toString());
    }

    /** A text frame as it is. */
    public Events sendRaw(String text) {
        socket.sendText(text);
        return this;
    }

    /** From here on acks without an id are passed over: whether they come is 8.3's matter. */
    public Events passingOverStrayAcks() {
        forgiving = true;
        return this;
    }

    /** The next text frame: one JSON object with a name and data. */
    public JsonNode next() {
        JsonNode came = socket.json();
        while (forgiving && isStrayAck(came)) came = socket.json();
        if (!came.path("event").isTextual() || !came.path("data").isObject()) {
            throw socket.fail("each text frame is one object {\"event\": \"name\", \"data\": {…}},"
                    + " but got " + shortened(came));
        }
        return came;
    }

    private static boolean isStrayAck(JsonNode came) {
        return came.path("event").asText().equals("ack") && !came.hasNonNull("id");
    }

    /** The data of the next event, which has this name. */
    public JsonNode expect(String event) {
        JsonNode came = next();
        if (came.path("event").asText().equals(event)) return came.path("data");
        if (isStrayAck(came)) {
            throw socket.fail("without an id there is no ack, but one came: " + shortened(came));
        }
        throw socket.fail("expected the event “" + event + "”, but got " + shortened(came));
    }

    /** The next event is the ack to this id; gives its data. */
    public JsonNode expectAck(Object id) {
        JsonNode came = next();
        if (!came.path("event").asText().equals("ack")) {
            throw socket.fail("expected the event “ack”, but got " + shortened(came));
        }
        if (!came.path("id").equals(parsed(JSON.valueToTree(id).toString()))) {
            throw socket.fail("expected an ack with the id " + id + " as it was sent, but got "
                    + shortened(came));
        }
        return came.path("data");
    }

    /** The next event is an error whose sentence contains {@code named}. */
    public void expectError(String what, String named) {
        JsonNode came = next();
        if (!came.path("event").asText().equals("error")) {
            throw socket.fail(what + ": expected the event “error”, but got " + shortened(came));
        }
        expectSentence(what, came.path("data"), named);
    }

    /**
     * {@code {"error": "a sentence"}}, and it names what is wrong.
     *
     * @param named null: anything; {@code "hello or say"}: one of the two
     */
    public void expectSentence(String what, JsonNode data, String named) {
        String sentence = data.path("error").asText();
        if (sentence.isBlank()) {
            throw socket.fail(what + ": expected {\"error\": \"a sentence\"}, but got "
                    + shortened(data));
        }
        if (named != null && Stream.of(named.split(" or ")).noneMatch(sentence::contains)) {
            throw socket.fail(what + ": the sentence must name “" + named + "”, but says “"
                    + sentence + "”");
        }
    }

    /** A JSON text as a tree. */
    public static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.length() <= 160 ? text : text.substring(0, 160) + " …";
    }

    public AssertionError fail(String sentence) {
        return socket.fail(sentence);
    }

    @Override
    public void close() {
        socket.close();
    }
}
