package workshop.checking;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.course.CourseException;
import workshop.course.ExerciseId;
import workshop.course.Lessons;

/**
 * Which exercises were asked for: of one lesson, in order.
 *
 * @param exercises never empty
 */
public record Selection(ExerciseCatalog lesson, List<ExerciseTests> exercises) {
    /**
     * What the words mean: {@code 05} or {@code 5} a lesson, {@code 1-3} several, {@code 5.2} an
     * exercise with its star, {@code 5.2★} the star.
     *
     * @param words   none: all of {@code present}
     * @param present the lessons that there are
     * @throws CourseException where a word names nothing that there is
     */
    public static List<Selection> of(List<String> words, List<Integer> present) {
        var wanted = new TreeMap<Integer, Set<ExerciseId>>(); // of a lesson; none: all of them
        for (int number : words.isEmpty() ? present : List.<Integer>of()) {
            wanted.put(number, new HashSet<>());
        }
        for (String word : words) {
            List<Integer> lessons = Lessons.in(word);
            lessons.forEach(each -> wanted.computeIfAbsent(each, _ -> new HashSet<>()).clear());
            if (!lessons.isEmpty()) continue;
            ExerciseId id = ExerciseId.parse(word).orElseThrow(() -> new CourseException(
                    "“" + word + "” is neither a lesson nor an exercise."
                    + " Write 03 for a lesson, 3.2 for an exercise, 3.2★ or 3.2s for its star."));
            Set<ExerciseId> ids = wanted.get(id.lesson());
            if (ids != null && ids.isEmpty()) continue; // all of that lesson
            wanted.computeIfAbsent(id.lesson(), _ -> new HashSet<>()).add(id);
        }
        return wanted.entrySet().stream()
                .map(each -> select(each.getKey(), each.getValue(), present)).toList();
    }

    private static Selection select(int number, Set<ExerciseId> ids, List<Integer> present) {
        Lessons.expect(number, present);
        ExerciseCatalog lesson = ExerciseCatalog.of(number).orElseThrow(
                () -> new CourseException(String.format(Locale.ROOT, "lesson %d has no tests yet:"
                        + " tests/Lesson%02dTest.java is missing.", number, number)));
        if (ids.isEmpty()) return new Selection(lesson, lesson.exercises());
        for (ExerciseId id : ids) {
            if (lesson.exercise(id).isPresent()) continue;
            if (id.star() && lesson.exercise(id.core()).isPresent()) {
                throw new CourseException("exercise " + id.core() + " has no star.");
            }
            throw new CourseException("there is no exercise " + id + ". Lesson " + number
                    + " has " + lesson.cores().getFirst().id() + " to "
                    + lesson.cores().getLast().id() + ".");
        }
        return new Selection(lesson, lesson.exercises().stream()
                .filter(each -> ids.contains(each.exercise())
                        || each.isStar() && ids.contains(each.exercise().core())).toList());
    }
}
