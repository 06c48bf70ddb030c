package workshop.checking;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.checking.Verdict.Status;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.Program;
import workshop.running.Programs;
import workshop.running.Server;

/**
 * From a script, or a running server, to verdicts. One server serves all exercises of a lesson; a
 * fresh one is started after an exercise that failed, for that one may have left it unwell. Only
 * a first {@link #look} does without.
 */
public final class Checker {
    private static final int CONNECT_MS = 2_000;

    private final Programs programs;
    private final Judge judge = new Judge();

    public Checker(Programs programs) {
        this.programs = programs;
    }

    @FunctionalInterface
    private interface Start {
        Server now() throws BrokenProgram;
    }

    private enum Kind {
        /** Started for its verdicts, and anew after each failure. */
        FRESH,
        /** Started once, unless it ends. */
        LOOKED_AT,
        /** Somebody else's, to be left as it is. */
        RUNNING
    }

    /**
     * Compiles {@code source} and checks it; an exercise that cannot be judged is BROKEN.
     *
     * @param exercises of one lesson, all of them or some
     * @param each      is told each verdict as soon as it is known
     * @return the verdicts in the order of the exercises
     */
    public List<Verdict> check(Source source, ExerciseCatalog lesson, List<ExerciseTests> exercises,
            Consumer<Verdict> each) {
        Predicate<Verdict> all = verdict -> {
            each.accept(verdict);
            return true;
        };
        try (Program program = programs.compile(source, lesson.lesson())) {
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
    public List<Verdict> check(Program program, ExerciseCatalog lesson,
            List<ExerciseTests> exercises, Predicate<Verdict> each) {
        return check(judge, Kind.FRESH, () -> programs.start(program, lesson.environment()),
                exercises, each);
    }

    /** Checks a program in any language, which {@code command} starts. */
    public static List<Verdict> check(String command, ExerciseCatalog lesson,
            List<ExerciseTests> exercises, Consumer<Verdict> each) {
        return check(new Judge(), Kind.FRESH, () -> Programs.start(command, lesson.environment()),
                exercises, verdict -> {
                    each.accept(verdict);
                    return true;
                });
    }

    /**
     * As {@link #check}, but goes on with the same server after a failure, as long as that one
     * lives: to start one costs more than most exercises. So what fails after a failure may be
     * right.
     */
    public List<Verdict> look(Program program, ExerciseCatalog lesson,
            List<ExerciseTests> exercises, Predicate<Verdict> each) {
        return check(judge, Kind.LOOKED_AT, () -> programs.start(program, lesson.environment()),
                exercises, each);
    }

    private static List<Verdict> check(Judge judge, Kind kind, Start start,
            List<ExerciseTests> exercises, Predicate<Verdict> each) {
        var verdicts = new ArrayList<Verdict>();
        var open = new ArrayDeque<>(exercises);
        try (var servers = new Servers(judge, kind, start)) {
            var turns = new Turns(servers, kind != Kind.LOOKED_AT);
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
    private static final class Servers implements Judging, AutoCloseable {
        private final Judge judge;
        private final Kind kind;
        private final Start start;
        private Server running;

        Servers(Judge judge, Kind kind, Start start) {
            this.judge = judge;
            this.kind = kind;
            this.start = start;
        }

        @Override
        public Verdict judge(ExerciseTests exercise) throws BrokenProgram {
            return kind == Kind.LOOKED_AT ? once(exercise) : fairly(this::once, exercise);
        }

        private Verdict once(ExerciseTests exercise) throws BrokenProgram {
            if (running == null) running = start.now();
            Verdict verdict = judge.judge(exercise, running);
            if (!running.isAlive() || !verdict.passed() && kind == Kind.FRESH) close();
            return verdict;
        }

        @Override
        public void close() {
            if (running != null && kind != Kind.RUNNING) running.close();
            running = null;
        }
    }

    /**
     * What fails while the machine did not give the judge its turns is judged once more; where it
     * fails again, whoever reads that is told how busy the machine was.
     */
    private static Verdict fairly(Judging judging, ExerciseTests exercise) throws BrokenProgram {
        Stalls first = Stalls.watch();
        try {
            Verdict verdict = watched(first, judging, exercise);
            if (verdict.status() != Status.FAILED || !first.spoilt()) return verdict;
        } catch (BrokenProgram late) {
            if (!first.spoilt()) throw late;
        }
        Stalls second = Stalls.watch();
        Verdict again = watched(second, judging, exercise);
        if (again.status() != Status.FAILED || !second.spoilt()) return again;
        return again.as(Status.FAILED,
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

    /** What holds of exercises whose program is broken. */
    public static List<Verdict> broken(List<ExerciseTests> exercises, String message,
            Predicate<Verdict> each) {
        var verdicts = new ArrayList<Verdict>();
        for (ExerciseTests exercise : exercises) {
            verdicts.add(exercise.unrun(Status.BROKEN, message));
            if (!each.test(verdicts.getLast())) break;
        }
        return verdicts;
    }

    /**
     * Checks a server that runs; it is not closed.
     *
     * @throws CourseException where nobody listens there
     */
    public static List<Verdict> check(Server server, List<ExerciseTests> exercises,
            Consumer<Verdict> each) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.host(), server.port()), CONNECT_MS);
        } catch (IOException nobody) {
            throw new CourseException("nobody listens at " + server.host() + ":" + server.port()
                    + ": " + nobody.getMessage()
                    + "\nStart the program first; it prints its address when it listens.");
        }
        return check(new Judge(), Kind.RUNNING, () -> server, exercises, verdict -> {
            each.accept(verdict);
            return true;
        });
    }
}
