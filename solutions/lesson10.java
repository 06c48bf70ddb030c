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
//   A room is a set of clients. To somebody who is not in it a room looks like one that does not
//   exist: the sentence is the same.
void join(World world, Client client, String name, String key) throws Refused {
    Room room = world.rooms.get(name);
    if (room == null) room = new Room(name, key, new HashSet<>());
    else admit(room, key);
    world.rooms.put(name, room);
    room.members().add(client); // a set: whoever is in it already changes nothing
}

void leave(World world, Client client, String name) throws Refused {
    members(world, client, name).remove(client);
    forget(world, world.rooms.get(name));
}

Set<Client> members(World world, Client client, String name) throws Refused {
    Room room = world.rooms.get(name);
    if (room != null && room.members().contains(client)) return room.members();
    throw new Refused("You are in no room " + name + ".");
}
// END 10.1

// EXERCISE 10.2  Namespaces keep apart
//   Each world has rooms, keys and clients of its own, and a lock of its own. What is not shared
//   need not be compared: there is no place where somebody could forget to look at the namespace.
final Map<String, World> worlds = Map.of("chat", new World(), "game", new World());

World world(String namespace) {
    return worlds.get(namespace);
}
// END 10.2

// EXERCISE 10.3  Rooms come and go
//   A room is there as long as somebody is in it. Its last member takes it along, with its key:
//   else each name that was ever used stays in memory, and a forgotten key locks a name for good.
//   Who is lost is looked for in all rooms. In a house with very many one would keep each client's
//   rooms with the client, too.
List<Size> list(World world, Client client) {
    return world.rooms.values().stream()
        .filter(room -> isShown(room, client))
        .map(room -> new Size(room.name(), room.members().size()))
        .toList();
}

void vanish(World world, Client client) {
    for (Room room : List.copyOf(world.rooms.values())) { // forget takes some out meanwhile
        room.members().remove(client);
        forget(world, room);
    }
}

void forget(World world, Room room) {
    if (room.members().isEmpty()) world.rooms.remove(room.name());
}
// END 10.3

// EXERCISE 10.4  To several
//   The union of sets is a set: a member of two rooms is in it once. All rooms are asked before the
//   first word is sent, so a refusal has told nobody anything.
Set<Client> hearers(World world, Client client, Say say) throws Refused {
    var hearers = new HashSet<Client>();
    for (String name : say.room() != null ? List.of(say.room()) : say.rooms()) {
        hearers.addAll(members(world, client, name));
    }
    if (!say.echo()) hearers.remove(client);
    return hearers;
}
// END 10.4

// EXERCISE 10.5  To one
//   A client is a room of one, under a name that no room can have. It is made by the welcome and
//   gone with the connection; nobody joins it, since it stands in no list of rooms.
Set<Client> addressee(World world, String id) throws Refused {
    Client one = world.clients.get(id);
    if (one == null) {
        throw new Refused("The field to names no client: " + Refused.shortened(id) + ".");
    }
    return Set.of(one);
}
// END 10.5

// EXERCISE 10.6  A private room
//   A key is compared here and goes nowhere else: into no list, no message, no refusal. The room's
//   name is a secret, too; only who has guessed it and tries to join learns that it is there.
void admit(Room room, String key) throws Refused {
    if (Objects.equals(room.key(), key)) return;
    if (room.key() == null) throw new Refused("This room is open: join it without a key.");
    throw new Refused(key == null ? "This room is private: join it with its key."
        : "This is not the room's key.");
}

boolean isShown(Room room, Client client) {
    return room.key() == null || room.members().contains(client);
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
