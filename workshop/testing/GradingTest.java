package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import workshop.course.Course;
import workshop.course.Source;
import workshop.grading.Container;

/** A class is graded: what comes in, what goes out, and what a second run does. */
class GradingTest extends GradedClass {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    @DisplayName("solution, notebook, half a notebook, zip; roster, points and a due date")
    void wholeClass() throws IOException {
        String solved = Source.read(Course.script(COURSE.solutions(), 1)).text();
        Path late = handedIn.resolve("ada.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(late))) {
            var entry = new ZipEntry("lesson01.java"); // which has what date she likes
            entry.setLastModifiedTime(FileTime.from(Instant.parse("2000-01-01T12:00:00Z")));
            zip.putNextEntry(entry);
            zip.write(solved.getBytes(StandardCharsets.UTF_8));
        }
        Files.setLastModifiedTime(late, FileTime.from(Instant.parse("2026-11-03T12:00:00Z")));
        Path inTime = handIn("bob/his work", "lesson01.ipynb", notebook(1, "1.1", "1.2")
                .replace("return client.in.read();", "int next = client.in.read(); return next;"));
        Files.setLastModifiedTime(inTime, FileTime.from(Instant.parse("2026-11-01T11:00:00Z")));
        try (var zip = new ZipOutputStream(Files.newOutputStream(handedIn.resolve("eve.zip")),
                Charset.forName("IBM437"))) { // as Windows writes it
            zip.putNextEntry(new ZipEntry("eve's Übung/lesson01.java"));
            zip.write(BROKEN.getBytes(StandardCharsets.UTF_8));
        }
        for (int i = 0; i < 6_600; i++) { // beside his work, wherever that is listed
            handIn("bob/" + i / 1_100, "object" + i, "");
        }
        handIn("gus", "Lesson1.java", BROKEN);
        handIn("gus/new", "lesson01.java", "\uFEFF" + solved); // as Notepad writes it
        handIn("gus/old", "lesson01.ipynb", notebook(1));
        handIn("Zoe\u0308", "lesson02.java", BROKEN); // as a Mac writes it
        String whole = notebook(1, "1.1");
        int read = 0;
        for (var cell : JSON.readTree(whole).path("cells")) {
            if (cell.path("id").asText().equals("check-1-1")) break;
            read++;
        }
        Path brokenOff = handIn("cyd", "lesson01.ipynb",
                whole.substring(0, whole.indexOf("\"check-1-1\"")));
        Files.setLastModifiedTime(brokenOff, Files.getLastModifiedTime(inTime));
        Files.writeString(handedIn.resolve("roster.csv"),
                "name,id\nCyd,cyd\n\"Lovelace, Ada\",ada\nBob,bob\nDan,dan\nZoë,Zoë\n");
        Files.writeString(handedIn.resolve("points.csv"), "id,points\n1.1,3\n1.4,0.5\n");
        String said = grade("--lessons", "1", "--seconds", "10", "--due", "2026-11-01",
                "--late", "10").expectExit(0).out();
        assertEquals("""
                learner,name,1.1,1.2,1.3,1.3★,1.4,late,total,of,remark
                Zoë,Zoë,,,,,,,0,5.5,
                ada,"Lovelace, Ada",3,1,1,0,0.5,1.1,4.4,5.5,
                bob,Bob,3,1,0,0,0,,4,5.5,
                cyd,Cyd,3,0,0,0,0,,3,5.5,"lesson 01: the notebook is damaged; %d cells before\
                 that place could be read"
                eve,,0,0,0,0,0,,0,5.5,not in the roster
                gus,,3,1,1,0,0.5,5.5,0,5.5,"not in the roster; Lesson1.java is not named\
                 lessonNN.java or lessonNN.ipynb, and was not looked at"
                dan,Dan,,,,,,,0,5.5,nothing handed in
                """.formatted(read), csv());
        assertTrue(said.contains("nothing came from dan"), said);
        String page = Files.readString(out.resolve("learners/bob.html"));
        assertTrue(page.contains("1.3 a line of 65,537 bytes"), page);
        assertTrue(page.contains("Hint: "), page);
        assertTrue(Files.readString(out.resolve("learners/cyd.html"))
                .contains("the notebook is damaged"));
        assertTrue(Files.readString(out.resolve("learners/eve.html"))
                .contains("it does not compile: 1 error"));
        String index = Files.readString(out.resolve("index.html"));
        assertTrue(index.contains("Due by the end of 2026-11-01, 10% less"), index);
        assertTrue(index.contains(">lesson 01: it does not compile: 1 error<"), index);
        assertTrue(Files.readString(out.resolve("junit/bob.xml"))
                .contains("tests=\"5\" failures=\"1\""));
    }

