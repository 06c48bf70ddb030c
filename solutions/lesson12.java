///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../lessons/given/Web.java
//SOURCES ../lessons/given/Sessions.java
//SOURCES ../lessons/given/Fields.java
//SOURCES ../lessons/given/Envelope.java
//SOURCES ../lessons/given/Message.java
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//FILES web/lesson12.html=../lessons/web/lesson12.html

// Lesson 12 — Socket.IO: events, acks, namespaces, rooms, for any client
//
// Lesson 11 kept a client connected, but only our own client spoke its messages. Socket.IO is what
// many agreed on: a few digits before the JSON say what kind of packet it is, in which namespace,
// and whether an answer is wanted. So any Socket.IO client, in any language, can talk to this.
//
//   run    jbang lesson12.java           then open http://localhost:7012
//   check  jbang check 12
//
// Left out on purpose: who may come in, and from which page (lesson 13); more than one server
// (lesson 14); to recover what was missed (lesson 11 has it, Socket.IO calls it state recovery).

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.*;
import given.*;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Handler;

static final int CONNECT = 0, DISCONNECT = 1, EVENT = 2, ACK = 3, CONNECT_ERROR = 4,
    BINARY_EVENT = 5, BINARY_ACK = 6;

static final int CONNECT_TIMEOUT_MS = Setting.of("CONNECT_TIMEOUT_MS", 45_000);
static final int ACK_TIMEOUT_MS = Setting.of("ACK_TIMEOUT_MS", 5_000);

/**
 * One packet.
 *
 * @param attachments that follow it as binary messages
 * @param id          of the ack that is wanted, or given; null: none
 * @param data        null: nothing; once all attachments are there they stand in it
 */
record Packet(int type, int attachments, String namespace, Long id, JsonNode data) {}

/** One session, and what it is in each namespace. Whoever holds its lock owns it. */
final class Client {
    final Session session;
    final Map<String, Socket> sockets = new ConcurrentHashMap<>(); // by the namespace's name
    boolean over;
    Packet incomplete; // its attachments are still coming, and
    final List<byte[]> attachments = new ArrayList<>();            // these have come

    Client(Session session) {
        this.session = session;
    }
}

/** One client in one namespace. */
final class Socket {
    final String id = newId();
    final Client client;
    final Namespace namespace;
    final Set<String> rooms = new HashSet<>();
    final Map<Long, Asking> asked = new HashMap<>(); // what it was asked, by the ack's id
    long lastAsked;

    Socket(Client client, Namespace namespace) {
        this.client = client;
        this.namespace = namespace;
    }
}

/** Whoever holds its lock owns all of it: so all who are in it hear in one order. */
record Namespace(String name, Map<String, Socket> sockets, Map<String, Set<Socket>> rooms,
    AtomicLong lastMessage) {}

final JsonNodeFactory JSON = JsonNodeFactory.instance;
final Map<String, Namespace> namespaces = Stream.of("/", "/game", "/custom").collect(
    Collectors.toMap(name -> name, name -> new Namespace(name, new ConcurrentHashMap<>(),
        new HashMap<>(), new AtomicLong())));

void main(String[] args) {
    Web.serve(7012, args, this::configure);
}

// EXERCISE 12.1  Packets
//   The order of the parts is the whole grammar: what a part begins with tells which it is, and
//   each may be missing. What is no packet is nobody's event: it ends the session, since whoever
//   sent it speaks another language.
static final Pattern PACKET = Pattern.compile(
    "([0-6])(?:([0-9]{1,2})-)?(?:(/[^,]*),?)?([0-9]{1,18})?([^0-9].*)?", Pattern.DOTALL);
static final Set<String> RESERVED = Set.of("connect", "connect_error", "disconnect",
    "disconnecting", "newListener", "removeListener");

