package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import workshop.course.Course;
import workshop.course.Region;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.Programs;

/** What people really hand in: notebooks that differ in one thing, clones, names of platforms. */
class HandedInTest extends GradedClass {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The course's own notebook of lesson 03, with the solution's code in its answers. */
    private static ObjectNode solved() throws IOException {
        ObjectNode notebook = own();
        for (Region region : Source.read(Course.script(COURSE.solutions(), 3)).regions()) {
            ObjectNode cell = cell(notebook, "answer-" + region.id().replace('.', '-'));
            cell.put("source", "// from lessons/lesson03.java#" + region.id() + "\n"
                    + region.code());
        }
        return notebook;
    }

    private static ObjectNode own() throws IOException {
        return (ObjectNode) JSON.readTree(COURSE.notebooks().resolve("lesson03.ipynb").toFile());
    }

    private static ObjectNode cell(ObjectNode notebook, String id) {
        ObjectNode found = null; // the last: in some notebooks one is to be tried before
        String mark = id.replaceFirst("answer-(\\d+)-(\\d+)", "#$1.$2\n");
        for (JsonNode cell : notebook.get("cells")) {
            if (cell.path("id").asText().equals(id)) return (ObjectNode) cell;
            if (source((ObjectNode) cell).lines().findFirst().orElse("").concat("\n")
                    .endsWith(mark)) found = (ObjectNode) cell;
        }
        if (found == null) throw new AssertionError("no cell " + id);
        return found;
    }

    private static String source(ObjectNode cell) {
        JsonNode source = cell.get("source");
        if (source.isTextual()) return source.asText();
        var text = new StringBuilder();
        source.forEach(line -> text.append(line.asText()));
        return text.toString();
    }

    private static void change(ObjectNode notebook, String id, UnaryOperator<String> edit) {
        ObjectNode cell = cell(notebook, id);
        String before = source(cell);
        String after = edit.apply(before);
        assertFalse(before.equals(after), "nothing to change in " + id);
        cell.put("source", after);
    }

    private static void add(ObjectNode notebook, String before, String id, String source) {
        ArrayNode cells = (ArrayNode) notebook.get("cells");
        for (int i = 0; i < cells.size(); i++) {
            if (cells.get(i) != cell(notebook, before)) continue;
            cells.insertObject(i).put("cell_type", "code").put("id", id).put("source", source);
            return;
        }
        throw new AssertionError("no cell " + before);
    }

    private void handIn(String learner, ObjectNode notebook) throws IOException {
        handIn(learner, "lesson03.ipynb", notebook.toPrettyString());
    }

    private JsonNode graded(String learner) throws IOException {
        for (JsonNode each : JSON.readTree(out.resolve("grades.json").toFile()).path("learners")) {
            if (each.path("learner").asText().equals(learner)) return each;
        }
        throw new AssertionError("nobody is called " + learner);
    }

    /** Which takes long: fifteen honest ones. */
    private void gradeAll() {
        command("--lessons", "3", "--jobs", "2").run(Duration.ofMinutes(20)).expectExit(0);
    }

    private void expect(String learner, int points, String remark) throws IOException {
        JsonNode graded = graded(learner);
        assertEquals(points, graded.path("total").asInt(), graded::toPrettyString);
        if (remark.isEmpty()) assertEquals("", graded.path("remark").asText(), learner);
        assertTrue(graded.toString().contains(remark), graded::toPrettyString);
    }

