package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import workshop.course.Course;
import workshop.course.Region;
import workshop.course.Source;

/**
 * How long a class takes, and how much memory. Of five learners three have solved a lesson, one
 * half of it, and one handed in what does not compile. {@code check} is called for one of each
 * kind, and the class would take it as often as there are learners.
 *
 * <p>With {@code BARS=full}, on a machine that does nothing else: all lessons, 100 learners or
 * {@code LEARNERS}. Else five and lesson 01, and memory alone counts.
 */
class GradingBarsTest {
    private static final int LEARNERS =
            Integer.parseInt(System.getenv().getOrDefault("LEARNERS", "100"));
    private static final int KINDS = 5;
    private static final double TIMES = 5;
    private static final long MOST_MB = 2_048;
    private static final Course COURSE = MadeUp.real();
    private static final List<Integer> LESSONS = FULL ? Course.numbersIn(COURSE.lessons())
            : List.of(1);

    @TempDir
    Path folder;

    private record Run(double seconds, long megabytes) {}

    @Test
    @DisplayName("a class is graded within 2 GB, and sooner than checked one by one (BARS=full)")
    void aClass() throws IOException, InterruptedException {
        call("check", "--help").run(Duration.ofMinutes(5)).expectExit(0); // JBang builds it once
        Run small = grade(classOf(KINDS), KINDS, "--jobs", "2");
        TestAll.tell(small.megabytes + " MB in all processes, two jobs");
        if (Files.exists(Path.of("/proc/self"))) { // elsewhere it is not measured
            assertTrue(small.megabytes > 100 && small.megabytes < MOST_MB,
                    small.megabytes + " MB");
        }
        if (!FULL) return; // where starting takes longer than grading, it is no measure
        Path all = classOf(LEARNERS);
        Run graded = grade(all, LEARNERS, "--fresh");
        TestAll.tell(String.format(Locale.ROOT, "grade: %d submissions in %.1f s, %.2f s each;"
                + " %,d MB in all processes", LEARNERS * LESSONS.size(), graded.seconds,
                graded.seconds / (LEARNERS * LESSONS.size()), graded.megabytes));
        expectSooner(all, graded.seconds);
    }

    private Path classOf(int learners) throws IOException {
        Path all = folder.resolve("class" + learners);
        for (int i = 0; i < learners; i++) {
            Path own = Files.createDirectories(all.resolve("learner%03d".formatted(i)));
            for (int lesson : LESSONS) {
                Files.writeString(own.resolve(Course.name(lesson) + ".java"),
                        text(lesson, i % KINDS) + "\n// by learner " + i + "\n");
            }
        }
        return all;
    }

    /** Right answers have full points, each time that they are run. */
    private Run grade(Path all, int learners, String... options)
            throws IOException, InterruptedException {
        Path out = all.resolveSibling(all.getFileName() + "-out");
        var words = new ArrayList<>(List.of("grade", all.toString(), "--out", out.toString(),
                "--lessons", LESSONS.stream().map(String::valueOf)
                        .collect(Collectors.joining(","))));
        words.addAll(List.of(options));
        if (!WallsHere.MISSING.isEmpty()) words.add("--unsafe");
        long start = System.nanoTime();
        long most = 0;
        try (var running = call(words.toArray(String[]::new)).start()) {
            while (!running.process().waitFor(500, TimeUnit.MILLISECONDS)) {
                most = Math.max(most, megabytes(running.process().toHandle()));
            }
            running.awaitEnd(Duration.ofSeconds(5)).expectExit(0);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        var graded = new ObjectMapper().readTree(out.resolve("grades.json").toFile())
                .path("learners");
        assertEquals(learners, graded.size());
        for (int i = 0; i < learners; i++) {
            if (i % KINDS >= KINDS - 2) continue;
            JsonNode solved = graded.get(i);
            assertEquals(solved.path("of"), solved.path("total"), solved::toPrettyString);
            assertFalse(solved.toString().contains("UNSTABLE"), solved::toPrettyString);
        }
        return new Run(seconds, most);
    }

    private static void expectSooner(Path all, double graded) {
        double checked = 0;
        for (int kind : List.of(0, KINDS - 2, KINDS - 1)) {
            int learners = LEARNERS / KINDS * (kind == 0 ? KINDS - 2 : 1);
            for (int lesson : LESSONS) checked += learners * secondsOfCheck(all, lesson, kind);
        }
        String said = String.format(Locale.ROOT, "one check each would take %.1f s, %.1f times as"
                + " long", checked, checked / graded);
        TestAll.tell(said);
        assertTrue(checked / graded >= TIMES, said);
    }

    private static double secondsOfCheck(Path all, int lesson, int kind) {
        long start = System.nanoTime();
        call("check", "%02d".formatted(lesson), "--file", all.resolve("learner%03d"
                .formatted(kind)).resolve(Course.name(lesson) + ".java").toString())
                .run(Duration.ofMinutes(5)).expectExit(kind == 0 ? 0 : 1);
        return (System.nanoTime() - start) / 1e9;
    }

    private static Command call(String... words) {
        return FULL ? Command.of(Stream.concat(Stream.of(COURSE.wrapper().toString()),
                Stream.of(words)).toList()).in(COURSE.root())
                : Command.tool(words).in(COURSE.root());
    }

    private static String text(int lesson, int kind) {
        Source solution = Source.read(Course.script(COURSE.solutions(), lesson));
        if (kind < KINDS - 2) return solution.text();
        if (kind == KINDS - 1) return solution.text().replaceFirst("void main\\(", "void main(;");
        Map<String, String> half = new HashMap<>();
        List<Region> regions = solution.regions();
        regions.subList(0, (regions.size() + 1) / 2)
                .forEach(region -> half.put(region.id(), region.text()));
        return Source.read(Course.script(COURSE.lessons(), lesson)).with(half).text();
    }

    /** What a process and all that it has started take, shared pages counted once. */
    private static long megabytes(ProcessHandle of) {
        return Stream.concat(Stream.of(of), of.descendants()).mapToLong(process -> {
            try {
                return Files.readString(Path.of("/proc/" + process.pid() + "/smaps_rollup"))
                        .lines().filter(line -> line.startsWith("Pss:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum() >> 10;
            } catch (IOException gone) {
                return 0;
            }
        }).sum();
    }
}
