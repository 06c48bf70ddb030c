package workshop.walls;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a foreign program cannot reach, and how much it may take. */
public interface Walls {
    /** None: the program is the user's own, and runs as the user does. */
    Walls NONE = new Walls() {};

    /** The walls of one process. */
    default Walls forOne() {
        return this;
    }

    /** The walls of a process that compiles what is to run behind these. */
    default Walls ofCompiler() {
        return forOne();
    }

    /**
     * The words that run {@code command} behind these walls.
     *
     * @param seen        files and folders that it may read, where they are
     * @param written     folders that it may write into
     * @param environment all that it finds in its environment beside PATH, HOME and LANG
     */
    default List<String> around(List<String> command, List<Path> seen, List<Path> written,
            Map<String, String> environment) {
        return command;
    }

    /** Watches a process that was started with those words. */
    default Guard guard(Process process) {
        return Guard.NONE;
    }

    /** How long it may take to compile, or to start; a user's own program {@code seconds}. */
    default long atMost(long seconds) {
        return seconds;
    }
}
