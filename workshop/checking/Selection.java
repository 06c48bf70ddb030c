package workshop.checking;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import workshop.checking.LessonTests.ExerciseTests;
import workshop.course.CourseException;

/**
 * Which exercises were asked for: of one lesson, in order.
 *
 * @param exercises never empty
 */
public record Selection(LessonTests lesson, List<ExerciseTests> exercises) {
    private static final Pattern WORD = Pattern.compile("(\\d{1,2})(?:\\.(\\d{1,2}))?");

    /**
     * What the words mean: {@code 05} or {@code 5} a lesson, {@code 5.2} an exercise.
     *
     * @param words   none: all of {@code present}
     * @param present the lessons that there are
     * @throws CourseException where a word names nothing that there is
     */
    public static List<Selection> of(List<String> words, List<Integer> present) {
        var wanted = new TreeMap<Integer, List<String>>(); // a lesson's ids; none: all of them
        for (int number : words.isEmpty() ? present : List.<Integer>of()) {
            wanted.put(number, new ArrayList<>());
        }
        for (String word : words) {
            var matcher = WORD.matcher(word);
            if (!matcher.matches()) {
                throw new CourseException("“" + word + "” is neither a lesson nor an exercise."
                        + " Write 03 for a lesson, 3.2 for an exercise.");
            }
            int number = Integer.parseInt(matcher.group(1));
            boolean whole = matcher.group(2) == null;
            List<String> ids = wanted.get(number);
            if (ids == null) {
                wanted.put(number, ids = new ArrayList<>());
                if (!whole) ids.add(id(matcher));
            } else if (whole) {
                ids.clear();
            } else if (!ids.isEmpty()) {
                ids.add(id(matcher));
            }
        }
        return wanted.entrySet().stream()
                .map(each -> select(each.getKey(), each.getValue(), present)).toList();
    }

    private static String id(Matcher word) {
        return Integer.parseInt(word.group(1)) + "." + Integer.parseInt(word.group(2));
    }

    private static Selection select(int number, List<String> ids, List<Integer> present) {
        if (!present.contains(number)) {
            String here = present.stream().map("%02d"::formatted).collect(Collectors.joining(", "));
            throw new CourseException("there is no lesson %02d here. These are here: %s"
                    .formatted(number, here));
        }
        LessonTests lesson = LessonTests.of(number).orElseThrow(() -> new CourseException(
                "lesson " + number + " has no tests yet: tests/Lesson%02dTest.java is missing."
                        .formatted(number)));
        if (ids.isEmpty()) return new Selection(lesson, lesson.exercises());
        for (String id : ids) {
            if (lesson.exercise(id).isEmpty()) {
                throw new CourseException("there is no exercise " + id + ". Lesson " + number
                        + " has " + lesson.exercises().getFirst().id() + " to "
                        + lesson.exercises().getLast().id() + ".");
            }
        }
        return new Selection(lesson, lesson.exercises().stream()
                .filter(exercise -> ids.contains(exercise.id())).toList());
    }
}
