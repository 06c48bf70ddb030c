package workshop.testing.lessons;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import tests.clients.RawClient;
import tests.clients.RawHttp;
import tests.clients.RawWebSocket;
import workshop.running.LessonRun;
import workshop.testing.Await;
import workshop.testing.Footprint;
import workshop.testing.RealLesson;
import workshop.testing.TestAll;

/**
 * What solution 10 carries and outlives: 10,000 joins and leaves a second for 30 s, 5,000 idle
 * clients, and 10,000 random events, with {@code BARS=full}; else fewer. Each number is printed.
 */
@Isolated("it measures time and memory")
class Lesson10BarsTest {
    private static final int A_SECOND = 10_000;
    private static final int ROOMS = 1_000;
    private static final int CLIENTS = 40;
    private static final int BATCH = 25;     // events in one write, the last of them with an ack
    private static final int MAX_ROOMS = 100; // as the lesson has it
    private static final int IDLE_KB = 40;   // of the server's heap, for each client
    private static final int AT_ONCE = 40;   // fewer than the 50 that wait at Jetty's door
    private static final int MB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20); // on a busy machine
    private static final ObjectMapper JSON = new ObjectMapper();

    private static RealLesson server;

    @BeforeAll
    static void start() {
        server = RealLesson.solution(10);
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) server.close();
    }

    /** Whatever a test has left connected is gone before the next one. */
    @BeforeEach
    void alone() {
        awaitClients(0);
    }

    // --- joins and leaves ----------------------------------------------------------------------

    @Test
    @DisplayName("10 joins and leaves by the thousand: the list is what the members say, and an"
            + " empty server has forgotten all")
    void churn() throws Exception {
        int seconds = FULL ? 30 : 1;
        churn(FULL ? 5 : 1); // classes, buffers and pools are there from now on
        awaitClients(0);
        long before = Footprint.bytes(server);
        double rate = churn(seconds);
        awaitClients(0);
        try (var late = new Wire("chat")) {
            assertEquals(Map.of(), late.rooms(), "the list of an empty server");
        }
        awaitClients(0);
        long after = Footprint.bytes(server);
        TestAll.tell(String.format(Locale.ROOT, "10: %,.0f joins and leaves a second across %,d"
                + " rooms for %d s, with clients that vanish: the list is what the members say;"
                + " empty again, the heap holds %.1f MB, before %.1f MB", rate, ROOMS, seconds,
                (double) after / MB, (double) before / MB));
        assertTrue(after - before < 5 * MB, () -> "the empty server keeps "
                + (after - before) / 1024 + " KB more than before");
        if (FULL) assertTrue(rate > 0.95 * A_SECOND, () -> "only " + rate + " a second");
    }

    /** Returns how many events there were in a second; all clients are gone afterwards. */
    private static double churn(int seconds) throws Exception {
        var done = new AtomicLong();
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        var clients = new ArrayList<Member>();
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<Member>>();
            for (int i = 0; i < CLIENTS; i++) {
                running.add(people.submit(() -> {
                    var random = ThreadLocalRandom.current();
                    var member = new Member();
                    while (System.nanoTime() < end) {
                        long turn = done.getAndAdd(BATCH);
                        LockSupport.parkNanos(start + turn * 1_000_000_000L / A_SECOND
                                - System.nanoTime());
                        member.toggleSome(random);
                        if (random.nextInt(20) > 0) continue;
                        member.vanish(random.nextBoolean());
                        member = new Member();
                    }
                    return member;
                }));
            }
            for (Future<Member> each : running) clients.add(each.get());
        }
        double rate = done.get() / ((System.nanoTime() - start) / 1e9);
        awaitClients(CLIENTS);
        var said = new TreeMap<String, Integer>();
        clients.forEach(each -> each.rooms.forEach(room -> said.merge(room, 1, Integer::sum)));
        assertEquals(said, clients.getFirst().wire.rooms(), "the list, and what the members say");
        for (Member each : clients) each.wire.close();
        return rate;
    }

    /** A client that knows which rooms it is in. */
    private static final class Member {
        private final Wire wire;
        private final Set<String> rooms = new TreeSet<>();

        Member() throws IOException {
            wire = new Wire("chat");
        }

        void toggleSome(Random random) throws IOException {
            for (int i = 1; i <= BATCH; i++) {
                String room = "room-" + random.nextInt(ROOMS);
                boolean leaves = rooms.size() > MAX_ROOMS / 2 && random.nextBoolean();
                if (leaves) room = rooms.stream().skip(random.nextInt(rooms.size())).findFirst()
                        .orElseThrow();
                String event = rooms.remove(room) ? "leave" : "join";
                if (event.equals("join")) {
                    if (rooms.size() == MAX_ROOMS) continue;
                    rooms.add(room);
                }
                wire.write(event, Map.of("room", room), null);
            }
            wire.write("nothing", Map.of(), 1); // refused, after all that was before it
            wire.flush();
            JsonNode came = wire.next();
            if (!came.path("event").asText().equals("ack")) {
                throw new AssertionError("a join or leave was refused: " + came);
            }
        }

        void vanish(boolean reset) throws IOException {
            if (reset) wire.socket.setSoLinger(true, 0);
            wire.close();
        }
    }

    // --- clients that only stay ------------------------------------------------------------------

    @Test
    @DisplayName("10 a client that only stays costs less than 40 KB of the server's heap")
    void idle() throws Exception {
        int size = FULL ? 5_000 : 500;
        for (int i = 0; i < AT_ONCE; i++) idleClient().close(); // the first ones wake up a lot
        awaitClients(0);
        long before = Footprint.bytes(server);
        var clients = new ArrayList<Socket>();
        try {
            for (int i = 1; i <= size; i++) {
                clients.add(idleClient());
                if (i % AT_ONCE == 0) awaitClients(i);
            }
            awaitClients(size);
            double each = (Footprint.bytes(server) - before) / 1024.0 / size;
            for (Socket client : clients) client.close();
            awaitClients(0);
            TestAll.tell(String.format(Locale.ROOT, "10: %,d clients that only stay: %.1f KB of the"
                    + " server's heap each", size, each));
            assertTrue(each < IDLE_KB, () -> "a client costs " + each + " KB");
            Await.until("that the heap is within 1 MB of " + before + " bytes when all are gone",
                    PATIENCE, () -> Footprint.bytes(server) < before + MB);
        } finally {
            for (Socket client : clients) client.close();
        }
    }

    /** Connected to chat; it reads nothing, for nothing comes but the welcome and pings. */
    private static Socket idleClient() throws IOException {
        var socket = new Socket(LessonRun.HOST, server.port());
        socket.getOutputStream().write(RawWebSocket.request("/ws/chat", "localhost",
                RawWebSocket.freshKey()).getBytes(UTF_8));
        return socket;
    }

    // --- any mix of events, against a model -----------------------------------------------------

    private static final List<String> NAMESPACES = List.of("chat", "game");
    private static final List<String> NAMES = List.of("a", "B", "c-1", "d_2", "red", "blue");
    private static final List<String> KEYS = List.of("one", "two");

    private record ModelRoom(String key, Set<Wire> members) {}

    @Test
    @DisplayName("10 any mix of events from many clients does what a simple model of rooms does")
    void model() throws Exception {
        String given = System.getenv("SEED"); // to play again what was told
        long seed = given == null ? new Random().nextLong() : Long.parseLong(given);
        int steps = FULL ? 10_000 : 1_500;
        TestAll.tell("10: " + steps + " random events against a model, seed " + seed);
        try (var model = new Model(new Random(seed))) {
            model.play(steps);
        } catch (AssertionError different) {
            throw new AssertionError("seed " + seed + ": " + different.getMessage()
                    + "\nthe server says " + server.run().output().since(0), different);
        }
    }

    private static final class Model implements AutoCloseable {
        private final Random random;
        private final Map<String, Map<String, ModelRoom>> worlds = new HashMap<>();
        private final List<Wire> clients = new ArrayList<>();
        private final Map<String, String> gone = new HashMap<>();

        Model(Random random) throws IOException {
            this.random = random;
            NAMESPACES.forEach(name -> worlds.put(name, new TreeMap<>()));
            for (int i = 0; i < 10; i++) clients.add(new Wire(any(NAMESPACES)));
        }

        private <T> T any(List<T> values) {
            return values.get(random.nextInt(values.size()));
        }

        void play(int steps) throws Exception {
            for (int step = 0; step < steps; step++) {
                Wire client = any(clients);
                try {
                    step(client);
                } catch (AssertionError | IOException wrong) {
                    throw new AssertionError("step " + step + ": " + wrong.getMessage(), wrong);
                }
            }
            for (Wire each : clients) { // nothing more came to anybody
                each.send("nothing", Map.of(), 0);
                assertEquals("ack", each.next().path("event").asText(), "nothing more came");
            }
        }

        @Override
        public void close() throws IOException {
            for (Wire each : clients) each.close();
        }

        private void step(Wire client) throws Exception {
            Map<String, ModelRoom> rooms = worlds.get(client.namespace);
            String room = any(NAMES);
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> join(client, rooms, room);
                case 3 -> {
                    boolean isIn = isIn(client, rooms, room);
                    client.ask("leave", Map.of("room", room), isIn);
                    if (isIn) out(client, rooms, room);
                }
                case 4, 5 -> say(client, rooms, List.of(room), true);
                case 6 -> say(client, rooms, IntStream.range(0, 1 + random.nextInt(3))
                        .mapToObj(_ -> any(NAMES)).toList(), false);
                case 7 -> sayTo(client);
                case 8 -> list(client, rooms);
                default -> {
                    if (random.nextInt(4) == 0) vanish(client, rooms);
                    else client.ask(any(List.of("Say", "join", "say")),
                            Map.of("room", "no name"), false);
                }
            }
        }

        private static boolean isIn(Wire client, Map<String, ModelRoom> rooms, String room) {
            return rooms.containsKey(room) && rooms.get(room).members.contains(client);
        }

        private static void out(Wire client, Map<String, ModelRoom> rooms, String room) {
            rooms.get(room).members.remove(client);
            if (rooms.get(room).members.isEmpty()) rooms.remove(room);
        }

        private void join(Wire client, Map<String, ModelRoom> rooms, String room)
                throws IOException {
            String key = random.nextBoolean() ? null : any(KEYS);
            ModelRoom there = rooms.get(room);
            boolean fits = there == null || Objects.equals(there.key, key);
            client.ask("join", key == null ? Map.of("room", room)
                    : Map.of("room", room, "key", key), fits);
            if (!fits) return;
            rooms.computeIfAbsent(room, _ -> new ModelRoom(key, new LinkedHashSet<>()))
                    .members.add(client);
        }

        private void say(Wire client, Map<String, ModelRoom> rooms, List<String> names,
                boolean one) throws IOException {
            boolean echo = random.nextInt(3) > 0;
            String text = "text " + random.nextInt();
            boolean isIn = names.stream().allMatch(name -> isIn(client, rooms, name));
            var hearers = new LinkedHashSet<Wire>();
            if (isIn) names.forEach(name -> hearers.addAll(rooms.get(name).members));
            if (!echo) hearers.remove(client);
            var data = new HashMap<String, Object>(Map.of("text", text, "echo", echo));
            if (one) data.put("room", names.getFirst());
            else data.put("rooms", names);
            client.send("say", data, 7);
            for (Wire each : hearers) each.expectSaid(client, text);
            client.expectAck(isIn, data);
        }

        private void sayTo(Wire client) throws IOException {
            Wire one = any(clients);
            boolean isHere = one.namespace.equals(client.namespace);
            String text = "text " + random.nextInt();
            Map<String, Object> data = Map.of("text", text, "to", one.id);
            client.send("say", data, 7);
            if (isHere) one.expectSaid(client, text);
            client.expectAck(isHere, data);
            if (gone.isEmpty()) return;
            client.ask("say", Map.of("text", text, "to", any(List.copyOf(gone.keySet()))), false);
        }

        private static void list(Wire client, Map<String, ModelRoom> rooms) throws IOException {
            var expected = new TreeMap<String, Integer>();
            rooms.forEach((name, room) -> {
                if (room.key != null && !room.members.contains(client)) return;
                expected.put(name, room.members.size());
            });
            assertEquals(expected, client.rooms(), "the list");
        }

        private void vanish(Wire client, Map<String, ModelRoom> rooms) throws Exception {
            for (String name : List.copyOf(rooms.keySet())) {
                if (isIn(client, rooms, name)) out(client, rooms, name);
            }
            if (random.nextBoolean()) client.socket.setSoLinger(true, 0);
            client.close();
            clients.remove(client);
            gone.put(client.id, client.namespace);
            awaitClients(clients.size());
            clients.add(new Wire(any(NAMESPACES)));
        }
    }

    // --- limits ---------------------------------------------------------------------------------

    @Test
    @DisplayName("10 joins without end by one client end at a limit that is told")
    void joinsWithoutEnd() throws Exception {
        try (var client = new Wire("chat"); var other = new Wire("chat")) {
            for (int i = 1; i <= MAX_ROOMS; i++) {
                client.ask("join", Map.of("room", "room-" + i), true);
            }
            client.send("join", Map.of("room", "one-more"), 1);
            String sentence = client.next().at("/data/error").asText();
            assertTrue(sentence.contains("100"), () -> "the sentence tells the limit: " + sentence);
            client.ask("join", Map.of("room", "room-1"), true); // again changes nothing
            client.ask("leave", Map.of("room", "room-1"), true);
            client.ask("join", Map.of("room", "one-more"), true);
            other.ask("join", Map.of("room", "one-more"), true);
        }
    }

    @Test
    @DisplayName("10 who reads no more is cut off, and the others hear all meanwhile")
    void readsNoMore() throws Exception {
        try (var ada = new Wire("chat"); var bob = new Wire("chat");
                var deaf = new Wire("chat", 8_192)) {
            for (Wire each : List.of(ada, bob, deaf)) each.ask("join", Map.of("room", "a"), true);
            String text = "x".repeat(60_000);
            for (int i = 0; i < 400; i++) { // the network takes some 50 of them
                ada.send("say", Map.of("room", "a", "text", text, "echo", false), 7);
                bob.expectSaid(ada, text);
                ada.expectAck(true, Map.of());
            }
            awaitClients(2);
            assertEquals(Map.of("a", 2), bob.rooms(), "the list");
        }
    }

    private static void awaitClients(int count) {
        try (RawClient client = server.connect()) {
            Await.until("that " + count + " clients are counted", PATIENCE, () -> {
                client.send("GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n");
                return RawHttp.answer(client, "GET").json().path("clients").asInt() == count;
            });
        }
    }

    // --- a client that keeps nothing -------------------------------------------------------------

    private static final class Wire implements AutoCloseable {
        private final Socket socket = new Socket();
        private final DataInputStream in;
        private final OutputStream out;
        private final String namespace;
        private final String id;

        Wire(String namespace) throws IOException {
            this(namespace, 0);
        }

        Wire(String namespace, int receiveBuffer) throws IOException {
            this.namespace = namespace;
            if (receiveBuffer > 0) socket.setReceiveBufferSize(receiveBuffer);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(LessonRun.HOST, server.port()));
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out = new BufferedOutputStream(socket.getOutputStream());
            out.write(("GET /ws/" + namespace + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket"
                    + "\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").getBytes(UTF_8));
            out.flush();
            int last = 0;
            while (last != 0x0D0A0D0A) last = last << 8 | in.readUnsignedByte();
            id = next().at("/data/id").asText();
        }

        /** The mask is 0: what it hides from old proxies need not be hidden here. */
        void write(String event, Map<String, ?> data, Integer ack) throws IOException {
            ObjectNode envelope = JSON.createObjectNode().put("event", event);
            envelope.set("data", JSON.valueToTree(data));
            if (ack != null) envelope.put("id", ack);
            byte[] text = JSON.writeValueAsBytes(envelope);
            var head = ByteBuffer.allocate(8).put((byte) 0x81);
            if (text.length < 126) head.put((byte) (0x80 | text.length));
            else head.put((byte) 0xFE).putShort((short) text.length);
            head.putInt(0).flip();
            out.write(head.array(), 0, head.limit());
            out.write(text);
        }

        void flush() throws IOException {
            out.flush();
        }

        void send(String event, Map<String, ?> data, int ack) throws IOException {
            write(event, data, ack);
            flush();
        }

        /** The next text; pings are passed over. */
        JsonNode next() throws IOException {
            while (true) {
                int opcode = in.readUnsignedByte() & 15;
                int length = in.readUnsignedByte();
                if (length == 126) length = in.readUnsignedShort();
                else if (length == 127) length = (int) in.readLong();
                byte[] payload = in.readNBytes(length);
                if (payload.length < length) throw new EOFException("cut off within a frame");
                if (opcode == 1) return JSON.readTree(payload);
                if (opcode == 8) throw new EOFException("the server closed");
            }
        }

        void ask(String event, Map<String, ?> data, boolean granted) throws IOException {
            send(event, data, 7);
            expectAck(granted, data);
        }

        void expectAck(boolean granted, Map<String, ?> asked) throws IOException {
            JsonNode came = next();
            if (came.path("event").asText().equals("ack")
                    && came.path("data").has("error") != granted) {
                return;
            }
            throw new AssertionError(id + " in " + namespace + " asked " + asked + ", which is to"
                    + " be " + (granted ? "granted" : "refused") + ", but got " + came);
        }

        void expectSaid(Wire sender, String text) throws IOException {
            JsonNode came = next();
            if (came.path("event").asText().equals("said")
                    && came.at("/data/text").asText().equals(text)
                    && came.at("/data/from").asText().equals(sender.id)) {
                return;
            }
            String shown = came.toString();
            throw new AssertionError(id + " in " + namespace + " must hear what " + sender.id
                    + " says, but got " + shown.substring(0, Math.min(200, shown.length())));
        }

        Map<String, Integer> rooms() throws IOException {
            send("rooms", Map.of(), 7);
            JsonNode list = next();
            assertEquals("rooms", list.path("event").asText());
            assertEquals("ack", next().path("event").asText());
            var rooms = new TreeMap<String, Integer>();
            for (JsonNode each : list.at("/data/rooms")) {
                rooms.put(each.path("room").asText(), each.path("size").asInt());
            }
            return rooms;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
