package tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tests.clients.At;
import tests.clients.Frame;
import tests.clients.SocketIo;
import tests.clients.SocketIo.Packet;

/** Knows a port, and Socket.IO 5 at /socket.io/ with the namespaces /, /game and /custom. */
@ExtendWith(TargetResolver.class)
@Environment({"PING_INTERVAL_MS=10000", "PING_TIMEOUT_MS=5000", "CONNECT_TIMEOUT_MS=1500",
    "ACK_TIMEOUT_MS=800"})
class Lesson12Test {
    private static final Duration SOON = Duration.ofSeconds(2);

    @Exercise(id = "12.1", title = "Packets",
            hints = {
                "Read from left to right: one digit; perhaps digits and a -; perhaps a / and what"
                    + " follows up to a comma; perhaps digits; the rest is JSON. What a part begins"
                    + " with tells which it is.",
                "A Pattern with groups does it: ([0-6]) then (?:([0-9]{1,2})-)? then"
                    + " (?:(/[^,]*),?)? then ([0-9]{1,18})? then ([^0-9].*)? with Pattern.DOTALL."
                    + " write puts the same parts together, and leaves out / and what is null.",
                "Matcher parts = PACKET.matcher(text); if (!parts.matches()) return null; new"
                    + " Packet(Integer.parseInt(parts.group(1)), parts.group(2) == null ? -1 :"
                    + " Integer.parseInt(parts.group(2)), parts.group(3) == null ? \"/\" :"
                    + " parts.group(3), parts.group(4) == null ? null : Long.valueOf(parts.group(4"
                    + ")), parts.group(5) == null ? null : StrictJson.tree(parts.group(5))) — then"
                    + " a switch over the type says whether it may come."
            },
            starter = "in another namespace")
    class Packets {
        @Test
        @DisplayName("12.1 an event comes back in its namespace, as it was, JSON without blanks")
        void echoes(Target target) {
            try (SocketIo client = SocketIo.open(target)) {
                client.send("0");
                String isConnect = "0 alone is a CONNECT to /, answered 0{\"sid\":…}";
                if (!client.next(isConnect).text().startsWith("0{")) throw client.fail(isConnect);
                // What is told beside it is 12.2's.
                String word = target.word();
                client.send("2[\"message\", 1 ,\"" + word + "\", {\"3\": [true, null]}]");
                expectEvent(client, "2[\"message-back\",1,\"" + word + "\",{\"3\":[true,null]}]",
                        "an event comes back with its arguments");
            }
            for (String namespace : List.of("/game", "/custom")) {
                try (SocketIo client = SocketIo.open(target)) {
                    client.send("0" + namespace);
                    String isConnect = "0" + namespace + " is a CONNECT in another namespace,"
                            + " answered 0" + namespace + ",{\"sid\":…}";
                    Packet answer = client.next(isConnect);
                    if (answer.type() != 0 || !answer.namespace().equals(namespace)) {
                        throw client.fail(isConnect + ", but got “" + answer.text() + "”");
                    }
                    String word = target.word();
                    client.send("2" + namespace + ",[\"message\",\"a,b-7/" + word + "\"]");
                    expectEvent(client, "2" + namespace + ",[\"message-back\",\"a,b-7/" + word
                            + "\"]", "an event comes back in its namespace");
                }
            }
        }

        private static void expectEvent(SocketIo client, String wanted, String why) {
            Packet came = client.next(why);
            if (came.event().equals("auth")) came = client.next(why);
            if (came.text().equals(wanted)) return;
            throw client.fail(why + ": expected “" + wanted + "” but got “" + came.text() + "”");
        }

        @Test
        @DisplayName("12.1 texts of any kind pass, and lines in them")
        void takesAnyText(Target target) {
            try (SocketIo client = SocketIo.open(target).settle("/")) {
                for (String text : List.of("", "Grüße, 你好 👋", "two\nlines", "\"quoted\" \\ ", "[1]",
                        "4", "x".repeat(20_000))) {
                    client.emit("/", null, "message", text);
                    Packet came = client.next();
                    if (!came.event().equals("message-back")
                            || !came.data().path(1).asText().equals(text)) {
                        throw client.fail("“message” comes back as “message-back” with the same"
                                + " argument, but got “" + came.text() + "”");
                    }
                }
            }
        }

        @Test
        @Star
        @DisplayName("12.1 what is no packet of a client ends the session")
        void endsWithNonsense(Target target) {
            for (String packet : List.of("", "x", "7", "4{\"message\":\"x\"}", "0[]", "0\"x\"",
                    "07{}", "1{}", "2", "2{}", "2[]", "2[1]", "2\"message\"", "2[\"message\"",
                    "2[\"message\"]x",
                    "21234567890123456789[\"message\"]", "2-1[\"message\"]", "2abc[\"message\"]",
                    "21-[\"message\",1]", "5[\"message\",1]", "511-[\"message\"]", "3[]", "31",
                    "31{}",
                    "2[\"connect\"]", "2[\"connect_error\"]", "2[\"disconnect\"]",
                    "2[\"disconnecting\"]", "2[\"newListener\"]", "2[\"removeListener\"]")) {
                try (SocketIo client = SocketIo.open(target).settle("/")) {
                    client.send(packet);
                    expectOver(client, "“" + packet + "” is no packet that a client may send");
                }
            }
        }

