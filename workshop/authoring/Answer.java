package workshop.authoring;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import workshop.course.CourseException;
import workshop.course.Region;
import workshop.course.Source;

/**
 * A right answer in another way than the solution's: other structure, other libraries of the JDK.
 * The tests must take it, all exercises of its lesson.
 *
 * @param program a whole program, or the solution with other regions
 */
record Answer(Path file, Source program) {
    private static final Pattern ANSWER = Pattern.compile("// ANSWER  \\S.*");

    /** @throws CourseException where the file is none; the message says what is missing */
    static Answer read(Path file, Source solution) {
        Source source = Source.read(file);
        if (!ANSWER.matcher(source.text().lines().findFirst().orElse("")).matches()) {
            throw new CourseException(file + ":1: its first line is not “// ANSWER  How it differs"
                    + " from the solution.”\nAn answer is a whole program, or some exercises'"
                    + " regions, behind such a line.");
        }
        if (source.regions().isEmpty()) return new Answer(file, source);
        Map<String, String> texts = new HashMap<>();
        for (Region region : source.regions()) {
            if (solution.region(region.id()).isEmpty()) {
                throw new CourseException(file + ":" + region.firstLine() + ": the solution has no"
                        + " exercise " + region.id() + "\nAn answer takes the place of regions of"
                        + " the solution.");
            }
            texts.put(region.id(), region.text());
        }
        return new Answer(file, solution.with(texts));
    }
}
