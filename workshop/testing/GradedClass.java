package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import workshop.course.Course;

/** A class that is made up for a test: what it hands in, and what {@code grade} makes of it. */
abstract class GradedClass {
    static final Course COURSE = MadeUp.real();
    static final Duration PATIENCE = Duration.ofMinutes(5);
    static final String BROKEN = "void main() { nothing(); }\n"; // the quickest verdict

    @TempDir
    Path folder;

    Path handedIn;
    Path out;

    @BeforeEach
    void prepare() throws IOException {
        handedIn = Files.createDirectories(folder.resolve("class"));
        out = folder.resolve("out");
    }

    Command.Result grade(String... options) {
        return command(options).run(PATIENCE);
    }

    Command.Running start(String... options) {
        return command(options).start();
    }

    /** One job unless a test wants more: each has to start a judge and a compiler of its own. */
    Command command(String... options) {
        var words = new ArrayList<>(
                List.of("grade", handedIn.toString(), "--out", out.toString()));
        words.addAll(List.of(options));
        if (!words.contains("--jobs")) words.addAll(List.of("--jobs", "1"));
        if (!WallsHere.MISSING.isEmpty()) words.add("--unsafe");
        return Command.tool(words.toArray(String[]::new)).in(COURSE.root());
    }

    Path handIn(String learner, String file, String text) throws IOException {
        Path path = Files.createDirectories(handedIn.resolve(learner)).resolve(file);
        return Files.writeString(path, text);
    }

    String csv() throws IOException {
        String text = Files.readString(out.resolve("grades.csv"));
        assertTrue(text.startsWith("\uFEFF"), "only so Excel takes it for UTF-8");
        return text.substring(1).replace("\r\n", "\n");
    }
}