    @Test
    @DisplayName("what is unchanged is not graded again, unless asked for; what is taken back goes")
    void again() throws IOException {
        handIn("ada", "lesson01.java", BROKEN);
        Path bob = handIn("bob", "lesson01.java", BROKEN);
        assertTrue(grade("--lessons", "1").expectExit(0).out().contains("2 lessons to grade"));
        String first = csv();
        String index = Files.readString(out.resolve("index.html"));
        assertFalse(grade("--lessons", "1").expectExit(0).out().contains("to grade"));
        assertEquals(first, csv());
        assertEquals(index, Files.readString(out.resolve("index.html")));
        Path kept = out.resolve("results/bob/lesson01.json");
        Files.writeString(kept, Files.readString(kept).replaceFirst("\"status\" : \"[^\"]*\"",
                "\"status\" : \"NOT_JUDGED\""));
        String merged = Command.tool("grade", "merge", out.toString(), "--out",
                folder.resolve("merged").toString()).in(COURSE.root())
                .run(Duration.ofMinutes(1)).expectExit(0).out();
        assertTrue(merged.contains("1 lessons were not judged"), merged);
        assertTrue(Files.readString(folder.resolve("merged/grades.csv"))
                .contains("not judged: 1.1"));
        assertTrue(grade("--lessons", "1").expectExit(0).out().contains("1 lessons to grade"),
                "what was not judged");
        assertEquals(first, csv());
        Files.writeString(bob, BROKEN + "// changed\n");
        assertTrue(grade("--lessons", "1").expectExit(0).out().contains("1 lessons to grade"));
        assertTrue(grade("--lessons", "1", "--fresh").expectExit(0).out()
                .contains("2 lessons to grade"));
        Files.delete(bob);
        grade("--lessons", "1").expectExit(0);
        assertTrue(csv().contains("\nbob,,,,,,,,0,4,\n"), csv());
    }

