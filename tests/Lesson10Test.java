package tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tests.clients.Answer;
import tests.clients.At;
import tests.clients.Events;
import tests.clients.RawWebSocket;

/**
 * Knows a port, the namespaces at /ws/chat and /ws/game, and their events. Each test speaks in
 * rooms with fresh names, so others may be there as well. That something is not heard is proven by
 * the same sender's next message, which the listener may hear.
 */
@ExtendWith(TargetResolver.class)
class Lesson10Test {
    private static final long SOON_MS = 2_000;
    private static final int NUDGE = 8; // the id of an event that every server answers

    @Exercise(id = "10.1", title = "Join and leave",
            hints = {
                "A room is a set of clients. Who must know its members, and what for? What"
                    + " happens to a set when you add what is in it already? And what does"
                    + " somebody see of a room that is not in it?",
                "world.rooms is a map from names to rooms; room.members() is a set. new"
                    + " Room(name, key, new HashSet<>()) makes a room that is not there. All of"
                    + " this happens under the world's lock, so plain maps and sets will do.",
                "join: Room room = world.rooms.get(name); if (room == null) room = new Room(name,"
                    + " key, new HashSet<>()); else admit(room, key); world.rooms.put(name, room);"
                    + " room.members().add(client); members: return room.members() if the room is"
                    + " there and contains the client, else throw new Refused(\"You are in no room"
                    + " \" + name + \".\"); leave: members(…).remove(client), then forget(world,"
                    + " world.rooms.get(name))"
            },
            starter = "which it never joined")
    class JoinAndLeave {
        @Test
        @DisplayName("10.1 only members hear what is said in a room")
        void onlyMembers(Target target) {
            String room = room(target);
            String other = room(target);
            try (Events ada = chat(target); Events bob = chat(target); Events eve = chat(target)) {
                join(ada, room);
                join(bob, room);
                join(ada, other);
                join(eve, other);
                String secret = target.word();
                String open = target.word();
                say(ada, room, secret);
                say(ada, other, open);
                heard(bob, ada, secret, room);
                JsonNode first = eve.expect("said");
                if (first.path("text").asText().equals(secret)) {
                    throw eve.fail("a client hears what is said in a room which it never joined");
                }
                expectSaid(eve, first, ada, open, other);
                nothingMore(bob, "a member of " + room + " alone");
            }
        }

        @Test
        @DisplayName("10.1 a said tells id, from, text, at and the room, and its ids grow")
        void tellsTheRoom(Target target) {
            String room = room(target);
            try (Events ada = chat(target); Events bob = chat(target)) {
                join(ada, room);
                join(bob, room);
                long last = 0;
                for (String text : List.of(target.word(), "  Grüße 👋 <b>\"\\\n" + target.word())) {
                    JsonNode ack = say(ada, room, text);
                    JsonNode said = heard(bob, ada, text, room);
                    if (!said.path("id").isIntegralNumber() || said.path("id").asLong() <= last) {
                        throw bob.fail("ids are numbers and grow: after " + last + " came "
                                + said.path("id"));
                    }
                    last = said.path("id").asLong();
                    At.expectNow(said.path("at"), bob::fail);
                    if (!ack.equals(said)) {
                        throw ada.fail("the ack has the data of the said, " + said + ", but got "
                                + ack);
                    }
                }
            }
        }

        @Test
        @DisplayName("10.1 to speak in a room or to leave it one must be in it")
        void mustBeIn(Target target) {
            String room = room(target);
            try (Events ada = chat(target); Events bob = chat(target)) {
                join(ada, room);
                refused(bob, "say", Map.of("room", room, "text", "let me in"),
                        "say in a room that others are in");
                refused(bob, "leave", Map.of("room", room), "leave a room that others are in");
                refused(bob, "say", Map.of("room", room(target), "text", "hello?"),
                        "say in a room that nobody is in");
                refused(bob, "leave", Map.of("room", room(target)),
                        "leave a room that nobody is in");
                bob.send("leave", Map.of("room", room));
                bob.expectError("leave, without an id, a room that it is not in", null);
                String text = target.word();
                say(ada, room, text); // and heard nothing of all that: say reads the next event
            }
        }

        @Test
        @DisplayName("10.1 who has left hears no more, and is an outsider")
        void leaves(Target target) {
            String room = room(target);
            String other = room(target);
            try (Events ada = chat(target); Events bob = chat(target)) {
                for (Events each : List.of(ada, bob)) {
                    join(each, room);
                    join(each, other);
                }
                accepted(bob, "leave", Map.of("room", room));
                say(ada, room, target.word());
                String text = target.word();
                say(ada, other, text);
                nudge(bob);
                heard(bob, ada, text, other);
                bob.expectAck(NUDGE);
                refused(bob, "say", Map.of("room", room, "text", "still here"),
                        "say in a room that was left");
                refused(bob, "leave", Map.of("room", room), "leave a room for the second time");
                join(bob, room); // and may come back
                text = target.word();
                say(ada, room, text);
                heard(bob, ada, text, room);
            }
        }

