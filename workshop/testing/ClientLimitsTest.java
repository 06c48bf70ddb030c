package workshop.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Starter;
import tests.Target;
import tests.clients.RawClient;
import tests.clients.RawEvents;
import tests.clients.RawHttp;
import tests.clients.RawServer;
import tests.clients.RawWebSocket;

/**
 * The clients of the tests against servers that send without end, or a byte now and then: they
 * fail in time, say why, and keep little of it.
 */
class ClientLimitsTest {
    private static final Duration SHORT = Duration.ofMillis(1_200); // in the place of 10 s
    private static final Duration IN_TIME = Duration.ofSeconds(5);
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String EVENTS = OK + "Content-Type: text/event-stream\r\n\r\n";
    private static final String PINGS = "\u0089\0";

    /**
     * @param first  what the server says once; null: it agrees to speak WebSocket
     * @param always what it says after that, again and again
     * @param pause  milliseconds before each letter; 0: as fast as it can
     * @param says   what the failure must say
     */
    private record Bad(String name, String first, String always, int pause,
            Consumer<Target> reading, String says) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> bad() {
        return Stream.of(
                new Bad("a body without a length or an end", OK + "\r\n", "x", 0,
                        ClientLimitsTest::get, "the answer's body has no end"),
                new Bad("… read by a test itself", OK + "\r\n", "x", 0, target -> {
                    try (RawClient client = target.connect()) {
                        RawHttp.readHead(client.send("GET / HTTP/1.1\r\n\r\n"));
                        client.readToEnd();
                    }
                }, "what comes before the connection's end has no end"),
                new Bad("a header line without an end", OK + "X: ", "x", 0,
                        ClientLimitsTest::get, "65,537 bytes came without one: “X: xxx"),
                new Bad("header lines without an end", OK, "X: y\r\n", 0,
                        ClientLimitsTest::get, "an empty line ends it (RFC 9112, section 2.1)"),
                new Bad("interim answers without an end", "", "HTTP/1.1 100 Continue\r\n\r\n", 0,
                        ClientLimitsTest::get, "the answer's head has no end"),
                new Bad("… in the place of a handshake's", "", "HTTP/1.1 100 Continue\r\n\r\n", 0,
                        target -> RawWebSocket.open(target, "/ws").close(),
                        "the answer's head has no end"),
                new Bad("a length of 900 MB", OK + "Content-Length: 900000000\r\n\r\n", "x", 0,
                        ClientLimitsTest::get, "Content-Length: 900000000 is no length that can"),
                new Bad("chunks without an end", CHUNKED, "4\r\nabcd\r\n", 0,
                        ClientLimitsTest::get, "a chunk of size 0 ends it (RFC 9112, section 7.1)"),
                new Bad("a chunk of 256 MB", CHUNKED + "FFFFFFF\r\n", "x", 0,
                        ClientLimitsTest::get, "a chunk announces 268,435,455 bytes (FFFFFFF)"),
                new Bad("a chunk's size without an end", CHUNKED + "4;", "x", 0,
                        ClientLimitsTest::get, "65,537 bytes came without one"),
                new Bad("trailers without an end", CHUNKED + "0\r\n", "X: y\r\n", 0,
                        ClientLimitsTest::get, "the answer's body has no end"),
                new Bad("JSON of a million lists", OK + "Content-Length: 4000000\r\n\r\n[[]", ",[]",
                        0, target -> target.http().get("/").json(), "longer, or nested deeper"),
                new Bad("a line without an end", "", "x", 0, target -> {
                    try (RawClient client = target.connect()) {
                        client.line();
                    }
                }, "65,537 bytes came without one"),
                new Bad("an event's line without an end", EVENTS + "data: ", "x", 0,
                        ClientLimitsTest::event, "an empty line ends it (HTML standard"),
                new Bad("an event of lines without an end", EVENTS, "data\n", 0,
                        ClientLimitsTest::event, "an empty line ends it (HTML standard"),
                new Bad("comments without an end", EVENTS, ":\n", 0,
                        ClientLimitsTest::event, "10,001 comment lines came"),
                new Bad("a chunk's size without an end, among events", OK + "Content-Type:"
                        + " text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n4;", "x", 0,
                        ClientLimitsTest::event, "a line of more than 65,536 bytes"),
                new Bad("a frame of 1 GB", null, "\u0082\u007f\0\0\0\0\u0040\0\0\0", 0,
                        ClientLimitsTest::message, "a frame announces 1073741824 bytes"),
                new Bad("a message of frames without an end", null, "\1\u007d" + "x".repeat(125)
                        + ("\0\u007d" + "x".repeat(125)).repeat(100), 0,
                        ClientLimitsTest::message, "came before the last one was complete"),
                new Bad("a message that is begun and never ends", null, null, 0,
                        ClientLimitsTest::messageAtLast, "a frame with FIN ends it (RFC 6455"),
                new Bad("pings without an end", null, PINGS, 0,
                        ClientLimitsTest::message, "was not complete after 1.2 s"),
                new Bad("a head, a byte now and then", OK + "X: ", "x", 30,
                        ClientLimitsTest::getSoon, "the answer's head came so slowly that after"),
                new Bad("a body, a byte now and then", OK + "\r\n", "x", 30,
                        ClientLimitsTest::getSoon, "the answer's body came so slowly that after"),
                new Bad("a body with a length, a byte now and then",
                        OK + "Content-Length: 5000\r\n\r\n", "x", 30,
                        ClientLimitsTest::getSoon, "it has Content-Length: 5000"),
                new Bad("an echo, a byte now and then", "", "x", 30, target -> {
                    try (RawClient client = target.connect().within(SHORT)) {
                        client.expect("x".repeat(5_000));
                    }
                }, " came so slowly that after 1.2 s it was not complete"),
                new Bad("a message, a byte now and then", null, "\u0082\u007f\0\0\0\0\0\2\0\0"
                        + "x".repeat(5_000), 30,
                        ClientLimitsTest::message, "but after 0.6 s it was not complete"));
    }

