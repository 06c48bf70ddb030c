package tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tests.clients.At;
import tests.clients.ClientCount;
import tests.clients.Events;
import tests.clients.Frame;
import tests.clients.RawWebSocket;

/**
 * Knows a port, the WebSocket at /ws whose text frames are events, and GET /stats. What an exercise
 * needs of another one is left open: who is not greeted is named by nobody, and so on.
 */
@ExtendWith(TargetResolver.class)
@Environment("HEARTBEAT_MS=500")
class Lesson08Test {
    private static final int MAX_TEXT = 65_536;
    private static final int MAX_BINARY = 1_048_576;

    @Exercise(id = "8.1", title = "The life of a connection",
            hints = {
                "Each client needs a name of its own, and somebody must remember which are there."
                    + " Connections come and go on many threads at once. And how many ways are"
                    + " there in which a connection ends?",
                "lastClient is an AtomicLong: incrementAndGet counts, however many threads ask."
                    + " clients is a ConcurrentHashMap, and client.sessionId() its key: put it"
                    + " there in came, take it out in gone. Taking out twice harms nobody;"
                    + " counting down twice would.",
                "String id = \"#\" + lastClient.incrementAndGet();"
                    + " clients.put(client.sessionId(), id); tell(client, \"welcome\", new"
                    + " Welcome(id), null); and in gone: clients.remove(client.sessionId());"
            },
            starter = "the first frame to a client is its welcome")
    class Life {
        private static final int CLIENTS = 12;

        @Test
        @DisplayName("8.1 the first frame is welcome, with an id that nobody else has")
        void welcomes(Target target) {
            var ids = new HashSet<String>();
            for (int i = 0; i < CLIENTS; i++) {
                try (Events client = Events.openUngreeted(target, "/ws")) {
                    // Something must come, even from a server that greets nobody.
                    client.send("say", Map.of("text", target.word()));
                    Frame first = client.socket().message();
                    if (first.opcode() != Frame.TEXT || !first.text().contains("\"welcome\"")) {
                        throw client.fail("the first frame to a client is its welcome,"
                                + " {\"event\": \"welcome\", \"data\": {\"id\": \"#3\"}}, but got "
                                + first.text());
                    }
                    JsonNode id = Events.parsed(first.text()).path("data").path("id");
                    if (!id.isTextual() || id.asText().isBlank()) {
                        throw client.fail("the welcome says the client's id as a text");
                    }
                    if (!ids.add(id.asText())) {
                        throw client.fail("two clients have the id " + id);
                    }
                }
            }
        }

        @Test
        @DisplayName("8.1 GET /stats counts who is there, and no more who has gone, however it"
                + " went")
        void counts(Target target) {
            var count = new ClientCount(target);
            int before = count.settled();
            var ends = new LinkedHashMap<String, Consumer<RawWebSocket>>();
            ends.put("sent a close with 1000", socket -> socket.sendClose(1000, ""));
            ends.put("sent a close with 1001", socket -> socket.sendClose(1001, "bye"));
            ends.put("sent an empty close", socket -> socket.send(Frame.of(Frame.CLOSE,
                    new byte[0])));
            ends.put("ended its half of TCP", socket -> socket.client().end());
            ends.put("closed TCP", RawWebSocket::close);
            ends.put("reset TCP", RawWebSocket::reset);
            var clients = new ArrayList<RawWebSocket>();
            try {
                for (int i = 1; i <= ends.size() + 1; i++) {
                    clients.add(openSocket(target));
                    count.await(before + i, "client " + i + " has come", present(clients));
                }
                int gone = 0;
                for (var end : ends.entrySet()) {
                    RawWebSocket leaving = clients.removeFirst();
                    end.getValue().accept(leaving);
                    gone++;
                    count.await(before + 1 + ends.size() - gone, "client " + gone + " "
                            + end.getKey(), present(clients));
                    leaving.close();
                }
            } finally {
                clients.forEach(RawWebSocket::close);
            }
        }

        private static RawWebSocket[] present(List<RawWebSocket> clients) {
            return clients.toArray(RawWebSocket[]::new);
        }
    }

