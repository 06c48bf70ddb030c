package workshop.authoring;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Region;
import workshop.course.Slide;
import workshop.course.Slide.Placed;
import workshop.course.Source;

/**
 * Slides lead a class: each exercise is on one, no answer stands before its exercise, and the last
 * slide leads on.
 */
final class SlidesLead implements Check {
    private static final Pattern LOOKS = Pattern.compile("#{1,3} Your turn\\b.*");
    private static final int MOST_MINUTES = 90; // of a lesson's cores, for a newcomer

    @Override
    public void look(Tree tree, Findings findings) {
        for (int lesson : tree.lessons()) {
            Path file = tree.course().slides(lesson);
            Optional<Source> solution = tree.script(tree.course().solutions(), lesson);
            if (Files.exists(file) && solution.isPresent()) {
                look(tree.course(), file, solution.get(), findings);
            }
        }
    }

    private static void look(Course course, Path file, Source solution, Findings findings) {
        String text = Tree.read(file);
        List<Placed> slides = Slide.placed(text);
        for (Placed each : slides) {
            each.slide().turn().filter(turn -> solution.region(turn.id()).isEmpty())
                    .ifPresent(turn -> findings.add(file, each.line(),
                            "there is no exercise " + turn.id(),
                            "The class is sent to something that is not there.",
                            "Is the heading's number right?"));
            looksLikeOne(each, file, findings);
        }
        for (Region region : solution.regions()) {
            if (turns(slides).anyMatch(turn -> turn.id().equals(region.id()))) continue;
            findings.add(file, 0, "exercise " + region.id() + " is on no slide",
                    "Whoever teaches with the deck would pass it by.",
                    "Add a slide “## Your turn " + region.id() + " · 15 min”.");
        }
        int minutes = turns(slides).mapToInt(Slide.Turn::minutes).sum();
        if (minutes > MOST_MINUTES) {
            findings.add(file, 0, "its exercises take " + minutes + " minutes",
                    "A lesson's cores take a newcomer at most " + MOST_MINUTES + ".",
                    "Give them less time, or let them ask for less.");
        }
        Slide last = slides.isEmpty() ? null : slides.getLast().slide();
        if (last != null && (last.answer() || last.turn().isPresent())) {
            findings.add(file, slides.getLast().line(), "the last slide leads nowhere",
                    "Each lesson ends at a limit that the next one removes.",
                    "Add a slide that names it.");
        }
        answersComeLater(course, file, text, solution, slides, findings);
    }

    private static Stream<Slide.Turn> turns(List<Placed> slides) {
        return slides.stream().flatMap(each -> each.slide().turn().stream());
    }

    /** A heading that means to give an exercise, and is not read so. */
    private static void looksLikeOne(Placed placed, Path file, Findings findings) {
        Slide slide = placed.slide();
        List<String> lines = slide.prose();
        int begin = placed.line() + (slide.answer() ? 1 : 0);
        for (int i = slide.turn().isPresent() ? 1 : 0; i < lines.size(); i++) {
            if (!LOOKS.matcher(lines.get(i)).matches()) continue;
            findings.add(file, begin + i, "no exercise is given like this",
                    "Its contract and the way to its page would be missing.",
                    "Write “## Your turn 4.1 · 15 min”, first on a slide of its own.");
        }
    }

    private static void answersComeLater(Course course, Path file, String text, Source solution,
            List<Placed> slides, Findings findings) {
        List<Quote> quotes;
        try {
            quotes = Quote.in(file, text);
        } catch (CourseException toldByQuotesMatch) {
            return;
        }
        Set<String> given = new HashSet<>();
        for (int i = 0; i < slides.size(); i++) {
            Slide slide = slides.get(i).slide();
            int begin = slides.get(i).line();
            int end = i + 1 < slides.size() ? slides.get(i + 1).line() : Integer.MAX_VALUE;
            slide.turn().ifPresent(turn -> given.add(turn.id()));
            for (Quote quote : quotes) {
                if (quote.line() < begin || quote.line() >= end) continue;
                Optional<String> answers = answered(course, quote, solution);
                if (answers.isEmpty() || slide.answer() && given.contains(answers.get())) continue;
                findings.add(file, quote.line(), "the answer to " + answers.get()
                        + " stands where the audience sees it too early",
                        "Who has seen the answer has no exercise any more.",
                        "Put it behind “Your turn " + answers.get() + "”, on a slide whose first"
                        + " line is “Answer:”.");
            }
        }
    }

    /** The exercise that the solution's code answers; empty for any other code. */
    private static Optional<String> answered(Course course, Quote quote, Source solution) {
        if (!quote.from().startsWith("solutions/")) return Optional.empty();
        try {
            String code = quote.source(course.root());
            return solution.regions().stream().filter(region -> region.text().contains(code))
                    .map(Region::id).findFirst();
        } catch (CourseException toldByQuotesMatch) {
            return Optional.empty();
        }
    }
}
