package workshop.running;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a program has printed, as it stands beside a failure: not all, but why it failed. */
final class Printed {
    private static final int LINES_SHOWN = 12;
    private static final int OF_EXCEPTION = 5;
    private static final int LINE_SHOWN = 200; // characters

    private static final Pattern FRAME = Pattern.compile("^\\s+at \\S+\\(.*\\)$");
    // The learner's own code stands in no package; what is given to it, in one.
    private static final Pattern OWN =
            Pattern.compile("^\\s+at (given\\.)?\\w+(\\$\\w+)*\\.[\\w$<>]+\\(");
    private static final Pattern EXCEPTION = Pattern.compile("^(Exception in thread .*"
            + "|(Caused by: )?(\\w+\\.)+\\w*(Exception|Error)\\b.*)");

    private Printed() {}

    /** Empty where there is nothing to tell; else with a headline and a line's end before it. */
    static String told(String output) {
        // That it listens is known, and may come a moment after it does.
        List<String> lines = withoutFrames(output.strip().lines()
                .dropWhile(line -> line.startsWith("listening on ")).toList());
        if (lines.isEmpty()) return "";
        int from = Math.max(0, lines.size() - LINES_SHOWN);
        int exception = lastException(lines);
        var shown = new StringBuilder("\nthe program printed");
        if (exception >= 0 && exception < from) {
            // It may have said much since; what it died of, or complained of, is the reason.
            from = lines.size() - (LINES_SHOWN - OF_EXCEPTION);
            int to = Math.min(from, exception + OF_EXCEPTION);
            shown.append(" (its last exception, and the last lines)");
            lines.subList(exception, to).forEach(line -> shown.append("\n  ").append(cut(line)));
            shown.append("\n  …");
        } else if (from > 0) {
            shown.append(" (the last ").append(LINES_SHOWN).append(" lines)");
        }
        lines.subList(from, lines.size()).forEach(line -> shown.append("\n  ").append(cut(line)));
        return shown.toString();
    }

    /** Of a stack trace the learner's own frames: the others are the JDK's, a library's or ours. */
    private static List<String> withoutFrames(List<String> lines) {
        var kept = new ArrayList<String>();
        for (String line : lines) {
            boolean frame = FRAME.matcher(line).matches()
                    || line.matches("\\s+\\.\\.\\. \\d+ more");
            if (!frame || OWN.matcher(line).find()) kept.add(line.replace("\t", "    "));
        }
        return kept;
    }

    private static int lastException(List<String> lines) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (EXCEPTION.matcher(lines.get(i)).matches()) return i;
        }
        return -1;
    }

    private static String cut(String line) {
        return line.length() > LINE_SHOWN ? line.substring(0, LINE_SHOWN) + " …" : line;
    }
}