    @Exercise(id = "8.2", title = "Events",
            hints = {
                "Two steps: make a Wish of the text, or refuse it; then grant the Wish. Write the"
                    + " first so that it knows nothing of the second. What can be wrong with a"
                    + " text: is it JSON, is it an object, which event, which fields, which types?",
                "StrictJson.MAPPER.readTree(text) throws a JsonProcessingException;"
                    + " node.hasNonNull(field) says whether a field is there, node.path(field) is"
                    + " never null, isObject and isTextual tell what stands there. A switch over a"
                    + " sealed interface needs no default: case Wish.Say say -> …",
                "try { JsonNode envelope = …; id = ackId(envelope); switch (wish(envelope)) {"
                    + " case Wish.Say say -> { var said = new"
                    + " Message(lastMessage.incrementAndGet(), clients.get(client.sessionId()),"
                    + " say.text(), Message.now()); tell(client, \"said\", said, null);"
                    + " granted(client, id, said); } } } catch (Refused r) { refused(client, id,"
                    + " r.getMessage()); }"
            },
            starter = "expected the event “said”, but got")
    class TheEvents {
        @Test
        @DisplayName("8.2 say is answered with said: id, from, text, at")
        void says(Target target) {
            try (Events client = openForgiving(target)) {
                for (String text : List.of(target.word(), "  Grüße, 你好 👋 <b>\"\\\n" + target.word(),
                        "x".repeat(20_000))) {
                    JsonNode said = say(client, text);
                    if (!said.path("text").asText().equals(text)) {
                        throw client.fail("the text came back as “" + said.path("text").asText()
                                + "”");
                    }
                    if (!said.path("id").isIntegralNumber()) throw client.fail("id is a number");
                    At.expectNow(said.path("at"), client::fail);
                    if (client.id() != null && !said.path("from").asText().equals(client.id())) {
                        throw client.fail("expected from “" + client.id() + "” but got "
                                + said.path("from"));
                    }
                }
            }
        }

        @Test
        @DisplayName("8.2 ids count over all clients, and a refused event takes none")
        void idsCount(Target target) {
            try (Events ada = openForgiving(target); Events bob = openForgiving(target)) {
                long first = say(ada, target.word()).path("id").asLong();
                ada.sendRaw("{\"event\": \"say\"}");
                error(ada, "say without data", "text", "data");
                long second = say(bob, target.word()).path("id").asLong();
                long third = say(ada, target.word()).path("id").asLong();
                if (second != first + 1 || third != first + 2) {
                    throw ada.fail("message " + first + " is followed by " + (first + 1) + " and "
                            + (first + 2) + ", whoever says them, but got " + second + " and "
                            + third);
                }
            }
        }

        @Test
        @DisplayName("8.2 what is no event is refused by name, and the connection lives on")
        void refuses(Target target) {
            String word = target.word();
            var wrong = new LinkedHashMap<String, String>();
            wrong.put("{\"event\": \"" + word + "\", \"data\": {}}", word);
            wrong.put("{\"event\": \"Say\", \"data\": {\"text\": \"x\"}}", "Say");
            wrong.put("{\"event\": \"welcome\", \"data\": {\"id\": \"x\"}}", "welcome");
            wrong.put("{\"data\": {\"text\": \"x\"}}", "event");
            for (String text : List.of("{}", "{\"text\": \"\"}", "{\"text\": \" \\t\\n\"}",
                    "{\"Text\": \"x\"}")) {
                wrong.put("{\"event\": \"say\", \"data\": " + text + "}", "text");
            }
            for (String broken : List.of("", word, "{\"event\": \"say\", \"data\": {\"text\":"
                    + " \"x\"}", "{'event': 'say'}", "[".repeat(5_000))) {
                wrong.put(broken, "");
            }
            expectRefused(target, wrong);
        }

