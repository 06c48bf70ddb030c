package workshop.testing.lessons;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import tests.clients.Feed;
import tests.clients.RawClient;
import tests.clients.RawHttp;
import workshop.running.LessonRun;
import workshop.testing.Await;
import workshop.testing.RealLesson;
import workshop.testing.TestAll;

/**
 * What solution 06 carries: 2,000 listeners and 100 messages a second for 30 s with
 * {@code BARS=full}, else fewer of all, for a few seconds. Each number is printed.
 */
@Isolated("it measures time")
class Lesson06BarsTest {
    private static final int AT_ONCE = 40; // fewer than the 50 that wait at Jetty's door
    private static final int WRITERS = 8;
    private static final int FILL = 700; // messages of 6 KB
    private static final double MORE = 1.2; // times the worst delay that a slow one may cause
    private static final double UNREST_MS = 250;

    @Test
    @DisplayName("06 many listeners, 100 messages a second: none lost, none repeated, in order")
    void manyListeners() throws Exception {
        int listeners = FULL ? 2_000 : 400;
        int seconds = FULL ? 30 : 2;
        try (RealLesson server = RealLesson.solution(6);
                Crowd crowd = new Crowd(server.port(), listeners)) {
            var run = new Run(crowd, server.port(), 100 * seconds, "hello");
            run.post(100);
            run.awaitAll();
            crowd.expectNothingWrong();
            assertEquals((long) listeners * 100 * seconds, crowd.events.get(), "events");
            TestAll.tell(String.format(Locale.ROOT, "06: %,d listeners, 100 messages a second for"
                    + " %d s: %,d events, each once and in order; delay mean %.0f ms, worst"
                    + " %.0f ms", listeners, seconds, crowd.events.get(), run.meanMs(),
                    run.worstMs()));
        }
    }

    @Test
    @DisplayName("06 one listener that stops reading makes the others' worst delay no longer")
    void oneSlowListener() throws Exception {
        int listeners = FULL ? 1_000 : 200; // 2,000 keep two cores so busy that chance decides
        int pairs = FULL ? 7 : 1;
        int messages = FULL ? 400 : 150; // over less than SLOW_MS, after which it is dropped
        var without = new double[pairs];
        var with = new double[pairs];
        try (RealLesson server = RealLesson.solution(6)) {
            fill(server.port());
            try (Crowd crowd = new Crowd(server.port(), listeners)) {
                measure(crowd, server.port(), 100); // until the compiler is done
                for (int pair = 0; pair < pairs; pair++) {
                    without[pair] = measure(crowd, server.port(), messages);
                    try (RawClient slow = RawClient.connect(LessonRun.HOST, server.port(), 4_096)) {
                        slow.send("GET /events HTTP/1.1\r\nHost: localhost\r\n"
                                + "Last-Event-ID: 0\r\n\r\n");
                        RawHttp.readHead(slow).expectStatus(200); // and not a byte more
                        with[pair] = measure(crowd, server.port(), messages);
                        assertEquals(listeners + 1, listeners(server.port()), "still listen");
                    }
                }
                crowd.expectNothingWrong();
            }
        }
        double ratio = median(with) / median(without);
        TestAll.tell(String.format(Locale.ROOT, "06: %,d listeners, 100 messages a second: worst"
                + " delay within half a second %.0f ms, with one that stops reading %.0f ms:"
                + " %.2f times as long (pairs: %d)", listeners, median(without), median(with),
                ratio, pairs));
        // In one short pair the machine's own unrest weighs more than what is measured.
        double unrest = FULL ? 0 : UNREST_MS;
        assertTrue(median(with) < MORE * median(without) + unrest,
                () -> "the worst delay became " + ratio + " times as long");
    }

    /** More than the 2.8 MB that loopback swallows before a write stands still. */
    private static void fill(int port) {
        String body = Feed.draft("ada", "你".repeat(1_990));
        try (RawClient client = RawClient.connect(LessonRun.HOST, port)) {
            for (int i = 0; i < FILL; i++) {
                client.send(request(body));
                RawHttp.answer(client, "POST").expectStatus(201);
            }
        }
    }

