package workshop.grading;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import workshop.checking.ExerciseCatalog;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Printable;
import workshop.course.Script;
import workshop.course.Source;
import workshop.grading.Submission.Attempt;
import workshop.grading.Submission.HandedIn;
import workshop.running.Folders;
import workshop.running.Programs;

/**
 * Grades what a class handed in, several at a time; what is known already it does not repeat.
 *
 * <p>Twice through the class. First a look at all, where jobs share a core, since a test waits most
 * of its time. What passes then has passed. What fails may have failed because of a neighbour, who
 * may be hostile and spin; so it is run once more, on a core where only its own learner's run.
 */
final class Grader {
    /** @param look null: nobody looked at it yet */
    private record Task(Submission submission, HandedIn handedIn, String fingerprint, Grade look) {
        Grade grade(List<Verdict> verdicts, Map<String, String> from) {
            return new Grade(submission.learner(), handedIn.lesson(), fingerprint, iso(handedIn),
                    handedIn.notes(), verdicts, from);
        }
    }

    /** What a lane does with tasks of one learner; what is known of them then. */
    private interface Work {
        List<Grade> of(List<Task> tasks, Lane lane) throws InterruptedException;
    }

    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final List<Integer> NUMBERS = cores();

    private static final String WORK = ".work";

    private final Course course;
    private final Results results;
    private final Shelter shelter;
    private final int jobs;
    private final PrintStream out;

    /** @param jobs how many at a time */
    Grader(Course course, Results results, Shelter shelter, int jobs, PrintStream out) {
        this.course = course;
        this.results = results;
        this.shelter = shelter;
        this.jobs = jobs;
        this.out = out;
    }