/** Null: it is no packet. */
Packet read(String text) {
    Matcher parts = PACKET.matcher(text);
    if (!parts.matches()) return null;
    try {
        var packet = new Packet(Integer.parseInt(parts.group(1)),
            parts.group(2) == null ? -1 : Integer.parseInt(parts.group(2)),
            parts.group(3) == null ? "/" : parts.group(3),
            parts.group(4) == null ? null : Long.valueOf(parts.group(4)),
            parts.group(5) == null ? null : StrictJson.tree(parts.group(5)));
        return mayCome(packet) ? packet : null;
    } catch (JsonProcessingException broken) {
        return null;
    }
}

boolean mayCome(Packet packet) {
    JsonNode data = packet.data();
    boolean binary = packet.type() == BINARY_EVENT || packet.type() == BINARY_ACK;
    if (binary != (packet.attachments() >= 0) || packet.attachments() > 10) return false;
    int type = packet.type();
    boolean list = data != null && data.isArray();
    if (type == CONNECT) return packet.id() == null && (data == null || data.isObject());
    if (type == DISCONNECT) return packet.id() == null && data == null;
    if (type == EVENT || type == BINARY_EVENT) {
        return list && data.path(0).isTextual() && !RESERVED.contains(data.path(0).textValue());
    }
    return (type == ACK || type == BINARY_ACK) && list && packet.id() != null;
}

String write(Packet packet) {
    var text = new StringBuilder().append(packet.type());
    if (packet.attachments() > 0) text.append(packet.attachments()).append('-');
    if (!packet.namespace().equals("/")) text.append(packet.namespace()).append(',');
    if (packet.id() != null) text.append(packet.id());
    if (packet.data() != null) text.append(packet.data());
    return text.toString();
}
// END 12.1

// EXERCISE 12.2  Namespaces
//   One session carries several conversations that know nothing of each other. In each a client has
//   another sid, and never the session's: that one is a key, and this one everybody may see.
String newId() {
    var bytes = new byte[16]; // 22 letters: longer than any room's name
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
}

void connect(Client client, Packet packet) {
    Namespace namespace = namespaces.get(packet.namespace());
    if (namespace == null) {
        send(client, new Packet(CONNECT_ERROR, 0, packet.namespace(), null,
            object("message", "Invalid namespace")));
        return;
    }
    if (client.sockets.containsKey(namespace.name())) {
        client.session.end();
        return;
    }
    var socket = new Socket(client, namespace);
    client.sockets.put(namespace.name(), socket);
    synchronized (namespace) {
        namespace.sockets().put(socket.id, socket);
        send(client, new Packet(CONNECT, 0, namespace.name(), null, object("sid", socket.id)));
        JsonNode auth = packet.data() == null ? JSON.objectNode() : packet.data();
        emit(socket, "auth", auth);
    }
}

void disconnect(Client client, Socket socket) {
    client.sockets.remove(socket.namespace.name());
    gone(socket);
}

/** Any packet for a namespace in which this client is not. */
void notThere(Client client) {
    client.session.end();
}

Client begin(Session session) {
    var client = new Client(session);
    Clock.after(CONNECT_TIMEOUT_MS, () -> {
        if (client.sockets.isEmpty()) session.end();
    });
    return client;
}
// END 12.2

// EXERCISE 12.3  Acknowledge
//   The id before the array is the asker's own, and comes back as it was, 0 too: it says which of
//   its questions this answers. A refusal is an answer like any other.
Fields only(ArrayNode arguments) throws Refused {
    if (arguments.size() == 1 && arguments.get(0).isObject()) return new Fields(arguments.get(0));
    throw new Refused("This event has one argument, an object.");
}

/** What the ack says; null: it comes later. */
JsonNode grant(Socket socket, Long id, String event, ArrayNode arguments) throws Refused {
    return switch (event) {
        case "message" -> {
            sendEvent(socket, null, JSON.arrayNode().add("message-back").addAll(arguments));
            yield JSON.objectNode();
        }
        case "message-with-ack" -> arguments;
        case "say" -> say(socket, only(arguments));
        case "join" -> join(socket, only(arguments).name("room"));
        case "leave" -> leave(socket, only(arguments).name("room"));
        case "ask" -> ask(socket, id, only(arguments));
        default -> throw Envelope.unknown(event);
    };
}