    private static void get(Target target) {
        get(target, RawClient.WHOLE);
    }

    private static void getSoon(Target target) {
        get(target, SHORT);
    }

    private static void get(Target target, Duration whole) {
        try (RawClient client = target.connect().within(whole)) {
            RawHttp.answer(client.send("GET / HTTP/1.1\r\n\r\n"), "GET");
        }
    }

    private static void event(Target target) {
        try (RawEvents events = RawEvents.open(target)) {
            events.next();
        }
    }

    private static void messageAtLast(Target target) {
        try (RawWebSocket socket = RawWebSocket.open(target, "/ws")) {
            socket.message();
        }
    }

    private static void message(Target target) {
        try (RawWebSocket socket = RawWebSocket.open(target, "/ws")) {
            socket.client().within(SHORT);
            socket.answeringPings().message(SHORT.dividedBy(2));
        }
    }

    @ParameterizedTest(name = "{0}: the failure says so, in time")
    @MethodSource("bad")
    void fails(Bad bad) throws Exception {
        try (var server = new Server(bad.first, bad.always, bad.pause)) {
            long start = System.nanoTime();
            String said = assertThrows(AssertionError.class,
                    () -> bad.reading.accept(server.target())).getMessage();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(said.contains(bad.says), said);
            assertTrue(took.compareTo(IN_TIME) < 0, took + "\n" + said);
            assertTrue(said.length() < 20_000, said.length() + " letters");
        }
    }

