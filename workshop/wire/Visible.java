package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;

/**
 * Bytes as text that hides nothing: {@code \r}, {@code \n}, {@code \t} and {@code \\} as in Java,
 * every other control byte or byte that is no UTF-8 as {@code ‹FF›}, and behind a letter beyond
 * ASCII its bytes: {@code ä‹C3 A4›}.
 */
public final class Visible {
    private Visible() {}

    /** All of {@code bytes} on one line. */
    public static String of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** {@code length} bytes from {@code from}, on one line. */
    public static String of(byte[] bytes, int from, int length) {
        var out = new StringBuilder(length + 16);
        int end = from + length;
        for (int i = from; i < end; ) {
            int b = bytes[i] & 0xFF;
            switch (b) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    int letter = letterLength(bytes, i, end);
                    if (letter == 1) {
                        out.append((char) b);
                    } else if (letter > 1) {
                        out.append(new String(bytes, i, letter, UTF_8));
                        hex(out, bytes, i, letter);
                        i += letter - 1;
                    } else {
                        hex(out, bytes, i, 1);
                    }
                }
            }
            i++;
        }
        return out.toString();
    }

    /** How many bytes the printable letter at {@code at} takes; 0 where there is none. */
    private static int letterLength(byte[] bytes, int at, int end) {
        int b = bytes[at] & 0xFF;
        if (b < 0x80) return b >= 0x20 && b < 0x7F ? 1 : 0;
        int length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : b >= 0xC0 ? 2 : 0;
        if (length == 0 || at + length > end) return 0;
        try {
            var letter = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length));
            int codePoint = letter.toString().codePointAt(0);
            boolean printable = Character.isLetterOrDigit(codePoint)
                    || Character.isEmoji(codePoint)
                    || Character.getType(codePoint) == Character.CURRENCY_SYMBOL;
            return printable ? length : 0;
        } catch (CharacterCodingException notUtf8) {
            return 0;
        }
    }

    private static void hex(StringBuilder out, byte[] bytes, int from, int length) {
        out.append('‹');
        for (int i = 0; i < length; i++) {
            if (i > 0) out.append(' ');
            out.append(String.format(Locale.ROOT, "%02X", bytes[from + i]));
        }
        out.append('›');
    }
}