        @Test
        @Star
        @DisplayName("12.1 what only looks like nonsense passes")
        void takesTheOdd(Target target) {
            try (SocketIo client = SocketIo.open(target).settle("/")) {
                for (String packet : List.of("50-[\"message\",\"x\"]", "2[\"message\",\"x\"]",
                        "2123456789012345678[\"message\",\"x\"]")) {
                    client.send(packet);
                    Packet came = client.next();
                    if (!came.text().equals("2[\"message-back\",\"x\"]")) {
                        throw client.fail("“" + packet + "” is an event as any other, but got “"
                                + came.text() + "”");
                    }
                }
            }
        }
    }

    @Exercise(id = "12.2", title = "Namespaces", needs = "12.1",
            hints = {
                "A CONNECT names a namespace. Look for it; make a socket of its own for this client"
                    + " there; say its sid, then auth. 1 takes back just that one socket.",
                "namespaces.get(packet.namespace()) is null for an unknown one. client.sockets"
                    + " keeps what a client is, by the namespace's name; namespace.sockets() who is"
                    + " there, by sid. Write the namespace's name into the answer's packet."
                    + " disconnect is client.sockets.remove and gone.",
                "if (namespace == null) { send(client, new Packet(CONNECT_ERROR, 0,"
                    + " packet.namespace(), null, object(\"message\", \"Invalid namespace\")));"
                    + " return; } … send(client, new Packet(CONNECT, 0, namespace.name(), null,"
                    + " object(\"sid\", socket.id))); emit(socket, \"auth\", packet.data() == null"
                    + " ? JSON.objectNode() : packet.data()); — begin: Clock.after("
                    + "CONNECT_TIMEOUT_MS, () -> { if (client.sockets.isEmpty()) session.end(); })."
            },
            starter = "auth")
    class Namespaces {
        @Test
        @DisplayName("12.2 CONNECT is answered with a sid, then auth with the object")
        void greets(Target target) {
            String token = target.word();
            for (String namespace : List.of("/", "/game", "/custom")) {
                String prefix = SocketIo.prefix(namespace);
                for (String object : List.of("", "{}", "{\"token\":\"" + token + "\"}")) {
                    try (SocketIo client = SocketIo.open(target)) {
                        client.send("0" + prefix + object);
                        Packet answer = client.next();
                        if (!answer.text().startsWith("0" + prefix + "{\"sid\":\"")
                                || answer.data().size() != 1) {
                            throw client.fail("expected 0" + prefix + "{\"sid\":\"…\"} but got “"
                                    + answer.text() + "”");
                        }
                        client.expect("2" + prefix + "[\"auth\","
                                + (object.isEmpty() ? "{}" : object) + "]",
                                "the event auth brings the object of the CONNECT");
                    }
                }
            }
        }

        @Test
        @DisplayName("12.2 each namespace gives another sid, and none is the session's")
        void sidsDiffer(Target target) {
            var sids = new HashSet<String>();
            for (int i = 0; i < 3; i++) {
                try (SocketIo client = SocketIo.open(target)) {
                    sids.add(client.engine().sid());
                    for (String namespace : List.of("/", "/game", "/custom")) {
                        String sid = client.connect(namespace).sid(namespace);
                        if (!sids.add(sid)) {
                            throw client.fail("the sid “" + sid + "” is another one's, or the"
                                    + " session's: in each namespace it is new");
                        }
                    }
                }
            }
        }

        @Test
        @DisplayName("12.2 an unknown namespace is refused, and nothing else changes")
        void refuses(Target target) {
            try (SocketIo client = SocketIo.in(target, "/")) {
                for (String name : List.of("/" + target.word(), "/Game", "/game2", "/ws")) {
                    client.send("0" + name);
                    client.expect("4" + name + ",{\"message\":\"Invalid namespace\"}",
                            "the namespace " + name + " is unknown");
                }
                client.expectNothing("/", "a refused CONNECT changes nothing else");
            }
        }

        @Test
        @DisplayName("12.2 1 leaves one namespace; the session and the others stay")
        void leaves(Target target) {
            try (SocketIo client = SocketIo.in(target, "/")) {
                client.connect("/game");
                client.send("1/game,");
                client.expectNothing("/", "who left /game is still in /");
                String before = client.sid("/game");
                client.connect("/game");
                if (client.sid("/game").equals(before)) {
                    throw client.fail("who comes again has another sid");
                }
                client.send("1");
                client.expectNothing("/game", "who left / is still in /game");
            }
        }

