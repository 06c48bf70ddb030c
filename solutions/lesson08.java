///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//DEPS org.slf4j:slf4j-simple:2.0.18
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.defaultLogLevel=error
//FILES web/lesson08.html=../lessons/web/lesson08.html
//FILES web/wire.css=../lessons/web/wire.css
//FILES web/wire.js=../lessons/web/wire.js

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
import com.fasterxml.jackson.core.*;
import com.fasterxml.jackson.databind.*;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.*;
import io.javalin.json.JavalinJackson;
import io.javalin.util.JavalinException;
import io.javalin.util.JavalinLogger;
import io.javalin.websocket.*;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServletFactory;
import org.eclipse.jetty.io.EndPoint;

/** What a client may ask for; the compiler sees to it that every kind has its answer. */
sealed interface Wish {
    record Say(String text) implements Wish {}
}

/** What was said, as it travels back. */
record Said(long id, String from, String text, String at) {}

/** The first event to each client: who it is here. */
record Welcome(String id) {}

/** What is wrong with an event, in one sentence. */
record Refusal(String error) {}

/** How many clients are connected. */
record Stats(int clients) {}

/** One text frame. Absent is what has no value: an event without an id wants no ack. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Envelope(String event, Object data, JsonNode id) {}

/** An event is not what was agreed on; the sentence says in what. */
class Refused extends Exception {
    Refused(String sentence) {
        super(sentence);
    }
}

static final int MAX_TEXT = 65_536;       // bytes of UTF-8 in one message
static final int MAX_BINARY = 1_048_576;  // bytes in one message
static final int HEARTBEAT_MS = setting("HEARTBEAT_MS", 10_000); // less than Jetty's idle 30 s

final ObjectMapper json = JsonMapper.builder()
    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
    .build();

final Map<String, String> files = Map.of(
    "/", "text/html", "/wire.css", "text/css", "/wire.js", "text/javascript");

void main(String[] args) {
    String host = System.getenv().getOrDefault("HOST", "127.0.0.1");
    int port = port(args);
    try {
        JavalinLogger.enabled = false; // why it cannot start is told once, below
        int listening = Javalin.create(this::configure).start(host, port).port();
        JavalinLogger.enabled = true;
        IO.println("listening on http://" + (host.contains(":") ? "[" + host + "]" : host)
            + ":" + listening);
    } catch (JavalinException taken) {
        quit(1, "Cannot listen on " + host + ", port " + port + ": taken, or no address of this "
            + "machine. Stop who has it, or choose another port: jbang lesson08.java 8008");
    }
}

void configure(JavalinConfig config) {
    config.routes.wsBeforeUpgrade("/ws", ctx -> {
        ctx.req().getSession().invalidate(); // Javalin makes one at each upgrade: it would stay
        ctx.attribute("connection", connection(ctx));
    });
    config.routes.ws("/ws", ws -> {
        ws.onConnect(ctx -> {
            came(ctx);
            Thread.startVirtualThread(() -> watch(ctx));
        });
        ws.onMessage(this::received);
        ws.onBinaryMessage(this::received);
        ws.onClose(this::gone);
        ws.onError(this::gone); // where TCP broke, onClose is called as well
    });
    config.routes.get("/stats", this::stats);
    files.keySet().forEach(path -> config.routes.get(path, this::file).head(path, this::file));
    config.jetty.modifyWebSocketServletFactory(this::limit);
    config.jsonMapper(new JavalinJackson(json, true));
    config.concurrency.useVirtualThreads = true; // a slow client holds up no thread of the machine
    config.startup.showJavalinBanner = false;
}

void tell(WsContext client, String event, Object data, JsonNode id) {
    try {
        client.send(json.writeValueAsString(new Envelope(event, data, id)));
    } catch (JsonProcessingException impossible) {
        throw new IllegalStateException(impossible); // our records are always JSON
    }
}

