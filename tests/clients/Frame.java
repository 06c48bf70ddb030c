package tests.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A WebSocket frame (RFC 6455, section 5.2), also one that breaks the rules: what is to be sent,
 * or what came.
 *
 * @param fin      is it the last frame of its message?
 * @param reserved the three reserved bits, 0 to 7
 * @param payload  without its mask
 */
public record Frame(boolean fin, int reserved, int opcode, byte[] payload) {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** What {@link #closeCode} is where there is none; it never stands in a frame (section 7.4). */
    public static final int NO_CODE = 1005;

    public static Frame of(int opcode, byte[] payload) {
        return new Frame(true, 0, opcode, payload);
    }

    public static Frame text(String text) {
        return of(TEXT, text.getBytes(UTF_8));
    }

    public static Frame binary(byte[] payload) {
        return of(BINARY, payload);
    }

    /** A further frame of a message that began with {@link #more}. */
    public static Frame continuation(byte[] payload) {
        return of(CONTINUATION, payload);
    }

    public static Frame ping(String payload) {
        return of(PING, payload.getBytes(UTF_8));
    }

    public static Frame pong(String payload) {
        return of(PONG, payload.getBytes(UTF_8));
    }

    /** A close with neither code nor reason. */
    public static Frame close() {
        return of(CLOSE, new byte[0]);
    }

    public static Frame close(int code, String reason) {
        byte[] words = reason.getBytes(UTF_8);
        return of(CLOSE, ByteBuffer.allocate(2 + words.length).putShort((short) code).put(words)
                .array());
    }

    /** The same without FIN: more frames of this message follow. */
    public Frame more() {
        return new Frame(false, reserved, opcode, payload);
    }

    /** The same with these reserved bits: 4, 2 and 1 are RSV1, RSV2 and RSV3. */
    public Frame reserved(int bits) {
        return new Frame(fin, bits, opcode, payload);
    }

    /** As a client sends it: with a fresh mask and the shortest form of the length. */
    public byte[] masked() {
        return onTheWire(freshMask(), shortestForm(payload.length));
    }

    /** As a server sends it, and no client may. */
    public byte[] unmasked() {
        return onTheWire(null, shortestForm(payload.length));
    }

    /**
     * @param mask four bytes; null: not masked
     * @param form in how many bits the length is written, 7, 16 or 64
     */
    public byte[] onTheWire(byte[] mask, int form) {
        var bytes = new ByteArrayOutputStream(payload.length + 14);
        bytes.writeBytes(head(payload.length, mask, form));
        for (int i = 0; i < payload.length; i++) {
            bytes.write(mask == null ? payload[i] : payload[i] ^ mask[i % 4]);
        }
        return bytes.toByteArray();
    }

    /** This frame's header alone, which may announce any length, true or not. */
    public byte[] head(long length, byte[] mask, int form) {
        var head = ByteBuffer.allocate(14);
        head.put((byte) ((fin ? 0x80 : 0) | reserved << 4 | opcode));
        int masked = mask == null ? 0 : 0x80;
        switch (form) {
            case 7 -> head.put((byte) (masked | length));
            case 16 -> head.put((byte) (masked | 126)).putShort((short) length);
            case 64 -> head.put((byte) (masked | 127)).putLong(length);
            default -> throw new IllegalArgumentException("no length is written in " + form);
        }
        if (mask != null) head.put(mask);
        return Arrays.copyOf(head.array(), head.position());
    }

    /** The form that the standard demands for a length. */
    public static int shortestForm(long length) {
        return length <= 125 ? 7 : length <= 0xFFFF ? 16 : 64;
    }

    /** Four bytes, none 0 and no two alike: whoever takes the wrong one is found out. */
    public static byte[] freshMask() {
        var mask = new byte[4];
        int[] bytes = ThreadLocalRandom.current().ints(1, 256).distinct().limit(4).toArray();
        for (int i = 0; i < mask.length; i++) mask[i] = (byte) bytes[i];
        return mask;
    }

    public boolean isControl() {
        return opcode >= CLOSE;
    }

    /** The payload as UTF-8; a close's reason. */
    public String text() {
        return new String(words(), UTF_8);
    }

    boolean isUtf8() {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(words()));
            return true;
        } catch (CharacterCodingException no) {
            return false;
        }
    }

    private byte[] words() {
        int from = opcode == CLOSE ? Math.min(2, payload.length) : 0;
        return Arrays.copyOfRange(payload, from, payload.length);
    }

    /** A close's code; {@link #NO_CODE} where it has none. */
    public int closeCode() {
        if (payload.length < 2) return NO_CODE;
        return (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    }

    /** For a failure: {@code a text of 5 bytes}, {@code a close with code 1002 (no mask)}. */
    @Override
    public String toString() {
        String what = switch (opcode) {
            case CONTINUATION -> "a continuation";
            case TEXT -> "a text";
            case BINARY -> "a binary message";
            case CLOSE -> "a close";
            case PING -> "a ping";
            case PONG -> "a pong";
            default -> "a frame with the reserved opcode " + opcode;
        };
        if (opcode == CLOSE && payload.length >= 2) {
            return what + " with code " + closeCode() + (text().isEmpty() ? "" : " (" + text()
                    + ")");
        }
        return String.format("%s of %,d byte%s", what, payload.length,
                payload.length == 1 ? "" : "s");
    }
}