        @Test
        @Star
        @DisplayName("12.2 a second CONNECT, and a packet for where one is not, end the session")
        void endsWithStrangers(Target target) {
            for (String packet : List.of("0", "2/game,[\"message\"]", "1/game", "3/game,1[]",
                    "2/" + target.word() + ",[\"message\"]")) {
                try (SocketIo client = SocketIo.in(target, "/")) {
                    client.send(packet);
                    expectOver(client, "“" + packet + "” came from one who is in / alone");
                }
            }
        }

        @Test
        @Star
        @DisplayName("12.2 who is in no namespace CONNECT_TIMEOUT_MS after the opening is gone")
        void waitsNotForEver(Target target) {
            long limit = target.limit("CONNECT_TIMEOUT_MS", 45_000);
            long since = System.nanoTime();
            try (SocketIo silent = SocketIo.open(target);
                    SocketIo there = SocketIo.in(target, "/")) {
                expectOver(silent, "CONNECT_TIMEOUT_MS=" + limit + ", and no CONNECT came");
                if ((System.nanoTime() - since) / 1_000_000 < limit - 100) {
                    throw silent.fail("CONNECT_TIMEOUT_MS=" + limit + ", but it ended before");
                }
                there.expectNothing("/", "who is in a namespace stays");
            }
        }
    }

    @Exercise(id = "12.3", title = "Acknowledge", needs = "12.2",
            hints = {
                "grant gives what the ack says, or throws. Where is the id of the ack to come from,"
                    + " and where does it go? And who hears of a refusal when no ack is wanted?",
                "An ack is new Packet(ACK, 0, the namespace's name, the id, an array). null is no"
                    + " id, 0 is one. An answer that is no array becomes JSON.arrayNode().add("
                    + "answer). A refusal is object(\"error\", refused.getMessage()).",
                "try { answer = grant(socket, id, event, arguments); } catch (Refused refused) {"
                    + " answer = object(\"error\", refused.getMessage()); if (id == null)"
                    + " emit(socket, \"error\", answer); } if (id != null && answer != null)"
                    + " acknowledge(socket, id, answer);"
            },
            starter = "comes auth")
    class Acknowledge {
        @Test
        @DisplayName("12.3 an event with an id, 0 too, gets one ack in its namespace with that id")
        void acknowledges(Target target) {
            try (SocketIo client = SocketIo.in(target, "/")) {
                client.connect("/game");
                String word = target.word();
                for (String namespace : List.of("/", "/game")) {
                    String prefix = SocketIo.prefix(namespace);
                    for (String id : List.of("0", "7", "999999999999999999")) {
                        client.send("2" + prefix + id + "[\"message-with-ack\",1,\"" + word
                                + "\",{\"3\":[false]}]");
                        String wanted = "3" + prefix + id + "[1,\"" + word + "\",{\"3\":[false]}]";
                        Packet came = client.next("expected the ack “" + wanted + "”");
                        if (!came.text().equals(wanted)) {
                            throw client.fail("expected the ack “" + wanted + "” but got “"
                                    + came.text() + "”");
                        }
                    }
                }
                client.expectNothing("/", "one ack for each id");
            }
        }

        @Test
        @DisplayName("12.3 the ack comes behind the events that the request sent, and says the"
                + " same")
        void saysTheSame(Target target) {
            try (SocketIo client = SocketIo.in(target, "/")) {
                client.emit("/", 3, "say", Map.of("text", target.word()));
                JsonNode said = client.expectEvent("/", "said", "say is heard before its ack");
                JsonNode ack = client.expectAck("/", "3");
                if (!ack.equals(said)) {
                    throw client.fail("the ack of say is what was said, " + said + ", but got "
                            + ack);
                }
                client.emit("/", null, "say", Map.of("text", target.word()));
                client.expectEvent("/", "said", "say without an id is heard");
                client.expectNothing("/", "without an id there is no ack");
            }
        }

        @Test
        @DisplayName("12.3 refused, the ack says the error; without an id an error event comes")
        void refuses(Target target) {
            String word = target.word();
            var wrong = new LinkedHashMap<String, String>();
            wrong.put("[\"" + word + "\",{}]", word);
            wrong.put("[\"say\",{}]", "text");
            wrong.put("[\"say\",{\"text\":\" \"}]", "text");
            wrong.put("[\"say\",{\"text\":5}]", "text");
            wrong.put("[\"join\",{\"room\":\"no room\"}]", "room");
            try (SocketIo client = SocketIo.in(target, "/")) {
                wrong.forEach((event, named) -> {
                    client.send("20" + event);
                    expectSentence(client, event, client.expectAck("/", "0"), named);
                    client.send("2" + event);
                    expectSentence(client, event, client.expectEvent("/", "error",
                            event + " is refused without an id"), named);
                });
                client.expectNothing("/", "refusals end nothing");
            }
        }

        private static void expectSentence(SocketIo client, String event, JsonNode data,
                String named) {
            if (data.path("error").isTextual() && data.path("error").asText().contains(named)) {
                return;
            }
            throw client.fail(event + " is refused with {\"error\": a sentence that names “" + named
                    + "”}, but got " + data);
        }
    }

