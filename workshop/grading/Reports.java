package workshop.grading;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import workshop.checking.ExerciseCatalog;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.running.Folders;

/** Writes what the grades come to: for spreadsheets, programs, CI and people. */
final class Reports {
    private static final int MISTAKES = 20;
    private static final List<String> RANKS = List.of("none", "not_attempted", "not_judged",
            "broken", "failed", "skipped", "unstable", "passed"); // as a column is sorted

    private final String today = LocalDate.now().toString();
    private final Path out;
    private final Map<Integer, String> titles;
    private final ClassOf info;
    private final List<ExerciseTests> exercises;
    private final Map<String, Map<Integer, Grade>> grades = new HashMap<>();

    /** @param titles of the lessons, by number */
    Reports(Path out, ClassOf info, Map<Integer, String> titles, List<Grade> all) {
        this.out = out;
        this.titles = titles;
        this.info = info;
        exercises = info.exercises();
        for (Grade grade : all) {
            grades.computeIfAbsent(grade.learner(), _ -> new HashMap<>())
                    .put(grade.lesson(), grade);
        }
    }

    void write() {
        Folders.write(out.resolve("grades.csv"), csv().getBytes(StandardCharsets.UTF_8));
        Folders.write(out.resolve("grades.json"), Results.json(json()));
        writeIndex(false);
        for (String learner : learners()) {
            LearnerPage page = learnerPage(learner);
            Pages.write(out.resolve(pageOf(learner)), "learner", page.title(), page);
            var xml = new ByteArrayOutputStream();
            try {
                junit(learner, xml);
            } catch (XMLStreamException impossible) {
                throw new AssertionError("any text can be written to memory", impossible);
            }
            Folders.write(out.resolve("junit/" + Results.fileName(learner) + ".xml"),
                    xml.toByteArray());
        }
    }

    /** @param similar is there a page on similar code, too? */
    void writeIndex(boolean similar) {
        Pages.write(out.resolve("index.html"), "class", "Grades", classPage(similar));
    }

    /** Who handed something in, then who did not. */
    private List<String> learners() {
        var all = new ArrayList<>(info.learners().stream().map(ClassOf.Learner::id).toList());
        all.addAll(info.missing());
        return all;
    }

    private Grade grade(String learner, String exercise) {
        return grades.getOrDefault(learner, Map.of()).get(ExerciseCatalog.lessonOf(exercise));
    }

    private Verdict verdict(String learner, String exercise) {
        Grade grade = grade(learner, exercise);
        return grade == null ? null : grade.exercises().stream()
                .filter(each -> each.id().equals(exercise)).findFirst().orElse(null);
    }

    private double total(String learner) {
        return grades.getOrDefault(learner, Map.of()).values().stream()
                .mapToDouble(info::earned).sum();
    }

    private double lost(String learner) {
        return grades.getOrDefault(learner, Map.of()).values().stream().mapToDouble(grade ->
                grade.exercises().stream().filter(Verdict::passed)
                        .mapToDouble(each -> info.worth(each.id())).sum() - info.earned(grade))
                .sum();
    }