        @Test
        @Star
        @DisplayName("8.2 wrong types, a field twice and anything behind the JSON are refused, too")
        void refusesTypes(Target target) {
            String word = target.word();
            String fine = "{\"event\": \"say\", \"data\": {\"text\": \"x\"}}";
            var wrong = new LinkedHashMap<String, String>();
            wrong.put("{\"event\": null, \"data\": {\"text\": \"x\"}}", "event");
            wrong.put("{\"event\": 7, \"data\": {\"text\": \"x\"}}", "event");
            wrong.put("{\"event\": [\"say\"], \"data\": {\"text\": \"x\"}}", "event");
            wrong.put("{\"event\": \"say\", \"data\": \"x\"}", "data or text");
            wrong.put("{\"event\": \"say\", \"data\": [\"x\"]}", "data or text");
            for (String text : List.of("{\"text\": null}", "{\"text\": 7}", "{\"text\": true}",
                    "{\"text\": [\"x\"]}", "{\"text\": {\"text\": \"x\"}}")) {
                wrong.put("{\"event\": \"say\", \"data\": " + text + "}", "text");
            }
            for (String broken : List.of(fine + " " + word, fine + "}", fine + fine, "[]", "null",
                    "7", "\"say\"", "{\"event\": \"say\", \"event\": \"say\", \"data\":"
                    + " {\"text\": \"x\"}}",
                    "{\"event\": \"say\", \"data\": {\"text\": \"x\", \"text\": \"y\"}}")) {
                wrong.put(broken, "");
            }
            expectRefused(target, wrong);
        }

        private static Events openForgiving(Target target) {
            return open(target).passingOverStrayAcks();
        }

        /** @param wrong texts, and what the sentence must name */
        private static void expectRefused(Target target, Map<String, String> wrong) {
            try (Events client = openForgiving(target)) {
                wrong.forEach((text, named) -> {
                    String what = text.isEmpty() ? "an empty text" : text.length() > 90
                            ? text.substring(0, 90) + " …" : text;
                    client.sendRaw(text);
                    // Where no answer comes, this one's comes in its place, and at once.
                    client.send("say", Map.of("text", what));
                    JsonNode came = client.next();
                    if (came.path("event").asText().equals("said")) {
                        throw client.fail(what + " must be refused with an error, but "
                                + (came.at("/data/text").asText().equals(what)
                                ? "nothing came" : "it was said: " + came.path("data")));
                    }
                    if (!came.path("event").asText().equals("error")) {
                        throw client.fail(what + " must be refused with an error, but got " + came);
                    }
                    client.expectSentence(what, came.path("data"), named);
                    client.expect("said");
                });
                say(client, target.word());
            }
        }

        @Test
        @DisplayName("8.2 what nobody knows is ignored")
        void ignoresMore(Target target) {
            try (Events client = openForgiving(target)) {
                String text = target.word();
                client.sendRaw("{\"x\": [1], \"event\": \"say\", \"id\": null, \"data\": {\"mood\":"
                        + " {\"a\": null}, \"text\": \"" + text + "\", \"id\": 99, \"from\":"
                        + " \"eve\"}}");
                JsonNode said = client.expect("said");
                if (!said.path("text").asText().equals(text)
                        || said.path("from").asText().equals("eve")) {
                    throw client.fail("only the text is the client's to say");
                }
            }
        }
    }

    @Exercise(id = "8.3", title = "Acknowledge", needs = "8.2",
            hints = {
                "Who sends an id wants exactly one answer to it, whatever becomes of the event."
                    + " Three methods share that: is there an id, is it one, and what goes back?",
                "id.isIntegralNumber() is true of 0 and of a number of thirty digits, and false"
                    + " of 7.5 and of \"7\". Give the JsonNode back as it came: then nothing is"
                    + " lost. throw new Refused(sentence) refuses while there is no id yet.",
                "ackId: null where the id is missing or null, Refused where it is no whole"
                    + " number, else the node. granted: if (id != null) tell(client, \"ack\","
                    + " data, id). refused: tell(client, id == null ? \"error\" : \"ack\", new"
                    + " Refusal(sentence), id)."
            },
            starter = "expected the event")
    class Acknowledge {
        @Test
        @DisplayName("8.3 an event with an id gets one ack after the said, with the same data")
        void acks(Target target) {
            try (Events client = open(target)) {
                for (Object id : List.of(target.number(1, 1_000_000), 0)) {
                    expectAck(client, id, target.word());
                }
            }
        }