    @Exercise(id = "12.4", title = "Binary", needs = "12.3",
            hints = {
                "Two directions. Going out: walk through the data, put each bytes aside, leave a"
                    + " placeholder with its number. Coming in: keep the packet until so many"
                    + " binary messages have come, then put them where the numbers are.",
                "A recursive method over JsonNode: switch on BinaryNode, ArrayNode, ObjectNode."
                    + " client.incomplete and client.attachments keep what is not complete. With"
                    + " attachments the type is BINARY_EVENT or BINARY_ACK, and write puts their"
                    + " number and a - behind it.",
                "send: var attachments = new ArrayList<byte[]>(); JsonNode data ="
                    + " parted(packet.data(), attachments); int type = attachments.isEmpty() ?"
                    + " packet.type() : packet.type() == EVENT ? BINARY_EVENT : BINARY_ACK;"
                    + " client.session.send(write(new Packet(type, attachments.size(), …, data)),"
                    + " attachments); — heard: if packet.attachments() > 0, client.incomplete ="
                    + " packet; heardBinary adds, and with the last one calls take."
            },
            starter = "comes auth")
    class Binary {
        @Test
        @DisplayName("12.4 attachments come back where they were, however deep, in an event and in"
                + " an ack")
        void echoes(Target target) {
            byte[] one = bytes(target, 3);
            byte[] two = bytes(target, 70_000);
            String nested = "{\"a\":[{\"b\":{\"_placeholder\":true,\"num\":0}},7],\"c\":{"
                    + "\"_placeholder\":true,\"num\":1}}";
            for (boolean polls : List.of(false, true)) {
                try (SocketIo client = polls ? SocketIo.polling(target) : SocketIo.open(target)) {
                    client.connect("/");
                    client.send("52-[\"message\"," + nested + "]", one, two);
                    expect(client, "52-[\"message-back\"," + nested + "]", one, two);
                    client.send("52-789[\"message-with-ack\"," + nested + "]", one, two);
                    expect(client, "62-789[" + nested + "]", one, two);
                    // The second number first: what goes out is numbered in order of appearance.
                    client.send("52-[\"message\",{\"_placeholder\":true,\"num\":1},{"
                            + "\"_placeholder\":true,\"num\":0}]", one, two);
                    expect(client, "52-[\"message-back\",{\"_placeholder\":true,\"num\":0},{"
                            + "\"_placeholder\":true,\"num\":1}]", two, one);
                }
            }
        }

        private static byte[] bytes(Target target, int length) {
            var bytes = new byte[length];
            target.random().nextBytes(bytes);
            return bytes;
        }

        private static void expect(SocketIo client, String text, byte[]... attachments) {
            Packet came = client.next();
            if (!came.text().equals(text)) {
                throw client.fail("a packet with attachments comes back with them, “" + text
                        + "”, but got “" + came.text() + "”");
            }
            for (int i = 0; i < attachments.length; i++) {
                if (Arrays.equals(came.attachments().get(i), attachments[i])) continue;
                throw client.fail("attachment " + i + " of “" + text + "” came back changed, or in"
                        + " another's place");
            }
        }

        @Test
        @DisplayName("12.4 say takes a file; said and the ack carry it")
        void carriesFiles(Target target) {
            byte[] file = bytes(target, 500);
            try (SocketIo ada = SocketIo.in(target, "/"); SocketIo bob = SocketIo.in(target, "/")) {
                ada.send("51-4[\"say\",{\"text\":\"look\",\"file\":{\"_placeholder\":true,"
                        + "\"num\":0}}]", file);
                Packet heard = bob.event("/", "said", "say with a file is heard");
                Packet own = ada.event("/", "said", "say with a file is heard by its sender");
                Packet ack = ada.next();
                for (Packet each : List.of(heard, own, ack)) {
                    if (each.attachments().size() == 1
                            && Arrays.equals(each.attachments().getFirst(), file)) continue;
                    throw ada.fail("said and the ack of say carry the file, one attachment, but got"
                            + " “" + each.text() + "”");
                }
                if (ack.type() != 6 || !"4".equals(ack.id())) {
                    throw ada.fail("an ack with an attachment has the type 6, but got “"
                            + ack.text() + "”");
                }
                ada.emit("/", 5, "say", Map.of("text", "x", "file", "no bytes"));
                JsonNode refused = ada.expectAck("/", "5");
                if (!refused.path("error").asText().contains("file")) {
                    throw ada.fail("a file that is no bytes is refused with a sentence that names"
                            + " it, but got " + refused);
                }
            }
        }

