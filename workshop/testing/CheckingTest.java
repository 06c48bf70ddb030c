package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tests.Environment;
import tests.Exercise;
import tests.Star;
import tests.Target;
import tests.TargetResolver;
import tests.clients.RawClient;
import workshop.checking.Checker;
import workshop.checking.ExerciseCatalog;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.checking.JsonReport;
import workshop.checking.TextReport;
import workshop.checking.Untouched;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.Lessons;
import workshop.course.CourseException;
import workshop.course.ExerciseId;
import workshop.course.Source;
import workshop.running.LessonRun;
import workshop.running.Program;
import workshop.running.Server;

/** Verdicts are right, truthful and the same for people and programs. */
class CheckingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private MadeUp workshop;

    @BeforeEach
    void open() throws IOException {
        workshop = new MadeUp(folder);
    }

    @AfterEach
    void close() throws IOException {
        workshop.close();
    }

    // --- Verdicts, on a lesson that is made up -----------------------------------------------

    /** What the made-up exercises say of the made-up server below. */
    @ExtendWith(TargetResolver.class)
    @Environment({"LIMIT_MS=7", "WORD=fromtheenvironment"})
    static class MadeUpTests {
        @Exercise(id = "1.1", title = "It echoes", hints = "h", starter = "s")
        class Echoes {
            @Test
            @DisplayName("1.1 a line comes back")
            void comesBack(Target target) {
                ask(target, target.word());
            }
        }

        @Exercise(id = "1.2", title = "It fails", hints = "h", starter = "s")
        class Fails {
            @Test
            @DisplayName("1.2 zebra: the first in the file")
            void zebra(Target target) {
                ask(target, target.word());
            }

            @Test
            @DisplayName("1.2 wolf: the second in the file")
            void wolf(Target target) {
                try (RawClient client = target.connect()) {
                    client.send("spoil ä " + target.word() + "\r\n").expect("did: right\n");
                }
            }

            @Test
            @DisplayName("1.2 ape: the third in the file")
            void ape(Target target) {
                ask(target, "ape");
            }
        }

        @Exercise(id = "1.3", title = "It is fresh", hints = "h", starter = "s")
        class Fresh {
            @Test
            @DisplayName("1.3 nothing is spoilt")
            void fresh(Target target) {
                ask(target, "fresh");
            }
        }

        @Exercise(id = "1.4", title = "It knows its limits", hints = "h", starter = "s")
        class Limits {
            @Test
            @DisplayName("1.4 the limits that were given reach both sides")
            void limits(Target target) {
                assertEquals(7, target.limit("LIMIT_MS", 3));
                assertEquals(5, target.limit("OTHER_MS", 5));
                try (RawClient client = target.connect()) {
                    client.send("env\n").expect("fromtheenvironment\n");
                }
            }
        }

        @Exercise(id = "1.5", title = "It dies", hints = "h", starter = "s")
        class Dies {
            @Test
            @DisplayName("1.5 a server lives")
            void lives(Target target) {
                try (RawClient client = target.connect()) {
                    client.send("die\n").expect("did: die\n");
                }
            }
        }

        @Exercise(id = "1.6", title = "It is wrong itself", hints = "h", starter = "s")
        class Wrong {
            @Test
            @DisplayName("1.6 a defect of the tests")
            void defect(Target target) {
                throw new IllegalStateException("thrown at " + target.port());
            }
        }

        @Exercise(id = "1.7", title = "It is empty", hints = "h", starter = "s")
        class Empty {}

        @Exercise(id = "1.8", title = "It has a star", hints = "h", starter = "s")
        class Starred {
            @Test
            @Star
            @DisplayName("1.8★ something beyond")
            void beyond(Target target) {
                try (RawClient client = target.connect()) {
                    client.send("beyond\n").expect("beyond\n");
                }
            }

            @Test
            @DisplayName("1.8 the core")
            void core(Target target) {
                ask(target, "core");
            }
        }

        @Exercise(id = "1.9", title = "It needs another", hints = "h", starter = "s",
                needs = {"1.1", "1.2"})
        class Needs {
            @Test
            @DisplayName("1.9 something else")
            void other(Target target) {
                try (RawClient client = target.connect()) {
                    client.send("other\n").expect("else\n");
                }
            }
        }

        private static void ask(Target target, String line) {
            try (RawClient client = target.connect()) {
                client.send(line + "\n").expect("did: " + line + "\n");
            }
        }
    }

    private static final String SERVER = """
            import java.net.*;

            volatile boolean spoilt;

            void main(String[] args) throws Exception {
                var here = InetAddress.getByName("127.0.0.1");
                try (var server = new ServerSocket(Integer.parseInt(args[0]), 500, here)) {
                    IO.println("the server is ready");
                    while (true) {
                        Socket client = server.accept();
                        Thread.startVirtualThread(() -> answer(client));
                    }
                }
            }

            void answer(Socket client) {
                try (client) {
                    var in = new BufferedReader(new InputStreamReader(client.getInputStream()));
                    for (String line; (line = in.readLine()) != null; ) {
                        IO.println("a client says " + line);
                        if (line.equals("die")) System.exit(3);
                        if (line.startsWith("spoil")) spoilt = true;
                        String answer = line.equals("env") ? System.getenv("WORD")
                            : spoilt ? "spoilt: " + line : "did: " + line;
                        client.getOutputStream().write((answer + "\\n").getBytes());
                    }
                } catch (IOException gone) {
                    IO.println("a client is gone: " + gone);
                }
            }
            """;

    @Test
    @DisplayName("each exercise has its verdict, and one that fails spoils no other")
    void verdicts() throws Exception {
        var told = new ArrayList<Verdict>();
        List<Verdict> verdicts = check(SERVER, told, "1.1", "1.2", "1.3", "1.4", "1.5", "1.3");
        assertEquals(told, verdicts);
        assertEquals(List.of("1.1 PASSED", "1.2 FAILED", "1.3 PASSED", "1.4 PASSED", "1.5 FAILED",
                        "1.3 PASSED"),
                verdicts.stream().map(verdict -> verdict.id() + " " + verdict.status()).toList());
        assertEquals("", verdicts.getFirst().message());
        assertEquals("It echoes", verdicts.getFirst().title());
    }

    @Test
    @DisplayName("a failure shows the first wrong test, the wire, the program's words and the seed")
    void message() throws Exception {
        String message = check(SERVER, "1.2").getFirst().message();
        String[] lines = message.split("\n");
        assertEquals("in the test  1.2 wolf: the second in the file", lines[1]);
        assertTrue(lines[0].startsWith("expected “did: right\\n” but got “spoilt: spoil ä‹C3 A4› "),
                message);
        assertContains(message, "\non the wire\n");
        assertContains(message, "↑ spoil ä‹C3 A4› ");
        assertContains(message, "\\r\\n\n");
        assertContains(message, "↓ s");
        assertContains(message, "\nthe program printed\n");
        assertContains(message, "  a client says spoil ä");
        assertTrue(message.matches("(?s).*\\n\\(seed \\d+\\)(\\nthis machine was busy.*)?"),
                message);
        assertFalse(message.contains("ape"), "tests after the first that failed do not run");
        assertFalse(message.contains("\tat ") || message.contains("Exception"), message);
    }

    @Test
    @DisplayName("random words differ from run to run")
    void seeds() throws Exception {
        assertNotEquals(wordsOf(check(SERVER, "1.2")), wordsOf(check(SERVER, "1.2")));
    }

    private static String wordsOf(List<Verdict> verdicts) {
        return verdicts.getFirst().message().replaceFirst("(?s).*says spoil ä (\\w+).*", "$1");
    }

    @Test
    @DisplayName("a program that ends in the middle is told with its exit code")
    void ends() throws Exception {
        String message = check(SERVER, "1.5").getFirst().message();
        assertContains(message, "expected “did: die\\n” but got “”, then the connection ended");
        assertContains(message, "the program ended, with exit code 3");
        assertContains(message, "a client says die");
    }

    @Test
    @DisplayName("a defect of the tests is not put on the learner")
    void defect() throws Exception {
        String message = check(SERVER, "1.6").getFirst().message();
        assertContains(message, "the test itself stopped: java.lang.IllegalStateException");
        assertContains(message, "CheckingTest.java:");
        Verdict empty = check(SERVER, "1.7").getFirst();
        assertEquals(Status.FAILED, empty.status());
        assertContains(empty.message(), "no test ran");
    }

    @Test
    @DisplayName("a star has a verdict of its own, from its own tests, where its core holds")
    void stars() {
        List<Verdict> verdicts = check(SERVER, "1.8", "1.8★");
        assertEquals(List.of(Status.PASSED, Status.FAILED),
                verdicts.stream().map(Verdict::status).toList());
        assertEquals("1.8★", verdicts.getLast().id());
        assertContains(verdicts.getLast().message(), "1.8★ something beyond");
        assertEquals(Status.FAILED, check(SERVER, "1.8★").getFirst().status());
        for (List<Verdict> all : List.of(check(SERVER.replace("did: ", "done: "), "1.8★"),
                check(SERVER.replace("did: ", "done: "), "1.8", "1.8★"))) {
            assertEquals(Status.SKIPPED, all.getLast().status());
            assertEquals("solve 1.8 first", all.getLast().message());
        }
    }

    @Test
    @DisplayName("an exercise whose needed one fails says to solve that one first")
    void needs() {
        assertTrue(check(SERVER, "1.9").getFirst().message()
                .startsWith("solve 1.2 first: 1.9 needs it\nexpected “else"));
        assertTrue(check(SERVER, "1.2", "1.9").getLast().message().startsWith("solve 1.2 first"));
        String word = "String answer = line.startsWith(\"spoil\") ? \"did: right\" : ";
        String message = check(SERVER.replace("String answer = ", word)
                .replace("spoilt = true", "spoilt = false"), "1.9").getFirst().message();
        assertTrue(message.startsWith("expected “else"), message);
    }

    @Test
    @DisplayName("5.2 means core and star, 5.2★ or 5.2s the star alone")
    void words() {
        for (String star : List.of("5.2★", "5.2s", "5.2*")) {
            assertEquals(new ExerciseId(5, 2, true), ExerciseId.of(star));
        }
        assertEquals("5.2★", ExerciseId.of("05.02s").toString());
        assertEquals(List.of("1.1", "1.2", "1.2★", "1.10"), Stream.of("1.10", "1.2s", "1.2", "1.1")
                .map(ExerciseId::of).sorted().map(ExerciseId::toString).toList());
        for (String none : List.of("", "5", "5.", "5.2.1", "x.1", "5.2★★", "123.1")) {
            assertTrue(ExerciseId.parse(none).isEmpty(), none);
        }
    }

    @Test
    @DisplayName("a program that does not compile, or start, breaks all its exercises")
    void broken() throws Exception {
        for (String text : List.of("void main() { int i = ; }",
                "void main() { IO.println(\"bye\"); System.exit(5); }")) {
            List<Verdict> verdicts = check(text, "1.1", "1.2", "1.3");
            assertEquals(List.of(Status.BROKEN, Status.BROKEN, Status.BROKEN),
                    verdicts.stream().map(Verdict::status).toList());
            assertContains(verdicts.getFirst().message(),
                    text.contains("bye") ? "exit code 5" : "lesson01.java:1");
        }
    }

    @Test
    @DisplayName("the class of main may have any name, and lie in a package, as with JBang")
    void mainClass() {
        String main = """
                class Helper {}
                class Echo {
                    static String word = "did: ";
                    public static void main(String[] args) throws Exception {
                        try (var server = new java.net.ServerSocket(Integer.parseInt(args[0]))) {
                            while (true) try (var client = server.accept()) {
                                var in = client.getInputStream();
                                var line = new StringBuilder(word);
                                for (int b; (b = in.read()) >= 0; ) {
                                    line.append((char) b);
                                    if (b == 10) break; // a line feed
                                }
                                client.getOutputStream().write(line.toString().getBytes());
                            }
                        }
                    }
                }
                """;
        for (String text : List.of(main, "package mine;\n" + main)) {
            assertEquals("", check(text, "1.1").getFirst().message());
        }
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "// nothing but this| there is no main method: void main(String... args) { … }",
        "class lesson01 { lesson01(int i) {} void main() {} }| main is not static, so lesson01 must"
            + " be a class with a constructor that takes nothing",
        "abstract class lesson01 { void main() {} }| main is not static, so lesson01 must be a"
            + " class with a constructor that takes nothing",
        "class A { void main() {} } class B { void main() {} }| which main to run, that of A or of"
            + " B.",
    })
    @DisplayName("a program without one main that can be run gets a sentence")
    void noMain(String text, String says) {
        String message = check(text, "1.1").getFirst().message();
        assertContains(message, says);
        assertFalse(message.contains("Exception"), message);
    }

    @Test
    @DisplayName("5.4 counts the threads itself, where the system tells: who says too few fails")
    void countsThreads() throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/stat")), "Linux tells");
        String solution = Files.readString(Course.script(MadeUp.real().solutions(), 5));
        String liar = solution.replace("ManagementFactory.getThreadMXBean().getThreadCount()", "42")
                .replace("config.concurrency.useVirtualThreads = true;", "config.jetty.threadPool ="
                        + " new org.eclipse.jetty.util.thread.QueuedThreadPool(2_000);");
        Path file = Files.writeString(folder.resolve("lesson05.java"), liar);
        Command.tool("check", "5.4", "--file", file.toString()).run(PATIENCE).expectExit(1)
                .expectOut("GET /stats tells 42 threads, but the operating system counts 1");
    }

    @Test
    @DisplayName("a server that runs already is checked where it is")
    void url() throws Exception {
        try (Program program = workshop.compile(SERVER);
             LessonRun run = workshop.start(program)) {
            List<Verdict> verdicts = Checker.check(Server.at("127.0.0.1", run.port()),
                    exercises("1.1", "1.2", "1.3"), verdict -> { });
            assertEquals(List.of(Status.PASSED, Status.FAILED, Status.FAILED),
                    verdicts.stream().map(Verdict::status).toList());
            assertTrue(run.isAlive());
        }
        org.junit.jupiter.api.Assertions.assertThrows(CourseException.class, () -> Checker.check(
                Server.at("127.0.0.1", 1), exercises("1.1"), verdict -> { }));
    }

    @Test
    @DisplayName("a program that any command starts gets its port and its limits, and is ended")
    void command() throws Exception {
        Path script = Files.writeString(Files.createDirectory(folder.resolve("of mine"))
                .resolve("Server.java"), SERVER);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var lesson = new ExerciseCatalog(MadeUp.NUMBER, MadeUpTests.class, exercises("1.1", "1.4",
                "1.2"), Map.of("LIMIT_MS", "7", "WORD", "fromtheenvironment"));
        List<Verdict> verdicts = Checker.check("'" + java + "' \"" + script + "\"", lesson,
                lesson.exercises(), _ -> { });
        assertEquals(List.of(Status.PASSED, Status.PASSED, Status.FAILED), verdicts.stream()
                .map(Verdict::status).toList(), verdicts::toString);
        assertContains(verdicts.getLast().message(), "a client says spoil");
        Verdict none = Checker.check("nosuchcommand x", lesson, exercises("1.1"), _ -> { })
                .getFirst();
        assertEquals(Status.BROKEN, none.status());
        assertContains(none.message(), "cannot start it");
    }

    // --- Reports -----------------------------------------------------------------------------

    private static final List<Verdict> SOME = List.of(
            new Verdict("5.1", "Hold the “request”", Status.PASSED, 12, ""),
            new Verdict("5.2", "Not for ever", Status.FAILED, 3, "one\n\"two\" ä \u0001"),
            new Verdict("5.3", "Nothing falls", Status.BROKEN, 0, "no main"),
            new Verdict("5.4", "Cheap", Status.BROKEN, 0, "no main"),
            new Verdict("5.4★", "Cheap", Status.SKIPPED, 0, "solve 5.4 first"),
            new Verdict("5.5", "Gone", Status.NOT_ATTEMPTED, 2, "nothing came"),
            new Verdict("5.5★", "Gone", Status.PASSED, 1, ""));

    @Test
    @DisplayName("JSON is one object with id, title, status, millis and message of each exercise")
    void json() throws IOException {
        JsonNode report = new ObjectMapper().readTree(JsonReport.of(SOME));
        assertEquals(1, report.size());
        JsonNode exercises = report.get("exercises");
        assertEquals(SOME.size(), exercises.size());
        for (int i = 0; i < SOME.size(); i++) {
            Verdict verdict = SOME.get(i);
            JsonNode line = exercises.get(i);
            assertEquals(List.of("id", "title", "star", "status", "millis", "message"),
                    line.properties().stream().map(Map.Entry::getKey).toList());
            assertEquals(verdict.id(), line.get("id").asText());
            assertEquals(verdict.title(), line.get("title").asText());
            assertEquals(verdict.isStar(), line.get("star").asBoolean());
            assertEquals(verdict.millis(), line.get("millis").asLong());
            assertTrue(line.get("millis").isIntegralNumber());
            assertEquals(verdict.message(), line.get("message").asText());
        }
        assertEquals(List.of("passed", "failed", "broken", "broken", "skipped", "not_attempted",
                        "passed"),
                exercises.findValuesAsText("status"));
    }

    @Test
    @DisplayName("text names each exercise, says a message once, and has no colour off a terminal")
    void text() {
        var bytes = new ByteArrayOutputStream();
        var report = new TextReport(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        SOME.forEach(report::add);
        report.sum(SOME, 1_900);
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertContains(text, "✓ 5.1   Hold the “request”");
        assertContains(text, "12 ms\n");
        assertContains(text, "✗ 5.2");
        assertContains(text, "      one\n      \"two\" ä");
        assertEquals(1, text.split("no main", -1).length - 1, text);
        assertContains(text, "– 5.4★  Cheap                                   solve 5.4 first\n");
        assertContains(text, "– 5.5   Gone                                      not attempted\n");
        assertContains(text, "★ 5.5★");
        assertContains(text, "1 of 5 exercises solved in 1.9 s, 1 not attempted, and 1 of 2 stars");
        assertContains(text, "stuck? ./jbang hint 5.2");
        assertFalse(text.contains("\33"), text);
    }

    // --- The command -------------------------------------------------------------------------

    @Test
    @DisplayName("check of a solved lesson ends with 0, of an unsolved one with 1, and says it all")
    void exitCodes() {
        Command.tool("check", "--dir", MadeUp.real().solutions().toString(), "1").run(PATIENCE)
                .expectExit(0).expectOut("✓ 1.1").expectOut("4 of 4 exercises solved");
        Command.tool("check", "--dir", "lessons", "01.1").run(PATIENCE)
                .expectExit(1).expectOut("– 1.1").expectOut("not attempted")
                .expectOut("on the wire").expectOut("0 of 1 exercises solved")
                .expectOut("stuck? ./jbang hint 1.1");
    }

    /** Lesson 01 with some regions exchanged; those of a mutant, or of the solution. */
    private Path lesson01(Map<String, String> texts) throws IOException {
        Source starter = Source.read(Course.script(MadeUp.real().lessons(), 1));
        return Files.writeString(folder.resolve("lesson01.java"), starter.with(texts).text());
    }

    private static String mutant11() {
        return Source.read(MadeUp.real().mutants(1).resolve("1.1-drops-every-return.java"))
                .region("1.1").orElseThrow().text();
    }

    @Test
    @DisplayName("what nobody has touched is not attempted; it is wrong where somebody has")
    void notAttempted() throws IOException {
        Source starter = Source.read(Course.script(MadeUp.real().lessons(), 1));
        String begun = mutant11();
        String blanks = starter.region("1.2").orElseThrow().text().replace("\n    ", "\n\t ")
                .replace("\n", "\r\n");
        Path file = lesson01(Map.of("1.1", begun, "1.2", blanks));
        Command.Result told = Command.tool("check", "--file", file.toString()).run(PATIENCE)
                .expectExit(1).expectOut("✗ 1.1").expectOut("4 exercises solved in")
                .expectOut("3 not attempted");
        for (String each : List.of("1.2", "1.3", "1.4")) {
            assertTrue(told.out().matches("(?s).*– " + each + " .{38} +not attempted\n.*"),
                    told::toString);
        }
        // A region that does not compile costs itself; the others nobody has begun.
        lesson01(Map.of("1.1", begun.replaceFirst("\\{", "{ int i = ;")));
        Command.tool("check", "--file", file.toString()).run(PATIENCE).expectExit(1)
                .expectOut("! 1.1").expectOut("int i = ;").expectOut("3 not attempted");
        // Where nobody has touched an exercise, what is broken elsewhere must be told.
        Files.writeString(file, starter.text() + "\nint i = ;\n");
        Command.tool("check", "--file", file.toString()).run(PATIENCE).expectExit(1)
                .expectOut("! 1.1").expectOut("! 1.4").expectOut("int i = ;");
    }

    @Test
    @DisplayName("what nobody has touched and passes all the same has passed")
    void untouched() {
        Source starter = Source.read(Course.script(MadeUp.real().lessons(), 1));
        Untouched untouched = Untouched.in(MadeUp.real(), starter);
        for (Status status : Status.values()) {
            Verdict verdict = new Verdict("1.2", "Many", status, 3, "why");
            assertEquals(status == Status.FAILED ? Status.NOT_ATTEMPTED : status,
                    untouched.judged(verdict).status());
            assertEquals("why", untouched.judged(verdict).message());
        }
        Verdict star = new Verdict("1.3★", "Harm", Status.FAILED, 3, "why");
        assertEquals(Status.NOT_ATTEMPTED, untouched.judged(star).status());
    }

    @Test
    @DisplayName("check --json prints nothing but JSON, whatever comes out")
    void jsonCommand() throws IOException {
        Path wrong = Files.createDirectory(folder.resolve("wrong")).resolve("lesson01.java");
        Files.copy(lesson01(Map.of("1.1", mutant11())), wrong);
        Files.writeString(folder.resolve("lesson01.java"), "void main() { int i = ; }");
        var tries = List.of(
                List.of("passed", "--dir", "solutions", "1.1"),
                List.of("not_attempted", "--dir", "lessons", "1.1"),
                List.of("failed", "--file", wrong.toString(), "1.1"),
                List.of("broken", "--dir", folder.toString(), "1.1"));
        for (List<String> each : tries) {
            var words = new ArrayList<>(List.of("check", "--json"));
            words.addAll(each.subList(1, each.size()));
            Command.Result result = Command.tool(words.toArray(String[]::new)).run(PATIENCE)
                    .expectExit(each.getFirst().equals("passed") ? 0 : 1);
            JsonNode exercise = new ObjectMapper().readTree(result.out()).at("/exercises/0");
            assertEquals(each.getFirst(), exercise.get("status").asText(), result::toString);
            assertEquals("1.1", exercise.get("id").asText());
            assertEquals(each.getFirst().equals("passed"),
                    exercise.get("message").asText().isEmpty());
            assertEquals("", result.err());
        }
    }

    @Test
    @DisplayName("a file of any name, in a folder with blanks too, is checked as the lesson named")
    void file() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("my träges Heft"))
                .resolve("my answer.java");
        Files.copy(Course.script(MadeUp.real().solutions(), 1), copy);
        Command.tool("check", "1.1", "--file", copy.toString()).run(PATIENCE)
                .expectExit(0).expectOut("1 of 1 exercises solved");
        expectWrongUse("which lesson is", "check", "--file", copy.toString());
        Path named = copy.resolveSibling("lesson01.java");
        Files.writeString(named, "void main() {\n    int i = ;\n}\n");
        Command.tool("check", "--file", named.toString()).run(PATIENCE)
                .expectExit(1).expectOut("lesson01.java:2: ").expectOut("int i = ;");
    }

    @Test
    @DisplayName("a file that begins with a byte order mark, as Notepad writes it, is checked")
    void byteOrderMark() throws IOException {
        Path marked = folder.resolve("lesson01.java");
        Files.writeString(marked, "\uFEFF" + Files.readString(
                Course.script(MadeUp.real().solutions(), 1)));
        Command.tool("check", "1.1", "--file", marked.toString()).run(PATIENCE)
                .expectExit(0).expectOut("1 of 1 exercises solved");
    }

    @Test
    @DisplayName("check --url judges a server that runs, and says where none does")
    void urlCommand() throws IOException {
        try (var server = RealLesson.solution(1)) {
            Command.tool("check", "1", "--url", "http://127.0.0.1:" + server.port()).run(PATIENCE)
                    .expectExit(0).expectOut("4 of 4 exercises solved");
            expectWrongUse("which lesson is that?", "check", "--url",
                    "http://127.0.0.1:" + server.port());
        }
        expectWrongUse("nobody listens at 127.0.0.1:1", "check", "1", "--url",
                "http://127.0.0.1:1");
        expectWrongUse("names no host and port", "check", "1", "--url", "nonsense");
    }

    @Test
    @DisplayName("lessons are named 3, 03 or 1-3, with a long dash, too")
    void lessonsAreNamed() {
        List<Integer> present = List.of(1, 2, 3, 4);
        assertEquals(List.of(1, 2, 3), Lessons.of(List.of("03", " 1 - 2"), present));
        assertEquals(List.of(2, 3, 4), Lessons.of(List.of("2–4", "3"), present));
        assertEquals(present, Lessons.of(List.of(), present));
        assertEquals(List.of(), Lessons.in("3-1"));
    }

    @Test
    @DisplayName("a wrong lesson, exercise, file or folder gets one message that says what to do")
    void wrongUse() throws IOException {
        expectWrongUse("there is no lesson 99", "check", "99");
        expectWrongUse("there is no exercise 1.99", "check", "1.99");
        expectWrongUse("neither a lesson nor an exercise", "check", "first");
        expectWrongUse("neither a lesson nor an exercise", "check", "1.1.1");
        expectWrongUse("there is no file", "check", "1", "--file", "nowhere.java");
        expectWrongUse("nowhere", "check", "--dir", "nowhere");
        expectWrongUse("there are no lessons in", "check", "--dir", folder.toString());
        expectWrongUse("--dir", "check", "--dir", "lessons", "--file", "a.java");
        expectWrongUse("--colour", "check", "--colour");
        Path latin = folder.resolve("lesson01.java");
        Files.write(latin, new byte[] {'/', '/', (byte) 0xE4, '\n'});
        expectWrongUse("UTF-8", "check", "--file", latin.toString());
        String text = Files.readString(Course.script(MadeUp.real().lessons(), 1));
        Files.writeString(latin, text.replace("// END 1.1\n", ""));
        expectWrongUse("exercise 1.1 is not closed", "check", "--file", latin.toString());
        Files.writeString(latin, text.replace("// END 1.1\n", "<<<<<<< HEAD\n// END 1.1\n"
                + "=======\n>>>>>>> main\n"));
        expectWrongUse("git has left two versions here", "check", "--file", latin.toString());
        expectWrongUse("hint", "hint", "1");
        expectWrongUse("hints 1 to", "hint", "1.1", "99");
    }

    @Test
    @DisplayName("outside of a workshop the tool says where it has to be")
    void outside(@TempDir Path elsewhere) {
        Command.Result result = Command.tool("check").in(elsewhere).run(PATIENCE).expectExit(2);
        assertTrue(result.err().lines().count() <= 3, result::toString);
        result.expectErr("in no workshop");
    }

    /** Exit code 2, and at most three lines, on the error output, that are for people. */
    private static void expectWrongUse(String phrase, String... words) {
        Command.Result result = Command.tool(words).run(PATIENCE).expectExit(2).expectErr(phrase);
        assertTrue(result.err().lines().count() <= 3, result::toString);
        assertFalse(result.err().contains("Exception") || result.err().contains("\tat "),
                result::toString);
    }

    // --- What the tests share ----------------------------------------------------------------

    private static List<ExerciseTests> exercises(String... ids) {
        return Stream.of(ids).map(id -> Stream.of(MadeUpTests.class.getDeclaredClasses())
                .flatMap(type -> ExerciseTests.of(type).stream())
                .filter(exercise -> exercise.id().equals(id)).findFirst().orElseThrow()).toList();
    }

    private List<Verdict> check(String server, String... ids) {
        return check(server, new ArrayList<>(), ids);
    }

    private List<Verdict> check(String server, List<Verdict> told, String... ids) {
        var lesson = new ExerciseCatalog(MadeUp.NUMBER, MadeUpTests.class, exercises(ids),
                Map.of("LIMIT_MS", "7", "WORD", "fromtheenvironment"));
        return new Checker(workshop.programs())
                .check(workshop.source(server), lesson, lesson.exercises(), told::add);
    }

    private static void assertContains(String text, String phrase) {
        assertTrue(text.contains(phrase), () -> "expected “" + phrase + "” in\n" + text);
    }
}