        @Test
        @DisplayName("10.1 joining again changes nothing: one hears once, and leaves once")
        void joinsAgain(Target target) {
            String room = room(target);
            try (Events ada = chat(target); Events bob = chat(target)) {
                join(ada, room);
                for (int i = 0; i < 2; i++) join(bob, room);
                for (int i = 0; i < 2; i++) {
                    String text = target.word();
                    say(ada, room, text);
                    nudge(bob);
                    heard(bob, ada, text, room);
                    bob.expectAck(NUDGE);
                }
                accepted(bob, "leave", Map.of("room", room));
                refused(bob, "say", Map.of("room", room, "text", "still here"),
                        "say after joining twice and leaving once");
            }
        }

        @Test
        @DisplayName("10.1 all members hear in one order, whoever speaks")
        void oneOrder(Target target) {
            String room = room(target);
            int each = 30;
            try (Events ada = chat(target); Events bob = chat(target); Events eve = chat(target)) {
                var all = List.of(ada, bob, eve);
                for (Events client : all) join(client, room);
                List<Thread> writers = all.stream().map(client -> Thread.startVirtualThread(() -> {
                    for (int i = 0; i < each; i++) {
                        client.send("say", Map.of("room", room, "text", client.id() + " " + i));
                    }
                })).toList();
                List<String> first = null;
                for (Events client : all) {
                    var order = new ArrayList<String>();
                    for (int i = 0; i < 3 * each; i++) {
                        order.add(client.expect("said").path("text").asText());
                    }
                    if (first == null) first = order;
                    for (int i = 0; i < 3 * each; i++) {
                        if (first.get(i).equals(order.get(i))) continue;
                        throw client.fail("all members hear in one order, but the message number "
                                + (i + 1) + " is “" + first.get(i) + "” for one and “"
                                + order.get(i) + "” for another");
                    }
                }
                for (Thread writer : writers) join(writer);
            }
        }

        @Test
        @DisplayName("10.1 what is no room's name, or is not asked well, is refused by name")
        void refuses(Target target) {
            String room = room(target);
            try (Events ada = chat(target)) {
                join(ada, room);
                for (String name : List.of("", " ", "two words", "<b>room</b>", "größe", "a.b",
                        "x".repeat(21), "x".repeat(10_000), "#1", "*")) {
                    for (String event : List.of("join", "leave", "say")) {
                        ada.send(event, Map.of("room", name, "text", "hello"));
                        ada.expectError(event + " with the room “" + (name.length() < 40 ? name
                                : name.substring(0, 40) + "…") + "”", "room");
                    }
                }
                var wrong = new LinkedHashMap<String, String>();
                wrong.put("{\"event\": \"join\"}", "room");
                wrong.put("{\"event\": \"join\", \"data\": {\"room\": null}}", "room");
                wrong.put("{\"event\": \"join\", \"data\": {\"room\": 7}}", "room");
                wrong.put("{\"event\": \"leave\", \"data\": {\"room\": [\"a\"]}}", "room");
                wrong.put("{\"event\": \"say\", \"data\": {\"room\": \"" + room + "\"}}", "text");
                wrong.put("{\"event\": \"say\", \"data\": {\"text\": \"x\"}}", "room");
                wrong.put("{\"event\": \"say\", \"data\": {\"text\": \" \", \"room\": \"" + room
                        + "\"}}", "text");
                wrong.put("{\"event\": \"say\", \"data\": {\"text\": \"x\", \"room\": \"" + room
                        + "\", \"to\": \"" + ada.id() + "\"}}", "room or to");
                wrong.put("{\"event\": \"say\", \"data\": {\"text\": \"x\", \"room\": \"" + room
                        + "\", \"rooms\": [\"" + room + "\"]}}", "room");
                wrong.forEach((text, named) -> ada.sendRaw(text).expectError(text, named));
                say(ada, room, target.word());
            }
        }
    }

    @Exercise(id = "10.2", title = "Namespaces keep apart", needs = "10.1",
            hints = {
                "Two namespaces, and nothing that is in both. Where would you rather have the"
                    + " difference: in the key of every map, or in there being two of all maps?",
                "A World has all that a namespace is: clients, rooms, a lock. Map.of(\"chat\", …,"
                    + " \"game\", …) knows both by name, and get gives null for any other.",
                "final Map<String, World> worlds = Map.of(\"chat\", new World(), \"game\", new"
                    + " World()); and in world: return worlds.get(namespace);"
            },
            starter = "the other namespace")
    class Namespaces {
        @Test
        @DisplayName("10.2 a key to a room here is none to that of the same name there")
        void keysApart(Target target) {
            String room = room(target);
            try (Events ada = chat(target); Events bob = game(target)) {
                accepted(ada, "join", Map.of("room", room, "key", target.word()));
                if (bob.send("join", Map.of("room", room), 4).expectAck(4).has("error")) {
                    throw bob.fail("the key to a room of the other namespace shuts the room of the"
                            + " same name here, too");
                }
            }
        }

