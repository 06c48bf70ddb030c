package workshop.testing;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import workshop.course.Course;

/** This very course holds together: its starters, solutions, mutants, slides and notebooks. */
@Isolated("its programs are judged by the clock, and keep both cores busy by themselves")
class CourseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2_400);

    @Test
    @DisplayName("author check finds nothing in lessons 01 to 03: mutants fail, too")
    void authorCheck() {
        expectNothing("01", "02", "03");
    }

    // The mutants of the lessons that wait would take a quarter of an hour more: their authors run
    // `./jbang author check NN`.
    @Test
    @DisplayName("author check finds nothing in the others: starters fail, solutions pass")
    void withoutMutants() {
        expectNothing(Stream.concat(
                Course.numbersIn(MadeUp.real().lessons()).stream().filter(number -> number > 3)
                        .map(number -> String.format("%02d", number)),
                Stream.of("--no-mutants")).toArray(String[]::new));
    }

    private static void expectNothing(String... words) {
        String[] command = Stream.concat(Stream.of("author", "check"), Stream.of(words))
                .toArray(String[]::new);
        Command.Result result = Command.tool(command).run(PATIENCE);
        if (result.exit() == 0) return;
        throw new AssertionError("exit code " + result.exit() + "\n" + result.err()
                + result.out().replaceAll("(?m)^✓.*\n", ""));
    }
}
