package workshop.checking;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tests.Environment;
import tests.Exercise;

/**
 * The tests of one lesson, as its class declares them.
 *
 * @param exercises   in the order of their numbers
 * @param environment what the program is to be started with
 */
public record LessonTests(int lesson, Class<?> type, List<ExerciseTests> exercises,
                          Map<String, String> environment) {
    /** One exercise's tests: what its annotation says, and the nested class that holds them. */
    public record ExerciseTests(String id, String title, List<String> hints, String starter,
                                Class<?> type) {}

    /** Empty where no tests are written for this lesson. */
    public static Optional<LessonTests> of(int lesson) {
        try {
            Class<?> type = Class.forName(String.format("tests.Lesson%02dTest", lesson));
            return Optional.of(
                    new LessonTests(lesson, type, exercisesOf(type), environmentOf(type)));
        } catch (ClassNotFoundException none) {
            return Optional.empty();
        }
    }

    private static List<ExerciseTests> exercisesOf(Class<?> type) {
        return Arrays.stream(type.getDeclaredClasses())
                .filter(nested -> nested.isAnnotationPresent(Exercise.class))
                .map(nested -> {
                    Exercise about = nested.getAnnotation(Exercise.class);
                    return new ExerciseTests(about.id(), about.title(), List.of(about.hints()),
                            about.starter(), nested);
                })
                .sorted(Comparator.comparingInt(exercise -> numberWithin(exercise.id())))
                .toList();
    }

    private static Map<String, String> environmentOf(Class<?> type) {
        Environment wanted = type.getAnnotation(Environment.class);
        if (wanted == null) return Map.of();
        return Arrays.stream(wanted.value()).map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    public Optional<ExerciseTests> exercise(String id) {
        return exercises.stream().filter(exercise -> exercise.id().equals(id)).findFirst();
    }

    /** 5 for {@code "5.2"}. */
    public static int lessonOf(String id) {
        return Integer.parseInt(id.substring(0, id.indexOf('.')));
    }

    /** 2 for {@code "5.2"}. */
    static int numberWithin(String id) {
        return Integer.parseInt(id.substring(id.indexOf('.') + 1));
    }

    /** {@code "A=1,B=2"}, as a test's Target reads it. */
    String limits() {
        return environment.entrySet().stream().map(Map.Entry::toString).sorted()
                .collect(Collectors.joining(","));
    }
}