void event(Socket socket, Long id, ArrayNode arguments) {
    String event = arguments.remove(0).textValue();
    JsonNode answer;
    synchronized (socket.namespace) { // one event after the other, so all hear in one order
        try {
            answer = grant(socket, id, event, arguments);
        } catch (Refused refused) {
            answer = object("error", refused.getMessage());
            if (id == null) emit(socket, "error", answer);
        }
        if (id != null && answer != null) acknowledge(socket, id, answer);
    }
}

/** @param answer an array: all the arguments of the ack; anything else: its one argument */
void acknowledge(Socket socket, long id, JsonNode answer) {
    JsonNode arguments = answer.isArray() ? answer : JSON.arrayNode().add(answer);
    send(socket.client, new Packet(ACK, 0, socket.namespace.name(), id, arguments));
}
// END 12.3

// EXERCISE 12.4  Binary
//   JSON has no bytes. So they leave it: where they stood stands a placeholder with a number, and
//   the bytes follow, each as a binary message, in the order of the numbers. Between a text and its
//   attachments nothing else may come, or nobody could say whose they are.
void send(Client client, Packet packet) {
    var attachments = new ArrayList<byte[]>();
    JsonNode data = packet.data() == null ? null : parted(packet.data(), attachments);
    int type = attachments.isEmpty() ? packet.type()
        : packet.type() == EVENT ? BINARY_EVENT : BINARY_ACK;
    client.session.send(write(new Packet(type, attachments.size(), packet.namespace(),
        packet.id(), data)), attachments);
}

JsonNode parted(JsonNode data, List<byte[]> attachments) {
    return switch (data) {
        case BinaryNode bytes -> {
            attachments.add(bytes.binaryValue());
            yield JSON.objectNode().put("_placeholder", true).put("num", attachments.size() - 1);
        }
        case ArrayNode list -> {
            ArrayNode copy = JSON.arrayNode();
            list.forEach(each -> copy.add(parted(each, attachments)));
            yield copy;
        }
        case ObjectNode object -> {
            ObjectNode copy = JSON.objectNode();
            object.forEachEntry((name, each) -> copy.set(name, parted(each, attachments)));
            yield copy;
        }
        default -> data;
    };
}

/** With the attachments in their places; null where a number has none. */
JsonNode joined(JsonNode data, List<byte[]> attachments) {
    if (data.path("_placeholder").asBoolean()) {
        int num = data.path("num").isInt() ? data.path("num").intValue() : -1;
        return num < 0 || num >= attachments.size() ? null : JSON.binaryNode(attachments.get(num));
    }
    ContainerNode<?> copy = data.isArray() ? JSON.arrayNode() : JSON.objectNode();
    if (!data.isContainerNode()) return data;
    for (var each : data.isArray() ? List.<Map.Entry<String, JsonNode>>of() : data.properties()) {
        JsonNode value = joined(each.getValue(), attachments);
        if (value == null) return null;
        ((ObjectNode) copy).set(each.getKey(), value);
    }
    for (JsonNode each : data.isArray() ? data : JSON.arrayNode()) {
        JsonNode value = joined(each, attachments);
        if (value == null) return null;
        ((ArrayNode) copy).add(value);
    }
    return copy;
}

void heard(Client client, String text) {
    Packet packet = client.incomplete == null ? read(text) : null; // its attachments miss
    if (packet == null) client.session.end();
    else if (packet.attachments() > 0) client.incomplete = packet;
    else take(client, packet);
}

void heardBinary(Client client, byte[] bytes) {
    Packet packet = client.incomplete;
    if (packet == null) {
        client.session.end(); // nobody has announced it
        return;
    }
    client.attachments.add(bytes);
    if (client.attachments.size() < packet.attachments()) return;
    client.incomplete = null;
    take(client, packet);
    client.attachments.clear();
}
// END 12.4

