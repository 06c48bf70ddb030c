package workshop.authoring;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Region;
import workshop.course.Source;

/**
 * Slides lead a class: each exercise is on one, no answer stands before its exercise, and the last
 * slide leads on.
 */
final class SlidesLead implements Check {
    private static final Pattern TURN =
            Pattern.compile("#{1,3} Your turn (\\S+) · (\\d{1,3}) min");
    private static final Pattern LOOKS = Pattern.compile("#{1,3} Your turn\\b.*");
    private static final Pattern FENCE = Pattern.compile(" {0,3}(?:`{3,}|~{3,}).*");
    private static final int MOST_MINUTES = 90; // of a lesson's cores, for a newcomer

    /** One slide: where it begins, the exercise that it gives, and whether it is an answer. */
    private record Place(int line, String turn, boolean answer) {}

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
        var places = new ArrayList<Place>();
        int minutes = 0;
        int line = 0;
        boolean fenced = false;
        var at = new Place(1, null, false);
        boolean begun = false;
        for (String each : text.lines().map(String::stripTrailing).toList()) {
            line++;
            if (FENCE.matcher(each).matches()) fenced = !fenced;
            if (fenced) continue;
            if (each.equals("---")) {
                if (begun) places.add(at);
                at = new Place(line + 1, null, false);
                begun = false;
                continue;
            }
            if (each.equals("Answer:") && !begun) at = new Place(line, null, true);
            Matcher turn = TURN.matcher(each);
            if (turn.matches()) {
                at = new Place(line, turn.group(1), false);
                minutes += Integer.parseInt(turn.group(2));
                if (solution.region(turn.group(1)).isEmpty()) {
                    findings.add(file, line, "there is no exercise " + turn.group(1),
                            "The class is sent to something that is not there.",
                            "Is the heading's number right?");
                }
            } else if (LOOKS.matcher(each).matches()) {
                findings.add(file, line, "no exercise is given like this",
                        "Its contract and the way to its page would be missing.",
                        "Write “## Your turn 4.1 · 15 min”.");
            }
            begun |= !each.isBlank();
        }
        if (begun) places.add(at);
        for (Region region : solution.regions()) {
            if (places.stream().anyMatch(place -> region.id().equals(place.turn()))) continue;
            findings.add(file, 0, "exercise " + region.id() + " is on no slide",
                    "Whoever teaches with the deck would pass it by.",
                    "Add a slide “## Your turn " + region.id() + " · 15 min”.");
        }
        if (minutes > MOST_MINUTES) {
            findings.add(file, 0, "its exercises take " + minutes + " minutes",
                    "A lesson's cores take a newcomer at most " + MOST_MINUTES + ".",
                    "Give them less time, or let them ask for less.");
        }
        if (!places.isEmpty() && (places.getLast().turn() != null || places.getLast().answer())) {
            findings.add(file, places.getLast().line(), "the last slide leads nowhere",
                    "Each lesson ends at a limit that the next one removes.",
                    "Add a slide that names it.");
        }
        answersComeLater(course, file, text, solution, places, findings);
    }

    private static void answersComeLater(Course course, Path file, String text, Source solution,
            List<Place> places, Findings findings) {
        List<Quote> quotes;
        try {
            quotes = Quote.in(file, text);
        } catch (CourseException toldByQuotesMatch) {
            return;
        }
        Set<String> given = new HashSet<>();
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            int end = i + 1 < places.size() ? places.get(i + 1).line() : Integer.MAX_VALUE;
            if (place.turn() != null) given.add(place.turn());
            for (Quote quote : quotes) {
                if (quote.line() < place.line() || quote.line() >= end) continue;
                Optional<String> answers = answered(course, quote, solution);
                if (answers.isEmpty() || place.answer() && given.contains(answers.get())) continue;
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