    /** In the teacher's time zone, as it was asked for. */
    private static String time(String iso) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT)
                .format(Instant.parse(iso).atZone(ZoneId.systemDefault()));
    }

    /** A whole day is in time, and ends where the next one begins. */
    private static String dueTime(String iso) {
        ZonedDateTime end = Instant.parse(iso).atZone(ZoneId.systemDefault());
        return end.toLocalTime().equals(LocalTime.MIDNIGHT)
                ? "by the end of " + end.toLocalDate().minusDays(1) : time(iso);
    }

    private String remark(String learner) {
        var words = new ArrayList<String>();
        if (info.isUnknown(learner)) words.add("not in the roster");
        if (info.missing().contains(learner)) words.add("nothing handed in");
        info.learners().stream().filter(each -> each.id().equals(learner))
                .forEach(each -> words.addAll(each.notes()));
        grades.getOrDefault(learner, Map.of()).values().forEach(grade -> grade.notes().forEach(
                note -> words.add(String.format(Locale.ROOT, "lesson %02d: %s", grade.lesson(),
                        note))));
        addIds(words, "unstable", learner, each -> each.status() == Status.UNSTABLE);
        addIds(words, "not judged", learner, Grade::isNotJudged);
        return String.join("; ", words);
    }

    private void addIds(List<String> words, String what, String learner, Predicate<Verdict> is) {
        String ids = exercises.stream().map(ExerciseTests::id).filter(id -> {
            Verdict verdict = verdict(learner, id);
            return verdict != null && is.test(verdict);
        }).collect(Collectors.joining(" "));
        if (!ids.isEmpty()) words.add(what + ": " + ids);
    }

    // --- For programs ------------------------------------------------------------------------

    private String csv() {
        var head = new ArrayList<>(List.of("learner", "name"));
        exercises.forEach(each -> head.add(each.id()));
        head.addAll(List.of("late", "total", "of", "remark"));
        var rows = new ArrayList<List<String>>(List.of(head));
        for (String learner : learners()) {
            var row = new ArrayList<>(List.of(learner, info.name(learner)));
            for (ExerciseTests exercise : exercises) {
                Verdict verdict = verdict(learner, exercise.id());
                row.add(verdict == null ? "" : ClassOf.number(
                        verdict.passed() ? info.worth(exercise.id()) : 0));
            }
            double lost = lost(learner);
            // A number of ours, not a text of theirs: a spreadsheet shall reckon with it.
            row.add(lost == 0 ? "" : ClassOf.number(lost));
            row.addAll(List.of(ClassOf.number(total(learner)), ClassOf.number(info.most()),
                    remark(learner)));
            rows.add(row);
        }
        return Csv.of(rows);
    }

    private Map<String, Object> json() {
        var all = new ArrayList<Object>();
        for (String learner : learners()) {
            var one = new LinkedHashMap<String, Object>();
            one.put("learner", learner);
            one.put("name", info.name(learner));
            one.put("total", Math.round(total(learner) * 100) / 100.0);
            one.put("of", info.most());
            one.put("remark", remark(learner));
            one.put("lessons", info.lessons().stream()
                    .map(grades.getOrDefault(learner, Map.of())::get)
                    .filter(java.util.Objects::nonNull).map(this::json).toList());
            all.add(one);
        }
        return Map.of("learners", all);
    }

    /** In one order always: the report of a second run is the same, byte for byte. */
    private Map<String, Object> json(Grade grade) {
        var lesson = new LinkedHashMap<String, Object>();
        lesson.put("lesson", grade.lesson());
        lesson.put("handedIn", grade.when());
        lesson.put("left", info.left(grade));
        lesson.put("notes", grade.notes());
        lesson.put("exercises", grade.exercises().stream().map(each -> json(each,
                grade.from().get(each.id()))).toList());
        return lesson;
    }

    private static Map<String, Object> json(Verdict verdict, String from) {
        var exercise = new LinkedHashMap<String, Object>();
        exercise.put("id", verdict.id());
        exercise.put("title", verdict.title());
        exercise.put("status", verdict.status());
        exercise.put("message", verdict.message());
        exercise.put("from", from);
        return exercise;
    }

    private void junit(String learner, OutputStream out) throws XMLStreamException {
        List<Verdict> all = exercises.stream().map(each -> verdict(learner, each.id())).toList();
        XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out, "UTF-8");
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        attribute(xml, "name", learner);
        attribute(xml, "tests", "" + exercises.size());
        attribute(xml, "failures", "" + all.stream().filter(each -> each != null
                && each.failed()).count());
        attribute(xml, "errors", "0");
        attribute(xml, "skipped", "" + all.stream().filter(Reports::wasSkipped).count());
        for (int i = 0; i < all.size(); i++) {
            ExerciseTests exercise = exercises.get(i);
            xml.writeCharacters("\n  ");
            xml.writeStartElement("testcase");
            attribute(xml, "classname", Course.name(exercise.exercise().lesson()));
            attribute(xml, "name", exercise.id() + " " + exercise.title());
            if (wasSkipped(all.get(i))) {
                xml.writeEmptyElement("skipped");
            } else if (!all.get(i).passed()) {
                xml.writeStartElement("failure");
                attribute(xml, "message", firstLine(all.get(i)));
                xml.writeCharacters(Pages.characters(all.get(i).message()));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeCharacters("\n");
        xml.writeEndDocument();
        xml.close();
    }

    private static boolean wasSkipped(Verdict verdict) {
        return verdict == null || !verdict.passed() && !verdict.failed();
    }

    private static void attribute(XMLStreamWriter xml, String name, String text)
            throws XMLStreamException {
        xml.writeAttribute(name, Pages.characters(text));
    }

    // --- For people --------------------------------------------------------------------------

    private record ClassPage(String date, String came, int count, String most, String due,
                             boolean similar, List<LessonHead> lessons,
                             List<ExerciseHead> exercises, List<Row> rows, List<Long> solvedBy,
                             boolean hasMistakes, List<Mistake> mistakes) {}

    private record LessonHead(String number, String title, long columns) {}

    private record ExerciseHead(String id, String title) {}

    private record Row(String id, String name, String page, String points, List<Mark> marks,
                       String remark) {}

    /** @param link to the exercise on the learner's page; null where nothing was handed in */
    private record Mark(String kind, String sign, int rank, String title, String link) {}

    private record Mistake(int count, String what) {}

    private ClassPage classPage(boolean similar) {
        int came = info.learners().size();
        String due = info.due() == null ? "" : dueTime(info.due())
                + (info.late() == 0 ? "." : ", " + info.late() + "% less for each day.");
        List<String> learners = learners();
        List<Mistake> mistakes = mistakes();
        return new ClassPage(today, came + (came == 1 ? " learner" : " learners"),
                exercises.size(), ClassOf.number(info.most()), due, similar,
                info.lessons().stream().map(this::lessonHead).toList(), exercises.stream()
                .map(each -> new ExerciseHead(each.id(), each.title())).toList(),
                learners.stream().map(this::row).toList(), exercises.stream()
                .map(each -> learners.stream().map(learner -> verdict(learner, each.id()))
                        .filter(verdict -> verdict != null && verdict.passed()).count()).toList(),
                !mistakes.isEmpty(), mistakes);
    }

    private LessonHead lessonHead(int lesson) {
        return new LessonHead(number(lesson), title(lesson), exercises.stream()
                .filter(each -> each.exercise().lesson() == lesson).count());
    }

    private Row row(String learner) {
        String page = pageOf(learner);
        return new Row(learner, info.otherName(learner), page, ClassOf.number(total(learner)),
                exercises.stream().map(each -> mark(verdict(learner, each.id()), each, page))
                        .toList(), remark(learner));
    }

    private static Mark mark(Verdict verdict, ExerciseTests exercise, String page) {
        String kind = kind(verdict);
        String said = verdict == null || verdict.message().isEmpty() ? ""
                : ": " + (verdict.status() == Status.NOT_ATTEMPTED ? "not attempted"
                : firstLine(verdict));
        return new Mark(kind, sign(kind), RANKS.indexOf(kind),
                exercise.id() + " " + exercise.title() + said,
                verdict == null ? null : page + "#" + anchor(exercise.id()));
    }

    /** What was said first, of how many: the class' difficulties, not one learner's. */
    private List<Mistake> mistakes() {
        var counts = new LinkedHashMap<String, Integer>();
        var told = new HashSet<String>();
        for (ExerciseTests each : exercises) {
            for (String learner : learners()) {
                Verdict verdict = verdict(learner, each.id());
                if (verdict == null || !verdict.failed()) continue;
                String what = firstLine(verdict);
                if (verdict.status() == Status.BROKEN) { // in one way for all of the lesson
                    what = "lesson " + number(each.exercise().lesson()) + ": " + what;
                    if (!told.add(learner + " " + what)) continue;
                } else if (!what.startsWith(each.id() + " ")) {
                    what = each.id() + " " + what;
                }
                counts.merge(what, 1, Integer::sum);
            }
        }
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed()).limit(MISTAKES)
                .map(each -> new Mistake(each.getValue(), each.getKey())).toList();
    }

    private record LearnerPage(String title, String id, String points, String most, String date,
                               String remark, List<LessonPart> lessons) {}

    /** @param broken why nothing of the lesson could be judged, where that has one reason */
    private record LessonPart(String number, String name, boolean handedIn, String late,
                              String broken, List<ExercisePart> exercises) {}

    private record ExercisePart(String anchor, String kind, String sign, String id, String title,
                                boolean untouched, String earned, String worth, String sentence,
                                String story, boolean hasHint, List<Piece> hint) {}

    /** A piece of a hint, which marks code with backticks. */
    private record Piece(String text, boolean code) {}

    private LearnerPage learnerPage(String learner) {
        String name = info.name(learner);
        return new LearnerPage(name.isEmpty() ? learner : name,
                info.otherName(learner).isEmpty() ? "" : learner, ClassOf.number(total(learner)),
                ClassOf.number(info.most()), today, remark(learner), info.lessons().stream()
                .map(lesson -> lessonPart(lesson, grades.getOrDefault(learner, Map.of())
                        .get(lesson))).toList());
    }

    private LessonPart lessonPart(int lesson, Grade grade) {
        if (grade == null) {
            return new LessonPart(number(lesson), title(lesson), false, "", "", List.of());
        }
        double left = info.left(grade);
        String late = left == 1 ? "" : "Handed in late, " + time(grade.when()) + ": "
                + Math.round(left * 100) + "% of its points count.";
        List<String> reasons = grade.exercises().stream()
                .filter(Reports::isUnrun).map(Verdict::message).toList();
        String broken = reasons.stream().distinct().count() == 1
                ? reasons.getFirst() : "";
        return new LessonPart(number(lesson), title(lesson), true, late, broken,
                grade.exercises().stream().map(each -> exercisePart(each, broken)).toList());
    }

    private ExercisePart exercisePart(Verdict verdict, String broken) {
        String kind = kind(verdict);
        boolean untouched = verdict.status() == Status.NOT_ATTEMPTED;
        boolean told = untouched || isUnrun(verdict) && !broken.isEmpty();
        String message = told ? "" : verdict.message();
        int sentence = message.indexOf('\n') < 0 ? message.length() : message.indexOf('\n');
        List<Piece> hint = verdict.status() != Status.FAILED ? List.of() : exercises.stream()
                .filter(each -> each.id().equals(verdict.id())).findFirst()
                .map(each -> pieces(each.hints().getFirst())).orElse(List.of());
        return new ExercisePart(anchor(verdict.id()), kind, sign(kind), verdict.id(),
                verdict.title(), untouched,
                info.worth(verdict.id()) == 0 ? "" // a star that nobody gives points for
                        : ClassOf.number(verdict.passed() ? info.worth(verdict.id()) : 0),
                ClassOf.number(info.worth(verdict.id())), message.substring(0, sentence),
                message.substring(sentence).strip(), !hint.isEmpty(), hint);
    }

    /** None of its tests were run, in general for one reason for the whole lesson. */
    private static boolean isUnrun(Verdict verdict) {
        return verdict.status() == Status.BROKEN || verdict.status() == Status.NOT_JUDGED;
    }

    private static List<Piece> pieces(String hint) {
        String[] parts = hint.split("`", -1);
        return IntStream.range(0, parts.length).filter(i -> !parts[i].isEmpty())
                .mapToObj(i -> new Piece(parts[i], i % 2 == 1)).toList();
    }

    private static String anchor(String exercise) {
        return "e" + exercise.replace("★", "s");
    }

    private static String pageOf(String learner) {
        return "learners/" + Results.fileName(learner) + ".html";
    }

    private static String number(int lesson) {
        return String.format(Locale.ROOT, "%02d", lesson);
    }

    private String title(int lesson) {
        return titles.getOrDefault(lesson, "");
    }

    private static String kind(Verdict verdict) {
        if (verdict == null) return "none";
        return verdict.status().name().toLowerCase(Locale.ROOT);
    }

    private static String sign(String kind) {
        return switch (kind) {
            case "passed" -> "✓";
            case "failed" -> "✗";
            case "broken", "not_judged" -> "!";
            case "unstable" -> "~";
            case "skipped" -> "–";
            case "not_attempted" -> "·";
            default -> "";
        };
    }

    private static String firstLine(Verdict verdict) {
        String line = verdict.message().lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) + " …" : line;
    }
}