        @Test
        @DisplayName("12.4 nothing comes between a text and its attachments, whoever else speaks")
        void keepsTogether(Target target) {
            int senders = 4;
            int each = 25;
            try (SocketIo hears = SocketIo.in(target, "/game")) {
                var talks = new ArrayList<Callable<Void>>();
                for (int i = 0; i < senders; i++) {
                    byte mark = (byte) i;
                    talks.add(() -> {
                        try (SocketIo client = SocketIo.in(target, "/game")) {
                            for (int n = 0; n < each; n++) {
                                client.send("52-/game,9[\"say\",{\"text\":\"" + mark + "\",\"echo\""
                                        + ":false,\"file\":{\"_placeholder\":true,\"num\":0},"
                                        + "\"x\":{\"_placeholder\":true,\"num\":1}}]",
                                        new byte[] {mark, 1}, new byte[] {mark, 2});
                            }
                            for (int acks = 0; acks < each; ) if (client.next().type() == 6) acks++;
                        }
                        return null;
                    });
                }
                talks.add(() -> {
                    for (int n = 0; n < senders * each; n++) {
                        Packet came = hears.event("/game", "said", "four speak with files at once");
                        byte[] file = came.attachments().isEmpty() ? new byte[1]
                                : came.attachments().getFirst();
                        if (!came.data().path(1).path("text").asText().equals("" + file[0])) {
                            throw hears.fail("“" + came.text() + "” came with another one's"
                                    + " attachment");
                        }
                    }
                    return null;
                });
                atOnce(talks);
            }
        }

        @Test
        @Star
        @DisplayName("12.4 a text while attachments miss, a binary that nobody announced, a number"
                + " without an attachment end the session")
        void endsWithNonsense(Target target) {
            try (SocketIo client = SocketIo.in(target, "/")) {
                client.send("51-[\"message\",{\"_placeholder\":true,\"num\":0}]");
                client.send("2[\"message\"]");
                expectOver(client, "a text came while an attachment was missing");
            }
            try (SocketIo client = SocketIo.in(target, "/")) {
                client.engine().socket().sendBinary(new byte[] {1});
                expectOver(client, "a binary message came that nobody had announced");
            }
            for (String num : List.of("1", "-1", "\"0\"", "0.5", "null")) {
                try (SocketIo client = SocketIo.in(target, "/")) {
                    client.send("51-[\"message\",{\"_placeholder\":true,\"num\":" + num + "}]",
                            new byte[] {1});
                    expectOver(client, "a placeholder came with num " + num
                            + ", which has no attachment");
                }
            }
        }
    }

    @Exercise(id = "12.5", title = "Rooms", needs = "12.3",
            hints = {
                "Lesson 10 once more: a room is a set, in a namespace; the client knows its rooms,"
                    + " to leave them at its end. Who hears a say is a union of sets, without the"
                    + " sender where echo is false.",
                "computeIfAbsent(room, _ -> new LinkedHashSet<>()).add(socket) joins. An empty room"
                    + " is removed. Look at all rooms before the first emit: a refusal must have"
                    + " told nobody anything. Stream.of(\"room\", \"rooms\", \"to\").filter("
                    + "data::has).count() counts.",
                "say: Set<Socket> hearers = to: the socket with that sid, or refused; rooms: the"
                    + " union of members(socket, each), refused where the sender is not in one;"
                    + " none: all of socket.namespace.sockets().values(). if (!data.flag(\"echo\","
                    + " true)) hearers.remove(socket); then the id, then emit(each, \"said\","
                    + " said)."
            },
            starter = "CONNECT is answered with 0")
    class Rooms {
        @Test
        @DisplayName("12.5 with no room all in the namespace hear, in one order, and nobody else")
        void tellsAll(Target target) {
            try (SocketIo ada = SocketIo.in(target, "/game");
                    SocketIo bob = SocketIo.polling(target);
                    SocketIo elsewhere = SocketIo.in(target, "/custom")) {
                bob.connect("/game");
                String text = target.word();
                ada.emit("/game", null, "say", Map.of("text", text));
                for (SocketIo each : List.of(ada, bob)) {
                    JsonNode said = each.expectEvent("/game", "said",
                            "all in the namespace hear what is said to no room");
                    if (!said.path("text").asText().equals(text)
                            || !said.path("from").asText().equals(ada.sid("/game"))) {
                        throw each.fail("said has text and from, the sender's sid, but got "
                                + said);
                    }
                    At.expectNow(said.path("at"), each::fail);
                }
                elsewhere.expectNothing("/custom", "nothing crosses namespaces");
            }
        }

