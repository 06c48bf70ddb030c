package workshop.course;

import java.util.List;

/**
 * An exercise's place in a lesson, from its {@code // EXERCISE} to its {@code // END} line.
 *
 * @param id        {@code "5.2"}
 * @param title     what follows the id in the first line
 * @param firstLine where the {@code EXERCISE} line stands, from 1
 * @param lastLine  where the {@code END} line stands
 * @param text      all its lines, both marks included, each with its end
 */
public record Region(String id, String title, int firstLine, int lastLine, String text) {
    /** What the comment behind the first mark asks for. */
    public Contract contract() {
        return Contract.of(this);
    }

    /** The code alone: without the marks and the comment that belongs to the first of them. */
    public String code() {
        List<String> lines = text.lines().toList();
        int from = 1;
        while (lines.get(from).matches("//(   .*)?")) from++;
        return String.join("\n", lines.subList(from, lines.size() - 1)).strip();
    }
}
