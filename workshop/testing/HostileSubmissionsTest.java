package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import workshop.course.Course;
import workshop.course.Source;

/**
 * Submissions that want a point they did not earn, somebody else's, or the machine. All are graded
 * in one run, with an honest one before and behind them; each is a test of its own.
 */
class HostileSubmissionsTest {
    private static final Course COURSE = MadeUp.real();
    private static final Duration PATIENCE = Duration.ofMinutes(12);
    private static final int MOST = 16_000; // threads; a machine has 32,768 of them
    private static final int SECONDS = 8;   // for one of them; an honest one takes what it takes

    /** An honest answer, for those that only add something to it. */
    private static final String SOLVED = text(Course.script(COURSE.solutions(), 1));

    /** Honest, too, and right in all but one exercise. */
    private static final String PARTLY = Source.read(Course.script(COURSE.solutions(), 1))
            .with(Map.of("1.4", Source.read(COURSE.mutants(1).resolve("1.4-echoes-commands.java"))
                    .region("1.4").orElseThrow().text())).text();

    private static final Map<String, String> PROGRAMS = new LinkedHashMap<>();
    private static final Map<String, String> SERVERS = new LinkedHashMap<>(); // of lesson 02
    private static final Map<String, JsonNode> GRADED = new LinkedHashMap<>();
    private static int most; // threads on the machine, at a time
    private static final String SECRET = "/tmp/workshop-hostile-secret-" + ProcessHandle.current()
            .pid();
    private static final String WRITTEN = SECRET + "-written";

    @TempDir
    static Path folder;

