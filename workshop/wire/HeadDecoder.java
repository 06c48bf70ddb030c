package workshop.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.wire.Conversation.Asked;
import workshop.wire.Message.Answer;
import workshop.wire.Message.Field;
import workshop.wire.Message.Kind;
import workshop.wire.Message.Request;

/**
 * The start line and the header lines of a request or an answer (RFC 9112, sections 2 to 6).
 *
 * <p>As tolerant as servers are: a line may end with {@code \n} alone, empty lines may come first.
 */
final class HeadDecoder implements Decoder {
    private static final int LONGEST = 262_144;     // far more than any server takes
    private static final int METHOD_LONGEST = 32;
    private static final Pattern REQUEST = Pattern.compile(
            "([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\\S+) HTTP/1\\.[0-9]\\s*");
    private static final Pattern STATUS = Pattern.compile(
            "HTTP/1\\.[0-9] ([1-9][0-9][0-9])(?: (.*))?\\s*", Pattern.DOTALL);
    private static final String NO_BODY = "none";

    private final Side side;
    private final boolean asks;
    private final Kept head = new Kept(LONGEST);
    private int lineLength;         // of the line that is being read, \r not counted
    private Matcher start;          // the start line, once it is complete
    private int startAt;            // where it begins: empty lines may come before it
    private int fieldsAt;           // where it has ended

    HeadDecoder(Side side) {
        this.side = side;
        this.asks = side.speaker == Speaker.CLIENT;
    }

