package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tests.clients.RawClient;
import workshop.course.Course;
import workshop.course.Script;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.Children;
import workshop.running.CompilingCell;
import workshop.running.LessonRun;
import workshop.running.Program;
import workshop.running.Programs;
import workshop.walls.Bubblewrap;
import workshop.walls.Walls;

/** Programs of learners are compiled, started, watched and ended, whatever they do. */
class RunningTest {
    private static final Duration GONE = Duration.ofSeconds(3);

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

    // --- Compiling ---------------------------------------------------------------------------

    @Test
    @DisplayName("a compile error is told in the learner's own line, with the line itself")
    void compileError() {
        String text = MadeUp.echo("int port = \"seven\";");
        String message = broken(text);
        int line = text.substring(0, text.indexOf("seven")).split("\n").length;
        assertContains(message, "it does not compile: 1 error");
        assertContains(message, workshop.course().lessons() + "/lesson01.java:" + line + ": ");
        assertContains(message, "String cannot be converted to int");
        assertContains(message, "int port = \"seven\";\n" + " ".repeat(4 + 4 + 11) + "^");
    }

    @Test
    @DisplayName("a compile error points into a line with tabs, and into one that is very long")
    void compileErrorInOddLines() {
        assertContains(broken("void main() {\n\tint port = \"seven\";\n}\n"),
                "     int port = \"seven\";\n" + " ".repeat(4 + 1 + 11) + "^");
        String message = broken("void main() {" + "\t".repeat(100_000) + "int port = \"seven\";"
                + " ".repeat(100_000) + "}\n");
        assertContains(message, "int port = \"seven\";");
        assertTrue(message.length() < 1_000, () -> message.length() + " characters");
    }

    @Test
    @DisplayName("//FILES cannot fill the disk")
    void muchInFiles() throws IOException {
        Files.write(folder.resolve("lessons/much"), new byte[10 << 20]);
        assertContains(broken("//FILES once=much twice=much\nvoid main() { }\n"),
                "the //FILES have more than 16 MB");
    }

    @Test
    @DisplayName("of many compile errors the first three are shown, and their number")
    void manyErrors() {
        String message = broken("void main() {\n" + "    nothing();\n".repeat(7) + "}\n");
        assertContains(message, "7 errors");
        assertContains(message, "lesson01.java:2: ");
        assertContains(message, "lesson01.java:4: ");
        assertFalse(message.contains("lesson01.java:5: "), message);
        assertContains(message, "the first often causes the others");
    }

    @Test
    @DisplayName("a text that is no Java at all gets a message and no crash")
    void noJava() {
        for (String empty : List.of("", "\n")) {
            String message = broken(empty);
            assertTrue(message.contains("is empty"), message);
        }
        for (String text : List.of("hello", "class {", "/* never closed", "\"open",
                "void main() {", "\0\1\2", "}".repeat(1000))) {
            String message = broken(text);
            assertTrue(message.contains("does not compile") || message.contains("ended at once"),
                    () -> text + "\n" + message);
        }
    }

    @Test
    @DisplayName("a file that //FILES names and that is missing is told by its name")
    void missingFile() {
        String message = broken(
                "//FILES web/page.html=../lessons/web/nowhere.html\nvoid main() {}");
        assertContains(message, "web/page.html");
        assertContains(message, "nowhere.html");
        assertContains(message, "Put the line back as it was");
    }

    @Test
    @DisplayName("//FILES cannot write outside the program's own folder")
    void filesLeadOut() throws IOException {
        Files.writeString(folder.resolve("lessons/a.html"), "a");
        assertContains(broken("//FILES ../../a.html=a.html\nvoid main() {}"), "leads out");
    }

    @Test
    @DisplayName("//FILES cannot read what lies outside of the lessons' folders")
    void filesFromElsewhere() throws IOException {
        Path tests = Files.writeString(folder.resolve("tests.jar"), "secret");
        for (String from : List.of("../tests.jar", tests.toString())) {
            assertContains(broken("//FILES a=" + from + "\nvoid main() {}"),
                    "in no lesson's folder");
        }
    }

