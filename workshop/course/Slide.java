package workshop.course;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One slide as its author wrote it.
 *
 * @param text   the markdown that the audience sees
 * @param notes  the markdown that only the presenter sees, or nothing
 * @param answer whether the audience sees it only once the presenter shows it
 */
public record Slide(String text, String notes, boolean answer) {

    private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,})(.*)");
    private static final Pattern TURN =
            Pattern.compile("#{1,3} Your turn (\\d{1,2}\\.\\d{1,2}) · (\\d{1,3}) min(?:\n|$)");

    /**
     * An exercise that this slide gives to the class.
     *
     * @param id      {@code "3.1"}
     * @param minutes that it may take
     */
    public record Turn(String id, int minutes) {}

    /** A slide, and the line of the file in which it begins: its first that is not blank. */
    public record Placed(int line, Slide slide) {}

    /**
     * Splits a file into its slides: a line {@code ---} ends a slide, a line {@code Note:} begins
     * its notes, and one whose first line is {@code Answer:} is an answer. All three are plain text
     * inside a code fence. A slide with nothing in it is left out.
     */
    public static List<Slide> in(String markdown) {
        return placed(markdown).stream().map(Placed::slide).toList();
    }

    /** The same, each with its place. */
    public static List<Placed> placed(String markdown) {
        var slides = new ArrayList<Placed>();
        var text = new StringBuilder();
        var notes = new StringBuilder();
        var part = text;
        boolean answer = false;
        String fence = null;
        int number = 0;
        int begin = 0; // of this slide; 0: nothing but blank lines so far
        for (var line : Source.withoutMark(markdown).lines().toList()) {
            var trimmed = line.stripTrailing();
            number++;
            if (fence == null && trimmed.equals("---")) {
                add(slides, begin, text, notes, answer);
                part = text;
                answer = false;
                begin = 0;
                continue;
            }
            if (begin == 0 && !trimmed.isBlank()) begin = number;
            if (fence == null && trimmed.equals("Note:")) {
                part = notes;
                continue;
            }
            if (trimmed.equals("Answer:") && (text + "" + notes).isBlank()) {
                answer = true;
                continue;
            }
            fence = fenceAfter(trimmed, fence);
            part.append(line).append('\n');
        }
        add(slides, begin, text, notes, answer);
        return List.copyOf(slides);
    }

    /** The exercise of a slide {@code ## Your turn 3.1 · 15 min}. */
    public Optional<Turn> turn() {
        var found = TURN.matcher(text);
        return found.lookingAt() && !answer
                ? Optional.of(new Turn(found.group(1), Integer.parseInt(found.group(2))))
                : Optional.empty();
    }

    /** The lines of its text; those of code, and its fences, are empty. */
    public List<String> prose() {
        var prose = new ArrayList<String>();
        String fence = null;
        for (var line : text.lines().map(String::stripTrailing).toList()) {
            var before = fence;
            fence = fenceAfter(line, fence);
            prose.add(before == null && fence == null ? line : "");
        }
        return prose;
    }

    /** The fence that is open after a line, given the one before it; null for none. */
    private static String fenceAfter(String line, String open) {
        var found = FENCE.matcher(line);
        if (!found.matches()) return open;
        String marks = found.group(1), info = found.group(2);
        if (open == null) return marks.startsWith("`") && info.contains("`") ? null : marks;
        return marks.startsWith(open) && info.isBlank() ? null : open;
    }

    private static void add(List<Placed> slides, int begin, StringBuilder text,
            StringBuilder notes, boolean answer) {
        if (!(text + "" + notes).isBlank()) {
            slides.add(new Placed(begin, new Slide(text.toString().strip(),
                    notes.toString().strip(), answer)));
        }
        text.setLength(0);
        notes.setLength(0);
    }
}
