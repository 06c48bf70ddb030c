package workshop.authoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Region;
import workshop.course.Source;
import workshop.course.Starters;
import workshop.running.Folders;

/**
 * {@code ./jbang author sync}: what stands in two places is written once. Solutions give lessons
 * all but the exercises; scripts give slides and notebooks their code, and the catalog its names.
 */
public final class AuthorSync {
    private final Tree tree;
    private final Tree all;
    private final PrintStream out;
    private int changed;
    private int refused;

    /** Those lessons of the tree that it is to look at; the catalog names all of them. */
    public AuthorSync(Tree tree, PrintStream out) {
        this.tree = tree;
        this.all = tree.only(Tree.lessonsIn(tree.course().root(), tree.files()));
        this.out = out;
    }

    /** False where something could not be brought together; the output says what to do. */
    public boolean run() {
        for (int lesson : tree.lessons()) {
            tree.script(tree.course().lessons(), lesson).ifPresent(starter ->
                    tree.script(tree.course().solutions(), lesson)
                            .ifPresent(solution -> sync(starter, solution)));
            Stream.of(tree.course().slides(lesson), tree.course().notebook(lesson))
                    .filter(Files::exists).forEach(this::refresh);
        }
        try {
            Path catalog = tree.course().catalog();
            write(catalog, Tree.read(catalog), Catalog.synced(all),
                    "its lessons are those that there are");
        } catch (JsonProcessingException broken) {
            refuse(tree.course().catalog(), "it is no JSON: " + broken.getOriginalMessage());
        }
        Path starters = tree.course().starters();
        write(starters, Files.exists(starters) ? Tree.read(starters) : "", Starters.text(
                all.lessons().stream().map(lesson -> all.script(all.course().lessons(), lesson))
                        .flatMap(Optional::stream).toList()), "the starters are those of now");
        Path picture = tree.course().picture();
        if (Files.exists(picture)) {
            write(picture, Tree.read(picture), pictured(Tree.read(picture)),
                    "lessons that are there are no longer coming");
        }
        if (changed + refused == 0) out.println("everything is in step: nothing was changed");
        return refused == 0;
    }

    /** In the picture of the course a lesson that is there is not “coming”. */
    private String pictured(String svg) {
        for (int lesson : all.lessons()) {
            svg = svg.replace("id=\"" + Course.name(lesson) + "\" class=\"coming\"",
                    "id=\"" + Course.name(lesson) + "\"");
        }
        return all.lessons().isEmpty() ? svg : svg.replaceFirst("Lessons 01 to \\d\\d are there",
                "Lessons 01 to " + String.format(Locale.ROOT, "%02d",
                        all.lessons().getLast()) + " are there");
    }

    private void sync(Source starter, Source solution) {
        // A region that only one of the two has would be lost, or show learners the solution.
        if (!ids(starter).equals(ids(solution))) {
            refuse(starter.file(), "it has not the same exercises as its solution.\n"
                    + "Give both the same regions; ./jbang author check says which differ.");
            return;
        }
        var texts = new HashMap<String, String>();
        starter.regions().forEach(region -> texts.put(region.id(), region.text()));
        write(starter.file(), starter.text(), solution.with(texts).text(),
                "its common parts are the solution's again");
    }

    private static HashSet<String> ids(Source source) {
        return new HashSet<>(source.regions().stream().map(Region::id).toList());
    }

    private void refresh(Path file) {
        Path root = tree.course().root();
        String text = Tree.read(file);
        try {
            List<Quote> stale = Quote.in(file, text).stream()
                    .filter(quote -> !quote.code().equals(quote.source(root))).toList();
            if (stale.isEmpty()) return;
            write(file, text, Quote.refreshed(text, stale, root), "taken anew: "
                    + String.join(", ", stale.stream().map(Quote::from).distinct().toList()));
        } catch (CourseException missing) {
            refuse(file, missing.getMessage());
        }
    }

    private void write(Path file, String before, String after, String what) {
        if (before.equals(after)) return;
        Folders.write(file, after.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        changed++;
        out.println(tree.name(file) + ": " + what + " (" + differing(before, after) + " lines)");
    }

    private void refuse(Path file, String why) {
        refused++;
        out.println(tree.name(file) + ": left as it is, since " + why);
    }

    /** How many lines came or went. */
    private static int differing(String before, String after) {
        Map<String, Integer> lines = new HashMap<>();
        before.lines().forEach(line -> lines.merge(line, -1, Integer::sum));
        after.lines().forEach(line -> lines.merge(line, 1, Integer::sum));
        return lines.values().stream().mapToInt(Math::abs).sum();
    }
}
