package workshop.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import workshop.checking.ExerciseCatalog;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.course.Course;

/**
 * The report of a class of thirty in all lessons, as grading leaves it; nothing was graded for it.
 * They got differently far, one file does not compile, one verdict is unstable, one came late.
 */
public final class MadeUpReport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES = List.of("ada", "alan", "anita", "barbara", "bjarne",
            "brendan", "claude", "dennis", "donald", "edsger", "frances", "grace", "guido", "hedy",
            "ivan", "jean", "joan", "john", "katherine", "ken", "leslie", "linus", "margaret",
            "niklaus", "radia", "ritchie", "shafi", "tim", "vint", "yukihiro");
    /** Would show a picture, and change the title, where a text became HTML. */
    public static final String HTML = "<b>bold</b><img src=x onerror=\"document.title='caught'\">";
    private static final String WIRE = """
            expected “204 No Content” but got “200 OK” %s
            in the test  nothing new is answered with 204
            on the wire
              ↑ GET /messages?after=17 HTTP/1.1\\r\\n
                Host: 127.0.0.1:7004\\r\\n
                \\r\\n
              ↓ HTTP/1.1 200 OK\\r\\n
                Content-Length: 2\\r\\n
                \\r\\n
                []
            (seed 7)""".formatted(HTML);

    private MadeUpReport() {}

    /** @return where the report is */
    public static Path in(Path folder) throws IOException {
        var random = new Random(5);
        Path part = Files.createDirectories(folder.resolve("part"));
        List<Integer> lessons = Course.numbersIn(MadeUp.real().lessons()).stream()
                .filter(lesson -> ExerciseCatalog.of(lesson).isPresent()).toList();
        var names = new LinkedHashMap<String, String>();
        var learners = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < NAMES.size(); i++) {
            String id = NAMES.get(i);
            names.put(id, Character.toUpperCase(id.charAt(0)) + id.substring(1) + " Example");
            learners.add(Map.of("id", id, "notes", i == 3 ? List.of("notes.rar is no zip, and was"
                    + " not read: unpack it") : List.of()));
            int far = 3 + random.nextInt(lessons.size());
            for (int lesson : lessons) {
                if (lesson <= far) keep(part, id, lesson, random, lesson == far, i);
            }
        }
        names.put("zoe", "Zoë, who is away");
        var info = new LinkedHashMap<String, Object>(Map.of("lessons", lessons, "points", Map.of(),
                "names", names, "due", "2026-11-21T00:00:00Z", "late", 10, "learners", learners));
        info.put("shard", null);
        JSON.writeValue(part.resolve("class.json").toFile(), info);
        Path report = folder.resolve("report");
        Command.tool("grade", "merge", part.toString(), "--out", report.toString())
                .in(MadeUp.real().root()).run(Duration.ofMinutes(2)).expectExit(0);
        return report;
    }

    private static void keep(Path part, String id, int lesson, Random random, boolean last, int i)
            throws IOException {
        var exercises = new ArrayList<Map<String, Object>>();
        boolean broken = i == 7 && last;
        List<ExerciseTests> all = ExerciseCatalog.of(lesson).orElseThrow().exercises();
        int begun = last ? 1 + random.nextInt(all.size()) : all.size();
        for (int k = 0; k < all.size(); k++) {
            ExerciseTests each = all.get(k);
            boolean missed = random.nextInt(100) < (each.isStar() ? 60 : 12);
            boolean unstable = i == 5 && k == 0 && lesson == 2;
            String status = unstable ? "UNSTABLE" : k >= begun ? "NOT_ATTEMPTED" : broken ? "BROKEN"
                    : missed ? "FAILED" : "PASSED";
            exercises.add(Map.of("id", each.id(), "title", each.title(), "status", status,
                    "message", switch (status) {
                        case "FAILED" -> WIRE;
                        case "BROKEN" -> "it does not compile: 1 error\nlesson04.java:88: ';'"
                                + " expected\n    int i = 1\n             ^";
                        case "NOT_ATTEMPTED" -> "not attempted";
                        default -> "";
                    }));
        }
        var grade = Map.of("learner", id, "lesson", lesson, "fingerprint", "0", "when",
                i == 9 ? "2026-11-22T10:00:00Z" : "2026-11-20T10:00:00Z", "notes", List.of(),
                "exercises", exercises, "from", Map.of());
        Path file = part.resolve("results").resolve(id).resolve(Course.name(lesson) + ".json");
        Files.createDirectories(file.getParent());
        JSON.writeValue(file.toFile(), grade);
    }
}
