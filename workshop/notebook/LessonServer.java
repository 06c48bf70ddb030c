package workshop.notebook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import workshop.course.Course;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.LessonRun;
import workshop.running.Program;
import workshop.running.Programs;
import workshop.running.Server;

/** A lesson, or its solution, that a cell has started, as it lies there. */
public final class LessonServer implements Server {
    private final Program program;
    private final LessonRun run;

    private LessonServer(Program program, LessonRun run) {
        this.program = program;
        this.run = run;
    }

    /** @param name {@code lesson05}; {@code solution05} for the same lesson solved */
    static LessonServer start(Course course, String name, Map<String, String> limits) {
        boolean solved = name.startsWith("solution");
        Path script = (solved ? course.solutions() : course.lessons())
                .resolve(name.replace("solution", "lesson") + ".java");
        int lesson = Course.numberOf(script).orElseThrow(() -> new IllegalArgumentException(
                "There is no lesson \"" + name + "\". Write run(\"lesson05\"), say."));
        try (var programs = new Programs(course)) {
            Program program = programs.compile(Source.read(script), lesson);
            try {
                return new LessonServer(program, programs.start(program, limits));
            } catch (BrokenProgram | RuntimeException broken) {
                program.close();
                throw broken;
            }
        } catch (BrokenProgram broken) {
            throw new IllegalStateException(broken.getMessage());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** {@code http://127.0.0.1:41234} */
    public String url() {
        return "http://" + host() + ":" + port();
    }

    /** What it has printed until now. */
    public String printed() {
        return run.output().since(0);
    }

    /** The processor's time that it has taken so far; nothing where the system does not tell. */
    public Duration cpu() {
        return ProcessHandle.of(run.pid()).flatMap(each -> each.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    @Override
    public String host() {
        return run.host();
    }

    @Override
    public int port() {
        return run.port();
    }

    @Override
    public Map<String, String> limits() {
        return run.limits();
    }

    @Override
    public boolean isAlive() {
        return run.isAlive();
    }

    @Override
    public long position() {
        return run.position();
    }

    @Override
    public String words(long since) {
        return run.words(since);
    }

    @Override
    public OptionalInt threads() {
        return run.threads();
    }

    @Override
    public Optional<Client> client(String... arguments) {
        return run.client(arguments);
    }

    @Override
    public void close() {
        run.close();
        program.close();
    }
}