    @Test
    @DisplayName("a dependency that nobody has is told with JBang's words")
    void missingDependency() {
        String message = broken("//DEPS nobody.at.all:nothing:0.0.1\nvoid main() {}");
        assertContains(message, "JBang cannot resolve the //DEPS");
        assertContains(message, "nobody.at.all:nothing");
        assertContains(message, "git diff shows what was changed");
    }

    @Test
    @DisplayName("a small source cannot have the compiler fill the disk")
    void muchInClasses() {
        // A constant is written out again into each class that uses it.
        String large = "interface L { String a = \"" + "x".repeat(1_000) + "\","
                + " b = a + a + a + a + a + a + a + a, c = b + b + b + b + b + b + b + b; }\n";
        String some = IntStream.range(0, 500).mapToObj(i -> "L.c + " + i)
                .collect(Collectors.joining(","));
        assertContains(broken("void main() { String[] all = {" + some + "}; }\n" + large),
                "the classes have more than 16 MB together");
        assertContains(broken("void main() { }\n" + large + IntStream.range(0, 2)
                .mapToObj(i -> "class C" + i + " { String[] all = {" + some + "}; }\n")
                .collect(Collectors.joining())), "the classes have more than 16 MB together");
    }

    @Test
    @DisplayName("a source that the compiler gives up on, or dies of, costs the next one nothing")
    void brokenOff() throws Exception {
        // Wider than javac's stack is deep.
        String deep = "void main() { var x = " + "1 + ".repeat(100_000) + "1; }";
        try (var cell = new CompilingCell(workshop.course(), Walls.NONE,
                Files.createDirectories(folder.resolve("cell")))) {
            var broken = assertThrows(BrokenProgram.class, () -> cell.compile(deep, 1));
            assertContains(broken.getMessage(), "something very deep, or very large");
            assertTrue(broken.getMessage().length() < 1_000, broken.getMessage());
            for (int i = 1; i <= 6; i++) {
                cell.compile(MadeUp.echo(""), 1).close();
                // What the one before left behind may end it while the next one is asked.
                ProcessHandle dying = handle(cell.pid());
                var next = CompletableFuture.supplyAsync(() -> {
                    try (Program program = cell.compile(MadeUp.echo(""), 1)) {
                        return program.mainClass();
                    } catch (BrokenProgram unfair) {
                        return unfair.getMessage();
                    }
                });
                Thread.sleep(10 * i); // at different moments
                dying.destroyForcibly();
                assertEquals("lesson01", next.get());
            }
        }
    }

    @Test
    @DisplayName("jars that a lesson has are found where nobody can be asked for them")
    void jarsOfALesson() throws Exception {
        WallsHere.need();
        Course real = MadeUp.real();
        Source source = Source.read(Course.script(real.lessons(), 3));
        try (var programs = new Programs(real)) {
            programs.fetch(source);
        }
        String first = "//DEPS " + source.directives().dependencies().getFirst() + "\n";
        try (var cell = new CompilingCell(real, new Bubblewrap(1_000, 20, false),
                Files.createDirectories(folder.resolve("cell")))) {
            try (Program twice = cell.compile(first + first + MadeUp.echo(""), 1)) {
                assertTrue(twice.jars().size() > 1, twice.jars() + "");
            }
            var broken = assertThrows(BrokenProgram.class, () -> cell.compile(first
                    + "//DEPS a:b:1\n" + MadeUp.echo(""), 1));
            assertContains(broken.getMessage(), "no lesson has these //DEPS together");
        }
    }

    @Test
    @DisplayName("what the compiler wrote is gone when the program is closed")
    void nothingLeft() throws Exception {
        Program program = workshop.compile(MadeUp.echo(""));
        assertTrue(Files.exists(program.classes().resolve("lesson01.class")));
        program.close();
        assertFalse(Files.exists(program.classes()));
    }

    // --- Starting ----------------------------------------------------------------------------

    @Test
    @DisplayName("a program that works is started on a free port, and is gone when it is closed")
    void works() throws Exception {
        try (Program program = workshop.compile(MadeUp.echo(""))) {
            ProcessHandle process;
            int port;
            try (LessonRun run = workshop.start(program)) {
                port = run.port();
                process = handle(run.pid());
                expectEcho(port);
                Await.until("its words", GONE, () -> run.output().since(0)
                        .equals("listening on tcp://127.0.0.1:" + run.port() + "\n"));
                assertEquals("", run.printed(0), "that it listens is known");
            }
            assertFalse(process.isAlive());
            expectFree(port);
        }
    }

