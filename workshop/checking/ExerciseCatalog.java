package workshop.checking;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tests.Environment;
import tests.Exercise;
import tests.Star;
import workshop.checking.Verdict.Status;
import workshop.course.ExerciseId;

/**
 * The exercises of one lesson with their tests, as its class declares them; a star is one of them.
 *
 * @param exercises   in the order of their numbers, a star behind its core
 * @param environment what the program is to be started with
 */
public record ExerciseCatalog(int lesson, Class<?> type, List<ExerciseTests> exercises,
                          Map<String, String> environment) {
    /**
     * The tests of one exercise's core, or of its star: what the annotation says, and the nested
     * class that holds them.
     *
     * @param needs those that must be solved for this one: a star needs its core
     */
    public record ExerciseTests(ExerciseId exercise, String title, List<String> hints,
                                String starter, Class<?> type, List<ExerciseId> needs) {
        public ExerciseTests(String id, String title, List<String> hints, String starter,
                Class<?> type) {
            this(ExerciseId.of(id), title, hints, starter, type, List.of());
        }

        /** Those of an annotated class: a core, and behind it a star where a test is marked so. */
        public static List<ExerciseTests> of(Class<?> type) {
            Exercise about = type.getAnnotation(Exercise.class);
            var core = new ExerciseTests(ExerciseId.of(about.id()), about.title(),
                    List.of(about.hints()), about.starter(), type,
                    Stream.of(about.needs()).map(ExerciseId::of).toList());
            if (Stream.of(type.getDeclaredMethods())
                    .noneMatch(test -> test.isAnnotationPresent(Star.class))) return List.of(core);
            List<String> hints = List.of(about.starHints().length > 0 ? about.starHints()
                    : about.hints());
            return List.of(core, new ExerciseTests(core.exercise.asStar(), core.title, hints, "",
                    type, List.of(core.exercise)));
        }

        public String id() {
            return exercise.toString();
        }

        public boolean isStar() {
            return exercise.star();
        }

        /** Of an exercise whose tests were not run. */
        public Verdict unrun(Status status, String message) {
            return new Verdict(id(), title, status, 0, message);
        }
    }

    /** Empty where no tests are written for this lesson. */
    public static Optional<ExerciseCatalog> of(int lesson) {
        try {
            Class<?> type = Class.forName(String.format(Locale.ROOT,
                    "tests.Lesson%02dTest", lesson));
            return Optional.of(
                    new ExerciseCatalog(lesson, type, exercisesOf(type), environmentOf(type)));
        } catch (ClassNotFoundException none) {
            return Optional.empty();
        }
    }

    /** One that stands in the same lesson as {@code one}. */
    static ExerciseTests beside(ExerciseTests one, ExerciseId wanted) {
        return exercisesOf(one.type().getEnclosingClass()).stream()
                .filter(each -> each.exercise().equals(wanted)).findFirst()
                .orElseThrow(() -> new IllegalStateException(one.id() + " needs " + wanted
                        + ", and that is not there"));
    }

    private static List<ExerciseTests> exercisesOf(Class<?> type) {
        return Arrays.stream(type.getDeclaredClasses())
                .filter(nested -> nested.isAnnotationPresent(Exercise.class))
                .flatMap(nested -> ExerciseTests.of(nested).stream())
                .sorted(Comparator.comparing(ExerciseTests::exercise)).toList();
    }

    private static Map<String, String> environmentOf(Class<?> type) {
        Environment wanted = type.getAnnotation(Environment.class);
        if (wanted == null) return Map.of();
        return Arrays.stream(wanted.value()).map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    public Optional<ExerciseTests> exercise(String id) {
        return ExerciseId.parse(id).flatMap(this::exercise);
    }

    public Optional<ExerciseTests> exercise(ExerciseId id) {
        return exercises.stream().filter(each -> each.exercise().equals(id)).findFirst();
    }

    /** Without the stars. */
    public List<ExerciseTests> cores() {
        return exercises.stream().filter(each -> !each.isStar()).toList();
    }

    public List<ExerciseTests> stars() {
        return exercises.stream().filter(ExerciseTests::isStar).toList();
    }

    /** 5 for {@code "5.2"}. */
    public static int lessonOf(String id) {
        return ExerciseId.of(id).lesson();
    }
}