    @Override
    public int read(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            head.add(b);
            if (b == '\n') {
                if (lineLength == 0 && start != null) {
                    keep(bytes, from, i + 1);
                    complete();
                    return i + 1;
                }
                if (lineLength == 0) {
                    startAt = head.length();
                } else if (start == null && !isStartLine()) {
                    return noHttp(bytes, from, to);
                }
                lineLength = 0;
            } else if (b != '\r') {
                lineLength++;
                if (start == null && !mayBe(b)) return noHttp(bytes, from, to);
            }
            if (head.total() >= LONGEST) return noHttp(bytes, from, to);
        }
        keep(bytes, from, to);
        return to;
    }

    private void keep(byte[] bytes, int from, int to) {
        side.header(bytes, from, to - from);
    }

    /** Can the start line still become one, with this letter as its {@code lineLength}th? */
    private boolean mayBe(byte b) {
        int at = lineLength - 1;
        if (!asks) return at >= 7 || b == "HTTP/1.".charAt(at);
        if (b < 0x20 && b >= 0 || b == 0x7F) return false;
        if (at == 0) return b > 0x20;
        if (at == METHOD_LONGEST) {
            for (byte before : Arrays.copyOfRange(head.bytes(), startAt, head.length())) {
                if (before == ' ') return true;
            }
            return false;
        }
        return true;
    }

    private boolean isStartLine() {
        Matcher line = (asks ? REQUEST : STATUS).matcher(text().strip());
        if (!line.matches()) return false;
        start = line;
        fieldsAt = head.length();
        return true;
    }

    private String text() {
        return new String(head.bytes(), startAt, head.length() - startAt, ISO_8859_1);
    }

    /** Takes what has come, so that it is told in one piece, as far as it can be held. */
    private int noHttp(byte[] bytes, int from, int to) {
        int end = (int) Math.clamp(from + Message.KEPT - side.wire.total(), from + 1, to);
        keep(bytes, from, end);
        side.fallBack();
        return end;
    }

    private void complete() {
        var fields = new ArrayList<Field>();
        String lines = text();
        for (int at = fieldsAt - startAt; at < lines.length(); ) {
            int end = lines.indexOf('\n', at);
            int colon = lines.indexOf(':', at);
            if (colon > at && colon < end) {
                fields.add(new Field(lines.substring(at, colon),
                        lines.substring(colon + 1, end).strip()));
            }
            at = end + 1;
        }
        if (asks) request(List.copyOf(fields));
        else answer(List.copyOf(fields));
    }

    // --- A request -------------------------------------------------------------------------------

    private void request(List<Field> fields) {
        String method = start.group(1);
        Asked asked = side.talk.asks(method, side.now);
        boolean chunked = isChunked(fields);
        long length = chunked ? 0 : length(fields);
        String body = chunked ? "chunked" : length > 0 ? "length" : NO_BODY;
        Kind kind = new Request(asked.number, method, start.group(2), fields, body);
        if (chunked) {
            side.tell(kind);
            side.decoder = new ChunkDecoder(side, asked.number, null, () -> {
                asked.untilMillis = side.now;
                side.decoder = new HeadDecoder(side);
            });
        } else if (length > 0) {
            side.decoder = new BodyDecoder(side, length, kind, null, () -> {
                asked.untilMillis = side.now;
                side.decoder = new HeadDecoder(side);
            });
        } else {
            side.tell(kind);
            boolean switches = method.equals("CONNECT") || value(fields, "Upgrade") != null;
            side.decoder = length < 0 ? new LineDecoder(side)
                    : switches ? new HoldDecoder(side) : new HeadDecoder(side);
        }
    }

    // --- An answer -------------------------------------------------------------------------------

    private void answer(List<Field> fields) {
        int status = Integer.parseInt(start.group(1));
        Asked asked = side.talk.waiting();
        int number = asked == null ? 0 : asked.number;
        String method = asked == null ? "" : asked.method;
        double after = asked == null ? -1 : Math.max(0, side.since() - asked.untilMillis);
        String reason = start.group(2) == null ? "" : start.group(2);
        boolean interim = status < 200 && status != 101;
        if (!interim) side.talk.answered();

        boolean switches = status == 101 || method.equals("CONNECT") && status / 100 == 2;
        boolean bodiless = status < 200 || status == 204 || status == 304
                || method.equals("HEAD") || switches;
        boolean chunked = !bodiless && isChunked(fields);
        boolean sized = !bodiless && !chunked && value(fields, "Content-Length") != null
                && value(fields, "Transfer-Encoding") == null;
        long length = sized ? length(fields) : 0;
        String body = bodiless || sized && length == 0 ? NO_BODY : chunked ? "chunked"
                : sized && length > 0 ? "length" : "end";
        Kind kind = new Answer(number, status, reason, fields, body, after);
        if (switches) {
            side.tell(kind);
            side.talk.upgraded(status == 101
                    && "websocket".equalsIgnoreCase(value(fields, "Upgrade")),
                    value(fields, "Sec-WebSocket-Extensions"));
            return;
        }
        if (!interim) side.talk.refused();
        if (body.equals(NO_BODY)) {
            side.tell(kind);
            side.decoder = new HeadDecoder(side);
            return;
        }
        EventDecoder events = isEventStream(fields) ? new EventDecoder(side, number) : null;
        Runnable done = () -> side.decoder = new HeadDecoder(side);
        if (chunked || events != null) {
            side.tell(kind);    // a stream is told as it comes
            kind = null;
        }
        side.decoder = chunked ? new ChunkDecoder(side, number, events, done)
                : new BodyDecoder(side, sized && length > 0 ? length : -1, kind, events, done);
    }

    // --- Header lines ----------------------------------------------------------------------------

    /** The values of all lines with this name, in one; null without one. */
    private static String value(List<Field> fields, String name) {
        String all = null;
        for (Field field : fields) {
            if (!field.name().equalsIgnoreCase(name)) continue;
            all = all == null ? field.value() : all + ", " + field.value();
        }
        return all;
    }

    private static boolean isChunked(List<Field> fields) {
        String coding = value(fields, "Transfer-Encoding");
        return coding != null && coding.toLowerCase(Locale.ROOT).endsWith("chunked");
    }

    /** 0 where there is none, -1 where it is no length. */
    private static long length(List<Field> fields) {
        String length = value(fields, "Content-Length");
        if (length == null) return 0;
        String first = length.split(",", 2)[0].strip();
        boolean same = Arrays.stream(length.split(",")).map(String::strip).allMatch(first::equals);
        return same && first.matches("[0-9]{1,18}") ? Long.parseLong(first) : -1;
    }

    private static boolean isEventStream(List<Field> fields) {
        String type = value(fields, "Content-Type");
        String coding = value(fields, "Content-Encoding");
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream")
                && (coding == null || coding.equalsIgnoreCase("identity"));
    }

    // --- Half of it ------------------------------------------------------------------------------

    @Override
    public Message soFar() {
        // Lines as they came: half a head is not yet a request.
        return side.hasBegun() ? side.message(new Message.Raw(), false) : null;
    }

    @Override
    public Side side() {
        return side;
    }
}
