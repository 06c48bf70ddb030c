///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES ../lessons/given/Envelope.java ../lessons/given/Message.java
//SOURCES ../lessons/given/Roster.java ../lessons/given/Upgrade.java
//FILES web/lesson09.html=../lessons/web/lesson09.html

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

import given.*;
import io.javalin.http.Handler;
import io.javalin.websocket.*;
import org.eclipse.jetty.websocket.api.Callback;

/** The data of the events that go to clients, and of GET /stats. */
record Welcome(String id) {}
record People(List<String> names) {}
record Name(String name) {} // who joined, or left
record History(List<Message> messages) {}
record Value(int value) {}
record Stats(int clients) {}

final class Client {
    final WsContext socket;
    final AtomicInteger waiting = new AtomicInteger(); // frames that the network has not taken yet
    String name;      // null until it has said hello
    boolean dropped;  // it gets nothing more

    Client(WsContext socket) {
        this.socket = socket;
    }
}

static final int MAX_WAITING = 256; // frames for one client; who lets more wait is cut off
static final int HISTORY = 50;      // messages that a newcomer gets

// What everybody shares, each client's name too, belongs to whoever has the turn (see inTurn). A
// client's own thread waits for it, does all that follows from its event, and gives it back.
final Roster<Client> roster = new Roster<>(); // who has said hello, in the order of coming
long lastMessage;
final Set<Client> clients = ConcurrentHashMap.newKeySet(); // who is connected
final AtomicLong lastClient = new AtomicLong();

void main(String[] args) {
    Handler stats = ctx -> ctx.json(new Stats(clients.size()));
    Web.serve(7009, args, config -> {
        Upgrade.asLearned(config);
        config.routes.ws("/ws", this::handle);
        config.routes.get("/stats", stats).head("/stats", stats);
    });
}

void tell(Client client, String event, Object data) {
    send(client, Envelope.frame(event, data));
}

// EXERCISE 9.1  To all
//   Make true  what one says reaches everybody in the roster, the sender too, and nobody else, and
//              all of them get all broadcasts in one order, however many say something at once.
//   Keep       the signatures. Each event that comes is handled inside of one inTurn, on its own
//              client's thread. Envelope.frame(event, data) makes the text, send(client, text)
//              sends it.
//   Stuck?     jbang hint 9.1
void inTurn(Runnable step) {
    step.run();
}

Message say(Client client, String text) {
    var said = new Message(++lastMessage, client.name, text, Message.now());
    tell(client, "said", said);
    return said;
}

void toAll(String event, Object data) {
}
// END 9.1

// EXERCISE 9.2  Who is here
//   Make true  hello takes a name that nobody here has, once; case counts. The others hear joined,
//              the one who came gets people, with all names, its own too. When a client is gone,
//              however it went, the others hear left, and its name is free again. Of two who ask at
//              once one gets it.
//   Keep       the signatures. leave may be called twice, and for one that never said hello.
//              toAll("joined", new Name(…)) tells all in the roster, tell(client, "people", new
//              People(…)) tells one; roster.remove is true once only.
//   Needs      9.1
//   Stuck?     jbang hint 9.2
void hello(Client client, String name) throws Refused {
    client.name = name;
    roster.add(client);
}

void leave(Client client) {
    roster.remove(client);
}
// END 9.2

// EXERCISE 9.3  Latecomers
//   Make true  whoever says hello gets history with the last 50 messages, oldest first (fewer if
//              there are fewer), and then what is said from now on: no gap, no repeat.
//   Keep       the signatures: remember is called for each message, catchUp for each newcomer, both
//              in their turn. new History(messages) is the event's data.
//   Needs      9.1
//   Stuck?     jbang hint 9.3
void remember(Message said) {
}

void catchUp(Client client) {
}
// END 9.3

// EXERCISE 9.4  One slow client
//   Make true  a client for which more than MAX_WAITING frames wait, beyond what the network has
//              taken, is closed with 1013 and counted out, and the others hear left at that moment.
//              What it gets has no hole up to the close. The others hear everything meanwhile, in
//              the same order. Up to MAX_WAITING may wait: a pause harms nobody.
//   Keep       the signature: every frame to a client goes through here, in the middle of a loop
//              over the roster, too. Callback.from(sent, failed) tells when the network has taken
//              a frame; client.waiting counts; client.socket.closeSession(1013, reason) stands in
//              line behind what waits; gone(client.socket) has it leave, on another thread.
//   Needs      9.1, 9.2
//   Stuck?     jbang hint 9.4
void send(Client client, String frame) {
    client.socket.session.sendText(frame, Callback.NOOP); // never waits, and keeps what waits
}
// END 9.4

// EXERCISE 9.5  One value for all
//   Make true  set changes the slider for all: everybody gets value, who moved it too, all in one
//              order with what is said. A newcomer gets the present value, 50 at first.
//   Keep       the signatures. What is no whole number from 0 to 100 never gets here. new Value(…)
//              is the event's data.
//   Needs      9.1
//   Stuck?     jbang hint 9.5
void move(Client client, int to) {
}

void present(Client client) {
}
// END 9.5

// ---- What drives the exercises. It may be skipped. --------------------------------------------

void handle(WsConfig ws) {
    ws.onConnect(this::came);
    ws.onMessage(this::received);
    ws.onBinaryMessage(socket -> tell(socket.attribute("client"), "error",
        new Refusal("Send events as text, not binary.")));
    ws.onClose(this::gone);
    ws.onError(this::gone); // where TCP broke, onClose is called as well
}

void came(WsContext socket) {
    var client = new Client(socket);
    socket.attribute("client", client);
    socket.enableAutomaticPings(10, TimeUnit.SECONDS); // less than Jetty's idle 30 s
    inTurn(() -> {
        clients.add(client);
        tell(client, "welcome", new Welcome("#" + lastClient.incrementAndGet()));
    });
}

void received(WsMessageContext socket) {
    Client client = socket.attribute("client");
    inTurn(() -> Envelope.answer(socket.message(), frame -> send(client, frame),
        (event, data) -> grant(client, event, data)));
}

/** Does what a client asks for, and gives what its ack says. */
Object grant(Client client, String event, Fields data) throws Refused {
    if (!clients.contains(client)) throw new Refused("You are gone."); // a ghost says no hello
    if (client.name == null && !event.equals("hello")) throw new Refused("Say hello first.");
    switch (event) {
        case "hello" -> {
            hello(client, data.name("name"));
            catchUp(client);
            present(client);
        }
        case "say" -> {
            Message said = say(client, data.text("text"));
            remember(said);
            return said;
        }
        case "set" -> move(client, (int) data.number("value", 0, 100));
        default -> throw Envelope.unknown(event);
    }
    return null;
}

// Jetty may call this inside of our own send to somebody else, while we walk over the roster. On a
// thread of its own it waits for its turn like everybody.
void gone(WsContext socket) {
    Client client = socket.attribute("client");
    Thread.startVirtualThread(() -> {
        clients.remove(client);
        inTurn(() -> leave(client)); // may be called twice
    });
}
