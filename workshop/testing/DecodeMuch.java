package workshop.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import workshop.wire.Conversation;
import workshop.wire.Speaker;

/**
 * Decodes 100 MB of each kind of talk that may be endless, and 10 MB of small things, to be run
 * with a heap that could hold neither.
 */
public final class DecodeMuch {
    private static final long MUCH = 100L << 20;
    private static final long SMALL = 10L << 20;
    private static final int PIECE = 65_536;

    private DecodeMuch() {}

    public static void main(String[] none) {
        String ok = "HTTP/1.1 200 OK\r\n";
        decode(MUCH, "a body with a length", ok + "Content-Length: " + MUCH + "\r\n\r\n",
                "x");
        decode(MUCH, "a body to the end", ok + "\r\n", "some text\n");
        decode(MUCH, "chunks", ok + "Transfer-Encoding: chunked\r\n\r\n",
                "1000\r\n" + "y".repeat(0x1000) + "\r\n");
        decode(MUCH, "one endless chunk", ok
                + "Transfer-Encoding: chunked\r\n\r\nfffffffffff\r\n", "z");
        decode(SMALL, "events", ok + "Content-Type: text/event-stream\r\n\r\n",
                "id: 1\nevent: message\ndata: {\"id\": 1, \"text\": \"hello\"}\n\n");
        decode(MUCH, "one endless event", ok
                + "Content-Type: text/event-stream\r\n\r\ndata: ", "e");
        decode(MUCH, "one endless field", ok + "Content-Type: text/event-stream\r\n\r\n", "f");
        decode(SMALL, "small answers", "", ok + "Content-Length: 2\r\n\r\n{}");
        decode(SMALL, "an endless head", ok, "A: b\r\n");
        decode(SMALL, "lines", "", "hello\n");
        decode(MUCH, "one endless line", "", "l");
        decode(MUCH, "noise", "", "\u0000\u0001\u00ff");
        String upgrade = "HTTP/1.1 101 S\r\nUpgrade: websocket\r\n\r\n";
        decode(SMALL, "frames", upgrade, "\u0081\u0005hello");
        decode(MUCH, "one endless frame", upgrade + "\u0082\u007f\u0000\u0000\u007f"
                + "\u00ff".repeat(5), "w");
        System.out.println("decoded");
    }

    private static void decode(long much, String what, String before, String again) {
        var messages = new AtomicLong();
        var talk = new Conversation(1, _ -> messages.incrementAndGet());
        byte[] first = before.getBytes(ISO_8859_1);
        talk.server(first, 0, first.length, 0);
        byte[] piece = again.repeat(Math.max(1, PIECE / again.length())).getBytes(ISO_8859_1);
        long start = System.nanoTime();
        long bytes = 0;
        for (; bytes < much; bytes += piece.length) talk.server(piece, 0, piece.length, bytes);
        talk.end(Speaker.SERVER, bytes);
        if (talk.totals().bytesDown() != bytes + first.length) {
            throw new AssertionError(what + ": " + talk.totals());
        }
        System.out.printf(Locale.ROOT, "%-22s %,10d messages, %4.0f MB/s%n", what, messages.get(),
                bytes / 1048576.0 / ((System.nanoTime() - start) / 1e9));
    }
}