    @Test
    @DisplayName("a main without arguments, and a static one, are started as java does")
    void otherMains() throws Exception {
        for (String main : List.of("void main() throws Exception {",
                "static void main(String... args) throws Exception {",
                "public static void main(String[] args) throws Exception {")) {
            String message = notStarting(main + " IO.println(\"main was here\"); }");
            assertContains(message, "main was here");
        }
        assertContains(broken("void other() {}"), "main");
    }

    @Test
    @DisplayName("a program that ends at once is told with its exit code and its words")
    void endsAtOnce() throws Exception {
        String message = notStarting("void main() { IO.println(\"good\\nbye\"); System.exit(7); }");
        assertContains(message, "ended at once, with exit code 7, instead of listening");
        assertContains(message, "the program printed\n  good\n  bye");
        assertContains(notStarting("void main() { throw new RuntimeException(\"my fault\"); }"),
                "my fault");
        assertContains(notStarting("void main() {}"), "exit code 0");
    }

    @Test
    @DisplayName("one that never listens, loops for ever, or prints without end is told so in time")
    void neverListens() throws Exception {
        var texts = List.of(
                "void main() throws Exception { Thread.currentThread().join(); }",
                "void main() throws Exception { IO.println(\"the port is in use\");"
                        + " Thread.currentThread().join(); }",
                "void main() { while (true) Thread.onSpinWait(); }",
                "void main() { while (true) IO.println(\"again and again\"); }",
                "void main() { while (true) IO.print((char) 27 + \"[2J\"); }");
        long start = System.nanoTime();
        var messages = new ArrayList<Future<String>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String text : texts) messages.add(threads.submit(() -> notStarting(text)));
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        assertTrue(seconds <= LessonRun.START_SECONDS + 8, seconds + " s");
        for (Future<String> message : messages) {
            assertContains(message.get(), "nobody listens on port");
            assertContains(message.get(), "after " + LessonRun.START_SECONDS + " s");
            assertTrue(message.get().length() < 4_000, message.get().length() + " characters");
        }
        assertContains(messages.get(3).get(), "again and again");
        assertFalse(messages.get(4).get().contains("\33"), "no control of the reader's terminal");
    }

    @Test
    @DisplayName("a port that another program has is not taken for the lesson's")
    void portTaken() throws Exception {
        try (var other = new ServerSocket(0, 50, InetAddress.getByName(LessonRun.HOST));
             Program program = workshop.compile(MadeUp.echo(""))) {
            var thrown = assertThrows(BrokenProgram.class, () -> workshop.programs()
                    .start(program, Map.of(), other.getLocalPort()).close());
            assertContains(thrown.getMessage(), "port " + other.getLocalPort() + " is taken");
        }
    }

    @Test
    @DisplayName("a program whose port was taken before it could is started anew, on another one")
    void portTakenMeanwhile() throws Exception {
        Path mark = folder.resolve("mark");
        String first = "if (!Files.exists(Path.of(\"" + mark + "\"))) {"
                + " Files.createFile(Path.of(\"" + mark + "\"));"
                + " throw new BindException(\"Address already in use\"); }";
        try (Program program = workshop.compile(MadeUp.echo(first));
                LessonRun run = workshop.start(program)) {
            assertTrue(run.isAlive());
        }
    }

    @Test
    @DisplayName("many programs that start at once all have ports of their own")
    void manyAtOnce() throws Exception {
        try (Program program = workshop.compile(MadeUp.echo(""));
             var threads = Executors.newFixedThreadPool(4)) {
            var runs = new ArrayList<Future<LessonRun>>();
            for (int i = 0; i < 8; i++) runs.add(threads.submit(() -> workshop.start(program)));
            var ports = new java.util.HashSet<Integer>();
            for (Future<LessonRun> run : runs) {
                ports.add(run.get().port());
                expectEcho(run.get().port());
            }
            for (Future<LessonRun> run : runs) run.get().close();
            assertEquals(runs.size(), ports.size());
        }
    }

    @Test
    @DisplayName("the exception that a program died of is shown, however much it said since")
    void exceptionShown() throws Exception {
        try (Program program = workshop.compile(MadeUp.echo("""
                try {
                    List.of().getFirst();
                } catch (java.util.NoSuchElementException none) {
                    none.printStackTrace();
                }
                for (int i = 0; i < 50; i++) IO.println("line " + i);"""));
             LessonRun run = workshop.start(program)) {
            Await.until("its words", GONE, () -> run.printed(0).contains("line 49"));
            String printed = run.printed(0);
            assertContains(printed, "\n  java.util.NoSuchElementException\n"
                    + "      at lesson01.main(");
            assertFalse(printed.contains("at java.base"), printed);
            // Where it listens may have been told by now, as its last line.
            assertTrue(printed.matches("(?s).*\n  …\n  line 4[34]\n.*"), printed);
            assertTrue(printed.lines().count() <= 16, printed);
        }
    }

    @Test
    @DisplayName("the program sees the environment that it is to have, and no HOST of ours")
    void environment() throws Exception {
        try (Program program = workshop.compile(MadeUp.echo(
                "IO.println(System.getenv(\"IDLE_MS\") + \" \" + System.getenv(\"HOST\"));"));
             LessonRun run = workshop.programs().start(program,
                     Map.of("IDLE_MS", "1500"))) {
            Await.until("its words", GONE, () -> run.printed(0).contains("1500 null"));
        }
    }

    // --- Its words ---------------------------------------------------------------------------

    @Test
    @DisplayName("of very much output the last lines are shown, and never much")
    void muchOutput() throws Exception {
        try (Program program = workshop.compile(MadeUp.echo("""
                for (int i = 0; i < 200_000; i++) IO.println("line number " + i);
                System.err.println("x".repeat(100_000));
                IO.println("the end");"""));
             LessonRun run = workshop.start(program)) {
            Await.until("all its words", Duration.ofSeconds(10),
                    () -> run.printed(0).contains("listening on"));
            assertTrue(run.output().position() > 3_000_000);
            String all = run.output().since(0);
            assertTrue(all.length() < 40_000, all.length() + " characters");
            assertTrue(all.startsWith("line number 0\n"), all.substring(0, 40));
            assertContains(all, "bytes left out");
            String shown = run.printed(0);
            assertContains(shown, "the program printed (the last 12 lines)");
            assertContains(shown, "the end\n");
            assertTrue(shown.length() < 4_000, shown);
            assertEquals("", run.printed(run.output().position()));
        }
    }

    @Test
    @DisplayName("a program that prints without end while it listens does not delay its answers")
    void printsWhileListening() throws Exception {
        try (Program program = workshop.compile(MadeUp.echo("""
                Thread.ofPlatform().daemon().start(() -> {
                    while (true) IO.println("again and again");
                });"""));
             LessonRun run = workshop.start(program)) {
            for (int i = 0; i < 20; i++) expectEcho(run.port());
            assertTrue(run.output().since(0).length() < 40_000);
        }
    }

    @Test
    @DisplayName("a program that does not end by itself and lets no SIGTERM end it is ended")
    void ignoresSignals() throws Exception {
        try (Program program = workshop.compile(MadeUp.echo("""
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    while (true) java.util.concurrent.locks.LockSupport.park();
                }));"""))) {
            LessonRun run = workshop.start(program);
            ProcessHandle process = handle(run.pid());
            process.destroy();
            expectEcho(run.port());
            long start = System.nanoTime();
            run.close();
            assertTrue(System.nanoTime() - start < GONE.toNanos());
            assertFalse(process.isAlive());
        }
    }

    @Test
    @DisplayName("the children and grandchildren of a program end with it")
    void children() throws Exception {
        try (Program program = workshop.compile(MadeUp.echo(spawning()))) {
            LessonRun run = workshop.start(program);
            List<ProcessHandle> family = familyOf(run.pid());
            run.close();
            expectGone(family);
        }
    }

    @Test
    @DisplayName("a program that ends at once leaves no child behind")
    void childrenOfOneThatEnds() throws Exception {
        Path told = folder.resolve("told");
        String message = notStarting("""
                void main() throws Exception {
                    var child = new ProcessBuilder(%s).start();
                    Files.writeString(Path.of("%s"), "" + child.pid());
                }
                """.formatted(sleeping(), told.toString().replace('\\', '/')));
        assertContains(message, "exit code 0");
        long pid = Long.parseLong(Files.readString(told));
        Await.until("the end of the child", GONE, () -> ProcessHandle.of(pid)
                .map(Command::isGone).orElse(true));
    }

    // --- The tool is gone --------------------------------------------------------------------

    @Test
    @DisplayName("when the tool is killed, the program and its children are gone within 3 s")
    void toolKilled(@TempDir Path other) throws Exception {
        for (String first : List.of(spawning(), spawning() + """
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    while (true) java.util.concurrent.locks.LockSupport.park();
                }));""")) {
            Path text = Files.writeString(other.resolve("lesson.txt"), MadeUp.echo(first));
            try (var tool = Command.java(List.of(), HoldsLesson.class.getName(),
                    Files.createTempDirectory(other, "w").toString(), text.toString()).start()) {
                tool.awaitOut("process", Duration.ofSeconds(20)).awaitOut(".\n", GONE);
                Matcher words = Pattern.compile("holds (\\d+) in process (\\d+)")
                        .matcher(tool.out());
                assertTrue(words.find(), tool.out());
                int port = Integer.parseInt(words.group(1));
                long pid = Long.parseLong(words.group(2));
                List<ProcessHandle> family = familyOf(pid);
                expectEcho(port);
                tool.process().destroyForcibly();
                expectGone(family);
                expectFree(port);
            }
        }
    }

    @Test
    @DisplayName("a program cannot take away the pipe that ties it to the tool")
    void stdinIsOurs() throws Exception {
        try (Program program = workshop.compile(MadeUp.echo("System.in.close();"));
             LessonRun run = workshop.start(program)) {
            expectEcho(run.port());
            assertTrue(run.isAlive());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("a process that shall die with its parent outlives the thread that asked for it")
    void outlivesItsThread() throws Exception {
        var started = new CompletableFuture<Process>();
        Thread asking = Thread.ofPlatform().start(() -> {
            try {
                Process process = Children.start(new ProcessBuilder("setpriv", "--pdeathsig",
                        "KILL", "sh", "-c", "echo so it is set; sleep 100"));
                process.getInputStream().read();
                started.complete(process);
            } catch (IOException none) {
                started.completeExceptionally(none);
            }
        });
        Process process = started.get();
        asking.join();
        try {
            assertFalse(process.waitFor(1, TimeUnit.SECONDS), "it was killed with the thread");
        } finally {
            Children.end(process);
        }
    }

    // --- The AOT cache -----------------------------------------------------------------------

    @Test
    @DisplayName("an AOT cache is made once, is used, and a broken one only costs time")
    void aotCache() throws Exception {
        copyLesson03();
        assertTrue(workshop.programs().prepare(3), "the cache could not be made");
        Path cache = onlyFile(workshop.course().cache().resolve("aot"));
        FileTime old = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        Files.setLastModifiedTime(cache, old);
        assertTrue(workshop.programs().prepare(3));
        assertEquals(cache, onlyFile(cache.getParent()), "half a file was left");
        assertEquals(old, Files.getLastModifiedTime(cache), "it was made again");

        Source solution = Source.read(Course.script(workshop.course().solutions(), 3));
        try (Program program = workshop.programs().compile(solution, 3)) {
            try (LessonRun run = workshop.start(program)) {
                handle(run.pid()).info().arguments().ifPresent(words -> assertTrue(
                        List.of(words).contains("-XX:AOTCache=" + cache),
                        () -> "no cache in " + List.of(words)));
                expectQuiet(run);
            }
            byte[] good = Files.readAllBytes(cache);
            var cut = java.util.Arrays.copyOf(good, good.length / 2);
            var spoiled = good.clone();
            java.util.Arrays.fill(spoiled, 0, 4096, (byte) 0x5A);
            for (byte[] bad : List.of(new byte[0], "garbage".getBytes(), cut, spoiled)) {
                Files.write(cache, bad);
                try (LessonRun run = workshop.start(program)) {
                    expectQuiet(run);
                }
            }
        }
    }

    @Test
    @DisplayName("where no cache can be made a lesson starts all the same")
    void noCache() throws Exception {
        copyLesson03();
        Files.createDirectories(workshop.course().cache());
        Files.writeString(workshop.course().cache().resolve("aot"), "a file, no folder");
        assertFalse(workshop.programs().prepare(3));
        Source solution = Source.read(Course.script(workshop.course().solutions(), 3));
        try (Program program = workshop.programs().compile(solution, 3);
             LessonRun run = workshop.start(program)) {
            expectQuiet(run);
        }
    }

    private void copyLesson03() throws IOException {
        Course real = MadeUp.real();
        Files.copy(Course.script(real.solutions(), 3),
                Course.script(workshop.course().solutions(), 3));
        Files.createDirectories(workshop.course().given());
        for (Source given : Script.ofAllGiven(real).given()) {
            Files.copy(given.file(), workshop.course().given()
                    .resolve(given.file().getFileName()));
        }
        Path web = Files.createDirectories(workshop.course().lessons().resolve("web"));
        try (Stream<Path> files = Files.list(real.lessons().resolve("web"))) {
            for (Path file : files.toList()) Files.copy(file, web.resolve(file.getFileName()));
        }
    }

    /** It answers, and says nothing but that it listens. */
    private static void expectQuiet(LessonRun run) {
        try (RawClient client = RawClient.connect(LessonRun.HOST, run.port())) {
            client.send("GET /messages HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            client.expect("HTTP/1.1 200 OK\r\n");
        }
        Await.until("its words", GONE, () -> run.output().since(0).contains("listening on"));
        assertEquals("listening on http://127.0.0.1:" + run.port(),
                run.output().since(0).strip());
    }

    // --- What the tests share ----------------------------------------------------------------

    /** What keeps a process alive for long, as Java source. */
    private static String sleeping() {
        return Command.isWindows() ? "\"ping\", \"-n\", \"600\", \"127.0.0.1\""
                : "\"sleep\", \"600\"";
    }

    /** Starts a child, and one that has a child of its own. */
    private static String spawning() {
        return "new ProcessBuilder(" + sleeping() + ").start();\n"
                + "new ProcessBuilder(" + (Command.isWindows() ? "\"cmd\", \"/c\", " + sleeping()
                   : "\"sh\", \"-c\", \"sleep 600; true\"") + ").start();\n";
    }

    /** The process with all that it started; they are awaited. */
    private static List<ProcessHandle> familyOf(long pid) {
        ProcessHandle process = handle(pid);
        Await.until("two children and a grandchild", GONE,
                () -> process.descendants().count() >= 3);
        return Stream.concat(Stream.of(process), process.descendants()).toList();
    }

    private static ProcessHandle handle(long pid) {
        return ProcessHandle.of(pid).orElseThrow();
    }

    private static void expectGone(List<ProcessHandle> family) {
        for (ProcessHandle each : family) {
            Await.until("the end of process " + each.pid() + " "
                    + each.info().commandLine().orElse(""), GONE, () -> Command.isGone(each));
        }
    }

    private static void expectFree(int port) {
        Await.until("port " + port + " to be free again", GONE, () -> {
            new ServerSocket(port, 50, InetAddress.getByName(LessonRun.HOST)).close();
            return true;
        });
    }

    private static void expectEcho(int port) {
        try (RawClient client = RawClient.connect(LessonRun.HOST, port)) {
            client.send("hello\n").expect("did: hello\n");
        }
    }

    private String broken(String text) {
        return assertThrows(BrokenProgram.class, () -> {
            try (Program program = workshop.compile(text)) {
                workshop.start(program).close();
            }
        }).getMessage();
    }

    private String notStarting(String text) throws BrokenProgram {
        try (Program program = workshop.compile(text)) {
            return assertThrows(BrokenProgram.class, () -> workshop.start(program).close())
                    .getMessage();
        }
    }

    private static Path onlyFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertEquals(1, all.size(), () -> "files in " + folder + ": " + all);
            return all.getFirst();
        }
    }

    private static void assertContains(String text, String phrase) {
        assertTrue(text.contains(phrase), () -> "expected “" + phrase + "” in\n" + text);
    }
}
