package workshop.checking;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tests.Starter;
import workshop.checking.LessonTests.ExerciseTests;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.running.AotCache;
import workshop.running.BrokenProgram;
import workshop.running.ClientRun;
import workshop.running.LessonCompiler;
import workshop.running.LessonRun;
import workshop.running.Program;

/**
 * From a script, or a running server, to verdicts. One server serves all exercises of a lesson; a
 * fresh one is started after an exercise that failed, for that one may have left it unwell. Only
 * a first {@link #look} does without.
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
     * Compiles {@code source} and checks it; an exercise that cannot be judged is BROKEN.
     *
     * @param exercises of one lesson, all of them or some
     * @param each      is told each verdict as soon as it is known
     * @return the verdicts in the order of the exercises
     */
    public List<Verdict> check(Source source, LessonTests lesson, List<ExerciseTests> exercises,
            Consumer<Verdict> each) {
        Predicate<Verdict> all = verdict -> {
            each.accept(verdict);
            return true;
        };
        try (Program program = compiler.compile(source, lesson.lesson())) {
            return check(program, lesson, exercises, all);
        } catch (BrokenProgram broken) {
            return broken(exercises, broken.getMessage(), all);
        }
    }

    /**
     * Checks a compiled program.
     *
     * @param each is told each verdict as soon as it is known; where it says false, that was the
     *             last exercise to be checked
     */
    public List<Verdict> check(Program program, LessonTests lesson, List<ExerciseTests> exercises,
            Predicate<Verdict> each) {
        return check(program, lesson, exercises, true, each);
    }

    /**
     * As {@link #check}, but goes on with the same server after a failure, as long as that one
     * lives: to start one costs more than most exercises. So what fails after a failure may be
     * right.
     */
    public List<Verdict> look(Program program, LessonTests lesson, List<ExerciseTests> exercises,
            Predicate<Verdict> each) {
        return check(program, lesson, exercises, false, each);
    }

    private List<Verdict> check(Program program, LessonTests lesson,
            List<ExerciseTests> exercises, boolean freshAfterFailure, Predicate<Verdict> each) {
        var verdicts = new ArrayList<Verdict>();
        var open = new ArrayDeque<>(exercises);
        try (var servers = new Servers(program, lesson, freshAfterFailure)) {
            var turns = new Turns(servers, freshAfterFailure);
            for (boolean goOn = true; goOn && !open.isEmpty(); open.remove()) {
                verdicts.add(turns.judge(open.element()));
                goOn = each.test(verdicts.getLast());
            }
        } catch (BrokenProgram broken) {
            verdicts.addAll(broken(List.copyOf(open), broken.getMessage(), each));
        }
        return verdicts;
    }

    /** The server that runs now: another one, where the last has ended or become unwell. */
    private final class Servers implements Judging, AutoCloseable {
        private final Program program;
        private final LessonTests lesson;
        private final boolean freshAfterFailure;
        private LessonRun run;

        Servers(Program program, LessonTests lesson, boolean freshAfterFailure) {
            this.program = program;
            this.lesson = lesson;
            this.freshAfterFailure = freshAfterFailure;
        }

        @Override
        public Verdict judge(ExerciseTests exercise) throws BrokenProgram {
            return freshAfterFailure ? fairly(this::once, exercise) : once(exercise);
        }

        private Verdict once(ExerciseTests exercise) throws BrokenProgram {
            if (run == null) {
                run = LessonRun.start(course, program, caches, lesson.environment());
            }
            LessonRun asked = run;
            long before = asked.output().position();
            Verdict verdict = judge.judge(exercise, LessonRun.HOST, asked.port(), lesson.limits(),
                    starter(program, lesson, asked), () -> besideFailure(asked, before));
            if (!asked.isAlive() || !verdict.passed() && freshAfterFailure) close();
            return verdict;
        }

        @Override
        public void close() {
            if (run != null) run.close();
            run = null;
        }
    }

    /**
     * What fails while the machine did not give the judge its turns is judged once more; where it
     * fails again, whoever reads that is told how busy the machine was.
     */
    private static Verdict fairly(Judging judging, ExerciseTests exercise) throws BrokenProgram {
        Stalls first = Stalls.watch();
        Verdict verdict = watched(first, judging, exercise);
        if (verdict.status() != Status.FAILED || !first.spoilt()) return verdict;
        Stalls second = Stalls.watch();
        Verdict again = watched(second, judging, exercise);
        if (again.status() != Status.FAILED || !second.spoilt()) return again;
        return new Verdict(again.id(), again.title(), again.status(), again.millis(),
                again.message() + "\n" + second.words() + "; it was judged twice");
    }

    private static Verdict watched(Stalls stalls, Judging judging, ExerciseTests exercise)
            throws BrokenProgram {
        try {
            return judging.judge(exercise);
        } finally {
            stalls.end();
        }
    }

    /** The tests know nothing of how a program is run. */
    private Starter starter(Program program, LessonTests lesson, LessonRun run) {
        return new Starter() {
            @Override
            public Started start(String... arguments) {
                return started(ClientRun.start(course, program, caches, lesson.environment(),
                        arguments));
            }

            @Override
            public OptionalInt threads() {
                return run.threads();
            }
        };
    }

    private static Starter.Started started(ClientRun run) {
        return new Starter.Started() {
            @Override
            public String output() {
                return run.output();
            }

            @Override
            public boolean isAlive() {
                return run.isAlive();
            }

            @Override
            public void close() {
                run.close();
            }
        };
    }

    /** What holds of exercises whose program is broken. */
    public static List<Verdict> broken(List<ExerciseTests> exercises, String message,
            Predicate<Verdict> each) {
        var verdicts = new ArrayList<Verdict>();
        for (ExerciseTests exercise : exercises) {
            verdicts.add(new Verdict(exercise.id(), exercise.title(), Status.BROKEN, 0,
                    message));
            if (!each.test(verdicts.getLast())) break;
        }
        return verdicts;
    }

    private static String besideFailure(LessonRun run, long before) {
        String ended = run.endedWords();
        return (ended.isEmpty() ? "" : "\n" + ended) + run.printed(before);
    }

    /**
     * Checks a server that somebody else started.
     *
     * @param limits  what it was started with, {@code "IDLE_MS=1500"}; empty where that is unknown
     * @param starter starts it as a client; null where that cannot be done: such exercises are
     *                skipped
     * @throws CourseException where nobody listens there
     */
    public static List<Verdict> check(URI server, String limits, Starter starter,
            List<ExerciseTests> exercises, Consumer<Verdict> each) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), CONNECT_MS);
        } catch (IOException nobody) {
            throw new CourseException("nobody listens at " + server + ": " + nobody.getMessage()
                    + "\nStart the program first; it prints its address when it listens.");
        }
        var judge = new Judge();
        Judging there = exercise -> judge.judge(exercise, server.getHost(), server.getPort(),
                limits, starter, () -> "");
        var turns = new Turns(exercise -> fairly(there, exercise), true);
        var verdicts = new ArrayList<Verdict>();
        try {
            for (ExerciseTests exercise : exercises) {
                verdicts.add(turns.judge(exercise));
                each.accept(verdicts.getLast());
            }
        } catch (BrokenProgram impossible) {
            throw new AssertionError("it was started by somebody else", impossible);
        }
        return verdicts;
    }
}
