package workshop.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import workshop.wire.Conversation;
import workshop.wire.Message;
import workshop.wire.Totals;
import workshop.wire.Speaker;

/** What is said over a connection is told apart, in whatever pieces it comes. */
class WireDecodersTest {
    private static final int MEGABYTES = 24;    // for a JVM that decodes 100 of them

    /** Something that one of the two says. */
    private record Said(Speaker speaker, byte[] bytes) {}

    private static final class Script {
        final List<Said> all = new ArrayList<>();

        Script client(String text) {
            return client(text.getBytes(ISO_8859_1));
        }

        Script client(byte[] bytes) {
            all.add(new Said(Speaker.CLIENT, bytes));
            return this;
        }

        Script server(String text) {
            return server(text.getBytes(ISO_8859_1));
        }

        Script server(byte[] bytes) {
            all.add(new Said(Speaker.SERVER, bytes));
            return this;
        }

        /** What is told where each is cut into pieces of at most so many bytes; 0: at random. */
        List<String> told(int piece, Random random) {
            var told = new ArrayList<String>();
            var talk = new Conversation(1, message -> told.add(shown(message)));
            double at = 0;
            long up = 0;
            long down = 0;
            for (Said said : all) {
                byte[] bytes = said.bytes();
                for (int from = 0; from < bytes.length; ) {
                    int most = piece > 0 ? piece : 1 + random.nextInt(20);
                    int count = Math.min(most, bytes.length - from);
                    if (said.speaker() == Speaker.CLIENT) talk.client(bytes, from, count, at++);
                    else talk.server(bytes, from, count, at++);
                    from += count;
                }
                if (said.speaker() == Speaker.CLIENT) up += bytes.length;
                else down += bytes.length;
            }
            talk.end(Speaker.CLIENT, at);
            talk.end(Speaker.SERVER, at);
            Totals totals = talk.totals();
            assertEquals(up, totals.bytesUp(), "all bytes to the server are counted once");
            assertEquals(down, totals.bytesDown(), "all bytes to the client are counted once");
            return told;
        }

        /** Whole, byte by byte, and cut at random it is the same. */
        void tells(String... expected) {
            List<String> wanted = List.of(expected);
            assertEquals(lines(wanted), lines(told(1 << 20, null)));
            assertEquals(lines(wanted), lines(told(1, null)), "byte by byte");
            long seed = System.nanoTime();
            for (int i = 0; i < 50; i++) {
                assertEquals(lines(wanted), lines(told(0, new Random(seed + i))),
                        "cut at random, seed " + (seed + i));
            }
        }

        private static String lines(List<String> told) {
            return String.join("\n", told);
        }
    }

    private static String shown(Message message) {
        String who = switch (message.speaker()) {
            case CLIENT -> "> ";
            case SERVER -> "< ";
            case NOTE -> "- ";
        };
        String payload = new String(message.payload(), ISO_8859_1).replace("\r", "\\r")
                .replace("\n", "\\n");
        String what = switch (message.kind()) {
            case Message.Request request -> "request " + request.number() + " " + request.method()
                    + " " + request.target() + " " + request.body();
            case Message.Answer answer -> "answer " + answer.number() + " " + answer.status() + " "
                    + answer.body();
            case Message.Chunk chunk -> "chunk " + chunk.number() + (chunk.last() ? " last" : "");
            case Message.Event event -> "event " + event.event() + " " + event.id()
                    + (event.comment() ? " comment" : "");
            case Message.Frame frame -> "frame " + frame.name() + (frame.fin() ? " FIN " : " ")
                    + frame.lengthBits() + (frame.masked() ? " masked" : "")
                    + (frame.closeCode() > 0 ? " " + frame.closeCode() : "");
            case Message.Raw _ -> "raw";
            case Message.Note(String text) -> text;
        };
        return who + what + " " + message.headerBytes() + "+" + message.payloadBytes()
                + (payload.isEmpty() ? "" : " " + payload) + (message.whole() ? "" : " …");
    }

