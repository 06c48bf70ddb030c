package workshop.course;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an exercise is called: {@code 5.2} its core, {@code 5.2★} its star. In their order: the
 * star follows its core.
 */
public record ExerciseId(int lesson, int number, boolean star) implements Comparable<ExerciseId> {
    /** A core's id, for patterns that contain one. */
    public static final String PATTERN = "\\d{1,2}\\.\\d{1,2}";

    private static final String STAR = "★";
    // Not every keyboard, file system or terminal has the star.
    private static final Pattern WRITTEN =
            Pattern.compile("(\\d{1,2})\\.(\\d{1,2})(" + STAR + "|s|\\*)?");
    private static final Comparator<ExerciseId> ORDER = Comparator
            .comparingInt(ExerciseId::lesson).thenComparingInt(ExerciseId::number)
            .thenComparing(ExerciseId::star);

    /** Of {@code 5.2}, {@code 05.2}, {@code 5.2★}, {@code 5.2s} or {@code 5.2*}. */
    public static Optional<ExerciseId> parse(String written) {
        Matcher id = WRITTEN.matcher(written);
        return id.matches() ? Optional.of(new ExerciseId(Integer.parseInt(id.group(1)),
                Integer.parseInt(id.group(2)), id.group(3) != null)) : Optional.empty();
    }

    /** @throws IllegalArgumentException where it is none */
    public static ExerciseId of(String written) {
        return parse(written).orElseThrow(
                () -> new IllegalArgumentException("“" + written + "” is no exercise's id"));
    }

    /** The exercise itself, without what goes beyond: its region bears this id. */
    public ExerciseId core() {
        return new ExerciseId(lesson, number, false);
    }

    public ExerciseId asStar() {
        return new ExerciseId(lesson, number, true);
    }

    @Override
    public int compareTo(ExerciseId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return lesson + "." + number + (star ? STAR : "");
    }
}
