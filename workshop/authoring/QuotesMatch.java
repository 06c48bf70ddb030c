package workshop.authoring;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import workshop.course.Course;
import workshop.course.CourseException;

/** Code in slides and notebooks, and what exercises ask for there, is that of the scripts. */
final class QuotesMatch implements Check {
    @Override
    public void look(Tree tree, Findings findings) {
        for (int lesson : tree.lessons()) {
            for (Path file : List.of(tree.course().slides(lesson),
                    tree.course().notebook(lesson))) {
                if (Files.exists(file)) look(tree.course(), file, findings);
            }
        }
    }

    private static void look(Course course, Path file, Findings findings) {
        List<Quote> quotes;
        try {
            quotes = Quote.in(file, Tree.read(file));
        } catch (CourseException unreadable) {
            findings.add(file, unreadable);
            return;
        }
        for (Quote quote : quotes) {
            try {
                if (quote.source(course.root()).equals(quote.code())) continue;
                findings.add(file, quote.line(), "this is no longer what " + quote.from() + " says",
                        quote.isContract() ? "Tests decide by one text, and readers see another."
                                : "Readers would learn code that does not run.",
                        "Take the piece anew: ./jbang author sync");
            } catch (CourseException missing) {
                String[] words = missing.getMessage().split("\n", 2);
                if (words[0].startsWith(course.root().toString())) continue; // ScriptsAgree's
                findings.add(file, quote.line(), words[0],
                        "Code is shown here whose source nobody knows.",
                        words.length > 1 ? words[1] : "Name a piece that is there.");
            }
        }
    }
}
