package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.clients.RawClient;
import workshop.course.Course;
import workshop.course.Source;
import workshop.running.LessonRun;

/** The commands as people type them, through the wrapper. */
class CommandsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120); // JBang may have to compile
    private static final Duration STOP = Duration.ofSeconds(2); // that a lesson has, after Ctrl-C

    private static final Course COURSE = MadeUp.real();

    private static Command jbang(String... words) {
        return Command.of(Stream.concat(Stream.of(COURSE.wrapper().toString()), Stream.of(words))
                .toList()).in(COURSE.root()).with("HOST", null);
    }

    // --- Lessons -----------------------------------------------------------------------------

    @ParameterizedTest(name = "{0} 0 runs on a free port, serves, and stops on Ctrl-C")
    @ValueSource(strings = {"lesson01", "lesson08", "solution03"})
    void alias(String name) {
        expectServing(jbang(name, "0"), Integer.parseInt(name.substring(name.length() - 2)));
    }

    @ParameterizedTest(name = "cd lessons, then jbang lesson0{0}.java 0")
    @ValueSource(ints = {1, 6})
    void script(int lesson) {
        expectServing(jbang(Course.name(lesson) + ".java", "0").in(COURSE.lessons()), lesson);
    }

    @Test
    @DisplayName("a port of one's own choice is taken")
    void ownPort() throws IOException {
        int port = freePort();
        try (var lesson = jbang("solution03", "" + port).start()) {
            lesson.awaitOut("listening on http://127.0.0.1:" + port + "\n", PATIENCE);
            RawClient.connect(LessonRun.HOST, port).close();
        }
    }

    private static void expectServing(Command command, int lesson) {
        try (var running = command.start()) {
            running.awaitOut("listening on ", PATIENCE).awaitOut("\n", PATIENCE);
            Matcher words = Pattern.compile("listening on " + (lesson == 1 ? "tcp" : "http")
                    + "://127\\.0\\.0\\.1:(\\d+)\n").matcher(running.out());
            assertTrue(words.find(), running::out);
            int port = Integer.parseInt(words.group(1));
            try (RawClient client = RawClient.connect(LessonRun.HOST, port)) {
                if (lesson == 1) client.send("hello\n").next(Duration.ofSeconds(5));
                else client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("HTTP/1.1 200 ");
            }
            List<ProcessHandle> family = running.descendants();
            if (Command.isWindows()) running.process().destroy();
            else running.interrupt();
            running.awaitEnd(STOP);
            for (ProcessHandle each : family) {
                Await.until("the end of " + each.pid(), STOP, () -> Command.isGone(each));
            }
            assertEquals("", running.err().replaceAll("(?m)^\\[jbang].*\n", ""));
            Await.until("port " + port + " to be free", STOP, () -> {
                new ServerSocket(port, 50, InetAddress.getByName(LessonRun.HOST)).close();
                return true;
            });
        }
    }

    @ParameterizedTest(name = "lesson 0{0}: a taken port and a wrong word get a sentence, no trace")
    @ValueSource(ints = {1, 7})
    void wrongPort(int lesson) throws IOException {
        String name = String.format("lesson%02d", lesson);
        try (var taken = new ServerSocket(0, 50, InetAddress.getByName(LessonRun.HOST))) {
            String message = complaint(jbang(name, "" + taken.getLocalPort()), 1);
            assertTrue(message.contains("" + taken.getLocalPort()), message);
        }
        for (String wrong : List.of("seven", "70000")) {
            assertTrue(complaint(jbang(name, wrong), 2).toLowerCase().contains("port"), wrong);
        }
        complaint(jbang(name, "1", "2"), 2);
    }

    private static String complaint(Command command, int exit) {
        Command.Result result = command.run(PATIENCE).expectExit(exit);
        String message = result.err().replaceAll("(?m)^\\[jbang].*\n", "");
        assertTrue(message.lines().count() >= 1 && message.lines().count() <= 3, result::toString);
        assertFalse(message.contains("Exception") || message.contains("\tat "), result::toString);
        assertFalse(result.out().contains("listening on"), result::toString);
        return message;
    }

    @Test
    @DisplayName("lesson 01 has a client that sends the keyboard's lines and shows the answers")
    void keyboard() throws IOException {
        try (var server = RealLesson.solution(1);
             var client = jbang("lesson01", "client", LessonRun.HOST, "" + server.port()).start()) {
            var keyboard = client.process().outputWriter(java.nio.charset.StandardCharsets.UTF_8);
            keyboard.write("hello wörld\n");
            keyboard.flush();
            client.awaitOut("echo: hello wörld", PATIENCE);
            keyboard.close();
            client.awaitEnd(STOP).expectExit(0);
        }
    }

    // --- The tool ----------------------------------------------------------------------------

    @Test
    @DisplayName("check passes its words and its exit code through")
    void check() throws IOException {
        jbang("check", "--dir", "solutions", "1.1").run(PATIENCE).expectExit(0)
                .expectOut("1 of 1 exercises solved");
        jbang("check", "1.1").run(PATIENCE).expectExit(1).expectOut("– 1.1");
        jbang("check", "99").run(PATIENCE).expectExit(2).expectErr("there is no lesson 99");
        Command.Result json = jbang("check", "--json", "1.1").run(PATIENCE).expectExit(1);
        assertEquals("not_attempted", new ObjectMapper().readTree(json.out())
                .at("/exercises/0/status").asText());
        assertFalse(json.out().contains("\33"));
    }

    @Test
    @DisplayName("a path means what one sees, in a subfolder too")
    void subfolder() {
        jbang("check", "--file", "lesson01.java", "1.1").in(COURSE.solutions()).run(PATIENCE)
                .expectExit(0).expectOut("1 of 1 exercises solved");
    }

    @Test
    @DisplayName("outside of the workshop the wrapper goes there itself")
    void outside(@TempDir Path elsewhere) {
        jbang("check", "--dir", "solutions", "1.1").in(elsewhere).run(PATIENCE).expectExit(0)
                .expectErr("Not inside a workshop");
    }

    @Test
    @DisplayName("hint gives one hint after the other")
    void hint() {
        jbang("hint", "1.1").run(PATIENCE).expectExit(0).expectOut("hint 1 of ")
                .expectOut("more: ./jbang hint 1.1 2");
        jbang("hint", "1.1", "2").run(PATIENCE).expectExit(0).expectOut("hint 2 of ");
    }

    @Test
    @DisplayName("start names the first unsolved exercise, judges each save, and ends on Ctrl-C")
    void start(@TempDir Path folder) throws IOException {
        // A workshop of its own: a test must not write into the lessons.
        Path copy = copyOfCourse(folder);
        Path lesson = copy.resolve("lessons/lesson01.java");
        try (var start = Command.tool("start").in(copy).start()) {
            start.awaitOut("not attempted", PATIENCE).awaitOut("next   1.1", PATIENCE)
                    .awaitOut("(1 of ", PATIENCE).awaitOut("./jbang hint 1.1", PATIENCE)
                    .awaitOut("it runs: ", PATIENCE);
            String starter = Files.readString(lesson);
            Files.writeString(lesson, starter.replace("void main(", "void main main("));
            start.awaitOut("── ", PATIENCE).awaitOut("  lessons/lesson01.java ─", PATIENCE)
                    .awaitOut("does not compile", PATIENCE);
            Files.copy(Course.script(COURSE.solutions(), 1), lesson,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            start.awaitOut("✓ 1.4", PATIENCE).awaitOut("Lesson 02", PATIENCE)
                    .awaitOut("open http://127.0.0.1:", PATIENCE);
            List<ProcessHandle> family = start.descendants();
            assertFalse(family.isEmpty(), "the lesson runs beside");
            if (Command.isWindows()) start.process().destroy();
            else start.interrupt();
            start.awaitEnd(Duration.ofSeconds(5));
            for (ProcessHandle each : family) {
                Await.until("the end of " + each.info().commandLine(), STOP,
                        () -> Command.isGone(each));
            }
            assertFalse(start.out().contains("\33"), "colour only on a terminal");
        }
    }

    @Test
    @DisplayName("start says of a file that it cannot read what check says, once, and goes on")
    void unreadable(@TempDir Path folder) throws IOException {
        Path copy = copyOfCourse(folder);
        Path lesson = copy.resolve("lessons/lesson01.java");
        byte[] starter = Files.readAllBytes(lesson);
        try (var start = Command.tool("start").in(copy).start()) {
            int saves = awaitSave(start, 1);
            for (Charset other : List.of(StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16)) {
                Files.writeString(lesson, "// ä\n", other);
                saves = awaitSave(start, saves + 1);
                start.awaitOut("lesson01.java is not UTF-8 text.\nSave it as UTF-8.\n", PATIENCE);
                Files.writeString(lesson, "// é\n", other);
                Files.write(lesson, starter);
                saves = awaitSave(start, saves + 1);
            }
            Files.delete(lesson);
            saves = awaitSave(start, saves + 1);
            start.awaitOut("there is no file ", PATIENCE);
            Files.write(lesson, starter);
            awaitSave(start, saves + 1);
            assertEquals(2, count(start.out(), "is not UTF-8 text"), start::out);
            assertEquals(1, count(start.out(), "there is no file"), start::out);
            assertEquals(4, count(start.out(), "– 1.1   A line is a message"), start::out);
        }
    }

    /** Until it waits for the {@code count}th time; that number. */
    private static int awaitSave(Command.Running start, int count) {
        Await.until("“your next save” " + count + " times", PATIENCE,
                () -> count(start.out(), "your next save") >= count);
        return count;
    }

    private static int count(String text, String phrase) {
        return text.split(java.util.regex.Pattern.quote(phrase), -1).length - 1;
    }

    @Test
    @DisplayName("check --url skips an exercise whose test is the server, and says how to check it")
    void skips() throws IOException {
        try (var server = RealLesson.solution(4)) {
            String url = server.url("");
            Command.tool("check", "4.3", "--url", url).run(PATIENCE).expectExit(1)
                    .expectOut("– 4.3").expectOut("check it without")
                    .expectOut("0 of 0 exercises solved").expectOut("1 skipped");
            Command.tool("check", "4.1", "4.3", "--url", url).run(PATIENCE).expectExit(0)
                    .expectOut("1 of 1 exercises solved");
            Command.tool("check", "4.3", "--url", url, "--json").run(PATIENCE).expectExit(1)
                    .expectOut("\"status\" : \"skipped\"");
        }
    }

    @Test
    @DisplayName("start checks a solved lesson whole, and begins where one likes")
    void startOnTheWay(@TempDir Path folder) throws IOException {
        Path copy = copyOfCourse(folder);
        Path lesson = copy.resolve("lessons/lesson01.java");
        Source starter = Source.read(lesson);
        Source solution = Source.read(Course.script(COURSE.solutions(), 1));
        String unsolved = starter.region("1.4").orElseThrow().text();
        Files.writeString(lesson, solution.with(Map.of("1.4", unsolved)).text());
        try (var start = Command.tool("start").in(copy).start()) {
            start.awaitOut("next   1.4", PATIENCE).awaitOut("your next save", PATIENCE);
            Path mutant = COURSE.mutants(1).resolve("1.1-drops-every-return.java");
            String harmed = Source.read(mutant).region("1.1").orElseThrow().text();
            Files.writeString(lesson, solution.with(Map.of("1.1", harmed)).text());
            start.awaitOut("✗ 1.1", PATIENCE)
                    .awaitOut("1.1 was solved before; what you wrote for 1.4 broke it", PATIENCE)
                    .awaitOut("next   1.1", PATIENCE);
        }
        try (var start = Command.tool("start", "3.4").in(copy).start()) {
            start.awaitOut("next   3.4", PATIENCE);
        }
        Command.tool("start", "3.9").in(copy).run(PATIENCE).expectExit(2)
                .expectErr("there is no exercise 3.9");
    }

    @Test
    @DisplayName("a word that is no command gets the commands that there are")
    void noCommand() {
        jbang("strat").run(PATIENCE).expectExit(2).expectErr("There is no command strat")
                .expectErr("start ");
        jbang().run(PATIENCE).expectExit(2).expectErr("lesson01");
    }

    @Test
    @DisplayName("--help names the workshop's commands, and how to get JBang's own help")
    void help() {
        for (String word : List.of("--help", "-h")) {
            Command.Result help = jbang(word).run(PATIENCE).expectExit(0).expectOut("  check  ")
                    .expectOut("  lesson01  ").expectOut("JBang's own help: ./jbang help");
            assertEquals("", help.err());
        }
        jbang("help").run(PATIENCE).expectExit(0).expectErr("Builds and runs provided script");
        jbang("check", "--help").run(PATIENCE).expectExit(0).expectOut("--url");
    }

    /** What {@code start} reads and writes, and nothing else. */
    static Path copyOfCourse(Path folder) throws IOException {
        for (String each : List.of("jbang", "jbang.cmd", "jbang-catalog.json", "lessons",
                "solutions", ".jbang", "workshop/starters.txt")) {
            Path from = COURSE.root().resolve(each);
            if (!Files.exists(from)) continue;
            try (Stream<Path> all = Files.walk(from)) {
                for (Path path : all.toList()) {
                    Files.createDirectories(folder.resolve(COURSE.root().relativize(path))
                            .getParent());
                    Files.copy(path, folder.resolve(COURSE.root().relativize(path)),
                            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        return folder;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 50, InetAddress.getByName(LessonRun.HOST))) {
            return socket.getLocalPort();
        }
    }
}
