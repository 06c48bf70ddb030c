package workshop.course;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an exercise asks for, as it stands in the comment behind its {@code // EXERCISE} line:
 * <pre>
 * //   Make true  204 after wait seconds, whatever others do. It is 0 to 60,
 * //              else 400.
 * //   Keep       the signatures.
 * //   ★          what goes beyond the core.
 * //   Stuck?     jbang hint 5.2
 * </pre>
 *
 * @param title   the exercise's
 * @param clauses in their order, without the last, which is no part of what is asked
 */
public record Contract(String id, String title, List<Clause> clauses) {
    /** {@code Make true}, and what: one line, however it was broken. */
    public record Clause(String label, String text) {}

    private static final Pattern BEGIN = Pattern.compile("//   (\\S+(?: \\S+)*)  +(\\S.*)");
    private static final Pattern MORE = Pattern.compile("//     +(\\S.*)");
    private static final String NO_PART = "Stuck?";
    private static final Pattern CODE = Pattern.compile("`[^`]*`|[\\\\*_<$&]");

    static Contract of(Region region) {
        var clauses = new ArrayList<Clause>();
        for (String line : region.text().lines().skip(1).toList()) {
            Matcher more = MORE.matcher(line.stripTrailing());
            Matcher begin = BEGIN.matcher(line.stripTrailing());
            if (more.matches() && !clauses.isEmpty()) {
                Clause last = clauses.removeLast();
                clauses.add(new Clause(last.label(), last.text() + " " + more.group(1)));
            } else if (begin.matches()) {
                clauses.add(new Clause(begin.group(1), begin.group(2)));
            } else if (!line.startsWith("//")) {
                break;
            }
        }
        clauses.removeIf(clause -> clause.label().equals(NO_PART));
        return new Contract(region.id(), region.title(), List.copyOf(clauses));
    }

    /** A heading and a paragraph for each clause; what Markdown would take for its own escaped. */
    public String markdown() {
        var text = new StringBuilder("### " + id + " " + plain(title));
        for (Clause clause : clauses) {
            text.append("\n\n**").append(clause.label()).append("** ").append(plain(clause.text()));
        }
        return text.toString();
    }

    private static String plain(String text) {
        return CODE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(
                found.group().length() > 1 ? found.group() : "\\" + found.group()));
    }
}
