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
//   Without the turn, two threads walk over the roster at once: one client gets A, then B, another
//   B, then A, and both are sure of what they saw. No wire has an order for all, somebody has to
//   make it. Here the lock does. A single thread with a queue would, too, but then a client that
//   floods us fills the queue, where now it only waits.
void inTurn(Runnable step) {
    synchronized (roster) {
        step.run();
    }
}

Message say(Client client, String text) {
    var said = new Message(++lastMessage, client.name, text, Message.now());
    toAll("said", said);
    return said;
}

void toAll(String event, Object data) {
    String frame = Envelope.frame(event, data); // written once, sent to many
    for (Client each : roster) send(each, frame);
}
// END 9.1

// EXERCISE 9.2  Who is here
//   Whether a name is free, and to take it, is one step, since nobody else has the turn. The others
//   hear of the newcomer before it is in the roster, so it does not hear of itself.
void hello(Client client, String name) throws Refused {
    if (client.name != null) throw new Refused("You have said hello, as " + client.name + ".");
    for (Client each : roster) {
        if (each.name.equals(name)) {
            throw new Refused("The name " + name + " is taken: choose another one.");
        }
    }
    client.name = name;
    toAll("joined", new Name(client.name));
    roster.add(client);
    tell(client, "people", new People(roster.all().stream().map(each -> each.name).toList()));
}

void leave(Client client) {
    if (roster.remove(client)) toAll("left", new Name(client.name));
}
// END 9.2

// EXERCISE 9.3  Latecomers
//   The gap between “what was” and “what comes” is closed by the turn: a message is either said
//   before the newcomer's hello, and in its history, or after it, and told to it.
final Deque<Message> history = new ArrayDeque<>();

void remember(Message said) {
    history.add(said);
    if (history.size() > HISTORY) history.remove();
}

void catchUp(Client client) {
    tell(client, "history", new History(List.copyOf(history)));
}
// END 9.3

// EXERCISE 9.4  One slow client
//   Jetty's send never waits: what the network does not take it keeps, without a limit. So somebody
//   must choose. To wait makes one client everybody's problem. To drop messages leaves a hole that
//   the client cannot see. To close tells it: it can come again and get the history. So each
//   client's frames are counted, and the one too many ends it, there and then: the others see it
//   leave now, while its close frame stands in line behind all that it did not read.
void send(Client client, String frame) {
    if (client.dropped) return;
    if (client.waiting.incrementAndGet() > MAX_WAITING) drop(client);
    else client.socket.session.sendText(frame, Callback.from(client.waiting::decrementAndGet,
        _ -> gone(client.socket)));
}

void drop(Client client) {
    client.dropped = true; // from now on nothing more goes to it, so its feed has no hole
    client.socket.disableAutomaticPings(); // they would keep the connection from being idle
    client.socket.closeSession(1013, "You read too slowly: come again."); // “try again later”
    gone(client.socket);
}
// END 9.4

// EXERCISE 9.5  One value for all
//   Whoever moves it hears it, too, in its place: of two who move it at once both see the same end.
int value = 50;

void move(Client client, int to) {
    value = to;
    toAll("value", new Value(value));
}

void present(Client client) {
    tell(client, "value", new Value(value));
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
