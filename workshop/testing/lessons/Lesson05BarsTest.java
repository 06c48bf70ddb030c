package workshop.testing.lessons;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import tests.clients.Answer;
import tests.clients.Feed;
import tests.clients.RawClient;
import tests.clients.RawHttp;
import workshop.running.LessonRun;
import workshop.testing.Await;
import workshop.testing.RealLesson;
import workshop.testing.TestAll;

/**
 * What solution 05 carries: 5,000 requests that wait with {@code BARS=full}, else 1,000; and what
 * bad clients cannot do to it. Each number is printed.
 */
@Isolated("it measures time")
class Lesson05BarsTest {
    private static final int WAITING = FULL ? 5_000 : 1_000;
    private static final int FEW_THREADS = 50;
    private static final Duration A_SECOND = Duration.ofSeconds(1);
    private static final int ROUNDS = FULL ? 6 : 3; // the first one warms up

    @Test
    @DisplayName("05 thousands wait on few threads, and each is answered within 1 s of a post")
    void thousandsWait() throws IOException {
        try (RealLesson server = RealLesson.solution(5)) {
            double worst = 0;
            long threads = 0;
            var rounds = new StringBuilder();
            for (int round = 0; round < ROUNDS; round++) {
                awaitWaiting(server, 0);
                try (var crowd = new Crowd(server.port(), WAITING)) {
                    crowd.ask("/messages?after=" + round + "&wait=60");
                    awaitWaiting(server, WAITING);
                    threads = Math.max(threads, stats(server).path("threads").asLong());
                    crowd.listen();
                    long start = System.nanoTime();
                    post(server);
                    double ms = crowd.awaitAnswers(start, "\"id\":" + (round + 1) + ",");
                    if (round == 0) continue; // both programs are still being compiled
                    threads = Math.max(threads, stats(server).path("threads").asLong());
                    worst = Math.max(worst, ms);
                    rounds.append(String.format(Locale.ROOT, " %.0f", ms));
                }
            }
            long most = threads;
            double slowest = worst;
            TestAll.tell(String.format(Locale.ROOT, "05: %,d requests waited on %d platform"
                    + " threads; ms from the post to the last answer, round by round:%s", WAITING,
                    most, rounds));
            assertTrue(most < FEW_THREADS, () -> "it has " + most + " platform threads");
            assertTrue(slowest < A_SECOND.toMillis(), () -> "the last answer took " + slowest
                    + " ms");
        }
    }

    @Test
    @DisplayName("05 thousands who hang up at once are forgotten within 2 s")
    void thousandsLeave() throws IOException {
        try (RealLesson server = RealLesson.solution(5); RawClient stays = server.connect()) {
            stays.send("GET /messages?wait=60 HTTP/1.1\r\nHost: a\r\n\r\n");
            try (var crowd = new Crowd(server.port(), WAITING)) {
                crowd.ask("/messages?wait=60");
                awaitWaiting(server, WAITING + 1);
            }
            long start = System.nanoTime();
            awaitWaiting(server, 1);
            double ms = (System.nanoTime() - start) / 1e6;
            TestAll.tell(String.format(Locale.ROOT, "05: %,d clients hung up, and were forgotten"
                    + " after %.0f ms", WAITING, ms));
            assertTrue(ms < 2_000, () -> "it took " + ms + " ms");
            assertTrue(stays.isSilent(Duration.ofMillis(100)), "who stayed was disturbed");
            post(server);
            assertEquals(1, Feed.listed(RawHttp.answer(stays, "GET")).size());
        }
    }

    @Test
    @DisplayName("05 what comes behind a held request is answered after it, whole and in order")
    void givesBytesBack() throws IOException {
        try (RealLesson server = RealLesson.solution(5); RawClient client = server.connect()) {
            client.send("GET /messages?wait=3 HTTP/1.1\r\nHost: a\r\n\r\n");
            awaitWaiting(server, 1);
            // Byte by byte: each look may meet one, or none.
            byte[] behind = "GET /stats HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1);
            for (byte each : behind) {
                client.send(new byte[] {each});
                client.isSilent(Duration.ofMillis(30));
            }
            assertEquals(204, RawHttp.answer(client, "GET").status());
            assertEquals(0, RawHttp.answer(client, "GET").expectStatus(200).json()
                    .path("waiting").asInt(-1));
        }
    }

