package workshop.testing.lessons;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import tests.clients.Frame;
import tests.clients.RawClient;
import tests.clients.RawHttp;
import tests.clients.RawWebSocket;
import workshop.running.LessonRun;
import workshop.testing.Await;
import workshop.testing.Footprint;
import workshop.testing.RealLesson;
import workshop.testing.TestAll;

/**
 * What solution 09 carries: 1,000 clients and 50 messages a second for 30 s, and 5,000 that only
 * stay, with {@code BARS=full}, else fewer of all, for a few seconds. Each number is printed.
 */
@Isolated("it measures time")
class Lesson09BarsTest {
    private static final int A_SECOND = 50;
    private static final int AT_ONCE = 40;      // fewer than the 50 that wait at Jetty's door
    private static final double MORE = 1.2;     // times the 99th percentile, with a slow one
    private static final double UNREST_MS = 100; // a short run's own, on a busy machine
    private static final int IDLE_KB = 40;      // of the server's heap, for each client
    private static final int FILL = 60;         // texts of 60 KB: more than the network takes

    private static RealLesson server;
    private static long lastId; // of the server's messages
    private static int crowds;  // so far: their names differ

    @BeforeAll
    static void start() throws Exception {
        server = RealLesson.solution(9);
        try (Crowd warm = new Crowd(server.port(), 20)) {
            warm.speak(FULL ? 500 : 25); // until the compiler is done
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) server.close();
    }

    @Test
    @DisplayName("09 many clients, 50 messages a second: each hears every one, in the same order")
    void manyClients() throws Exception {
        int size = FULL ? 1_000 : 100;
        int messages = FULL ? 30 * A_SECOND : A_SECOND;
        try (Crowd crowd = new Crowd(server.port(), size)) {
            crowd.speak(FULL ? 5 * A_SECOND : 5);
            double[] delays = crowd.speak(messages);
            TestAll.tell(String.format(Locale.ROOT, "09: %,d clients, %d messages a second for %d"
                    + " s: %,d frames, each once and in order; delay median %.1f ms, 99th"
                    + " percentile %.1f ms", size, A_SECOND, messages / A_SECOND, delays.length,
                    percentile(delays, 50), percentile(delays, 99)));
        }
    }

    @Test
    @DisplayName("09 one client that stops reading does not delay the others")
    void oneSlowClient() throws Exception {
        int size = FULL ? 1_000 : 25;
        int messages = FULL ? 220 : 50; // with what fills the network fewer than 256 wait
        int pairs = FULL ? 3 : 1;
        var without = new double[pairs];
        var with = new double[pairs];
        try (Crowd crowd = new Crowd(server.port(), size)) {
            crowd.speak(5);
            for (int pair = 0; pair < pairs; pair++) {
                crowd.fill(FILL); // so that both times the same went before
                without[pair] = percentile(crowd.speak(messages), 99);
                try (RawWebSocket slow = RawWebSocket.open(LessonRun.HOST, server.port(), 8_192,
                        "/ws")) {
                    slow.sendText(hello("slow"));
                    while (!slow.message().text().contains("\"value\"")) {
                        continue; // the history
                    }
                    crowd.fill(FILL); // and from here on it reads no byte more
                    with[pair] = percentile(crowd.speak(messages), 99);
                    crowd.awaitConnected(size + 1); // it was slow, and was borne
                }
                crowd.awaitConnected(size);
            }
        }
        double before = percentile(without, 50);
        double after = percentile(with, 50);
        TestAll.tell(String.format(Locale.ROOT, "09: %,d clients, %d messages a second: 99th"
                + " percentile of the delay %.1f ms, with one that stops reading %.1f ms (median of"
                + " %d: %s, %s)", size, A_SECOND, before, after, pairs, Arrays.toString(without),
                Arrays.toString(with)));
        assertTrue(after < MORE * before + (FULL ? 0 : UNREST_MS),
                () -> "the 99th percentile went from " + before + " to " + after + " ms");
    }

