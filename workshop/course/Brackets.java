package workshop.course;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * Whether each bracket of a piece of Java has its partner, in the piece itself: a compiler that
 * misses one complains of all that follows, and rarely where it is missing.
 */
final class Brackets {
    /**
     * A bracket without a partner.
     *
     * @param line   within the piece, from 0
     * @param column from 0
     */
    record Fault(char bracket, int line, int column) {
        boolean opens() {
            return OPENING.indexOf(bracket) >= 0;
        }

        char partner() {
            return opens() ? CLOSING.charAt(OPENING.indexOf(bracket))
                    : OPENING.charAt(CLOSING.indexOf(bracket));
        }
    }

    private static final String OPENING = "{([";
    private static final String CLOSING = "})]";

    private final String text;
    private final List<String> lines;
    private final ArrayDeque<Fault> open = new ArrayDeque<>();
    private int at;
    private int line;
    private int lineStart;
    private Fault likely; // an opening one that something less indented closes

    private Brackets(String text) {
        this.text = text;
        this.lines = text.lines().toList();
    }

    /** The first fault of {@code text}; where a closing one is missing, the one that lacks it. */
    static Optional<Fault> fault(String text) {
        return new Brackets(text).find();
    }

    private Optional<Fault> find() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (text.startsWith("//", at)) skipPast("\n", 2);
            else if (text.startsWith("/*", at)) skipPast("*/", 2);
            else if (text.startsWith("\"\"\"", at)) textBlock();
            else if (c == '"' || c == '\'') literal(c);
            else {
                if (OPENING.indexOf(c) >= 0) {
                    open.push(here(c));
                } else if (CLOSING.indexOf(c) >= 0) {
                    Optional<Fault> wrong = close(here(c));
                    if (wrong.isPresent()) return wrong;
                }
                step();
            }
        }
        if (open.isEmpty()) return Optional.empty();
        return Optional.of(likely != null ? likely : open.peek());
    }

    private Optional<Fault> close(Fault closing) {
        if (open.isEmpty()) return Optional.of(closing);
        Fault opened = open.peek();
        if (opened.bracket() != closing.partner()) {
            // The one in between lacks its partner; where nothing waits for this one, it is this.
            boolean awaited = open.stream().anyMatch(each -> each.bracket() == closing.partner());
            return Optional.of(awaited ? opened : closing);
        }
        open.pop();
        boolean first = text.substring(lineStart, at).isBlank();
        if (likely == null && first && closing.bracket() == '}'
                && indent(closing.line()) < indent(opened.line())) likely = opened;
        return Optional.empty();
    }

    private int indent(int number) {
        String there = lines.get(number);
        return there.length() - there.stripLeading().length();
    }

    private Fault here(char bracket) {
        return new Fault(bracket, line, at - lineStart);
    }

    private void skipPast(String end, int begin) {
        int found = text.indexOf(end, at + begin);
        int to = found < 0 ? text.length() : found + end.length();
        while (at < to) step();
    }

    private void textBlock() {
        at += 3;
        while (at < text.length() && !text.startsWith("\"\"\"", at)) {
            if (text.charAt(at) == '\\') step();
            step();
        }
        at = Math.min(text.length(), at + 3);
    }

    /** A literal ends in its line, whatever is missing. */
    private void literal(char quote) {
        for (at++; at < text.length() && text.charAt(at) != '\n'; at++) {
            if (text.charAt(at) == quote) {
                at++;
                return;
            }
            if (text.charAt(at) == '\\') at++;
        }
    }

    private void step() {
        if (text.charAt(at) == '\n') {
            line++;
            lineStart = at + 1;
        }
        at++;
    }
}
