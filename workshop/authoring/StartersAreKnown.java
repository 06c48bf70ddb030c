package workshop.authoring;

import java.nio.file.Path;
import workshop.course.Course;
import workshop.course.Region;
import workshop.course.Starters;

/** The list of what the regions are before anybody writes in them is up to date. */
final class StartersAreKnown implements Check {
    @Override
    public void look(Tree tree, Findings findings) {
        Path list = tree.course().starters();
        Starters known = Starters.of(tree.course());
        for (int lesson : tree.lessons()) {
            tree.script(tree.course().lessons(), lesson).ifPresent(starter ->
                    starter.regions().stream().filter(region -> !known.isUpToDate(region))
                            .forEach(region -> tell(region, list, findings)));
        }
    }

    private static void tell(Region region, Path list, Findings findings) {
        findings.add(list, Tree.lineOf(list, region.id() + " "), "the starter of "
                        + region.id() + " is another one",
                "Whoever has not touched it would be told that it is wrong.",
                "Write the list anew: ./jbang author sync");
    }
}
