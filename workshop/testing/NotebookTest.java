package workshop.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.Source;
import workshop.notebook.Cells;
import workshop.notebook.Jupyter;
import workshop.notebook.KernelDisplay;
import workshop.notebook.KernelInstallation;
import workshop.notebook.Picture;
import workshop.notebook.ShownVerdicts;
import workshop.wire.SequenceDiagram;
import workshop.wire.Transcript;

/** The notebooks in a real Jupyter, with the kernel that the tool installs into an empty home. */
@DisplayName("notebooks")
class NotebookTest {
    private static final String NBCONVERT = "jupyter-nbconvert";
    private static final Duration RUN_LIMIT = Duration.ofSeconds(240);
    private static final Pattern FROM_LESSON =
            Pattern.compile("// from lessons/(lesson\\d\\d\\.java)#(\\d+\\.\\d+)\n(?s:.*)");
    private static final Pattern CHECK = Pattern.compile("check\\(\"([\\d.]+)\"\\)");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LANES = 3;         // most of a run is waiting
    private static final int START_S = 60;      // of a kernel: two seconds, unless it hangs
    private static final int FAILED_STARTS = 3; // of one lane
    private static final int UNSOLVED = 3; // notebooks; all with BARS=full

    @TempDir
    static Path folder;
    static Path home;       // with a blank in its name, as on many a Windows
    static Command.Result installation;

    static final ExecutorService TOGETHER = Executors.newFixedThreadPool(LANES);
    static final Map<String, Future<Map<String, Run>>> RUNS = new ConcurrentHashMap<>();

    /** One execution by nbconvert: what it said, and the notebook with its outputs. */
    record Run(Command.Result result, JsonNode notebook) {
        List<JsonNode> cells(String type) {
            return StreamSupport.stream(notebook.get("cells").spliterator(), false)
                    .filter(cell -> cell.get("cell_type").asText().equals(type)).toList();
        }

        List<JsonNode> outputs() {
            return cells("code").stream()
                    .flatMap(cell -> StreamSupport.stream(cell.get("outputs").spliterator(), false))
                    .toList();
        }
    }

    static Course course() {
        return Course.around(Path.of("")).orElseThrow();
    }

    static List<Path> notebooks() throws IOException {
        try (var files = Files.list(course().notebooks())) {
            return files.filter(file -> file.toString().endsWith(".ipynb")).sorted().toList();
        }
    }

    /** All of them take minutes, and most cells are the solved ones': a few, drawn by chance. */
    private static List<Path> drawn() throws IOException {
        var all = new ArrayList<>(notebooks());
        if (FULL) return all;
        Collections.shuffle(all);
        return all.subList(0, Math.min(UNSOLVED, all.size()));
    }

    @BeforeAll
    static void install() throws IOException {
        home = Files.createDirectory(folder.resolve("a home"));
        installation = inHome(Command.tool("notebooks", "--install-only"))
                .run(Duration.ofMinutes(3));
        if (installation.exit() != 0 || Needed.find(NBCONVERT).isEmpty()) return;
        var names = new ArrayList<String>();
        for (Path notebook : notebooks()) {
            names.add(written("solved-" + name(notebook),
                    solved(JSON.readTree(notebook.toFile()))));
        }
        for (Path notebook : drawn()) {
            names.add(written(name(notebook), JSON.readTree(notebook.toFile())));
        }
        // Each Jupyter runs one after the other: it takes as long to start as many a notebook.
        for (int lane = 0; lane < LANES; lane++) {
            int own = lane;
            var turn = IntStream.range(0, names.size()).filter(i -> i % LANES == own)
                    .mapToObj(names::get).toList();
            Future<Map<String, Run>> runs = TOGETHER.submit(() -> execute(turn));
            turn.forEach(name -> RUNS.put(name, runs));
        }
    }

    @AfterAll
    static void end() {
        TOGETHER.shutdownNow();
    }

    private static Command inHome(Command command) {
        return command.with("HOME", home.toString()).with("JUPYTER_DATA_DIR", null)
                .with("XDG_DATA_HOME", null).with("JUPYTER_PATH", null);
    }

    private static String name(Path notebook) {
        return notebook.getFileName().toString();
    }

