package workshop.checking;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.wire.Speaker;

/**
 * A message as a person reads it in passing: its sentence first and, below what went over the wire,
 * once more. What repeats itself is folded, and of very much the middle is left out.
 *
 * @param width of a line, the terminal's
 */
record Brief(int width) {
    private static final int BETWEEN = 12;  // lines
    private static final int SENTENCE = 3;  // lines that the sentence may take
    private static final int PRINTED = 8;   // lines of the program's own words
    private static final int LOOKED_AT = 8_000; // characters of a line
    private static final Pattern PRINTED_BY_IT = Pattern.compile("the (program|server) printed.*");
    private static final String SEED = "(seed ";

    // The same again, at least ten times: “.....”, “‹00›‹00›”, “ab ab ”.
    private static final Pattern AGAIN = Pattern.compile("(.{1,12}?)\\1{9,}");

    /** The lines of {@code message}; where {@code whole}, all of them as they are. */
    List<String> lines(String message, boolean whole) {
        List<String> all = message.lines().toList();
        if (whole || all.size() < 2) return all.size() < 2 ? List.of(sentence(message)) : all;
        String sentence = sentence(all.getFirst());
        var wire = new ArrayList<String>();
        var printed = new ArrayList<String>();
        var notes = new ArrayList<String>();
        for (String line : all.subList(1, all.size())) {
            boolean begins = PRINTED_BY_IT.matcher(line).matches() && printed.isEmpty();
            if (line.startsWith(SEED) || line.startsWith(Stalls.BUSY)) notes.add(line);
            else if (begins || !printed.isEmpty()) printed.add(folded(line));
            else wire.add(folded(line));
        }
        var lines = new ArrayList<String>();
        lines.add(sentence);
        lines.addAll(some(joined(wire), BETWEEN));
        lines.addAll(some(joined(printed), PRINTED));
        lines.addAll(notes);
        if (wire.size() + printed.size() > 2) lines.add(sentence);
        return lines;
    }

    private String sentence(String line) {
        String folded = folds(line);
        int most = SENTENCE * width;
        return folded.length() <= most ? folded : folded.substring(0, most) + "…";
    }

    /** In one line of the terminal. */
    private String folded(String line) {
        String folded = folds(line);
        if (folded.length() <= width) return folded;
        String rest = String.format(Locale.ROOT, "… (%,d more)", line.length() - width);
        return folded.substring(0, Math.max(0, width - rest.length())) + rest;
    }

    private static String folds(String line) {
        String looked = line.length() <= LOOKED_AT ? line : line.substring(0, LOOKED_AT);
        int indent = looked.length() - looked.stripLeading().length();
        Matcher again = AGAIN.matcher(looked).region(indent, looked.length());
        var out = new StringBuilder(looked.substring(0, indent));
        int from = indent;
        while (again.find()) {
            String one = again.group(1);
            // A longer line goes on in the same way, behind what is looked at.
            int end = again.end();
            if (end > looked.length() - one.length()) {
                while (line.startsWith(one, end)) end += one.length();
            }
            int times = (end - again.start()) / one.length();
            if (times * one.length() < 20) continue; // shorter as it stands
            out.append(looked, from, again.start())
                    .append(String.format(Locale.ROOT, " ‹%,d × “%s”› ", times, one));
            from = end;
            if (end >= looked.length()) break;
        }
        return out.append(from < line.length() ? line.substring(from) : "").toString();
    }

    /** Equal lines that follow each other are one. */
    private static List<String> joined(List<String> lines) {
        var joined = new ArrayList<String>();
        for (int i = 0; i < lines.size(); ) {
            int next = i + 1;
            while (next < lines.size() && lines.get(next).equals(lines.get(i))) next++;
            joined.add(lines.get(i) + (next - i < 3 ? "" : "   (" + (next - i) + " times)"));
            i = next - i < 3 ? i + 1 : next;
        }
        return joined;
    }

    /** In lines of that width, broken between words; the second and all others hang below it. */
    static List<String> wrapped(String line, int width) {
        if (line.length() <= width) return List.of(line);
        int leading = line.length() - line.stripLeading().length();
        String indent = " ".repeat(Math.min(leading + 2, width / 2));
        var parts = new ArrayList<String>();
        String rest = line;
        while (rest.length() > width) {
            int set = parts.isEmpty() ? leading : indent.length();
            int at = rest.lastIndexOf(' ', width);
            if (at <= set) at = Character.isHighSurrogate(rest.charAt(width - 1)) ? width - 1
                    : width;
            parts.add(rest.substring(0, at).stripTrailing());
            rest = indent + rest.substring(at).stripLeading();
        }
        if (!rest.isBlank()) parts.add(rest);
        return parts;
    }

    private static List<String> some(List<String> lines, int most) {
        if (lines.size() <= most) return lines;
        int tail = most / 2;
        int head = most - tail - 1;
        int spoke = lines.size() - 1; // where whoever speaks last began
        while (spoke > head && Speaker.in(lines.get(spoke), null) == null) spoke--;
        boolean hidden = spoke > head && spoke < lines.size() - tail;
        if (hidden) tail -= 2;
        var some = new ArrayList<>(lines.subList(0, head));
        some.add("  … " + (lines.size() - head - tail - (hidden ? 1 : 0))
                + " lines more; ./jbang check --wire shows all");
        if (hidden) some.addAll(List.of(lines.get(spoke), "    …"));
        some.addAll(lines.subList(lines.size() - tail, lines.size()));
        return some;
    }
}