        @Test
        @Star
        @DisplayName("8.3 the ack has the id as it was sent, of 30 digits too")
        void acksLongIds(Target target) {
            try (Events client = open(target)) {
                for (Object id : List.of(-1, Long.MAX_VALUE,
                        new BigInteger("123456789012345678901234567890"))) {
                    expectAck(client, id, target.word());
                }
            }
        }

        private static void expectAck(Events client, Object id, String text) {
            client.send("say", Map.of("text", text), id);
            // Where no ack comes, this one's answer comes in its place, and at once.
            client.send("say", Map.of("text", text));
            JsonNode said = client.expect("said");
            JsonNode next = client.next();
            if (next.path("event").asText().equals("said")) {
                throw client.fail("an event with the id " + id + " must get an ack, but none came"
                        + " before the answer to the next event");
            }
            if (!next.path("event").asText().equals("ack")) {
                throw client.fail("after the said comes the ack, but got " + next);
            }
            if (!next.path("id").equals(Events.parsed(id.toString()))) {
                throw client.fail("the ack has the id " + id + " as it was sent, but it has "
                        + next.path("id"));
            }
            if (!next.path("data").equals(said)) {
                throw client.fail("the ack has the data of the said, " + said + ", but got "
                        + next.path("data"));
            }
            JsonNode after = client.next();
            if (after.path("event").asText().equals("ack")) {
                throw client.fail("an event with an id gets one ack, but a second one came");
            }
        }

        @Test
        @DisplayName("8.3 without an id there is no ack")
        void noAck(Target target) {
            try (Events client = open(target)) {
                for (int i = 0; i < 3; i++) {
                    client.send("say", Map.of("text", target.word()));
                    JsonNode came = client.next();
                    if (came.path("event").asText().equals("ack")) {
                        throw client.fail("without an id there is no ack, but one came: " + came);
                    }
                }
                client.send("say", Map.of("text", " "));
                client.expectError("a blank text, without an id", null);
            }
        }

        @Test
        @DisplayName("8.3 a refused event is answered by its ack alone, with the error in it")
        void acksRefusals(Target target) {
            try (Events client = open(target)) {
                int id = target.number(1, 1_000);
                String unknown = target.word();
                client.send(unknown, Map.of(), id);
                expectRefusal(client, "an unknown event with an id", id);
                client.send("say", Map.of("text", " "), id + 1);
                expectRefusal(client, "a blank text with an id", id + 1);
                client.sendRaw("{\"id\": 0, \"data\": {}}");
                expectRefusal(client, "{\"id\": 0, \"data\": {}}, no event,", 0);
            }
        }

        private static void expectRefusal(Events client, String what, int id) {
            // Where no answer comes, this one's comes in its place, and at once.
            client.send("say", Map.of("text", "and now something fine"));
            JsonNode came = client.next();
            if (came.path("event").asText().equals("error")) {
                throw client.fail(what + " is refused by its ack, and no error event is sent, but"
                        + " got " + came);
            }
            if (!came.path("event").asText().equals("ack") || came.path("id").asInt(-1) != id) {
                throw client.fail(what + " must be answered by its ack with the error in it, but"
                        + " got " + came);
            }
            client.expectSentence(what, came.path("data"), null);
            JsonNode next = client.next();
            if (next.path("event").asText().equals("said")) return;
            throw client.fail(what + " is answered by one ack alone, but after it came " + next);
        }

        @Test
        @Star
        @DisplayName("8.3 an id that is no whole number is refused with an error, without an ack")
        void refusesIds(Target target) {
            try (Events client = open(target)) {
                for (Object id : List.of("7", 7.5, true, List.of(7), Map.of("id", 7))) {
                    client.send("say", Map.of("text", target.word()), id);
                    client.expectError("the id " + id, "id");
                }
                say(client, target.word());
            }
        }
    }

