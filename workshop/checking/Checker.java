package workshop.checking;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import workshop.checking.LessonTests.ExerciseTests;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.running.AotCache;
import workshop.running.BrokenProgram;
import workshop.running.LessonCompiler;
import workshop.running.LessonRun;
import workshop.running.Program;

/**
 * From a script, or a running server, to verdicts. One server serves all exercises of a lesson; a
 * fresh one is started after an exercise that failed, for that one may have left it unwell.
 */
public final class Checker {
    private static final int CONNECT_MS = 2_000;

    private final Course course;
    private final LessonCompiler compiler;
    private final AotCache caches;
    private final Judge judge = new Judge();

    public Checker(Course course, LessonCompiler compiler, AotCache caches) {
        this.course = course;
        this.compiler = compiler;
        this.caches = caches;
    }

    /**
     * Checks the program in {@code source}.
     *
     * @param exercises of one lesson, all of them or some
     * @param each      is told each verdict as soon as it is known
     * @return the verdicts in the order of the exercises
     */
    public List<Verdict> check(Source source, LessonTests lesson, List<ExerciseTests> exercises,
            Consumer<Verdict> each) {
        var verdicts = new ArrayList<Verdict>();
        try (Program program = compiler.compile(source, lesson.lesson())) {
            for (int i = 0; i < exercises.size(); ) {
                i = checkWithOneServer(program, lesson, exercises, i, verdicts, each);
            }
        } catch (BrokenProgram broken) {
            for (ExerciseTests exercise : exercises.subList(verdicts.size(), exercises.size())) {
                tell(new Verdict(exercise.id(), exercise.title(), Status.BROKEN, 0,
                        broken.getMessage()), verdicts, each);
            }
        }
        return verdicts;
    }

    /** Judges from exercise {@code i} on until one fails; gives the next that is to be judged. */
    private int checkWithOneServer(Program program, LessonTests lesson,
            List<ExerciseTests> exercises, int i, List<Verdict> verdicts, Consumer<Verdict> each)
            throws BrokenProgram {
        try (LessonRun run = LessonRun.start(course, program, caches, lesson.environment())) {
            boolean well = true;
            while (well && i < exercises.size()) {
                long before = run.output().position();
                Verdict verdict = judge.judge(exercises.get(i), LessonRun.HOST, run.port(),
                        lesson.limits(), () -> besideFailure(run, before));
                well = verdict.passed() && run.isAlive();
                tell(verdict, verdicts, each);
                i++;
            }
        }
        return i;
    }

    private static String besideFailure(LessonRun run, long before) {
        String ended = run.endedWords();
        return (ended.isEmpty() ? "" : "\n" + ended) + run.printed(before);
    }

    private static void tell(Verdict verdict, List<Verdict> verdicts, Consumer<Verdict> each) {
        verdicts.add(verdict);
        each.accept(verdict);
    }

    /**
     * Checks a server that somebody else started.
     *
     * @param limits what it was started with, {@code "IDLE_MS=1500"}; empty where that is unknown
     * @throws CourseException where nobody listens there
     */
    public static List<Verdict> check(URI server, String limits, List<ExerciseTests> exercises,
            Consumer<Verdict> each) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), CONNECT_MS);
        } catch (IOException nobody) {
            throw new CourseException("nobody listens at " + server + ": " + nobody.getMessage()
                    + "\nStart the program first; it prints its address when it listens.");
        }
        var judge = new Judge();
        var verdicts = new ArrayList<Verdict>();
        for (ExerciseTests exercise : exercises) {
            tell(judge.judge(exercise, server.getHost(), server.getPort(), limits, () -> ""),
                    verdicts, each);
        }
        return verdicts;
    }
}
