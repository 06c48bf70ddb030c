package workshop.learning;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import workshop.checking.Checker;
import workshop.checking.ExerciseCatalog;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.checking.Selection;
import workshop.checking.TextReport;
import workshop.checking.Untouched;
import workshop.checking.Verdict;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.LessonRun;
import workshop.running.Program;
import workshop.running.Programs;

/**
 * {@code ./jbang start}: finds the first unsolved exercise, keeps its lesson running on the
 * lesson's own port, and checks it again on each save, until all is solved.
 */
public final class LearnersLoop implements AutoCloseable {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final int RULE = 78; // columns

    private final Course course;
    private final PrintStream out;
    private final Programs programs;
    private final Checker checker;

    // The lesson as the learner uses it; it outlives a save that does not compile.
    private Program program;
    private LessonRun running;

    public LearnersLoop(Course course, PrintStream out) {
        this.course = course;
        this.out = out;
        this.programs = new Programs(course);
        this.checker = new Checker(programs);
    }

    /**
     * Returns when every exercise is solved.
     *
     * @param from the lesson and exercise to begin with; what stands before it is passed over
     */
    public void run(Selection from) throws IOException, InterruptedException {
        List<ExerciseCatalog> lessons = lessons();
        out.printf(Locale.ROOT, "Sockets to Rooms: %d exercises in %d lessons. Ctrl-C ends.%n",
                lessons.stream().mapToInt(lesson -> lesson.cores().size()).sum(),
                lessons.size());
        // What later lessons need is fetched now, while there may still be a network.
        Thread.ofPlatform().daemon().name("prepare the lessons").start(
                () -> lessons.forEach(lesson -> programs.prepare(lesson.lesson())));
        ExerciseTests begin = from.exercises().getFirst();
        try (var saves = new Saves(course.lessons())) {
            for (ExerciseCatalog lesson : lessons) {
                if (lesson.lesson() < from.lesson().lesson()) continue;
                boolean first = lesson.lesson() == from.lesson().lesson();
                List<ExerciseTests> all = first && begin.isStar() ? lesson.stars() : lesson.cores();
                learn(lesson, all.stream().filter(each -> !first
                        || each.exercise().compareTo(begin.exercise()) >= 0).toList(), saves);
            }
        }
        out.printf(Locale.ROOT,
                "%nAll exercises are solved. Now read the solutions beside yours.%n");
    }

    /** Returns when all of {@code exercises} are solved. */
    private void learn(ExerciseCatalog lesson, List<ExerciseTests> exercises, Saves saves)
            throws InterruptedException {
        Path script = Course.script(course.lessons(), lesson.lesson());
        out.printf(Locale.ROOT, "%nLesson %02d  %s%n", lesson.lesson(), Course.shown(script));
        List<ExerciseTests> open = exercises;
        String text = null;
        ExerciseTests told = null;
        while (!open.isEmpty()) {
            if (text != null) sayWaiting(script);
            boolean saved = text != null;
            text = saves.await(script, text, why -> sayUnreadable(why, script));
            if (saved) saySaved(script);
            open = check(lesson, script, text, exercises, open);
            if (!open.isEmpty() && open.getFirst() != told) {
                told = open.getFirst();
                sayNext(told, lesson, script, text);
            }
        }
        if (!exercises.getLast().isStar()) offerStars(lesson);
        stopRunning();
        out.printf(Locale.ROOT, "%nLesson %02d is solved. To use it: ./jbang %s%n", lesson.lesson(),
                Course.name(lesson.lesson()));
    }

    private void sayWaiting(Path script) {
        out.printf(Locale.ROOT, "waiting for your next save of %s (Ctrl-C ends)%n",
                Course.shown(script));
    }

    private void sayUnreadable(String why, Path script) {
        out.printf(Locale.ROOT, "%n%s%n", why);
        sayWaiting(script);
    }

    /** Parts what follows from all that was told before. */
    private void saySaved(Path script) {
        String line = "── " + CLOCK.format(LocalTime.now()) + "  " + Course.shown(script) + " ";
        out.printf(Locale.ROOT, "%n%s%n", line + "─".repeat(Math.max(3, RULE - line.length())));
    }

