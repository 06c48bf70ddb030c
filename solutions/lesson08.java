///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES ../lessons/given/Heard.java ../lessons/given/Message.java
//SOURCES ../lessons/given/Refusal.java ../lessons/given/Refused.java
//SOURCES ../lessons/given/Setting.java ../lessons/given/StrictJson.java
//SOURCES ../lessons/given/Upgrade.java ../lessons/given/Web.java
//FILES web/lesson08.html=../lessons/web/lesson08.html

// Lesson 08 — WebSocket with Javalin: events both ways
//
// Lesson 07 built frames by hand, and had an echo to show for it. Here Javalin (on Jetty) speaks
// the protocol, and the bare echo is one line: ws.onMessage(ctx -> ctx.send(ctx.message())). What
// is left is to agree on what a message means: each is an event with a name, data, and an id
// where the sender wants to know that it arrived.
//
//   run    jbang lesson08.java           then open http://localhost:7008
//   check  jbang check 08
//
// Left out on purpose: the other clients (lesson 09), and what happens to a message while the
// connection is gone (lesson 11).

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import given.*;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.websocket.*;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServletFactory;

/** What a client may ask for; the compiler sees to it that every kind has its answer. */
sealed interface Wish {
    record Say(String text) implements Wish {}
}

/** The first event to each client: who it is here. */
record Welcome(String id) {}

/** How many clients are connected. */
record Stats(int clients) {}

/** One text frame. Absent is what has no value: an event without an id wants no ack. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Envelope(String event, Object data, JsonNode id) {}

static final int MAX_TEXT = 65_536;       // bytes of UTF-8 in one message
static final int MAX_BINARY = 1_048_576;  // bytes in one message
static final int HEARTBEAT_MS = Setting.of("HEARTBEAT_MS", 10_000); // less than Jetty's idle 30 s

// What all clients share. Each of them is served on threads of its own, several at once.
final Map<String, String> clients = new ConcurrentHashMap<>(); // the session's id: our name for it
final AtomicLong lastClient = new AtomicLong();
final AtomicLong lastMessage = new AtomicLong();

void main(String[] args) {
    Web.serve(7008, args, config -> {
        Refusal.answersWhatIsThrown(config);
        Upgrade.isChecked(config); // the handshake, as 7.1 has it
        config.routes.ws("/ws", this::handle);
        config.routes.get("/stats", this::stats).head("/stats", this::stats);
        config.jetty.modifyWebSocketServletFactory(this::limit);
        config.concurrency.useVirtualThreads = true; // a slow client holds up no real one
    });
}

/** Sends an event; with an id it is an ack. */
void tell(WsContext client, String event, Object data, JsonNode id) {
    try {
        client.send(StrictJson.MAPPER.writeValueAsString(new Envelope(event, data, id)));
    } catch (JsonProcessingException impossible) {
        throw new IllegalStateException(impossible); // our records are always JSON
    }
}

// EXERCISE 8.1  The life of a connection
//   A client is counted from its welcome to its end, however that comes: a close frame, the end of
//   TCP, a reset. Where TCP breaks both handlers are called, so what they do may be done twice.
void came(WsContext client) {
    String id = "#" + lastClient.incrementAndGet(); // never a valid name of a room (lesson 10)
    clients.put(client.sessionId(), id);
    tell(client, "welcome", new Welcome(id), null);
}

void gone(WsContext client) {
    clients.remove(client.sessionId());
}

void stats(Context ctx) {
    ctx.json(new Stats(clients.size()));
}
// END 8.1

// EXERCISE 8.2  Events
//   Two steps that must not be mixed up: first the text becomes a Wish or is refused, then the Wish
//   is granted. The switch is exhaustive: a new kind of Wish does not compile until it is answered.
JsonNode envelope(String message) throws Refused {
    try {
        JsonNode envelope = StrictJson.MAPPER.readTree(message);
        if (envelope.isObject()) return envelope;
        throw new Refused("Send one JSON object with event and data.");
    } catch (JsonProcessingException broken) {
        throw new Refused(StrictJson.what(broken));
    }
}