    @Test
    @DisplayName("05 whoever ends its half, or sends half a request, harms nobody")
    void halfClients() throws IOException {
        try (RealLesson server = RealLesson.solution(5); RawClient half = server.connect();
                RawClient ended = server.connect()) {
            half.send("GET /messages?wait=60 HTTP/1.1\r\nHost");
            ended.send("GET /messages?wait=60 HTTP/1.1\r\nHost: a\r\n\r\n").end();
            Answer answer = RawHttp.answer(ended, "GET"); // it counts as gone, and is told so
            assertEquals(204, answer.status());
            awaitWaiting(server, 0);
            half.send(": a\r\n\r\n");
            awaitWaiting(server, 1);
            post(server);
            assertEquals(1, Feed.listed(RawHttp.answer(half, "GET")).size());
        }
    }

    @Test
    @DisplayName("05 a header of 64 KiB is refused with 431 and a sentence, while others wait")
    void longHeader() throws IOException {
        try (RealLesson server = RealLesson.solution(5); RawClient waits = server.connect();
                RawClient talks = server.connect()) {
            waits.send("GET /messages?wait=60 HTTP/1.1\r\nHost: a\r\n\r\n");
            awaitWaiting(server, 1);
            talks.send("GET /messages HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(64 * 1024)
                    + "\r\n\r\n");
            Answer answer = RawHttp.answer(talks, "GET").expectStatus(431);
            assertTrue(answer.json().path("error").asText().length() > 10, answer::text);
            post(server);
            assertEquals(1, Feed.listed(RawHttp.answer(waits, "GET")).size());
        }
    }

    @Test
    @DisplayName("05 a wait of more than Jetty's idle 30 s is held to its end")
    void waitsLongerThanJetty() throws IOException {
        int seconds = FULL ? 60 : 2;
        try (RealLesson server = RealLesson.solution(5); RawClient client = server.connect()) {
            long start = System.nanoTime();
            client.send("GET /messages?wait=" + seconds + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertTrue(client.isSilent(Duration.ofMillis(seconds * 1_000L - 100)), "too early");
            assertEquals(204, RawHttp.answer(client, "GET").status());
            long ms = (System.nanoTime() - start) / 1_000_000;
            assertTrue(ms < seconds * 1_000L + 1_000, () -> "204 came after " + ms + " ms");
        }
    }

    // --- What the tests share ----------------------------------------------------------------

    private static JsonNode stats(RealLesson server) {
        try (RawClient client = server.connect()) {
            client.send("GET /stats HTTP/1.1\r\nHost: a\r\n\r\n");
            return RawHttp.answer(client, "GET").expectStatus(200).json();
        }
    }

    private static void awaitWaiting(RealLesson server, int waiting) {
        Await.until(waiting + " to wait", Duration.ofSeconds(10),
                () -> stats(server).path("waiting").asInt(-1) == waiting);
    }

    private static void post(RealLesson server) {
        String body = Feed.draft("ada", "hello");
        try (RawClient client = server.connect()) {
            client.send("POST /messages HTTP/1.1\r\nHost: a\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body);
            RawHttp.answer(client, "POST").expectStatus(201);
        }
    }

    /** Many clients on one thread: the crowd itself must cost next to nothing. */
    private static final class Crowd implements AutoCloseable {
        private final List<SocketChannel> clients = new ArrayList<>();
        private final Selector selector = Selector.open();

        Crowd(int port, int size) throws IOException {
            for (int i = 0; i < size; i++) {
                clients.add(SocketChannel.open(new InetSocketAddress(LessonRun.HOST, port)));
            }
        }

        void ask(String target) throws IOException {
            byte[] request = ("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n")
                    .getBytes(ISO_8859_1);
            for (SocketChannel client : clients) client.write(ByteBuffer.wrap(request));
        }

        void listen() throws IOException {
            for (SocketChannel client : clients) {
                client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            }
        }

        /** Until each has got {@code text}; how many ms after {@code start} the last one did. */
        double awaitAnswers(long start, String text) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(4_096); // an answer has some 200 bytes
            int left = clients.size();
            double last = 0;
            while (left > 0) {
                if (selector.select(5_000) == 0) {
                    throw new AssertionError(left + " of " + clients.size()
                            + " requests were not answered within 5 s more");
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    ((SocketChannel) key.channel()).read(buffer.clear());
                    last = (System.nanoTime() - start) / 1e6;
                    String answer = ISO_8859_1.decode(buffer.flip()).toString();
                    assertTrue(answer.startsWith("HTTP/1.1 200") && answer.contains(text),
                            () -> "expected " + text + " but got " + answer);
                    key.cancel();
                    left--;
                }
                selector.selectedKeys().clear();
            }
            return last;
        }

        @Override
        public void close() throws IOException {
            selector.close();
            for (SocketChannel client : clients) client.close();
        }
    }
}
