package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.clients.RawClient;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.CompilingCell;
import workshop.running.LessonRun;
import workshop.running.Program;
import workshop.walls.Bubblewrap;

/** What lessons share is compiled once, is the course's own, and travels with what it needs. */
class GivenTest {
    private static final String NAMES = "//SOURCES ../lessons/given/Greeting.java\n"
            + "import given.*;\n";

    @TempDir
    Path folder;

    private MadeUp workshop;

    @BeforeEach
    void open() throws IOException {
        workshop = new MadeUp(folder);
        given("Greeting", """
                //SOURCES Word.java
                package given;

                public final class Greeting {
                    public static String text() {
                        return Word.read() + " from the course";
                    }
                }
                """);
        given("Word", """
                //FILES word.txt=../web/word.txt
                //RUNTIME_OPTIONS -Dword.mark=!
                package given;

                public final class Word {
                    static String read() {
                        try (var in = Word.class.getResourceAsStream("/word.txt")) {
                            return new String(in.readAllBytes()) + System.getProperty("word.mark");
                        } catch (java.io.IOException gone) {
                            throw new java.io.UncheckedIOException(gone);
                        }
                    }
                }
                """);
        Files.createDirectories(workshop.course().lessons().resolve("web"));
        Files.writeString(workshop.course().lessons().resolve("web/word.txt"), "hello");
    }

    @AfterEach
    void close() throws IOException {
        workshop.close();
    }

    private Path given(String name, String text) throws IOException {
        Files.createDirectories(workshop.course().given());
        return Files.writeString(workshop.course().given().resolve(name + ".java"), text);
    }

    /** Answers each line with {@code did: <line>}, and the first with what is given to it. */
    private static String lesson(String head) {
        return head + MadeUp.echo("IO.println(Greeting.text());");
    }

    @Test
    @DisplayName("a script has what its //SOURCES name, and what those name, files and options too")
    void travels() throws Exception {
        try (Program program = workshop.compile(lesson(NAMES))) {
            expectSaid(program, "hello! from the course");
        }
    }

    @Test
    @DisplayName("it is compiled once, and anew when it changes")
    void once() throws Exception {
        List<Path> before;
        try (Program one = workshop.compile(lesson(NAMES));
             Program other = workshop.compile("// another\n" + lesson(NAMES))) {
            assertEquals(one.given(), other.given());
            before = one.given();
        }
        Path word = workshop.course().given().resolve("Word.java");
        Files.writeString(word, Files.readString(word).replace(" + System", " + '?' + System"));
        try (Program program = workshop.compile(lesson(NAMES))) {
            assertNotEquals(before, program.given());
            expectSaid(program, "hello?! from the course");
        }
    }

    @Test
    @DisplayName("a lesson that names nothing has nothing")
    void nothing() throws Exception {
        try (Program program = workshop.compile(MadeUp.echo(""))) {
            assertEquals(List.of(), program.given());
        }
        String message = assertThrows(BrokenProgram.class,
                () -> workshop.compile(lesson("import given.*;\n"))).getMessage();
        assertTrue(message.contains("package given"), message);
    }

    @Test
    @DisplayName("a script elsewhere gets the course's own, whatever lies beside it")
    void courseOwn() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("ada/given")).getParent();
        Files.writeString(elsewhere.resolve("given/Greeting.java"),
                "package given;\npublic final class Greeting {\n"
                        + "    public static String text() { return \"from ada\"; }\n}\n");
        for (String path : List.of("../lessons/given/", "given/", "./", "", "/etc/")) {
            String text = lesson(NAMES.replace("../lessons/given/", path));
            try (Program program = workshop.programs().compile(
                    Source.of(elsewhere.resolve("lesson01.java"), text), 1)) {
                expectSaid(program, "hello! from the course");
            }
        }
    }

    @Test
    @DisplayName("a name that is none of lessons/given is told, with the line that has it")
    void unknown() {
        for (String name : List.of("given/Nowhere.java", "../lessons/lesson01.java", "..", "*.java",
                "given/Greeting")) {
            String message = assertThrows(CourseException.class, () -> workshop.compile(
                    "//SOURCES " + name + "\n" + MadeUp.echo(""))).getMessage();
            assertTrue(message.contains("//SOURCES " + name + " names no file of lessons/given"),
                    message);
        }
    }

    @Test
    @DisplayName("a mistake in it is told in its own line")
    void mistake() throws IOException {
        given("Word", "package given;\nclass Word {\n    static String read() { return 7; }\n}\n");
        String message = assertThrows(BrokenProgram.class,
                () -> workshop.compile(lesson(NAMES))).getMessage();
        assertTrue(message.contains("lessons/given/Word.java:3: "), message);
    }

    @Test
    @DisplayName("behind walls, where nothing can be kept, it is the course's own, too")
    void behindWalls() throws Exception {
        WallsHere.need();
        try (var cell = new CompilingCell(workshop.course(), new Bubblewrap(1_000, 20, false),
                Files.createDirectories(folder.resolve("cell")))) {
            try (Program program = cell.compile(lesson(NAMES), 1)) { // nobody has made the jar
                assertEquals(List.of(), program.given());
                assertTrue(Files.exists(program.classes().resolve("given/Greeting.class")));
            }
            workshop.compile(lesson(NAMES)).close();
            try (Program program = cell.compile(lesson(NAMES), 1)) {
                assertEquals(1, program.given().size());
                expectSaid(program, "hello! from the course");
            }
        }
    }

    private void expectSaid(Program program, String words) throws Exception {
        try (LessonRun run = workshop.start(program);
             RawClient client = RawClient.connect(LessonRun.HOST, run.port())) {
            client.send("a\n").expect("did: a\n");
            assertTrue(run.output().since(0).startsWith(words + "\n"), run.output().since(0));
        }
    }
}