    private static String written(String name, JsonNode notebook) throws IOException {
        JSON.writeValue(folder.resolve(name).toFile(), notebook);
        return name;
    }

    /**
     * Runs notebooks one after the other. Jupyter chooses a kernel's ports and lets them go, and
     * another program may be faster; a kernel's start may fail for less. Then Jupyter gives up, and
     * one more goes on with that notebook.
     */
    private static Map<String, Run> execute(List<String> names) throws IOException {
        var runs = new HashMap<String, Run>();
        var left = new ArrayList<>(names);
        for (int failed = 0; !left.isEmpty() && failed <= FAILED_STARTS; failed++) {
            var command = new ArrayList<>(List.of(NBCONVERT, "--to", "notebook", "--execute",
                    "--allow-errors", "--log-level=ERROR", "--output-dir", "out",
                    "--ExecutePreprocessor.startup_timeout=" + START_S));
            command.addAll(left);
            Command.Result result = inHome(Command.of(command).in(folder))
                    .run(RUN_LIMIT.multipliedBy(left.size()));
            boolean noStart = result.err().contains("Kernel died before replying")
                    || result.err().contains("Kernel didn't respond");
            for (String name : List.copyOf(left)) {
                Path out = folder.resolve("out").resolve(name);
                if (!Files.exists(out) && noStart && failed < FAILED_STARTS) break;
                runs.put(name, new Run(Files.exists(out) && noStart ? fine(result) : result,
                        Files.exists(out) ? JSON.readTree(out.toFile()) : null));
                left.remove(name);
            }
        }
        return runs;
    }

    /** Of the notebooks that were through before a kernel did not start. */
    private static Command.Result fine(Command.Result noStart) {
        return new Command.Result(noStart.words(), 0, noStart.out(), "");
    }

    /** The learner's answers: the last cell of each exercise holds the solution's region. */
    private static JsonNode solved(JsonNode notebook) {
        var done = new HashSet<String>();
        for (int i = notebook.get("cells").size() - 1; i >= 0; i--) {
            var cell = (ObjectNode) notebook.get("cells").get(i);
            Matcher from = FROM_LESSON.matcher(text(cell.get("source")));
            if (!from.matches() || !done.add(from.group(2))) continue;
            cell.put("source", Source.read(course().solutions().resolve(from.group(1)))
                    .piece(from.group(2)).orElseThrow());
        }
        assertFalse(done.isEmpty(), "no cell holds an exercise");
        return notebook;
    }

    private static Run run(String name) throws Exception {
        installation.expectExit(0);
        Needed.program(NBCONVERT);
        Run run = RUNS.get(name).get().get(name);
        run.result.expectExit(0);
        assertEquals("", run.result.err(), "Jupyter or the kernel said something on stderr");
        for (JsonNode cell : run.cells("code")) {
            for (JsonNode output : cell.get("outputs")) {
                String what = output.get("output_type").asText();
                assertFalse(what.equals("error"), () -> "cell " + cell.get("id").asText() + ": "
                        + output.get("ename").asText() + ": " + output.get("evalue").asText());
                assertFalse(what.equals("stream") && output.get("name").asText().equals("stderr"),
                        () -> "cell " + cell.get("id").asText() + " wrote to stderr: "
                                + text(output.get("text")));
            }
        }
        return run;
    }

    /** A text of the notebook format: one string, or a list of lines. */
    private static String text(JsonNode lines) {
        if (lines.isTextual()) return lines.asText();
        var all = new StringBuilder();
        lines.forEach(line -> all.append(line.asText()));
        return all.toString();
    }

    private static String printed(JsonNode cell) {
        var all = new StringBuilder();
        cell.get("outputs").forEach(output -> {
            if (output.has("text")) all.append(text(output.get("text")));
            if (output.at("/data/text~1plain").isMissingNode()) return;
            all.append(text(output.at("/data/text~1plain")));
        });
        return all.toString();
    }

