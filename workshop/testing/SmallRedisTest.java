package workshop.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tests.clients.SmallRedis;

/** The small Redis of the tests is what the real one is, as far as it goes; and fails on demand. */
class SmallRedisTest {
    // One command a line, @ before a word that is empty or has blanks is for us: @e, @blank.
    private static final String SCRIPT = """
            PING
            ping hello
            PING a b
            ECHO hello
            ECHO
            SELECT 0
            SELECT x
            NONSENSE a b
            NONSENSE
            SET k v
            GET k
            set k w NX
            SET k w XX
            SET new w XX
            SET k x GET
            SET fresh v GET NX
            SET k v EX
            SET k v EX 0
            SET k v EX x
            SET k v PX 60000
            TTL k
            SET k v
            TTL k
            PTTL missing
            SET k v NX XX
            SET k
            SET k @e
            GET k
            GET missing
            GET
            INCR n
            INCR n
            INCRBY n 40
            GET n
            INCR fresh
            SET n 007
            INCR n
            EXPIRE n 100
            TTL n
            EXPIRE missing 100
            EXPIRE n x
            EXISTS n n missing
            DEL n fresh missing
            TYPE k
            HSET h a 1 b @blank
            HSET h a 2 c 3
            HGET h a
            HGET h missing
            HGET missing a
            HGETALL h
            HGETALL missing
            HLEN h
            HDEL h a missing
            HDEL h b c
            TYPE h
            HSET h a
            HGETALL k
            HSET k a 1
            XADD s 0-0 a 1
            XADD s 5-1 a 1
            XADD s 5-1 a 1
            XADD s 4-9 a 1
            XADD s 5-* a 2 b @e
            XADD s 6 a 3
            XADD s 7-* a 4
            XADD s x a 1
            XADD s 5-x a 1
            XADD s 8-0 a
            XADD s 8-0
            XADD s MAXLEN 8-0 a 1
            XADD s NOMKSTREAM 8-0 a 1
            XADD missing NOMKSTREAM 8-0 a 1
            XADD s * a 5
            XLEN s
            XLEN missing
            TYPE s
            XRANGE s - +
            XRANGE s 5 5
            XRANGE s (5-1 6
            XRANGE s 6 5
            XRANGE s - + COUNT 2
            XRANGE s - + COUNT
            XRANGE s - x
            XREVRANGE s + - COUNT 1
            XREVRANGE s 6 (5-1
            XRANGE missing - +
            XREAD STREAMS s 5-2
            XREAD COUNT 1 STREAMS s 0
            XREAD COUNT 1 STREAMS s missing 6 0
            XREAD STREAMS s $
            XREAD BLOCK 1 STREAMS s $
            XREAD BLOCK x STREAMS s $
            XREAD BLOCK -1 STREAMS s $
            XREAD STREAMS s
            XREAD STREAMS s t 0
            XREAD STREAMS s x
            XREAD COUNT 1 s 0
            XADD s MAXLEN 2 99999999999999-0 a 6
            XRANGE s - +
            XADD s * a 7
            XADD s MAXLEN = 1 * a 8
            XLEN s
            GET s
            XADD k * a 1
            XLEN k
            XREAD STREAMS k 0
            PUBLISH nobody hello
            PUBLISH nobody
            SUBSCRIBE one two one
            PING
            PING hi
            GET k
            PUBLISH one hello
            UNSUBSCRIBE one
            UNSUBSCRIBE
            UNSUBSCRIBE
            GET k
            CLIENT SETNAME me
            CLIENT GETNAME
            FLUSHALL
            DBSIZE
            XADD s 1-1 a 1
            QUIT
            """;

    /** What one client asks, and the bytes of each answer. */
    private static final class Asker implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Asker(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(5_000);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        Asker send(String... words) throws IOException {
            var command = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                command.append("$").append(word.getBytes(UTF_8).length).append("\r\n").append(word)
                        .append("\r\n");
            }
            out.write(command.toString().getBytes(UTF_8));
            return this;
        }

        String ask(String... words) throws IOException {
            return send(words).answer();
        }

        String answer() throws IOException {
            String head = line();
            int count = head.matches("[*$].*") ? Integer.parseInt(head.substring(1)) : 0;
            var answer = new StringBuilder(head).append(' ');
            if (head.startsWith("$") && count >= 0) {
                answer.append(new String(in.readNBytes(count + 2), UTF_8).strip()).append(' ');
            }
            for (int i = 0; head.startsWith("*") && i < count; i++) answer.append(answer());
            return answer.toString();
        }

