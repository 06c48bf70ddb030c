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
//   Make true  the first frame to each client is welcome with its own id; no two clients of a run
//              share one. GET /stats counts the clients, right within 2 seconds after one closed,
//              or its TCP connection ended or was reset.
//   Keep       the names: came and gone are called for you (gone twice where TCP broke), and
//              clients tells who says something. client.sessionId() tells connections apart;
//              tell(client, "welcome", new Welcome(id), null) sends.
//   Stuck?     jbang hint 8.1
void came(WsContext client) {
    clients.put(client.sessionId(), "#1");
}

void gone(WsContext client) {
}

void stats(Context ctx) {
    ctx.json(new Stats(clients.size()));
}
// END 8.1

// EXERCISE 8.2  Events
//   Make true  say is answered with said: id (counted over all clients, refused events take none),
//              from, text, at. An unknown event, a missing or blank field and broken JSON get an
//              error whose sentence names the event or the field; the connection lives on.
//              Unknown fields are ignored.
//   ★          So do a wrong type (data is an object, text a text), a field twice, and anything
//              behind the JSON. null means absent.
//   Keep       ackId, granted and refused: call them, they are exercise 8.3. The text becomes a
//              tree by StrictJson.MAPPER.readTree, or a JsonProcessingException, of which
//              StrictJson.what makes a sentence. Refused is for you to throw.
//   Stuck?     jbang hint 8.2
void received(WsMessageContext client) {
    client.send(client.message());
}
// END 8.2

// EXERCISE 8.3  Acknowledge
//   Make true  an event with an id gets exactly one ack, after the said, with the same data; where
//              it is refused the ack carries {"error": …}, and no error event is sent. Without an
//              id no ack. An id is a whole number, 0 too.
//   ★          It comes back as it was, with 30 digits too; an id of another type is refused with
//              an error, and without an ack.
//   Keep       the signatures. id is null where there is none; 8.2 calls all three.
//   Needs      8.2
//   Stuck?     jbang hint 8.3
JsonNode ackId(JsonNode envelope) throws Refused {
    return null;
}

void granted(WsContext client, JsonNode id, Object data) {
}

void refused(WsContext client, JsonNode id, String sentence) {
    tell(client, "error", new Refusal(sentence), null);
}
// END 8.3

// EXERCISE 8.4  Binary
//   Make true  a binary message is answered with its SHA-256, as binary. A text of more than
//              MAX_TEXT bytes of UTF-8 and a binary message of more than MAX_BINARY bytes close
//              with 1009; exactly so much passes.
//   Keep       the signatures: Jetty closes by itself, and its limits are set through the factory
//              (setMax…MessageSize). MessageDigest.getInstance("SHA-256") makes the hash; data()
//              is a ByteBuffer of Jetty's that may have no array; client.send takes a ByteBuffer.
//   Stuck?     jbang hint 8.4
void received(WsBinaryMessageContext client) throws NoSuchAlgorithmException {
    client.send(client.data());
}

void limit(JettyWebSocketServletFactory factory) {
}
// END 8.4

// EXERCISE 8.5  Silence
//   Make true  the server pings each client every HEARTBEAT_MS. One from which nothing comes, pong
//              or message, while two pings go out is hung up on, and counted no more.
//   Keep       this runs on a virtual thread of its own, one for each client. client.sendPing()
//              asks; Heard.bytesFrom(client) grows with whatever comes; client.session.isOpen()
//              tells when to stop. client.session.disconnect() hangs up; close would wait for an
//              answer.
//   Stuck?     jbang hint 8.5
void watch(WsContext client) {
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