    @Test
    @DisplayName("a notebook is worth what its own checks say, wherever its code stands")
    void notebooks() throws IOException {
        handIn("a-solved", solved());
        ObjectNode notebook = solved();
        change(notebook, "imports", code -> code
                + "\nimport com.fasterxml.jackson.databind.node.ObjectNode;\n");
        change(notebook, "answer-3-1", code -> code.replaceFirst("\\{\n",
                "{\n    ObjectNode unused = null;\n"));
        handIn("b-import", notebook);
        notebook = solved();
        add(notebook, "answer-3-1", "aaaa1111", "String place(long id) {\n"
                + "    return \"/messages/\" + id;\n}");
        change(notebook, "answer-3-1", code -> code.replace("\"/messages/\" + message.id()",
                "place(message.id())"));
        handIn("c-helper", notebook);
        notebook = solved();
        change(notebook, "answer-3-1", code -> code + "\n\nrestart();\ncheck(\"3.1\");");
        handIn("e-check", notebook);
        notebook = solved();
        change(notebook, "answer-3-5", code -> code.stripTrailing()
                .substring(0, code.stripTrailing().length() - 1));
        handIn("f-unfinished", notebook);
        notebook = solved();
        change(notebook, "answer-3-4", code -> code.replaceFirst("\\{\n", "{\n    nothing();\n"));
        handIn("f-wrong-name", notebook);
        notebook = solved();
        notebook.put("nbformat_minor", 4);
        notebook.get("cells").forEach(cell -> ((ObjectNode) cell).remove("id"));
        handIn("g-ids-lost", notebook);
        notebook.get("cells").forEach(cell -> ((ObjectNode) cell).put("source",
                source((ObjectNode) cell).replaceFirst("^// from [^\n]*\n", "")));
        handIn("h-marks-lost", notebook);
        notebook = solved();
        add(notebook, "answer-3-1", "cccc3333", source(cell(own(), "answer-3-1")));
        handIn("i-older-copy", notebook);
        notebook = solved();
        cell(notebook, "answer-3-1").put("cell_type", "markdown");
        handIn("l-text", notebook);
        Files.writeString(Files.createDirectories(handedIn.resolve("m-crlf")).resolve(
                "lesson03.ipynb"), "\uFEFF" + JSON.writeValueAsString(solved())
                .replace("\\n", "\\r\\n"));
        Files.write(Files.createDirectories(handedIn.resolve("n-utf16")).resolve("lesson03.ipynb"),
                solved().toString().getBytes(StandardCharsets.UTF_16));
        handIn("o-renamed", "lesson03 (1).ipynb", solved().toString());
        handIn("p-checkpoint", solved());
        handIn("p-checkpoint/.ipynb_checkpoints", "lesson03-checkpoint.ipynb", own().toString());
        handIn("q-untouched", own());
        gradeAll();
        for (String right : List.of("a-solved", "b-import", "c-helper", "e-check", "g-ids-lost",
                "h-marks-lost", "i-older-copy", "m-crlf", "p-checkpoint")) {
            expect(right, 5, "");
        }
        expect("f-unfinished", 4, "-3-5): it is no Java from its line");
        expect("f-wrong-name", 4, "-3-4), line 3:");
        expect("l-text", 4, "the answer of 3.1 stands in a cell of text");
        expect("n-utf16", 0, "not UTF-8");
        expect("o-renamed", 5, "lesson03 (1).ipynb was graded");
        expect("q-untouched", 0, "");
        graded("q-untouched").path("lessons").path(0).path("exercises").forEach(each ->
                assertEquals(each.path("id").asText().contains("★") ? "SKIPPED" : "NOT_ATTEMPTED",
                        each.path("status").asText()));
    }