// EXERCISE 12.5  Rooms
//   A room is a set of sockets in one namespace; who hears is a union of sets, so nobody hears
//   twice. All rooms are asked before the first word is sent: a refusal has told nobody anything.
JsonNode join(Socket socket, String room) {
    socket.rooms.add(room);
    socket.namespace.rooms().computeIfAbsent(room, _ -> new LinkedHashSet<>()).add(socket);
    return JSON.objectNode();
}

JsonNode leave(Socket socket, String room) throws Refused {
    members(socket, room);
    takeOut(socket, room);
    socket.rooms.remove(room);
    return JSON.objectNode();
}

void takeOut(Socket socket, String room) {
    Set<Socket> members = socket.namespace.rooms().get(room);
    members.remove(socket);
    if (members.isEmpty()) socket.namespace.rooms().remove(room);
}

Set<Socket> members(Socket socket, String room) throws Refused {
    if (socket.rooms.contains(room)) return socket.namespace.rooms().get(room);
    throw new Refused("You are not in the room " + room + ": join it first.");
}

JsonNode say(Socket socket, Fields data) throws Refused {
    ObjectNode said = JSON.objectNode().put("from", socket.id).put("text", data.text("text"))
        .put("at", Message.now());
    Set<Socket> hearers = hearers(socket, data);
    for (String field : List.of("room", "rooms", "to", "file")) {
        if (data.has(field)) said.set(field, data.object().path(field));
    }
    if (data.has("file") && !said.path("file").isBinary()) {
        throw new Refused("The field file must be binary.");
    }
    if (!data.flag("echo", true)) hearers.remove(socket);
    ObjectNode numbered = JSON.objectNode()
        .put("id", socket.namespace.lastMessage().incrementAndGet()).setAll(said);
    for (Socket each : hearers) emit(each, "said", numbered);
    return numbered;
}

Set<Socket> hearers(Socket socket, Fields data) throws Refused {
    if (Stream.of("room", "rooms", "to").filter(data::has).count() > 1) {
        throw new Refused("Give at most one of the fields room, rooms and to.");
    }
    if (data.has("to")) return new HashSet<>(Set.of(addressee(socket, data.text("to"))));
    var hearers = new LinkedHashSet<Socket>();
    List<String> rooms = data.has("rooms") ? data.names("rooms")
        : data.has("room") ? List.of(data.name("room")) : List.of();
    for (String room : rooms) hearers.addAll(members(socket, room));
    if (rooms.isEmpty()) hearers.addAll(socket.namespace.sockets().values());
    return hearers;
}

Socket addressee(Socket socket, String id) throws Refused {
    Socket to = socket.namespace.sockets().get(id);
    if (to == null) throw new Refused("There is nobody with the sid in the field to.");
    return to;
}

/** A socket is no more: it said 1, or its session is over. */
void gone(Socket socket) {
    synchronized (socket.namespace) {
        socket.namespace.sockets().remove(socket.id);
        socket.rooms.forEach(room -> takeOut(socket, room));
        List.copyOf(socket.asked.values()).forEach(asking -> answered(asking, socket, null));
    }
}
// END 12.5

// EXERCISE 12.6  Ask the room
//   An ack may go the other way, too: the server asks, and the client's ack is the answer. Who asks
//   many must not wait for all: some are gone before they answer, and some never will. What comes
//   when nobody waits any more does nothing.
final class Asking {
    final Socket asker;
    final long id; // of the ack that the asker wants
    final Map<Socket, Long> open = new LinkedHashMap<>(); // who has not answered; by which id
    final ArrayNode answers = JSON.arrayNode();
    final ArrayNode missing = JSON.arrayNode();
    Future<?> limit;

    Asking(Socket asker, long id) {
        this.asker = asker;
        this.id = id;
    }
}