    @Test
    @DisplayName("09 a client that only stays costs less than 40 KB of the server's heap")
    void idleClients() throws Exception {
        int size = FULL ? 5_000 : 150;
        // A server of its own: what the crowds before have left is still being put away.
        try (RealLesson fresh = RealLesson.solution(9)) {
            new Crowd(fresh.port(), 40, false).close(); // the first ones wake up a lot
            long before = Footprint.bytes(fresh);
            try (Crowd crowd = new Crowd(fresh.port(), size, false)) {
                double each = (Footprint.bytes(fresh) - before) / 1024.0 / size;
                TestAll.tell(String.format(Locale.ROOT, "09: %,d clients that only stay: %.1f KB"
                        + " of the server's heap each", crowd.size(), each));
                assertTrue(each > 0 && each < IDLE_KB, () -> "a client costs " + each + " KB");
            }
        }
    }

    private static double percentile(double[] values, int percent) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    private static String hello(String name) {
        return "{\"event\": \"hello\", \"data\": {\"name\": \"" + name + "\"}}";
    }

    /** Many clients on one thread; each knows the id of the message that must come next. */
    private static final class Crowd implements AutoCloseable {
        private static final byte[] SAID = "{\"event\":\"said\",\"data\":{\"id\":".getBytes(UTF_8);

        private final int port;
        private final Selector selector = Selector.open();
        private final List<Ear> ears = new ArrayList<>();
        private final AtomicLong arrived = new AtomicLong();
        private final Thread thread;
        private final RawWebSocket speaker;
        private volatile double[] delays = new double[0];
        private volatile long[] said = new long[0]; // when, by id − first
        private volatile long first = Long.MAX_VALUE;
        private volatile String wrong;
        private boolean isOver;

        /** One client: how far it is within a frame, which may come in any pieces. */
        private static final class Ear {
            private final SocketChannel channel;
            private final byte[] head = new byte[SAID.length + 20]; // of the payload
            private int inHeader;   // bytes of the frame's header so far
            private int lengthBytes;
            private long length;    // of the payload
            private long read;      // of the payload
            private long expected;  // the next id; 0: whichever comes first

            Ear(SocketChannel channel) {
                this.channel = channel;
            }
        }

        Crowd(int port, int size) throws IOException {
            this(port, size, true);
        }

        /** @param greets false: they say no hello, and hear nothing but their welcome */
        Crowd(int port, int size, boolean greets) throws IOException {
            this.port = port;
            crowds++;
            for (int i = 0; i < size; i++) {
                var ear = new Ear(SocketChannel.open(new InetSocketAddress(LessonRun.HOST, port)));
                ear.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                ear.channel.write(ByteBuffer.wrap(RawWebSocket.request("/ws", "localhost",
                        RawWebSocket.freshKey()).getBytes(UTF_8)));
                upgraded(ear.channel);
                if (greets) {
                    ear.channel.write(ByteBuffer.wrap(Frame.text(hello("c" + crowds + "-" + i))
                            .masked()));
                }
                ear.channel.configureBlocking(false);
                ear.channel.register(selector, SelectionKey.OP_READ, ear);
                ears.add(ear);
                if (i % AT_ONCE == 0) selector.selectNow(key -> hear(key, new byte[1 << 16]));
            }
            thread = Thread.ofPlatform().daemon().start(this::listen);
            awaitConnected(size);
            speaker = RawWebSocket.open(LessonRun.HOST, port, "/ws");
            speaker.sendText(hello("speaker" + crowds));
            awaitSaid("{\"event\":\"value\"");
        }

        /** Reads the head of the answer to its last byte, and nothing behind it. */
        private static void upgraded(SocketChannel channel) throws IOException {
            var one = ByteBuffer.allocate(1);
            for (int end = 0; end < 4; ) {
                if (channel.read(one.clear()) < 0) throw new IOException("no upgrade");
                end = one.get(0) == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : 0;
            }
        }

        int size() {
            return ears.size();
        }

        void awaitConnected(int count) {
            Await.until(count + " clients", Duration.ofSeconds(60), () -> {
                try (RawClient client = RawClient.connect(LessonRun.HOST, port)) {
                    client.send("GET /stats HTTP/1.1\r\nHost: localhost\r\nConnection:"
                            + " close\r\n\r\n");
                    int clients = RawHttp.answer(client, "GET").json().path("clients").asInt();
                    return clients - (speaker == null ? 0 : 1) == count;
                }
            });
        }

        /** So many short texts, at their pace; gives the delay of each to each client, in ms. */
        double[] speak(int messages) {
            return speak(messages, "hello");
        }

