package workshop.notebook;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;
import workshop.wire.Speaker;

/**
 * What a check said, as a front end shows it below the cell: a line a verdict and, of the first
 * that does not hold, what was expected beside what came; what went over the wire is folded.
 */
public final class ShownVerdicts {
    private static final Pattern DIFFERENT =
            Pattern.compile(".*?expected (?:the )?(.+?),? but got (.+)");
    private static final String MONO = "font-family: ui-monospace, 'DejaVu Sans Mono', Menlo,"
            + " Consolas, monospace; font-size: 13px; white-space: pre-wrap;"
            + " overflow-wrap: anywhere";
    private static final String RED = "#b42318";
    private static final String GREEN = "#0b6b47";
    private static final String PALE = "#52606d";
    private static final int SHOWN = 20_000; // letters of a message

    private ShownVerdicts() {}

    public static String html(List<Verdict> verdicts) {
        var html = new StringBuilder("<div style=\"max-width: 760px; padding: 6px 10px;"
                + " background: #fff; color: #1f2933; font: 14px/1.5 system-ui, sans-serif\">");
        verdicts.forEach(verdict -> line(verdict, html));
        first(verdicts).ifPresent(verdict -> story(verdict, html));
        return html.append("</div>").toString();
    }

    /** The first that does not hold. */
    static Optional<Verdict> first(List<Verdict> verdicts) {
        return verdicts.stream().filter(verdict -> !verdict.holds()).findFirst();
    }

    private static void line(Verdict verdict, StringBuilder html) {
        boolean skipped = verdict.status() == Status.SKIPPED;
        String mark = verdict.passed() ? verdict.isStar() ? "★" : "✓" : skipped ? "–" : "✗";
        html.append("<div><b style=\"color: ")
                .append(verdict.passed() ? GREEN : skipped ? PALE : RED).append("\">").append(mark)
                .append(' ').append(verdict.id()).append("</b> ").append(escaped(verdict.title()))
                .append(" <span style=\"color: ").append(PALE).append("\">")
                .append(skipped ? escaped(verdict.message()) : verdict.millis() + " ms")
                .append("</span></div>");
    }

    private static void story(Verdict verdict, StringBuilder html) {
        String message = verdict.message().length() <= SHOWN ? verdict.message()
                : verdict.message().substring(0, SHOWN) + "…";
        String sentence = message.lines().findFirst().orElse("");
        html.append("<p style=\"margin: 6px 0\"><b>").append(escaped(sentence)).append("</b></p>");
        Matcher different = DIFFERENT.matcher(sentence);
        if (different.matches()) {
            html.append("<div style=\"display: grid; grid-template-columns: 1fr 1fr; gap: 8px\">");
            box("expected", different.group(1), GREEN, html);
            box("got", different.group(2), RED, html);
            html.append("</div>");
        }
        List<String> wire = message.lines().skip(1).toList();
        if (!wire.isEmpty()) {
            html.append("<details style=\"margin: 6px 0\"><summary>what was sent, and what came"
                    + "</summary><div style=\"").append(MONO).append("\">");
            Speaker speaker = null;
            for (String each : wire) {
                speaker = Speaker.in(each, speaker);
                html.append("<div").append(speaker == null ? ""
                                : " style=\"color: " + speaker.colour() + "\"").append('>')
                        .append(each.isEmpty() ? "&nbsp;" : escaped(each)).append("</div>");
            }
            html.append("</div></details>");
        }
        html.append("<div style=\"color: ").append(PALE).append("\">stuck? ./jbang hint ")
                .append(verdict.id()).append("</div>");
    }

    private static void box(String head, String text, String colour, StringBuilder html) {
        html.append("<div style=\"border-left: 3px solid ").append(colour)
                .append("; padding-left: 8px\"><span style=\"color: ").append(PALE).append("\">")
                .append(head).append("</span><div style=\"").append(MONO).append("\">")
                .append(escaped(text)).append("</div></div>");
    }

    /** A text as HTML has it, in an attribute too. */
    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;").replace("'", "&#39;");
    }
}
