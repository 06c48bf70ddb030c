package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import workshop.course.Course;
import workshop.course.Source;

/**
 * A new learner: a fresh clone, in a folder whose name has a blank and an umlaut, a home with
 * nothing in it, and Java as this machine has it. The tests go on where the one before ended: what
 * the first has fetched, the last ones use without a network.
 */
class FreshCloneTest {
    private static final Duration FETCHING = Duration.ofSeconds(280);
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    static Path folder;

    private static Path home;
    private static Course clone;

    @BeforeAll
    static void cloneCourse() throws IOException {
        Path root = MadeUp.real().root();
        home = Files.createDirectories(folder.resolve("home"));
        clone = new Course(folder.resolve("from söckets to rooms"));
        Needed.program("git");
        Command.of("git", "-c", "safe.directory=*", "clone", "--quiet", root.toString(),
                clone.root().toString()).run(PATIENCE).expectExit(0);
        String commit = Command.of("git", "-C", clone.root().toString(), "log", "-1",
                "--format=%h %s").run(PATIENCE).expectExit(0).out().strip();
        long changes = Command.of("git", "-C", root.toString(), "status", "--porcelain")
                .run(PATIENCE).out().lines().count();
        TestAll.tell("cloned at " + commit + (changes == 0 ? ""
                : "; " + changes + " changes of the working tree are not in it"));
    }

    private static Command inClone(List<String> words) {
        return Command.of(words).in(clone.root()).with("HOME", home.toString())
                // Java asks the system, not HOME, where a user is at home, and Maven asks Java.
                .with("MAVEN_OPTS", "-Duser.home=" + home)
                .with("JAVA_HOME", null).with("HOST", null)
                .with("JBANG_DIR", null).with("JBANG_CACHE_DIR", null).with("JBANG_REPO", null)
                .with("XDG_DATA_HOME", null).with("XDG_CONFIG_HOME", null)
                .with("XDG_CACHE_HOME", null);
    }

    private static Command jbang(String... words) {
        return inClone(Stream.concat(Stream.of(clone.wrapper().toString()), Stream.of(words))
                .toList());
    }

    /** Without any network but the machine itself. */
    private static Command offline(String... words) {
        assumeTrue(System.getProperty("os.name").equals("Linux"),
                "only Linux can take a process off the network");
        Needed.program("unshare");
        Needed.program("ip");
        var all = new ArrayList<>(List.of("unshare", "-rn", "sh", "-c",
                "ip link set lo up && test -z \"$(ip route)\" && exec \"$@\"", "sh",
                clone.wrapper().toString()));
        all.addAll(List.of(words));
        return inClone(all);
    }

    @Test
    @DisplayName("./jbang start fetches what it needs, and begins with the first exercise")
    void start() throws IOException {
        Path lesson = Course.script(clone.lessons(), 1);
        try (var start = jbang("start").start()) {
            start.awaitOut("next   1.1", FETCHING).awaitOut("it runs: ", PATIENCE);
            Source starter = Source.read(lesson);
            Source solution = Source.read(Course.script(clone.solutions(), 1));
            Files.writeString(lesson, starter.with(java.util.Map.of("1.1",
                    solution.region("1.1").orElseThrow().text())).text());
            start.awaitOut("✓ 1.1", PATIENCE).awaitOut("next   1.2", PATIENCE);
            Files.writeString(lesson, solution.text());
            start.awaitOut("✓ 1.4", PATIENCE).awaitOut("next   2.1", PATIENCE)
                    .awaitOut("open http://127.0.0.1:", PATIENCE);
            expectEnd(start);
        }
        Command.of("git", "-C", clone.root().toString(), "checkout", "-q", "lessons")
                .run(PATIENCE).expectExit(0);
    }

    private static void expectEnd(Command.Running start) {
        List<ProcessHandle> family = start.descendants();
        assertFalse(family.isEmpty(), "the lesson runs beside");
        if (Command.isWindows()) start.process().destroy();
        else start.interrupt();
        start.awaitEnd(Duration.ofSeconds(5));
        for (ProcessHandle each : family) {
            Await.until("the end of " + each.info().commandLine(), Duration.ofSeconds(5),
                    () -> Command.isGone(each));
        }
    }

    @Test
    @DisplayName("./jbang check --dir solutions finds every exercise solved, of three lessons")
    void check() {
        String last = Course.numbersIn(clone.lessons()).getLast().toString();
        Command.Result result = jbang("check", "--dir", "solutions", "01", "03", last)
                .run(FETCHING).expectExit(0);
        int count = result.out().split("✓", -1).length - 1;
        result.expectOut(count + " of " + count + " exercises solved");
    }

    @Test
    @DisplayName("./jbang test passes, as far as it does not take long")
    void test() {
        Command.Result result = jbang("test", "AuthoringTest").run(FETCHING).expectExit(0);
        String last = result.out().lines().reduce((first, second) -> second).orElse("");
        assertTrue(last.matches("[1-9]\\d* passed, 0 failed"), result::toString);
    }

    @Test
    @DisplayName("the tool's own cache is made in the background, and the next command has it")
    void cache() {
        Path cache = clone.cache().resolve("tool/tool.aot");
        Await.until("the tool's cache", FETCHING, () -> Files.exists(cache));
        jbang("hint", "1.1").run(PATIENCE).expectExit(0);
    }

    @Test
    @DisplayName("git sees nothing of what was made")
    void clean() {
        assertEquals("", Command.of("git", "-C", clone.root().toString(), "status", "--porcelain")
                .run(PATIENCE).expectExit(0).out());
    }

    @Test
    @DisplayName("nothing was used but what lies in the clone and its own home")
    void ownHome() throws IOException {
        assertTrue(Files.isDirectory(home.resolve(".m2/repository")), "Maven's files are in HOME");
        assertTrue(Files.isDirectory(home.resolve(".jbang")), "JBang's files are in HOME");
        try (Stream<Path> answers = Files.list(clone.cache().resolve("classpath"))) {
            for (Path answer : answers.filter(file -> file.toString().endsWith(".txt")).toList()) {
                String[] jars = Files.readString(answer).strip().split(java.io.File.pathSeparator);
                for (String jar : jars) {
                    assertTrue(jar.startsWith(home.toString()), jar);
                }
            }
        }
    }

    @Test
    @DisplayName("without a network everything works the second time: check")
    void checkOffline() {
        offline("check", "--dir", "solutions", "03").run(PATIENCE).expectExit(0)
                .expectOut("5 of 5 exercises solved");
    }

    @Test
    @DisplayName("without a network everything works the second time: start")
    void startOffline() {
        try (var start = offline("start").start()) {
            start.awaitOut("next   1.1", PATIENCE).awaitOut("it runs: ", PATIENCE);
            expectEnd(start);
        }
    }

    @Test
    @DisplayName("without a network everything works the second time: a lesson, and the tests")
    void restOffline() {
        try (var lesson = offline("lesson03", "0").start()) {
            lesson.awaitOut("listening on http://127.0.0.1:", PATIENCE);
        }
        offline("test", "WireTest").run(PATIENCE).expectExit(0).expectOut(" passed, 0 failed");
    }
}