        /** Long texts, one when all have got the last: the server shall hold no heap of them. */
        void fill(int messages) {
            for (int i = 0; i < messages; i++) speak(1, "x".repeat(60_000));
        }

        private double[] speak(int messages, String text) {
            long before = arrived.get();
            delays = new double[messages * ears.size()];
            said = new long[messages];
            first = lastId + 1;
            long start = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                if (text.length() < 100) {
                    LockSupport.parkNanos(start + i * 1_000_000_000L / A_SECOND
                            - System.nanoTime());
                }
                said[i] = System.nanoTime();
                speaker.sendText("{\"event\": \"say\", \"data\": {\"text\": \"" + text + "\"}}");
                lastId = Long.parseLong(awaitSaid("{\"event\":\"said\"").split("\"id\":")[1]
                        .split(",")[0]);
                if (lastId == first + i) continue;
                throw new AssertionError("message " + (first + i) + " has the id " + lastId);
            }
            Await.until("every message at every client", Duration.ofSeconds(60), () -> wrong != null
                    || arrived.get() - before == (long) messages * ears.size());
            if (wrong != null) throw new AssertionError(wrong);
            assertEquals((long) messages * ears.size(), arrived.get() - before, "frames");
            return delays;
        }

        private String awaitSaid(String beginning) {
            while (true) {
                String text = speaker.message().text();
                if (text.startsWith(beginning)) return text;
            }
        }

        private void listen() {
            var bytes = new byte[1 << 18];
            try {
                while (selector.isOpen()) selector.select(key -> hear(key, bytes));
            } catch (IOException | ClosedSelectorException over) {
                return; // the crowd goes home
            }
        }

        private void hear(SelectionKey key, byte[] bytes) {
            var ear = (Ear) key.attachment();
            try {
                int count = ear.channel.read(ByteBuffer.wrap(bytes));
                if (count < 0) throw new IOException("the server ended it");
                long now = System.nanoTime();
                for (int at = 0; at < count; ) at = take(ear, bytes, at, count, now);
            } catch (IOException broken) {
                if (!isOver) wrong = "a client was cut off: " + broken.getMessage();
                key.cancel();
            }
        }

        /** One byte of a header, or as much of a payload as is there; gives where to go on. */
        private int take(Ear ear, byte[] bytes, int at, int count, long now) throws IOException {
            if (ear.inHeader < 2 + ear.lengthBytes) {
                int each = bytes[at] & 0xFF;
                if (ear.inHeader == 0 && (each & 0x0F) == 8) throw new IOException("a close came");
                if (ear.inHeader == 1) {
                    ear.lengthBytes = each == 126 ? 2 : each == 127 ? 8 : 0;
                    ear.length = ear.lengthBytes == 0 ? each : 0;
                } else if (ear.inHeader > 1) {
                    ear.length = ear.length << 8 | each;
                }
                ear.inHeader++;
                ear.read = 0;
                at++;
            } else {
                int part = (int) Math.min(count - at, ear.length - ear.read);
                int kept = (int) Math.min(part, Math.max(0, ear.head.length - ear.read));
                if (kept > 0) System.arraycopy(bytes, at, ear.head, (int) ear.read, kept);
                ear.read += part;
                at += part;
            }
            if (ear.inHeader >= 2 + ear.lengthBytes && ear.read == ear.length) {
                whole(ear, now);
                ear.inHeader = 0;
                ear.lengthBytes = 0;
            }
            return at;
        }

        private void whole(Ear ear, long now) {
            if (ear.length < SAID.length || Arrays.mismatch(SAID, 0, SAID.length, ear.head, 0,
                    SAID.length) >= 0) return;
            long id = 0;
            for (int i = SAID.length; ear.head[i] != ','; i++) id = 10 * id + ear.head[i] - '0';
            if (ear.expected > 0 && id != ear.expected) {
                wrong = "a client awaited message " + ear.expected + " and got " + id;
            }
            ear.expected = id + 1;
            int place = (int) (id - first);
            if (place < 0 || place >= said.length) {
                wrong = "a client got message " + id + ", which nobody said now";
                return;
            }
            delays[(int) (arrived.get() % delays.length)] = (now - said[place]) / 1e6;
            arrived.incrementAndGet();
        }

        @Override
        public void close() throws IOException {
            isOver = true;
            selector.close();
            for (Ear ear : ears) ear.channel.close();
            speaker.close();
            try {
                thread.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
