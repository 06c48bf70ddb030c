package workshop.learning;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import workshop.checking.Checker;
import workshop.checking.LessonTests;
import workshop.checking.LessonTests.ExerciseTests;
import workshop.checking.TextReport;
import workshop.checking.Verdict;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.running.AotCache;
import workshop.running.BrokenProgram;
import workshop.running.LessonCompiler;
import workshop.running.LessonRun;
import workshop.running.Program;

/**
 * {@code ./jbang start}: finds the first unsolved exercise, keeps its lesson running on the
 * lesson's own port, and checks it again on each save, until all is solved.
 */
public final class LearnersLoop implements AutoCloseable {
    private final Course course;
    private final PrintStream out;
    private final LessonCompiler compiler;
    private final AotCache caches;
    private final Checker checker;

    // The lesson as the learner uses it; it outlives a save that does not compile.
    private Program program;
    private LessonRun running;

    public LearnersLoop(Course course, PrintStream out) {
        this.course = course;
        this.out = out;
        this.compiler = new LessonCompiler(course);
        this.caches = new AotCache(course, compiler);
        this.checker = new Checker(course, compiler, caches);
    }

    /** Returns when every exercise is solved. */
    public void run() throws IOException, InterruptedException {
        List<LessonTests> lessons = Course.numbersIn(course.lessons()).stream()
                .map(LessonTests::of).flatMap(Optional::stream).toList();
        out.printf("Sockets to Rooms: %d exercises in %d lessons. Ctrl-C ends.%n",
                lessons.stream().mapToInt(lesson -> lesson.exercises().size()).sum(),
                lessons.size());
        // What later lessons need is fetched now, while there may still be a network.
        Thread.ofPlatform().daemon().name("prepare the lessons").start(
                () -> lessons.forEach(lesson -> caches.make(lesson.lesson())));
        try (var saves = new Saves(course.lessons())) {
            for (LessonTests lesson : lessons) learn(lesson, saves);
        }
        out.printf("%nAll exercises are solved. Now read the solutions beside yours.%n");
    }

    /** Returns when all exercises of this lesson are solved. */
    private void learn(LessonTests lesson, Saves saves) throws InterruptedException {
        Path script = Course.script(course.lessons(), lesson.lesson());
        out.printf("%nLesson %02d  %s%n", lesson.lesson(), Course.shown(script));
        List<ExerciseTests> open = lesson.exercises();
        String text = null;
        ExerciseTests told = null;
        while (!open.isEmpty()) {
            if (text != null) out.printf("waiting for your next save (Ctrl-C ends)%n");
            text = saves.await(script, text);
            open = check(lesson, script, text, open);
            if (!open.isEmpty() && open.getFirst() != told) {
                told = open.getFirst();
                sayNext(told, lesson, script, text);
            }
        }
        stopRunning();
    }

    /** Checks exercises in order up to the first unsolved; gives those that stay open. */
    private List<ExerciseTests> check(LessonTests lesson, Path script, String text,
            List<ExerciseTests> open) {
        var report = new TextReport(out);
        List<Verdict> verdicts;
        try {
            Program compiled = compiler.compile(Source.of(script, text), lesson.lesson());
            verdicts = checker.check(compiled, lesson, open, verdict -> {
                // An editor may write a file in two steps: only the last one is told about.
                if (verdict.passed() || text.equals(Saves.read(script))) report.add(verdict);
                return verdict.passed();
            });
            out.flush();
            keepRunning(lesson, compiled);
        } catch (BrokenProgram | CourseException broken) {
            verdicts = Checker.broken(open.subList(0, 1), broken.getMessage(), verdict -> false);
            if (text.equals(Saves.read(script))) report.add(verdicts.getFirst());
        }
        int solved = (int) verdicts.stream().filter(Verdict::passed).count();
        return open.subList(solved, open.size());
    }

    private void sayNext(ExerciseTests next, LessonTests lesson, Path script, String text) {
        String line = Source.of(script, text).region(next.id())
                .map(region -> ":" + region.firstLine()).orElse("");
        out.printf("%nnext   %s  %s%n       write in %s%s%n       stuck? ./jbang hint %s%n",
                next.id(), next.title(), Course.shown(script), line, next.id());
        if (running != null) out.printf("       %s%n", howToUse(lesson.lesson(), running.port()));
    }

    private String howToUse(int lesson, int port) {
        String name = Course.name(lesson);
        return Files.exists(course.lessons().resolve("web").resolve(name + ".html"))
                ? "it runs: open http://" + LessonRun.HOST + ":" + port
                : "it runs: speak to it with ./jbang " + name + " client " + LessonRun.HOST
                  + " " + port;
    }

    /** Puts the newest version in the place of the one that runs. */
    private void keepRunning(LessonTests lesson, Program newest) {
        stopRunning();
        program = newest;
        try {
            running = LessonRun.start(course, newest, caches, Map.of(),
                    Course.port(lesson.lesson()));
        } catch (BrokenProgram onItsPort) {
            try {
                running = LessonRun.start(course, newest, caches, Map.of());
                out.printf("port %d is taken by another program, so the lesson runs on %d%n",
                        Course.port(lesson.lesson()), running.port());
            } catch (BrokenProgram anywhere) {
                running = null; // the verdict has just said why
            }
        }
    }

    private void stopRunning() {
        if (running != null) running.close();
        if (program != null) program.close();
        running = null;
        program = null;
    }

    @Override
    public void close() throws IOException {
        stopRunning();
        compiler.close();
    }
}