        @Test
        @DisplayName("10.2 rooms of one name in two namespaces are two rooms")
        void roomsApart(Target target) {
            String room = room(target);
            try (Events ada = chat(target); Events bob = game(target); Events eve = game(target)) {
                join(ada, room);
                join(bob, room);
                join(eve, room);
                String text = target.word();
                say(ada, room, target.word());
                String mine = target.word();
                eve.send("say", Map.of("room", room, "text", mine));
                JsonNode first = bob.expect("said");
                if (!first.path("text").asText().equals(mine)) {
                    throw bob.fail("a client hears what is said in the other namespace, in a room"
                            + " with the same name");
                }
                say(ada, room, text);
                nothingMore(bob, "a client in game");
            }
        }

        @Test
        @DisplayName("10.2 who is in a room here is not in it there")
        void membershipsApart(Target target) {
            String room = room(target);
            try (Events ada = chat(target); Events bob = game(target)) {
                join(ada, room);
                refused(bob, "say", Map.of("room", room, "text", "hello"),
                        "say in a room that is in the other namespace");
            }
        }

        @Test
        @DisplayName("10.2 the clients of one namespace are in one world")
        void oneWorldEach(Target target) {
            for (String namespace : List.of("chat", "game")) {
                String room = room(target);
                try (Events ada = open(target, namespace); Events bob = open(target, namespace)) {
                    join(ada, room);
                    join(bob, room);
                    String text = target.word();
                    say(ada, room, text);
                    heard(bob, ada, text, room);
                }
            }
        }

        @Test
        @DisplayName("10.2 no two clients share an id, and all are counted")
        void idsApart(Target target) {
            try (Events ada = chat(target); Events bob = game(target); Events eve = chat(target)) {
                for (Events each : List.of(bob, eve)) {
                    if (!each.id().equals(ada.id())) continue;
                    throw each.fail("two clients have the id " + ada.id());
                }
                Answer answer = target.http().get("/stats").expectStatus(200);
                if (answer.json().path("clients").asInt() < 3) {
                    throw answer.fail("three clients are connected here, so {\"clients\": n} says"
                            + " at least 3");
                }
            }
        }

        @Test
        @DisplayName("10.2 any other name answers 404 instead of 101")
        void noOther(Target target) {
            for (String name : List.of(room(target), "Chat", "chat2", "chat/" + room(target), "")) {
                String path = "/ws/" + name;
                Answer answer = RawWebSocket.ask(target, RawWebSocket.request(path,
                        target.host() + ":" + target.port(), RawWebSocket.freshKey()));
                if (answer.status() == 404) continue;
                throw answer.fail(path + " is no namespace: expected status 404 but got "
                        + answer.status());
            }
        }
    }

    @Exercise(id = "10.3", title = "Rooms come and go", needs = "10.1",
            hints = {
                "A connection that is lost says no goodbye: somebody must take the client out of"
                    + " all its rooms. And when the last one leaves, what of the room should stay?",
                "Look into all of world.rooms.values(), over a copy of them, since forget takes"
                    + " rooms out meanwhile. room.members().isEmpty() tells when to remove a room"
                    + " from the map; its key is in it, and goes with it. A stream over"
                    + " world.rooms.values() makes the list: filter(room -> isShown(room,"
                    + " client)).",
                "vanish: for (Room room : List.copyOf(world.rooms.values())) {"
                    + " room.members().remove(client); forget(world, room); } forget: if"
                    + " (room.members().isEmpty()) world.rooms.remove(room.name()); list:"
                    + " …map(room -> new Size(room.name(), room.members().size())).toList()"
            },
            starter = "the list must have the room")
    class ComeAndGo {
        @Test
        @DisplayName("10.3 rooms lists names and sizes, also of rooms that one is not in")
        void lists(Target target) {
            String room = room(target);
            String other = room(target);
            try (Events ada = chat(target); Events bob = chat(target); Events eve = chat(target)) {
                join(ada, room);
                join(bob, room);
                join(bob, other);
                for (Events each : List.of(ada, bob, eve)) {
                    expectSize(each, room, 2);
                    expectSize(each, other, 1);
                }
                accepted(bob, "leave", Map.of("room", room));
                expectSize(eve, room, 1);
            }
        }

