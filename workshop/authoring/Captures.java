package workshop.authoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import workshop.wire.Message;
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
    private static final String END = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String ADA = "{\"from\":\"ada\",\"text\":\"hello\"}";

    /** @param name of the file, which begins with the lesson's */
    private record Picture(int lesson, String name, String caption, Exchange exchange) {}

    /** What clients say. */
    @FunctionalInterface
    private interface Exchange {
        void in(Scene scene) throws IOException;
    }

    private static final List<Picture> ALL = List.of(
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
                    var scene = new Scene(tap, run.port());
                    picture.exchange().in(scene);
                    Files.createDirectories(file.getParent());
                    Files.writeString(file, WidePicture.of(picture.caption(), scene.rows()));
                    out.println(tree.name(file) + "  " + tap.totals().toString().lines()
                            .findFirst().orElse(""));
                } catch (BrokenProgram broken) {
                    throw new CourseException(Course.shown(script) + ": " + broken.getMessage());
                }
            }
        }
    }

    @FunctionalInterface
    private interface Deed {
        void done() throws IOException;
    }

    /** What is recorded: whoever speaks through the tap, and words between. */
    private static final class Scene {
        private final WireTap tap;
        private final int port;
        private final List<Object> rows = new ArrayList<>();
        private int seen;
        private int left;   // connections up to this number are over for those who look

        Scene(WireTap tap, int port) {
            this.tap = tap;
            this.port = port;
        }

        /** Is in the picture. */
        Caller reader() throws IOException {
            return new Caller(tap.port());
        }

        /** Is not: speaks to the server past the tap. */
        Caller other() throws IOException {
            return new Caller(port);
        }

        void note(String words) {
            take();
            rows.add(words);
        }

        /** Somebody else does something, from which on the next message's time is counted. */
        void note(String words, Deed deed) throws IOException {
            take();
            var since = Duration.between(tap.startTime(), Instant.now());
            deed.done();
            rows.add(new WidePicture.Since(words, since));
        }

        /** The reader is gone: what still goes to it is heard by nobody. */
        void leave() {
            take();
            left = tap.messages().getLast().connection();
        }

        /** What nobody wants to see again: the head of a stream, a presence. */
        private boolean counts(Message message) {
            return message.connection() > left && switch (message.kind()) {
                case Message.Note _ -> false;
                case Message.Answer answer -> !answer.body().equals("events")
                        && !(answer.status() == 200 && message.payloadBytes() == 0);
                case Message.Event event -> event.id() != null && message.payloadBytes() > 0;
                case Message.Chunk _, Message.Raw _ -> false;
                default -> true;
            };
        }

        private void take() {
            var all = tap.messages();
            all.stream().skip(seen).filter(this::counts).forEach(rows::add);
            seen = all.size();
        }

        List<Object> rows() {
            take();
            return rows;
        }
    }

    // --- What is said ----------------------------------------------------------------------------

    private static final int BEFORE = 17; // messages: the first answers of a server are its slowest

    private static void warm(Scene scene) throws IOException {
        try (var other = scene.other()) {
            for (int i = 0; i < BEFORE; i++) {
                other.ask("GET /messages?after=" + i + "&wait=0");
                other.ask(post(ADA));
                other.ask("GET /messages?after=" + i + "&wait=0");
            }
        }
    }

    private static void polling(Scene scene) throws IOException {
        warm(scene);
        try (var reader = scene.reader(); var ada = scene.other()) {
            reader.get("/messages?after=17");
            ada.say(post(ADA));
            ada.hear();
            scene.note("ada says “hello”: it waits for the reader’s clock");
            reader.get("/messages?after=17");
            reader.get("/messages?after=18");
        }
    }

    private static void longPoll(Scene scene) throws IOException {
        warm(scene);
        try (var reader = scene.reader(); var ada = scene.other()) {
            reader.say("GET /messages?after=17&wait=25" + END);
            pause();
            scene.note("the question is kept … until ada says “hello”",
                    () -> ada.say(post(ADA)));
            reader.hear();
            reader.say("GET /messages?after=18&wait=25" + END);
            pause();
            scene.note("the next question is kept …");
        }
    }

    private static void events(Scene scene) throws IOException {
        String ask = "GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n";
        try (var first = scene.other(); var ada = scene.other()) {
            first.say(ask + "\r\n");
            for (int i = 0; i < BEFORE; i++) ada.ask(post(ADA));
            try (var reader = scene.reader()) {
                reader.say(ask + "\r\n");
                reader.hear();
                scene.note("the answer begins, and stays open. ada says “hello”",
                        () -> ada.say(post(ADA)));
                reader.hear();
            }
            scene.leave();
            scene.note("the connection breaks. ada says “are you there?”",
                    () -> ada.ask(post(ADA.replace("hello", "are you there?"))));
            try (var again = scene.reader()) {
                again.say(ask + "Last-Event-ID: 18\r\n\r\n");
                again.hear();
            }
        }
    }

    /** The key and the text of RFC 6455, sections 1.3 and 5.7. */
    private static void frames(Scene scene) throws IOException {
        String ask = "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\n\r\n";
        for (int i = 0; i < BEFORE; i++) {
            try (var other = scene.other()) {
                other.ask(ask);
            }
        }
        try (var ada = scene.reader()) {
            ada.say(ask);
            ada.hear();
            scene.note("no more HTTP: from here on both send frames");
            for (String frame : List.of("818537fa213d7f9f4d5158", "88820102030402ea")) {
                ada.say(HexFormat.of().parseHex(frame));
                ada.hear();
            }
        }
    }

    private static String post(String json) {
        return "POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + json.getBytes(UTF_8).length + "\r\n\r\n" + json;
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

        /** As soon as there is an answer there may be the next request. */
        void ask(String request) throws IOException {
            say(request.startsWith("GET /messages") ? request + END : request);
            socket.setSoTimeout(PATIENCE_MS);
            socket.getInputStream().read(new byte[65_536]);
        }

        void get(String path) throws IOException {
            say("GET " + path + END);
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
