///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//DEPS com.google.zxing:core:3.5.4
//RUNTIME_OPTIONS -Dslf4j.internal.verbosity=ERROR
//FILES web/lesson10.html=../lessons/web/lesson10.html
//FILES web/wire.css=../lessons/web/wire.css
//FILES web/wire.js=../lessons/web/wire.js

// Lesson 10 — Rooms and namespaces: the right ones hear
//
// In lesson 09 everyone heard everything. Here a message names who is to hear it: the members of a
// room, of several rooms, or one client. A room is a set of clients, and a client is a room of one.
// A namespace is a world of its own: nothing in it means anything in another.
//
//   run    jbang lesson10.java           then open http://localhost:7010
//   check  jbang check 10
//   class  HOST=0.0.0.0 jbang lesson10.java      prints an address and a QR code for all
//
// Left out on purpose: names and history (lesson 09 has them), what a client missed while its
// connection was gone (lesson 11), who may come in (lesson 13: a key is no password).

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
    /** Exactly one of room, rooms and to is there: who is to hear it. */
    record Say(String text, String room, List<String> rooms, String to, boolean echo)
        implements Wish {}

    /** Come into a room; the first one makes it, with a key or without. */
    record Join(String room, String key) implements Wish {}

    record Leave(String room) implements Wish {}

    /** Which rooms are there? */
    record Look() implements Wish {}
}

/** What was said, as it travels; room, rooms or to as they were given. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Said(long id, String from, String text, String at, String room, List<String> rooms,
    String to) {}

/** A room as a list shows it: never its key, never who is in it. */
record Size(String room, int size) {}

record Rooms(List<Size> rooms) {}

/** The first event to each client: who it is here. */
record Welcome(String id) {}

/** What is wrong with an event, in one sentence. */
record Refusal(String error) {}

/** How many clients are connected, in all namespaces. */
record Stats(int clients) {}

/** One text frame. Absent is what has no value: an event without an id wants no ack. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Envelope(String event, Object data, JsonNode id) {}

/** An event is not what was agreed on; the sentence says in what. */
final class Refused extends Exception {
    Refused(String sentence) {
        super(sentence);
    }
}

final class Client {
    final String id;
    final WsContext socket;
    final Set<String> rooms = new HashSet<>(); // their names, to leave them all at the end

    Client(String id, WsContext socket) {
        this.id = id;
        this.socket = socket;
    }
}

final class Room {
    final String name;
    final String key; // null: it is open to all
    final Set<Client> members = new HashSet<>();

    Room(String name, String key) {
        this.name = name;
        this.key = key;
    }
}

// Whoever holds a world's lock owns all of it: its clients, its rooms, who is in them. One event
// after the other happens in a world, and so all members hear in one order.
final class World {
    final Map<String, Client> clients = new HashMap<>(); // by id
    final Map<String, Room> rooms = new HashMap<>();     // by name; the empty ones are gone
    long lastMessage;
}

static final int MAX_TEXT = 65_536; // bytes of UTF-8 in one message
static final int MAX_ROOMS = 100;   // that one client may be in; joins without end end here
static final int MAX_KEY = 200;     // characters
static final int MAX_WAITING = 256; // frames for one client; who reads no more is cut off
static final int PING_MS = 10_000;  // less than Jetty's idle 30 s
static final String NAME = "[A-Za-z0-9_-]{1,20}";

final ObjectMapper json = JsonMapper.builder()
    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
    .build();

final AtomicLong lastClient = new AtomicLong();      // over all worlds: an id is nobody else's
final AtomicInteger connected = new AtomicInteger();

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
            + "machine. Stop who has it, or choose another port: jbang lesson10.java 8010");
    }
}

void configure(JavalinConfig config) {
    config.routes.wsBeforeUpgrade("/ws/{namespace}", this::choose);
    config.routes.ws("/ws/{namespace}", ws -> {
        ws.onConnect(this::came);
        ws.onMessage(this::received);
        ws.onBinaryMessage(ctx -> refused(client(ctx), null, "Send events as text, not binary."));
        ws.onClose(this::gone);
        ws.onError(this::gone); // where TCP broke, onClose is called as well
    });
    config.routes.wsException(Exception.class, (mistake, _) -> mistake.printStackTrace());
    config.routes.get("/stats", ctx -> ctx.json(new Stats(connected.get())));
    files.keySet().forEach(path -> config.routes.get(path, this::file).head(path, this::file));
    config.jetty.modifyWebSocketServletFactory(jetty -> jetty.setMaxTextMessageSize(MAX_TEXT));
    config.jsonMapper(new JavalinJackson(json, true));
    config.concurrency.useVirtualThreads = true; // who waits for a lock blocks no real one
    config.startup.showJavalinBanner = false;
}