    @Test
    @DisplayName("what a check says is shown in colours, and text from people stays text")
    void shownVerdicts() {
        String message = "the list: expected “[]” but got “<b>200</b>”\nin the test  3.1 x\n"
                + "on the wire\n  ↑ GET / HTTP/1.1\\r\\n\n  ↓ <script>1</script>";
        String html = ShownVerdicts.html(List.of(
                new Verdict("3.1", "A & B", Status.FAILED, 3, message),
                new Verdict("3.2", "C", Status.PASSED, 3, "")));
        assertFalse(html.contains("<script>") || html.contains("<b>200"), html);
        assertTrue(html.contains("expected</span>") && html.contains("“[]”</div>"), html);
        assertTrue(html.contains("got</span>") && html.contains("&lt;b&gt;200&lt;/b&gt;"), html);
        assertTrue(html.contains("A &amp; B") && html.contains("<details"), html);
    }

    @Test
    @DisplayName("./jbang notebooks --install-only installs the kernel and says where")
    void installs() {
        installation.expectExit(0);
        String json = "kernels/java/kernel.json";
        assertTrue(Files.isRegularFile(home.resolve(".local/share/jupyter").resolve(json))
                || Files.isRegularFile(home.resolve("Library/Jupyter").resolve(json))
                || Command.isWindows(), () -> "no kernel.json in " + home + ": " + installation);
    }

    @ParameterizedTest(name = "{0} runs from top to bottom, unsolved",
            allowZeroInvocations = true) // where there is no Jupyter, which the next one tells
    @MethodSource("unsolved")
    void runsUnsolved(String name) throws Exception {
        Run run = run(name);
        int checks = 0;
        for (JsonNode cell : run.cells("code")) {
            Matcher check = CHECK.matcher(text(cell.get("source")));
            if (!check.find() || needsProgram(cell)) continue;
            checks++;
            assertTrue(printed(cell).contains("✗ " + check.group(1)), () -> "check(\""
                    + check.group(1) + "\") does not report the unsolved exercise: "
                    + printed(cell));
        }
        assertTrue(checks > 0, "no cell checks an exercise");
    }

    /** As 14.1 and 14.4 do, of which each starts servers of its own. */
    private static boolean needsProgram(JsonNode cell) {
        return printed(cell).contains("needs the program itself");
    }

    @ParameterizedTest(name = "{0} passes all checks when it is solved")
    @MethodSource("notebookNames")
    void passesSolved(String name) throws Exception {
        Run run = run("solved-" + name);
        for (JsonNode cell : run.cells("code")) {
            Matcher check = CHECK.matcher(text(cell.get("source")));
            if (!check.find() || needsProgram(cell)) continue;
            assertTrue(printed(cell).contains("✓ " + check.group(1)), () -> "the solution of "
                    + check.group(1) + " does not pass in the notebook: " + printed(cell));
        }
    }

    @ParameterizedTest(name = "{0} shows a wire picture and a chart")
    @MethodSource("notebookNames")
    void showsPictures(String name) throws Exception {
        List<JsonNode> outputs = run("solved-" + name).outputs();
        for (String type : List.of("image/svg+xml", "image/png")) {
            List<JsonNode> pictures = outputs.stream().filter(output -> output.has("data"))
                    .map(output -> output.get("data")).filter(data -> data.has(type)).toList();
            assertFalse(pictures.isEmpty(), "no output is an " + type);
            for (JsonNode data : pictures) {
                assertTrue(text(data.get("text/html")).contains("data:" + type + ";base64,"));
                assertFalse(text(data.get("text/plain")).isBlank(), "a picture without words");
            }
        }
    }

    @ParameterizedTest(name = "{0} is kept without outputs, with an id for every cell")
    @MethodSource("notebookNames")
    void isKeptClean(String name) throws IOException {
        JsonNode notebook = JSON.readTree(course().notebooks().resolve(name).toFile());
        var ids = new HashSet<String>();
        for (JsonNode cell : notebook.get("cells")) {
            assertTrue(cell.has("id") && ids.add(cell.get("id").asText()),
                    () -> "a cell without an id of its own: " + cell);
            if (!cell.get("cell_type").asText().equals("code")) continue;
            assertTrue(cell.get("outputs").isEmpty() && cell.get("execution_count").isNull(),
                    () -> "cell " + cell.get("id").asText() + " was kept with its output;"
                            + " in Jupyter, clear all outputs before you save");
            assertFalse(Pattern.compile("(?m)^\\s*%").matcher(text(cell.get("source"))).find(),
                    () -> "cell " + cell.get("id").asText() + " uses a magic of one kernel");
        }
        assertEquals("java", notebook.at("/metadata/kernelspec/name").asText());
    }

