package workshop.running;

import java.nio.file.Path;
import java.util.List;
import workshop.walls.Walls;

/**
 * A compiled lesson, ready to be started as often as one likes.
 *
 * @param mainClass {@code lesson03}, or what a learner has called it
 * @param jars      its dependencies
 * @param given     the jar of what is given to it; none where nothing is
 * @param classes   the folder with its classes and {@code //FILES}; {@link #close} removes it
 * @param options   for the JVM, from {@code //RUNTIME_OPTIONS}
 * @param walls     what it runs behind
 */
public record Program(String mainClass, List<Path> jars, List<Path> given, Path classes,
                      List<String> options, Walls walls) implements AutoCloseable {
    Program(String mainClass, List<Path> jars, List<Path> given, Path classes,
            List<String> options) {
        this(mainClass, jars, given, classes, options, Walls.NONE);
    }

    /** Removes what the compiler wrote. A program that still runs may miss classes from then on. */
    @Override
    public void close() {
        Folders.delete(classes);
    }
}