        @Test
        @DisplayName("12.5 only members hear; a member of two rooms hears once; echo leaves the"
                + " sender out")
        void tellsRooms(Target target) {
            String red = target.word();
            String blue = target.word();
            try (SocketIo ada = SocketIo.in(target, "/"); SocketIo bob = SocketIo.in(target, "/");
                    SocketIo eve = SocketIo.in(target, "/")) {
                for (String room : List.of(red, blue)) expectDone(ada, "join", room);
                expectDone(ada, "join", red);
                expectDone(bob, "join", red);
                expectDone(bob, "join", blue);
                long first = say(ada, Map.of("text", "1", "room", red), ada, bob);
                long second = say(ada, Map.of("text", "2", "rooms", List.of(red, blue)), ada, bob);
                if (second <= first) throw ada.fail("ids grow, but after " + first + " came "
                        + second);
                say(ada, Map.of("text", "3", "room", blue, "echo", false), bob);
                eve.expectNothing("/", "who is in no room hears nothing of it");
                ada.expectNothing("/", "\"echo\": false leaves the sender out");
                expectDone(bob, "leave", red);
                say(ada, Map.of("text", "4", "room", red), ada);
                bob.expectNothing("/", "who left a room hears nothing of it");
                for (Map<String, ?> wrong : List.<Map<String, ?>>of(
                        Map.of("text", "5", "room", red), Map.of("text", "5", "rooms",
                                List.of(blue, red)))) {
                    expectRefused(bob, "say", wrong, red);
                }
                ada.expectNothing("/", "a refused say is heard by nobody");
                expectRefused(ada, "say", Map.of("text", "6", "room", red, "to", bob.sid()), "to");
                expectRefused(bob, "leave", Map.of("room", red), red);
            }
        }

        @Test
        @DisplayName("12.5 to reaches that sid alone, the sender gets only the ack")
        void tellsOne(Target target) {
            try (SocketIo ada = SocketIo.in(target, "/"); SocketIo bob = SocketIo.in(target, "/");
                    SocketIo eve = SocketIo.in(target, "/")) {
                bob.connect("/game");
                say(ada, Map.of("text", "for you", "to", bob.sid()), bob);
                ada.expectNothing("/", "the sender of a message to one gets only the ack");
                eve.expectNothing("/", "a message to one is heard by that one");
                expectRefused(ada, "say", Map.of("text", "x", "to", target.word()), "to");
                expectRefused(ada, "say", Map.of("text", "x", "to", bob.sid("/game")), "to");
                expectRefused(ada, "say", Map.of("text", "x", "to", bob.engine().sid()), "to");
            }
        }

        @Test
        @DisplayName("12.5 rooms mean nothing in another namespace")
        void keepsApart(Target target) {
            String room = target.word();
            try (SocketIo ada = SocketIo.in(target, "/");
                    SocketIo bob = SocketIo.in(target, "/game")) {
                ada.connect("/game");
                expectDone(ada, "join", room);
                bob.emit("/game", 1, "join", Map.of("room", room));
                bob.expectAck("/game", "1");
                say(ada, Map.of("text", "x", "room", room), ada);
                bob.expectNothing("/game", "a room of the same name elsewhere is another room");
                ada.emit("/game", 2, "say", Map.of("text", "x", "room", room));
                if (!ada.expectAck("/game", "2").path("error").asText().contains(room)) {
                    throw ada.fail("who is in the room " + room + " of / is not in that of /game");
                }
            }
        }

        @Test
        @DisplayName("12.5 1, or a lost session, leaves all rooms")
        void leavesAtTheEnd(Target target) {
            String room = target.word();
            try (SocketIo ada = SocketIo.in(target, "/"); SocketIo bob = SocketIo.in(target, "/");
                    SocketIo eve = SocketIo.in(target, "/")) {
                for (SocketIo each : List.of(ada, bob, eve)) expectDone(each, "join", room);
                bob.send("1").connect("/");
                expectRefused(bob, "say", Map.of("text", "x", "room", room), room);
                eve.engine().socket().reset();
                say(ada, Map.of("text", "x", "room", room), ada);
                bob.expectNothing("/", "who left the namespace is in no room of it");
            }
        }

        @Test
        @DisplayName("12.5 all members hear in one order")
        void keepsOneOrder(Target target) {
            String room = target.word();
            int each = 30;
            var members = new ArrayList<SocketIo>();
            try {
                for (int i = 0; i < 4; i++) members.add(SocketIo.in(target, "/"));
                for (SocketIo member : members) expectDone(member, "join", room);
                var heard = new TreeMap<Integer, List<String>>();
                var talks = new ArrayList<Callable<Void>>();
                for (int i = 0; i < members.size(); i++) {
                    int number = i;
                    talks.add(() -> {
                        var own = new ArrayList<String>();
                        SocketIo member = members.get(number);
                        for (int n = 0; n < each; n++) {
                            member.emit("/", null, "say", Map.of("text", number + "." + n, "room",
                                    room));
                        }
                        while (own.size() < each * 4) {
                            own.add(member.expectEvent("/", "said", "four members speak at once")
                                    .path("text").asText());
                        }
                        synchronized (heard) {
                            heard.put(number, own);
                        }
                        return null;
                    });
                }
                atOnce(talks);
                for (List<String> own : heard.values()) {
                    if (own.equals(heard.get(0))) continue;
                    throw new AssertionError("all members of a room hear in one order, but one"
                            + " heard " + own.subList(0, 12) + " …, another " + heard.get(0)
                            .subList(0, 12) + " …");
                }
            } finally {
                members.forEach(SocketIo::close);
            }
        }