/** Before the upgrade: a name that no world has gets a 404 and no connection. */
void choose(Context ctx) throws IOException {
    ctx.req().getSession().invalidate(); // Javalin makes one at each upgrade, and it would stay
    World world = world(ctx.pathParam("namespace"));
    if (world == null) {
        ctx.res().getWriter().print("There is no such namespace."); // Javalin writes no body here
        throw new NotFoundResponse();
    }
    ctx.attribute("world", world);
}

World worldOf(WsContext socket) {
    return socket.attribute("world");
}

Client client(WsContext socket) {
    return socket.attribute("client");
}

void came(WsContext socket) {
    World world = worldOf(socket);
    var client = new Client("#" + lastClient.incrementAndGet(), socket);
    socket.attribute("client", client);
    socket.session.setMaxOutgoingFrames(MAX_WAITING);
    socket.enableAutomaticPings(PING_MS, TimeUnit.MILLISECONDS);
    synchronized (world) {
        connected.incrementAndGet();
        world.clients.put(client.id, client);
        tell(client, "welcome", new Welcome(client.id), null);
    }
}

// Jetty may call this in the middle of our own send to somebody else, with the lock held. On a
// thread of its own it waits for its turn, and changes no set while another loop reads it.
void gone(WsContext socket) {
    World world = worldOf(socket);
    Client client = client(socket);
    Thread.startVirtualThread(() -> {
        synchronized (world) {
            if (world.clients.remove(client.id) == null) return; // told twice
            connected.decrementAndGet();
            vanish(world, client);
        }
    });
}

void received(WsMessageContext socket) {
    World world = worldOf(socket);
    Client client = client(socket);
    JsonNode id = null;
    try {
        JsonNode envelope = envelope(socket.message());
        id = ackId(envelope);
        Wish wish = wish(envelope);
        synchronized (world) {
            if (!world.clients.containsKey(client.id)) throw new Refused("You are gone.");
            granted(client, id, grant(world, client, wish));
        }
    } catch (Refused refused) {
        refused(client, id, refused.getMessage());
    }
}

/** Does what a client asks for, and gives what its ack says. */
Object grant(World world, Client client, Wish wish) throws Refused {
    switch (wish) {
        case Wish.Say say -> {
            return say(world, client, say);
        }
        case Wish.Join join -> {
            if (client.rooms.size() >= MAX_ROOMS && !client.rooms.contains(join.room())) {
                throw new Refused("You are in " + MAX_ROOMS + " rooms: leave one before you join "
                    + "another room.");
            }
            join(world, client, join);
        }
        case Wish.Leave leave -> leave(world, client, leave);
        case Wish.Look _ -> {
            var rooms = new Rooms(list(world, client));
            tell(client, "rooms", rooms, null);
            return rooms;
        }
    }
    return Map.of();
}

Said say(World world, Client client, Wish.Say say) throws Refused {
    Collection<Client> hearers = say.to() != null ? addressee(world, say.to())
        : hearers(world, client, say); // refused before it takes an id
    var said = new Said(++world.lastMessage, client.id, say.text(), now(), say.room(),
        say.rooms(), say.to());
    for (Client each : hearers) tell(each, "said", said, null);
    return said;
}

// A send never waits: Jetty writes when the client reads. What fails, since too many frames wait or
// since TCP is gone, ends that client alone; lesson 09 has the polite form, with a close frame.
void tell(Client client, String event, Object data, JsonNode id) {
    try {
        String text = json.writeValueAsString(new Envelope(event, data, id));
        client.socket.session.sendText(text, Callback.from(() -> {}, _ -> cutOff(client)));
    } catch (JsonProcessingException impossible) {
        throw new IllegalStateException(impossible); // our records are always JSON
    }
}

void cutOff(Client client) {
    gone(client.socket);
    Thread.startVirtualThread(client.socket.session::disconnect); // never inside of our own send
}

void granted(Client client, JsonNode id, Object data) {
    if (id != null) tell(client, "ack", data, id);
}

void refused(Client client, JsonNode id, String sentence) {
    tell(client, id == null ? "error" : "ack", new Refusal(sentence), id);
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
        case "say" -> sayOf(data);
        case "join" -> new Wish.Join(name("room", data.path("room")), key(data));
        case "leave" -> new Wish.Leave(name("room", data.path("room")));
        case "rooms" -> new Wish.Look();
        default -> throw new Refused("There is no event “" + shortened(event) + "”.");
    };
}

Wish.Say sayOf(JsonNode data) throws Refused {
    String text = text("text", data);
    JsonNode room = data.path("room");
    JsonNode rooms = data.path("rooms");
    JsonNode echo = data.path("echo");
    if (Stream.of(room, rooms, data.path("to")).filter(each -> !isAbsent(each)).count() != 1) {
        throw new Refused("Give exactly one of the fields room, rooms and to.");
    }
    if (!isAbsent(echo) && !echo.isBoolean()) {
        throw new Refused("The field echo must be true or false.");
    }
    return new Wish.Say(text, isAbsent(room) ? null : name("room", room),
        isAbsent(rooms) ? null : names(rooms),
        isAbsent(data.path("to")) ? null : text("to", data), echo.asBoolean(true));
}

