package workshop.authoring;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import workshop.checking.Checker;
import workshop.course.Course;
import workshop.running.Programs;

/** {@code ./jbang author check}: all that must hold in the course, and whether it does. */
public final class AuthorCheck {
    private final Tree tree;
    private final List<String> commands;
    private final PrintStream out;
    private final Findings findings = new Findings();

    /** @param commands of {@code Workshop} */
    AuthorCheck(Tree tree, List<String> commands, PrintStream out) {
        this.tree = tree;
        this.commands = commands;
        this.out = out;
    }

    /** All that is seen without running a lesson. A new check gets its name here. */
    public static List<Check> checks(List<String> commands) {
        return List.of(new LessonsAreComplete(), new ScriptsAgree(), new ExercisesAreDescribed(),
                new MutantsAreComplete(), new AnswersAreRight(), new QuotesMatch(),
                new SlidesLead(), new AnswersHaveCells(), new LocalesAreNamed(),
                new LessonsAreShort(), new VersionsAgree(), new CatalogIsComplete(commands),
                new StartersAreKnown(), new NoStrayFiles(), new TextsAreTidy());
    }

    /**
     * Gives what is wrong; prints as it goes.
     *
     * @param jobs    how many programs run at a time; 0: none is run at all
     * @param most  how many of the programs are run that are neither starter nor solution; which
     *              ones, chance decides
     */
    List<Finding> run(int jobs, int most) throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (Check check : checks(commands)) {
            int before = findings.count();
            check.look(tree, findings);
            tell(check.getClass().getSimpleName(), start, before);
        }
        if (jobs > 0) runPrograms(jobs, most);
        Path root = tree.course().root();
        findings.all().forEach(finding -> out.printf(Locale.ROOT, "%n%s%n", finding.told(root)));
        int count = findings.count();
        out.printf(Locale.ROOT, "%nauthor check: %s in %.1f s%n", count == 0 ? "nothing found"
                : count + (count == 1 ? " finding" : " findings"), seconds(start));
        return findings.all();
    }

    private void runPrograms(int jobs, int most) throws IOException, InterruptedException {
        var again = new ConcurrentLinkedQueue<Trial>();
        var pool = Executors.newFixedThreadPool(jobs);
        try (var programs = new Programs(tree.course())) {
            tree.lessons().forEach(programs::prepareInBackground);
            var ends = new ArrayList<Future<?>>();
            for (Trial trial : chosen(most)) {
                ends.add(pool.submit(() -> {
                    if (!run(trial, programs, false)) again.add(trial);
                }));
            }
            for (Future<?> end : ends) end.get();
            // Beside others a program may be late. What fails once more, alone, is found.
            for (Trial trial : again) run(trial, programs, true);
        } catch (ExecutionException defect) {
            throw new IllegalStateException("a program could not be checked", defect.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private List<Trial> chosen(int most) {
        var trials = new ArrayList<Trial>();
        for (int lesson : tree.lessons()) trials.addAll(Trial.of(tree, lesson));
        List<Trial> between = new ArrayList<>(trials);
        between.removeIf(Trial::isEnd);
        if (between.size() <= most) return trials;
        String given = System.getenv("SEED");
        long seed = given == null ? System.nanoTime() : Long.parseLong(given);
        Collections.shuffle(between, new Random(seed));
        trials.removeAll(between.subList(most, between.size()));
        out.printf(Locale.ROOT, "  %d of %d programs, drawn with SEED=%d%n", trials.size(),
                trials.size() + between.size() - most, seed);
        return trials;
    }

    /** False where something was found, which counts only the last time. */
    private boolean run(Trial trial, Programs programs, boolean last) {
        long start = System.nanoTime();
        var own = new Findings();
        var checker = new Checker(programs);
        trial.run((program, lesson, exercises) -> checker.check(program, lesson, exercises,
                verdict -> { /* all of them are looked at together */ }), tree.course(), own);
        boolean clean = own.count() == 0;
        String name = Course.name(trial.lesson().lesson()) + "  " + trial.name();
        synchronized (out) {
            int before = findings.count();
            if (clean || last) {
                findings.addAll(own);
                tell(name, start, before);
            } else {
                out.printf(Locale.ROOT, "? %-66s %5.1f s  once more, alone, later%n", name,
                        seconds(start));
            }
        }
        return clean;
    }

    private void tell(String what, long start, int before) {
        int found = findings.count() - before;
        out.printf(Locale.ROOT, "%s %-66s %5.1f s%s%n", found == 0 ? "✓" : "✗", what,
                seconds(start), found == 0 ? "" : "  " + found + " found");
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
