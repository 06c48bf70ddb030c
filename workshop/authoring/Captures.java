package workshop.authoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.LessonRun;
import workshop.running.Program;
import workshop.running.Programs;
import workshop.wire.WireTap;

/**
 * {@code ./jbang author captures}: pictures for the slides, each from a real exchange with a
 * solution. {@code slides/img/lesson05-long-poll.svg} is in a slide as
 * {@code ![what it shows](img/lesson05-long-poll.svg)}.
 *
 * <p>A new picture is a line in {@link #ALL} and a method that speaks.
 */
final class Captures {
    private static final int SILENCE_MS = 300;      // after which an answer counts as told
    private static final int PATIENCE_MS = 5_000;   // until it begins
    private static final String ADA = "{\"from\":\"ada\",\"text\":\"hello\"}";

    /**
     * @param name    of the file, which begins with the lesson's
     * @param caption below the picture
     */
    private record Picture(int lesson, String name, String caption, Exchange exchange) {}

    /** What clients say. */
    @FunctionalInterface
    private interface Exchange {
        void with(int port) throws IOException;
    }

    private static final List<Picture> ALL = List.of(
            new Picture(1, "lesson01-lines", "Lines over TCP: bytes, and an agreement on their"
                    + " end", Captures::lines),
            new Picture(2, "lesson02-get", "HTTP is text with rules", Captures::page),
            new Picture(3, "lesson03-post", "A message is posted, then read", Captures::post),
            new Picture(4, "lesson04-polling", "Ask again and again: mostly for nothing",
                    Captures::polling),
            new Picture(5, "lesson05-long-poll", "Ask, and wait: answered when there is something",
                    Captures::longPoll),
            new Picture(6, "lesson06-events", "One answer that never ends, and how it goes on"
                    + " after a break", Captures::events),
            new Picture(7, "lesson07-frames", "One request, and then frames, both ways",
                    Captures::frames));

    private final Tree tree;
    private final PrintStream out;

    Captures(Tree tree, PrintStream out) {
        this.tree = tree;
        this.out = out;
    }

    /** Makes the pictures of these lessons anew, as far as they are solved. */
    void run() throws IOException {
        Course course = tree.course();
        try (var programs = new Programs(course)) {
            for (Picture picture : ALL) {
                Path script = Course.script(course.solutions(), picture.lesson());
                if (!tree.lessons().contains(picture.lesson()) || !Files.exists(script)) continue;
                Path file = course.slides().resolve("img").resolve(picture.name() + ".svg");
                try (Program program = programs.compile(Source.read(script), picture.lesson());
                        LessonRun run = programs.start(program, Map.of());
                        WireTap tap = WireTap.of(run.port())) {
                    picture.exchange().with(tap.port());
                    Files.createDirectories(file.getParent());
                    Files.writeString(file, tap.svg(picture.caption()));
                    out.println(tree.name(file) + "  " + tap.totals().toString().lines()
                            .findFirst().orElse(""));
                } catch (BrokenProgram broken) {
                    throw new CourseException(Course.shown(script) + ": " + broken.getMessage());
                }
            }
        }
    }

    // --- What is said ----------------------------------------------------------------------------

    private static void lines(int port) throws IOException {
        try (var ada = new Caller(port)) {
            ada.say("hello\n");
            ada.hear();
            ada.say("a line, \u00e4nd then another\nand ");
            pause();
            ada.say("one more\n");
            ada.hear();
        }
    }

    private static void page(int port) throws IOException {
        try (var caller = new Caller(port)) {
            caller.say("GET /messages HTTP/1.1\r\nHost: localhost\r\n\r\n");
            caller.hear();
        }
    }

    private static void post(int port) throws IOException {
        try (var caller = new Caller(port)) {
            caller.post(ADA);
            caller.get("/messages");
        }
    }

    private static void polling(int port) throws IOException {
        try (var reader = new Caller(port)) {
            reader.get("/messages?after=0");
            reader.get("/messages?after=0");
            try (var ada = new Caller(port)) {
                ada.post(ADA);
            }
            reader.get("/messages?after=0");
            reader.get("/messages?after=1");
        }
    }

    private static void longPoll(int port) throws IOException {
        try (var reader = new Caller(port); var ada = new Caller(port)) {
            reader.say("GET /messages?after=0&wait=25 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            pause();
            pause();
            ada.post(ADA);
            reader.hear();
            reader.get("/messages?after=1&wait=1");
        }
    }

    private static void events(int port) throws IOException {
        String ask = "GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n";
        try (var ada = new Caller(port)) {
            try (var reader = new Caller(port)) {
                reader.say(ask + "\r\n");
                reader.hear();
                ada.post(ADA);
                reader.hear();
            }
            ada.post(ADA.replace("hello", "are you there?"));
            try (var again = new Caller(port)) {
                again.say(ask + "Last-Event-ID: 1\r\n\r\n");
                again.hear();
            }
        }
    }

    /** The key and the text of RFC 6455, sections 1.3 and 5.7. */
    private static void frames(int port) throws IOException {
        try (var ada = new Caller(port)) {
            ada.say("GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Version: 13\r\n\r\n");
            ada.hear();
            for (String frame : List.of("818537fa213d7f9f4d5158", "898201020304696b",
                    "88820102030402ea")) {
                ada.say(HexFormat.of().parseHex(frame));
                ada.hear();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(SILENCE_MS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
    }

    /** A client that says what it is told, and hears until there is silence. */
    private static final class Caller implements AutoCloseable {
        private final Socket socket;

        Caller(int port) throws IOException {
            socket = new Socket(LessonRun.HOST, port);
            socket.setTcpNoDelay(true);
        }

        void say(String text) throws IOException {
            say(text.getBytes(UTF_8));
        }

        void say(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        void get(String path) throws IOException {
            say("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            hear();
        }

        void post(String json) throws IOException {
            say("POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + json.getBytes(UTF_8).length + "\r\n\r\n" + json);
            hear();
        }

        void hear() throws IOException {
            var buffer = new byte[65_536];
            int limit = PATIENCE_MS;
            try {
                do {
                    socket.setSoTimeout(limit);
                    limit = SILENCE_MS;
                } while (socket.getInputStream().read(buffer) >= 0);
            } catch (SocketTimeoutException silence) {
                return;     // all was told; or nothing is, which the picture shows
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