    /**
     * Checks the open exercises in order up to the first unsolved; gives those that stay open.
     * Where one was newly solved, those that were solved before are looked at again: what was
     * written for the one may harm another.
     */
    private List<ExerciseTests> check(ExerciseCatalog lesson, Path script, String text,
            List<ExerciseTests> exercises, List<ExerciseTests> open) {
        var report = new TextReport(out);
        try {
            Source source = Source.of(script, text);
            Untouched untouched = Untouched.in(course, source);
            Program compiled = programs.compile(source, lesson.lesson());
            Predicate<Verdict> tell = verdict -> {
                // An editor may write a file in two steps: only the last one is told about.
                if (verdict.passed() || Saves.isStill(script, text)) {
                    report.add(verdict.status() == Verdict.Status.BROKEN ? verdict
                            : untouched.judged(verdict));
                }
                return verdict.passed();
            };
            List<Verdict> verdicts = checker.check(compiled, lesson, open, tell);
            report.story();
            out.flush();
            Set<String> solved = passed(verdicts);
            List<ExerciseTests> before = exercises.stream()
                    .filter(each -> !open.contains(each)).toList();
            if (!solved.isEmpty() && !before.isEmpty()) {
                solved.addAll(lookAgain(compiled, lesson, before, solved, report));
            } else {
                before.forEach(each -> solved.add(each.id()));
            }
            out.flush();
            keepRunning(lesson, compiled, verdicts.getLast().status() != Verdict.Status.BROKEN);
            return exercises.stream().filter(each -> !solved.contains(each.id())).toList();
        } catch (BrokenProgram | CourseException broken) {
            if (Saves.isStill(script, text)) {
                Checker.broken(open.subList(0, 1), broken.getMessage(), verdict -> {
                    report.add(verdict);
                    return false;
                });
                report.story();
            }
            return open;
        }
    }

    /** Tells of those that were solved {@code before} and are no more; gives those that are. */
    private Set<String> lookAgain(Program compiled, ExerciseCatalog lesson,
            List<ExerciseTests> before, Set<String> solved, TextReport report) {
        String cause = String.join(" and ", new TreeSet<>(solved));
        Set<String> still = passed(checker.check(compiled, lesson, before, verdict -> {
            if (!verdict.passed()) {
                report.add(new Verdict(verdict.id(), verdict.title(), verdict.status(),
                        verdict.millis(), verdict.id() + " was solved before; what you wrote for "
                        + cause + " broke it\n" + verdict.message()));
            }
            return true;
        }));
        report.story();
        return still;
    }

    private static Set<String> passed(List<Verdict> verdicts) {
        return verdicts.stream().filter(Verdict::passed).map(Verdict::id)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** Behind a lesson's last exercise: what goes beyond, for those who like to. */
    private void offerStars(ExerciseCatalog lesson) {
        List<ExerciseTests> stars = lesson.stars();
        if (stars.isEmpty() || program == null) return;
        Set<String> solved = passed(checker.check(program, lesson, stars, _ -> true));
        out.printf(Locale.ROOT,
                "%nThe stars of lesson %02d ask what a careful server does beyond:%n",
                lesson.lesson());
        for (ExerciseTests star : stars) {
            out.printf(Locale.ROOT,
                    "  %s %-5s %s%n", solved.contains(star.id()) ? "★" : "☆", star.id(),
                    star.title());
        }
        stars.stream().filter(star -> !solved.contains(star.id())).findFirst().ifPresent(star ->
                out.printf(Locale.ROOT,
                        "to go for them: ./jbang start %s   (the course goes on without)%n",
                        star.id()));
    }

    private void sayNext(ExerciseTests next, ExerciseCatalog lesson, Path script, String text) {
        String line = Source.of(script, text).region(next.exercise().core().toString())
                .map(region -> ":" + region.firstLine()).orElse("");
        out.printf(Locale.ROOT,
                "%nnext   %s  %s   (%s)%n       write in %s%s%n       stuck? ./jbang hint %s%n",
                next.id(), next.title(), place(next), Course.shown(script), line, next.id());
        if (running != null) out.printf(Locale.ROOT,
                "       %s%n", howToUse(lesson.lesson(), running.port()));
    }

    /** {@code 17 of 54}: how far along the way through the course it is. */
    private String place(ExerciseTests next) {
        List<ExerciseTests> all = lessons().stream().flatMap(lesson ->
                (next.isStar() ? lesson.stars() : lesson.cores()).stream()).toList();
        long before = all.stream()
                .filter(each -> each.exercise().compareTo(next.exercise()) < 0).count();
        return (before + 1) + " of " + all.size() + (next.isStar() ? " stars" : "");
    }

    private List<ExerciseCatalog> lessons() {
        return Course.numbersIn(course.lessons()).stream()
                .map(ExerciseCatalog::of).flatMap(Optional::stream).toList();
    }

    private String howToUse(int lesson, int port) {
        String name = Course.name(lesson);
        return Files.exists(course.page(lesson))
                ? "it runs: open http://" + LessonRun.HOST + ":" + port
                : "it runs: speak to it with ./jbang " + name + " client " + LessonRun.HOST
                  + " " + port;
    }

    /** Puts the newest version in the place of the one that runs, where that one can run. */
    private void keepRunning(ExerciseCatalog lesson, Program newest, boolean starts) {
        stopRunning();
        program = newest;
        if (!starts) return;
        try {
            running = programs.start(newest, Map.of(),
                    Course.port(lesson.lesson()));
        } catch (BrokenProgram onItsPort) {
            try {
                running = programs.start(newest, Map.of());
                out.printf(Locale.ROOT,
                        "port %d is taken by another program, so the lesson runs on %d%n",
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
        programs.close();
    }
}
