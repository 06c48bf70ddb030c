package workshop.presenting;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import workshop.course.Source;

/**
 * One slide as its author wrote it.
 *
 * @param text  the markdown that the audience sees
 * @param notes the markdown that only the presenter sees, or nothing
 */
public record Slide(String text, String notes) {

    private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,})(.*)");

    /**
     * Splits a file into its slides: a line {@code ---} ends a slide, a line {@code Note:} begins
     * its notes. Both are plain text inside a code fence. A slide with nothing in it is left out.
     */
    public static List<Slide> in(String markdown) {
        var slides = new ArrayList<Slide>();
        var text = new StringBuilder();
        var notes = new StringBuilder();
        var part = text;
        String fence = null;
        for (var line : Source.withoutMark(markdown).lines().toList()) {
            var trimmed = line.stripTrailing();
            if (fence == null && trimmed.equals("---")) {
                add(slides, text, notes);
                part = text;
                continue;
            }
            if (fence == null && trimmed.equals("Note:")) {
                part = notes;
                continue;
            }
            fence = fenceAfter(trimmed, fence);
            part.append(line).append('\n');
        }
        add(slides, text, notes);
        return List.copyOf(slides);
    }

    /** The fence that is open after a line, given the one before it; null for none. */
    private static String fenceAfter(String line, String open) {
        var found = FENCE.matcher(line);
        if (!found.matches()) return open;
        String marks = found.group(1), info = found.group(2);
        if (open == null) return marks.startsWith("`") && info.contains("`") ? null : marks;
        return marks.startsWith(open) && info.isBlank() ? null : open;
    }

    private static void add(List<Slide> slides, StringBuilder text, StringBuilder notes) {
        if (!(text + "" + notes).isBlank()) {
            slides.add(new Slide(text.toString().strip(), notes.toString().strip()));
        }
        text.setLength(0);
        notes.setLength(0);
    }
}
