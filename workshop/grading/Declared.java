package workshop.grading;

/**
 * One thing that a cell of a notebook declares.
 *
 * @param key      as {@link Members.Member} has it; empty: what could not be read
 * @param text     its source; of what could not be read, what is wrong with it
 * @param cell     the cell, as messages name it
 * @param line     of the cell, from 1, where it begins
 * @param exercise the one whose region it belongs to; empty: none
 * @param given    whether the course's own notebook has it just so
 */
public record Declared(String key, String text, String cell, int line, String exercise,
                       boolean given) {
    boolean isImport() {
        return key.startsWith("import ");
    }

    boolean isUnreadable() {
        return key.isEmpty();
    }
}
