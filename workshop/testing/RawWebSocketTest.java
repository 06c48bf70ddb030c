package workshop.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tests.clients.Frame;
import tests.clients.RawWebSocket;

/** The raw WebSocket client against a server that says just what a test wants it to say. */
class RawWebSocketTest {
    @Test
    @DisplayName("The example of RFC 6455, section 1.3, has the accept value that stands there")
    void accept() {
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                RawWebSocket.acceptOf("dGhlIHNhbXBsZSBub25jZQ=="));
    }

    @Test
    @DisplayName("A frame has the bytes of the examples in RFC 6455, section 5.7")
    void examples() {
        byte[] mask = {0x37, (byte) 0xfa, 0x21, 0x3d};
        assertArrayEquals(bytes("81 85 37 fa 21 3d 7f 9f 4d 51 58"),
                Frame.text("Hello").onTheWire(mask, 7));
        assertArrayEquals(bytes("81 05 48 65 6c 6c 6f"), Frame.text("Hello").unmasked());
        assertArrayEquals(bytes("01 03 48 65 6c"), Frame.text("Hel").more().unmasked());
        assertArrayEquals(bytes("80 02 6c 6f"), Frame.continuation("lo".getBytes(UTF_8))
                .unmasked());
        assertArrayEquals(bytes("82 7e 01 00"), Frame.binary(new byte[0]).head(256, null, 16));
        assertArrayEquals(bytes("82 7f 00 00 00 00 00 01 00 00"),
                Frame.binary(new byte[0]).head(65_536, null, 64));
        assertArrayEquals(bytes("88 04 03 e8 62 79"), Frame.close(1000, "by").unmasked());
    }

    @Test
    @DisplayName("What a server says right behind its answer is heard, in any pieces")
    void hears() throws Exception {
        var said = new ByteArrayOutputStream();
        said.writeBytes(Frame.ping("?").unmasked());
        said.writeBytes(Frame.text("Hel").more().unmasked());
        said.writeBytes(Frame.pong("").unmasked());
        said.writeBytes(Frame.continuation("lo".getBytes(UTF_8)).unmasked());
        said.writeBytes(Frame.text("{\"a\": 1}").unmasked());
        said.writeBytes(Frame.binary(new byte[70_000]).unmasked());
        said.writeBytes(Frame.close(1013, "busy").unmasked());
        said.writeBytes(Frame.close().unmasked());
        talk(said.toByteArray(), ws -> {
            assertEquals(Frame.PING, ws.frame().opcode());
            ws.expectText("Hello");
            assertEquals(1, ws.json().get("a").asInt());
            ws.expectBinary(new byte[70_000]);
            assertEquals("busy", ws.expectClose(1013).text());
            ws.expectClose(Frame.NO_CODE);
            ws.expectEnd();
        });
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', value = {
        "81 81 01 02 03 04 60|      this frame is masked",
        "c1 01 61|                  a reserved bit is set",
        "83 00|                     a frame with the reserved opcode 3 of 0 bytes came",
        "81 7e 00 01 61|            a length of 1 is written in 7 bits, not in 16",
        "81 7f 00 00 00 00 00 00 ff ff| is written in 16 bits, not in 64",
        "81 7f 80 00 00 00 00 00 00 00| a frame announces 9223372036854775808 bytes",
        "80 01 61|                  a continuation came, but no message was begun",
        "01 01 61 81 01 62|         a text of 1 byte came before the last one was complete",
        "09 00|                     a control frame without FIN came: a ping of 0 bytes",
        "81 02 c3 28|               a text came, not in UTF-8",
        "88 01 03|                  a code that may not stand there: a close of 1 byte",
        "88 02 03 ed|               a code that may not stand there: a close with code 1005",
        "81 05 61 62|               the 5 bytes that a frame announces, of which 2 came, but the",
        "81|                        awaited the rest of a frame, but the server ended",
    })
    @DisplayName("A frame that no server may send fails, and says why")
    void refuses(String hex, String reason) throws Exception {
        talk(bytes(hex), ws -> {
            var failure = assertThrows(AssertionError.class, ws::message);
            assertTrue(failure.getMessage().contains(reason), failure.getMessage());
        });
    }

    @Test
    @DisplayName("A failure shows the frames that went over the wire, and what was awaited")
    void shows() throws Exception {
        talk(Frame.text("no").unmasked(), ws -> {
            ws.sendText("yes").sendPing("");
            String failure = assertThrows(AssertionError.class, () -> ws.expectText("yes"))
                    .getMessage();
            assertTrue(failure.startsWith("expected the text “yes”, but got the text “no”:"
                    + " they differ from byte 1 on\non the wire\n  ↑ GET /ws HTTP/1.1\\r\\n\n"),
                    failure);
            assertTrue(failure.contains("FIN text, length 3 in 7 bits, masked\n    yes\n"),
                    failure);
            assertTrue(failure.contains("\n  ↓ [81 02] FIN text, length 2 in 7 bits, no mask\n"
                    + "    no"), failure); // the last line, or the ping's comes behind it
            assertThrows(AssertionError.class, () -> ws.frame(Duration.ofMillis(50)));
        });
    }

    @Test
    @DisplayName("An answer that is no handshake fails")
    void handshake() throws Exception {
        for (String wrong : new String[] {"Sec-WebSocket-Accept: x", "Connection: close",
            "Upgrade: h2c", "Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Extensions: x"}) {
            try (var server = listening()) {
                answer(server, wrong, new byte[0]);
                var failure = assertThrows(AssertionError.class, () -> open(server));
                assertTrue(failure.getMessage().contains(wrong.substring(0,
                        wrong.indexOf(':') - 1)), failure.getMessage());
            }
        }
    }

    private static void talk(byte[] said, Consumer<RawWebSocket> talk) throws Exception {
        try (var server = listening()) {
            var answered = answer(server, null, said);
            try (var ws = open(server)) {
                talk.accept(ws);
            }
            answered.get();
        }
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private static RawWebSocket open(ServerSocket server) {
        return RawWebSocket.open("127.0.0.1", server.getLocalPort(), "/ws");
    }

    /** @param wrong a header line that stands in the place of the right one, or beside it */
    private static CompletableFuture<Void> answer(ServerSocket server, String wrong, byte[] said) {
        return CompletableFuture.runAsync(() -> {
            try (Socket socket = server.accept()) {
                var request = new StringBuilder();
                while (request.indexOf("\r\n\r\n") < 0) {
                    request.append((char) socket.getInputStream().read());
                }
                Matcher key = Pattern.compile("Sec-WebSocket-Key: (\\S+)").matcher(request);
                key.find();
                String head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                        + RawWebSocket.acceptOf(key.group(1)) + "\r\n";
                if (wrong != null) {
                    String name = wrong.substring(0, wrong.indexOf(':'));
                    head = head.replaceAll(name + ": .*\r\n", "") + wrong + "\r\n";
                }
                socket.getOutputStream().write((head + "\r\n").getBytes(ISO_8859_1));
                socket.getOutputStream().write(said);
                socket.shutdownOutput();
                socket.getInputStream().transferTo(new ByteArrayOutputStream());
            } catch (IOException gone) {
                // the client has seen enough
            }
        });
    }

    private static byte[] bytes(String hex) {
        return java.util.HexFormat.ofDelimiter(" ").parseHex(hex.strip());
    }
}
