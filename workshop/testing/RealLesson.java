package workshop.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import tests.Starter;
import tests.Target;
import tests.clients.RawClient;
import workshop.course.Course;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.LessonRun;
import workshop.running.Program;
import workshop.running.Programs;

/** A lesson of this course that runs, on a port of its own. */
public final class RealLesson implements AutoCloseable {
    private final Programs programs;
    private final Program program;
    private final LessonRun run;

    private RealLesson(Path folder, int number, Map<String, String> environment) {
        this(Source.read(Course.script(folder, number)), number, environment);
    }

    private RealLesson(Source source, int number, Map<String, String> environment) {
        programs = new Programs(MadeUp.real());
        try {
            program = programs.compile(source, number);
            run = programs.start(program, environment);
        } catch (BrokenProgram broken) {
            throw new AssertionError(broken.getMessage(), broken);
        }
    }

    public static RealLesson solution(int number) {
        return new RealLesson(MadeUp.real().solutions(), number, Map.of());
    }

    /** @param environment its limits, as {@code "HEARTBEAT_MS"} */
    public static RealLesson solution(int number, Map<String, String> environment) {
        return new RealLesson(MadeUp.real().solutions(), number, environment);
    }

    public static RealLesson starter(int number) {
        return new RealLesson(MadeUp.real().lessons(), number, Map.of());
    }

    /** A program that stands in the place of a lesson, and has its port as its argument. */
    public static RealLesson text(int number, String text) {
        return new RealLesson(Source.of(Course.script(MadeUp.real().lessons(), number), text),
                number, Map.of());
    }

    public LessonRun run() {
        return run;
    }

    public int port() {
        return run.port();
    }

    public String url(String path) {
        return "http://" + LessonRun.HOST + ":" + run.port() + path;
    }

    /** As its exercises' tests see it, but nobody can start it, or a client of it, anew. */
    public Target target() {
        return new Target(LessonRun.HOST, port(), Map.of(), new Random(), Starter.NONE);
    }

    public RawClient connect() {
        return RawClient.connect(LessonRun.HOST, run.port());
    }

    @Override
    public void close() throws IOException {
        run.close();
        program.close();
        programs.close();
    }
}
