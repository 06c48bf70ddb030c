package workshop.wire;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Messages for people, as they happen:
 *
 * <pre>
 * 10:15:30.123  #1 ↑ GET /messages?after=17 HTTP/1.1\r\n
 *                    Host: 127.0.0.1:7004\r\n
 *                    \r\n
 *                    (request 1 · 59 header bytes)
 * </pre>
 *
 * {@code ↑} is the client, {@code ↓} the server, {@code ·} the connection itself.
 */
public final class WireText implements WireTap.Listener {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS")
            .withZone(ZoneId.systemDefault());
    private static final String PALE = "2";

    private final PrintStream out;
    private final Instant start;
    private final boolean colour;

    /**
     * @param start  when the messages' milliseconds begin
     * @param colour whether {@code out} is a terminal that shows colours
     */
    public WireText(PrintStream out, Instant start, boolean colour) {
        this.out = out;
        this.start = start;
        this.colour = colour;
    }

    @Override
    public void message(Message message) {
        print(message, message.sum());
    }

    @Override
    public void soFar(Message message) {
        print(message, "so far; more is to come · " + Message.count(message.bytes(), "byte"));
    }

    private void print(Message message, String sum) {
        String head = clock(start, message.atMillis()) + String.format(Locale.ROOT, "  #%-2d",
                message.connection());
        String tint = message.speaker().onTerminal();
        var text = new StringBuilder();
        String mark = paint(PALE, head) + paint(tint, " " + message.speaker().arrow() + " ");
        for (String line : message.lines()) {
            text.append(mark).append(paint(tint, line)).append('\n');
            mark = " ".repeat(head.length() + 3);
        }
        if (!sum.isEmpty()) text.append(mark).append(paint(PALE, "(" + sum + ")")).append('\n');
        out.print(text);
        out.flush();
    }

    static String clock(Instant start, double atMillis) {
        return CLOCK.format(start.plusNanos((long) (atMillis * 1e6)));
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