        @Test
        @DisplayName("10.3 rooms lists those of its own namespace")
        void listsItsOwnWorld(Target target) {
            String here = room(target);
            String there = room(target);
            try (Events ada = chat(target); Events bob = game(target)) {
                join(ada, here);
                join(bob, there);
                // Before 10.2 the two are one world, and this has nothing to say.
                if (!isOutside(bob, here)) return;
                for (Events each : List.of(ada, bob)) {
                    String other = each == ada ? there : here;
                    if (!rooms(each).containsKey(other)) continue;
                    throw each.fail("rooms lists the rooms of the other namespace, too: " + other);
                }
            }
        }

        private static boolean isOutside(Events client, String room) {
            client.send("say", Map.of("room", room, "text", "x", "echo", false), 7);
            return client.expectAck(7).has("error");
        }

        @Test
        @DisplayName("10.3 rooms asked with an id gets the event, then an ack with the same data")
        void acks(Target target) {
            try (Events ada = chat(target)) {
                join(ada, room(target));
                JsonNode list = ada.send("rooms", Map.of(), 0).expect("rooms");
                JsonNode ack = ada.expectAck(0);
                if (!list.path("rooms").isArray() || !sizes(ada, ack).equals(sizes(ada, list))) {
                    throw ada.fail("the ack has the data of the rooms event");
                }
                ada.sendRaw("{\"event\": \"rooms\"}").expect("rooms");
            }
        }

        @Test
        @DisplayName("10.3 a room that its last member leaves is gone")
        void emptyIsGone(Target target) {
            String room = room(target);
            try (Events ada = chat(target); Events bob = chat(target)) {
                join(ada, room);
                join(bob, room);
                accepted(ada, "leave", Map.of("room", room));
                expectSize(ada, room, 1);
                accepted(bob, "leave", Map.of("room", room));
                expectGone(ada, room);
            }
        }

        @Test
        @DisplayName("10.3 a lost connection leaves all its rooms, however it was lost")
        void lost(Target target) {
            try (Events eve = chat(target)) {
                var ends = new LinkedHashMap<String, java.util.function.Consumer<Events>>();
                ends.put("a close frame", client -> client.socket().sendClose(1000, ""));
                ends.put("the end of TCP", Events::close);
                ends.put("a reset", client -> client.socket().reset());
                ends.forEach((how, end) -> {
                    String shared = room(target);
                    List<String> alone = List.of(room(target), room(target), room(target));
                    join(eve, shared);
                    try (Events ada = chat(target)) {
                        join(ada, shared);
                        alone.forEach(room -> join(ada, room));
                        end.accept(ada);
                        awaitSize(eve, shared, 1, "a member was lost by " + how);
                        alone.forEach(room -> awaitSize(eve, room, null, "its only member was"
                                + " lost by " + how));
                    }
                });
            }
        }

        @Test
        @DisplayName("10.3 an empty room is gone with its key: whoever joins next makes it anew")
        void keyIsGone(Target target) {
            String room = room(target);
            try (Events ada = chat(target); Events bob = chat(target)) {
                accepted(ada, "join", Map.of("room", room, "key", target.word()));
                accepted(ada, "leave", Map.of("room", room));
                accepted(bob, "join", Map.of("room", room));
                expectSize(bob, room, 1);
                accepted(ada, "join", Map.of("room", room));
                accepted(ada, "leave", Map.of("room", room));
                accepted(bob, "leave", Map.of("room", room));
                accepted(ada, "join", Map.of("room", room, "key", target.word()));
                ada.close(); // a lost connection takes the key along, too
                awaitOpen(bob, room);
            }
        }

        @Test
        @DisplayName("10.3 who left one room and is then lost leaves the others, too")
        void leftThenLost(Target target) {
            try (Events eve = chat(target)) {
                List<String> rooms = Stream.generate(() -> room(target)).limit(12).toList();
                try (Events ada = chat(target)) {
                    rooms.forEach(room -> join(ada, room));
                    accepted(ada, "leave", Map.of("room", rooms.getFirst()));
                }
                rooms.forEach(room -> awaitSize(eve, room, null, "its only member was lost"));
            }
        }
    }

    @Exercise(id = "10.4", title = "To several", needs = "10.1",
            hints = {
                "Whoever is in two of the rooms must hear once. Which collection holds each client"
                    + " once, however often it is added? And when is it certain that the sender is"
                    + " in all of the rooms?",
                "A HashSet, and addAll for each room. members (10.1) refuses by itself where the"
                    + " sender is not in the room. say.echo() is true unless the sender said"
                    + " otherwise.",
                "var hearers = new HashSet<Client>(); for (String name : say.room() != null ?"
                    + " List.of(say.room()) : say.rooms()) hearers.addAll(members(world, client,"
                    + " name)); if (!say.echo()) hearers.remove(client); return hearers;"
            },
            starter = "one that it is not in")
    class ToSeveral {
        @Test
        @DisplayName("10.4 a field that is null is absent")
        void absent(Target target) {
            String room = room(target);
            try (Events ada = chat(target)) {
                join(ada, room);
                var data = new HashMap<String, Object>(Map.of("room", room, "text", "x"));
                for (String field : List.of("echo", "to", "rooms")) data.put(field, null);
                accepted(ada, "say", data, "said");
            }
        }

