package workshop.grading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import workshop.checking.Checker;
import workshop.checking.ExerciseCatalog;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.checking.Judge;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.ExerciseId;
import workshop.course.Script;
import workshop.course.Source;
import workshop.running.Asked;
import workshop.running.BrokenProgram;
import workshop.running.CompilingCell;
import workshop.running.Program;
import workshop.running.Programs;
import workshop.walls.Walls;

/**
 * Judges one submission after the other, in a process of its own that has no network but its own
 * loopback. It is asked a {@link Job}, and says an {@link Answer}. It knows neither the
 * learner's name nor the report.
 */
public final class JudgeProcess {
    static final int AT_ONCE = 3;     // programs

    /**
     * What one job asks.
     *
     * @param again   false: a first look at one lesson; true: each exercise on a server of its own
     * @param seconds for all of it
     */
    public record Job(boolean again, List<Part> parts, int seconds) {}

    /**
     * @param text      a script
     * @param cells     where it was made of a notebook, what of
     * @param exercises of this lesson, the ones to judge
     */
    public record Part(int lesson, String text, List<Declared> cells, List<String> exercises) {
        private ExerciseCatalog tests() {
            return ExerciseCatalog.of(lesson).orElseThrow();
        }

        private List<ExerciseTests> wanted() {
            return tests().exercises().stream().filter(each -> exercises.contains(each.id()))
                    .toList();
        }
    }

    /** In the order of the exercises, fewer where the time was over. */
    public record Answer(List<Verdict> verdicts) {}

    private final Course course;
    private final CompilingCell cell;
    private final Programs programs;

    private JudgeProcess(Course course, Walls walls, Path folder) {
        this.course = course;
        cell = new CompilingCell(course, walls, folder);
        programs = new Programs(course);
    }

    /** {@code ROOT FOLDER [WALLS MEGABYTES SECONDS]}. */
    public static void main(String[] words) throws IOException {
        // A test's own threads end so beside a test that fails; a teacher need not read of it.
        Thread.setDefaultUncaughtExceptionHandler((_, thrown) -> {
            if (!(thrown instanceof AssertionError || thrown instanceof OutOfMemoryError)) {
                thrown.printStackTrace();
            }
        });
        var judge = new JudgeProcess(new Course(Path.of(words[0])),
                Shelter.walls(List.of(words).subList(2, words.length)),
                Files.createDirectories(Path.of(words[1])));
        Asked.serve(Job.class, judge::judge);
    }

    private Answer judge(Job job) {
        long end = System.nanoTime() + job.seconds() * 1_000_000_000L;
        return job.again() ? again(job.parts(), end) : look(job.parts().getFirst(), end);
    }

    private Answer look(Part part, long end) {
        var judged = new ArrayList<Verdict>();
        try (Compiled compiled = compile(part)) {
            // On a busy machine a right answer takes longer, and must not lose by that: the time is
            // over for one that fails. One that passes without end is ended by the lane.
            return new Answer(compiled.told(checker().look(compiled.program, part.tests(),
                    part.wanted(), verdict -> {
                        judged.add(verdict);
                        return verdict.holds() || System.nanoTime() < end;
                    })));
        } catch (BrokenProgram | CourseException broken) {
            return new Answer(Checker.broken(part.wanted(), broken.getMessage(), _ -> true));
        } catch (OutOfMemoryError full) {
            part.wanted().stream().skip(judged.size()).map(JudgeProcess::tooMuch)
                    .forEach(judged::add);
            return new Answer(judged);
        }
    }

    /** Outside of a test it may be a neighbour's fault, but that one is the same learner's. */
    private static Verdict tooMuch(ExerciseTests exercise) {
        return exercise.unrun(Status.FAILED, Judge.TOO_MUCH);
    }

    /** Most that fail do it by waiting, so several can wait at a time. */
    private Answer again(List<Part> parts, long end) {
        var programs = new ArrayList<Compiled>();
        try (var several = Executors.newFixedThreadPool(AT_ONCE)) {
            var all = new ArrayList<Future<List<Verdict>>>();
            for (Part part : parts) {
                try {
                    Compiled compiled = compile(part);
                    programs.add(compiled);
                    var broken = new AtomicReference<String>();
                    for (ExerciseTests each : part.wanted()) {
                        all.add(several.submit(() -> System.nanoTime() > end ? List.of()
                                : compiled.told(again(compiled.program, part, each, broken))));
                    }
                } catch (BrokenProgram | CourseException broken) {
                    all.add(CompletableFuture.completedFuture(
                            Checker.broken(part.wanted(), broken.getMessage(), _ -> true)));
                }
            }
            var verdicts = new ArrayList<Verdict>();
            for (var each : all) verdicts.addAll(each.get());
            return new Answer(verdicts);
        } catch (ExecutionException defect) {
            if (defect.getCause() instanceof UncheckedIOException unable) throw unable;
            throw new IllegalStateException(defect);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        } finally {
            programs.forEach(Compiled::close);
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
                if (verdict.status() == Status.BROKEN) broken.set(verdict.message());
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

    /**
     * @param refused by exercise, why what a notebook has for it is not in the program
     */
    private record Compiled(Program program, Map<String, String> refused)
            implements AutoCloseable {
        /** Where a cell was refused, that is why its exercise fails. */
        List<Verdict> told(List<Verdict> verdicts) {
            return verdicts.stream().map(verdict -> {
                String why = refused.get(ExerciseId.of(verdict.id()).core().toString());
                return verdict.passed() || why == null ? verdict
                        : verdict.as(Status.BROKEN, why);
            }).toList();
        }

        @Override
        public void close() {
            program.close();
        }
    }

    private Compiled compile(Part part) throws BrokenProgram {
        refuseOtherJars(Source.of(Path.of(Course.name(part.lesson()) + ".java"), part.text()));
        if (part.cells().isEmpty()) {
            return new Compiled(cell.compile(part.text(), part.lesson()), Map.of());
        }
        return ofNotebook(part);
    }

    /** As a kernel does it: what does not compile costs itself, and what needs it. */
    private Compiled ofNotebook(Part part) throws BrokenProgram {
        Source lesson = Source.read(Course.script(course.lessons(), part.lesson()));
        var refused = new HashMap<String, String>();
        part.cells().stream().filter(Declared::isUnreadable).forEach(each ->
                refused.putIfAbsent(each.exercise(), each.cell() + ": " + each.text()));
        var without = new HashSet<Declared>();
        boolean narrow = false;
        while (true) {
            Assembly script = Assembly.of(lesson, part.cells(), without, narrow);
            try {
                return new Compiled(cell.compile(script.text(), part.lesson()), refused);
            } catch (BrokenProgram broken) {
                Map<Declared, String> blamed = script.blamed(broken.getMessage());
                if (blamed.isEmpty() && narrow) throw broken;
                if (blamed.isEmpty()) narrow = true; // some of the rest does not go with the lesson
                blamed.forEach((each, why) -> refused.putIfAbsent(each.exercise(), why));
                without.addAll(Assembly.unreached(part.cells(), blamed.keySet()));
            }
        }
    }

    /** Other jars would be fetched from somewhere, and be somebody's work. */
    private void refuseOtherJars(Source source) throws BrokenProgram {
        Set<String> known = new HashSet<>();
        for (int lesson : Course.numbersIn(course.lessons())) {
            known.addAll(Script.of(course, Source.read(Course.script(course.lessons(), lesson)))
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