String text(String field, JsonNode object) throws Refused {
    JsonNode value = object.path(field);
    if (isAbsent(value)) throw new Refused("The field " + field + " is missing.");
    if (!value.isTextual()) throw new Refused("The field " + field + " must be a text.");
    if (value.textValue().isBlank()) throw new Refused("The field " + field + " is blank.");
    return value.textValue();
}

/** So a room's name is safe in every sentence and list, and no client's id is one. */
String name(String field, JsonNode value) throws Refused {
    if (isAbsent(value)) throw new Refused("The field " + field + " is missing.");
    if (value.isTextual() && value.textValue().matches(NAME)) return value.textValue();
    throw new Refused("The field " + field + " must be a name: 1 to 20 of A–Z, a–z, 0–9, - and "
        + "_.");
}

List<String> names(JsonNode values) throws Refused {
    if (!values.isArray() || values.isEmpty()) {
        throw new Refused("The field rooms must be a list of at least one name.");
    }
    var names = new ArrayList<String>();
    for (JsonNode value : values) names.add(name("rooms", value));
    return names;
}

String key(JsonNode data) throws Refused {
    if (isAbsent(data.path("key"))) return null;
    String key = text("key", data);
    if (key.length() > MAX_KEY) throw new Refused("A key has at most " + MAX_KEY + " characters.");
    return key;
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
    String name = ctx.path().equals("/") ? "/lesson10.html" : ctx.path();
    try (InputStream file = getClass().getResourceAsStream("/web" + name)) {
        if (file == null) throw new NotFoundResponse("The file web" + name + " is missing here.");
        ctx.contentType(files.get(ctx.path()) + "; charset=utf-8").result(file.readAllBytes());
    }
}

int port(String[] args) {
    String port = args.length == 0 ? "7010" : args[0];
    if (args.length > 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
        quit(2, "Give one port, 1 to 65535, or 0 for a free one: jbang lesson10.java 8010");
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

// EXERCISE 10.1  Join and leave
//   Make true  only the members of a room hear what is said in it. Saying something in a room
//              that you are not in, or leaving it, is refused; joining again changes nothing.
//   Keep       the signatures. A new Room has the key of the one who makes it; where the room is
//              there already, ask admit (10.6). After somebody left, call forget (10.3).
//   Stuck?     jbang hint 10.1
void join(World world, Client client, Wish.Join join) throws Refused {
}

void leave(World world, Client client, Wish.Leave leave) throws Refused {
}

/** Those in the room of this name, as far as the client may know. One room for all, so far. */
Set<Client> members(World world, Client client, String name) throws Refused {
    return Set.copyOf(world.clients.values());
}
// END 10.1

// EXERCISE 10.2  Namespaces keep apart
//   Make true  chat and game are two worlds: rooms, keys and client ids of the one mean nothing
//              in the other. Any other name answers 404.
//   Keep       the signature; null stands for a namespace that is not there.
//   Stuck?     jbang hint 10.2
final World only = new World();

World world(String namespace) {
    return only;
}
// END 10.2

// EXERCISE 10.3  Rooms come and go
//   Make true  list tells each room and how many are in it. A client that is gone has left all
//              its rooms; a room without members is gone with its key, from every list.
//   Keep       the signatures; list only what isShown (10.6) to the client.
//   Stuck?     jbang hint 10.3
List<Size> list(World world, Client client) {
    return List.of();
}

/** The client's connection is over. */
void vanish(World world, Client client) {
}

/** Somebody has left the room, perhaps the last one. */
void forget(World world, Room room) {
}
// END 10.3

// EXERCISE 10.4  To several
//   Make true  what is said to several rooms is heard by all their members, once by each; the
//              sender must be in all of them. With echo false the sender does not hear it.
//   Keep       the signature: say.room() is one name, or null where say.rooms() has several.
//   Stuck?     jbang hint 10.4
Set<Client> hearers(World world, Client client, Wish.Say say) throws Refused {
    return members(world, client, say.room() != null ? say.room() : say.rooms().getFirst());
}
// END 10.4

// EXERCISE 10.5  To one
//   Make true  what is said to a client's id reaches that client alone. An id that is nobody's
//              here is refused.
//   Keep       the signature: a client is a room of one.
//   Stuck?     jbang hint 10.5
Set<Client> addressee(World world, String id) throws Refused {
    return Set.copyOf(world.clients.values());
}
// END 10.5

// EXERCISE 10.6  A private room
//   Make true  a room that was made with a key is entered with that key alone, an open one without
//              any. Only its members see a private room in their lists.
//   Keep       the signatures; admit refuses with throw new Refused("…").
//   Stuck?     jbang hint 10.6
void admit(Room room, Wish.Join join) throws Refused {
}

boolean isShown(Room room, Client client) {
    return true;
}
// END 10.6
