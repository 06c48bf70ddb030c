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
//   Make true  the first frame to each client is welcome with its own id; no two clients of a run
//              share one. GET /stats counts the clients, right within 2 seconds after one closed,
//              or its TCP connection ended or was reset.
//   Keep       the names: came and gone are called for you, and clients tells who says something.
//   Stuck?     jbang hint 8.1
final Map<String, String> clients = new ConcurrentHashMap<>(); // the session's id: our name for it

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
//              from, text, at. An unknown event, a missing or blank field, a wrong type, broken
//              JSON and anything behind it get an error whose sentence names the event or the
//              field, and the connection lives on. Unknown fields are ignored; null means absent.
//   Keep       ackId, granted and refused: call them, they are exercise 8.3.
//   Stuck?     jbang hint 8.2
void received(WsMessageContext client) {
    client.send(client.message());
}
// END 8.2

// EXERCISE 8.3  Acknowledge
//   Make true  an event with an id gets exactly one ack, after the said, with the same data; where
//              it is refused the ack carries {"error": …}, and no error event is sent. Without an
//              id no ack. An id is a whole number, 0 too, and comes back as it was; an id of
//              another type is refused with an error, and without an ack.
//   Keep       the signatures. id is null where there is none.
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
//   Keep       the signatures: Jetty's limits are set through the factory.
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
//   Keep       this runs on a virtual thread of its own, one for each client. bytesFrom is given.
//   Stuck?     jbang hint 8.5
void watch(WsContext client) {
}
// END 8.5
