package workshop.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import workshop.wire.Message;
import workshop.wire.Totals;
import workshop.wire.WireTap;
import workshop.wire.WireText;

/** The tap changes nothing for those who talk through it, and misses nothing of what they say. */
@Isolated("it counts the open files of this very process")
class WireTapTest {
    private static final int PATIENCE_MS = 10_000;
    private static final int RANDOM_STREAMS = 10_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private ServerSocket door;
    private WireTap tap;

    @BeforeEach
    void open() throws IOException {
        door = new ServerSocket();
        door.bind(new InetSocketAddress("127.0.0.1", 0), 1_024);
        door.setSoTimeout(PATIENCE_MS);
        tap = WireTap.of(door.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        tap.close();
        door.close();
    }

    /** Both ends of one connection through the tap. */
    private record Ends(Socket client, Socket server) implements AutoCloseable {
        void say(String text) throws IOException {
            client.getOutputStream().write(text.getBytes(UTF_8));
        }

        void answer(String text) throws IOException {
            server.getOutputStream().write(text.getBytes(UTF_8));
        }

        String heardByServer(int bytes) throws IOException {
            return new String(server.getInputStream().readNBytes(bytes), UTF_8);
        }

        String heardByClient(int bytes) throws IOException {
            return new String(client.getInputStream().readNBytes(bytes), UTF_8);
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private Ends connect() throws IOException {
        var client = new Socket("127.0.0.1", tap.port());
        Socket server = door.accept();
        for (Socket socket : List.of(client, server)) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.setTcpNoDelay(true);
        }
        return new Ends(client, server);
    }

    private List<String> kinds() {
        return tap.messages().stream().map(message -> message.kind().word()).toList();
    }

    // --- It changes nothing ----------------------------------------------------------------------

    @Test
    @DisplayName("each byte passes at once, both ways")
    void passes() throws IOException {
        try (Ends ends = connect()) {
            ends.say("a");
            assertEquals("a", ends.heardByServer(1));
            ends.answer("bc");
            assertEquals("bc", ends.heardByClient(2));
            ends.say("d");
            assertEquals("d", ends.heardByServer(1));
        }
    }

    @Test
    @DisplayName(RANDOM_STREAMS + " random streams arrive unchanged, and never stop it")
    void randomStreams() throws IOException {
        long seed = System.nanoTime();
        System.out.println("  random streams: seed " + seed);
        long up = 0;
        long down = 0;
        for (int i = 0; i < RANDOM_STREAMS; i++) {
            var random = new Random(seed + i);
            byte[] said = RandomWire.some(random);
            byte[] answered = RandomWire.some(random);
            try (Ends ends = connect()) {
                // No connection of thousands shall wait for a minute until the system forgets it.
                ends.client().setOption(StandardSocketOptions.SO_LINGER, 0);
                ends.client().getOutputStream().write(said);
                ends.server().getOutputStream().write(answered);
                assertArrayEquals(said, ends.server().getInputStream().readNBytes(said.length));
                assertArrayEquals(answered,
                        ends.client().getInputStream().readNBytes(answered.length));
                up += said.length;
                down += answered.length;
            } catch (IOException | AssertionError stopped) {
                throw new AssertionError("seed " + (seed + i), stopped);
            }
        }
        Totals totals = tap.totals();
        assertEquals(List.of(RANDOM_STREAMS + 0L, up, down),
                List.of(totals.connections(), totals.bytesUp(), totals.bytesDown()));
    }

    @Test
    @DisplayName("20 MB each way at the same time arrive unchanged")
    void bulk() throws Exception {
        var bytes = new byte[20 << 20];
        new Random(1).nextBytes(bytes);
        try (Ends ends = connect()) {
            Thread up = Thread.ofVirtual().start(() -> write(ends.client(), bytes));
            Thread down = Thread.ofVirtual().start(() -> write(ends.server(), bytes));
            var heard = new byte[2][];
            Thread atClient = Thread.ofVirtual().start(() -> heard[0] = read(ends.client(), bytes));
            heard[1] = read(ends.server(), bytes);
            for (Thread thread : List.of(up, down, atClient)) thread.join();
            assertArrayEquals(bytes, heard[0]);
            assertArrayEquals(bytes, heard[1]);
        }
        assertEquals(2L * bytes.length, tap.totals().bytes());
    }

    private static void write(Socket to, byte[] bytes) {
        try {
            to.getOutputStream().write(bytes);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static byte[] read(Socket from, byte[] like) {
        try {
            return from.getInputStream().readNBytes(like.length);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    @DisplayName("who ends its half still hears the answer")
    void halfClose() throws IOException {
        try (Ends ends = connect()) {
            ends.say("question");
            ends.client().shutdownOutput();
            assertEquals("question", new String(ends.server().getInputStream().readAllBytes(),
                    UTF_8));
            ends.answer("answer");
            ends.server().close();
            assertEquals("answer", new String(ends.client().getInputStream().readAllBytes(),
                    UTF_8));
        }
        assertTrue(tap.messages().toString().contains("the client ends"));
    }

    @Test
    @DisplayName("a reset arrives as a reset, from either side")
    void reset() throws IOException {
        try (Ends ends = connect()) {
            ends.client().setOption(StandardSocketOptions.SO_LINGER, 0);
            ends.client().close();
            assertThrows(SocketException.class, () -> ends.server().getInputStream().read());
        }
        try (Ends ends = connect()) {
            ends.server().setOption(StandardSocketOptions.SO_LINGER, 0);
            ends.server().close();
            assertThrows(SocketException.class, () -> ends.client().getInputStream().read());
        }
    }

    @Test
    @DisplayName("an early answer arrives, though the server hangs up on a client that still sends")
    void earlyAnswer() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Ends ends = connect()) {
                Thread sends = Thread.ofVirtual().start(() -> {
                    try {
                        while (true) ends.client().getOutputStream().write(new byte[8_192]);
                    } catch (IOException hungUp) {
                        // as it should
                    }
                });
                ends.server().getInputStream().readNBytes(100_000);
                ends.answer("HTTP/1.1 413 Too Large\r\n\r\n");
                ends.server().close();
                assertEquals("HTTP/1.1 413", ends.heardByClient(12));
                assertTrue(sends.join(Duration.ofMillis(PATIENCE_MS)), "the client is not told");
            }
        }
    }

    @Test
    @DisplayName("who reads slowly slows its own writer, and nobody else")
    void backPressure() throws IOException {
        try (Ends slow = connect(); Ends other = connect();
                SocketChannel client = SocketChannel.open(
                        new InetSocketAddress("127.0.0.1", tap.port()));
                Socket stands = door.accept()) {
            client.configureBlocking(false);
            var bytes = ByteBuffer.allocate(65_536);
            long written = 0;
            for (int inVain = 0; inVain < 20; inVain++) {
                bytes.clear();
                int count = client.write(bytes);
                written += count;
                if (count > 0) inVain = 0;
                else java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
                assertTrue(written < 100 << 20, "100 MB for a server that does not read");
            }
            other.say("x");
            assertEquals("x", other.heardByServer(1));
            stands.setSoTimeout(PATIENCE_MS);
            assertEquals(written, stands.getInputStream().skip(written));
            assertTrue(slow.client().isConnected());
        }
    }

    @Test
    @DisplayName("a reset is passed on within 3 s though the other side does not read")
    void resetOfOneWhoIsNotRead() throws IOException {
        try (SocketChannel client = SocketChannel.open(
                new InetSocketAddress("127.0.0.1", tap.port())); Socket server = door.accept()) {
            client.configureBlocking(false);
            for (int inVain = 0; inVain < 10; inVain++) {
                if (client.write(ByteBuffer.allocate(65_536)) > 0) inVain = 0;
                else java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
            }
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            Await.until("that the server's writes fail", Duration.ofSeconds(3), () -> {
                try {
                    server.getOutputStream().write(1);
                    return false;
                } catch (IOException told) {
                    return true;
                }
            });
        }
    }

    @Test
    @DisplayName("a slow reader of the transcript delays nobody, and the sums are right")
    void slowListener() throws Exception {
        tap.close();
        var goOn = new CountDownLatch(1);
        tap = WireTap.of(door.getLocalPort(), 0, new WireTap.Listener() {
            @Override
            public void message(Message message) {
                try {
                    goOn.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        int size = 64 << 20;
        try (Ends ends = connect()) {
            ends.say("GET / HTTP/1.1\r\n\r\n");
            ends.heardByServer(18);
            Thread sends = Thread.ofVirtual().start(() -> {
                write(ends.server(), ("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n")
                        .getBytes(UTF_8));
                write(ends.server(), new byte[size]);
            });
            ends.client().getInputStream().skipNBytes(size);
            sends.join();
            ends.client().getInputStream().skipNBytes(45);
            goOn.countDown();
            Totals totals = tap.totals();
            assertEquals(size, totals.payloadDown());
            assertEquals(45, totals.headerDown());
            assertEquals(List.of("note", "request", "answer"), kinds());
            ends.answer("HTTP/1.1 204 No\r\n\r\n");
            ends.heardByClient(19);
            assertEquals(2, tap.totals().answers());
        }
    }

    // --- It leaves nothing behind ----------------------------------------------------------------

    @Test
    @DisplayName("1,000 connections at a time need no thread of the system each")
    void manyConnections() throws IOException {
        var all = new ArrayList<Ends>();
        int before = Thread.activeCount();
        try {
            for (int i = 0; i < 1_000; i++) all.add(connect());
            for (int i = 0; i < all.size(); i++) all.get(i).say("hello " + i + "\n");
            for (int i = 0; i < all.size(); i++) {
                assertEquals("hello " + i + "\n", all.get(i).heardByServer(("hello " + i).length()
                        + 1));
            }
            assertTrue(Thread.activeCount() <= before + 2, "threads: " + Thread.activeCount());
        } finally {
            for (Ends ends : all) ends.close();
        }
        assertEquals(1_000, tap.totals().messages());
    }

    @Test
    @DisplayName("closing hangs up on all, frees the port, and leaves no thread and no file open")
    void closes() throws Exception {
        for (int i = 0; i < 20; i++) {
            openAndClose();
        }
        long files = openFiles();
        for (int i = 0; i < 50; i++) {
            openAndClose();
        }
        assertTrue(openFiles() <= files, "files before " + files + ", after " + openFiles());
        assertFalse(Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("wire tap"))
                .count() > 2, "only those of this test's own tap");
    }

    private void openAndClose() throws IOException {
        try (WireTap other = WireTap.of(door.getLocalPort());
                var client = new Socket("127.0.0.1", other.port()); Socket server = door.accept()) {
            client.getOutputStream().write(1);
            server.getInputStream().read();
            other.close();
            assertEquals(-1, client.getInputStream().read());
            assertEquals(-1, server.getInputStream().read());
            try (var again = new ServerSocket()) {
                again.setReuseAddress(true);
                again.bind(new InetSocketAddress("127.0.0.1", other.port()));
            }
        }
    }

    private static long openFiles() throws IOException {
        Path own = Path.of("/proc/self/fd");
        if (!Files.isDirectory(own)) return 0;
        try (var files = Files.list(own)) {
            return files.count();
        }
    }

    @Test
    @DisplayName("connections that are over are forgotten: 3,000 of them leave no socket open")
    void forgets() throws IOException {
        long before = openFiles();
        for (int i = 0; i < 3_000; i++) {
            try (Ends ends = connect()) {
                ends.client().setOption(StandardSocketOptions.SO_LINGER, 0);
                ends.say("x\n");
                ends.heardByServer(2);
            }
        }
        Await.until("the end of all", Duration.ofSeconds(5), () -> openFiles() <= before + 5);
        assertEquals(3_000, tap.totals().messages());
    }

    // --- It says what is wrong -------------------------------------------------------------------

    @Test
    @DisplayName("nobody listens: the client is reset, one sentence says why, the tap goes on")
    void targetIsGone() throws IOException {
        int port = door.getLocalPort();
        door.close();
        for (int i = 0; i < 3; i++) {
            try (var client = new Socket("127.0.0.1", tap.port())) {
                client.setSoTimeout(PATIENCE_MS);
                assertThrows(SocketException.class, () -> client.getInputStream().read());
            }
        }
        String told = String.join("\n", tap.messages().stream()
                .flatMap(message -> message.lines().stream()).toList());
        assertTrue(told.contains("nothing listens on 127.0.0.1:" + port), told);
        door = new ServerSocket();
        door.setReuseAddress(true);
        door.bind(new InetSocketAddress("127.0.0.1", port));
        try (Ends ends = connect()) {
            ends.say("x");
            assertEquals("x", ends.heardByServer(1));
        }
    }

    @Test
    @DisplayName("a taken port, and a number that is no port, are told in a sentence")
    void wrongPorts() {
        var taken = assertThrows(UncheckedIOException.class,
                () -> WireTap.of(tap.port(), door.getLocalPort()));
        assertTrue(taken.getMessage().contains("another program has it"), taken::getMessage);
        assertThrows(IllegalArgumentException.class, () -> WireTap.of(0));
        assertThrows(IllegalArgumentException.class, () -> WireTap.of(70_000));
        assertThrows(IllegalArgumentException.class, () -> WireTap.of(7_000, -1));
        assertThrows(IllegalArgumentException.class, () -> WireTap.of(7_000, 7_000));
    }

    // --- What it tells ---------------------------------------------------------------------------

    @Test
    @DisplayName("all that a client has heard is in the messages, at once, and in their order")
    void tells() throws IOException {
        try (Ends ends = connect()) {
            for (int i = 1; i <= 50; i++) {
                ends.say("GET /" + i + " HTTP/1.1\r\n\r\n");
                ends.heardByServer(18 + ("" + i).length());
                ends.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                ends.heardByClient(40);
                Totals totals = tap.totals();
                assertEquals(i, totals.answers());
                assertEquals(i, totals.requests());
            }
            Message.Answer last = (Message.Answer) tap.messages().getLast().kind();
            assertEquals(50, last.number());
            assertTrue(last.afterMillis() >= 0 && last.afterMillis() < 5_000, last::toString);
            tap.forget();
            assertEquals(0, tap.totals().bytes());
            assertEquals(List.of(), tap.messages());
        }
    }

    @Test
    @DisplayName("the picture shows both connections, sizes, and whatever text, as sound XML")
    void picture() throws Exception {
        try (Ends one = connect(); Ends two = connect()) {
            one.say("GET /<&> HTTP/1.1\r\n\r\n");
            one.heardByServer(21);
            one.answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n<&>");
            one.heardByClient(41);
            two.client().getOutputStream().write(new byte[] {0, 1, 2, (byte) 0xFF, 27});
            two.server().getInputStream().readNBytes(5);
            String svg = tap.svg();
            javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new java.io.ByteArrayInputStream(svg.getBytes(UTF_8)));
            for (String part : List.of("#1", "#2", "41 bytes", "38 of header", "5 bytes",
                    "/&lt;&amp;&gt;")) {
                assertTrue(svg.contains(part), part + " in " + svg);
            }
        }
    }

    @Test
    @DisplayName("half a message is shown after a moment, the whole one when it comes")
    void soFar() throws Exception {
        tap.close();
        var printed = new ByteArrayOutputStream();
        var text = new WireText(new PrintStream(printed, true, UTF_8), java.time.Instant.now(),
                false);
        tap = WireTap.of(door.getLocalPort(), 0, text);
        try (Ends ends = connect()) {
            ends.say("GET / HT");
            Await.until("what came so far", Duration.ofSeconds(5),
                    () -> printed.toString(UTF_8).contains("more is to come"));
            ends.say("TP/1.1\r\n\r\n");
            Await.until("the request", Duration.ofSeconds(5),
                    () -> printed.toString(UTF_8).contains("(request 1 · 18 header bytes)"));
        }
    }

    // --- The command -----------------------------------------------------------------------------

    private static int portOf(String line) {
        return Integer.parseInt(line.replaceFirst("(?s).*?127\\.0\\.0\\.1:(\\d+).*", "$1"));
    }

    @Test
    @DisplayName("the command prints what happens, and the sums at Ctrl-C")
    void command() throws IOException {
        try (var running = Command.tool("wire", "" + door.getLocalPort()).start()) {
            running.awaitOut("The tap listens on", LIMIT);
            talk(portOf(running.out()));
            running.awaitOut("the server ends", LIMIT);
            running.interrupt();
            Command.Result result = running.awaitEnd(Duration.ofSeconds(5));
            result.expectOut("↑ POST / HTTP/1.1\\r\\n").expectOut("(request 1 · 38 header bytes")
                    .expectOut("1 connection, 2 messages (1 request, 1 answer)")
                    .expectOut("80.2 % of all bytes were headers");
            String screen = result.out();
            assertTrue(screen.chars().allMatch(c -> c == '\n' || c >= 0x20), screen);
        }
    }

    /** One request with a body that no terminal should see, and its answer. */
    private void talk(int port) throws IOException {
        try (var client = new Socket("127.0.0.1", port); Socket server = door.accept()) {
            byte[] said = ("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n"
                    + "\u001b[2J").getBytes(ISO_8859_1);
            client.getOutputStream().write(said);
            server.getInputStream().readNBytes(said.length);
            byte[] answer = ("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n"
                    + "\u0000\u0007\u009b\u00ff12345678901").getBytes(ISO_8859_1);
            server.getOutputStream().write(answer);
            client.getInputStream().readNBytes(answer.length);
            client.shutdownOutput();
            server.close();
            client.getInputStream().readAllBytes();
        }
    }

    @Test
    @DisplayName("--json writes an object a line, the sums last")
    void json() throws IOException {
        try (var running = Command.tool("wire", "--json", "" + door.getLocalPort()).start()) {
            running.awaitOut("listening", LIMIT);
            var mapper = new ObjectMapper();
            talk(mapper.readTree(running.out()).path("port").asInt());
            running.awaitOut("the server ends", LIMIT);
            running.interrupt();
            var lines = new ArrayList<JsonNode>();
            for (String line : running.awaitEnd(Duration.ofSeconds(5)).out().lines().toList()) {
                lines.add(mapper.readTree(line));
            }
            assertEquals(List.of("listening", "note", "request", "answer"),
                    lines.subList(0, 4).stream().map(line -> line.path("kind").asText()).toList());
            JsonNode request = lines.get(2);
            assertEquals("POST / client length 38 4", String.join(" ",
                    request.path("method").asText(), request.path("target").asText(),
                    request.path("from").asText(), request.path("body").asText(),
                    request.path("headerBytes").asText(), request.path("payloadBytes").asText()));
            assertEquals("[[\"Content-Length\",\"4\"]]", request.path("fields").toString());
            assertEquals(15, lines.get(3).path("payloadBase64").binaryValue().length);
            assertEquals("totals", lines.getLast().path("kind").asText());
            assertEquals(15, lines.getLast().path("payloadDown").asInt());
        }
    }

    @Test
    @DisplayName("--raw shows hex, and wrong use is told in a line")
    void rawAndWrongUse() throws IOException {
        try (var running = Command.tool("wire", "--raw", "" + door.getLocalPort()).start()) {
            running.awaitOut("The tap listens on", LIMIT);
            talk(portOf(running.out()));
            running.awaitOut("00000000  50 4f 53 54 20 2f 20 48  54 54 50 2f 31 2e 31 0d"
                    + "  |POST / HTTP/1.1.|", LIMIT);
        }
        Command.tool("wire", "" + tap.port(), "" + door.getLocalPort()).run(LIMIT).expectExit(1)
                .expectErr("another program has it");
        Command.tool("wire").run(LIMIT).expectExit(2).expectErr("TARGET-PORT");
        Command.tool("wire", "99999").run(LIMIT).expectExit(2).expectErr("no port 99999");
        Command.tool("wire", "--raw", "--json", "7").run(LIMIT).expectExit(2);
    }
}