        @Test
        @DisplayName("10.4 the members of all the rooms hear it, a member of both once")
        void hearOnce(Target target) {
            String one = room(target);
            String two = room(target);
            try (Events ada = chat(target); Events bob = chat(target); Events eve = chat(target);
                    Events joe = chat(target)) {
                for (Events each : List.of(ada, bob, joe)) join(each, one);
                for (Events each : List.of(ada, eve, joe)) join(each, two);
                String text = target.word();
                String end = target.word();
                accepted(ada, "say", Map.of("rooms", List.of(one, two), "text", text), "said");
                accepted(ada, "say", Map.of("rooms", List.of(two, one, two), "text", end), "said");
                for (Events each : List.of(bob, eve, joe)) {
                    nudge(each);
                    for (String expected : List.of(text, end)) {
                        JsonNode said = each.next().path("data");
                        if (!said.path("text").asText().equals(expected)) {
                            throw each.fail("what is said to two rooms is heard by all members of"
                                    + " both, once by each: expected “" + expected + "”, but got "
                                    + said);
                        }
                        JsonNode rooms = said.path("rooms");
                        if (expected.equals(text) && !rooms.equals(
                                Events.parsed("[\"" + one + "\",\"" + two + "\"]"))) {
                            throw each.fail("said tells rooms as they were given, [" + one + ", "
                                    + two + "], but got " + rooms);
                        }
                    }
                    JsonNode came = each.next();
                    if (came.path("event").asText().equals("ack")) continue;
                    throw each.fail("what is said to two rooms is heard once by each member, but"
                            + " again came " + came.path("data"));
                }
            }
        }

        @Test
        @DisplayName("10.4 the sender must be in all of the rooms, else nothing is sent to any")
        void allOrNothing(Target target) {
            String one = room(target);
            String two = room(target);
            try (Events ada = chat(target); Events bob = chat(target); Events eve = chat(target)) {
                join(ada, one);
                join(bob, one);
                join(bob, two);
                refused(ada, "say", Map.of("rooms", List.of(one, two), "text", "x"),
                        "say to a room that it is in and one that it is not in");
                refused(ada, "say", Map.of("rooms", List.of(two, one), "text", "x"),
                        "say to a room that it is not in and one that it is in");
                refused(ada, "say", Map.of("rooms", List.of(one, room(target)), "text", "x"),
                        "say to a room that it is in and one that nobody is in");
                String text = target.word();
                say(ada, one, text);
                heard(bob, ada, text, one);
            }
        }

        @Test
        @DisplayName("10.4 with echo false the sender gets the ack alone")
        void echo(Target target) {
            String one = room(target);
            String two = room(target);
            try (Events ada = chat(target); Events bob = chat(target)) {
                for (Events each : List.of(ada, bob)) {
                    join(each, one);
                    join(each, two);
                }
                String first = target.word();
                String second = target.word();
                JsonNode ack = accepted(ada, "say",
                        Map.of("room", one, "text", first, "echo", false));
                if (!ack.path("text").asText().equals(first)) {
                    throw ada.fail("the ack has what the others hear, but got " + ack);
                }
                accepted(ada, "say", Map.of("rooms", List.of(one, two), "text", second,
                        "echo", false));
                heard(bob, ada, first, one);
                if (!bob.expect("said").path("text").asText().equals(second)) {
                    throw bob.fail("the others hear what the sender does not");
                }
                accepted(ada, "say", Map.of("room", one, "text", "x", "echo", true), "said");
            }
        }

        @Test
        @DisplayName("10.4 rooms is a list of names, and echo is true or false")
        void refuses(Target target) {
            String room = room(target);
            try (Events ada = chat(target)) {
                join(ada, room);
                for (Object rooms : List.of(List.of(), room, List.of(7), List.of(room, "no name"),
                        List.of(List.of(room)))) {
                    ada.send("say", Map.of("rooms", rooms, "text", "x"));
                    ada.expectError("say with rooms " + rooms, "rooms or room");
                }
                ada.send("say", Map.of("room", room, "text", "x", "echo", "false"));
                ada.expectError("say with echo as a text", "echo");
                say(ada, room, target.word());
            }
        }
    }