        private static void expectDone(SocketIo client, String event, String room) {
            JsonNode ack = client.ask(event, Map.of("room", room));
            if (!ack.isObject() || !ack.isEmpty()) {
                throw client.fail(event + " is acked with {}, but got " + ack);
            }
        }

        private static void expectRefused(SocketIo client, String event, Map<String, ?> data,
                String named) {
            client.emit("/", 1, event, data);
            String refused = event + " " + data + " is refused with a sentence that names “" + named
                    + "”";
            Packet came = client.next(refused);
            JsonNode error = came.type() == 3 ? came.data().path(0).path("error") : null;
            if (error != null && error.isTextual() && error.asText().contains(named)) return;
            throw client.fail(refused + ", but got “" + came.text() + "”");
        }

        /** Says it, and has it heard by these; gives its id. */
        private static long say(SocketIo sender, Map<String, ?> data, SocketIo... hearers) {
            sender.emit("/", 2, "say", data);
            for (SocketIo each : hearers) {
                JsonNode said = each.expectEvent("/", "said", "say " + data + " is heard by it");
                for (String field : List.of("text", "room", "rooms", "to")) {
                    String wanted = String.valueOf(data.get(field)).replace(" ", "");
                    String got = said.path(field).isMissingNode() ? "null" : said.path(field)
                            .isTextual() ? said.path(field).asText() : said.path(field).toString()
                            .replace("\"", "");
                    if (wanted.equals(got.replace(" ", ""))) continue;
                    throw each.fail("said has " + field + " as it was given, " + wanted
                            + ", but got " + said);
                }
            }
            JsonNode ack = sender.expectAck("/", "2");
            if (!ack.path("id").isIntegralNumber()) {
                throw sender.fail("the ack of say is what was said, with its id, but got " + ack);
            }
            return ack.path("id").asLong();
        }
    }

    @Exercise(id = "12.6", title = "Ask the room", needs = "12.5",
            hints = {
                "The server is a client now: it sends an event with an id of its own, and waits for"
                    + " an ack, from each member. When is it done? When each has answered, or has"
                    + " gone, or when it has waited long enough.",
                "Asking knows who asked, by which id, and who has not answered. Each socket counts"
                    + " its own ids in lastAsked, and keeps in asked which question is which."
                    + " sendEvent(each, id, JSON.arrayNode().add(\"asked\").add(…)). In acked:"
                    + " socket.asked.remove(id) is null for what nobody waits for.",
                "ask: members without the asker; for each: asking.open.put(each, ++each.lastAsked);"
                    + " each.asked.put(each.lastAsked, asking); send; asking.limit ="
                    + " Clock.after(ACK_TIMEOUT_MS, …) that puts all who are open under missing;"
                    + " return null. Each answer takes one out of open; when open is empty, cancel"
                    + " the limit and acknowledge. gone (12.5) does the same for who leaves, as"
                    + " missing; all of it under the namespace's lock."
            },
            starter = "comes auth")
    class Ask {
        @Test
        @DisplayName("12.6 each other member is asked, and the asker gets all answers")
        void asks(Target target) {
            String room = target.word();
            String text = target.word();
            try (SocketIo ada = SocketIo.in(target, "/"); SocketIo bob = SocketIo.in(target, "/");
                    SocketIo eve = SocketIo.in(target, "/");
                    SocketIo out = SocketIo.in(target, "/")) {
                for (SocketIo each : List.of(ada, bob, eve)) join(each, room);
                ada.emit("/", 7, "ask", Map.of("room", room, "text", text));
                String first = asked(bob, ada, text);
                String second = asked(eve, ada, text);
                bob.send("3" + first + "[{\"vote\":\"yes\"},2]");
                eve.send("3" + second + "[]");
                JsonNode ack = ada.expectAck("/", "7");
                expectAnswers(ada, ack, Map.of(bob.sid(), "{\"vote\":\"yes\"}", eve.sid(), "null"),
                        List.of());
                out.expectNothing("/", "who is not in the room is not asked");
                ada.expectNothing("/", "the asker is not asked, and gets one ack");
            }
        }

        @Test
        @DisplayName("12.6 who has not answered in ACK_TIMEOUT_MS, or has gone, is missing")
        void waitsNotForEver(Target target) {
            long limit = target.limit("ACK_TIMEOUT_MS", 5_000);
            String room = target.word();
            try (SocketIo ada = SocketIo.in(target, "/"); SocketIo bob = SocketIo.in(target, "/");
                    SocketIo mute = SocketIo.in(target, "/")) {
                for (SocketIo each : List.of(ada, bob, mute)) join(each, room);
                long since = System.nanoTime();
                ada.emit("/", 1, "ask", Map.of("room", room, "text", "x"));
                bob.send("3" + asked(bob, ada, "x") + "[1]");
                expectAnswers(ada, ada.expectAck("/", "1"), Map.of(bob.sid(), "1"),
                        List.of(mute.sid()));
                long after = (System.nanoTime() - since) / 1_000_000;
                if (after < limit - 50 || after > limit + 2_000) {
                    throw ada.fail("ACK_TIMEOUT_MS=" + limit + ", but the ack came after " + after
                            + " ms");
                }
                asked(mute, ada, "x");
                ada.emit("/", 2, "ask", Map.of("room", room, "text", "y"));
                bob.send("3" + asked(bob, ada, "y") + "[2]");
                String gone = mute.sid();
                asked(mute, ada, "y");
                since = System.nanoTime();
                mute.engine().socket().reset();
                expectAnswers(ada, ada.expectAck("/", "2"), Map.of(bob.sid(), "2"), List.of(gone));
            }
        }

