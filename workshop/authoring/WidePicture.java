package workshop.authoring;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import workshop.wire.Message;
import workshop.wire.Message.Answer;
import workshop.wire.Message.Event;
import workshop.wire.Message.Frame;
import workshop.wire.Message.Request;
import workshop.wire.SequenceDiagram;
import workshop.wire.Speaker;

/**
 * A captured exchange for a wall: client on the left, server on the right, one message a row and a
 * step, in letters that are read from the last row. What it leaves out of a message it counts.
 *
 * <p>Times are the wire's: how long the server took to answer, never how long the one who recorded
 * it waited before asking again.
 */
final class WidePicture {
    private static final int LEFT = 130;
    private static final int RIGHT = 830;
    private static final int ROW = 66;
    private static final int LETTERS = 48; // of 22 units each, between the two lines
    private static final String SANS = "system-ui, 'DejaVu Sans', sans-serif";
    private static final String MONO
            = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
    private static final String INK = "#15181d";
    private static final String QUIET = "#535a64";

    private final StringBuilder svg = new StringBuilder();
    private int y = 66;
    private int step;
    private Duration since; // what the next message answers, where that is no request

    /** Something that happened away from this wire, and when, after the tap began. */
    record Since(String words, Duration at) {}

    private WidePicture() {}

    /**
     * @param caption what one sees, for those who cannot
     * @param rows    messages and, as {@code String} or {@link Since}, what happened between them
     */
    static String of(String caption, List<?> rows) {
        var picture = new WidePicture();
        rows.forEach(row -> {
            switch (row) {
                case Message message -> picture.row(message);
                case Since happened -> {
                    picture.between(happened.words());
                    picture.since = happened.at();
                }
                default -> picture.between((String) row);
            }
        });
        int height = picture.y + 16;
        return """
                <svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 1000 %1$d" \
                width="1000" height="%1$d">
                <title>%2$s</title>
                <rect width="1000" height="%1$d" fill="#fdfcf9"/>
                %3$s%4$s%5$s</svg>
                """.formatted(height, SequenceDiagram.escaped(caption),
                lifeLine("client", LEFT, Speaker.CLIENT.colour(), height),
                lifeLine("server", RIGHT, Speaker.SERVER.colour(), height), picture.svg);
    }

    private static String lifeLine(String name, int x, String colour, int height) {
        return ("<line x1=\"%1$d\" y1=\"44\" x2=\"%1$d\" y2=\"%2$d\" stroke=\"%3$s\""
                + " stroke-width=\"3\"/>%n")
                .formatted(x, height - 8, colour)
                + text(x, 32, "middle", SANS, 26, colour, name);
    }

    private void between(String words) {
        svg.append("<g data-step=\"").append(++step).append("\">")
                .append(text((LEFT + RIGHT) / 2, y + 34, "middle", SANS, 24, QUIET, words))
                .append("</g>\n");
        y += 46;
    }

    private void row(Message message) {
        step++;
        boolean up = message.speaker() == Speaker.CLIENT;
        var colour = message.speaker().colour();
        int base = y + 46;
        svg.append("<g data-step=\"").append(step).append("\">\n");
        svg.append(text(LEFT + 22, base - 14, "start", MONO, 22, INK, words(message)));
        int from = up ? LEFT : RIGHT;
        int to = up ? RIGHT : LEFT;
        int tip = up ? -14 : 14;
        svg.append(("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%2$d\" stroke=\"%s\""
                + " stroke-width=\"3\"/>%n").formatted(from, base, to + tip, colour));
        svg.append("<polygon points=\"%1$d,%2$d %3$d,%4$d %3$d,%5$d\" fill=\"%6$s\"/>%n".formatted(
                to, base, to + tip, base - 8, base + 8, colour));
        int side = up ? LEFT - 16 : RIGHT + 16;
        var anchor = up ? "end" : "start";
        svg.append(text(side, base - 6, anchor, SANS, 22, colour,
                String.format(Locale.ROOT, "%,d B", message.bytes())));
        double after = !up && since != null ? message.atMillis() - since.toNanos() / 1e6
                : message.kind() instanceof Answer answer ? answer.afterMillis() : -1;
        if (after >= 0) svg.append(text(side, base + 20, anchor, SANS, 22, QUIET, millis(after)));
        since = null;
        svg.append("</g>\n");
        y += ROW;
    }

    private static String millis(double millis) {
        return millis < 10 ? String.format(Locale.ROOT, "%.1f ms", millis)
                : String.format(Locale.ROOT, "%.0f ms", millis);
    }

    /** What is said, without the headers that come each time. */
    private static String words(Message message) {
        var words = switch (message.kind()) {
            case Request request -> request.method() + " " + request.target()
                    + telling(request.fields());
            case Answer answer -> answer.status() + " " + answer.reason()
                    + (message.payloadBytes() > 0 ? "  " + payload(message) : "");
            case Event event -> event.event() == null ? payload(message)
                    : (event.id() == null ? "" : "id: " + event.id() + "  ") + payload(message);
            case Frame frame -> frame.name() + (frame.opcode() == 8 ? " " + frame.closeCode()
                    : " “" + payload(message) + "”") + "   " + hex(message);
            default -> payload(message);
        };
        return words.length() <= LETTERS ? words : words.substring(0, LETTERS - 1) + "…";
    }

    /** The headers that a picture is about. */
    private static String telling(List<Message.Field> fields) {
        return fields.stream().filter(field -> List.of("last-event-id", "upgrade")
                        .contains(field.name().toLowerCase(Locale.ROOT)))
                .map(field -> "  " + field.name() + ": " + field.value())
                .collect(Collectors.joining());
    }

    private static String payload(Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8).strip();
    }

    private static String hex(Message message) {
        var bytes = new StringBuilder();
        for (byte each : message.wire()) bytes.append(String.format(Locale.ROOT, "%02x ", each));
        return bytes.toString().strip();
    }

    private static String text(int x, int y, String anchor, String font, int size, String colour,
            String words) {
        return ("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" style=\"font: %dpx %s; fill: %s\""
                + " xml:space=\"preserve\">%s</text>%n")
                .formatted(x, y, anchor, size, font, colour, SequenceDiagram.escaped(words));
    }
}
