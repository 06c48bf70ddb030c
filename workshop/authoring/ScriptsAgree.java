package workshop.authoring;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Region;
import workshop.course.Source;

/** A lesson and its solution have the same exercises, and are the same outside of them. */
final class ScriptsAgree implements Check {
    private record Line(int number, String text) {}

    @Override
    public void look(Tree tree, Findings findings) {
        for (int lesson : tree.lessons()) {
            Source starter = read(Course.script(tree.course().lessons(), lesson), findings);
            Source solution = read(Course.script(tree.course().solutions(), lesson), findings);
            if (starter == null || solution == null) continue;
            sameRegions(starter, solution, findings);
            sameOutside(starter, solution, findings);
        }
    }

    private static Source read(Path file, Findings findings) {
        if (!Files.exists(file)) return null; // LessonsAreComplete tells that
        try {
            return Source.read(file);
        } catch (CourseException unreadable) {
            findings.add(file, unreadable);
            return null;
        }
    }

    private static void sameRegions(Source starter, Source solution, Findings findings) {
        missing(starter, solution, findings);
        missing(solution, starter, findings);
        for (Region region : solution.regions()) {
            starter.region(region.id()).filter(other -> !other.title().equals(region.title()))
                    .ifPresent(other -> findings.add(starter.file(), other.firstLine(),
                            "exercise " + region.id() + " is called “" + other.title() + "” here",
                            "The solution calls it “" + region.title() + "”.",
                            "Give both the title that stands on its tests."));
        }
        List<String> ids = starter.regions().stream().map(Region::id).toList();
        for (int i = 0; i < ids.size(); i++) {
            String due = Course.numberOf(starter.file()).orElseThrow() + "." + (i + 1);
            if (!ids.get(i).equals(due)) {
                findings.add(starter.file(), starter.regions().get(i).firstLine(),
                        "exercise " + ids.get(i) + " stands where " + due + " is due",
                        "Learners solve a lesson's exercises in their order, without a gap.",
                        "Move or number the regions so, in lessons/ and solutions/.");
                break; // the others follow from it
            }
        }
    }

    private static void missing(Source from, Source in, Findings findings) {
        for (Region region : from.regions()) {
            if (in.region(region.id()).isEmpty()) {
                findings.add(from.file(), region.firstLine(),
                        "exercise " + region.id() + " has no region in " + in.file(),
                        "Each exercise has its place in lessons/ and in solutions/.",
                        "Add the region there, or remove it here.");
            }
        }
    }

    private static void sameOutside(Source starter, Source solution, Findings findings) {
        List<Line> here = outside(starter);
        List<Line> there = outside(solution);
        for (int i = 0; i < Math.max(here.size(), there.size()); i++) {
            Line one = i < here.size() ? here.get(i) : null;
            Line other = i < there.size() ? there.get(i) : null;
            if (one != null && other != null && one.text().equals(other.text())) continue;
            findings.add(starter.file(), one == null ? 0 : one.number(),
                    "outside its exercises it differs from the solution",
                    "Here: " + shown(one) + " — line " + (other == null ? "none" : other.number())
                    + " of the solution: " + shown(other),
                    "Write it as it must be in solutions/, then: ./jbang author sync");
            return; // sync mends all of them
        }
    }

    /** The lines outside, each with its number; a region stands for itself in one line. */
    private static List<Line> outside(Source source) {
        var lines = new ArrayList<Line>();
        List<String> text = Source.lines(source.text());
        for (int i = 0; i < text.size(); i++) {
            int number = i + 1;
            Region region = source.regions().stream()
                    .filter(each -> each.firstLine() == number).findFirst().orElse(null);
            lines.add(new Line(number, region == null ? text.get(i) : "exercise " + region.id()));
            if (region != null) i = region.lastLine() - 1;
        }
        return lines;
    }

    private static String shown(Line line) {
        if (line == null) return "nothing";
        String text = line.text().strip();
        return "“" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "”";
    }
}
