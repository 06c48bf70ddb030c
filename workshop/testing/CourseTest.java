package workshop.testing;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** This very course holds together: its starters, solutions, mutants, slides and notebooks. */
@Isolated("its programs are judged by the clock, and keep both cores busy by themselves")
class CourseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2_400);

    // All of them take half an hour, and more with each lesson: their authors run
    // `./jbang author check NN`. What is drawn here differs from run to run; in CI from commit to
    // commit, so that whoever sees it fail there can run the same.
    private static final String DRAWN = "16";

    @Test
    @DisplayName("author check finds nothing: starters and mutants fail, solutions pass")
    void authorCheck() {
        Command check = Command.tool("author", "check", "--sample", DRAWN, "--jobs", "3");
        if (System.getenv("CI") != null) {
            String commit = Command.of("git", "rev-parse", "--short=12", "HEAD")
                    .run(PATIENCE).out();
            check = check.with("SEED", "" + Long.parseLong(commit.strip(), 16));
        }
        Command.Result result = check.run(PATIENCE);
        result.out().lines().filter(line -> line.contains("SEED=")).forEach(
                line -> TestAll.tell(line.strip()));
        if (result.exit() == 0) return;
        throw new AssertionError("exit code " + result.exit() + "\n" + result.err()
                + result.out().replaceAll("(?m)^✓.*\n", ""));
    }
}
