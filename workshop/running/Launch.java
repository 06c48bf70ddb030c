package workshop.running;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import workshop.course.Course;

/**
 * All that starts a program, as often as one likes.
 *
 * @param environment added to this process' own
 */
record Launch(Course course, Program program, AotCache caches, Map<String, String> environment) {
    /** A process of its own; both its streams are read as one. */
    Process start(String... arguments) throws IOException {
        return Jvm.start(course, program, caches, environment, List.of(arguments));
    }
}
