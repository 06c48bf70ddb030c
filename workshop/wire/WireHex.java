package workshop.wire;

import java.io.PrintStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Every byte in hex and as text, in the pieces in which it came. */
public final class WireHex implements WireTap.Listener {
    private static final int SHOWN = 4_096;     // of one piece
    private static final int A_LINE = 16;

    private record Direction(int connection, Speaker speaker) {}

    private final PrintStream out;
    private final Instant start;
    private final Map<Direction, Long> offsets = new HashMap<>();

    /** @param start when the milliseconds begin */
    public WireHex(PrintStream out, Instant start) {
        this.out = out;
        this.start = start;
    }

    @Override
    public void bytes(int connection, Speaker speaker, double atMillis, byte[] bytes) {
        var direction = new Direction(connection, speaker);
        long offset = offsets.merge(direction, (long) bytes.length, Long::sum) - bytes.length;
        var text = new StringBuilder(head(connection, speaker, atMillis))
                .append(Message.count(bytes.length, "byte")).append('\n');
        int shown = Math.min(bytes.length, SHOWN);
        for (int at = 0; at < shown; at += A_LINE) line(text, offset, bytes, at, shown);
        if (shown < bytes.length) {
            text.append("          … ").append(Message.count(bytes.length - shown, "more byte"))
                    .append('\n');
        }
        out.print(text);
        out.flush();
    }

    private static void line(StringBuilder text, long offset, byte[] bytes, int at, int end) {
        text.append(String.format(Locale.ROOT, "%08x ", offset + at));
        for (int i = at; i < at + A_LINE; i++) {
            if (i == at + A_LINE / 2) text.append(' ');
            if (i < end) text.append(' ').append(String.format(Locale.ROOT, "%02x", bytes[i]));
            else text.append("   ");
        }
        text.append("  |");
        for (int i = at; i < Math.min(end, at + A_LINE); i++) {
            text.append(bytes[i] >= 0x20 && bytes[i] < 0x7F ? (char) bytes[i] : '.');
        }
        text.append("|\n");
    }

    @Override
    public void message(Message message) {
        if (message.speaker() != Speaker.NOTE) return;
        out.println(head(message.connection(), Speaker.NOTE, message.atMillis())
                + message.lines().getFirst());
        boolean over = message.lines().getFirst().contains("reset");
        if (over) offsets.keySet().removeIf(at -> at.connection() == message.connection());
        out.flush();
    }

    private String head(int connection, Speaker speaker, double atMillis) {
        return WireText.clock(start, atMillis) + "  #" + connection + " " + speaker.arrow() + " ";
    }
}
