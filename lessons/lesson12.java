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
//   Make true  A packet is <type>[<attachments>-][<namespace>,][<id>][<JSON>], as one message. What
//              comes is read, what goes is written so: / is not written, the comma may miss at the
//              end, an id has 1 to 18 digits, JSON is without blanks.
//   Know       The types are 0 connect, 1 disconnect, 2 event, 3 ack, 4 connect error, 5 binary
//              event, 6 binary ack: 2["say",{"text":"hi"}], 2/game,7["say",{}], 0/game,{"token":1}.
//              StrictJson.tree reads JSON, toString() of a JsonNode writes it. attachments is −1
//              where none are announced.
//   ★          From a client: 0 with an object or nothing; 1 with nothing; 2 and 5 with an array
//              that begins with a text, not one of RESERVED; 3 and 6 with an id and an array; 5 and
//              6 alone with attachments, 0 to 10. Anything else is none, which ends the session.
//   Keep       the signatures.
//   Stuck?     jbang hint 12.1
static final Set<String> RESERVED = Set.of("connect", "connect_error", "disconnect",
    "disconnecting", "newListener", "removeListener");

/** Null: it is no packet. */
Packet read(String text) {
    try {
        if (text.startsWith("0")) return new Packet(CONNECT, -1, "/", null, null);
        return new Packet(EVENT, -1, "/", null, StrictJson.tree(text.substring(1)));
    } catch (JsonProcessingException broken) {
        return null;
    }
}

String write(Packet packet) {
    return packet.type() + (packet.data() == null ? "" : packet.data().toString());
}
// END 12.1

// EXERCISE 12.2  Namespaces
//   Make true  0{…} is answered 0{"sid"}, then the event auth with the object, {} without one. The
//              sid is new for each namespace, and never the session's. An unknown namespace gets
//              4/random,{"message":"Invalid namespace"}, and nothing else changes. 1 leaves one
//              namespace; the session and the others stay.
//   Know       namespaces has those that there are; object(name, value) makes JSON of one key;
//              emit(socket, event, argument) sends an event. gone forgets a socket (12.5).
//   ★          A second CONNECT, or any other packet for a namespace in which one is not
//              (notThere), ends the session; so does being in none CONNECT_TIMEOUT_MS after the
//              opening.
//   Keep       the signatures; a namespace's fields belong to whoever holds its lock.
//   Needs      12.1
//   Stuck?     jbang hint 12.2
String newId() {
    return UUID.randomUUID().toString();
}

Client begin(Session session) {
    return new Client(session);
}

void connect(Client client, Packet packet) {
    Namespace namespace = namespaces.getOrDefault(packet.namespace(), namespaces.get("/"));
    var socket = new Socket(client, namespace);
    client.sockets.put(namespace.name(), socket);
    synchronized (namespace) {
        namespace.sockets().put(socket.id, socket);
        send(client, new Packet(CONNECT, 0, namespace.name(), null, object("sid", socket.id)));
    }
}

void disconnect(Client client, Socket socket) {
}

/** Any packet for a namespace in which this client is not. */
void notThere(Client client) {
}
// END 12.2

// EXERCISE 12.3  Acknowledge
//   Make true  An event with an id, 0 too, gets one 3 in its namespace with that id and an array:
//              [data], refused [{"error"}], after the events that the request sent to the asker.
//              Without an id no ack; refused, an error event. Refusals end nothing.
//   Know       grant does what an event asks for, throws Refused, and gives what the ack says: an
//              array, which is all of the ack's arguments, or anything else, its one argument; null
//              means that the ack comes later.
//   Keep       the signatures, and the lock around the whole event: so all hear in one order.
//   Needs      12.2
//   Stuck?     jbang hint 12.3
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
    synchronized (socket.namespace) {
        try {
            grant(socket, id, event, arguments);
        } catch (Refused refused) {
            System.err.println(refused.getMessage());
        }
    }
}

void acknowledge(Socket socket, long id, JsonNode answer) {
}
// END 12.3