    @Test
    @DisplayName("killed at random moments, then run again: the report of an undisturbed run")
    void killed() throws IOException, InterruptedException {
        int moments = FULL ? 10 : 2;
        long seed = new Random().nextLong();
        var random = new Random(seed);
        TestAll.tell("killed at " + moments + " moments, seed " + seed);
        for (int i = 0; i < 6; i++) handIn("learner" + i, "lesson01.java", BROKEN + "//" + i);
        long start = System.nanoTime();
        grade("--lessons", "1").expectExit(0);
        long millis = (System.nanoTime() - start) / 1_000_000;
        String whole = csv();
        String index = Files.readString(out.resolve("index.html"));
        Path undisturbed = out;
        for (int i = 0; i < moments; i++) {
            out = folder.resolve("killed" + i);
            long moment = random.nextLong(millis);
            try (var running = start("--lessons", "1")) {
                running.process().waitFor(moment, TimeUnit.MILLISECONDS);
                List<ProcessHandle> family = running.descendants();
                running.process().destroyForcibly();
                for (ProcessHandle each : family) {
                    Await.until("the end of " + each.info().commandLine().orElse("a process"),
                            Duration.ofSeconds(20), () -> Command.isGone(each));
                }
            }
            grade("--lessons", "1").expectExit(0);
            assertEquals(whole, csv(), "killed after " + moment + " ms, seed " + seed);
            assertEquals(index, Files.readString(out.resolve("index.html")));
            assertEquals(files(undisturbed), files(out));
        }
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(each -> folder.relativize(each).toString()).sorted().toList();
        }
    }

    @Test
    @DisplayName("shards, merged, are the report of the whole")
    void shards() throws IOException {
        for (String each : List.of("ada", "bob", "eve", "-Ünal, <b>")) {
            handIn(each, "lesson01.java", BROKEN);
        }
        grade("--lessons", "1").expectExit(0);
        String whole = csv();
        String index = Files.readString(out.resolve("index.html"));
        Path all = out;
        var merge = new ArrayList<>(List.of("grade", "merge", "--out", all + "-merged"));
        for (int part = 1; part <= 2; part++) {
            out = folder.resolve("part" + part);
            grade("--lessons", "1", "--shard", part + "/2").expectExit(0);
            merge.add(out.toString());
        }
        Command.tool(merge.toArray(String[]::new)).in(COURSE.root()).run(PATIENCE).expectExit(0);
        var forgotten = Command.tool(merge.subList(0, merge.size() - 1).toArray(String[]::new))
                .in(COURSE.root()).run(PATIENCE).expectExit(2);
        assertTrue(forgotten.err().contains("2/2 is not given"), forgotten.err());
        out = Path.of(all + "-merged");
        assertEquals(whole, csv());
        assertEquals(index, Files.readString(out.resolve("index.html")));
        try (Stream<Path> kept = Files.walk(folder.resolve("part2/results"))) {
            Files.writeString(kept.filter(Files::isRegularFile).findFirst().orElseThrow(), "{}");
        }
        Command.tool(merge.toArray(String[]::new)).in(COURSE.root()).run(PATIENCE).expectExit(2)
                .expectErr("cannot be read: it is damaged");
    }

    @ParameterizedTest(name = "{0}: an honest program has its points; none reaches judge or tests")
    @ValueSource(strings = {"docker", "podman"})
    void container(String tool) throws IOException, InterruptedException {
        Assumptions.assumeTrue(has(tool), "no " + tool + " with the image " + Container.IMAGE);
        handIn("ada", "lesson01.java", Source.read(Course.script(COURSE.solutions(), 1)).text());
        handIn("bob", "lesson01.java", """
                void main() throws Exception {
                    var me = ProcessHandle.current().pid();
                    for (var each : ProcessHandle.allProcesses().toList()) {
                        if (each.pid() == me) continue;
                        if (each.destroyForcibly()) IO.println("killed " + each.pid());
                        try (var open = Files.list(Path.of("/proc/" + each.pid() + "/fd"))) {
                            IO.println("sees into " + each.pid() + " " + open.count());
                        } catch (IOException walls) { }
                    }
                    for (String each : List.of("/judge", "/work/x", "%s", "%s")) {
                        try (var all = Files.list(Path.of(each))) {
                            IO.println("reads " + each + " " + all.count());
                        } catch (IOException walls) { }
                    }
                    IO.println("network " + NetworkInterface.networkInterfaces().count());
                }
                """.formatted(COURSE.tests(), COURSE.solutions())
                .replaceFirst("", "import java.net.*;\n"));
        handIn("cyd", "lesson01.java", "void main() throws Exception { while (true)"
                + " new ProcessBuilder(\"sleep\", \"1000\").start(); }");
        handIn("dan", "lesson03.java", Source.read(Course.script(COURSE.solutions(), 3)).text());
        grade("--lessons", "1,3", "--sandbox", tool, "--seconds", "30").expectExit(0);
        assertTrue(csv().contains("\nada,,1,1,1,1,"), csv());
        assertTrue(csv().contains("\ndan,,,,,,1,1,1,1,1,,5,9,"), csv());
        assertTrue(csv().contains("\nbob,,0,0,0,0,"), csv());
        assertTrue(csv().contains("\ncyd,,0,0,0,0,"), csv());
        String page = Files.readString(out.resolve("learners/bob.html"));
        assertTrue(page.contains("network 1"), page);
        for (String reached : List.of("killed", "sees into", "reads")) {
            assertFalse(page.contains(reached), page);
        }
        assertTrue(Files.readString(out.resolve("learners/cyd.html"))
                .contains("more than 64 processes"));
    }

    private static boolean has(String tool) throws InterruptedException {
        try {
            return new ProcessBuilder(tool, "image", "inspect", Container.IMAGE)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException none) {
            return false;
        }
    }

    @Test
    @DisplayName("what is asked for in a wrong way gets a sentence")
    void wrongUse() throws IOException {
        handIn("ada", "lesson01.java", BROKEN);
        Path points = Files.writeString(folder.resolve("points.csv"), "9.9,5\n9.9,5\n");
        Path twice = Files.writeString(folder.resolve("twice.csv"), "1.1,5\n1.1,3\n");
        for (String[] wrong : new String[][] {{"--shard", "3/2"}, {"--due", "soon"},
            {"--jobs", "0"}, {"--lessons", "99"}, {"--out", handedIn + "/report"},
            {"--sandbox", "sand"}, {"--late", "10"}, {"--roster", points.toString()},
            {"--points", points.toString()}, {"--points", twice.toString()}}) {
            var result = grade(wrong).expectExit(2);
            assertFalse(result.err().contains("\tat "), result.err());
        }
    }

    @Test
    @DisplayName("a report may lie beside the workshop: --out ../report")
    void outBeside() throws IOException {
        handIn("ada", "lesson02.java", Source.read(Course.script(COURSE.solutions(), 2)).text());
        out = Files.createDirectories(folder.resolve("kit")).resolve("../report");
        grade("--lessons", "2").expectExit(0);
        assertTrue(csv().contains("ada,,1,1,0,1,1,0,1,0,1,1,0,,7,7,"), csv());
    }

    @Test
    @DisplayName("where names with umlauts cannot be read, nobody is taken for another")
    void namesUnreadable() throws IOException {
        handIn("Müller", "lesson01.java", BROKEN);
        handIn("Möller", "lesson01.java", BROKEN);
        var result = command("--lessons", "1").with("LC_ALL", "C").run(PATIENCE);
        if (result.exit() == 0) { // on Windows and macOS they can be read everywhere
            assertEquals(3, csv().lines().count(), csv());
        } else {
            assertTrue(result.err().contains("Set LC_ALL to C.UTF-8"), result.err());
        }
    }

    @Test
    @DisplayName("renamed copies are similar; other answers, and the starter, are not")
    void similar() throws IOException {
        String broken = "\nint broken = nothing();\n"; // it is not run, and can be compared
        String solution = Source.read(Course.script(COURSE.solutions(), 1)).text();
        handIn("ada", "lesson01.java", solution + broken);
        handIn("bob", "lesson01.java", solution.replaceAll("\\bclient\\b", "who")
                .replaceAll("\\bline\\b", "said").replaceAll("\\bnext\\b", "b")
                .replaceAll("//   .*", "//   all my own work") + broken);
        handIn("cyd", "lesson01.java", solution.replaceAll("\\bclient\\b", "guest") + broken);
        Files.writeString(handedIn.resolve("roster.csv"), "id,name\nada,Ada Lovelace\ncyd,cyd\n");
        for (String other : List.of("callbacks", "one-thread", "two-threads-a-client")) {
            handIn(other, "lesson01.java", Files.readString(
                    COURSE.answers(1).resolve(other + ".java")) + broken);
        }
        String starter = Source.read(Course.script(COURSE.lessons(), 1)).text();
        handIn("eve", "lesson01.java", starter + broken);
        handIn("dan", "lesson01.java", starter.replace("// START", "// my START") + broken);
        // It is read, and too much to compare; a syntax error spares javac the rest.
        String flood = "void a(){} void main() { " + "a();".repeat(50_000) + "}}";
        for (int i = 0; i < 3; i++) handIn("flood" + i, "lesson01.java", flood);
        String less = flood.substring(0, 50_000) + "}}";
        handIn("flood3", "lesson01.java", less);
        handIn("flood4", "lesson01.java", less.replace("a();a();a();", "if (b) a();"));
        String said = grade("--lessons", "1", "--similar").expectExit(0).out();
        assertTrue(said.contains("similar code for you to judge"), said);
        List<String> pairs = Files.readString(out.resolve("similar.csv")).lines().skip(1).toList();
        assertTrue(pairs.stream().anyMatch(line -> line.startsWith("1.1,ada,bob,100,100,")),
                pairs.toString());
        assertTrue(pairs.stream().allMatch(line -> 
                        line.matches("1\\.\\d,(ada,bob|ada,cyd|bob,cyd),.*,1")),
                pairs.toString());
        String page = Files.readString(out.resolve("similar.html"));
        assertTrue(page.contains("<b>100%</b> <bdi>ada</bdi> <bdi class=\"faint\">Ada Lovelace"
                + "</bdi>, <bdi>bob</bdi> and <bdi>cyd</bdi> "), page);
        assertFalse(page.contains("<bdi>ada</bdi> and "), "each pair, too: " + page);
        assertTrue(page.contains("6 learners compared; two of them typically share "), page);
        assertTrue(said.contains("too large to compare, and left out of it: flood0, flood1, flood2,"
                + " flood3, flood4\n"), said);
        assertTrue(page.contains("Too large to compare: <bdi>flood0</bdi>, "), page);
        String index = Files.readString(out.resolve("index.html"));
        assertTrue(index.contains("similar.html"), index);
        String grades = csv();
        var failed = command("--lessons", "1", "--similar").with("SIMILAR_SECONDS", "0")
                .run(PATIENCE).expectExit(3);
        assertTrue(failed.err().startsWith("The grades are written, but nobody's code was compared:"
                + " it was stopped after 0 s.\n"), failed.err());
        assertTrue(failed.out().endsWith("report: " + out.resolve("index.html") + "\n"),
                failed.out());
        assertEquals(grades, csv());
        expectNothingSimilar(out);
        Path merged = folder.resolve("merged");
        for (String seconds : List.of("600", "0")) {
            var words = List.of("grade", "merge", out.toString(), "--out", merged.toString(),
                    "--similar", handedIn.toString(), "--unsafe");
            Command.tool(words.toArray(String[]::new)).in(COURSE.root())
                    .with("SIMILAR_SECONDS", seconds).run(PATIENCE)
                    .expectExit(seconds.equals("0") ? 3 : 0);
            if (!seconds.equals("0")) {
                assertEquals(index, Files.readString(merged.resolve("index.html")));
            }
        }
        expectNothingSimilar(merged);
        grade("--lessons", "1", "--similar").expectExit(0);
        assertEquals(index, Files.readString(out.resolve("index.html")));
        grade("--lessons", "1").expectExit(0);
        expectNothingSimilar(out);
    }

    /** What is left of another run would be taken for this one's. */
    private static void expectNothingSimilar(Path out) throws IOException {
        assertEquals(List.of(), files(out).stream().filter(each -> each.contains("similar"))
                .toList());
        String index = Files.readString(out.resolve("index.html"));
        assertFalse(index.contains("similar.html"), index);
    }

    /** The course's notebook with these exercises solved. */
    private static String notebook(int lesson, String... solved) throws IOException {
        Source solution = Source.read(Course.script(COURSE.solutions(), lesson));
        var notebook = (ObjectNode) JSON.readTree(
                COURSE.notebooks().resolve(Course.name(lesson) + ".ipynb").toFile());
        for (String id : solved) {
            for (var cell : (ArrayNode) notebook.path("cells")) {
                if (!cell.path("id").asText().equals("answer-" + id.replace('.', '-'))) continue;
                ((ObjectNode) cell).put("source",
                        "// from lessons/" + Course.name(lesson) + ".java#" + id + "\n"
                        + solution.region(id).orElseThrow().code());
            }
        }
        return JSON.writeValueAsString(notebook);
    }
}
