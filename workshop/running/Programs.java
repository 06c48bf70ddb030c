package workshop.running;

import java.io.IOException;
import java.util.Map;
import workshop.course.Course;
import workshop.course.Source;

/** Compiles programs and starts them: the one owner of the warm compiler and of all caches. */
public final class Programs implements AutoCloseable {
    private final Course course;
    private final LessonCompiler compiler;
    private final AotCache caches;

    public Programs(Course course) {
        this.course = course;
        this.compiler = new LessonCompiler(course);
        this.caches = new AotCache(course, compiler);
    }

    public Course course() {
        return course;
    }

    /** As {@link LessonCompiler#compile}. */
    public Program compile(Source source, int lesson) throws BrokenProgram {
        return compiler.compile(source, lesson);
    }

    /** Makes sure that all is here which {@code source} needs from elsewhere: its jars. */
    public void fetch(Source source) throws BrokenProgram {
        compiler.prepare(source);
    }

    /**
     * Starts a program on a free port and waits until it listens there.
     *
     * @param environment added to this process' own; the limits that its tests are told
     * @throws BrokenProgram where it ends at once, or does not listen in time
     */
    public LessonRun start(Program program, Map<String, String> environment) throws BrokenProgram {
        return LessonRun.start(new Launch.OfJava(course, program, caches, environment));
    }

    /** The same on a port of one's choice, which must be free. */
    public LessonRun start(Program program, Map<String, String> environment, int port)
            throws BrokenProgram {
        return LessonRun.start(new Launch.OfJava(course, program, caches, environment), port);
    }

    /**
     * Starts a command, {@code "node server.js"}, as {@link #start} does a program: its port is the
     * last of its arguments, and stands in its environment as {@code PORT}.
     */
    public static LessonRun start(String command, Map<String, String> environment)
            throws BrokenProgram {
        return LessonRun.start(Launch.OfCommand.of(command, environment));
    }

    /** What {@code lesson} needs to start quickly; false where that could not be made. */
    public boolean prepare(int lesson) {
        return caches.make(lesson);
    }

    /** The same, beside; returns at once. */
    public void prepareInBackground(int lesson) {
        caches.makeInBackground(lesson);
    }

    @Override
    public void close() throws IOException {
        compiler.close();
    }
}