/** Null: the ack comes later. */
JsonNode ask(Socket socket, Long id, Fields data) throws Refused {
    var members = new LinkedHashSet<>(members(socket, data.name("room")));
    String text = data.text("text");
    if (id == null) throw new Refused("The event ask wants an ack: send it with an id.");
    members.remove(socket);
    var asking = new Asking(socket, id);
    for (Socket each : members) {
        asking.open.put(each, ++each.lastAsked);
        each.asked.put(each.lastAsked, asking);
    }
    JsonNode question = JSON.objectNode().put("from", socket.id).put("text", text);
    asking.open.forEach((each, askedAs) -> sendEvent(each, askedAs,
        JSON.arrayNode().add("asked").add(question)));
    asking.limit = Clock.after(ACK_TIMEOUT_MS, () -> {
        synchronized (socket.namespace) {
            List.copyOf(asking.open.keySet()).forEach(each -> answered(asking, each, null));
        }
    });
    finish(asking);
    return null;
}

/** An ack has come from a client. */
void acked(Socket socket, long id, ArrayNode arguments) {
    synchronized (socket.namespace) {
        Asking asking = socket.asked.get(id);
        JsonNode answer = arguments.isEmpty() ? JSON.nullNode() : arguments.get(0);
        if (asking != null) answered(asking, socket, answer);
    }
}

/** @param answer null: none will come */
void answered(Asking asking, Socket socket, JsonNode answer) {
    socket.asked.remove(asking.open.remove(socket));
    if (answer == null) asking.missing.add(socket.id);
    else asking.answers.add(JSON.objectNode().put("from", socket.id).set("answer", answer));
    finish(asking);
}

void finish(Asking asking) {
    if (!asking.open.isEmpty()) return;
    asking.limit.cancel(false);
    acknowledge(asking.asker, asking.id, JSON.objectNode().<ObjectNode>set("answers",
        asking.answers).set("missing", asking.missing));
}
// END 12.6

// ------------- What drives the exercises. They can be solved without reading on.

void configure(JavalinConfig config) {
    Sessions<Client> sessions = Sessions.at(config, "/socket.io/",
        new Sessions.Lesson<>(this::begin, this::heard, this::heardBinary, this::over));
    Handler stats = ctx -> {
        var counts = new TreeMap<String, Object>(sessions.stats());
        counts.put("sockets", namespaces.values().stream().collect(
            Collectors.toMap(Namespace::name, each -> each.sockets().size())));
        ctx.json(counts);
    };
    config.routes.get("/stats", stats).head("/stats", stats);
}

/** Does what a packet asks for, once it is complete. */
void take(Client client, Packet packet) {
    JsonNode data = packet.attachments() < 0 || packet.data() == null ? packet.data()
        : joined(packet.data(), client.attachments);
    Socket socket = client.sockets.get(packet.namespace());
    synchronized (client) {
        if (client.over) return;
        if (packet.type() == CONNECT) connect(client, packet);
        else if (socket == null) notThere(client);
        else if (packet.type() == DISCONNECT) disconnect(client, socket);
        else if (data == null) client.session.end(); // a number without an attachment
        else if (packet.type() == ACK || packet.type() == BINARY_ACK) {
            acked(socket, packet.id(), (ArrayNode) data);
        } else {
            event(socket, packet.id(), (ArrayNode) data);
        }
    }
}

void over(Client client) {
    synchronized (client) {
        client.over = true;
        client.sockets.values().forEach(this::gone);
        client.sockets.clear();
    }
}

void emit(Socket socket, String event, JsonNode argument) {
    sendEvent(socket, null, JSON.arrayNode().add(event).add(argument));
}

/** @param id of the ack that is wanted; null: none */
void sendEvent(Socket socket, Long id, ArrayNode event) {
    send(socket.client, new Packet(EVENT, 0, socket.namespace.name(), id, event));
}

ObjectNode object(String name, String value) {
    return JSON.objectNode().put(name, value);
}
