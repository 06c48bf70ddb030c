package workshop.testing.lessons;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tests.clients.Frame;

/**
 * What an echo server owes to a stream of bytes behind the handshake, by RFC 6455 and the limits of
 * lesson 07: written a second time, on other principles than the solution. It has the whole stream
 * before it, and judges UTF-8 by the standard's table as a regular expression.
 */
final class WebSocketJudge {
    /** The stream breaks no rule and says no goodbye: the server goes on listening. */
    static final int OPEN = -1;

    private static final int MAX_MESSAGE = 1_048_576;
    /** Unicode, table 3-7; each byte is a character here. */
    private static final Pattern TEXT = Pattern.compile("(?:[\\x00-\\x7F]"
            + "|[\\xC2-\\xDF][\\x80-\\xBF]"
            + "|\\xE0[\\xA0-\\xBF][\\x80-\\xBF]|[\\xE1-\\xEC\\xEE\\xEF][\\x80-\\xBF]{2}"
            + "|\\xED[\\x80-\\x9F][\\x80-\\xBF]|\\xF0[\\x90-\\xBF][\\x80-\\xBF]{2}"
            + "|[\\xF1-\\xF3][\\x80-\\xBF]{3}|\\xF4[\\x80-\\x8F][\\x80-\\xBF]{2})*+");

    private final ByteBuffer stream;
    private final List<Frame> answers = new ArrayList<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private int kind; // of the open message; 0: none is open
    private int code = OPEN;

    /** @param code of the close behind the answers, {@link Frame#NO_CODE} for an empty one */
    record Verdict(List<Frame> answers, int code) {}

    private WebSocketJudge(byte[] stream) {
        this.stream = ByteBuffer.wrap(stream);
    }

    static Verdict judge(byte[] stream) {
        var judge = new WebSocketJudge(stream);
        while (judge.code == OPEN && judge.takesFrame()) { /* and the next */ }
        return new Verdict(judge.answers, judge.code);
    }

    /** False where the stream ends before the next frame is decided. */
    private boolean takesFrame() {
        if (stream.remaining() < 2) return false;
        int first = stream.get() & 0xFF;
        int second = stream.get();
        if (second >= 0) return close(1002);
        int form = (second & 0x7F) == 126 ? 2 : (second & 0x7F) == 127 ? 8 : 0;
        if (stream.remaining() < form + 4) return false;
        long length = form == 0 ? second & 0x7F
                : form == 2 ? stream.getShort() & 0xFFFF : stream.getLong();
        int opcode = first & 0x0F;
        boolean fin = first >= 0x80;
        boolean isControl = opcode >= Frame.CLOSE;
        boolean starts = opcode == Frame.TEXT || opcode == Frame.BINARY;
        if ((first & 0x70) != 0 || length < 0) return close(1002);
        if (!isControl && !starts && opcode != Frame.CONTINUATION) return close(1002);
        if (isControl && (opcode > Frame.PONG || !fin || length > 125)) return close(1002);
        if (!isControl && starts != (kind == 0)) return close(1002);
        if (!isControl && message.size() + length > MAX_MESSAGE) return close(1009);
        byte[] payload = payload((int) length);
        boolean isWhole = payload.length == length;
        return isControl ? isWhole && control(opcode, payload)
                : data(starts ? opcode : kind, payload, isWhole, fin);
    }

    private byte[] payload(int length) {
        byte[] mask = new byte[4];
        stream.get(mask);
        byte[] payload = new byte[Math.min(length, stream.remaining())];
        stream.get(payload);
        for (int i = 0; i < payload.length; i++) payload[i] ^= mask[i % 4];
        return payload;
    }

    private boolean control(int opcode, byte[] payload) {
        if (opcode == Frame.PING) answers.add(Frame.of(Frame.PONG, payload));
        if (opcode != Frame.CLOSE) return true;
        if (payload.length == 0) return close(Frame.NO_CODE);
        if (payload.length == 1) return close(1002);
        int said = ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        if (!isText(Arrays.copyOfRange(payload, 2, payload.length), true)) return close(1007);
        boolean fits = said >= 3000 ? said < 5000
                : List.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014)
                        .contains(said);
        return close(fits ? said : 1002);
    }

    private boolean data(int opcode, byte[] payload, boolean isWhole, boolean fin) {
        kind = opcode;
        message.writeBytes(payload);
        boolean isEnd = isWhole && fin;
        if (kind == Frame.TEXT && !isText(message.toByteArray(), isEnd)) return close(1007);
        if (isEnd) {
            answers.add(Frame.of(kind, message.toByteArray()));
            message.reset();
            kind = 0;
        }
        return isWhole;
    }

    private boolean close(int with) {
        code = with;
        return true;
    }

    /** A beginning that may become a text is one, unless it is {@code whole}. */
    private static boolean isText(byte[] bytes, boolean whole) {
        Matcher text = TEXT.matcher(new String(bytes, ISO_8859_1));
        return text.matches() || !whole && text.hitEnd();
    }
}
