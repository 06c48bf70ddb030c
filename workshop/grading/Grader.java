package workshop.grading;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import workshop.checking.LessonTests;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.Source;
import workshop.grading.Grade.Judged;
import workshop.grading.Submission.HandedIn;
import workshop.running.AotCache;
import workshop.running.Folders;
import workshop.running.LessonCompiler;

/** Grades what a class handed in, several at a time; what is known already it does not repeat. */
final class Grader {
    /**
     * @param jobs      how many at a time
     * @param seconds   for one learner's lesson
     * @param megabytes for one program; 0: without any sandbox
     */
    record Limits(int jobs, int seconds, int megabytes) {}

    private record Task(Submission submission, HandedIn handedIn, String mark) {}

    private final Course course;
    private final Results results;
    private final Limits limits;
    private final Progress progress;

    Grader(Course course, Results results, Limits limits, PrintStream out) {
        this.course = course;
        this.results = results;
        this.limits = limits;
        this.progress = new Progress(out);
    }

    void grade(List<Submission> submissions, List<Integer> lessons, boolean fresh)
            throws IOException, InterruptedException {
        String with = testsMark();
        var tasks = new ConcurrentLinkedQueue<Task>();
        int known = 0;
        for (Submission submission : submissions) {
            for (int lesson : lessons) {
                HandedIn handedIn = submission.lessons().get(lesson);
                if (handedIn == null) {
                    results.forget(submission.learner(), lesson); // it was taken back
                    continue;
                }
                String mark = Folders.fingerprint(with + handedIn.name() + handedIn.text()
                        + handedIn.refusal() + handedIn.notes());
                boolean again = fresh || results.find(submission.learner(), lesson)
                        .filter(grade -> grade.mark().equals(mark)
                                && grade.handedIn().equals(iso(handedIn))).isEmpty();
                if (again) tasks.add(new Task(submission, handedIn, mark));
                else known++;
            }
        }
        progress.begin(tasks.size(), known);
        if (tasks.isEmpty()) return;
        warm(tasks.stream().map(task -> task.handedIn.lesson()).distinct().toList());
        Path work = results.out().resolve(".work");
        Folders.delete(work);
        var lanes = IntStream.range(0, Math.min(limits.jobs, tasks.size()))
                .mapToObj(i -> Thread.ofPlatform().start(() -> work(work, i, tasks))).toList();
        for (Thread lane : lanes) lane.join();
        Folders.delete(work);
        progress.end();
    }

    /** What all need, once and outside the walls: jars from the network, and the AOT caches. */
    private void warm(List<Integer> lessons) throws IOException {
        try (var compiler = new LessonCompiler(course)) {
            var caches = new AotCache(course, compiler);
            for (int lesson : lessons) caches.make(lesson);
        }
        Files.createDirectories(course.cache().resolve("classpath"));
    }

    private void work(Path work, int number, Queue<Task> tasks) {
        try (var lane = new Lane(course, work.toAbsolutePath().resolve("lane-" + number),
                limits, coresOf(number))) {
            for (Task task; (task = tasks.poll()) != null; ) {
                HandedIn handedIn = task.handedIn;
                long start = System.nanoTime();
                List<Judged> judged = handedIn.refusal() != null ? refused(handedIn)
                        : lane.judge(handedIn.lesson(), handedIn.text());
                var grade = new Grade(task.submission.learner(), handedIn.lesson(), task.mark,
                        iso(handedIn), handedIn.notes(), judged);
                results.keep(grade);
                progress.add(grade, start);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** A program that spins must not slow down the other jobs: each has its own cores. */
    private List<Integer> coresOf(int job) {
        int cores = Runtime.getRuntime().availableProcessors();
        if (limits.jobs > cores) return List.of();
        return IntStream.range(0, cores).filter(core -> core % limits.jobs == job).boxed()
                .toList();
    }

    private static List<Judged> refused(HandedIn handedIn) {
        return LessonTests.of(handedIn.lesson()).orElseThrow().exercises().stream()
                .map(exercise -> new Judged(exercise.id(), exercise.title(), Status.BROKEN,
                        handedIn.refusal(), false)).toList();
    }

    private static String iso(HandedIn handedIn) {
        return Instant.ofEpochMilli(handedIn.millis() / 1000 * 1000).toString();
    }

    /** Other tests or other limits may give other verdicts. */
    private String testsMark() throws IOException {
        var all = new StringBuilder().append(limits.seconds).append(' ').append(limits.megabytes);
        try (Stream<Path> files = Files.walk(course.tests())) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                    .filter(each -> !each.startsWith(course.tests().resolve("mutants"))
                            && !each.startsWith(course.tests().resolve("answers")))
                    .sorted().toList()) {
                all.append(Files.readString(file));
            }
        }
        for (int lesson : Course.numbersIn(course.lessons())) {
            all.append(Source.read(Course.script(course.lessons(), lesson)).text());
        }
        return Folders.fingerprint(all.toString());
    }

    /** Says how far it is and how long it will take: one line that changes, or one for each. */
    private static final class Progress {
        private final PrintStream out;
        private final boolean terminal = System.console() != null && System.console().isTerminal();
        private final long start = System.nanoTime();
        private int done;
        private int all;

        Progress(PrintStream out) {
            this.out = out;
        }

        void begin(int tasks, int known) {
            all = tasks;
            if (known > 0) out.println(known + " lessons are unchanged since they were graded");
            if (tasks > 0) out.println(tasks + " lessons to grade");
        }

        synchronized void add(Grade grade, long from) {
            done++;
            long passed = grade.exercises().stream().filter(Judged::passed).count();
            double seconds = (System.nanoTime() - start) / 1e9;
            String learner = grade.learner().replaceAll("\\p{Cntrl}", "·");
            String line = String.format(Locale.ROOT,
                    "%d of %d  %s lesson %02d: %d of %d in %.1f s  (%s left)", done, all, learner,
                    grade.lesson(), passed, grade.exercises().size(),
                    (System.nanoTime() - from) / 1e9, time(seconds / done * (all - done)));
            if (terminal) out.print("\r\u001b[K" + line);
            else out.println(line);
            out.flush();
        }

        void end() {
            if (terminal) out.println();
            double seconds = (System.nanoTime() - start) / 1e9;
            out.printf(Locale.ROOT, "graded %d lessons in %s, %.1f s each%n", done, time(seconds),
                    seconds / Math.max(1, done));
        }

        private static String time(double seconds) {
            long whole = Math.round(seconds);
            return whole < 100 ? whole + " s" : whole / 60 + " min";
        }
    }
}