    @Exercise(id = "10.5", title = "To one",
            hints = {
                "The addressee is a room with one member. Where does the server know its clients by"
                    + " their ids? And what if there is none with this one?",
                "world.clients.get(id) is null where nobody has that id in this namespace: throw a"
                    + " Refused. Set.of(client) is a room of one.",
                "Client one = world.clients.get(id); if (one == null) throw new Refused(\"The field"
                    + " to names no client.\"); return Set.of(one);"
            },
            starter = "reaches that client alone")
    class ToOne {
        @Test
        @DisplayName("10.5 only the addressee hears; the sender gets the ack alone")
        void alone(Target target) {
            try (Events ada = chat(target); Events bob = chat(target); Events eve = chat(target)) {
                String text = target.word();
                String other = target.word();
                ada.send("say", Map.of("to", bob.id(), "text", text), 1);
                JsonNode came = ada.next();
                if (!came.path("event").asText().equals("ack")) {
                    throw ada.fail("what is said to one reaches that client alone: the sender gets"
                            + " the ack and nothing else");
                }
                if (!came.path("data").path("text").asText().equals(text)) {
                    throw ada.fail("the ack has the data of the said, but got "
                            + came.path("data"));
                }
                accepted(ada, "say", Map.of("to", eve.id(), "text", other));
                JsonNode said = bob.expect("said");
                if (!said.path("text").asText().equals(text)
                        || !said.path("from").asText().equals(ada.id())
                        || !said.path("to").asText().equals(bob.id()) || said.has("room")) {
                    throw bob.fail("expected {\"id\", \"from\": \"" + ada.id() + "\", \"text\": \""
                            + text + "\", \"at\", \"to\": \"" + bob.id() + "\"}, but got " + said);
                }
                if (!eve.expect("said").path("text").asText().equals(other)) {
                    throw eve.fail("what is said to one reaches that client alone");
                }
                nothingMore(bob, "the addressee of the first alone");
            }
        }

        @Test
        @DisplayName("10.5 an id that is nobody's, or nobody's here, is refused")
        void nobody(Target target) {
            String gone;
            try (Events ada = chat(target); Events far = game(target)) {
                try (Events bob = chat(target)) {
                    gone = bob.id();
                }
                for (String id : List.of(far.id(), "#999999999", target.word(), "#", "#0",
                        "<b>", "#" + "1".repeat(10_000))) {
                    refused(ada, "say", Map.of("to", id, "text", "x"), "say to "
                            + (id.length() < 40 ? id : id.substring(0, 40) + "…"));
                }
                long deadline = System.nanoTime() + SOON_MS * 1_000_000;
                while (!ada.send("say", Map.of("to", gone, "text", "x"), 5).expectAck(5)
                        .has("error")) {
                    if (System.nanoTime() > deadline) {
                        throw ada.fail("say to a client that is gone is refused, as soon as that is"
                                + " known");
                    }
                    LockSupport.parkNanos(10_000_000);
                }
            }
        }

        @Test
        @DisplayName("10.5 a client's own room: nobody joins it, no list shows it")
        void ownRoom(Target target) {
            try (Events ada = chat(target); Events bob = chat(target)) {
                refused(bob, "join", Map.of("room", ada.id()), "join another client's own room");
                bob.send("rooms", Map.of(), 3);
                JsonNode list = bob.expect("rooms");
                if (sizes(bob, list).keySet().stream().anyMatch(name -> name.startsWith("#"))) {
                    throw bob.fail("no list shows a client's own room");
                }
                bob.expectAck(3);
            }
        }
    }

    @Exercise(id = "10.6", title = "A private room", needs = {"10.1", "10.3", "10.4"},
            hints = {
                "The room remembers the key that it was made with, or that it has none. Three"
                    + " things can be wrong with a key: another one, none, and one where none is"
                    + " needed. Are these three rules or one?",
                "Objects.equals compares two texts that may be null. room.key() is null for an"
                    + " open room, key is null where none was given. isShown: is it open, or is"
                    + " the client among room.members()? The star is decided in 10.1: one sentence"
                    + " for a room that is not there and for one that one is not in.",
                "if (Objects.equals(room.key(), key)) return; throw new Refused(\"This is not the"
                    + " room's key.\"); and in isShown: return room.key() == null ||"
                    + " room.members().contains(client);"
            },
            starter = "a wrong key")
    class PrivateRoom {
        @Test
        @DisplayName("10.6 the first join with a key makes the room; only that key opens it")
        void oneKey(Target target) {
            String room = room(target);
            String key = target.word();
            try (Events ada = chat(target); Events bob = chat(target)) {
                accepted(ada, "join", Map.of("room", room, "key", key));
                for (String wrong : List.of(target.word(), key.toUpperCase(), key + " ",
                        key.substring(1), key.substring(0, 7))) {
                    refused(bob, "join", Map.of("room", room, "key", wrong),
                            "join with a wrong key");
                }
                refused(bob, "join", Map.of("room", room), "join a private room without a key");
                refused(bob, "say", Map.of("room", room, "text", "am I in?"),
                        "say after all joins were refused");
                accepted(bob, "join", Map.of("room", room, "key", key));
                String text = target.word();
                say(ada, room, text);
                JsonNode said = heard(bob, ada, text, room);
                if (said.toString().contains(key)) throw bob.fail("the key travels to others");
            }
        }

