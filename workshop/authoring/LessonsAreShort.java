package workshop.authoring;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import workshop.authoring.Sizes.Limits;
import workshop.course.Source;

/** A lesson is read in one sitting, and says what no other lesson says; {@link Sizes} says how. */
final class LessonsAreShort implements Check {
    @Override
    public void look(Tree tree, Findings findings) {
        var read = new ArrayList<Source>();
        for (int lesson : tree.lessons()) {
            Sizes.of(tree, lesson).ifPresent(size -> isShort(tree, size, findings));
            tree.script(tree.course().solutions(), lesson).ifPresent(solution -> {
                read.forEach(earlier -> shareNothing(tree, earlier, solution, findings));
                read.add(solution);
            });
        }
    }

    private static void isShort(Tree tree, Sizes size, Findings findings) {
        Limits limits = Limits.of(size.lesson());
        Path solution = tree.script(tree.course().solutions(), size.lesson()).orElseThrow().file();
        if (size.outside() > limits.outside()) {
            findings.add(solution, 0, size.outside() + " lines stand outside of the exercises, "
                    + limits.outside() + " may", limits.why(),
                    "Move what is not its idea into lessons/given.");
        }
        if (size.first() > Sizes.FIRST_WITHIN) {
            findings.add(solution, size.first(), "the first exercise begins behind line "
                    + Sizes.FIRST_WITHIN, "Who came to do something reads a preface instead.",
                    "Put what drives the exercises behind them.");
        }
        if (size.cells() > limits.cells() || size.code() > limits.code()) {
            findings.add(tree.course().notebook(size.lesson()), 0, size.cells() + " cells with "
                    + size.code() + " lines of code stand before the first check; "
                    + limits.cells() + " and " + limits.code() + " may", limits.why(),
                    "Import what earlier lessons taught from given; hold each region once.");
        }
    }

    /** The longest run of lines that both have, wherever it stands. */
    private static void shareNothing(Tree tree, Source earlier, Source later, Findings findings) {
        List<String> there = earlier.text().lines().toList();
        List<String> here = later.text().lines().toList();
        Map<String, List<Integer>> places = new HashMap<>();
        for (int i = 0; i < there.size(); i++) {
            places.computeIfAbsent(there.get(i), _ -> new ArrayList<>()).add(i);
        }
        for (int i = 0; i < here.size(); i++) {
            int longest = 0;
            int from = 0;
            for (int place : places.getOrDefault(here.get(i), List.of())) {
                int run = 0;
                while (i + run < here.size() && place + run < there.size()
                        && here.get(i + run).equals(there.get(place + run))) run++;
                if (run > longest) {
                    longest = run;
                    from = place;
                }
            }
            if (longest < Sizes.EQUAL_RUN) continue;
            findings.add(later.file(), i + 1, longest + " lines are those of "
                    + tree.name(earlier.file()) + " from line " + (from + 1),
                    "Who knows them reads them again, and looks for what is new in them.",
                    "Move them into lessons/given, and name them with //SOURCES.");
            i += longest - 1;
        }
    }
}
