///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//DEPS com.google.zxing:core:3.5.4
//RUNTIME_OPTIONS -Dslf4j.internal.verbosity=ERROR
//FILES web/lesson09.html=../lessons/web/lesson09.html
//FILES web/wire.css=../lessons/web/wire.css
//FILES web/wire.js=../lessons/web/wire.js

// Lesson 09 — Broadcast: everyone hears
//
// In lesson 08 each client was alone with the server. Here a roster of those who are there lets the
// server tell everybody. Two questions come with it that no wire answers: in which order does
// everybody hear, and what becomes of the others when one of them reads no more?
//
//   run    jbang lesson09.java           then open http://localhost:7009
//   check  jbang check 09
//   class  HOST=0.0.0.0 jbang lesson09.java      prints an address and a QR code for all
//
// Left out on purpose: rooms (lesson 10), what a client missed while its connection was gone
// (lesson 11), who may come in (lesson 13). Binary messages and heartbeats are lesson 08's.

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.*;
import com.fasterxml.jackson.databind.*;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.*;
import io.javalin.json.JavalinJackson;
import io.javalin.util.JavalinException;
import io.javalin.websocket.*;
import org.eclipse.jetty.websocket.api.Callback;

/** What a client may ask for; the compiler sees to it that every kind has its answer. */
sealed interface Wish {
    record Hello(String name) implements Wish {}

    record Say(String text) implements Wish {}

    /** Moves the slider, which is one for all. */
    record Move(int value) implements Wish {}
}

/** What was said, as it travels. */
record Said(long id, String from, String text, String at) {}

/** The first event to each client: who it is here. */
record Welcome(String id) {}

record People(List<String> names) {}

record History(List<Said> messages) {}

record Value(int value) {}

/** Who joined, or left. */
record Name(String name) {}

/** What is wrong with an event, in one sentence. */
record Refusal(String error) {}

/** How many clients are connected. */
record Stats(int clients) {}

/** One text frame. Absent is what has no value: an event without an id wants no ack. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Envelope(String event, Object data, JsonNode id) {}

/** An event is not what was agreed on; the sentence says in what. */
static class Refused extends Exception {
    Refused(String sentence) {
        super(sentence);
    }
}

final class Client {
    final WsContext socket;
    final AtomicInteger waiting = new AtomicInteger(); // frames that the network has not taken yet
    String name;      // null until it has said hello
    boolean dropped;  // it gets nothing more

    Client(WsContext socket) {
        this.socket = socket;
    }
}

static final int MAX_TEXT = 65_536; // bytes of UTF-8 in one message
static final int MAX_WAITING = 256; // frames for one client; who lets more wait is cut off
static final int HISTORY = 50;      // messages that a newcomer gets
static final int PING_MS = 10_000;  // less than Jetty's idle 30 s
static final int TRY_AGAIN_LATER = 1013; // the close code (RFC 6455, IANA)
static final String NAME = "[A-Za-z0-9_-]{1,20}";

final ObjectMapper json = JsonMapper.builder()
    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
    .build();

// What everybody shares has one owner: whoever has the turn (see inTurn). That is the roster, the
// last messages, the slider, and each client's name. A client's own thread comes in with an event,
// waits for the turn, does all that follows from the event, and gives the turn back.
final Set<Client> roster = new LinkedHashSet<>(); // who has said hello
long lastMessage;

final Set<Client> clients = ConcurrentHashMap.newKeySet(); // who is connected
final AtomicLong lastClient = new AtomicLong();

final Map<String, String> files = Map.of(
    "/", "text/html", "/wire.css", "text/css", "/wire.js", "text/javascript");

void main(String[] args) {
    String host = System.getenv().getOrDefault("HOST", "127.0.0.1");
    int port = port(args);
    PrintStream err = System.err;
    try {
        // Javalin asks aloud for a logger. We print what matters ourselves.
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        int listening = Javalin.create(this::configure).start(host, port).port();
        System.setErr(err);
        IO.println("listening on http://" + (host.contains(":") ? "[" + host + "]" : host)
            + ":" + listening);
        if (host.equals("0.0.0.0") || host.equals("::")) invite(listening);
    } catch (JavalinException taken) {
        System.setErr(err);
        quit(1, "Cannot listen on " + host + ", port " + port + ": taken, or no address of this "
            + "machine. Stop who has it, or choose another port: jbang lesson09.java 8009");
    }
}

void configure(JavalinConfig config) {
    // Javalin makes an HTTP session at each upgrade, and it would stay.
    config.routes.wsBeforeUpgrade("/ws", ctx -> ctx.req().getSession().invalidate());
    config.routes.ws("/ws", ws -> {
        ws.onConnect(this::came);
        ws.onMessage(this::received);
        ws.onBinaryMessage(ctx -> refused(client(ctx), null, "Send events as text, not binary."));
        ws.onClose(this::gone);
        ws.onError(this::gone); // where TCP broke, onClose is called as well
    });
    config.routes.wsException(Exception.class, (mistake, _) -> mistake.printStackTrace());
    config.routes.get("/stats", ctx -> ctx.json(new Stats(clients.size())));
    files.keySet().forEach(path -> config.routes.get(path, this::file).head(path, this::file));
    config.jetty.modifyWebSocketServletFactory(jetty -> jetty.setMaxTextMessageSize(MAX_TEXT));
    config.jsonMapper(new JavalinJackson(json, true));
    config.concurrency.useVirtualThreads = true; // who waits for the turn blocks no real one
    config.startup.showJavalinBanner = false;
}