Wish wish(JsonNode envelope) throws Refused {
    String event = text("event", envelope);
    JsonNode data = envelope.path("data");
    if (envelope.hasNonNull("data") && !data.isObject()) {
        throw new Refused("The field data is no object.");
    }
    return switch (event) {
        case "say" -> new Wish.Say(text("text", data));
        default -> throw new Refused("There is no event “" + Refused.shortened(event) + "”.");
    };
}

String text(String field, JsonNode object) throws Refused {
    if (!object.hasNonNull(field)) throw new Refused("The field " + field + " is missing.");
    JsonNode value = object.path(field);
    if (!value.isTextual()) throw new Refused("The field " + field + " must be a text.");
    if (value.textValue().isBlank()) throw new Refused("The field " + field + " is blank.");
    return value.textValue();
}

void received(WsMessageContext client) {
    JsonNode id = null;
    try {
        JsonNode envelope = envelope(client.message());
        id = ackId(envelope);
        switch (wish(envelope)) {
            case Wish.Say say -> {
                var said = new Message(lastMessage.incrementAndGet(),
                    clients.get(client.sessionId()), say.text(), Message.now());
                tell(client, "said", said, null);
                granted(client, id, said);
            }
        }
    } catch (Refused refused) {
        refused(client, id, refused.getMessage());
    }
}
// END 8.2

// EXERCISE 8.3  Acknowledge
//   WebSocket delivers in order or breaks, but it never says “arrived, and understood”. The ack
//   does: exactly one for each event that has an id, and in the place of the error, too.
JsonNode ackId(JsonNode envelope) throws Refused {
    JsonNode id = envelope.path("id");
    if (id.isMissingNode() || id.isNull()) return null;
    if (!id.isIntegralNumber()) throw new Refused("The field id must be a whole number.");
    return id; // as it came: a client may count beyond what fits into a long
}

void granted(WsContext client, JsonNode id, Object data) {
    if (id != null) tell(client, "ack", data, id);
}

void refused(WsContext client, JsonNode id, String sentence) {
    tell(client, id == null ? "error" : "ack", new Refusal(sentence), id);
}
// END 8.3

// EXERCISE 8.4  Binary
//   The buffer is Jetty's, perhaps outside of the heap and used again for the next message: read
//   it here and now, and not through array(). Beyond its limit Jetty closes with 1009 by itself.
void received(WsBinaryMessageContext client) throws NoSuchAlgorithmException {
    var hash = MessageDigest.getInstance("SHA-256");
    hash.update(client.data());
    client.send(ByteBuffer.wrap(hash.digest()));
}

void limit(JettyWebSocketServletFactory factory) {
    factory.setMaxTextMessageSize(MAX_TEXT);
    factory.setMaxBinaryMessageSize(MAX_BINARY);
}
// END 8.4

// EXERCISE 8.5  Silence
//   A cable that was pulled out sends no goodbye: only silence tells, and silence alone is no sign,
//   for a client may have nothing to say. So ask: a ping must be answered by a pong. To close such
//   a client would wait for its close frame; disconnect does not.
void watch(WsContext client) {
    try {
        long before = Heard.bytesFrom(client);
        for (int pings = 0; client.session.isOpen(); pings++) {
            Thread.sleep(HEARTBEAT_MS);
            long bytes = Heard.bytesFrom(client);
            if (bytes > before) pings = 0;
            else if (pings == 2) {
                gone(client);
                client.session.disconnect();
                return;
            }
            before = bytes;
            client.sendPing();
        }
    } catch (InterruptedException ended) {
        client.session.disconnect(); // nobody watches any more
    }
}
// END 8.5

// ---- What drives the exercises. It may be skipped. --------------------------------------------

void handle(WsConfig ws) {
    ws.onConnect(client -> {
        came(client);
        Thread.startVirtualThread(() -> watch(client));
    });
    ws.onMessage(this::received);
    ws.onBinaryMessage(this::received);
    ws.onClose(this::gone);
    ws.onError(this::gone); // where TCP broke, onClose is called as well
}
