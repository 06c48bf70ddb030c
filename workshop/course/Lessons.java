package workshop.course;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How lessons are named on a command line: {@code 3}, {@code 03}, {@code 1-3}, of whose dash an
 * editor may have made a long one.
 */
public final class Lessons {
    private static final Pattern WRITTEN =
            Pattern.compile("\\s*(\\d{1,2})\\s*(?:[-–]\\s*(\\d{1,2})\\s*)?");

    private Lessons() {}

    /** The numbers that one word stands for, whether there are such lessons or not; else none. */
    public static List<Integer> in(String word) {
        Matcher ends = WRITTEN.matcher(word);
        if (!ends.matches()) return List.of();
        int first = Integer.parseInt(ends.group(1));
        int last = ends.group(2) == null ? first : Integer.parseInt(ends.group(2));
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    /**
     * What the words stand for, in order, each once.
     *
     * @param words none: all that are {@code present}
     * @throws CourseException where one names no lesson, or one that is not there
     */
    public static List<Integer> of(List<String> words, List<Integer> present) {
        if (words.isEmpty()) return present;
        var wanted = new TreeSet<Integer>();
        for (String word : words) {
            List<Integer> numbers = in(word);
            if (numbers.isEmpty()) {
                throw new CourseException("“" + word + "” names no lessons.\nWrite 3, or 1,4, or"
                        + " 1-3.");
            }
            numbers.forEach(number -> wanted.add(expect(number, present)));
        }
        return List.copyOf(wanted);
    }

    /**
     * The number itself.
     *
     * @throws CourseException where there is no such lesson
     */
    public static int expect(int number, List<Integer> present) {
        if (present.contains(number)) return number;
        throw new CourseException("there is no lesson " + twoDigits(number)
                + " here.\nThese are here: "
                + present.stream().map(Lessons::twoDigits).collect(Collectors.joining(", ")));
    }

    private static String twoDigits(int number) {
        return String.format(Locale.ROOT, "%02d", number);
    }
}
