package workshop.grading;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import workshop.checking.Checker;
import workshop.checking.Judge;
import workshop.checking.LessonTests;
import workshop.checking.LessonTests.ExerciseTests;
import workshop.checking.Verdict;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Printable;
import workshop.course.Script;
import workshop.course.Source;
import workshop.grading.Grade.Judged;
import workshop.running.BrokenProgram;
import workshop.running.CompilingCell;
import workshop.running.Program;
import workshop.running.Programs;
import workshop.running.Sandbox;

/**
 * Judges one submission after the other, in a process of its own that has no network but its own
 * loopback. A line of JSON in is a {@link Job}, a line out an {@link Answer}. It knows
 * neither the learner's name nor the report.
 */
public final class JudgeProcess {
    static final ObjectMapper JSON = new ObjectMapper();

    static final int AT_ONCE = 3;     // programs

    /**
     * What one job asks.
     *
     * @param again   false: a first look at one lesson; true: each exercise on a server of its own
     * @param seconds for all of it
     */
    public record Job(boolean again, List<Part> parts, int seconds) {}

    /** @param exercises of this lesson, the ones to judge */
    public record Part(int lesson, String text, List<String> exercises) {
        private LessonTests tests() {
            return LessonTests.of(lesson).orElseThrow();
        }

        private List<ExerciseTests> wanted() {
            return tests().exercises().stream().filter(each -> exercises.contains(each.id()))
                    .toList();
        }
    }

    /**
     * Verdicts in the order of the exercises, fewer where the time was over.
     *
     * @param worn whether another judge is to be asked the next time
     */
    public record Answer(List<Judged> judged, boolean worn) {}

    private final Course course;
    private final CompilingCell cell;
    private final Programs programs;

    private JudgeProcess(Course course, Sandbox sandbox, Path folder) {
        this.course = course;
        cell = new CompilingCell(course, sandbox, folder);
        programs = new Programs(course);
    }

    /** {@code ROOT FOLDER [MEGABYTES SECONDS]}; without the limits there is no sandbox. */
    public static void main(String[] words) throws IOException {
        PrintStream answers = System.out; // and nobody else's
        System.setOut(System.err);
        // A test's own threads end so beside a test that fails; a teacher need not read of it.
        Thread.setDefaultUncaughtExceptionHandler((_, thrown) -> {
            if (!(thrown instanceof AssertionError || thrown instanceof OutOfMemoryError)) {
                thrown.printStackTrace();
            }
        });
        Sandbox sandbox = words.length == 2 ? null
                : new Sandbox(Integer.parseInt(words[2]), Integer.parseInt(words[3]));
        var judge = new JudgeProcess(new Course(Path.of(words[0])), sandbox,
                Files.createDirectories(Path.of(words[1])));
        var jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Thread.ofPlatform().start(() -> {
            try {
                for (String line; (line = jobs.readLine()) != null; ) {
                    Answer judged = judge.judge(JSON.readValue(line, Job.class));
                    answers.write((JSON.writeValueAsString(judged) + "\n")
                            .getBytes(StandardCharsets.UTF_8));
                    answers.flush();
                }
                System.exit(0);
            } catch (UncheckedIOException unable) { // the machine, or its walls
                System.err.println(Printable.line(unable.getMessage() + ": "
                        + unable.getCause().getMessage()));
                System.exit(1);
            } catch (Throwable defect) { // a JVM that is left by its last thread says nothing
                defect.printStackTrace();
                System.exit(1);
            }
        });
    }

    private Answer judge(Job job) {
        long end = System.nanoTime() + job.seconds() * 1_000_000_000L;
        return job.again() ? again(job.parts(), end) : look(job.parts().getFirst(), end);
    }

