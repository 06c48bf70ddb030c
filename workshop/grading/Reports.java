package workshop.grading;

import java.time.Instant;
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
import workshop.checking.LessonTests;
import workshop.checking.LessonTests.ExerciseTests;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.Printable;
import workshop.grading.Grade.Judged;
import workshop.running.Folders;

/** Writes what the grades come to: for spreadsheets, programs, CI and people. */
final class Reports {
    private static final int MISTAKES = 20;

    private final java.nio.file.Path out;
    private final ClassOf info;
    private final List<ExerciseTests> exercises;
    private final Map<String, Map<Integer, Grade>> grades = new HashMap<>();

    Reports(java.nio.file.Path out, ClassOf info, List<Grade> all) {
        this.out = out;
        this.info = info;
        exercises = info.exercises();
        for (Grade grade : all) {
            grades.computeIfAbsent(grade.learner(), _ -> new HashMap<>())
                    .put(grade.lesson(), grade);
        }
    }

    void write() {
        write("grades.csv", csv());
        Folders.write(out.resolve("grades.json"), Results.json(json()));
        writeIndex(false);
        for (String learner : learners()) {
            String name = Results.fileName(learner);
            write("learners/" + name + ".html", page(learner));
            write("junit/" + name + ".xml", junit(learner));
        }
    }

    /** @param similar is there a page on similar code, too? */
    void writeIndex(boolean similar) {
        write("index.html", index(similar));
    }

