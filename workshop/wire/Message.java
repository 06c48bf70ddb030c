package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import workshop.wire.Transcript.Part;

/**
 * One thing that was said over a tapped connection, told apart from what came before and after it.
 *
 * <p>Header bytes and payload bytes are counted apart. What each counts:
 * <table>
 * <tr><td>HTTP</td><td>start line, header lines, the empty line; chunk sizes and their line
 *     ends; trailers</td><td>the body</td></tr>
 * <tr><td>SSE</td><td>field names, {@code id}, {@code event}, {@code retry}, comments, line ends,
 *     chunk sizes</td><td>the values of {@code data}</td></tr>
 * <tr><td>WebSocket</td><td>the frame's 2 to 14 bytes</td><td>the payload</td></tr>
 * <tr><td>no HTTP</td><td>nothing</td><td>every byte</td></tr>
 * </table>
 *
 * @param connection   counted from 1, in the order of their opening
 * @param speaker      who said it; {@link Speaker#NOTE} where something happened
 * @param atMillis     when its first byte passed, since the tap began
 * @param untilMillis  when its last byte passed
 * @param headerBytes  how many there were
 * @param payloadBytes how many there were
 * @param wire         the first header bytes as they were on the wire; of an event all its lines
 * @param payload      the first payload bytes: unmasked, without chunk sizes
 * @param whole        false where the connection ended in the middle, or more is still to come
 * @param kind         what it is
 */