        @Test
        @DisplayName("10.6 the key stays, whoever leaves, and whatever a member sends")
        void keyStays(Target target) {
            String room = room(target);
            String key = target.word();
            try (Events ada = chat(target); Events bob = chat(target); Events eve = chat(target)) {
                accepted(ada, "join", Map.of("room", room, "key", key));
                accepted(bob, "join", Map.of("room", room, "key", key));
                ada.send("join", Map.of("room", room, "key", target.word()), 5).expectAck(5);
                ada.send("join", Map.of("room", room), 6).expectAck(6);
                refused(eve, "join", Map.of("room", room), "join without the key");
                accepted(ada, "leave", Map.of("room", room));
                refused(eve, "join", Map.of("room", room), "join after the room's maker left");
                accepted(eve, "join", Map.of("room", room, "key", key));
            }
        }

        @Test
        @DisplayName("10.6 an open room needs no key, and a key to it is refused")
        void needless(Target target) {
            String room = room(target);
            try (Events ada = chat(target); Events bob = chat(target)) {
                join(ada, room);
                refused(bob, "join", Map.of("room", room, "key", target.word()),
                        "join an open room with a key");
                var none = new HashMap<String, Object>(Map.of("room", room));
                none.put("key", null); // null means absent
                accepted(bob, "join", none);
                String text = target.word();
                say(ada, room, text);
                heard(bob, ada, text, room);
            }
        }

        @Test
        @DisplayName("10.6 only its members' lists show a private room")
        void hidden(Target target) {
            String room = room(target);
            String key = target.word();
            try (Events ada = chat(target); Events bob = chat(target)) {
                accepted(ada, "join", Map.of("room", room, "key", key));
                expectSize(ada, room, 1);
                expectGone(bob, room);
                accepted(bob, "join", Map.of("room", room, "key", key));
                expectSize(bob, room, 2);
                accepted(bob, "leave", Map.of("room", room));
                expectGone(bob, room);
                expectSize(ada, room, 1);
            }
        }

        @Test
        @Star
        @DisplayName("10.6 to an outsider say and leave answer as if the room did not exist")
        void asIfNotThere(Target target) {
            String room = room(target);
            String own = room(target);
            try (Events ada = chat(target); Events bob = chat(target)) {
                accepted(ada, "join", Map.of("room", room, "key", target.word()));
                join(bob, own);
                asIfNotThere(target, bob, room, "say", name -> Map.of("room", name, "text", "x"));
                asIfNotThere(target, bob, room, "leave", name -> Map.of("room", name));
                asIfNotThere(target, bob, room, "say",
                        name -> Map.of("rooms", List.of(own, name), "text", "x"));
                asIfNotThere(target, bob, room, "say",
                        name -> Map.of("rooms", List.of(name, own), "text", "x"));
            }
        }

        private static void asIfNotThere(Target target, Events outsider, String room,
                String event, Function<String, Map<String, ?>> data) {
            String nowhere = room(target);
            String there = refused(outsider, event, data.apply(room), event + " " + data.apply(room)
                    + ", a private room").replace(room, "ROOM");
            String not = refused(outsider, event, data.apply(nowhere), event + " "
                    + data.apply(nowhere) + ", where no room is").replace(nowhere, "ROOM");
            if (there.equals(not)) return;
            throw outsider.fail("a private room is betrayed by " + event + ": to an outsider it"
                    + " says “" + there + "”, and where there is no room “" + not + "”");
        }

        @Test
        @DisplayName("10.6 a key is a text, and not blank")
        void refuses(Target target) {
            try (Events ada = chat(target)) {
                for (Object key : List.of("", " ", 7, true, List.of("x"))) {
                    ada.send("join", Map.of("room", room(target), "key", key));
                    ada.expectError("join with the key " + key, "key");
                }
                join(ada, room(target));
            }
        }
    }

    // ---- what the tests share -----------------------------------------------------------------

    private static Events chat(Target target) {
        return open(target, "chat");
    }

    private static Events game(Target target) {
        return open(target, "game");
    }

    private static Events open(Target target, String namespace) {
        return Events.open(target, "/ws/" + namespace);
    }

    /** A name that nobody has used, with all that a name may have. */
    private static String room(Target target) {
        return target.word() + "-" + target.number(0, 9) + "_X";
    }

    private static void join(Events client, String room) {
        accepted(client, "join", Map.of("room", room));
    }

    private static void join(Thread writer) {
        try {
            writer.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("the test was interrupted", interrupted);
        }
    }