        private String line() throws IOException {
            var line = new ByteArrayOutputStream();
            for (int read = in.read(); read != '\n'; read = in.read()) {
                if (read < 0) throw new EOFException("after " + line);
                line.write(read);
            }
            return line.toString(UTF_8).strip();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }
    }

    /** The script's answers; a moment's id is told as such. */
    private static List<String> answers(int port) throws IOException {
        var answers = new ArrayList<String>();
        try (var asker = new Asker(port)) {
            for (String line : SCRIPT.lines().toList()) {
                String[] words = Arrays.stream(line.split(" "))
                        .map(word -> word.equals("@e") ? ""
                                : word.equals("@blank") ? " a b " : word)
                        .toArray(String[]::new);
                var answer = new StringBuilder(asker.ask(words));
                int more = line.startsWith("SUBSCRIBE") ? words.length - 2
                        : line.equals("UNSUBSCRIBE two") ? 1 : 0;
                for (int i = 0; i < more; i++) answer.append(asker.answer());
                answers.add(line + " → " + answer.toString().replaceAll("1[0-9]{12}-", "now-"));
            }
        }
        return answers;
    }

    @Test
    @DisplayName("it answers each command as the real Redis does, mistakes too")
    void answersAlike() throws IOException {
        try (var real = RealRedis.start(); var small = SmallRedis.start()) {
            assertEquals(String.join("\n", answers(real.port())),
                    String.join("\n", answers(small.port())));
        }
    }

    @Test
    @DisplayName("a reader that waits is told at once; a listener hears what is said")
    void waits() throws IOException {
        try (var small = SmallRedis.start()) {
            waits(small.port());
        }
    }

    @Test
    @DisplayName("… and so it is with the real one")
    void waitsReally() throws IOException {
        try (var real = RealRedis.start()) {
            waits(real.port());
        }
    }

    private static void waits(int port) throws IOException {
        try (var reader = new Asker(port); var writer = new Asker(port);
                var listener = new Asker(port)) {
            assertEquals("*3 $9 subscribe $1 c :1 ", listener.ask("SUBSCRIBE", "c"));
            reader.send("XREAD", "BLOCK", "0", "STREAMS", "t", "s", "$", "$");
            Await.until("the reader to wait", Duration.ofSeconds(5), () -> {
                writer.ask("XADD", "s", "*", "text", "grüße 👋");
                return reader.in.available() > 0;
            });
            String came = reader.answer();
            assertTrue(came.contains("grüße 👋"), came);
            assertEquals(":1 ", writer.ask("PUBLISH", "c", "hello"));
            assertEquals("*3 $7 message $1 c $5 hello ", listener.answer());
            // What is asked while it waits is answered behind the wait.
            reader.send("XREAD", "BLOCK", "50", "STREAMS", "s", "$").send("PING");
            assertEquals("*-1 ", reader.answer());
            assertEquals("+PONG ", reader.answer());
            // What is typed will do as well; what is neither ends the connection.
            writer.out.write("SET  typed word\r\n\r\nGET typed\r\n*1\r\n!1\r\n".getBytes(UTF_8));
            assertEquals("+OK ", writer.answer());
            assertEquals("$4 word ", writer.answer());
            assertTrue(writer.answer().contains("-ERR Protocol error: expected '$', got '!'"));
            assertThrows(IOException.class, () -> writer.ask("PING"));
        }
    }

    @Test
    @DisplayName("about 10,000 entries stay in a log, not fewer; ids grow whatever is asked")
    void trims() throws IOException {
        try (var small = SmallRedis.start(); var asker = new Asker(small.port())) {
            String last = "";
            for (int i = 0; i < 1_000; i++) {
                String id = asker.ask("XADD", "s", "MAXLEN", "~", "300", "*", "n", "" + i);
                if (id.split(" ")[1].length() == last.length()) {
                    assertTrue(id.split(" ")[1].compareTo(last) > 0, last + ", " + id);
                }
                last = id.split(" ")[1];
            }
            int left = Integer.parseInt(asker.ask("XLEN", "s").strip().substring(1));
            assertTrue(left >= 300 && left <= 400, "left " + left);
        }
    }

    @Test
    @DisplayName("a key ends in its time")
    void ends() throws IOException {
        try (var small = SmallRedis.start(); var asker = new Asker(small.port())) {
            assertEquals("+OK ", asker.ask("SET", "k", "v", "PX", "50", "NX"));
            assertEquals("$-1 ", asker.ask("SET", "k", "w", "NX"));
            Await.until("the key's end", Duration.ofSeconds(5),
                    () -> asker.ask("GET", "k").equals("$-1 "));
            assertEquals(":-2 ", asker.ask("TTL", "k"));
        }
    }

    @Test
    @DisplayName("a test takes it away and brings it back, makes it slow, refuse, and forget")
    void fails() throws IOException {
        try (var small = SmallRedis.start()) {
            var before = new Asker(small.port());
            before.ask("SET", "k", "v");
            small.away();
            assertThrows(IOException.class, () -> before.ask("PING"));
            assertThrows(IOException.class, () -> new Asker(small.port()));
            small.back();
            try (var asker = new Asker(small.port())) {
                assertEquals("$1 v ", asker.ask("GET", "k"));
                small.full(true);
                assertTrue(asker.ask("SET", "k", "w").startsWith("-OOM command"));
                assertEquals("$1 v ", asker.ask("GET", "k"));
                small.refuse("LOADING Redis is loading the dataset in memory", _ -> true);
                assertTrue(asker.ask("GET", "k").startsWith("-LOADING"));
                small.full(false);
                small.slow(100);
                long start = System.nanoTime();
                assertEquals("+PONG ", asker.ask("PING"));
                assertTrue(System.nanoTime() - start >= 100_000_000);
                small.slow(0);
                small.wipe();
                assertEquals("$-1 ", asker.ask("GET", "k"));
                small.cut();
                assertThrows(IOException.class, () -> asker.ask("PING"));
            }
            before.close();
        }
    }
}