Client client(WsContext socket) {
    return socket.attribute("client");
}

void came(WsContext socket) {
    var client = new Client(socket);
    socket.attribute("client", client);
    socket.enableAutomaticPings(PING_MS, TimeUnit.MILLISECONDS);
    inTurn(() -> {
        clients.add(client);
        tell(client, "welcome", new Welcome("#" + lastClient.incrementAndGet()), null);
    });
}

// Jetty may call this in the middle of our own send to somebody else, while we have the turn and
// walk over the roster. On a thread of its own it waits for its turn like everybody.
void gone(WsContext socket) {
    Client client = client(socket);
    Thread.startVirtualThread(() -> forget(client));
}

void forget(Client client) {
    clients.remove(client);
    inTurn(() -> leave(client)); // may be called twice
}

void received(WsMessageContext socket) {
    Client client = client(socket);
    inTurn(() -> {
        JsonNode id = null;
        try {
            JsonNode envelope = envelope(socket.message());
            id = ackId(envelope);
            Object answer = grant(client, wish(envelope));
            if (id != null) tell(client, "ack", answer, id);
        } catch (Refused refused) {
            refused(client, id, refused.getMessage());
        }
    });
}

/** Does what a client asks for, and gives what its ack says. */
Object grant(Client client, Wish wish) throws Refused {
    if (!clients.contains(client)) throw new Refused("You are gone."); // a ghost says no hello
    if (client.name == null && !(wish instanceof Wish.Hello)) throw new Refused("Say hello first.");
    switch (wish) {
        case Wish.Hello hello -> {
            hello(client, hello);
            catchUp(client);
            present(client);
        }
        case Wish.Say say -> {
            Said said = say(client, say);
            remember(said);
            return said;
        }
        case Wish.Move move -> move(client, move);
    }
    return Map.of();
}

void refused(Client client, JsonNode id, String sentence) {
    tell(client, id == null ? "error" : "ack", new Refusal(sentence), id);
}

void tell(Client client, String event, Object data, JsonNode id) {
    send(client, frame(event, data, id));
}

String frame(String event, Object data, JsonNode id) {
    try {
        return json.writeValueAsString(new Envelope(event, data, id));
    } catch (JsonProcessingException impossible) {
        throw new IllegalStateException(impossible); // our records are always JSON
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

JsonNode ackId(JsonNode envelope) throws Refused {
    JsonNode id = envelope.path("id");
    if (isAbsent(id)) return null;
    if (!id.isIntegralNumber()) throw new Refused("The field id must be a whole number.");
    return id; // as it came: a client may count beyond what fits into a long
}

Wish wish(JsonNode envelope) throws Refused {
    String event = text("event", envelope);
    JsonNode data = envelope.path("data");
    if (!data.isObject() && !isAbsent(data)) throw new Refused("The field data is no object.");
    return switch (event) {
        case "hello" -> new Wish.Hello(name(data));
        case "say" -> new Wish.Say(text("text", data));
        case "set" -> new Wish.Move(value(data.path("value")));
        default -> throw new Refused("There is no event “" + shortened(event) + "”.");
    };
}

String text(String field, JsonNode object) throws Refused {
    JsonNode value = object.path(field);
    if (isAbsent(value)) throw new Refused("The field " + field + " is missing.");
    if (!value.isTextual()) throw new Refused("The field " + field + " must be a text.");
    if (value.textValue().isBlank()) throw new Refused("The field " + field + " is blank.");
    return value.textValue();
}

String name(JsonNode data) throws Refused {
    String name = text("name", data);
    if (name.matches(NAME)) return name;
    throw new Refused("A name has 1 to 20 of A–Z, a–z, 0–9, - and _: not " + shortened(name));
}

int value(JsonNode value) throws Refused {
    if (value.isIntegralNumber() && value.canConvertToInt()
        && value.intValue() >= 0 && value.intValue() <= 100) return value.intValue();
    throw new Refused("The field value must be a whole number from 0 to 100.");
}

boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
}

/** A refusal never repeats 10,000 letters. */
String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
}

/** The page, its style and its script lie on the class path: //FILES put them there. */
void file(Context ctx) throws IOException {
    String name = ctx.path().equals("/") ? "/lesson09.html" : ctx.path();
    try (InputStream file = getClass().getResourceAsStream("/web" + name)) {
        if (file == null) throw new NotFoundResponse("The file web" + name + " is missing here.");
        ctx.contentType(files.get(ctx.path()) + "; charset=utf-8").result(file.readAllBytes());
    }
}

