package workshop.notebook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import workshop.course.Course;
import workshop.course.Source;
import workshop.running.AotCache;
import workshop.running.BrokenProgram;
import workshop.running.LessonCompiler;
import workshop.running.LessonRun;
import workshop.running.Program;

/** A script of {@code lessons/} that a cell has started, as it lies there. */
public final class LessonServer implements AutoCloseable {
    private final Program program;
    private final LessonRun run;

    private LessonServer(Program program, LessonRun run) {
        this.program = program;
        this.run = run;
    }

    /** @param name {@code lesson05} */
    static LessonServer start(Course course, String name, Map<String, String> limits) {
        var script = course.lessons().resolve(name + ".java");
        int lesson = Course.numberOf(script).orElseThrow(() -> new IllegalArgumentException(
                "There is no lesson \"" + name + "\". Write run(\"lesson05\"), say."));
        try (var compiler = new LessonCompiler(course)) {
            Program program = compiler.compile(Source.read(script), lesson);
            try {
                return new LessonServer(program, LessonRun.start(course, program,
                        new AotCache(course, compiler), limits));
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

    public int port() {
        return run.port();
    }

    /** {@code http://127.0.0.1:41234} */
    public String url() {
        return "http://" + LessonRun.HOST + ":" + run.port();
    }

    /** What it has printed until now. */
    public String printed() {
        return run.output().since(0);
    }

    @Override
    public void close() {
        run.close();
        program.close();
    }
}
