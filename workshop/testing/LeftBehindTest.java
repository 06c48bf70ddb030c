package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import workshop.running.LessonRun;

/** However the tool ends, it leaves no process, port or file of a checked program behind. */
class LeftBehindTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration GONE = Duration.ofSeconds(5);

    /** Takes every client, answers nobody, and has two children: its check takes long. */
    private static final String MUTE = """
            import java.net.*;

            void main(String[] args) throws Exception {
                new ProcessBuilder("sleep", "600").start();
                new ProcessBuilder("sh", "-c", "sleep 600; true").start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    while (true) java.util.concurrent.locks.LockSupport.park();
                }));
                var here = InetAddress.getByName("127.0.0.1");
                try (var server = new ServerSocket(Integer.parseInt(args[0]), 500, here)) {
                    Files.writeString(Path.of("%s"), server.getLocalPort() + ".");
                    var clients = new ArrayList<Socket>();
                    while (true) clients.add(server.accept());
                }
            }
            """;

    @TempDir
    Path folder;

    private Path lessons;
    private Path temporary;
    private Path told;

    @BeforeEach
    void writeLesson() throws IOException {
        Assumptions.assumeFalse(Command.isWindows(), "the lesson below starts sh and sleep");
        lessons = Files.createDirectories(folder.resolve("lessons"));
        temporary = Files.createDirectories(folder.resolve("tmp"));
        told = folder.resolve("port");
        Files.writeString(lessons.resolve("lesson01.java"), MUTE.formatted(told));
    }

    private Command check(String... words) {
        return Command.java(List.of("-Djava.io.tmpdir=" + temporary), "workshop.Workshop",
                Stream.concat(Stream.of("check", "--dir", lessons.toString()), Stream.of(words))
                        .toArray(String[]::new));
    }

    @Test
    @DisplayName("after a check that ends by itself")
    void ends() throws IOException {
        check("1.1").run(PATIENCE).expectExit(1);
        expectFree(port());
        assertEquals(List.of(), filesIn(temporary));
    }

    @Test
    @DisplayName("after a check of a program that is broken")
    void broken() throws IOException {
        for (String text : List.of("void main() { nothing(); }", "void main() {}",
                "void main() throws Exception {"
                + " new ProcessBuilder(\"sleep\", \"600\").start(); }")) {
            Files.writeString(lessons.resolve("lesson01.java"), text);
            check("1").run(PATIENCE).expectExit(1);
            assertEquals(List.of(), filesIn(temporary));
        }
    }

    @Test
    @DisplayName("after Ctrl-C in the middle")
    void interrupted() throws IOException {
        try (var check = check("1").start()) {
            List<ProcessHandle> family = familyInTheMiddle(check);
            check.interrupt();
            expectGone(check, family);
            assertEquals(List.of(), filesIn(temporary));
        }
    }

    @Test
    @DisplayName("after a polite end (SIGTERM) in the middle")
    void terminated() throws IOException {
        try (var check = check("1").start()) {
            List<ProcessHandle> family = familyInTheMiddle(check);
            check.process().destroy();
            expectGone(check, family);
            assertEquals(List.of(), filesIn(temporary));
        }
    }

    @Test
    @DisplayName("after the tool was killed in the middle; its files go with the next check")
    void killed() throws IOException {
        try (var check = check("1").start()) {
            List<ProcessHandle> family = familyInTheMiddle(check);
            check.process().destroyForcibly();
            expectGone(check, family);
        }
        Files.writeString(lessons.resolve("lesson01.java"), "void main() {}");
        check("1").run(PATIENCE).expectExit(1);
        assertEquals(List.of(), filesIn(temporary));
    }

    @Test
    @DisplayName("after Ctrl-C in a terminal, which reaches the lesson and its children as well")
    void interruptedAll() throws IOException {
        try (var check = check("1").start()) {
            List<ProcessHandle> family = familyInTheMiddle(check);
            for (ProcessHandle each : family) {
                Command.of("kill", "-INT", "" + each.pid()).run(GONE);
            }
            check.interrupt();
            expectGone(check, family);
        }
    }

    /** The lesson and its children, once it listens and is being asked. */
    private List<ProcessHandle> familyInTheMiddle(Command.Running check) {
        Await.until("the lesson to listen", PATIENCE, () -> port() > 0);
        Await.until("the lesson's children", GONE, () -> check.descendants().size() >= 4);
        return check.descendants();
    }

    private int port() throws IOException {
        String words = Files.readString(told);
        if (!words.endsWith(".")) throw new IOException("half written");
        return Integer.parseInt(words.substring(0, words.length() - 1));
    }

    private void expectGone(Command.Running check, List<ProcessHandle> family)
            throws IOException {
        check.awaitEnd(GONE);
        for (ProcessHandle each : family) {
            Await.until("the end of process " + each.pid() + " "
                    + each.info().commandLine().orElse(""), GONE, () -> Command.isGone(each));
        }
        expectFree(port());
    }

    private static void expectFree(int port) {
        Await.until("port " + port + " to be free", GONE, () -> {
            new ServerSocket(port, 50, InetAddress.getByName(LessonRun.HOST)).close();
            return true;
        });
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("hsperfdata")).toList(); // the JVM's own
        }
    }
}