// EXERCISE 12.4  Binary
//   Make true  {"_placeholder":true,"num":n}, however deep, stands for the n-th attachment, which
//              follows as a binary message. Sent: 5 or 6, numbered in order of appearance, nothing
//              between a text and its attachments, whoever else speaks. say takes file, binary;
//              said and the ack carry it.
//   Know       A BinaryNode in the data is bytes; JSON.binaryNode(bytes) makes one, binaryValue()
//              gives them. session.send(text, attachments) sends all of them in one go. take does
//              what a packet asks for, with joined's data. say, in 12.5, passes a file on already.
//   ★          A text while attachments miss, a binary that was not announced, a num without an
//              attachment: the session ends.
//   Keep       the signatures; heard and heardBinary are called one after the other.
//   Needs      12.3
//   Stuck?     jbang hint 12.4
void send(Client client, Packet packet) {
    client.session.send(write(packet), List.of());
}

/** With the attachments in their places; null where a number has none. */
JsonNode joined(JsonNode data, List<byte[]> attachments) {
    return data;
}

void heard(Client client, String text) {
    Packet packet = read(text);
    if (packet == null) client.session.end();
    else take(client, packet);
}

void heardBinary(Client client, byte[] bytes) {
}
// END 12.4

// EXERCISE 12.5  Rooms
//   Make true  As in lesson 10: only members hear, and all in one order; say in a room without
//              being in it, and leaving one, is refused; joining again changes nothing; rooms: a
//              member of both hears once, the sender must be in all; to reaches that sid alone, its
//              sender gets only the ack. say has at most one of room, rooms, to: with none all in
//              the namespace hear. "echo": false leaves the sender out. Nothing crosses namespaces.
//              1, or a lost session, leaves all rooms.
//   Know       said is {"id", "from", "text", "at"} with room, rooms, to and file as given; from
//              and to are sids, ids grow. data.text, name, names, flag and has read the fields, or
//              refuse. socket.namespace has all sockets, by sid, and the rooms.
//   Keep       the signatures; what they give is the ack's data.
//   Needs      12.3
//   Stuck?     jbang hint 12.5
JsonNode join(Socket socket, String room) {
    return JSON.objectNode();
}

JsonNode leave(Socket socket, String room) throws Refused {
    return JSON.objectNode();
}

JsonNode say(Socket socket, Fields data) throws Refused {
    ObjectNode said = JSON.objectNode().put("id", socket.namespace.lastMessage().incrementAndGet())
        .put("from", socket.id).put("text", data.text("text")).put("at", Message.now());
    if (data.has("file")) said.set("file", data.object().path("file"));
    if (said.has("file") && !said.path("file").isBinary()) throw new Refused("file: no bytes.");
    for (Socket each : socket.namespace.sockets().values()) emit(each, "said", said);
    return said;
}

/** A socket is no more: it said 1, or its session is over. */
void gone(Socket socket) {
    synchronized (socket.namespace) {
        socket.namespace.sockets().remove(socket.id);
    }
}
// END 12.5

// EXERCISE 12.6  Ask the room
//   Make true  ask {"room", "text"} from a member, with an id: each other member gets asked
//              {"from", "text"} that wants an ack; its first argument is the answer, none is null.
//              The asker's ack is {"answers": [{"from", "answer"}], "missing": [sid]}, in any
//              order, once each has answered or gone, at the latest after ACK_TIMEOUT_MS; nobody
//              asked: at once.
//   Know       sendEvent(socket, id, ["asked", {…}]) sends an event that wants an ack, by an id of
//              yours; acked is called with what comes back. acknowledge sends the asker's ack,
//              which grant leaves to you where ask gives null. Clock.after calls back later. gone
//              (12.5) is where one learns that somebody has gone.
//   ★          A second, late or foreign ack does nothing. Without an id: error.
//   Keep       the signatures; Asking is yours.
//   Needs      12.5
//   Stuck?     jbang hint 12.6
/** A question to a room that is not answered by all so far. */
final class Asking {
}

/** Null: the ack comes later. */
JsonNode ask(Socket socket, Long id, Fields data) throws Refused {
    throw Envelope.unknown("ask");
}

/** An ack has come from a client. */
void acked(Socket socket, long id, ArrayNode arguments) {
}

/** Whoever was asked has answered; null: will not. gone may call it, too. */
void answered(Asking asking, Socket socket, JsonNode answer) {
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
