package workshop.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.clients.RawClient;
import workshop.running.LessonRun;

/** The solutions outlive bad clients, answer afterwards, and are as small as they were. */
class SurvivalTest {
    private static final int STRINGS = 10_000;
    private static final int DRIBBLERS = 500;
    private static final int DRIBBLES = 5; // one a second
    private static final int BREAKERS = 200;

    // A server that is done with a client lets it go within its idle time (10 s) and its lingering
    // (5 s).
    private static final Duration CALM = Duration.ofSeconds(30);

    @ParameterizedTest(name = "solution {0} outlives 10,000 random byte strings as requests")
    @ValueSource(ints = {2, 3})
    void randomBytes(int lesson) throws Exception {
        long seed = System.nanoTime();
        survives(lesson, "seed " + seed, server -> sendStrings(server, seed));
    }

    @ParameterizedTest(name = "solution {0} outlives 500 clients that send one byte a second")
    @ValueSource(ints = {2, 3})
    void dribblers(int lesson) throws Exception {
        survives(lesson, DRIBBLERS + " dribblers", SurvivalTest::dribble);
    }

    @ParameterizedTest(name = "solution {0} outlives 200 clients that reset in the middle")
    @ValueSource(ints = {2, 3})
    void resets(int lesson) throws Exception {
        survives(lesson, BREAKERS + " resets", SurvivalTest::reset);
    }

    private interface Mischief {
        void against(RealLesson server) throws Exception;
    }

    private void survives(int lesson, String what, Mischief mischief) throws Exception {
        try (var server = RealLesson.solution(lesson)) {
            for (int i = 0; i < 200; i++) expectAnswer(server); // what it loads and makes once
            Footprint before = Footprint.of(server);
            try {
                mischief.against(server);
                expectAnswer(server);
                assertTrue(server.run().isAlive());
                before.awaitAgain(server, CALM);
                expectAnswer(server);
            } catch (AssertionError failure) {
                throw new AssertionError(failure.getMessage() + "\n(" + what + ")"
                        + server.run().endedWords() + server.run().printed(0), failure);
            }
        }
    }

    // --- Random bytes ------------------------------------------------------------------------

    private static void sendStrings(RealLesson server, long seed) throws Exception {
        var random = new Random(seed);
        var results = new ArrayList<Future<?>>();
        try (ExecutorService senders = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < STRINGS; i++) {
                byte[] string = string(random);
                boolean patient = i % 50 == 0;
                results.add(senders.submit(() -> sendOne(server, string, patient)));
            }
            for (Future<?> result : results) result.get();
        }
    }

    /** Noise, a request with some noise in it, or a request whose lengths say nonsense. */
    private static byte[] string(Random random) {
        byte[] noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        byte[] request = switch (random.nextInt(6)) {
            case 0 -> noise;
            case 1 -> ("GET / HTTP/1.1\r\n" + text(noise) + "\r\n\r\n").getBytes(ISO_8859_1);
            case 2 -> (text(noise) + " / HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(ISO_8859_1);
            case 3 -> ("POST /messages HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(random.nextInt()) + "\r\n" + text(noise))
                    .getBytes(ISO_8859_1);
            case 4 -> ("POST /messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + (random.nextInt(600) - 100) + "\r\n\r\n" + text(noise))
                    .getBytes(ISO_8859_1);
            default -> ("GET /messages/1?a=b HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n"
                    + "Cookie: visitor=abc\r\nIf-None-Match: \"x\"\r\n\r\n").getBytes(ISO_8859_1);
        };
        for (int n = random.nextInt(4); n > 0 && request.length > 0; n--) {
            request[random.nextInt(request.length)] = (byte) random.nextInt(256);
        }
        return request;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    /** @param patient waits for the end of the connection; the others look for an answer and go */
    private static Void sendOne(RealLesson server, byte[] string, boolean patient)
            throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(LessonRun.HOST, server.port()), 5_000);
            socket.setSoTimeout(patient ? 5_000 : 500);
            socket.getOutputStream().write(string);
            socket.shutdownOutput();
            var in = socket.getInputStream();
            var bytes = new byte[4096];
            boolean first = true;
            for (int n; (n = in.read(bytes)) >= 0 && (patient || first); first = false) {
                // It may say what it likes, but HTTP; and 500 would be its own mistake.
                String answer = new String(bytes, 0, n, ISO_8859_1);
                if (first && !answer.matches("(?s)HTTP/1\\.[01] (?!500)[1-5]\\d\\d .*")) {
                    throw new AssertionError("a strange answer to “"
                            + workshop.wire.Visible.of(string) + "”: " + answer);
                }
            }
        } catch (SocketTimeoutException silence) {
            if (patient) {
                throw new AssertionError("5 s after its end, the connection stays open: “"
                        + workshop.wire.Visible.of(string) + "”", silence);
            }
        } catch (java.net.SocketException reset) {
            // A connection that is not worth another byte may be reset.
            if (!server.run().isAlive()) throw reset;
        }
        return null;
    }

    // --- Slow, and broken --------------------------------------------------------------------

    private static void dribble(RealLesson server) throws Exception {
        byte[] request = "POST /messages HTTP/1.1\r\n".getBytes(ISO_8859_1);
        var clients = new ArrayList<Socket>();
        try {
            for (int i = 0; i < DRIBBLERS; i++) {
                var socket = new Socket();
                clients.add(socket);
                socket.connect(new InetSocketAddress(LessonRun.HOST, server.port()), 5_000);
            }
            long start = System.nanoTime();
            for (int n = 0; n < DRIBBLES; n++) {
                for (Socket client : clients) client.getOutputStream().write(request[n]);
                long asked = System.nanoTime();
                expectAnswer(server);
                assertTrue(System.nanoTime() - asked < 2_000_000_000L,
                        "others were delayed for more than 2 s");
                // The pace is the subject here; nothing is waited for.
                LockSupport.parkNanos(start + (n + 1) * 1_000_000_000L - System.nanoTime());
            }
        } finally {
            for (Socket client : clients) client.close();
        }
    }

    private static void reset(RealLesson server) {
        var requests = List.of("GET / HT", "POST /messages HTTP/1.1\r\nHost: a\r\nContent-Type: "
                + "application/json\r\nContent-Length: 100\r\n\r\n{\"from\"",
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "");
        for (int i = 0; i < BREAKERS; i++) {
            RawClient client = server.connect();
            client.send(requests.get(i % requests.size()));
            client.reset();
        }
    }

    // --- The server's state ------------------------------------------------------------------

    private static void expectAnswer(RealLesson server) {
        try (RawClient client = server.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            client.expect("HTTP/1.1 200 OK\r\n");
            client.readToEnd();
        }
    }
}