    @Test
    @DisplayName("no process of a notebook is left")
    void leavesNothing() throws Exception {
        for (String name : RUNS.keySet()) RUNS.get(name).get();
        Await.until("the end of all kernels", Duration.ofSeconds(10), () ->
                ProcessHandle.allProcesses().noneMatch(process ->
                        process.info().commandLine().orElse("").contains(home.toString())
                                && !Command.isGone(process)));
    }

    static Stream<String> unsolved() {
        return RUNS.keySet().stream().filter(name -> !name.startsWith("solved-")).sorted();
    }

    static Stream<String> notebookNames() throws IOException {
        return notebooks().stream().map(NotebookTest::name);
    }

    @Test
    @DisplayName("a second installation copies nothing that is there, and keeps a foreign kernel")
    void installsAgain() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other home"));
        var environment = Map.of("JUPYTER_DATA_DIR", other.toString());
        Path spec = other.resolve("kernels/java");
        Files.createDirectories(spec.resolve("lib"));
        Files.writeString(spec.resolve("kernel.json"), "{\"argv\": [\"ijava\"]}");
        Files.writeString(spec.resolve("lib/old.jar"), "of last year");
        Path classes = Files.createDirectories(folder.resolve("some classes"));
        Files.writeString(classes.resolve("A.class"), "one");

        String told = printedBy(() -> assertEquals(spec, install(environment, classes)));
        assertTrue(told.contains("kernel.json.before-workshop"), told);
        assertTrue(Files.readString(spec.resolve("kernel.json.before-workshop")).contains("ijava"));
        assertFalse(Files.exists(spec.resolve("lib/old.jar")), "an old jar would shadow a new one");
        List<Path> first = filesIn(spec.resolve("lib"));
        assertEquals(1, first.size());
        var made = Files.getLastModifiedTime(first.getFirst());

        install(environment, classes);
        assertEquals(first, filesIn(spec.resolve("lib")));
        assertEquals(made, Files.getLastModifiedTime(first.getFirst()), "copied without need");

