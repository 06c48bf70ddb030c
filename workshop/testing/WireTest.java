package workshop.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import workshop.wire.Transcript;
import workshop.wire.Visible;

/** Bytes are shown as they were: nothing hidden, nothing made up. */
class WireTest {
    private static String visible(String text) {
        return Visible.of(text.getBytes(UTF_8));
    }

    private static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
        return bytes;
    }

    @Test
    @DisplayName("printable ASCII stays as it is")
    void ascii() {
        assertEquals("GET / HTTP/1.1 ~\"'", visible("GET / HTTP/1.1 ~\"'"));
        assertEquals("", visible(""));
    }

    @Test
    @DisplayName("CR, LF, tab and backslash are shown as in Java")
    void escapes() {
        assertEquals("a\\r\\n\\tb\\\\", visible("a\r\n\tb\\"));
    }

    @Test
    @DisplayName("other control bytes are shown in hex")
    void controls() {
        assertEquals("‹00›‹07›‹1B›[31m‹7F›", visible("\0\7\33[31m\177"));
    }

    @Test
    @DisplayName("a letter beyond ASCII is followed by its bytes")
    void letters() {
        assertEquals("ä‹C3 A4›€‹E2 82 AC›", visible("ä€"));
        assertEquals("🙂‹F0 9F 99 82›", visible("🙂"));
    }

    @Test
    @DisplayName("what looks like nothing, or turns text around, is shown as bytes alone")
    void invisible() {
        assertEquals("‹E2›‹80›‹8B›", visible("\u200b")); // zero width space
        assertEquals("‹E2›‹80›‹AE›", visible("\u202e")); // right-to-left override
        assertEquals("‹C2›‹85›", visible("\u0085"));     // next line, a C1 control
    }

    @Test
    @DisplayName("bytes that are no UTF-8 are shown one by one")
    void noUtf8() {
        assertEquals("‹FF›‹FE›a", Visible.of(bytes(0xFF, 0xFE, 'a')));
        assertEquals("‹C0›‹80›", Visible.of(bytes(0xC0, 0x80)));             // overlong
        assertEquals("‹ED›‹A0›‹80›", Visible.of(bytes(0xED, 0xA0, 0x80)));   // half a surrogate
        assertEquals("‹F4›‹90›‹80›‹80›", Visible.of(bytes(0xF4, 0x90, 0x80, 0x80)));
    }

    @Test
    @DisplayName("half a letter is shown as its bytes, on either side of the cut")
    void halves() {
        byte[] euro = "€".getBytes(UTF_8);
        assertEquals("a‹E2›‹82›", Visible.of(concat("a".getBytes(UTF_8), Arrays.copyOf(euro, 2))));
        assertEquals("‹AC›b", Visible.of(concat(Arrays.copyOfRange(euro, 2, 3),
                "b".getBytes(UTF_8))));
        // The rest of a piece of bytes that is shown may hold the other half: not to be read.
        assertEquals("‹E2›‹82›", Visible.of(euro, 0, 2));
    }

    @Test
    @DisplayName("any bytes give printable text on one line")
    void anything() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            var some = new byte[random.nextInt(60)];
            random.nextBytes(some);
            String shown = Visible.of(some);
            assertTrue(shown.codePoints().noneMatch(Character::isISOControl)
                    && !shown.contains("\uFFFD"), () -> "seed " + seed + ": " + shown);
        }
    }

    @Test
    @DisplayName("a transcript tells who said what, in order, a line for each line")
    void talk() {
        var talk = new Transcript();
        client(talk, "GET / HTTP/1.1\r\nHost: ä\r\n\r\n");
        server(talk, "HTTP/1.1 200 OK\r\n\r\n");
        talk.note("the server ended the connection");
        assertEquals("""
                ↑ GET / HTTP/1.1\\r\\n
                  Host: ä‹C3 A4›\\r\\n
                  \\r\\n
                ↓ HTTP/1.1 200 OK\\r\\n
                  \\r\\n
                · the server ended the connection
                """, talk.toString());
    }

    @Test
    @DisplayName("a letter that two writes cut is whole again in the transcript")
    void cutLetter() {
        var talk = new Transcript();
        byte[] letter = "ä".getBytes(UTF_8);
        talk.server(letter, 0, 1);
        talk.server(letter, 1, 1);
        assertEquals("↓ ä‹C3 A4›\n", talk.toString());
    }

    @Test
    @DisplayName("all bytes are counted, each way, also those that are not kept")
    void counts() {
        var talk = new Transcript();
        client(talk, "x".repeat(3 * Transcript.KEPT));
        server(talk, "abc");
        client(talk, "y");
        assertEquals(3 * Transcript.KEPT + 1, talk.bytesFromClient());
        assertEquals(3, talk.bytesFromServer());
        assertEquals(List.of(3L * Transcript.KEPT, 3L, 1L),
                talk.parts().stream().map(Transcript.Part::size).toList());
        assertEquals(Transcript.KEPT, talk.parts().getFirst().kept().length);
    }

    @Test
    @DisplayName("of a talk of a million turns the first and the last are kept")
    void millionTurns() {
        var talk = new Transcript();
        for (int i = 0; i < 500_000; i++) {
            client(talk, "ping " + i);
            server(talk, "pong " + i);
        }
        String text = talk.toString();
        assertTrue(text.contains("ping 0\n") && text.contains("pong 499999"), text);
        assertTrue(text.contains("… 999976 turns left out"), text);
        assertTrue(talk.parts().size() < 5_000, talk.parts().size() + " parts");
        assertEquals(2L * 5 * 500_000 + 2 * 2_888_890, talk.bytesFromClient()
                + talk.bytesFromServer());
    }

    @Test
    @DisplayName("long lines, long parts and long talks are cut, and say so")
    void cut() {
        var line = new Transcript();
        client(line, "a".repeat(10_000) + "END");
        assertTrue(line.toString().contains("END"), line::toString);
        assertTrue(line.toString().contains("(10,003 bytes)"), line::toString);
        assertTrue(line.toString().length() < 500, line::toString);

        var part = new Transcript();
        client(part, "1234567\n".repeat(100_000));
        assertTrue(part.toString().contains("more bytes"), part::toString);
        assertTrue(part.toString().lines().count() < 60, part::toString);

        var talk = new Transcript();
        for (int i = 0; i < 500; i++) {
            client(talk, "ping " + i);
            server(talk, "pong " + i);
        }
        assertTrue(talk.toString().contains("ping 0") && talk.toString().contains("pong 499")
                && talk.toString().contains("turns left out"), talk::toString);
        assertTrue(talk.toString().lines().count() < 60, talk::toString);
    }

    @Test
    @DisplayName("many threads may write to one transcript")
    void threads() throws InterruptedException {
        var talk = new Transcript();
        var writers = new Thread[8];
        for (int i = 0; i < writers.length; i++) {
            boolean asks = i % 2 == 0;
            writers[i] = Thread.ofVirtual().start(() -> {
                for (int n = 0; n < 1_000; n++) {
                    if (asks) client(talk, "xy");
                    else server(talk, "z");
                }
            });
        }
        for (Thread writer : writers) writer.join();
        assertEquals(8_000, talk.bytesFromClient());
        assertEquals(4_000, talk.bytesFromServer());
        assertFalse(talk.toString().isEmpty());
    }

    private static void client(Transcript talk, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        talk.client(bytes, 0, bytes.length);
    }

    private static void server(Transcript talk, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        talk.server(bytes, 0, bytes.length);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        var all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