    private Answer look(Part part, long end) {
        var judged = new ArrayList<Verdict>();
        try (Program program = compile(part)) {
            // On a busy machine a right answer takes longer, and must not lose by that: the time is
            // over for one that fails. One that passes without end is ended by the lane.
            return answer(checker().look(program, part.tests(), part.wanted(), verdict -> {
                judged.add(verdict);
                return verdict.holds() || System.nanoTime() < end;
            }));
        } catch (BrokenProgram | CourseException broken) {
            return answer(Checker.broken(part.wanted(), broken.getMessage(), _ -> true));
        } catch (OutOfMemoryError full) {
            part.wanted().stream().skip(judged.size()).map(JudgeProcess::tooMuch)
                    .forEach(judged::add);
            return answer(judged);
        }
    }

    /** Outside of a test it may be a neighbour's fault, but that one is the same learner's. */
    private static Verdict tooMuch(ExerciseTests exercise) {
        return new Verdict(exercise.id(), exercise.title(), Verdict.Status.FAILED, 0,
                Judge.TOO_MUCH);
    }

    /** Most that fail do it by waiting, so several can wait at a time. */
    private Answer again(List<Part> parts, long end) {
        var programs = new ArrayList<Program>();
        try (var several = Executors.newFixedThreadPool(AT_ONCE)) {
            var all = new ArrayList<Future<List<Verdict>>>();
            for (Part part : parts) {
                try {
                    Program program = compile(part);
                    programs.add(program);
                    var broken = new AtomicReference<String>();
                    for (ExerciseTests each : part.wanted()) {
                        all.add(several.submit(() -> System.nanoTime() > end ? List.of()
                                : again(program, part, each, broken)));
                    }
                } catch (BrokenProgram | CourseException broken) {
                    all.add(CompletableFuture.completedFuture(
                            Checker.broken(part.wanted(), broken.getMessage(), _ -> true)));
                }
            }
            var verdicts = new ArrayList<Verdict>();
            for (var each : all) verdicts.addAll(each.get());
            return answer(verdicts);
        } catch (ExecutionException defect) {
            if (defect.getCause() instanceof UncheckedIOException unable) throw unable;
            throw new IllegalStateException(defect);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        } finally {
            programs.forEach(Program::close);
        }
    }

    /** @param broken why the program does not start: each exercise would find it so, and wait */
    private List<Verdict> again(Program program, Part part, ExerciseTests exercise,
            AtomicReference<String> broken) {
        if (broken.get() != null) {
            return Checker.broken(List.of(exercise), broken.get(), _ -> true);
        }
        try {
            return checker().check(program, part.tests(), List.of(exercise), verdict -> {
                if (verdict.status() == Verdict.Status.BROKEN) broken.set(verdict.message());
                return true;
            });
        } catch (OutOfMemoryError full) {
            return List.of(tooMuch(exercise));
        }
    }

    /** JUnit's launcher runs one thing at a time. */
    private Checker checker() {
        return new Checker(programs);
    }

    private Program compile(Part part) throws BrokenProgram {
        refuseOtherJars(Source.of(Path.of(Course.name(part.lesson()) + ".java"), part.text()));
        return cell.compile(part.text(), part.lesson());
    }

    private static Answer answer(List<Verdict> verdicts) {
        return new Answer(verdicts.stream().map(verdict -> new Judged(verdict.id(),
                verdict.title(), verdict.status(), verdict.message(), false)).toList(),
                Sandbox.isWorn());
    }

    /** Other jars would be fetched from somewhere, and be somebody's work. */
    private void refuseOtherJars(Source source) throws BrokenProgram {
        Set<String> known = new HashSet<>();
        for (int lesson : Course.numbersIn(course.solutions())) {
            known.addAll(Script.of(course, Source.read(Course.script(course.solutions(), lesson)))
                    .dependencies());
        }
        for (String dependency : source.directives().dependencies()) {
            if (known.contains(dependency)) continue;
            throw new BrokenProgram("//DEPS " + dependency + " is none of the course's."
                    + "\nHere a program has the JDK and the jars of the lessons, and no network"
                    + " to fetch others.");
        }
    }
}