    static {
        main("endless-loop", "while (true) { }");
        main("endless-output", "while (true) IO.println(\"x\".repeat(10_000));");
        main("exit-zero", "System.exit(0);");
        main("halt", "Runtime.getRuntime().halt(0);");
        main("forks", "while (true) new ProcessBuilder(\"sleep\", \"1000\").start();");
        main("fork-bomb", "new ProcessBuilder(\"sh\", \"-c\","
                + " \"f() { f | f & }; f\").start(); while (true) { }");
        main("memory", "var all = new ArrayList<byte[]>();"
                + " while (true) all.add(new byte[1 << 20]);");
        main("memory-outside-of-java", "new ProcessBuilder(\"sh\", \"-c\","
                + " \"a=x; while :; do a=$a$a; done\").start().waitFor(); while (true) { }");
        // Just before zz-honest: for a minute nobody can listen on these ports.
        main("zy-ports", "var s = new ServerSocket(0); for (int p = 20_000; p < 32_000; p++) {"
                + " try (var c = new Socket()) { c.bind(new InetSocketAddress(\"127.0.0.1\", p));"
                + " c.connect(s.getLocalSocketAddress()); var a = s.accept(); c.close(); a.close();"
                + " } catch (IOException taken) { } } Thread.sleep(1_000_000);");
        main("disk", "var b = new byte[1 << 20]; for (int i = 0; ; i++)"
                + " Files.write(Path.of(\"/tmp/f\" + i), b);");
        main("threads", "while (true) Thread.ofPlatform().start(() -> {"
                + " try { Thread.sleep(1_000_000); } catch (InterruptedException e) { } });");
        main("spinning-threads", "for (int i = 0; i < 500; i++) Thread.ofPlatform().start(() -> {"
                + " while (true) { } });");
        main("connections", "var s = new ServerSocket(Integer.parseInt(args[0]));"
                + " var all = new ArrayList<Socket>();"
                + " while (true) all.add(new Socket(\"127.0.0.1\", s.getLocalPort()));");
        main("slow-answers", "var s = new ServerSocket(Integer.parseInt(args[0]));"
                + " while (true) { var c = s.accept(); Thread.startVirtualThread(() -> {"
                + " try { var in = c.getInputStream(); while (true) { int b = in.read();"
                + " Thread.sleep(4_000); c.getOutputStream().write(b); } }"
                + " catch (Exception e) { } }); }");
        main("other-port", "var s = new ServerSocket(0); while (true) s.accept();");
        main("kills-parent", "for (var p = ProcessHandle.current().parent(); p.isPresent();"
                + " p = p.get().parent()) p.get().destroyForcibly();"
                + " new ProcessBuilder(\"sh\", \"-c\", \"kill -9 -1; kill -9 $PPID\").start()"
                + ".waitFor();");
        main("pretends", "for (int i = 0; i < 9; i++) { IO.println("
                + "\"{\\\"verdicts\\\":[{\\\"id\\\":\\\"1.1\\\",\\\"title\\\":\\\"x\\\","
                + "\\\"status\\\":"
                + "\\\"PASSED\\\",\\\"millis\\\":0,\\\"message\\\":\\\"\\\"}]}\");"
                + " System.err.println(\"4 of 4 exercises solved\"); }"
                + " new ServerSocket(Integer.parseInt(args[0])).accept();"
                + " while (true) Thread.sleep(1000);");
        main("daemon", "new ProcessBuilder(\"sh\", \"-c\", \"setsid nohup sleep 7654321 &\")"
                + ".start(); System.exit(0);");
        // Each finally is written twice: 2 to the power of 30 times what is inside.
        main("compiles-for-minutes", "int x = 0;" + "try { x++; } finally {".repeat(30) + "x--;"
                + "}".repeat(30));
        main("grows-in-the-compiler", "final String a = \"0123456789abcdef\";"
                + IntStream.range(0, 30).mapToObj(i -> "final String a" + i + " = a"
                + (i == 0 ? "" : i - 1) + " + a" + (i == 0 ? "" : i - 1) + ";")
                .collect(Collectors.joining()));
        main("deep", "int x = " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + ";");
        main("tabs", ("\t".repeat(80_000) + "x;").repeat(3));
        main("says-in-use", "IO.println(\"the port is in use\"); Thread.currentThread().join();");
        answers("endless-body", "all(out, ok + \"\\r\\n\"); while (true) all(out, x);");
        answers("endless-header", "all(out, ok + \"X: \"); while (true) all(out, x);");
        answers("endless-chunk", "all(out, ok + \"Transfer-Encoding: chunked\\r\\n\\r\\n\""
                + " + \"FFFFFFF\\r\\n\"); while (true) all(out, x);");
        answers("byte-by-byte", "for (String b : ok.split(\"\"))"
                + " { Thread.sleep(4_500); all(out, b); }");
        // What it may see and reach is told by how it ends.
        looks("reads-tests", "Files.exists(Path.of(\"" + COURSE.tests() + "\"))");
        looks("reads-solutions", "Files.exists(Path.of(\"" + COURSE.solutions() + "\"))");
        looks("reads-secret", "Files.exists(Path.of(\"" + SECRET + "\"))");
        looks("reads-passwords", "Files.exists(Path.of(\"/etc/shadow\"))");
        looks("sets-up-the-kernel", "Stream.of(\"/proc/sys/kernel/core_pattern\","
                + "\"/proc/sys/net/ipv4/ip_local_port_range\", \"/proc/sysrq-trigger\")"
                + ".anyMatch(f -> Files.isWritable(Path.of(f)))");
        looks("sees-processes", "ProcessHandle.allProcesses().count() > 5");
        looks("reaches-network", "NetworkInterface.networkInterfaces()"
                + ".anyMatch(n -> !n.getName().equals(\"lo\"))");
        looks("inherits-environment", "System.getenv(\"WORKSHOP_HOSTILE_SECRET\") != null");
        tries("fills-shared-memory", "for (int i = 0; i < 3; i++)"
                + " Files.write(Path.of(\"/dev/shm/f\" + i), new byte[30 << 20]);");
        for (String place : List.of("/", "/dev/", "/home/")) {
            tries("writes-in " + place.replace("/", " "), "Files.createFile(Path.of(\"" + place
                    + "f\"));");
        }
        PROGRAMS.put("writes-outside", SOLVED + "\nboolean wrote = wrote();\nboolean wrote() {"
                + " try { Files.writeString(Path.of(\"" + WRITTEN + "\"), \"x\"); return true; }"
                + " catch (IOException walls) { return false; } }\n");
        PROGRAMS.put("files-directive", "//FILES stolen=../../../../../../../../../../.." + SECRET
                + "\n" + SOLVED);
        PROGRAMS.put("other-jar", "//DEPS evil:evil:1.0\n" + SOLVED);
        PROGRAMS.put("jvm-options", "//RUNTIME_OPTIONS -Xmx64g -XX:OnError=true\n"
                + "void main() { var all = new ArrayList<byte[]>();"
                + " while (true) all.add(new byte[1 << 24]); }");
        PROGRAMS.put("<img src=x onerror=alert(1)>", "void main() {"
                + " System.out.println(\"</pre><script>alert(1)</script>\"); }");
        PROGRAMS.put("=cmd|'calc'!A1", "void main() { }");
        PROGRAMS.put("huge", "//" + "x".repeat(50_000_000));
    }

    private static void main(String name, String body) {
        PROGRAMS.put(name, "import java.net.*;\nvoid main(String[] args) throws Exception { "
                + body + " }\n");
    }

