package workshop.grading;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values (RFC 4180), read and written. */
final class Csv {
    private Csv() {}

    static String line(List<String> values) {
        return values.stream().map(Csv::cell).collect(Collectors.joining(",", "", "\r\n"));
    }

    /** A spreadsheet takes what begins with = + - @ for a formula; a quote before it tells not. */
    private static String cell(String value) {
        String text = value.replaceAll("[\\p{Cntrl}&&[^\n]]", "·");
        if (!text.isEmpty() && "=+-@\n".indexOf(text.charAt(0)) >= 0) text = "'" + text;
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** The rows of {@code text}; commas or semicolons, as its first line has more of. */
    static List<List<String>> rows(String text) {
        String all = text.startsWith("\uFEFF") ? text.substring(1) : text;
        String first = all.lines().findFirst().orElse("");
        char comma = first.chars().filter(c -> c == ';').count()
                > first.chars().filter(c -> c == ',').count() ? ';' : ',';
        var rows = new ArrayList<List<String>>();
        var row = new ArrayList<String>();
        var value = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < all.length(); i++) {
            char c = all.charAt(i);
            if (quoted) {
                boolean doubled = c == '"' && i + 1 < all.length() && all.charAt(i + 1) == '"';
                if (doubled) i++;
                if (c != '"' || doubled) value.append(c);
                else quoted = false;
            } else if (c == '"') {
                quoted = true;
            } else if (c == comma || c == '\n') {
                row.add(value.toString().strip());
                value.setLength(0);
                if (c == '\n') {
                    rows.add(List.copyOf(row));
                    row.clear();
                }
            } else if (c != '\r') {
                value.append(c);
            }
        }
        if (!value.isEmpty() || !row.isEmpty()) {
            row.add(value.toString().strip());
            rows.add(List.copyOf(row));
        }
        return rows.stream().filter(each -> each.stream().anyMatch(v -> !v.isEmpty())).toList();
    }
}
