package workshop.authoring;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import workshop.checking.ExerciseCatalog;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.course.CourseException;
import workshop.course.Region;
import workshop.course.Source;

/** Each exercise has two mutants at least, its star one; each is another code than the solution. */
final class MutantsAreComplete implements Check {
    private static final int EACH = 2;

    @Override
    public void look(Tree tree, Findings findings) {
        for (int lesson : tree.lessons()) {
            ExerciseCatalog tests = tree.tests().apply(lesson).orElse(null);
            Source solution = tree.script(tree.course().solutions(), lesson).orElse(null);
            if (tests == null || solution == null) continue; // LessonsAreComplete tells that
            Map<String, Integer> count = new HashMap<>();
            for (Path file : Mutant.filesIn(tree.course().mutants(lesson))) {
                try {
                    Mutant mutant = Mutant.read(file);
                    count.merge(mutant.id(), 1, Integer::sum);
                    isWrong(mutant, tests, solution, findings);
                } catch (CourseException unreadable) {
                    findings.add(file, unreadable);
                }
            }
            for (ExerciseTests exercise : tests.exercises()) {
                if (Mutant.isStar(exercise.id())) continue;
                if (ExercisesAreDescribed.hasStar(exercise) && !count.containsKey(exercise.id()
                        + "★")) {
                    findings.add(tree.course().testFile(lesson),
                            Tree.lineOf(tree.course().testFile(lesson), '"' + exercise.id() + '"'),
                            "the star of " + exercise.id() + " has no mutant",
                            "Only an answer that leaves it out shows that its tests ask for it.",
                            "Write one: " + tree.name(tree.course().mutants(lesson)) + "/"
                            + exercise.id() + "s-what-is-wrong.java");
                }
                int there = count.getOrDefault(exercise.id(), 0);
                if (there < EACH) {
                    findings.add(tree.course().testFile(lesson),
                            Tree.lineOf(tree.course().testFile(lesson), '"' + exercise.id() + '"'),
                            "exercise " + exercise.id() + " has " + there + " mutants",
                            "Only a wrong answer shows that the tests refuse one.",
                            "Write at least " + EACH + ": " + tree.name(tree.course()
                            .mutants(lesson)) + "/" + exercise.id() + "-what-is-wrong.java");
                }
            }
        }
    }

    private static void isWrong(Mutant mutant, ExerciseCatalog tests, Source solution,
            Findings findings) {
        if (tests.exercise(Mutant.coreOf(mutant.id())).isEmpty()) {
            findings.add(mutant.file(), 1, "there is no exercise " + mutant.id(),
                    "Nothing could refuse this mutant.", "Remove it, or give it another number.");
            return;
        }
        String right = solution.region(mutant.region().id()).map(Region::code).orElse("");
        if (bare(mutant.region().code()).equals(bare(right))) {
            findings.add(mutant.file(), mutant.region().firstLine(),
                    "the mutant is the solution of " + mutant.id(),
                    "Right code is rightly accepted, so this mutant shows nothing.",
                    "Put the mistake back in.");
        }
    }

    private static String bare(String code) {
        return code.replaceAll("\\s+", "");
    }
}