    /** A server of lesson 02: what it answers, whatever was asked. */
    private static void answers(String name, String body) {
        SERVERS.put(name, "import java.net.*;\nvoid main(String[] args) throws Exception {"
                + " var s = new ServerSocket(Integer.parseInt(args[0]));"
                + " while (true) { var c = s.accept(); Thread.startVirtualThread(() -> {"
                + " try (c) { answer(c.getOutputStream()); } catch (Exception gone) { } }); } }\n"
                + "void answer(OutputStream out) throws Exception {"
                + " String ok = \"HTTP/1.1 200 OK\\r\\n\", x = \"x\".repeat(65_536); "
                + body + " }\n"
                + "void all(OutputStream out, String text) throws IOException {"
                + " out.write(text.getBytes()); }\n");
    }

    private static void looks(String name, String question) {
        main(name, "System.exit(" + question + " ? 66 : 67);");
    }

    private static void tries(String name, String deed) {
        looks(name, "did()");
        PROGRAMS.merge(name, "boolean did() { try { " + deed + " return true; }"
                + " catch (Throwable walls) { return false; } }\n", String::concat);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    @BeforeAll
    static void grade() throws IOException, InterruptedException {
        WallsHere.need();
        Path class1 = folder.resolve("class");
        Files.writeString(Path.of(SECRET), "secret");
        for (var each : PROGRAMS.entrySet()) handIn(class1, each.getKey(), each.getValue());
        for (var each : SERVERS.entrySet()) {
            Files.writeString(Files.createDirectories(class1.resolve(each.getKey()))
                    .resolve("lesson02.java"), each.getValue());
        }
        handIn(class1, "0-honest", SOLVED);
        handIn(class1, "zz-honest", SOLVED);
        handIn(class1, "partly", PARTLY);
        Path odd = Files.createDirectories(class1.resolve("not-utf-8"));
        Files.write(odd.resolve("lesson01.java"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 'x'});
        Path notebook = Files.createDirectories(class1.resolve("huge-notebook"));
        Files.writeString(notebook.resolve("lesson01.ipynb"), "{\"cells\": [{\"cell_type\":"
                + " \"code\", \"id\": \"answer-1-1\", \"source\": \"String huge ="
                + " \\\"" + "x".repeat(8 << 20) + "\\\";\"}]}");
        Path link = Files.createDirectories(class1.resolve("link"));
        Files.createSymbolicLink(link.resolve("lesson01.java"),
                class1.resolve("0-honest/lesson01.java"));
        Files.createSymbolicLink(class1.resolve("link-to-folder"), class1.resolve("0-honest"));
        new ProcessBuilder("mkfifo", class1.resolve("pipe.zip").toString()).start().waitFor();
        zip(class1.resolve("climber.zip"), "../../../0-honest/lesson01.java", 10);
        zip(class1.resolve("bomb.zip"), "lesson01.java", 400 << 20);
        Files.writeString(class1.resolve("no-zip.zip"), "PK this is none");
        grade(class1, folder.resolve("out"));
        GRADED.putAll(read(folder.resolve("out")));
    }

    private static void grade(Path class1, Path out) {
        try (var running = command(class1, out).start()) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (running.process().isAlive() && System.nanoTime() < end) {
                running.process().waitFor(20, TimeUnit.MILLISECONDS);
                most = Math.max(most, threadsOfAll());
            }
            running.awaitEnd(Duration.ofSeconds(5)).expectExit(0);
        } catch (IOException | InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** On the whole machine, from {@code 0.20 0.18 0.12 1/80 11206}. */
    private static int threadsOfAll() throws IOException {
        return Integer.parseInt(Files.readString(Path.of("/proc/loadavg")).split("[ /]")[4]);
    }

    private static Command command(Path class1, Path out) {
        return Command.tool("grade", class1.toString(), "--out", out.toString(), "--lessons", "1,2",
                        "--seconds", "" + SECONDS, "--megabytes", "300")
                .with("WORKSHOP_HOSTILE_SECRET", "x").in(COURSE.root());
    }

    private static Map<String, JsonNode> read(Path out) throws IOException {
        var graded = new LinkedHashMap<String, JsonNode>();
        new ObjectMapper().readTree(out.resolve("grades.json").toFile()).path("learners")
                .forEach(each -> graded.put(each.path("learner").asText(), each));
        return graded;
    }

    private static void handIn(Path all, String learner, String text) throws IOException {
        Files.writeString(Files.createDirectories(all.resolve(learner)).resolve("lesson01.java"),
                text);
    }

    private static void zip(Path file, String name, int bytes) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry(name));
            byte[] blanks = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
            for (int left = bytes; left > 0; left -= blanks.length) {
                zip.write(blanks, 0, Math.min(left, blanks.length));
            }
        }
    }

    @AfterAll
    static void remove() throws IOException {
        Files.deleteIfExists(Path.of(SECRET));
        Files.deleteIfExists(Path.of(WRITTEN));
    }

    static Stream<String> hostile() {
        return Stream.of(PROGRAMS.keySet().stream(), SERVERS.keySet().stream(),
                        Stream.of("not-utf-8", "climber", "bomb", "huge-notebook"))
                .flatMap(names -> names)
                .filter(name -> !name.equals("writes-outside"));
    }

    @ParameterizedTest(name = "{0} gets no point")
    @MethodSource("hostile")
    void noPoint(String name) {
        JsonNode graded = GRADED.get(name);
        assertEquals(0, graded.path("total").asDouble(), graded::toPrettyString);
        assertFalse(graded.toString().contains("exit code 66"), "it saw what it must not see:\n"
                + graded.toPrettyString());
        assertFalse(graded.toString().contains("the judge ended"), graded::toPrettyString);
        assertFalse(graded.toString().contains("no free port"), graded::toPrettyString);
        assertTrue(!name.startsWith("huge") || graded.toString().contains("more than 262,144"),
                graded::toPrettyString);
        PROGRAMS.getOrDefault(name, "").lines().filter(line -> line.contains("? 66 : 67"))
                .forEach(_ -> assertTrue(graded.toString().contains("exit code 67"),
                        graded::toPrettyString));
    }

    @ParameterizedTest(name = "{0}: nothing was read")
    @MethodSource("linked")
    void notRead(String name) {
        JsonNode graded = GRADED.get(name);
        assertEquals(0, graded.path("total").asDouble(), graded::toPrettyString);
        assertFalse(graded.path("remark").asText().isEmpty(), graded::toPrettyString);
    }

    static Stream<String> linked() {
        return Stream.of("link", "link-to-folder", "no-zip", "pipe");
    }

    @ParameterizedTest(name = "{0} keeps its points beside all of them")
    @MethodSource("honest")
    void honest(String name) {
        JsonNode graded = GRADED.get(name);
        assertEquals(4, graded.path("total").asDouble(), graded::toPrettyString);
    }

    static Stream<String> honest() {
        return Stream.of("0-honest", "zz-honest", "writes-outside");
    }

    @Test
    @DisplayName("a verdict beside all of them is the verdict alone")
    void alone() throws IOException {
        Path class1 = folder.resolve("alone");
        handIn(class1, "partly", PARTLY);
        grade(class1, folder.resolve("alone-out"));
        JsonNode alone = read(folder.resolve("alone-out")).get("partly");
        assertEquals(3, alone.path("total").asDouble(), alone::toPrettyString);
        assertEquals(verdicts(alone), verdicts(GRADED.get("partly")));
    }

    private static List<String> verdicts(JsonNode learner) {
        var verdicts = new ArrayList<String>();
        learner.path("lessons").path(0).path("exercises").forEach(each -> verdicts.add(
                each.path("id").asText() + " " + each.path("status").asText() + " "
                + each.path("message").asText().lines().findFirst().orElse("")
                .replaceAll("\\b[a-z]{8}\\b", "WORD"))); // drawn anew for each run
        return verdicts;
    }

    @ParameterizedTest(name = "{0}: the learner reads why")
    @CsvSource(delimiter = '|', value = {
        "endless-body|   the answer's body has no end",
        "endless-header| 65,537 bytes came without one",
        "endless-chunk|  a chunk announces 268,435,455 bytes",
        "byte-by-byte|   the answer's head came so slowly that after 10 s it was not complete",
    })
    void saysWhy(String name, String why) {
        JsonNode graded = GRADED.get(name);
        assertTrue(graded.toString().contains(why), graded::toPrettyString);
    }

    @Test
    @DisplayName("who forks or threads without end is ended long before the machine is full")
    void machineHasRoom() {
        assertTrue(most > 0 && most < MOST, most + " threads at a time");
    }

    @Test
    @DisplayName("nothing is left of them: no process, no file outside of the report")
    void nothingLeft() {
        assertFalse(Files.exists(Path.of(WRITTEN)));
        assertFalse(ProcessHandle.allProcesses().anyMatch(process -> process.info().commandLine()
                .orElse("").contains("7654321")), "the daemon lives");
        assertFalse(Files.exists(folder.resolve("out/.work")));
    }

    @Test
    @DisplayName("their names and words stay text, in the pages and in the spreadsheet")
    void text() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
            for (Path page : files.filter(each -> each.toString().endsWith(".html")).toList()) {
                String html = Files.readString(page);
                assertFalse(html.contains("<img"), page.toString());
                assertFalse(html.contains("<script>alert"), page.toString());
            }
        }
        assertFalse(Files.readString(folder.resolve("out/grades.csv")).contains("\n=cmd"));
    }
}