        Files.writeString(classes.resolve("A.class"), "two");
        install(environment, classes);
        assertEquals(1, filesIn(spec.resolve("lib")).size());
        assertFalse(filesIn(spec.resolve("lib")).equals(first), "the new classes are missing");
    }

    private static Path install(Map<String, String> environment, Path classes) {
        try {
            return KernelInstallation.install(course().root(), environment, List.of(classes));
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static List<Path> filesIn(Path place) throws IOException {
        try (var files = Files.list(place)) {
            return files.sorted().toList();
        }
    }

    @Test
    @DisplayName("Jupyter is found on the PATH, Lab before the classic one; else there is advice")
    void findsJupyter() throws IOException {
        Assumptions.assumeFalse(Command.isWindows(), "executable files are named otherwise");
        Path bin = Files.createDirectory(folder.resolve("bin"));
        var environment = new HashMap<String, String>();
        environment.put("PATH", bin.toString());
        assertTrue(Jupyter.find(environment).isEmpty());
        for (String command : List.of("jupyter-notebook", "jupyter-lab")) {
            Path file = Files.writeString(bin.resolve(command), "#!/bin/sh\n");
            assertTrue(file.toFile().setExecutable(true));
            assertEquals(file, Jupyter.find(environment).orElseThrow());
        }
        Command.Result without = inHome(Command.tool("notebooks")).with("PATH", "/nowhere")
                .run(Duration.ofMinutes(3)).expectExit(1);
        for (String system : List.of("Debian", "macOS", "Windows")) without.expectErr(system);
    }

    /** Of other kernels, the classes that show: their names, and below the signatures of all. */
    private static final List<String> STAND_INS = List.of(
            "io.github.spencerpark.ijava.runtime.Display",
            "org.dflib.jjava.runtime.Display",
            "org.dflib.jjava.jupyter.kernel.NotebookStatics");
    private static final String DISPLAY = """
            public static String shown;
            public static String display(Object object) { throw new AssertionError(); }
            public static String display(Object object, String... types) {
                shown = String.join(",", types) + " " + object;
                return "an-id";
            }
            """;

    @ParameterizedTest(name = "a picture is shown by {0}")
    @MethodSource("standIns")
    void showsInOtherKernels(String name) throws Exception {
        try (URLClassLoader kernel = compiled(name, DISPLAY)) {
            KernelDisplay display = KernelDisplay.find(kernel);
            assertEquals(name, display.kernel());
            display.show(Picture.svg("<svg/>", "a \"small\" one"));
            String shown = (String) kernel.loadClass(name).getField("shown").get(null);
            assertTrue(shown.startsWith("text/html <img "), shown);
            assertTrue(shown.contains("alt=\"a &quot;small&quot; one\""), shown);
            assertTrue(shown.contains("data:image/svg+xml;base64,PHN2Zy8+"), shown);
            display.show(Picture.png(new byte[] {1, 2, 3}, "three bytes"));
            shown = (String) kernel.loadClass(name).getField("shown").get(null);
            assertTrue(shown.contains("data:image/png;base64,AQID"), shown);
        }
    }

    static Stream<String> standIns() {
        return STAND_INS.stream();
    }

    @Test
    @DisplayName("where no kernel is, and where one refuses, a picture is told in words")
    void tellsWithoutKernel() throws Exception {
        String told = printedBy(() -> KernelDisplay.find(NotebookTest.class.getClassLoader())
                .show(Picture.svg("<svg/>", "a circle")));
        assertEquals("[picture: a circle]\n", told.replace("\r\n", "\n"));
        String name = "org.dflib.jjava.runtime.Display";
        try (URLClassLoader kernel = compiled(name, """
                public static String display(Object object, String... types) {
                    throw new IllegalStateException("No JJava kernel running");
                }
                """)) {
            String words = printedBy(() -> KernelDisplay.find(kernel)
                    .show(Picture.svg("<svg/>", "a circle")));
            assertTrue(words.contains("[picture: a circle]"), words);
            assertTrue(words.contains("No JJava kernel running"), words);
        }
    }

    @Test
    @DisplayName("check and dial without a server, and a check of no exercise, say what to do")
    void checksWithoutServer() throws Exception {
        String told = printedBy(() -> Cells.check("1.1"));
        assertTrue(told.contains("Run the cell that starts it"), told);
        printedBy(() -> Cells.serverAt(1, () -> { }));
        try {
            told = printedBy(() -> Cells.check("9.99"));
            assertTrue(told.contains("There is no exercise \"9.99\""), told);
            told = printedBy(() -> Cells.check("nonsense"));
            assertTrue(told.contains("There is no exercise \"nonsense\""), told);
        } finally {
            Cells.stopServer();
        }
    }

    @Test
    @DisplayName("a wire picture is well-formed, whatever bytes it shows")
    void drawsAnything() throws Exception {
        var random = new Random(17);
        for (int i = 0; i < 20; i++) {
            var talk = new Transcript();
            for (int j = random.nextInt(40); j > 0; j--) {
                var bytes = new byte[random.nextInt(3_000)];
                random.nextBytes(bytes);
                if (random.nextBoolean()) talk.client(bytes, 0, bytes.length);
                else talk.server(bytes, 0, bytes.length);
                if (random.nextInt(5) == 0) talk.note("<gone> & \"back\"");
            }
            String svg = SequenceDiagram.of(talk.parts(), "<caption> & more");
            DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(UTF_8)));
            assertFalse(svg.contains("id=\""), "ids of many pictures on one page would meet");
        }
    }

    private static URLClassLoader compiled(String name, String body) throws IOException {
        Path place = Files.createTempDirectory(folder, "kernel");
        int dot = name.lastIndexOf('.');
        Path file = place.resolve(name.replace('.', '/') + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "package " + name.substring(0, dot) + ";\npublic class "
                + name.substring(dot + 1) + " {\n" + body + "}\n");
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none",
                "-d", place.toString(), file.toString()));
        return new URLClassLoader(new URL[] {place.toUri().toURL()}, null);
    }

    private static String printedBy(Runnable what) {
        PrintStream before = System.out;
        var bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, UTF_8));
        try {
            what.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(UTF_8);
    }
}