    private void write(String file, String text) {
        Folders.write(out.resolve(file), text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Who handed something in, then who did not. */
    private List<String> learners() {
        var all = new ArrayList<>(info.learners().stream().map(ClassOf.Learner::id).toList());
        all.addAll(info.missing());
        return all;
    }

    private Grade grade(String learner, String exercise) {
        return grades.getOrDefault(learner, Map.of()).get(LessonTests.lessonOf(exercise));
    }

    private Judged judged(String learner, String exercise) {
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
                grade.exercises().stream().filter(Judged::passed)
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
        addIds(words, "unstable", learner, Judged::unstable);
        addIds(words, "not judged", learner, Judged::notJudged);
        return String.join("; ", words);
    }

    private void addIds(List<String> words, String what, String learner, Predicate<Judged> is) {
        String ids = exercises.stream().map(ExerciseTests::id).filter(id -> {
            Judged judged = judged(learner, id);
            return judged != null && is.test(judged);
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
                Judged judged = judged(learner, exercise.id());
                row.add(judged == null ? "" : ClassOf.number(
                        judged.passed() ? info.worth(exercise.id()) : 0));
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
        lesson.put("exercises", grade.exercises());
        return lesson;
    }

    private String junit(String learner) {
        var cases = new StringBuilder();
        int failures = 0;
        int skipped = 0;
        for (ExerciseTests exercise : exercises) {
            Judged judged = judged(learner, exercise.id());
            cases.append("  <testcase classname=\"")
                    .append(Course.name(LessonTests.lessonOf(exercise.id()))).append("\" name=\"")
                    .append(escaped(exercise.id() + " " + exercise.title())).append('"');
            if (judged == null || judged.status() == Status.SKIPPED
                    || judged.status() == Status.NOT_ATTEMPTED) {
                skipped++;
                cases.append("><skipped/></testcase>\n");
            } else if (judged.passed()) {
                cases.append("/>\n");
            } else {
                failures++;
                cases.append("><failure message=\"").append(escaped(firstLine(judged)))
                        .append("\">").append(escaped(judged.message()))
                        .append("</failure></testcase>\n");
            }
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"" + escaped(learner)
                + "\" tests=\"" + exercises.size() + "\" failures=\"" + failures
                + "\" errors=\"0\" skipped=\"" + skipped + "\">\n" + cases + "</testsuite>\n";
    }

    // --- For people --------------------------------------------------------------------------

    private String index(boolean similar) {
        var body = new StringBuilder();
        List<String> learners = learners();
        long came = info.learners().size();
        body.append("<h1>Grades</h1>\n<p class=\"faint\">").append(came)
                .append(came == 1 ? " learner" : " learners").append(" handed in, ")
                .append(exercises.size()).append(" exercises, ")
                .append(ClassOf.number(info.most())).append(" points.")
                .append(info.due() == null ? "" : " Due " + dueTime(info.due())
                        + (info.late() == 0 ? "." : ", " + info.late() + "% less for each day."))
                .append("</p>\n")
                .append(similar ? "<p><a href=\"similar.html\">Similar code</a></p>\n" : "")
                .append("<p class=\"faint\">✓ solved · ✗ not solved · ! does not compile or"
                        + " start · ~ solved, but not each time it was run"
                        + " · a dot: not attempted · empty: not handed in</p>\n")
                .append("<div class=\"wide\"><table>\n<thead><tr>")
                .append(head("learner", "")).append(head("points", "number"));
        for (ExerciseTests each : exercises) {
            body.append("<th title=\"").append(escaped(each.title())).append("\"><button>")
                    .append(each.id()).append("</button></th>");
        }
        body.append(head("remark", "")).append("</tr></thead>\n<tbody>\n");
        for (String learner : learners) body.append(row(learner));
        body.append("</tbody>\n<tfoot><tr><th>solved by</th><th></th>");
        for (ExerciseTests each : exercises) {
            body.append("<td class=\"mark\">").append(learners.stream().filter(learner -> {
                Judged judged = judged(learner, each.id());
                return judged != null && judged.passed();
            }).count()).append("</td>");
        }
        body.append("<td></td></tr></tfoot>\n</table></div>\n").append(mistakes());
        return document("Grades", body.toString());
    }

    private String row(String learner) {
        var row = new StringBuilder("<tr><td class=\"learner\" data-value=\"")
                .append(escaped(learner)).append("\"><a href=\"learners/")
                .append(Results.fileName(learner)).append(".html\"><bdi>").append(escaped(learner))
                .append("</bdi></a>");
        if (!info.otherName(learner).isEmpty()) {
            row.append(" <bdi class=\"faint\">").append(escaped(info.otherName(learner)))
                    .append("</bdi>");
        }
        row.append("</td><td class=\"number\">").append(ClassOf.number(total(learner)))
                .append("</td>");
        for (ExerciseTests each : exercises) {
            Judged judged = judged(learner, each.id());
            String kind = kind(judged);
            row.append("<td class=\"mark ").append(kind).append("\" data-value=\"")
                    .append(List.of("none", "not_attempted", "broken", "failed", "skipped",
                            "unstable", "passed")
                            .indexOf(kind)).append("\" title=\"")
                    .append(escaped(each.id() + " " + each.title() + (judged == null
                            || judged.message().isEmpty() ? "" : ": " + firstLine(judged))))
                    .append("\">").append(sign(kind)).append("</td>");
        }
        return row.append("<td>").append(escaped(remark(learner))).append("</td></tr>\n")
                .toString();
    }

    private static String head(String text, String kind) {
        return "<th class=\"" + kind + "\"><button>" + text + "</button></th>";
    }

    /** What was said first, of how many: the class' difficulties, not one learner's. */
    private String mistakes() {
        var counts = new LinkedHashMap<String, Integer>();
        var told = new HashSet<String>();
        for (ExerciseTests each : exercises) {
            for (String learner : learners()) {
                Judged judged = judged(learner, each.id());
                if (judged == null || !judged.failed()) continue;
                String what = firstLine(judged);
                if (judged.status() == Status.BROKEN) { // in one way for all of the lesson
                    what = String.format(Locale.ROOT,
                            "lesson %02d: %s", LessonTests.lessonOf(each.id()), what);
                    if (!told.add(learner + " " + what)) continue;
                } else if (!what.startsWith(each.id() + " ")) {
                    what = each.id() + " " + what;
                }
                counts.merge(what, 1, Integer::sum);
            }
        }
        if (counts.isEmpty()) return "";
        var text = new StringBuilder("<h2>Common mistakes</h2>\n<p class=\"faint\">The first test"
                + " of an exercise that failed, and for how many.</p>\n<table><tbody>\n");
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed()).limit(MISTAKES)
                .forEach(each -> text.append("<tr><td class=\"number\">").append(each.getValue())
                        .append("</td><td style=\"white-space: normal\">")
                        .append(escaped(each.getKey())).append("</td></tr>\n"));
        return text.append("</tbody></table>\n").toString();
    }

    private String page(String learner) {
        String name = info.name(learner);
        var body = new StringBuilder("<h1><bdi>").append(escaped(name.isEmpty() ? learner : name))
                .append("</bdi></h1>\n<p class=\"faint\">")
                .append(info.otherName(learner).isEmpty() ? "" : escaped(learner) + " · ")
                .append(ClassOf.number(total(learner))).append(" of ")
                .append(ClassOf.number(info.most())).append(" points</p>\n");
        String remark = remark(learner);
        if (!remark.isEmpty()) body.append("<p>").append(escaped(remark)).append("</p>\n");
        for (int lesson : info.lessons()) {
            Grade grade = grades.getOrDefault(learner, Map.of()).get(lesson);
            body.append("<h2>Lesson ").append(String.format(Locale.ROOT,
                    "%02d", lesson)).append("</h2>\n");
            if (grade == null) {
                body.append("<p class=\"faint\">Not handed in.</p>\n");
                continue;
            }
            double left = info.left(grade);
            if (left < 1) {
                body.append("<p>Handed in late, ").append(time(grade.when()))
                        .append(": ").append(Math.round(left * 100))
                        .append("% of its points count.</p>\n");
            }
            grade.exercises().forEach(judged -> body.append(exercise(judged)));
        }
        return document(learner, body.toString());
    }

    private String exercise(Judged judged) {
        String kind = kind(judged);
        var text = new StringBuilder("<div class=\"exercise\"><h3><span class=\"").append(kind)
                .append("\">").append(sign(kind)).append("</span> ").append(escaped(judged.id()))
                .append(' ').append(escaped(judged.title())).append(" <small class=\"faint\">")
                .append(ClassOf.number(judged.passed() ? info.worth(judged.id()) : 0))
                .append(" of ")
                .append(ClassOf.number(info.worth(judged.id()))).append("</small></h3>\n");
        if (!judged.message().isEmpty()) {
            text.append("<pre>").append(escaped(judged.message())).append("</pre>\n");
        }
        if (judged.status() == Status.FAILED) {
            exercises.stream().filter(each -> each.id().equals(judged.id())).findFirst()
                    .ifPresent(each -> text.append("<p>Hint: ")
                            .append(escaped(each.hints().getFirst()))
                            .append(" <span class=\"faint\">(more: ./jbang hint ")
                            .append(each.id()).append(" 2)</span></p>\n"));
        }
        return text.append("</div>\n").toString();
    }

    private static String kind(Judged judged) {
        if (judged == null) return "none";
        return judged.unstable() ? "unstable" : judged.status().name().toLowerCase(Locale.ROOT);
    }

    private static String sign(String kind) {
        return switch (kind) {
            case "passed" -> "✓";
            case "failed" -> "✗";
            case "broken" -> "!";
            case "unstable" -> "~";
            case "skipped" -> "–";
            case "not_attempted" -> "·";
            default -> "";
        };
    }

    private static String firstLine(Judged judged) {
        String line = judged.message().lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) + " …" : line;
    }

    /** One file, that needs no other: to hand back, to mail, to print. */
    static String document(String title, String body) {
        return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width\">\n"
                // Nothing from elsewhere, no script but ours, whatever a learner has written.
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
                + " style-src 'unsafe-inline'; script-src 'sha256-" + sha256(resource("report.js"))
                + "'\">\n<title>" + escaped(title) + "</title>\n<style>\n"
                + resource("report.css") + "</style>\n</head>\n<body>\n" + body + "<script>"
                + resource("report.js") + "</script>\n</body>\n</html>\n";
    }

    private static String sha256(String text) {
        try {
            return java.util.Base64.getEncoder().encodeToString(java.security.MessageDigest
                    .getInstance("SHA-256").digest(text.getBytes(
                            java.nio.charset.StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new AssertionError("each Java platform has SHA-256", impossible);
        }
    }

    private static String resource(String name) {
        try (var in = Reports.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (java.io.IOException unreadable) {
            throw new java.io.UncheckedIOException("cannot read " + name, unreadable);
        }
    }

    /** Text as text, in HTML and in XML, which also lacks two that are no characters. */
    static String escaped(String text) {
        return Printable.lines(text).replace('\uFFFE', '·').replace('\uFFFF', '·')
                .replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;").replace("'", "&#39;");
    }
}
