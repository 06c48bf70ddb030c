package workshop.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A captured talk as a picture: client on the left, server on the right, time downwards, every
 * message with its bytes as they were on the wire and their number.
 *
 * <p>The SVG stands alone: no style sheet and no ids, because many such pictures share one page.
 */
public final class SequenceDiagram {
    private static final int WIDTH = 760;
    private static final int CLIENT = 96;           // x of the two life lines
    private static final int SERVER = 664;
    private static final int HEAD = 54;
    private static final int LINE = 17;
    private static final int LETTERS = 72;          // of 12 px monospace, between the life lines
    private static final int LINES = 14;            // of one message; the rest is counted
    private static final int MESSAGES = 24;         // of one talk; the middle is left out
    private static final String MONO
            = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace";
    private static final String SANS = "system-ui, 'DejaVu Sans', Helvetica, Arial, sans-serif";
    private static final String INK = "#1f2933";
    private static final String PALE = "#7b8794";
    /** What {@link Visible} writes for bytes that have no letter; drawn paler than letters. */
    private static final Pattern MARKS = Pattern.compile("\\\\\\\\|\\\\[rnt]|‹[0-9A-F ]+›");

    private final StringBuilder svg = new StringBuilder();
    private int y = HEAD;

    private SequenceDiagram() {}

    /** The talk of one connection. */
    public static String of(Transcript talk) {
        return of(talk.parts(), "");
    }

    /**
     * The talk of one connection, or of several in the order of time.
     *
     * @param parts   one arrow each
     * @param caption for those who cannot see the picture, and for its lower edge; may be empty
     */
    public static String of(List<Transcript.Part> parts, String caption) {
        var steps = parts.stream().map(part -> new Step(part.speaker(), part.atMillis(),
                part.speaker() == Speaker.NOTE
                        ? List.of(new String(part.kept(), StandardCharsets.UTF_8)) : part.lines(),
                size(part.size()), "", "")).toList();
        return drawn(steps, caption);
    }

    /**
     * What was told apart on one connection or several, in the order in which it began.
     *
     * @param messages one arrow each
     * @param caption  for those who cannot see the picture, and for its lower edge; may be empty
     */
    public static String ofMessages(List<Message> messages, String caption) {
        boolean several = messages.stream().mapToInt(Message::connection).distinct().count() > 1;
        double start = messages.stream().mapToDouble(Message::atMillis).min().orElse(0);
        var steps = messages.stream().sorted(Comparator.comparingDouble(Message::atMillis))
                .map(message -> step(message, start, several ? "#" + message.connection() : ""))
                .toList();
        return drawn(steps, caption);
    }

    private static Step step(Message message, double start, String which) {
        double at = message.atMillis() - start;
        if (message.speaker() == Speaker.NOTE) {
            // Which port the system chose for a client says nothing to those who look at it later.
            String note = message.lines().getFirst().replaceFirst(", from port \\d+", "");
            return new Step(Speaker.NOTE, at, List.of(which.isEmpty() ? note : which + " " + note),
                    "", "", "");
        }
        String header = message.headerBytes() == 0 ? ""
                : String.format(Locale.ROOT, "%,d of header", message.headerBytes());
        return new Step(message.speaker(), at, message.lines(), size(message.bytes()), header,
                which);
    }

    /**
     * What is drawn as one arrow, or as a note.
     *
     * @param header how much of the size is header; empty where that was not told apart
     * @param which  of several connections; empty where there is one
     */
    private record Step(Speaker speaker, double atMillis, List<String> lines, String size,
            String header, String which) {}

    private static String drawn(List<Step> steps, String caption) {
        var picture = new SequenceDiagram();
        if (steps.isEmpty()) picture.note("nothing was said");
        for (int i = 0; i < steps.size(); i++) {
            if (steps.size() > MESSAGES && i == MESSAGES / 2) {
                int left = steps.size() - MESSAGES;
                picture.note("… " + left + " messages left out …");
                i += left;
            }
            picture.step(steps.get(i));
        }
        return picture.finish(caption);
    }


    private void step(Step step) {
        switch (step.speaker()) {
            case NOTE -> note(step.lines().getFirst());
            case CLIENT -> message(step, CLIENT, SERVER, step.speaker().colour());
            case SERVER -> message(step, SERVER, CLIENT, step.speaker().colour());
        }
    }

