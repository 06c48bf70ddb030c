package workshop.authoring;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import workshop.checking.ExerciseCatalog;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.running.Folders;

/**
 * A program, and what its tests must say of it.
 *
 * @param name    for people: {@code "the starter with 2.1 to 2.3 solved"}
 * @param blamed  the file that is wrong where the verdicts are others
 * @param solved  the exercises that must pass, their stars too; all others must fail, and whether
 *                their stars do is asked of nobody
 * @param phrases words that the failure of an exercise must contain
 */
public record Trial(ExerciseCatalog lesson, String name, Source program, Path blamed,
                    Set<String> solved, Map<String, String> phrases) {
    private static final int SHOWN = 160;

    /** Runs a program and judges the exercises in the given order. */
    @FunctionalInterface
    public interface Judging {
        List<Verdict> judge(Source program, ExerciseCatalog lesson, List<ExerciseTests> exercises);
    }

    /**
     * The starter, the learner's path from it to the solution, the solution, other answers, all
     * mutants.
     */
    public static List<Trial> of(Tree tree, int lesson) {
        Optional<ExerciseCatalog> found = tree.tests().apply(lesson);
        Optional<Source> solution = tree.script(tree.course().solutions(), lesson);
        var trials = new ArrayList<Trial>();
        if (found.isEmpty() || solution.isEmpty()) return trials; // the checks have told it
        ExerciseCatalog tests = found.get();
        tree.script(tree.course().lessons(), lesson)
                .ifPresent(starter -> trials.addAll(path(tests, starter, solution.get())));
        trials.add(new Trial(tests, "the solution", solution.get(), solution.get().file(),
                Set.copyOf(ids(tests)), Map.of()));
        for (Path file : Mutant.filesIn(tree.course().answers(lesson))) {
            try {
                Answer answer = Answer.read(file, solution.get());
                trials.add(new Trial(tests, "the answer " + file.getFileName(), answer.program(),
                        file, Set.copyOf(ids(tests)), Map.of()));
            } catch (CourseException toldByTheChecks) {
                continue;
            }
        }
        for (Path file : Mutant.filesIn(tree.course().mutants(lesson))) {
            try {
                Mutant mutant = Mutant.read(file);
                if (tests.exercise(Mutant.coreOf(mutant.id())).isPresent()) {
                    trials.add(mutated(tests, mutant, solution.get()));
                }
            } catch (CourseException toldByTheChecks) {
                continue;
            }
        }
        return trials;
    }

    /** Is it the starter or the solution, and not a way between them or beside them? */
    boolean isEnd() {
        return name.equals("the starter") || name.equals("the solution");
    }

    private static List<Trial> path(ExerciseCatalog tests, Source starter, Source solution) {
        var path = new ArrayList<Trial>();
        var phrases = new HashMap<String, String>();
        tests.exercises().forEach(each -> phrases.put(each.id(), each.starter()));
        List<String> ids = ids(tests);
        for (int solved = 0; solved < ids.size(); solved++) {
            var texts = new HashMap<String, String>();
            for (String id : ids.subList(0, solved)) {
                solution.region(id).ifPresent(region -> texts.put(id, region.text()));
            }
            String name = "the starter" + switch (solved) {
                case 0 -> "";
                case 1 -> " with " + ids.getFirst() + " solved";
                default -> " with " + ids.getFirst() + " to " + ids.get(solved - 1) + " solved";
            };
            path.add(new Trial(tests, name, starter.with(texts), starter.file(),
                    Set.copyOf(ids.subList(0, solved)), solved == 0 ? phrases : Map.of()));
        }
        return path;
    }

    private static Trial mutated(ExerciseCatalog tests, Mutant mutant, Source solution) {
        var others = new ArrayList<>(ids(tests));
        others.remove(mutant.id());
        return new Trial(tests, "the mutant " + mutant.file().getFileName(),
                solution.with(Map.of(mutant.region().id(), mutant.region().text())), mutant.file(),
                Set.copyOf(others), Map.of(mutant.id(), mutant.says()));
    }

    private static List<String> ids(ExerciseCatalog tests) {
        return tests.exercises().stream().map(ExerciseTests::id)
                .filter(id -> !Mutant.isStar(id)).toList();
    }

    /** Judges the program, and adds what is not as it must be; leaves it there to be looked at. */
    public void run(Judging judging, Course course, Findings findings) {
        String place = name.replaceFirst("^the ", "").replaceFirst("\\.java$", "")
                .replaceAll("[^A-Za-z0-9.]+", "-");
        String number = String.format(Locale.ROOT, "%02d-", lesson.lesson());
        Path copy = Course.script(course.cache().resolve("author").resolve(number + place),
                lesson.lesson());
        Path shown = course.root().relativize(copy);
        int before = findings.count();
        for (Verdict verdict : judging.judge(program, lesson, solvedFirst())) {
            String id = verdict.id();
            String says = "In " + name + " its tests say: " + firstWords(verdict.message());
            String seeIt = "See it: ./jbang check " + id + " --file " + shown;
            if (verdict.status() == Status.BROKEN) {
                findings.add(blamed, 0, "a program made of it does not run",
                        "It is " + name + ": " + firstWords(verdict.message()), seeIt);
                break; // the others broke with it
            } else if (Mutant.isStar(id) && !solved.contains(Mutant.coreOf(id))) {
                continue;
            } else if (mustPass(id) && !verdict.passed()) {
                if (lesson.exercise(id).filter(this::needsWhatIsWrong).isPresent()) continue;
                findings.add(blamed, lineOf(id), id + " is solved and fails all the same", says,
                        seeIt);
            } else if (!mustPass(id) && verdict.passed()) {
                findings.add(blamed, lineOf(id), id + " is not solved and passes all the same",
                        "In " + name + " its tests do not see what is missing.",
                        "Let them demand it. " + seeIt);
            } else if (!verdict.message().contains(phrases.getOrDefault(id, ""))) {
                findings.add(blamed, lineOf(id), id + " fails for another reason than “"
                        + phrases.get(id) + "”", says, "Mend the phrase, or what fails. " + seeIt);
            }
        }
        if (findings.count() > before) Folders.write(copy, program.bytes());
    }

    /** Does it need, perhaps over others, what a mutant has wrong? Then it may fail as well. */
    private boolean needsWhatIsWrong(ExerciseTests exercise) {
        return exercise.needs().stream().anyMatch(need -> !solved.contains(need.toString())
                || lesson.exercise(need).filter(this::needsWhatIsWrong).isPresent());
    }

    /** A star is wrong only in its own mutant. */
    private boolean mustPass(String id) {
        return Mutant.isStar(id) ? !phrases.containsKey(id) : solved.contains(id);
    }

    /** Each failure costs a new start for those behind it, so what must fail comes last. */
    private List<ExerciseTests> solvedFirst() {
        return lesson.exercises().stream()
                .sorted(Comparator.comparing(exercise -> !solved.contains(exercise.id()))).toList();
    }

    private int lineOf(String id) {
        return Tree.lineOf(blamed, "// EXERCISE " + Mutant.coreOf(id) + " ");
    }

    /** The test's name and its first sentence, or the first error. */
    private static String firstWords(String message) {
        List<String> lines = message.lines().limit(2).map(String::strip).toList();
        String words = String.join(" — ", lines);
        return words.length() <= SHOWN ? words : words.substring(0, SHOWN) + "…";
    }
}
