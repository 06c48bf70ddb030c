package tests.clients;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tests.Target;

/**
 * A Socket.IO 5 client that does as it is told, on an Engine.IO session. Pings are answered; what
 * else comes is read packet by packet, each with its attachments. One thread uses it.
 */
public final class SocketIo implements AutoCloseable {
    private static final ObjectMapper JSON =
            new ObjectMapper(Json.FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern PACKET = Pattern.compile(
            "([0-6])(?:([0-9]+)-)?(?:(/[^,{\\[]*),?)?([0-9]+)?(.*)", Pattern.DOTALL);

    /**
     * A packet that came.
     *
     * @param namespace {@code /} where none was written
     * @param id        of an ack; null: none
     * @param data      null: none; attachments are not put in
     */
    public record Packet(String text, int type, String namespace, String id, JsonNode data,
                         List<byte[]> attachments) {
        /** An event's name. */
        public String event() {
            return data == null ? "" : data.path(0).asText();
        }
    }

    private final Engine engine;
    private final Map<String, String> sids = new HashMap<>(); // by namespace

    private SocketIo(Engine engine) {
        this.engine = engine;
    }

    /** A session on a WebSocket, in no namespace so far. */
    public static SocketIo open(Target target) {
        return new SocketIo(Engine.webSocket(target, "/socket.io/"));
    }

    /** A session that polls, in no namespace so far. */
    public static SocketIo polling(Target target) {
        return new SocketIo(Engine.polling(target, "/socket.io/"));
    }

    /** A session that is in this namespace. */
    public static SocketIo in(Target target, String namespace) {
        SocketIo client = open(target);
        try {
            client.connect(namespace);
            return client;
        } catch (Throwable failed) {
            client.close();
            throw failed;
        }
    }

    public Engine engine() {
        return engine;
    }

    /** Comes into a namespace, and reads what greets it there. */
    public SocketIo connect(String namespace) {
        enter(namespace);
        String auth = "behind the answer to CONNECT comes auth";
        if (!next(auth).event().equals("auth")) throw fail(auth);
        return this;
    }

    /** The same where nobody knows whether auth comes, which is 12.2's: a message comes back. */
    public SocketIo settle(String namespace) {
        try {
            enter(namespace);
            emit(namespace, null, "message", "ready");
            Packet came = next();
            if (came.event().equals("auth")) came = next();
            if (came.event().equals("message-back")) return this;
            throw fail("“message” comes back as “message-back”, but got “" + came.text() + "”");
        } catch (Throwable failed) {
            close();
            throw failed;
        }
    }

    private void enter(String namespace) {
        send("0" + prefix(namespace));
        Packet answer = next("CONNECT is answered with 0, the namespace and {\"sid\"}");
        if (answer.type() != 0 || !answer.namespace().equals(namespace)
                || !answer.data().path("sid").isTextual()) {
            throw fail("CONNECT is answered with 0, the namespace and {\"sid\"}, but got “"
                    + answer.text() + "”");
        }
        sids.put(namespace, answer.data().path("sid").asText());
    }

    /** Its sid in a namespace. */
    public String sid(String namespace) {
        return sids.get(namespace);
    }

    public String sid() {
        return sid("/");
    }

    /** {@code /} is not written. */
    public static String prefix(String namespace) {
        return namespace.equals("/") ? "" : namespace + ",";
    }

    /** Sends a packet, without Engine.IO's 4; then its attachments. */
    public SocketIo send(String packet, byte[]... attachments) {
        var all = new ArrayList<>(List.of("4" + packet));
        if (engine.socket() != null) {
            engine.send("4" + packet);
            for (byte[] each : attachments) engine.socket().sendBinary(each);
            return this;
        }
        for (byte[] each : attachments) all.add("b" + Base64.getEncoder().encodeToString(each));
        engine.send(all.toArray(String[]::new));
        return this;
    }

    /** Sends an event; @param id null: no ack is wanted */
    public SocketIo emit(String namespace, Object id, String event, Object... arguments) {
        ArrayNode all = JSON.createArrayNode().add(event);
        for (Object each : arguments) all.add(JSON.<JsonNode>valueToTree(each));
        return send("2" + prefix(namespace) + (id == null ? "" : id) + all);
    }

    /** Sends an event in {@code /} that wants an ack, and gives what the ack says. */
    public JsonNode ask(String event, Map<String, ?> argument) {
        emit("/", 1, event, argument);
        return expectAck("/", "1");
    }

    /** The next packet, with its attachments. */
    public Packet next() {
        return next("here a packet comes");
    }

    /** The same; where none comes, the failure says {@code why} one was awaited. */
    public Packet next(String why) {
        String text;
        try {
            text = engine.next();
        } catch (AssertionError none) {
            throw new AssertionError(why + ": " + none.getMessage(), none);
        }
        if (text.startsWith("b")) {
            throw fail("a binary message came that no packet has announced");
        }
        if (!text.startsWith("4")) throw fail("awaited a packet, but got “" + text + "”");
        Matcher parts = PACKET.matcher(text.substring(1));
        if (!parts.matches()) throw fail("this is no packet of Socket.IO: “" + text + "”");
        var attachments = new ArrayList<byte[]>();
        int count = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
        for (int i = 0; i < count; i++) {
            String bytes = engine.next();
            if (!bytes.startsWith("b")) {
                throw fail("between a text and its attachments nothing may come, but after “"
                        + text + "” came “" + bytes + "”");
            }
            attachments.add(Base64.getDecoder().decode(bytes.substring(1)));
        }
        return new Packet(text.substring(1), Integer.parseInt(parts.group(1)),
                parts.group(3) == null ? "/" : parts.group(3), parts.group(4),
                json(parts.group(5)), attachments);
    }

    private JsonNode json(String text) {
        if (text.isEmpty()) return null;
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException broken) {
            throw fail("a packet ends with JSON, but “" + text + "” cannot be read: "
                    + Json.why(broken));
        }
    }