    void grade(List<Submission> submissions, List<Integer> lessons, boolean fresh)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Folders.delete(results.out().resolve(WORK)); // of one that was killed at its very end
        String with = testsFingerprint();
        var tasks = new ArrayList<Task>();
        int known = 0;
        if (fresh) results.deleteLooks();
        for (Submission submission : submissions) {
            for (int lesson : lessons) {
                HandedIn handedIn = submission.lessons().get(lesson);
                if (handedIn == null) {
                    results.forget(submission.learner(), lesson); // it was taken back
                    continue;
                }
                String fingerprint = Folders.fingerprint(with + handedIn.attempts()
                        + handedIn.notes());
                Predicate<Grade> same = grade -> grade.fingerprint().equals(fingerprint)
                        && grade.when().equals(iso(handedIn)) && grade.isWhole();
                if (!fresh && results.find(submission.learner(), lesson).filter(same).isPresent()) {
                    known++;
                    continue;
                }
                tasks.add(new Task(submission, handedIn, fingerprint,
                        results.findLook(submission.learner(), lesson)
                                .filter(same).orElse(null)));
            }
        }
        if (known > 0) out.println(known + " lessons are unchanged since they were graded");
        if (!tasks.isEmpty()) grade(tasks);
        results.deleteLooks();
        if (!tasks.isEmpty()) {
            double seconds = (System.nanoTime() - start) / 1e9;
            out.printf(Locale.ROOT, "graded %d lessons in %s, %.1f s each%n", tasks.size(),
                    Progress.time(seconds), seconds / tasks.size());
        }
    }

    private void grade(List<Task> tasks) throws IOException, InterruptedException {
        out.println(tasks.size() + " lessons to grade");
        warm(tasks.stream().map(task -> task.handedIn.lesson()).distinct().toList());
        Path work = results.out().toAbsolutePath().resolve(WORK);
        Folders.delete(work);
        var failed = new ConcurrentLinkedQueue<Task>();
        tasks.stream().filter(task -> task.look != null).forEach(failed::add);
        var lanes = IntStream.range(0, Math.min(jobs, tasks.size())).mapToObj(i ->
                new Lane(course, work.resolve("lane-" + i), shelter, coresOf(i))).toList();
        try {
            each(tasks.stream().filter(task -> task.look == null).map(List::of).toList(), lanes,
                    (task, lane) -> List.of(look(task.getFirst(), lane, failed)));
            if (failed.isEmpty()) return;
            out.println(failed.size() + " lessons with a failure are run once more");
            var learners = failed.stream().collect(Collectors.groupingBy(task ->
                    task.submission.learner(), TreeMap::new, Collectors.toList()));
            lanes.stream().skip(CORES).forEach(Lane::close); // they share the cores of the others
            each(List.copyOf(learners.values()), lanes.stream().limit(CORES).toList(),
                    this::again);
        } finally {
            lanes.forEach(Lane::close);
            Folders.delete(work);
        }
    }

    /** The cores that this process may use, as Linux numbers them: {@code 0-3,8}. */
    private static List<Integer> cores() {
        String name = "Cpus_allowed_list:";
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String list = lines.filter(line -> line.startsWith(name)).findFirst().orElseThrow();
            return Stream.of(list.substring(name.length()).strip().split(",")).flatMap(part -> {
                String[] ends = part.split("-");
                return IntStream.rangeClosed(Integer.parseInt(ends[0]),
                        Integer.parseInt(ends[ends.length - 1])).boxed();
            }).toList();
        } catch (IOException | RuntimeException untold) {
            return IntStream.range(0, CORES).boxed().toList();
        }
    }

    /** A program that spins must not slow down all others: each job is bound to its cores. */
    private List<Integer> coresOf(int job) {
        int used = Math.min(jobs, CORES);
        return IntStream.range(0, NUMBERS.size()).filter(i -> i % used == job % used)
                .mapToObj(NUMBERS::get).toList();
    }

    /** What all need, once and outside the walls: jars from the network, and the AOT caches. */
    private void warm(List<Integer> lessons) throws IOException {
        try (var programs = new Programs(course)) {
            for (int lesson : lessons) programs.prepare(lesson);
        }
    }

    private Grade look(Task task, Lane lane, Queue<Task> failed) throws InterruptedException {
        HandedIn handedIn = task.handedIn;
        var best = new LinkedHashMap<String, Verdict>();
        var from = new LinkedHashMap<String, String>();
        for (Attempt attempt : handedIn.attempts()) {
            List<Verdict> its = attempt.refusal() != null ? refused(handedIn.lesson(), attempt)
                    : lane.look(handedIn.lesson(), attempt);
            its.stream().map(attempt::told).forEach(each -> {
                Verdict before = best.get(each.id());
                if (before != null && before.status().compareTo(each.status()) <= 0) return;
                best.put(each.id(), each);
                from.put(each.id(), attempt.path());
            });
        }
        Grade grade = task.grade(List.copyOf(best.values()), from);
        if (grade.exercises().stream().noneMatch(each -> Grade.isOpen(each)
                && isReadable(handedIn, from.get(each.id())))) {
            results.keep(grade);
        } else {
            results.keepLook(grade);
            failed.add(new Task(task.submission, handedIn, task.fingerprint, grade));
        }
        return grade;
    }

    /** What could not even be read is the same however often it is run. */
    private static boolean isReadable(HandedIn handedIn, String path) {
        return handedIn.attempts().stream().anyMatch(attempt ->
                attempt.refusal() == null && attempt.path().equals(path));
    }

    /** Of each exercise the attempt that was the better one at the first look. */
    private List<Grade> again(List<Task> tasks, Lane lane) throws InterruptedException {
        var looked = new ArrayList<Lane.Looked>();
        for (Task task : tasks) {
            for (Attempt attempt : task.handedIn.attempts()) {
                List<Verdict> its = task.look.exercises().stream().filter(each ->
                        attempt.path().equals(task.look.from().get(each.id()))).toList();
                if (attempt.refusal() == null && !its.isEmpty()) {
                    looked.add(new Lane.Looked(task.handedIn.lesson(), attempt, its));
                }
            }
        }
        Map<String, Verdict> verdicts = lane.again(looked);
        List<Grade> grades = tasks.stream().map(task -> task.grade(task.look.exercises().stream()
                .map(each -> verdicts.getOrDefault(each.id(), each)).toList(),
                task.look.from())).toList();
        grades.forEach(results::keep);
        return grades;
    }

    /** Does {@code work} with each of {@code all}, as many at a time as there are lanes. */
    private void each(List<List<Task>> all, List<Lane> lanes, Work work)
            throws InterruptedException {
        var queue = new ConcurrentLinkedQueue<>(all);
        var progress = new Progress(out, all.stream().mapToInt(List::size).sum());
        var failure = new AtomicReference<RuntimeException>();
        var threads = lanes.stream().map(lane -> Thread.ofPlatform().start(() -> {
            try {
                for (List<Task> tasks; (tasks = queue.poll()) != null; ) {
                    long start = System.nanoTime();
                    for (Grade grade : work.of(tasks, lane)) {
                        progress.add(grade, start);
                        expectWalls(grade);
                    }
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException full) { // the disk: nobody's work can be kept; no walls
                failure.compareAndSet(null, full);
                queue.clear();
            }
        })).toList();
        for (Thread thread : threads) thread.join();
        progress.end();
        if (failure.get() != null) throw failure.get();
    }

    /** Where no program can be run any more, the others need not wait for that one by one. */
    private void expectWalls(Grade grade) {
        if (grade.isWhole()) return;
        String missing = shelter.missing(course);
        if (missing.isEmpty()) return;
        throw new CourseException("foreign code can be run behind walls no more: " + missing
                + "\nWhat is graded is kept. Start the machine anew; the same command goes on.");
    }

    private static List<Verdict> refused(int lesson, Attempt attempt) {
        return ExerciseCatalog.of(lesson).orElseThrow().exercises().stream()
                .map(exercise -> exercise.unrun(Status.BROKEN, attempt.refusal())).toList();
    }

    private static String iso(HandedIn handedIn) {
        return Instant.ofEpochMilli(handedIn.millis() / 1000 * 1000).toString();
    }

    /** Other tests or other limits may give other verdicts. */
    private String testsFingerprint() throws IOException {
        var all = new StringBuilder(shelter.mark());
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
        Script.ofAllGiven(course).given().forEach(source -> all.append(source.text()));
        return Folders.fingerprint(all.toString());
    }

    /** Says how far it is and how long it will take: one line that changes, or one for each. */
    private static final class Progress {
        private final PrintStream out;
        private final boolean terminal = System.console() != null && System.console().isTerminal();
        private final long start = System.nanoTime();
        private final int all;
        private int done;

        Progress(PrintStream out, int all) {
            this.out = out;
            this.all = all;
        }

        synchronized void add(Grade grade, long from) {
            done++;
            long passed = grade.exercises().stream().filter(Verdict::passed).count();
            String result = !grade.isWhole() ? "not judged"
                    : passed + " of " + grade.exercises().size();
            double seconds = (System.nanoTime() - start) / 1e9;
            String learner = Printable.line(grade.learner());
            String line = String.format(Locale.ROOT,
                    "%d of %d  %s lesson %02d: %s in %.1f s  (%s left)", done, all, learner,
                    grade.lesson(), result,
                    (System.nanoTime() - from) / 1e9, time(seconds / done * (all - done)));
            if (terminal) out.print("\r\u001b[K" + line);
            else out.println(line);
            out.flush();
        }

        void end() {
            if (terminal && all > 0) out.println();
        }

        static String time(double seconds) {
            long whole = Math.round(seconds);
            return whole < 100 ? whole + " s" : whole / 60 + " min";
        }
    }
}
