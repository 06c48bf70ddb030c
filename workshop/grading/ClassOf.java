package workshop.grading;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import workshop.checking.ExerciseCatalog;
import workshop.checking.Verdict;
import workshop.course.CourseException;
import workshop.course.ExerciseId;

/**
 * Whose work is graded, and what it is worth; kept in {@code OUT/class.json}.
 *
 * @param lessons the numbers of those that are graded
 * @param points  of an exercise; one where it is not named
 * @param names   of the learners in the roster, by id; empty where there is none
 * @param due     ISO-8601; null: whenever
 * @param late    percent of a lesson's points for each day, or part of one, behind {@code due}
 * @param shard   {@code 3/20} where this is a part of the class; else null
 */
record ClassOf(List<Integer> lessons, Map<String, Double> points, Map<String, String> names,
               String due, int late, List<Learner> learners, String shard) {
    /** One who handed something in. */
    record Learner(String id, List<String> notes) {}

    /** An id as it is compared: a Mac writes an ö of a file's name as an o and two dots. */
    static String composed(String id) {
        return Normalizer.normalize(id, Normalizer.Form.NFC);
    }

    /** Rows {@code id,name}, or with other columns: a first line says which is which. */
    static Map<String, String> roster(Path file) {
        var names = new LinkedHashMap<String, String>();
        for (Pair row : pairs(file, "id", "name")) {
            if (row.first.isEmpty()) {
                throw new CourseException(row.at + ": the row has no id.\nAn id is the name of a"
                        + " learner's folder or zip: ada,Ada Lovelace");
            }
            if (names.put(composed(row.first), row.second) != null) {
                throw new CourseException(row.at + ": " + row.first + " is there twice.");
            }
        }
        return names;
    }

    /** Rows {@code id,points}. */
    static Map<String, Double> points(Path file) {
        var points = new LinkedHashMap<String, Double>();
        for (Pair row : pairs(file, "id", "points")) {
            try {
                double value = Double.parseDouble(row.second.replace(',', '.'));
                if (!(value >= 0 && value < 1e6)) throw new NumberFormatException();
                ExerciseId id = ExerciseId.of(row.first);
                boolean known = ExerciseCatalog.of(id.lesson()).orElseThrow().exercise(id)
                        .isPresent();
                if (!known || points.put(id.toString(), value) != null) {
                    throw new NumberFormatException();
                }
            } catch (RuntimeException wrong) {
                throw new CourseException(row.at + ": “" + row.first + "," + row.second
                        + "” gives no points to an exercise, or once more to one that has some."
                        + "\nWrite lines such as 3.2,5 below the line id,points.");
            }
        }
        return points;
    }

    /** @param at the file and the line, for messages */
    private record Pair(String at, String first, String second) {}

    private static List<Pair> pairs(Path file, String first, String second) {
        try {
            List<Csv.Row> rows = Csv.rows(Files.readString(file));
            if (rows.isEmpty()) return List.of();
            List<String> head = rows.getFirst().values().stream()
                    .map(each -> each.toLowerCase(Locale.ROOT)).toList();
            boolean headed = head.contains(first) || head.contains(second);
            int one = Math.max(0, head.indexOf(first));
            int other = head.contains(second) ? head.indexOf(second) : 1;
            return rows.stream().skip(headed ? 1 : 0).map(row -> new Pair(file + ":" + row.line(),
                    value(row, one), value(row, other))).toList();
        } catch (CourseException odd) {
            throw new CourseException(file + ": " + odd.getMessage());
        } catch (NoSuchFileException none) {
            throw new CourseException("there is no file " + file);
        } catch (CharacterCodingException other) {
            throw new CourseException(file + " is not UTF-8 text.\nA spreadsheet writes it as"
                    + " “CSV UTF-8”.");
        } catch (IOException unreadable) {
            throw new CourseException("cannot read " + file + ": " + unreadable.getMessage());
        }
    }

    private static String value(Csv.Row row, int column) {
        return column < row.values().size() ? row.values().get(column) : "";
    }

    /** One point, unless the teacher says otherwise; a star none. */
    double worth(String exercise) {
        return points.getOrDefault(exercise, ExerciseId.of(exercise).star() ? 0.0 : 1.0);
    }

    /** What is left of a lesson's points: 1 in time, 0.8 after two days at 10 percent. */
    double left(Grade grade) {
        if (due == null || late == 0) return 1;
        Duration behind = Duration.between(Instant.parse(due), Instant.parse(grade.when()));
        if (!behind.isPositive()) return 1;
        long days = (behind.toMillis() + 86_399_999) / 86_400_000;
        return Math.max(0, 1 - days * late / 100.0);
    }

    double earned(Grade grade) {
        return left(grade) * grade.exercises().stream().filter(Verdict::passed)
                .mapToDouble(exercise -> worth(exercise.id())).sum();
    }

    double most() {
        return exercises().stream().mapToDouble(exercise -> worth(exercise.id())).sum();
    }

    List<ExerciseCatalog.ExerciseTests> exercises() {
        return lessons.stream().map(ExerciseCatalog::of).flatMap(Optional::stream)
                .flatMap(lesson -> lesson.exercises().stream()).toList();
    }

    String name(String learner) {
        return names.getOrDefault(learner, "");
    }

    /** Empty also where it says no more than the id. */
    String otherName(String learner) {
        return name(learner).equals(learner) ? "" : name(learner);
    }

    boolean isUnknown(String learner) {
        return !names.isEmpty() && !names.containsKey(learner);
    }

    /** In the roster, and nothing came; of a part of a class that cannot be told. */
    List<String> missing() {
        if (shard != null) return List.of();
        var missing = new ArrayList<>(names.keySet());
        learners.forEach(learner -> missing.remove(learner.id()));
        return missing;
    }

    static String number(double value) {
        double rounded = Math.round(value * 100) / 100.0;
        return rounded == Math.rint(rounded) ? "" + (long) rounded : "" + rounded;
    }
}