    private void message(Step step, int from, int to, String colour) {
        y += 10;
        for (String line : shown(step.lines())) {
            y += LINE;
            svg.append("<text x=\"").append(CLIENT + 16).append("\" y=\"").append(y)
                    .append("\" font-family=\"").append(MONO)
                    .append("\" font-size=\"12\" fill=\"").append(INK)
                    .append("\" xml:space=\"preserve\">").append(marked(line)).append("</text>\n");
        }
        if (step.lines().isEmpty()) y += LINE; // the labels beside need the room all the same
        y += 11;
        int towards = to > from ? -1 : 1;
        svg.append(String.format(Locale.ROOT,
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\""
                + " stroke-width=\"1.6\"/>%n"
                + "<polygon points=\"%d,%d %d,%d %d,%d\" fill=\"%s\"/>%n",
                from, y, to + towards * 8, y, colour,
                to, y, to + towards * 10, y - 4, to + towards * 10, y + 4, colour));
        boolean left = from == CLIENT;
        int beside = left ? from - 10 : from + 10;
        String anchor = left ? "end" : "start";
        int above = step.header().isEmpty() ? 4 : 17;
        label(beside, anchor, y - above, step.size(), colour);
        if (!step.header().isEmpty()) label(beside, anchor, y - above + 13, step.header(), PALE);
        label(beside, anchor, y + 11, time(step.atMillis()), PALE);
        if (!step.which().isEmpty()) {
            label(left ? to + 10 : to - 10, left ? "start" : "end", y + 4, step.which(), colour);
        }
        y += 8;
    }

    private void note(String event) {
        y += 26;
        svg.append("<text x=\"").append((CLIENT + SERVER) / 2).append("\" y=\"").append(y)
                .append("\" text-anchor=\"middle\" font-style=\"italic\" font-family=\"")
                .append(SANS)
                .append("\" font-size=\"12\" fill=\"").append(PALE).append("\">")
                .append(escaped(cut(event, 90))).append("</text>\n");
        y += 4;
    }

    private void label(int x, String anchor, int baseline, String text, String colour) {
        svg.append("<text x=\"").append(x).append("\" y=\"").append(baseline)
                .append("\" text-anchor=\"").append(anchor).append("\" font-family=\"").append(SANS)
                .append("\" font-size=\"11\" fill=\"").append(colour).append("\">").append(text)
                .append("</text>\n");
    }

    private String finish(String caption) {
        int bottom = y + 22;
        int height = bottom + (caption.isEmpty() ? 8 : 28);
        var head = new StringBuilder();
        head.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"").append(WIDTH)
                .append("\" height=\"").append(height).append("\" viewBox=\"0 0 ").append(WIDTH)
                .append(' ').append(height).append("\">\n<title>")
                .append(escaped(caption.isEmpty() ? "What went over the wire" : caption))
                .append("</title>\n<rect x=\"0.5\" y=\"0.5\" width=\"").append(WIDTH - 1)
                .append("\" height=\"").append(height - 1)
                .append("\" rx=\"8\" fill=\"#ffffff\" stroke=\"#d9dfe6\"/>\n");
        person(head, CLIENT, "client", Speaker.CLIENT.colour(), bottom);
        person(head, SERVER, "server", Speaker.SERVER.colour(), bottom);
        if (!caption.isEmpty()) {
            head.append("<text x=\"").append(WIDTH / 2).append("\" y=\"").append(bottom + 14)
                    .append("\" text-anchor=\"middle\" font-family=\"").append(SANS)
                    .append("\" font-size=\"12\" fill=\"").append(INK).append("\">")
                    .append(escaped(cut(caption, 110))).append("</text>\n");
        }
        return head.append(svg).append("</svg>\n").toString();
    }

    private static void person(StringBuilder out, int x, String name, String colour, int bottom) {
        out.append(String.format(Locale.ROOT,
                "<line x1=\"%d\" y1=\"42\" x2=\"%d\" y2=\"%d\" stroke=\"#c3ccd5\"/>%n"
                + "<rect x=\"%d\" y=\"14\" width=\"84\" height=\"28\" rx=\"6\" fill=\"%s\"/>%n"
                + "<text x=\"%d\" y=\"33\" text-anchor=\"middle\" font-family=\"%s\""
                + " font-size=\"13\" fill=\"#ffffff\">%s</text>%n",
                x, x, bottom, x - 42, colour, x, SANS, name));
    }

    private static List<String> shown(List<String> all) {
        var lines = new ArrayList<String>();
        for (String line : all) lines.add(cut(line, LETTERS));
        if (lines.size() <= LINES) return lines;
        int left = lines.size() - LINES + 1;
        var some = new ArrayList<>(lines.subList(0, LINES - 2));
        some.add("… " + left + " more lines …");
        some.add(lines.getLast());
        return some;
    }

    private static String size(long bytes) {
        return bytes == 1 ? "1 byte" : String.format(Locale.ROOT, "%,d bytes", bytes);
    }

    private static String time(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }

    /** The end stays, since that is where CR and LF stand. */
    private static String cut(String text, int letters) {
        if (text.codePointCount(0, text.length()) <= letters) return text;
        int head = text.offsetByCodePoints(0, letters - 12);
        int tail = text.offsetByCodePoints(text.length(), -9);
        return text.substring(0, head) + " … " + text.substring(tail);
    }

    private static String marked(String line) {
        var out = new StringBuilder();
        var marks = MARKS.matcher(line);
        int done = 0;
        while (marks.find()) {
            if (marks.group().equals("\\\\")) continue;
            out.append(escaped(line.substring(done, marks.start())))
                    .append("<tspan fill=\"#0b8a6b\">").append(marks.group()).append("</tspan>");
            done = marks.end();
        }
        return out.append(escaped(line.substring(done))).toString();
    }

    /** A text as XML has it between two tags. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