int port(String[] args) {
    String port = args.length == 0 ? "7009" : args[0];
    if (args.length > 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
        quit(2, "Give one port, 1 to 65535, or 0 for a free one: jbang lesson09.java 8009");
    }
    return Integer.parseInt(port);
}

/** Listening to the whole network: says what that means, and where to come to. */
void invite(int port) {
    List<String> addresses = addresses().map(address -> "http://" + address + ":" + port).toList();
    // Where no locale is set Java would print ? for each letter beyond ASCII.
    var out = System.out.charset().newEncoder().canEncode('▀') ? System.out
        : new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (addresses.isEmpty()) {
        out.println("This machine is in no network: nobody else can come.");
        return;
    }
    out.println("\nOpen to everybody in this network, without a password, and whoever is on the\n"
        + "way can read along. A firewall may ask you first. Ctrl-C ends it. Type, or scan:\n");
    addresses.forEach(address -> out.println("    " + address));
    out.println("\n" + qrCode(addresses.getFirst()));
}

/** This machine's addresses, the one that leads out of it first. */
Stream<String> addresses() {
    try (var socket = new DatagramSocket()) {
        socket.connect(new InetSocketAddress("192.0.2.1", 9)); // asks for the way, sends nothing
        return Stream.concat(Stream.of(socket.getLocalAddress()), NetworkInterface
                .networkInterfaces().flatMap(NetworkInterface::inetAddresses))
            .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress()
                && !address.isAnyLocalAddress())
            .map(InetAddress::getHostAddress).distinct();
    } catch (IOException | UncheckedIOException noNetwork) {
        return Stream.empty();
    }
}

/** Two rows a line, as blocks: light ones are drawn, since most terminals are dark. */
String qrCode(String text) {
    ByteMatrix code;
    try {
        code = Encoder.encode(text, ErrorCorrectionLevel.L).getMatrix();
    } catch (WriterException tooLong) {
        throw new IllegalStateException(tooLong); // an address is short
    }
    var lines = new StringBuilder();
    for (int y = -2; y < code.getHeight() + 2; y += 2) {
        lines.append("    ");
        for (int x = -2; x < code.getWidth() + 2; x++) {
            boolean upper = isLight(code, x, y);
            boolean lower = isLight(code, x, y + 1);
            lines.append(upper ? lower ? '█' : '▀' : lower ? '▄' : ' ');
        }
        lines.append('\n');
    }
    return lines.toString();
}

boolean isLight(ByteMatrix code, int x, int y) {
    return x < 0 || y < 0 || x >= code.getWidth() || y >= code.getHeight() || code.get(x, y) == 0;
}

void quit(int code, String sentence) {
    System.err.println(sentence);
    System.exit(code);
}

// Now, as in every message: UTC, whole seconds.
String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
}

// EXERCISE 9.1  To all
//   Make true  what one says reaches everybody in the roster, the sender too, and all of them get
//              all broadcasts in one order, however many say something at once.
//   Keep       the signatures. Each event that comes is handled inside of one inTurn.
//   Stuck?     jbang hint 9.1
void inTurn(Runnable step) {
    step.run();
}

Said say(Client client, Wish.Say say) {
    var said = new Said(++lastMessage, client.name, say.text(), now());
    tell(client, "said", said, null);
    return said;
}

void toAll(String event, Object data) {
}
// END 9.1

// EXERCISE 9.2  Who is here
//   Make true  hello takes a name that nobody here has, once. The others hear joined, the one who
//              came gets people, with all names, its own too. When a client is gone, however it
//              went, the others hear left, and its name is free again.
//   Keep       the signatures. leave may be called twice, and for one that never said hello.
//   Stuck?     jbang hint 9.2
void hello(Client client, Wish.Hello hello) throws Refused {
    client.name = hello.name();
    roster.add(client);
}

void leave(Client client) {
    roster.remove(client);
}
// END 9.2

// EXERCISE 9.3  Latecomers
//   Make true  whoever says hello gets history with the last 50 messages, oldest first (fewer if
//              there are fewer), and then what is said from now on: no gap, no repeat.
//   Keep       the signatures: remember is called for each message, catchUp for each newcomer.
//   Stuck?     jbang hint 9.3
void remember(Said said) {
}

void catchUp(Client client) {
}
// END 9.3

// EXERCISE 9.4  One slow client
//   Make true  a client for which more than MAX_WAITING frames wait, beyond what the network has
//              taken, is closed with 1013 and counted out, and the others hear left at that moment.
//              What it gets has no hole up to the close. Nobody waits for it meanwhile.
//   Keep       the signature: every frame to a client goes through here.
//   Stuck?     jbang hint 9.4
void send(Client client, String frame) {
    client.socket.session.sendText(frame, Callback.NOOP); // never waits, and keeps what waits
}
// END 9.4

// EXERCISE 9.5  One value for all
//   Make true  set changes the slider for all: everybody gets value, who moved it too, all in one
//              order. A newcomer gets the present value.
//   Keep       the signatures. What is no whole number from 0 to 100 never gets here.
//   Stuck?     jbang hint 9.5
void move(Client client, Wish.Move move) {
}

void present(Client client) {
}
// END 9.5
