package workshop.testing;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** This very course holds together: its starters, solutions, mutants, slides and notebooks. */
@Isolated("its programs are judged by the clock, and keep both cores busy by themselves")
class CourseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2_400);

    @Test
    @DisplayName("author check finds nothing: starters fail, solutions pass, mutants fail")
    void authorCheck() {
        Command.Result result = Command.tool("author", "check").run(PATIENCE);
        if (result.exit() == 0) return;
        throw new AssertionError("exit code " + result.exit() + "\n" + result.err()
                + result.out().replaceAll("(?m)^✓.*\n", ""));
    }
}
