package workshop.course;

/**
 * An exercise's place in a lesson, from its {@code // EXERCISE} to its {@code // END} line.
 *
 * @param id        {@code "5.2"}
 * @param title     what follows the id in the first line
 * @param firstLine where the {@code EXERCISE} line stands, from 1
 * @param lastLine  where the {@code END} line stands
 * @param text      all its lines, both marks included, each with its end
 */
public record Region(String id, String title, int firstLine, int lastLine, String text) {}
