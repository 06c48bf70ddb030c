package workshop.grading;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.grading.Members.Member;

/**
 * Parts a cell into what it declares, as a kernel does that runs it: one after the other, up to
 * the first that cannot be read. Bare statements are left out.
 */
final class Snippets {
    private static final int TRIES = 60; // ends that are tried for one snippet
    // What has no meaning to the lesson's own reader.
    private static final Pattern MARKS = Pattern.compile("//\\s*(EXERCISE|END)\\b");
    private static final Pattern GOES_ON =
            Pattern.compile("\\s*(else|catch|finally|while\\s*\\([^{}]*\\)\\s*;)\\b?.*",
                    Pattern.DOTALL);
    private static final Pattern VAR = Pattern.compile("\\s*(?:final\\s+)?var\\s+(\\w+)\\s*=\\s*"
            + "(?:(-?\\d+)|(-?\\d+L)|(-?\\d+\\.\\d*)|(\"[^;]*)|(true|false)|new\\s+"
            + "([\\w.]+(?:<[\\w<>, .?]+>)?)\\s*[(\\[].*)\\s*;\\s*", Pattern.DOTALL);

    private Snippets() {}

    /**
     * @param key  empty: the rest of the cell cannot be read
     * @param line from 1
     */
    record Snippet(String key, String text, int line) {}

    static List<Snippet> of(String cell) {
        String code = MARKS.matcher(cell.replace("\r\n", "\n")).replaceAll("// - $1");
        var found = new ArrayList<Snippet>();
        List<Integer> ends = ends(code);
        int from = 0;
        while (!code.substring(from).isBlank()) {
            int next = next(code, from, ends, found);
            if (next < 0) {
                found.add(new Snippet("", code.substring(from), line(code, from)));
                return found;
            }
            from = next;
        }
        return found;
    }

    /** Adds what begins at {@code from}, and gives where it ends; -1: it cannot be read. */
    private static int next(String code, int from, List<Integer> ends, List<Snippet> found) {
        int begin = from;
        var tried = ends.stream().filter(end -> end > begin).limit(TRIES).toList();
        for (int end : tried) {
            String text = code.substring(from, end);
            String whole = end == code.length() && !text.stripTrailing().matches("(?s).*[;}]")
                    ? text + ";" : text; // the last semicolon may be left out
            Optional<String> field = field(whole);
            Optional<List<Member>> members = Members.of(field.orElse(whole));
            if (members.isPresent()) {
                String source = field.orElse(whole);
                int last = -1;
                for (Member each : members.get()) {
                    if (each.from() < last) continue; // int a, b;
                    last = each.to();
                    found.add(new Snippet(each.key(), source.substring(each.from(), each.to()),
                            line(code, from + Math.min(each.from(), text.length()))));
                }
                return end;
            }
            boolean statement = GOES_ON.matcher(text).matches()
                    || Members.of("void statement() throws Exception {\n" + whole + "\n}")
                            .isPresent();
            if (statement) return end;
        }
        return -1;
    }

    /** What is a variable of the notebook is a field of the script, whose type must be told. */
    private static Optional<String> field(String text) {
        Matcher var = VAR.matcher(text);
        if (!var.matches()) return Optional.empty();
        String type = var.group(2) != null ? "int" : var.group(3) != null ? "long"
                : var.group(4) != null ? "double" : var.group(5) != null ? "String"
                : var.group(6) != null ? "boolean" : var.group(7);
        return Optional.of(text.replaceFirst("\\bvar\\b", Matcher.quoteReplacement(type)));
    }

    private static int line(String code, int at) {
        int first = at;
        while (first < code.length() && Character.isWhitespace(code.charAt(first))) first++;
        return (int) code.substring(0, first).chars().filter(c -> c == '\n').count() + 1;
    }

    /** Where something may end: behind each ; and } that stands in no braces, text or comment. */
    private static List<Integer> ends(String code) {
        var ends = new ArrayList<Integer>();
        int depth = 0;
        for (int i = 0; i < code.length(); i++) {
            char c = code.charAt(i);
            if (code.startsWith("//", i)) {
                i = until(code, "\n", i + 2) - 1;
            } else if (code.startsWith("/*", i)) {
                i = until(code, "*/", i + 2) + 1;
            } else if (code.startsWith("\"\"\"", i)) {
                i = text(code, "\"\"\"", i + 3) + 2;
            } else if (c == '"' || c == '\'') {
                i = text(code, "" + c, i + 1);
            } else if (c == '{' || c == '(' || c == '[') {
                depth++;
            } else if (c == '}' || c == ')' || c == ']') {
                depth = Math.max(0, depth - 1);
            }
            if (depth == 0 && (c == ';' || c == '}')) ends.add(i + 1);
        }
        if (ends.isEmpty() || ends.getLast() < code.length()) ends.add(code.length());
        return ends;
    }

    private static int until(String code, String end, int from) {
        int at = code.indexOf(end, from);
        return at < 0 ? code.length() : at;
    }

    private static int text(String code, String end, int from) {
        for (int i = from; i < code.length(); i++) {
            if (code.charAt(i) == '\\') i++;
            else if (code.startsWith(end, i)) return i;
            else if (end.length() == 1 && code.charAt(i) == '\n') return i; // it is not closed
        }
        return code.length();
    }
}