    @Test
    @DisplayName("requests and their answers: without a body, and with one that has a length")
    void plain() {
        new Script()
                .client("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
                .server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
                .client("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
                .server("HTTP/1.1 204 No Content\r\n\r\n")
                .client("GET /c HTTP/1.1\nHost: x\n\n")
                .server("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")
                .tells("> request 1 GET /a none 28+0",
                        "< answer 1 200 length 38+5 hello",
                        "> request 2 POST /b length 48+3 abc",
                        "< answer 2 204 none 27+0",
                        "> request 3 GET /c none 25+0",
                        "< answer 3 304 none 48+0");
    }

    @Test
    @DisplayName("pipelined requests get their answers in order; the one to HEAD has no body")
    void pipelined() {
        new Script()
                .client("GET /1 HTTP/1.1\r\n\r\nHEAD /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n")
                .server("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb")
                .tells("> request 1 GET /1 none 19+0", "> request 2 HEAD /2 none 20+0",
                        "> request 3 GET /3 none 19+0", "< answer 1 200 length 38+1 a",
                        "< answer 2 200 none 38+0", "< answer 3 200 length 38+1 b");
    }

    @Test
    @DisplayName("interim answers are none: the request still waits")
    void interim() {
        new Script()
                .client("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
                .server("HTTP/1.1 100 Continue\r\n\r\n")
                .client("ok")
                .server("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n\r\nto the end")
                .tells("< answer 1 100 none 25+0",
                        "> request 1 POST / length 60+2 ok",
                        "< answer 1 102 none 27+0",
                        "< answer 1 200 end 19+10 to the end");
    }

    @Test
    @DisplayName("chunks are told apart, both ways, with extensions and trailers")
    void chunks() {
        new Script()
                .client("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3\r\nabc\r\n00a;x=\"y\"\r\n0123456789\r\n0\r\nTrail: er\r\n\r\n"
                        + "GET / HTTP/1.1\r\n\r\n")
                .server("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n"
                        + "Content-Length: 7\r\n\r\n1\r\nx\r\n0\r\n\r\n"
                        + "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                .tells("> request 1 POST / chunked 47+0", "> chunk 1 5+3 abc",
                        "> chunk 1 13+10 0123456789", "> chunk 1 last 16+0",
                        "> request 2 GET / none 18+0",
                        "< answer 1 200 chunked 72+0", "< chunk 1 5+1 x", "< chunk 1 last 5+0",
                        "< answer 2 404 none 45+0");
    }

    @Test
    @DisplayName("events of a stream: payload is the data, header is all the rest")
    void events() {
        new Script()
                .client("GET /events HTTP/1.1\r\n\r\n")
                .server("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream;charset=utf-8\r\n\r\n")
                .server("retry: 1000\n\n")
                .server("id: 1\nevent: message\ndata: {\"a\":1}\n\n")
                .server(": heartbeat\n\n")
                .server("data:two\r\ndata: lines\r\n\r\n")
                .server("data: half")
                .tells("> request 1 GET /events none 24+0",
                        "< answer 1 200 end 66+0",
                        "< event null null 13+0",
                        "< event message 1 29+7 {\"a\":1}",
                        "< event null null comment 13+0",
                        "< event null null 17+8 twolines",
                        "< event null null 6+4 half …");
    }

    @Test
    @DisplayName("events of a chunked stream, cut by the chunks anywhere")
    void chunkedEvents() {
        new Script()
                .client("GET /events HTTP/1.1\r\n\r\n")
                .server("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n")
                .server("9\r\ndata: one\r\n").server("2\r\n\n\n\r\n")
                .server("D\r\nid: 7\ndata: 2\r\n2\r\n\n\n\r\n0\r\n\r\n")
                .client("GET / HTTP/1.1\r\n\r\n")
                .server("HTTP/1.1 204 No\r\n\r\n")
                .tells("> request 1 GET /events none 24+0",
                        "< answer 1 200 chunked 80+0",
                        // 3 and 2 bytes around the first chunk, 3 before the second
                        "< event null null 16+3 one",
                        "< event null 7 24+1 2",
                        "< chunk 1 last 7+0",
                        "> request 2 GET / none 18+0",
                        "< answer 2 204 none 19+0");
    }

    @Test
    @DisplayName("a byte order mark before an event stream is no part of its first line")
    void markedEvents() {
        new Script()
                .client("GET /events HTTP/1.1\r\n\r\n")
                .server("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
                .server(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF})
                .server("event: greeting\ndata: A\n\n")
                .tells("> request 1 GET /events none 24+0",
                        "< answer 1 200 end 52+0",
                        "< event greeting null 27+1 A");
    }

    @Test
    @DisplayName("a compressed message says so, and is shown as it was, with what it refers to")
    void compressedFrames() throws java.io.IOException {
        var text = "is anybody here? ".repeat(5);
        var deflater = new java.util.zip.Deflater(9, true);
        byte[] first = deflated(deflater, text);
        byte[] second = deflated(deflater, text); // it refers to the first
        var lines = new ArrayList<String>();
        var talk = new Conversation(1, message -> lines.addAll(message.lines()));
        byte[] upgrade = "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n".getBytes(UTF_8);
        byte[] switching = ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n").getBytes(UTF_8);
        talk.client(upgrade, 0, upgrade.length, 0);
        talk.server(switching, 0, switching.length, 1);
        var frames = new ByteArrayOutputStream();
        frames.writeBytes(frame(0xC1, first, true));
        frames.writeBytes(frame(0x41, java.util.Arrays.copyOf(second, 3), true));
        frames.writeBytes(frame(0x80, java.util.Arrays.copyOfRange(second, 3, second.length),
                true));
        frames.writeBytes(frame(0x81, "plain".getBytes(UTF_8), true));
        byte[] all = frames.toByteArray();
        for (int i = 0; i < all.length; i++) talk.client(all, i, 1, 2 + i);
        talk.end(Speaker.CLIENT, 1_000);
        assertEquals(2, lines.stream().filter(text::equals).count(), lines.toString());
        assertEquals(2, lines.stream().filter(line -> line.contains(
                "compressed; inflated it has 85 bytes")).count(), lines.toString());
        assertTrue(lines.contains("plain"), lines.toString());
        deflater.end();
    }

    /** As RFC 7692, section 7.2.1 has it: without the four bytes at its end. */
    private static byte[] deflated(java.util.zip.Deflater deflater, String text) {
        deflater.setInput(text.getBytes(UTF_8));
        var out = new byte[1_000];
        int count = deflater.deflate(out, 0, out.length, java.util.zip.Deflater.SYNC_FLUSH);
        return java.util.Arrays.copyOf(out, count - 4);
    }

    @Test
    @DisplayName("behind a 101 there are frames, masked and not, in all three lengths")
    void frames() {
        new Script()
                .client("GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")
                .server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n\r\n")
                .server(frame(0x81, "welcome".getBytes(UTF_8), false))
                .client(frame(0x01, "hel".getBytes(UTF_8), true))
                .client(frame(0x89, new byte[0], true))
                .client(frame(0x80, "lo".getBytes(UTF_8), true))
                .server(frame(0x82, "x".repeat(126).getBytes(UTF_8), false))
                .client(frame(0x82, "y".repeat(65_536).getBytes(UTF_8), true))
                .client(frame(0x88, new byte[] {0x03, (byte) 0xE8, 'b', 'y', 'e'}, true))
                .server(frame(0xC3, new byte[0], false))
                .tells("> request 1 GET /ws none 40+0",
                        "< answer 1 101 none 56+0",
                        "< frame text FIN 7 2+7 welcome",
                        "> frame text 7 masked 6+3 hel",
                        "> frame ping FIN 7 masked 6+0",
                        "> frame continuation FIN 7 masked 6+2 lo",
                        "< frame binary FIN 16 4+126 " + "x".repeat(126),
                        "> frame binary FIN 64 masked 14+65536 " + "y".repeat(Message.KEPT),
                        "> frame close FIN 7 masked 1000 6+5 \u0003èbye",
                        "< frame reserved opcode 3 FIN 7 2+0");
    }

    @Test
    @DisplayName("a hasty client's frames before the 101 are frames all the same")
    void hasty() {
        new Script()
                .client("GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")
                .client(new byte[] {(byte) 0x81, (byte) 0x82, 0x31, 0x32, 0x33, 0x34, 0x59})
                .server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
                .client(new byte[] {0x5B})
                .tells("> request 1 GET /ws none 40+0",
                        "< answer 1 101 none 56+0",
                        "> frame text FIN 7 masked 6+2 hi");
    }

    @Test
    @DisplayName("where the server does not switch, HTTP goes on")
    void noUpgrade() {
        new Script()
                .client("GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\nGET /b HTTP/1.1\r\n\r\n")
                .server("HTTP/1.1 204 No\r\n\r\nHTTP/1.1 204 No\r\n\r\n")
                .tells("> request 1 GET / none 32+0", "> request 2 GET /b none 19+0",
                        "< answer 1 204 none 19+0", "< answer 2 204 none 19+0");
    }

    @Test
    @DisplayName("what is no HTTP is told line by line")
    void lines() {
        new Script().server("name?\n").client("hello\r\nthere\nhal")
                .tells("< raw 0+6 name?\\n", "> raw 0+7 hello\\r\\n", "> raw 0+6 there\\n",
                        "> raw 0+3 hal …");
    }

    @Test
    @DisplayName("a server that answers nonsense with 400 is heard")
    void badRequest() {
        new Script().client("HELLO\r\n")
                .server("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                .tells("> raw 0+7 HELLO\\r\\n", "< answer 0 400 none 47+0");
    }

    @Test
    @DisplayName("a head of 64 KiB is one; an endless one is bytes")
    void longHead() {
        new Script().client("GET / HTTP/1.1\r\nA: " + "x".repeat(65_536) + "\r\n\r\n")
                .tells("> request 1 GET / none " + (65_536 + 23) + "+0");
        var told = new Script().client("GET / HTTP/1.1\r\nA: " + "x".repeat(1 << 20))
                .told(1 << 20, null);
        assertTrue(told.getFirst().startsWith("> raw 0+"), told::toString);
    }

    @Test
    @DisplayName("half of anything is told when the connection ends")
    void halves() {
        new Script().client("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
                .server("HTTP/1.1 200 OK\r\nContent-Le")
                .tells("> request 1 POST / length 39+4 half …", "< raw 27+0 …");
    }

    @Test
    @DisplayName("100,000 random streams, many of them nearly right, never stop it")
    void nonsense() {
        long seed = System.nanoTime();
        for (int i = 0; i < 100_000; i++) {
            var random = new Random(seed + i);
            var script = new Script();
            for (int said = random.nextInt(6); said >= 0; said--) {
                byte[] bytes = RandomWire.some(random);
                if (random.nextBoolean()) script.client(bytes);
                else script.server(bytes);
            }
            try {
                script.told(random.nextInt(4) == 0 ? 1 << 20 : 0, random);
            } catch (RuntimeException | AssertionError stopped) {
                throw new AssertionError("seed " + (seed + i), stopped);
            }
        }
    }

    @Test
    @DisplayName("whatever was said, what is shown has no control characters")
    void printable() {
        long seed = System.nanoTime();
        for (int i = 0; i < 1_500; i++) {
            var random = new Random(seed + i);
            long here = seed + i;
            var talk = new Conversation(1, message -> {
                for (String line : message.lines()) {
                    assertTrue(line.codePoints().noneMatch(Character::isISOControl),
                            () -> "seed " + here + ": " + line);
                }
                assertTrue(message.sum().codePoints().noneMatch(Character::isISOControl));
            });
            byte[] up = RandomWire.some(random);
            talk.client(up, 0, up.length, 0);
            byte[] down = RandomWire.some(random);
            talk.server(down, 0, down.length, 0);
            talk.end(Speaker.CLIENT, 1);
            talk.end(Speaker.SERVER, 1);
        }
    }

    @Test
    @DisplayName("100 MB of each kind are decoded in a heap of " + MEGABYTES + " MB")
    void constantMemory() {
        Command.java(List.of("-Xmx" + MEGABYTES + "m"), DecodeMuch.class.getName()).run(
                Duration.ofSeconds(120)).expectExit(0).expectOut("decoded");
    }

    /** A frame as RFC 6455 has it. */
    static byte[] frame(int first, byte[] payload, boolean masked) {
        var out = new ByteArrayOutputStream();
        out.write(first);
        int mask = masked ? 0x80 : 0;
        if (payload.length < 126) {
            out.write(mask | payload.length);
        } else if (payload.length < 65_536) {
            out.write(mask | 126);
            out.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            out.write(mask | 127);
            out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        byte[] key = {0x12, 0x34, 0x56, 0x78};
        if (masked) out.writeBytes(key);
        for (int i = 0; i < payload.length; i++) {
            out.write(masked ? payload[i] ^ key[i % 4] : payload[i]);
        }
        return out.toByteArray();
    }
}