    @Test
    @DisplayName("of a clone of the kit the learner's own work counts, and nothing else")
    void clones() throws IOException {
        String starter = Files.readString(Course.script(COURSE.lessons(), 1));
        String solution = Files.readString(Course.script(COURSE.solutions(), 1));
        String notebook = Files.readString(COURSE.notebooks().resolve("lesson01.ipynb"));
        for (String learner : List.of("nothing-done", "lesson-deleted", "in-the-notebook",
                "half-and-half")) {
            handIn(learner + "/lessons", "lesson01.java", starter);
            handIn(learner + "/lessons/given", "Web.java", "package given;\n");
            handIn(learner + "/solutions", "lesson01.java", solution);
            handIn(learner + "/tests/answers/lesson01", "callbacks.java", solution);
            handIn(learner + "/tests", "Lesson01Test.java", "class Lesson01Test {}\n");
            handIn(learner + "/workshop", "Workshop.java", "class Workshop {}\n");
            handIn(learner + "/notebooks", "lesson01.ipynb", notebook);
        }
        Files.delete(handedIn.resolve("lesson-deleted/lessons/lesson01.java"));
        handIn("in-the-notebook/notebooks", "lesson01.ipynb", solved01(notebook, "1.1", "1.2",
                "1.3", "1.4"));
        handIn("half-and-half/notebooks", "lesson01.ipynb", solved01(notebook, "1.1", "1.2"));
        Source all = Source.read(Course.script(COURSE.solutions(), 1));
        handIn("half-and-half/lessons", "lesson01.java", Source.of(Path.of("lesson01.java"),
                starter).with(java.util.Map.of("1.3", all.region("1.3").orElseThrow().text(),
                "1.4", all.region("1.4").orElseThrow().text())).text());
        handIn("renamed", "lesson01.java", starter);
        handIn("renamed", "lesson01 (1).java", starter + "// try\n");
        handIn("renamed", "Lesson01-2.java", solution);
        grade("--lessons", "1").expectExit(0);
        expect("nothing-done", 0, "");
        expect("lesson-deleted", 0, "");
        expect("in-the-notebook", 4, "");
        JsonNode half = graded("half-and-half");
        assertTrue(half.path("total").asInt() >= 2, half::toPrettyString);
        assertTrue(half.path("remark").asText().contains("it is there more than once:"
                + " lessons/lesson01.java, notebooks/lesson01.ipynb; of each exercise the better"
                + " verdict counts"), half::toPrettyString);
        expect("renamed", 4, "Lesson01-2.java was graded");
    }

    private static String solved01(String notebook, String... exercises) throws IOException {
        ObjectNode all = (ObjectNode) JSON.readTree(notebook);
        Source solution = Source.read(Course.script(COURSE.solutions(), 1));
        for (String each : exercises) {
            cell(all, "answer-" + each.replace('.', '-')).put("source",
                    "// from lessons/lesson01.java#" + each + "\n"
                    + solution.region(each).orElseThrow().code());
        }
        return all.toPrettyString();
    }

    /** One change to a solved notebook, of the kinds that people make. */
    private static final List<Consumer<ObjectNode>> EDITS = List.of(
            notebook -> change(notebook, "imports", code -> code
                    + "\nimport java.util.zip.CRC32;\n"),
            notebook -> add(notebook, "answer-3-1", "helper-1",
                    "String place(long id) {\n    return \"/messages/\" + id;\n}"),
            notebook -> change(notebook, "answer-3-1", code -> code.replace(
                    "\"/messages/\" + message.id()", "place(message.id())") + " "),
            notebook -> change(notebook, "answer-3-4", code -> code + "\n\nrestart();\n"),
            notebook -> change(notebook, "answer-3-5", code -> code.substring(0,
                    code.stripTrailing().length() - 1)),
            notebook -> change(notebook, "answer-3-3", code -> code.replaceFirst("\\{\n",
                    "{\n    nobodyKnows();\n")),
            notebook -> add(notebook, "answer-3-4", "helper-2", "int counted = 0;\n"
                    + "void count() {\n    counted++;\n}"),
            notebook -> change(notebook, "answer-3-4", code -> code.replaceFirst("\\{\n",
                    "{\n    count();\n")),
            notebook -> change(notebook, "answer-3-1", code -> "int wrong = \"text\";\n" + code),
            notebook -> cell(notebook, "answer-3-2").put("cell_type", "markdown"));

    /** Of them those that make a cell which no kernel takes, or that does not run. */
    private static final Set<Integer> REFUSED = Set.of(4, 5, 8, 9);

    /** Where a platform, a browser or a clone of the kit puts it. */
    private static final List<String> PLACES = List.of("n%d/lesson03.ipynb",
            "n%d/lesson03 (1).ipynb", "n%d/Abgabe/lesson03.ipynb",
            "n%d/sockets-to-rooms/notebooks/lesson03.ipynb");