    @Test
    @DisplayName("what is sent to a server that never reads fails, in time")
    void nobodyReads() throws Exception {
        try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RawClient client = RawClient.connect("127.0.0.1", server.getLocalPort())) {
            client.within(SHORT);
            String said = assertThrows(AssertionError.class, () -> client.send(new byte[64 << 20]))
                    .getMessage();
            assertTrue(said.startsWith("the client sent 67,108,864 bytes, but the server did not"
                    + " take them for 1.2 s"), said);
        }
    }

    @Test
    @DisplayName("a long answer passes: 1 MiB, a head of 60 KB, an event of 900 KB")
    void longOnesPass() throws Exception {
        String body = "x".repeat(1 << 20);
        String field = "X: " + "y".repeat(60_000) + "\r\n";
        try (var server = new RawServer(asked -> asked.line().equals("GET /events")
                ? RawServer.answer("200 OK", "data: " + "x".repeat(900_000) + "\n\n",
                        "Content-Type: text/event-stream")
                : RawServer.answer("200 OK", body, field.strip()))) {
            int port = Integer.parseInt(server.url().replaceFirst(".*:", ""));
            var target = target(port);
            assertEquals(body, target.http().get("/").text());
            try (RawEvents events = RawEvents.open(target)) {
                assertEquals(900_000, events.next().data().length());
            }
        }
    }

    @Test
    @DisplayName("a client that asks the test's server without end is not remembered for ever")
    void asksWithoutEnd() throws Exception {
        byte[] answer = RawServer.answer("204 No Content", "");
        try (var server = new RawServer(_ -> answer)) {
            int port = Integer.parseInt(server.url().replaceFirst(".*:", ""));
            String request = "GET / HTTP/1.1\r\nX: " + "y".repeat(10_000) + "\r\n\r\n";
            try (RawClient client = RawClient.connect("127.0.0.1", port)) {
                for (int i = 0; i < 1_000 && !client.isOver(); i++) {
                    client.send(request);
                    for (int next = 0; next >= 0 && next != '\n'; ) {
                        next = client.next(RawClient.PATIENCE);
                    }
                }
            }
            assertTrue(server.requests().size() < 500, server.requests().size() + " requests");
        }
    }

    private static Target target(int port) {
        return new Target("127.0.0.1", port, Map.of(), new Random(1), Starter.NONE);
    }

    /** Says the same to each client, for as long as that one stays. */
    private static final class Server implements AutoCloseable {
        private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final String first;
        private final String always;
        private final int pause;

        /** @param always null: the frames of a message without its last one */
        Server(String first, String always, int pause) throws IOException {
            this.first = first;
            this.always = always == null ? "\0\u007d" + "x".repeat(125) : always;
            this.pause = pause;
            boolean begins = always == null;
            Thread.startVirtualThread(() -> {
                try {
                    while (true) {
                        Socket client = door.accept();
                        Thread.ofPlatform().daemon().start(() -> speak(client, begins));
                    }
                } catch (IOException closed) {
                    return; // the test is over
                }
            });
        }

        Target target() {
            return ClientLimitsTest.target(door.getLocalPort());
        }

        private void speak(Socket client, boolean begins) {
            try (client) {
                OutputStream out = client.getOutputStream();
                String start = first == null ? agreement(client) + (begins ? "\1\0" : "") : first;
                out.write(start.getBytes(ISO_8859_1));
                byte[] again = always.repeat(pause > 0 ? 1 : 1 + 65_536 / always.length())
                        .getBytes(ISO_8859_1);
                while (true) {
                    if (pause == 0) out.write(again);
                    for (int i = 0; pause > 0 && i < again.length; i++) {
                        Thread.sleep(pause);
                        out.write(again[i]);
                    }
                }
            } catch (IOException | InterruptedException gone) {
                return; // it has heard enough
            }
        }

        private static String agreement(Socket client) throws IOException {
            var request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
                request.append((char) client.getInputStream().read());
            }
            Matcher key = Pattern.compile("Sec-WebSocket-Key: (\\S+)").matcher(request);
            if (!key.find()) throw new IOException("no handshake: " + request);
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade"
                    + "\r\nSec-WebSocket-Accept: " + RawWebSocket.acceptOf(key.group(1))
                    + "\r\n\r\n";
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }
}