// Javalin has no handler for pongs, but Jetty counts the bytes that come in on each connection:
// a pong, a message, or a part of one. The end point is the same before and after the upgrade.
EndPoint connection(Context ctx) {
    return ServletContextRequest.getServletContextRequest(ctx.req())
        .getConnectionMetaData().getConnection().getEndPoint();
}

/** How many bytes have come from this client so far; whatever it says makes it more. */
long bytesFrom(WsContext client) {
    EndPoint connection = client.attribute("connection");
    return connection.getConnection().getBytesIn();
}

/** The page, its style and its script lie on the class path: //FILES put them there. */
void file(Context ctx) throws IOException {
    String name = ctx.path().equals("/") ? "/lesson08.html" : ctx.path();
    try (InputStream file = getClass().getResourceAsStream("/web" + name)) {
        if (file == null) throw new NotFoundResponse("The file web" + name + " is missing here.");
        ctx.contentType(files.get(ctx.path()) + "; charset=utf-8").result(file.readAllBytes());
    }
}

int port(String[] args) {
    String port = args.length == 0 ? "7008" : args[0];
    if (args.length > 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
        quit(2, "Give one port, 1 to 65535, or 0 for a free one: jbang lesson08.java 8008");
    }
    return Integer.parseInt(port);
}

/** A limit from the environment, so that a test need not wait as long as people do. */
static int setting(String name, int otherwise) {
    return Integer.parseInt(System.getenv().getOrDefault(name, "" + otherwise));
}

void quit(int code, String sentence) {
    System.err.println(sentence);
    System.exit(code);
}

// Now, as in every message: UTC, whole seconds.
String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
}

// EXERCISE 8.1  The life of a connection
//   A client is counted from its welcome to its end, however that comes: a close frame, the end of
//   TCP, a reset. Where TCP breaks both handlers are called, so what they do may be done twice.
final Map<String, String> clients = new ConcurrentHashMap<>(); // the session's id: our name for it
final AtomicLong lastClient = new AtomicLong();

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
final AtomicLong lastMessage = new AtomicLong();

void received(WsMessageContext client) {
    JsonNode id = null;
    try {
        JsonNode envelope = envelope(client.message());
        id = ackId(envelope);
        switch (wish(envelope)) {
            case Wish.Say say -> {
                var said = new Said(lastMessage.incrementAndGet(),
                    clients.get(client.sessionId()), say.text(), now());
                tell(client, "said", said, null);
                granted(client, id, said);
            }
        }
    } catch (Refused refused) {
        refused(client, id, refused.getMessage());
    }
}

JsonNode envelope(String message) throws Refused {
    try {
        JsonNode envelope = json.readTree(message);
        if (envelope.isObject()) return envelope;
        throw new Refused("Send one JSON object with event and data.");
    } catch (JsonProcessingException broken) {
        JsonLocation place = broken.getLocation();
        throw new Refused(place == null ? "This JSON nests too deep." : "This is no JSON from line "
            + place.getLineNr() + ", column " + place.getColumnNr() + " on.");
    }
}

Wish wish(JsonNode envelope) throws Refused {
    String event = text("event", envelope);
    JsonNode data = envelope.path("data");
    if (!data.isObject() && !isAbsent(data)) throw new Refused("The field data is no object.");
    return switch (event) {
        case "say" -> new Wish.Say(text("text", data));
        default -> throw new Refused("There is no event “" + event + "”.");
    };
}

String text(String field, JsonNode object) throws Refused {
    JsonNode value = object.path(field);
    if (isAbsent(value)) throw new Refused("The field " + field + " is missing.");
    if (!value.isTextual()) throw new Refused("The field " + field + " must be a text.");
    if (value.textValue().isBlank()) throw new Refused("The field " + field + " is blank.");
    return value.textValue();
}

boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
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
        long before = bytesFrom(client);
        for (int pings = 0; client.session.isOpen(); pings++) {
            Thread.sleep(HEARTBEAT_MS);
            long bytes = bytesFrom(client);
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