    /** The next packet is exactly this. */
    public Packet expect(String text, String why) {
        Packet came = next(why + ": expected “" + text + "”");
        if (came.text().equals(text)) return came;
        throw fail(why + ": expected “" + text + "” but got “" + came.text() + "”");
    }

    /** The next packet is this event, in this namespace; gives its argument. */
    public JsonNode expectEvent(String namespace, String event, String why) {
        return event(namespace, event, why).data().path(1);
    }

    /** As {@link #expectEvent}; gives the whole packet. */
    public Packet event(String namespace, String event, String why) {
        Packet came = next(why + ": expected the event “" + event + "” in " + namespace);
        boolean isEvent = came.type() == 2 || came.type() == 5;
        if (isEvent && came.namespace().equals(namespace) && came.event().equals(event)) {
            return came;
        }
        throw fail(why + ": expected the event “" + event + "” in " + namespace + ", but got “"
                + came.text() + "”");
    }

    /** The next packet is the ack with this id; gives its one argument. */
    public JsonNode expectAck(String namespace, String id) {
        Packet came = next("expected the ack " + id + " in " + namespace);
        boolean isAck = came.type() == 3 || came.type() == 6;
        if (!isAck || !came.namespace().equals(namespace) || !id.equals(came.id())) {
            throw fail("expected the ack " + id + " in " + namespace + ", but got “" + came.text()
                    + "”");
        }
        if (came.data() == null || !came.data().isArray() || came.data().size() != 1) {
            throw fail("an ack says one thing, [data], but got “" + came.text() + "”");
        }
        return came.data().get(0);
    }

    /** What is sent now comes back, so nothing else was on its way. */
    public SocketIo expectNothing(String namespace, String why) {
        String mark = "" + System.nanoTime();
        emit(namespace, null, "message", mark);
        Packet came = next(why);
        if (came.event().equals("message-back") && came.data().path(1).asText().equals(mark)) {
            return this;
        }
        throw fail(why + ", but got “" + came.text() + "”");
    }

    public AssertionError fail(String sentence) {
        return engine.fail(sentence);
    }

    @Override
    public void close() {
        engine.close();
    }
}