    /** What lies beside it, and is nobody's work. */
    private void clutter(String learner, Random random) throws IOException {
        if (random.nextBoolean()) {
            handIn(learner + "/.ipynb_checkpoints", "lesson03-checkpoint.ipynb", own().toString());
        }
        if (random.nextBoolean()) {
            handIn(learner + "/lessons", "lesson03.java",
                    Files.readString(Course.script(COURSE.lessons(), 3)));
            handIn(learner + "/solutions", "lesson03.java",
                    Files.readString(Course.script(COURSE.solutions(), 3)));
        }
        if (random.nextBoolean()) handIn(learner + "/__MACOSX", "._lesson03.ipynb", "\0\0");
    }

    private void expectTheSameAgain() throws IOException {
        String first = statuses();
        command("--lessons", "3", "--fresh").run(Duration.ofMinutes(20)).expectExit(0);
        assertEquals(first, statuses());
    }

    private String statuses() throws IOException {
        var all = new StringBuilder();
        for (JsonNode each : JSON.readTree(out.resolve("grades.json").toFile()).path("learners")) {
            all.append(each.path("learner").asText()).append(' ').append(each.path("total"))
                    .append(each.findValues("status")).append('\n');
        }
        return all.toString();
    }

    /** The jar of what is given to lesson 03. */
    private static String given() throws IOException, BrokenProgram {
        Source lesson = Source.read(Course.script(COURSE.lessons(), 3));
        try (var programs = new Programs(COURSE); var program = programs.compile(lesson, 3)) {
            return program.given().getFirst().toString();
        }
    }

    @Test
    @DisplayName("of any notebook check in its kernel and grade of its file agree")
    void asTheKernel() throws IOException, BrokenProgram {
        String seen = System.getenv("SEED"); // of a run that failed
        long seed = seen == null ? new Random().nextLong() : Long.parseLong(seen);
        var random = new Random(seed);
        int notebooks = TestAll.FULL ? 40 : 4;
        TestAll.tell(notebooks + " notebooks, seed " + seed);
        var same = new ArrayList<Boolean>();
        var places = new ArrayList<String>();
        for (int i = 0; i < notebooks; i++) {
            ObjectNode notebook = solved();
            var made = new TreeSet<Integer>();
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                int edit = random.nextInt(EDITS.size());
                EDITS.get(edit).accept(notebook);
                made.add(edit);
            }
            // Where a cell is refused the kernel may have no server at all; that costs the others
            // nothing in grade.
            same.add(made.stream().noneMatch(REFUSED::contains)
                    && (!made.contains(2) || made.contains(1))
                    && (!made.contains(7) || made.contains(6)));
            places.add(PLACES.get(random.nextInt(PLACES.size())).formatted(i));
            Path file = handedIn.resolve(places.get(i));
            handIn(handedIn.relativize(file.getParent()).toString(), file.getFileName().toString(),
                    notebook.toPrettyString());
            clutter("n" + i, random);
        }
        gradeAll();
        if (TestAll.FULL) expectTheSameAgain();
        String given = given();
        for (int i = 0; i < notebooks; i++) {
            Path file = handedIn.resolve(places.get(i));
            String said = Command.java(List.of(), CellsInOrder.class.getName(), file.toString(),
                    given).run(PATIENCE).expectExit(0).out();
            var solved = new TreeSet<String>();
            said.lines().map(String::strip).filter(line -> line.matches("✓ 3\\.\\d .*"))
                    .forEach(line -> solved.add(line.split(" ")[1]));
            var graded = new TreeSet<String>();
            graded("n" + i).path("lessons").path(0).path("exercises").forEach(each -> {
                if (each.path("status").asText().equals("PASSED")
                        && !each.path("id").asText().contains("★")) {
                    graded.add(each.path("id").asText());
                }
            });
            String told = "n" + i + ", seed " + seed + "\n" + solved
                    + graded("n" + i).toPrettyString() + said;
            assertFalse(said.isBlank(), "no cell said anything: " + told);
            assertTrue(graded.containsAll(solved), told);
            if (same.get(i)) assertEquals(solved, graded, told);
        }
    }
}