public record Message(int connection, Speaker speaker, double atMillis, double untilMillis,
        long headerBytes, long payloadBytes, byte[] wire, byte[] payload, boolean whole,
        Kind kind) {

    /** How many bytes of {@link #wire} and of {@link #payload} are kept; all are counted. */
    public static final int KEPT = 16_384;
    private static final int BINARY_SHOWN = 64;

    /** What was said. */
    public sealed interface Kind {
        /** The word that {@code --json} has for it. */
        default String word() {
            return getClass().getSimpleName().toLowerCase(Locale.ROOT);
        }
    }

    /** A header line. */
    public record Field(String name, String value) {}

    /**
     * An HTTP request. With {@code body} "chunked" the chunks follow as messages of their own.
     *
     * @param number of the request on its connection, from 1
     * @param body   how its end is told: "none", "length" or "chunked"
     */
    public record Request(int number, String method, String target, List<Field> fields,
            String body) implements Kind {}

    /**
     * An HTTP answer. Behind one with {@code body} "chunked", "events" or "upgrade" the chunks,
     * events or frames follow as messages of their own.
     *
     * @param number      of the request that it answers, 0 where there was none
     * @param body        how its end is told: "none", "length", "chunked" or "end" (of the stream)
     * @param afterMillis from the request's last byte to this one's first; -1 without a request
     */
    public record Answer(int number, int status, String reason, List<Field> fields, String body,
            double afterMillis) implements Kind {}

    /** A chunk of a body. The last one has no payload, and may have trailers. */
    public record Chunk(int number, boolean last) implements Kind {}

    /**
     * An event of an event stream, up to its empty line.
     *
     * @param event   the value of the field, null without one
     * @param id      the value of the field, null without one
     * @param comment true where there is nothing but comment lines: a heartbeat
     */
    public record Event(int number, String event, String id, boolean comment) implements Kind {}

    /**
     * A WebSocket frame.
     *
     * @param reserved   the three reserved bits, 0 to 7
     * @param lengthBits how the length was told: in 7, 16 or 64 bits
     * @param closeCode  of a close frame with one, else 0
     * @param inflated   the message that this frame ends, where it was compressed (RFC 7692), as it
     *                   was before; null where it was not, or cannot be inflated
     */
    public record Frame(int opcode, boolean fin, int reserved, boolean masked, int lengthBits,
            int closeCode, byte[] inflated) implements Kind {
        /** The standard's word for the opcode. */
        public String name() {
            return switch (opcode) {
                case 0 -> "continuation";
                case 1 -> "text";
                case 2 -> "binary";
                case 8 -> "close";
                case 9 -> "ping";
                case 10 -> "pong";
                default -> "reserved opcode " + opcode;
            };
        }
    }

    /** Bytes that are no HTTP: a line, or what came at once where there are no lines. */
    public record Raw() implements Kind {}

    /** Something that happened to the connection. */
    public record Note(String text) implements Kind {}

    /** All bytes that it took on the wire. */
    public long bytes() {
        return headerBytes + payloadBytes;
    }

    /** What was said, a line each, nothing hidden; long ones cut, with counts. */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        switch (kind) {
            case Note(String text) -> lines.add(text);
            case Frame frame -> {
                lines.add(head(frame));
                if (frame.inflated() == null) lines.addAll(shownPayload());
                else lines.addAll(shown(frame.inflated(), frame.inflated().length));
            }
            case Event _ -> lines.addAll(shown(wire, Math.max(wire.length,
                    wire.length < KEPT ? 0 : bytes())));
            case Request _, Answer _, Chunk _, Raw _ -> {
                lines.addAll(shown(wire, wire.length < KEPT ? wire.length : headerBytes));
                lines.addAll(shownPayload());
            }
        }
        return lines;
    }

    /** What it is and what it took, in one line; empty for a {@link Note}. */
    public String sum() {
        String what = switch (kind) {
            case Request request -> "request " + request.number();
            case Answer answer -> answerWords(answer);
            case Chunk chunk -> chunk.last() ? "the last chunk" : "a chunk";
            case Event event -> event.comment() ? "a comment"
                    : Optional.ofNullable(event.event()).map(name -> "event " + Visible.of(
                            name.getBytes(UTF_8))).orElse("an event");
            case Frame frame -> "a frame: " + frame.name();
            case Raw _ -> "";
            case Note _ -> "";
        };
        if (kind instanceof Note) return "";
        var sum = new StringBuilder(what);
        if (!what.isEmpty()) sum.append(" · ");
        if (headerBytes > 0) sum.append(count(headerBytes, "header byte"));
        if (headerBytes > 0 && payloadBytes > 0) sum.append(" + ");
        if (payloadBytes > 0) {
            sum.append(headerBytes > 0 ? String.format(Locale.ROOT, "%,d payload", payloadBytes)
                    : count(payloadBytes, "byte"));
        }
        if (!whole) sum.append(" · not whole");
        return sum.toString();
    }

    private static String answerWords(Answer answer) {
        if (answer.number() == 0) return "an answer that nobody asked for";
        String what = answer.status() < 200 && answer.status() != 101 ? "an interim answer to "
                : "the answer to ";
        return what + answer.number() + String.format(Locale.ROOT, " after %.1f ms",
                answer.afterMillis());
    }

    static String count(long number, String thing) {
        return String.format(Locale.ROOT, "%,d %s%s", number, thing, number == 1 ? "" : "s");
    }

    private String head(Frame frame) {
        var words = new StringBuilder("[").append(HexFormat.ofDelimiter(" ").withUpperCase()
                .formatHex(wire)).append("] ");
        words.append(frame.fin() ? "FIN " : "more ").append(frame.name());
        boolean compressed = frame.inflated() != null;
        if (frame.reserved() != 0 && !compressed) {
            words.append(", reserved bits ").append(frame.reserved());
        }
        words.append(String.format(Locale.ROOT, ", length %,d in %d bits",
                expected(), frame.lengthBits()));
        words.append(frame.masked() ? ", masked" : ", no mask");
        if (compressed) {
            words.append(", compressed; inflated it has ")
                    .append(count(frame.inflated().length, "byte"));
        }
        if (frame.opcode() == 8 && payloadBytes >= 2) {
            words.append(", code ").append(frame.closeCode());
        }
        return words.toString();
    }

    /** A frame's length as its header announces it. */
    private long expected() {
        if (wire.length < 2) return 0;
        int low = wire[1] & 0x7F;
        int bytes = low == 126 ? 2 : low == 127 ? 8 : 0;
        if (bytes == 0 || wire.length < 2 + bytes) return low;
        long length = 0;
        for (int i = 0; i < bytes; i++) length = length << 8 | wire[2 + i] & 0xFF;
        return length;
    }

    private List<String> shownPayload() {
        if (payload.length == 0) {
            return payloadBytes == 0 ? List.of() : List.of("… " + count(payloadBytes, "byte"));
        }
        boolean closes = kind instanceof Frame frame && frame.opcode() == 8;
        if (closes && payload.length < 2) return shown(payload, payloadBytes);
        int from = closes ? 2 : 0;  // the code stands in the line above
        if (!closes && isBinary(payload) && payload.length > BINARY_SHOWN) {
            return List.of(Visible.of(payload, 0, BINARY_SHOWN) + " … "
                    + count(payloadBytes - BINARY_SHOWN, "more byte"));
        }
        if (from == 0) return shown(payload, payloadBytes);
        byte[] reason = java.util.Arrays.copyOfRange(payload, from, payload.length);
        return reason.length == 0 ? List.of() : shown(reason, payloadBytes - from);
    }

    private List<String> shown(byte[] kept, long size) {
        return new Part(speaker, atMillis, size, kept).lines();
    }

    /** Is it nothing that people would read? */
    static boolean isBinary(byte[] bytes) {
        for (byte b : bytes) {
            if (b >= 0 && b < 0x20 && b != '\n' && b != '\r' && b != '\t') return true;
        }
        return false;
    }
}
