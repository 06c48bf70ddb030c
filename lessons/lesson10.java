///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES ../lessons/given/Client.java ../lessons/given/Message.java
//SOURCES ../lessons/given/Say.java ../lessons/given/Upgrade.java
//FILES web/lesson10.html=../lessons/web/lesson10.html

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
import given.*;
import io.javalin.http.*;

/** What was said, as it travels; room, rooms or to as they were given. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Said(long id, String from, String text, String at, String room, List<String> rooms,
    String to) {}

/** The data of other events that go to clients, and of GET /stats. */
record Welcome(String id) {}
record Size(String room, int size) {} // never the room's key, never who is in it
record RoomList(List<Size> rooms) {}
record Stats(int clients) {}

/** Who is in it, and its key; null: it is open to all. */
record Room(String name, String key, Set<Client> members) {}

// Whoever has a world's lock owns all of it: its clients, its rooms, who is in them. The answer of
// 9.1, given.Client, takes it for each event, so all members hear in one order.
final class World {
    final Map<String, Client> clients = new HashMap<>(); // by id
    final Map<String, Room> rooms = new HashMap<>();     // by name; the empty ones are gone
    final Map<Client, Set<String>> joined = new HashMap<>(); // only to count: see grant
    long lastMessage;
}

static final int MAX_ROOMS = 100; // that one client may be in: joins without end end here

void main(String[] args) {
    Handler stats = ctx -> ctx.json(new Stats(Client.connected()));
    Web.serve(7010, args, config -> {
        Upgrade.asLearned(config);
        config.routes.wsBeforeUpgrade("/ws/{namespace}", this::choose);
        config.routes.ws("/ws/{namespace}", ws -> Client.live(ws,
            socket -> socket.<World>attribute("world"), this::came, this::grant, this::gone));
        config.routes.get("/stats", stats).head("/stats", stats);
    });
}

// EXERCISE 10.1  Join and leave
//   Make true  only the members of a room hear what is said in it. Saying something in a room
//              that you are not in, or leaving it, is refused; joining again changes nothing.
//   Keep       the signatures; key is null where none was given. A new Room has the key of the one
//              who makes it; where the room is there already, ask admit (10.6). After somebody
//              left, call forget (10.3). members is for you, and for 10.4; Refused is to throw. A
//              room that one is not in looks like one that does not exist: the same sentence for
//              both, in say (which asks members) and in leave, is 10.6's star.
//   Stuck?     jbang hint 10.1
void join(World world, Client client, String name, String key) throws Refused {
}

void leave(World world, Client client, String name) throws Refused {
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
//   Needs      10.1
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
//   Needs      10.1
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
//              sender must be in all of them, else nothing is sent. With echo false the sender
//              does not hear it, in one room and in several.
//   Keep       the signature: say.room() is one name, or null where say.rooms() has several.
//   Needs      10.1
//   Stuck?     jbang hint 10.4
Set<Client> hearers(World world, Client client, Say say) throws Refused {
    return members(world, client, say.room() != null ? say.room() : say.rooms().getFirst());
}
// END 10.4

// EXERCISE 10.5  To one
//   Make true  what is said to a client's id reaches that client alone; the sender gets the ack.
//              An id that is nobody's here is refused.
//   Keep       the signature: a client is a room of one.
//   Stuck?     jbang hint 10.5
Set<Client> addressee(World world, String id) throws Refused {
    return Set.copyOf(world.clients.values());
}
// END 10.5

// EXERCISE 10.6  A private room
//   Make true  a room that was made with a key is entered with that key alone, an open one without
//              any. Only its members see a private room in their lists.
//   ★          To outsiders say and leave answer word for word as if it did not exist. That is
//              decided in 10.1.
//   Keep       the signatures; key is null where none was given. admit refuses with throw new
//              Refused("…").
//   Needs      10.1, 10.3, 10.4
//   Stuck?     jbang hint 10.6
void admit(Room room, String key) throws Refused {
}

boolean isShown(Room room, Client client) {
    return true;
}
// END 10.6

// ---- What drives the exercises. It may be skipped. --------------------------------------------

/** Before the upgrade: a name that no world has gets a 404 and no connection. */
void choose(Context ctx) throws IOException {
    World world = world(ctx.pathParam("namespace"));
    if (world == null) throw Upgrade.refused(ctx, 404, "There is no such namespace.");
    ctx.attribute("world", world);
}

void came(World world, Client client) {
    client.tell("welcome", new Welcome(client.id()));
    world.clients.put(client.id(), client);
    world.joined.put(client, new HashSet<>());
}

void gone(World world, Client client) {
    world.clients.remove(client.id());
    vanish(world, client);
    world.joined.remove(client);
}

/** Does what a client asks for, and gives what its ack says. */
Object grant(World world, Client client, String event, Fields data) throws Refused {
    switch (event) {
        case "join" -> {
            String room = data.name("room");
            Set<String> its = world.joined.get(client);
            if (its.size() >= MAX_ROOMS && !its.contains(room)) {
                throw new Refused("You are in " + MAX_ROOMS + " rooms: leave one of them first.");
            }
            join(world, client, room, data.has("key") ? data.text("key") : null);
            its.add(room);
        }
        case "leave" -> {
            leave(world, client, data.name("room"));
            world.joined.get(client).remove(data.name("room"));
        }
        case "rooms" -> {
            var rooms = new RoomList(list(world, client));
            client.tell("rooms", rooms);
            return rooms;
        }
        case "say" -> {
            return said(world, client, Say.of(data));
        }
        default -> throw Envelope.unknown(event);
    }
    return null;
}

Said said(World world, Client client, Say say) throws Refused {
    Collection<Client> hearers = say.to() != null ? addressee(world, say.to())
        : hearers(world, client, say); // refused before it takes an id
    var said = new Said(++world.lastMessage, client.id(), say.text(), Message.now(), say.room(),
        say.rooms(), say.to());
    for (Client each : hearers) each.tell("said", said);
    return said;
}