    private static double measure(Crowd crowd, int port, int messages) throws Exception {
        var run = new Run(crowd, port, messages, "hello");
        run.post(100);
        run.awaitAll();
        return run.typicalWorstMs();
    }

    private static String request(String body) {
        return "POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
                + "\r\nContent-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body;
    }

    private static int listeners(int port) {
        try (RawClient client = RawClient.connect(LessonRun.HOST, port)) {
            client.send("GET /stats HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            return RawHttp.answer(client, "GET").json().path("listeners").asInt();
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Messages that are posted at a steady pace, and when each reached the last listener. */
    private static final class Run {
        private static final int PART_MS = 500; // the worst delay is taken of each part of a run

        private final Crowd crowd;
        private final int port;
        private final int messages;
        private final String text;
        private final long first;           // id of the first message
        private final AtomicLongArray posted;

        Run(Crowd crowd, int port, int messages, String text) {
            this.crowd = crowd;
            this.port = port;
            this.messages = messages;
            this.text = text;
            this.first = newest(port) + 1;
            this.posted = new AtomicLongArray(messages);
            crowd.expect(first, messages);
        }

        /** The newest id, which a message tells that is not counted. */
        private static long newest(int port) {
            try (RawClient client = RawClient.connect(LessonRun.HOST, port)) {
                client.send(request(Feed.draft("ada", "what is the newest?")));
                return Feed.said(RawHttp.answer(client, "POST").expectStatus(201)).id();
            }
        }

        /** Several writers take turns, since one alone would wait for each answer. */
        void post(int aSecond) throws Exception {
            var next = new AtomicLong();
            long start = System.nanoTime();
            try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
                var writers = new ArrayList<Future<?>>();
                for (int i = 0; i < WRITERS; i++) {
                    writers.add(people.submit(() -> {
                        try (RawClient client = RawClient.connect(LessonRun.HOST, port)) {
                            for (long n; (n = next.getAndIncrement()) < messages; ) {
                                LockSupport.parkNanos(start + n * 1_000_000_000 / aSecond
                                        - System.nanoTime());
                                post(client);
                            }
                        }
                    }));
                }
                for (Future<?> writer : writers) writer.get();
            }
        }

        private void post(RawClient client) {
            String body = Feed.draft("ada", text);
            long now = System.nanoTime();
            client.send(request(body));
            long id = Feed.said(RawHttp.answer(client, "POST").expectStatus(201)).id();
            posted.set((int) (id - first), now);
        }

        void awaitAll() {
            Await.until("every event at every listener", Duration.ofSeconds(60),
                    () -> crowd.arrived() == (long) messages * crowd.size());
        }

        private double delayMs(int message) {
            return (crowd.last.get(message) - posted.get(message)) / 1e6;
        }

        double worstMs() {
            double worst = 0;
            for (int i = 0; i < messages; i++) worst = Math.max(worst, delayMs(i));
            return worst;
        }

        /** Mean time from a post until the last listener has it. */
        double meanMs() {
            double sum = 0;
            for (int i = 0; i < messages; i++) sum += delayMs(i);
            return sum / messages;
        }

        /** The worst delay within half a second, as it is in most of them. */
        double typicalWorstMs() {
            var parts = new ArrayList<Double>();
            long begun = posted.get(0);
            double worst = 0;
            for (int i = 0; i < messages; i++) {
                worst = Math.max(worst, delayMs(i));
                if (posted.get(i) - begun < PART_MS * 1_000_000L && i < messages - 1) continue;
                parts.add(worst);
                worst = 0;
                begun = posted.get(i);
            }
            return median(parts.stream().mapToDouble(Double::doubleValue).toArray());
        }
    }

    /** Many listeners on one thread; each knows the id that must come next. */
    private static final class Crowd implements AutoCloseable {
        private static final byte[] ID = "\nid: ".getBytes(UTF_8);

        private final Selector selector = Selector.open();
        private final List<Ear> ears = new ArrayList<>();
        private final AtomicLong events = new AtomicLong();
        private final Thread thread;
        private volatile AtomicLongArray last = new AtomicLongArray(0); // arrival at the last ear
        private volatile long first;
        private volatile long before;  // events of the runs before
        private volatile String wrong;

        /** One listener. The id's digits may come in two reads, so they are taken one by one. */
        private static final class Ear {
            private final SocketChannel channel;
            private int matched = 1;    // of ID: a stream begins a line
            private long id = -1;       // while its digits are read
            private long expected;      // 0: whichever comes first

            Ear(SocketChannel channel) {
                this.channel = channel;
            }
        }

        Crowd(int port, int size) throws IOException {
            var head = ByteBuffer.wrap("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    .getBytes(UTF_8));
            for (int i = 0; i < size; i++) {
                var ear = new Ear(SocketChannel.open(
                        new InetSocketAddress(LessonRun.HOST, port)));
                ear.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                ear.channel.write(head.duplicate());
                ear.channel.configureBlocking(false);
                ear.channel.register(selector, SelectionKey.OP_READ, ear);
                ears.add(ear);
                if (i % AT_ONCE == AT_ONCE - 1 || i == size - 1) awaitListeners(port, i + 1);
            }
            thread = Thread.ofPlatform().daemon().start(this::listen);
        }

        private static void awaitListeners(int port, int count) {
            Await.until(count + " listeners", Duration.ofSeconds(20),
                    () -> listeners(port) >= count);
        }

        int size() {
            return ears.size();
        }

        void expect(long firstId, int messages) {
            before = events.get();
            last = new AtomicLongArray(messages);
            first = firstId;
        }

        long arrived() {
            return events.get() - before;
        }

        void expectNothingWrong() {
            if (wrong != null) throw new AssertionError(wrong);
        }

        private void listen() {
            var buffer = ByteBuffer.allocateDirect(256 * 1024);
            var bytes = new byte[buffer.capacity()];
            try {
                while (selector.isOpen()) {
                    selector.select(key -> {
                        try {
                            read((Ear) key.attachment(), buffer.clear(), bytes);
                        } catch (IOException broken) {
                            wrong = "a listener was cut off: " + broken.getMessage();
                            key.cancel();
                        }
                    });
                }
            } catch (IOException | java.nio.channels.ClosedSelectorException over) {
                return; // the crowd goes home
            }
        }

        private void read(Ear ear, ByteBuffer buffer, byte[] bytes) throws IOException {
            int count = ear.channel.read(buffer);
            if (count < 0) throw new IOException("the server ended its stream");
            buffer.flip().get(bytes, 0, count);
            long now = System.nanoTime();
            int heard = 0;
            for (int i = 0; i < count; i++) {
                byte each = bytes[i];
                if (ear.id >= 0) {
                    if (each >= '0' && each <= '9') {
                        ear.id = 10 * ear.id + each - '0';
                        continue;
                    }
                    if (take(ear, now)) heard++;
                    ear.id = -1;
                    ear.matched = 0;
                }
                if (each == ID[ear.matched]) {
                    if (++ear.matched == ID.length) ear.id = 0;
                } else {
                    ear.matched = each == '\n' ? 1 : 0;
                }
                if (ear.matched == ID.length) ear.matched = 0;
            }
            if (heard > 0) events.addAndGet(heard);
        }

        /** Says whether this event belongs to the run. */
        private boolean take(Ear ear, long now) {
            if (ear.expected > 0 && ear.id != ear.expected) {
                wrong = "a listener awaited message " + ear.expected + " and got " + ear.id;
            }
            ear.expected = ear.id + 1;
            int place = (int) (ear.id - first);
            if (place < 0 || place >= last.length()) return false;
            last.set(place, now);
            return true;
        }

        @Override
        public void close() throws IOException {
            selector.close();
            for (Ear ear : ears) ear.channel.close();
            try {
                thread.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
