package workshop.authoring;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tests.Star;
import workshop.checking.ExerciseCatalog;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.course.Course;
import workshop.course.ExerciseId;
import workshop.course.Region;
import workshop.course.Source;

/** Each exercise has tests with its title, hints and starter phrase; each region an exercise. */
final class ExercisesAreDescribed implements Check {
    private static final int HINTS = 3;
    private static final Pattern ID = Pattern.compile("\\d+\\.\\d+");

    @Override
    public void look(Tree tree, Findings findings) {
        for (int lesson : tree.lessons()) {
            Source script = tree.script(tree.course().lessons(), lesson).orElse(null);
            ExerciseCatalog tests = tree.tests().apply(lesson).orElse(null);
            if (script == null || tests == null) continue; // LessonsAreComplete tells that
            Path file = tree.course().testFile(lesson);
            for (Region region : script.regions()) regionHasTests(script, region, tests, findings);
            var seen = new HashSet<String>();
            for (ExerciseTests exercise : tests.exercises()) {
                int line = Tree.lineOf(file, '"' + exercise.id() + '"');
                if (!seen.add(exercise.id())) {
                    findings.add(file, line, "exercise " + exercise.id() + " has two classes",
                            "Its verdict would be that of one of them.", "Make one of the two.");
                }
                if (Mutant.isStar(exercise.id())) continue;
                hasStarTests(script, exercise, findings);
                needsWhatItSays(script, exercise, findings);
                hasRegion(script, exercise, file, line, findings);
                isDescribed(exercise, file, line, findings);
            }
        }
    }

    private static void regionHasTests(Source script, Region region, ExerciseCatalog tests,
            Findings findings) {
        var exercise = tests.exercise(region.id());
        if (exercise.isEmpty()) {
            findings.add(script.file(), region.firstLine(),
                    "exercise " + region.id() + " has no tests",
                    "Nobody can say whether it is solved.",
                    "Write a class with @Exercise(id = \"" + region.id() + "\") in the tests.");
        } else if (!exercise.get().title().equals(region.title())) {
            findings.add(script.file(), region.firstLine(),
                    "exercise " + region.id() + " is called “" + region.title() + "” here",
                    "Its tests, where the title belongs, call it “" + exercise.get().title() + "”.",
                    "Write that title here, in lessons/ and solutions/.");
        }
    }

    private static void hasRegion(Source script, ExerciseTests exercise, Path file, int line,
            Findings findings) {
        if (script.region(exercise.id()).isPresent()) return;
        findings.add(file, line, "exercise " + exercise.id() + " has no region in "
                + Course.name(ExerciseCatalog.lessonOf(exercise.id())) + ".java",
                "A learner finds no place where to solve it.",
                "Add “// EXERCISE " + exercise.id() + "  " + exercise.title()
                + "” to lessons/ and solutions/.");
    }

    /** Does a test of this exercise ask for more than the core? */
    static boolean hasStar(ExerciseTests exercise) {
        return Arrays.stream(exercise.type().getDeclaredMethods())
                .anyMatch(method -> method.isAnnotationPresent(Star.class));
    }

    private static void hasStarTests(Source script, ExerciseTests exercise, Findings findings) {
        Region region = script.region(exercise.id()).orElse(null);
        if (region == null) return;
        boolean asked = region.contract().clauses().stream()
                .anyMatch(clause -> clause.label().equals("★"));
        if (asked == hasStar(exercise)) return;
        findings.add(script.file(), region.firstLine(), asked
                ? "the star of " + exercise.id() + " has no test"
                : exercise.id() + " has tests of a star that it does not ask for",
                "Whoever earns a star wants to know how, and that it was seen.", asked
                ? "Mark those of its tests with @Star that go beyond the core."
                : "Say behind a ★, in the comment above the code, what goes beyond the core.");
    }

    /** “solve 2.1 first” is said where a test's needs have it; the learner reads the contract's. */
    private static void needsWhatItSays(Source script, ExerciseTests exercise, Findings findings) {
        Region region = script.region(exercise.id()).orElse(null);
        if (region == null) return;
        String asked = region.contract().clauses().stream()
                .filter(clause -> clause.label().equals("Needs"))
                .flatMap(clause -> ID.matcher(clause.text()).results()).map(MatchResult::group)
                .collect(Collectors.joining(", "));
        String needed = exercise.needs().stream().map(ExerciseId::toString)
                .collect(Collectors.joining(", "));
        if (asked.equals(needed)) return;
        findings.add(script.file(), region.firstLine(), exercise.id() + " needs "
                + (asked.isEmpty() ? "nothing" : asked) + ", and its tests say "
                + (needed.isEmpty() ? "nothing" : needed),
                "Where the one that is needed fails, a learner is told so, or left to search.",
                "Make the clause “Needs” and needs = … of its @Exercise the same.");
    }

    private static void isDescribed(ExerciseTests exercise, Path file, int line,
            Findings findings) {
        List<String> hints = exercise.hints();
        if (hints.size() < HINTS || hints.stream().anyMatch(String::isBlank)) {
            findings.add(file, line, "exercise " + exercise.id() + " has "
                    + hints.stream().filter(hint -> !hint.isBlank()).count() + " hints",
                    "A learner needs a nudge, the API's name, and nearly the answer.",
                    "Write at least " + HINTS + " into its @Exercise, none empty.");
        }
        if (exercise.starter().isBlank()) {
            findings.add(file, line, "exercise " + exercise.id() + " has no starter phrase",
                    "So it might fail on the starter for a reason that no learner can mend.",
                    "Name words of the failure that the starter is meant to cause.");
        }
    }
}