    @Exercise(id = "8.4", title = "Binary",
            hints = {
                "A hash of the bytes goes back, as bytes. And the limits: a server that takes"
                    + " messages of any length is a server whose memory belongs to its clients."
                    + " Whose task is it to close with 1009?",
                "MessageDigest.getInstance(\"SHA-256\"), update(ByteBuffer), digest()."
                    + " client.data() is a ByteBuffer that may have no array. client.send takes a"
                    + " ByteBuffer: ByteBuffer.wrap. Jetty closes by itself, once it knows how"
                    + " much is too much: factory.setMax…MessageSize.",
                "hash.update(client.data()); client.send(ByteBuffer.wrap(hash.digest())); and"
                    + " factory.setMaxTextMessageSize(MAX_TEXT);"
                    + " factory.setMaxBinaryMessageSize(MAX_BINARY);"
            },
            starter = "must be answered with the SHA-256")
    class Binary {
        private static final int PIECE = 16_384;

        @Test
        @DisplayName("8.4 a binary message is answered with its SHA-256, as binary")
        void hashes(Target target) throws NoSuchAlgorithmException {
            try (RawWebSocket socket = openSocket(target).answeringPings()) {
                for (int size : new int[] {0, 1, 125, 126, 4_097, 70_000, MAX_BINARY}) {
                    expectHash(socket, bytes(target, size), String.format("a binary message of"
                            + " %,d bytes%s", size, size == MAX_BINARY ? ", which just passes,"
                            : ""));
                }
                byte[] whole = bytes(target, 900);
                socket.send(Frame.binary(Arrays.copyOf(whole, 300)).more(),
                        Frame.continuation(Arrays.copyOfRange(whole, 300, 900)));
                expectAnswer(socket, whole, "a binary message of 900 bytes in two frames");
            }
        }

        @Test
        @DisplayName("8.4 exactly 65,536 bytes of text pass, in whatever letters")
        void longestText(Target target) throws NoSuchAlgorithmException {
            try (RawWebSocket socket = openSocket(target).answeringPings()) {
                String frame = "{\"event\": \"say\", \"data\": {\"text\": \"\"}}";
                for (String letter : List.of("x", "ü", "👋")) {
                    int room = MAX_TEXT - frame.length();
                    int size = letter.getBytes(StandardCharsets.UTF_8).length;
                    String text = letter.repeat(room / size) + "x".repeat(room % size);
                    socket.sendText(frame.replace("\"\"", "\"" + text + "\""));
                    // It lives on; whatever else it says.
                    expectHash(socket, bytes(target, 10), "a text of exactly 65,536 bytes, which"
                            + " just passes, and then 10 bytes of binary,");
                }
            }
        }

        @Test
        @DisplayName("8.4 one byte more closes with 1009")
        void tooMuch(Target target) {
            try (RawWebSocket socket = openSocket(target).answeringPings()) {
                socket.sendText("x".repeat(MAX_TEXT + 1));
                expectTooBig(socket, "a text of 65,537 bytes");
            }
            try (RawWebSocket socket = openSocket(target).answeringPings()) {
                socket.sendText("ü".repeat(MAX_TEXT / 2) + "x");
                expectTooBig(socket, "a text of 65,537 bytes, half as many letters");
            }
            try (RawWebSocket socket = openSocket(target).answeringPings()) {
                socket.sendBinary(new byte[MAX_BINARY + 1]);
                expectTooBig(socket, "a binary message of 1,048,577 bytes");
            }
        }

        private static void expectHash(RawWebSocket socket, byte[] payload, String what)
                throws NoSuchAlgorithmException {
            // In pieces, on a thread of its own: so a ping gets its pong between two of them.
            Thread.startVirtualThread(() -> {
                try {
                    for (int from = 0; from == 0 || from < payload.length; from += PIECE) {
                        int to = Math.min(payload.length, from + PIECE);
                        byte[] piece = Arrays.copyOfRange(payload, from, to);
                        Frame frame = from == 0 ? Frame.binary(piece) : Frame.continuation(piece);
                        socket.send(to < payload.length ? frame.more() : frame);
                    }
                } catch (AssertionError toldWhereTheAnswerIsRead) {
                    return;
                }
            });
            expectAnswer(socket, payload, what);
        }

