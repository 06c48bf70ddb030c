package workshop.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** How fast the workshop promises to be. Each time is printed, whether it will do or not. */
@Isolated("it measures time")
class BarsTest {
    private static final double COLD_CHECK_S = 15; // for the first three lessons, on two cores

    @Test
    @DisplayName("check of solutions 01 to 03, without any cache, takes less than 15 s")
    void coldCheck(@TempDir Path folder) throws IOException {
        Path copy = CommandsTest.copyOfCourse(folder);
        long start = System.nanoTime();
        Command.tool("check", "01", "02", "03", "--dir", "solutions").in(copy)
                .run(Duration.ofSeconds(180)).expectExit(0);
        expectAtMost(COLD_CHECK_S, "a cold check", start);
    }

    private static void expectAtMost(double limit, String what, long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        TestAll.tell(String.format(Locale.ROOT, "%s took %.1f s; it may take %.0f s", what, seconds,
                limit));
        Bar.expect(seconds <= limit, String.format(Locale.ROOT,
                "%s took %.1f s instead of %.0f s", what, seconds, limit));
    }
}