    /** Says it, hears it and gets the ack; gives the ack's data. */
    private static JsonNode say(Events client, String room, String text) {
        client.send("say", Map.of("room", room, "text", text), 2);
        expectSaid(client, client.expect("said"), client, text, room);
        return client.expectAck(2);
    }

    /** The next event is this, said in a room. */
    private static JsonNode heard(Events listener, Events sender, String text, String room) {
        JsonNode came = listener.next();
        if (!came.path("event").asText().equals("said")) {
            throw listener.fail("who is in the room " + room + " must hear “" + text + "” from "
                    + sender.id() + ", but next came " + came);
        }
        expectSaid(listener, came.path("data"), sender, text, room);
        return came.path("data");
    }

    private static void expectSaid(Events listener, JsonNode said, Events sender, String text,
            String room) {
        if (said.path("text").asText().equals(text) && said.path("room").asText().equals(room)
                && said.path("from").asText().equals(sender.id())) {
            return;
        }
        throw listener.fail("expected “" + text + "” from " + sender.id() + " in the room " + room
                + ", but got " + said);
    }

    /** Sends it with an id; the ack says no error. Gives its data. */
    private static JsonNode accepted(Events client, String event, Map<String, ?> data,
            String... before) {
        int id = 4;
        client.send(event, data, id);
        for (String each : before) client.expect(each);
        JsonNode ack = client.expectAck(id);
        if (!ack.has("error")) return ack;
        throw client.fail(event + " " + data + " was refused: " + ack.path("error").asText());
    }

    /** Sends it with an id; the ack is an error. Gives the sentence. */
    private static String refused(Events client, String event, Map<String, ?> data, String what) {
        int id = 6;
        client.send(event, data, id);
        JsonNode came = client.next();
        if (came.path("event").asText().equals("said")) {
            throw client.fail(what + " must be refused, but it was said: " + came.path("data"));
        }
        if (!came.path("event").asText().equals("ack") || came.path("id").asInt() != id) {
            throw client.fail(what + ": expected an ack with an error, but got " + came);
        }
        if (!came.path("data").has("error")) {
            throw client.fail(what + " must be refused, but it was not");
        }
        client.expectSentence(what, came.path("data"), null);
        return came.path("data").path("error").asText();
    }

    /** Has every server answer something, so that there is a next event to read. */
    private static void nudge(Events client) {
        client.send("no-such-event", Map.of(), NUDGE);
    }

    private static void nothingMore(Events client, String who) {
        nudge(client);
        JsonNode came = client.next();
        if (came.path("event").asText().equals("ack")) return;
        throw client.fail(who + " hears no more than that, but got " + came);
    }

    private static Map<String, Integer> sizes(Events client, JsonNode data) {
        var sizes = new TreeMap<String, Integer>();
        for (JsonNode each : data.path("rooms")) {
            if (!each.path("room").isTextual() || !each.path("size").isIntegralNumber()) {
                throw client.fail("rooms lists {\"room\": name, \"size\": number}, but got "
                        + each);
            }
            if (sizes.put(each.path("room").asText(), each.path("size").asInt()) != null) {
                throw client.fail("the room " + each.path("room") + " is listed twice");
            }
        }
        return sizes;
    }

    private static Map<String, Integer> rooms(Events client) {
        client.send("rooms", Map.of());
        return sizes(client, client.expect("rooms"));
    }

    private static void expectSize(Events client, String room, int size) {
        Map<String, Integer> rooms = rooms(client);
        if (rooms.getOrDefault(room, 0) == size) return;
        throw client.fail("the list must have the room " + room + " with the size " + size
                + ", but there it has " + rooms.get(room));
    }

    private static void expectGone(Events client, String room) {
        if (!rooms(client).containsKey(room)) return;
        throw client.fail("the list must not have the room " + room);
    }

    /** Whoever has left the room is not known at once. */
    private static void awaitOpen(Events client, String room) {
        long deadline = System.nanoTime() + SOON_MS * 1_000_000;
        while (client.send("join", Map.of("room", room), 5).expectAck(5).has("error")) {
            if (System.nanoTime() > deadline) {
                throw client.fail("the only member of a private room was lost, so within a second"
                        + " whoever joins next makes the room anew, without a key");
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** @param size null: it is in no list */
    private static void awaitSize(Events client, String room, Integer size, String why) {
        long deadline = System.nanoTime() + SOON_MS * 1_000_000;
        while (true) {
            Integer came = rooms(client).get(room);
            if (java.util.Objects.equals(came, size)) return;
            if (System.nanoTime() > deadline) {
                throw client.fail(why + ", so within a second the list must "
                        + (size == null ? "not have the room " + room
                        : "have the room " + room + " with the size " + size)
                        + ", but there it has " + came);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }
}