        /** Events may come before it; which, is not this exercise's matter. */
        private static void expectAnswer(RawWebSocket socket, byte[] payload, String what)
                throws NoSuchAlgorithmException {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(payload);
            Frame came = socket.message();
            while (came.opcode() == Frame.TEXT) came = socket.message();
            if (came.opcode() == Frame.CLOSE) {
                throw socket.fail(what + " must be answered with the SHA-256 of the bytes, but"
                        + " the connection was closed with " + came.closeCode()
                        + (came.closeCode() == 1009 ? ", message too big" : ""));
            }
            if (came.opcode() != Frame.BINARY || !Arrays.equals(came.payload(), hash)) {
                throw socket.fail(what + " must be answered with the SHA-256 of the bytes, as a"
                        + " binary message of 32, but got " + came);
            }
        }

        private static void expectTooBig(RawWebSocket socket, String what) {
            socket.sendBinary(new byte[1]); // who took the message answers this one, too
            Frame came = socket.message();
            while (came.opcode() == Frame.TEXT) came = socket.message();
            if (came.opcode() == Frame.CLOSE && came.closeCode() == 1009) return;
            throw socket.fail(what + " must be closed with 1009, but got " + came);
        }

        private static byte[] bytes(Target target, int count) {
            var bytes = new byte[count];
            target.random().nextBytes(bytes);
            return bytes;
        }
    }

    @Exercise(id = "8.5", title = "Silence",
            hints = {
                "Silence is no sign by itself: a client may have nothing to say. So ask. What"
                    + " does everybody answer to a ping, without being told to? And after how many"
                    + " unanswered ones is a client gone?",
                "client.sendPing() asks; Heard.bytesFrom(client) grows with whatever comes, so"
                    + " compare it with what it was one heartbeat ago. Thread.sleep(HEARTBEAT_MS)"
                    + " costs no thread of the machine here. client.session.disconnect() ends TCP"
                    + " without waiting for an answer, and session.isOpen() tells when to stop.",
                "long before = Heard.bytesFrom(client); for (int pings = 0;"
                    + " client.session.isOpen(); pings++) { Thread.sleep(HEARTBEAT_MS); long bytes"
                    + " = Heard.bytesFrom(client); if (bytes > before) pings = 0; else if (pings"
                    + " == 2) { gone(client); client.session.disconnect(); return; } before ="
                    + " bytes; client.sendPing(); }"
            },
            starter = "and no ping came in")
    class Silence {
        private static final int BEATS = 4;

