package workshop.grading;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import workshop.checking.Checker;
import workshop.checking.LessonTests;
import workshop.checking.LessonTests.ExerciseTests;
import workshop.checking.Verdict;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.grading.Grade.Judged;
import workshop.running.AotCache;
import workshop.running.BrokenProgram;
import workshop.running.CompilingCell;
import workshop.running.LessonCompiler;
import workshop.running.Program;
import workshop.running.Sandbox;

/**
 * Judges one submission after the other, in a process of its own that has no network but its own
 * loopback. A line of JSON in is a {@link Job}, a line out an {@link Answer}. It knows
 * neither the learner's name nor the report.
 */
public final class JudgeProcess {
    static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What one job asks.
     *
     * @param seconds for all exercises together
     * @param again   the exercises of the job before that failed and are run once more; empty: it
     *                is a new one
     */
    public record Job(int lesson, String text, int seconds, List<String> again) {}

    /** @param compiled false: what the compiler says of it will be said again */
    public record Answer(boolean compiled, List<Judged> judged) {}

    private final Course course;
    private final CompilingCell cell;
    private final Checker checker;
    private Program program; // of the job before

    private JudgeProcess(Course course, Sandbox sandbox, Path folder) {
        this.course = course;
        cell = new CompilingCell(course, sandbox, folder);
        var compiler = new LessonCompiler(course);
        checker = new Checker(course, compiler, new AotCache(course, compiler));
    }

    /** {@code ROOT FOLDER [MEGABYTES SECONDS]}; without the limits there is no sandbox. */
    public static void main(String[] words) throws IOException {
        PrintStream answers = System.out; // and nobody else's
        System.setOut(System.err);
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
            } catch (IOException | RuntimeException defect) {
                defect.printStackTrace();
                System.exit(1);
            }
        });
    }

    /** The verdicts of a first run, or of another one; fewer where the time was over. */
    private Answer judge(Job job) {
        LessonTests lesson = LessonTests.of(job.lesson()).orElseThrow();
        List<ExerciseTests> wanted = lesson.exercises().stream().filter(each ->
                job.again().isEmpty() || job.again().contains(each.id())).toList();
        try {
            if (job.again().isEmpty()) {
                if (program != null) program.close();
                program = null;
                refuseOtherJars(Source.of(Path.of(Course.name(job.lesson()) + ".java"),
                        job.text()));
            }
            if (program == null) program = cell.compile(job.text(), job.lesson());
        } catch (BrokenProgram | CourseException broken) {
            return new Answer(false, Checker.broken(wanted, broken.getMessage(), _ -> true)
                    .stream().map(JudgeProcess::judged).toList());
        }
        // On a busy machine a right answer takes longer, and must not lose by that: the time is
        // over for one that fails. One that passes without end is ended by the lane.
        long end = System.nanoTime() + job.seconds() * 1_000_000_000L;
        return new Answer(true, checker.check(program, lesson, wanted,
                verdict -> verdict.holds() || System.nanoTime() < end).stream()
                .map(JudgeProcess::judged).toList());
    }

    /** Other jars would be fetched from somewhere, and be somebody's work. */
    private void refuseOtherJars(Source source) throws BrokenProgram {
        Set<String> known = new HashSet<>();
        for (int lesson : Course.numbersIn(course.solutions())) {
            known.addAll(Source.read(Course.script(course.solutions(), lesson)).directives()
                    .dependencies());
        }
        for (String dependency : source.directives().dependencies()) {
            if (known.contains(dependency)) continue;
            throw new BrokenProgram("//DEPS " + dependency + " is none of the course's."
                    + "\nHere a program has the JDK and the jars of the lessons, and no network"
                    + " to fetch others.");
        }
    }

    private static Judged judged(Verdict verdict) {
        return new Judged(verdict.id(), verdict.title(), verdict.status(), verdict.message(),
                false);
    }
}
