package workshop.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/** Bytes as nobody should send them: noise, and what is nearly right, which leads further in. */
final class RandomWire {
    private static final String[] PIECES = {
        "GET / HTTP/1.1\r\n\r\n", "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /b HTTP/1.1\r\nContent-Length: 12\r\n\r\n", "Content-Length: 99999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "a\r\n0123456789\r\n",
        "0\r\n\r\n", "FFFFFFFFFFFFFFF\r\n", "5;x\r\n", "Trailer: x\r\n\r\n",
        "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", "CONNECT x HTTP/1.1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 204 No\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n", "HTTP/1.1 101 S\r\n\r\n",
        "data: x\n\n", "id: 1\r\ndata: y\r\n\r\n", "\r", "\n", ":\n\n", "event: e\rdata\r\r",
        "\u0081\u0005hello", "\u0081\u0082abcdef", "\u0088\u0002\u0003\u00e8", "\u0082\u007e",
        "\u0082\u00ff\u00ff", "plain text", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u0000", "ä",
    };

    private RandomWire() {}

    /** From nothing to some hundred bytes. */
    static byte[] some(Random random) {
        var out = new ByteArrayOutputStream();
        for (int left = random.nextInt(8); left > 0; left--) {
            if (random.nextInt(4) > 0) {
                byte[] piece = PIECES[random.nextInt(PIECES.length)].getBytes(ISO_8859_1);
                if (random.nextInt(8) == 0) piece[random.nextInt(piece.length)]++;
                out.writeBytes(piece);
            } else {
                var noise = new byte[random.nextInt(60)];
                random.nextBytes(noise);
                out.writeBytes(noise);
            }
        }
        return out.toByteArray();
    }
}