        // All at once, since each is made of waiting.
        @Test
        @DisplayName("8.5 each beat a ping; who answers or talks stays, who is silent is hung"
                + " up on")
        void pings(Target target) {
            long beat = target.limit("HEARTBEAT_MS", 10_000);
            boolean counts = countsWell(target); // else that is exercise 8.1's matter
            var count = new ClientCount(target);
            int before = count.settled();
            long start = System.nanoTime();
            try (RawWebSocket pongs = openSocket(target); RawWebSocket talks = openSocket(target);
                    RawWebSocket silent = openSocket(target)) {
                Thread talker = Thread.startVirtualThread(() -> {
                    // Says something each beat, and answers no ping.
                    for (int i = 0; i < BEATS + 2 && !Thread.interrupted(); i++) {
                        talks.sendText("{\"event\": \"say\", \"data\": {\"text\": \"still"
                                + " here\"}}");
                        LockSupport.parkNanos(beat * 1_000_000);
                    }
                });
                var times = new ArrayList<Long>();
                for (int i = 0; i < BEATS; i++) {
                    Frame ping = nextPing(pongs, beat, i);
                    times.add((System.nanoTime() - start) / 1_000_000);
                    pongs.sendPong(ping);
                }
                // Of three, since this machine may read the one in the middle late.
                for (int i = 2; i < BEATS; i++) {
                    long both = times.get(i) - times.get(i - 2);
                    if (both < beat * 5 / 4) {
                        throw pongs.fail("a ping each " + beat + " ms is enough, but three came"
                                + " within " + both + " ms");
                    }
                }
                // Four beats have passed: two pings went out to the silent one, and a beat more.
                Frame last = null;
                int pingsHeard = 0;
                while (!silent.client().isOver() && last == null) {
                    if (elapsed(start) > 6 * beat + 2_000) {
                        throw silent.fail("this client said nothing, while " + pingsHeard
                                + " pings went out, one each " + beat + " ms (HEARTBEAT_MS), and"
                                + " is still connected");
                    }
                    Frame frame = silent.frameOrEnd(Duration.ofMillis(beat));
                    if (frame == null) continue;
                    if (frame.opcode() == Frame.PING) pingsHeard++;
                    if (frame.opcode() == Frame.CLOSE) last = frame;
                }
                if (pingsHeard > 3) {
                    throw silent.fail("a client that is silent while two pings go out is hung up"
                            + " on, but this one got " + pingsHeard + " of them, one each "
                            + beat + " ms (HEARTBEAT_MS)");
                }
                if (pingsHeard < 2) {
                    throw silent.fail("two pings must go out before a client is hung up on, but "
                            + pingsHeard + " came");
                }
                if (counts) count.await(before + 2, "the silent one of three clients was"
                        + " hung up on", pongs);
                talker.interrupt();
                nextPing(pongs, beat, BEATS); // the others are still there
                talks.sendText("{\"event\": \"say\", \"data\": {\"text\": \"and still\"}}");
                nextPing(talks, beat, 0);
            }
        }

        private static long elapsed(long start) {
            return (System.nanoTime() - start) / 1_000_000;
        }

        private static Frame nextPing(RawWebSocket socket, long beat, int count) {
            long deadline = System.nanoTime() + (2 * beat + 1_000) * 1_000_000;
            while (System.nanoTime() < deadline) {
                Frame frame = socket.frameOrEnd(Duration.ofNanos(deadline - System.nanoTime()));
                if (frame != null && frame.opcode() == Frame.PING) return frame;
                if (frame == null && socket.client().isOver()) {
                    throw socket.fail("the server hung up on a client that was not silent");
                }
            }
            throw socket.fail("HEARTBEAT_MS=" + beat + ", and no ping came in " + (2 * beat + 1_000)
                    + " ms" + (count == 0 ? "" : ", after " + count + " of them"));
        }
    }

    // ---- what the tests share -----------------------------------------------------------------

    /** A client, greeted or not: its welcome is exercise 8.1's matter. */
    private static Events open(Target target) {
        return Events.openPerhapsGreeted(target, "/ws");
    }

    private static RawWebSocket openSocket(Target target) {
        return RawWebSocket.open(target, "/ws");
    }

    /** Says something, and gives what came back; an ack that nobody asked for is passed over. */
    private static JsonNode say(Events client, String text) {
        client.send("say", Map.of("text", text));
        JsonNode came = client.next();
        while (came.path("event").asText().equals("ack")) came = client.next();
        if (came.path("event").asText().equals("said")) return came.path("data");
        throw client.fail("expected the event “said”, but got " + came);
    }

    private static void error(Events client, String what, String... named) {
        JsonNode came = client.next();
        while (came.path("event").asText().equals("ack")) came = client.next();
        String sentence = came.path("data").path("error").asText();
        for (String name : named) {
            if (came.path("event").asText().equals("error") && sentence.contains(name)) return;
        }
        throw client.fail(what + ": expected an error that names “" + named[0] + "”, but got "
                + came);
    }

    /** Does GET /stats know a client that comes, and forget one that goes? */
    private static boolean countsWell(Target target) {
        var count = new ClientCount(target);
        int before = count.settled();
        try (RawWebSocket one = openSocket(target)) {
            count.await(before + 1, "one has come");
            one.close();
            count.await(before, "it has gone");
            return true;
        } catch (AssertionError miscounted) {
            return false;
        }
    }
}