        @Test
        @DisplayName("12.6 nobody asked: the ack comes at once")
        void asksNobody(Target target) {
            String room = target.word();
            try (SocketIo ada = SocketIo.in(target, "/")) {
                join(ada, room);
                expectAnswers(ada, ada.ask("ask", Map.of("room", room, "text", "x")), Map.of(),
                        List.of());
                JsonNode refused = ada.ask("ask", Map.of("room", target.word(), "text", "x"));
                if (!refused.path("error").isTextual()) {
                    throw ada.fail("only a member may ask a room, but got " + refused);
                }
            }
        }

        @Test
        @Star
        @DisplayName("12.6 a second, a late and a foreign ack do nothing; without an id ask is"
                + " refused")
        void passesOver(Target target) {
            String room = target.word();
            try (SocketIo ada = SocketIo.in(target, "/"); SocketIo bob = SocketIo.in(target, "/");
                    SocketIo eve = SocketIo.in(target, "/")) {
                for (SocketIo each : List.of(ada, bob, eve)) join(each, room);
                ada.emit("/", 1, "ask", Map.of("room", room, "text", "x"));
                String first = asked(bob, ada, "x");
                String other = asked(eve, ada, "x");
                bob.send("3" + first + "[1]").send("3" + first + "[2]").send("3999999[3]");
                bob.expectNothing("/", "an ack is not answered");
                eve.send("3" + other + "[4]");
                expectAnswers(ada, ada.expectAck("/", "1"), Map.of(bob.sid(), "1", eve.sid(), "4"),
                        List.of());
                bob.send("3" + first + "[5]");
                bob.expectNothing("/", "a late ack does nothing");
                ada.expectNothing("/", "there is one ack for each question");
                ada.emit("/", null, "ask", Map.of("room", room, "text", "x"));
                ada.expectEvent("/", "error", "ask without an id is refused");
                bob.expectNothing("/", "a refused question asks nobody");
            }
        }

        private static void join(SocketIo client, String room) {
            client.ask("join", Map.of("room", room));
        }

        /** Is asked; gives the ack's id. */
        private static String asked(SocketIo member, SocketIo asker, String text) {
            Packet came = member.event("/", "asked", "each other member gets asked");
            JsonNode data = came.data().path(1);
            boolean right = data.path("from").asText().equals(asker.sid())
                    && data.path("text").asText().equals(text);
            if (!right) {
                throw member.fail("asked has from, the asker's sid, and text, but got " + data);
            }
            if (came.id() == null) throw member.fail("asked wants an ack, so it has an id");
            return came.id();
        }

        private static void expectAnswers(SocketIo asker, JsonNode ack, Map<String, String> answers,
                List<String> missing) {
            var came = new TreeMap<String, String>();
            ack.path("answers").forEach(each -> came.put(each.path("from").asText(),
                    each.path("answer").toString()));
            var gone = new ArrayList<String>();
            ack.path("missing").forEach(each -> gone.add(each.asText()));
            boolean right = came.equals(answers) && gone.equals(missing)
                    && ack.path("answers").size() == answers.size();
            if (right) return;
            throw asker.fail("expected the answers " + new TreeMap<>(answers) + " and the missing "
                    + missing + ", but got " + ack);
        }
    }

    /** Its session ends within two seconds. */
    private static void expectOver(SocketIo client, String why) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (true) {
            Frame frame = client.engine().socket().frameOrEnd(SOON);
            if (frame == null || frame.opcode() == Frame.CLOSE) break;
            if (System.nanoTime() > deadline) break;
        }
        if (client.engine().socket().client().isSilent(Duration.ofMillis(500))) {
            throw client.fail(why + ", so the session ends, but it goes on");
        }
    }

    private static void atOnce(List<Callable<Void>> talks) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Void>>();
            for (Callable<Void> talk : talks) all.add(threads.submit(talk));
            Throwable failure = null;
            for (Future<Void> each : all) {
                try {
                    each.get(20, TimeUnit.SECONDS);
                } catch (ExecutionException failed) {
                    if (failure == null) failure = failed.getCause();
                } catch (InterruptedException | java.util.concurrent.TimeoutException late) {
                    if (failure == null) failure = new AssertionError("not all of what was said"
                            + " came in 20 s", late);
                }
            }
            threads.shutdownNow();
            if (failure instanceof AssertionError told) throw told;
            if (failure != null) throw new AssertionError(failure);
        }
    }
}
