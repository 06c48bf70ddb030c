package tests.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A WebSocket server for a client under test: the test takes one connection after the other and
 * says each frame. A connection that it does not want is closed without an answer.
 */
public final class WebSocketServer implements AutoCloseable {
    private static final int LONGEST_HEAD = 16_384;
    private static final int LONGEST = 1 << 20;
    private static final int SAME_TRY_MS = 110;
    private static final int MOST_OF_A_TRY = 5; // connections; who never waits makes more
    private static final int MOST_TOLD = 60; // lines of a failure
    private static final Pattern KEY =
            Pattern.compile("(?im)^sec-websocket-key:[ \t]*([^\r\n]+?)[ \t]*$");

    private final ServerSocket door;
    private final BlockingQueue<Try> tries = new LinkedBlockingQueue<>();
    private final List<Talk> talks = new ArrayList<>();
    private final List<String> told = new ArrayList<>(); // for a failure; guarded by itself
    private final long start = System.nanoTime();

    /** A connection of the client; @param nanos when it came */
    private record Try(long nanos, Socket socket) {}

    public WebSocketServer() {
        try {
            door = new ServerSocket();
            door.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        } catch (IOException noPort) {
            throw new IllegalStateException("no port is free for the test's server", noPort);
        }
        Thread.ofVirtual().name("the test's WebSocket server").start(this::accept);
    }

    /** {@code http://127.0.0.1:40123} */
    public String url() {
        return "http://127.0.0.1:" + door.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = door.accept();
                socket.setTcpNoDelay(true);
                tries.add(new Try(System.nanoTime(), socket));
            }
        } catch (IOException closed) {
            return; // by the test's end
        }
    }

    /**
     * Hangs up on the next connection. The JDK's client may connect again at once after an early
     * end: what comes so soon belongs to the same try, but not without end.
     *
     * @return when the last of it came, in nanoseconds of {@link System#nanoTime}
     */
    public long refuse(long millis, String why) {
        Try last = next(millis, why);
        try {
            Try next = last;
            for (int more = MOST_OF_A_TRY; next != null && more > 0; more--) {
                tell("· a try to connect, which the test refused");
                RawServer.hangUp(next.socket());
                last = next;
                next = more == 1 ? null : tries.poll(SAME_TRY_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return last.nanos();
    }

    /** Takes the next connection and its handshake; the path must be this. */
    public Talk take(long millis, String path, String why) {
        Try next = next(millis, why);
        try {
            var in = new DataInputStream(new BufferedInputStream(next.socket().getInputStream()));
            String head = head(in);
            String line = head.lines().findFirst().orElse("");
            Matcher key = KEY.matcher(head);
            if (!line.equals("GET " + path + " HTTP/1.1") || !key.find()) {
                throw fail("expected a handshake, “GET " + path + "” with a Sec-WebSocket-Key, but"
                        + " the client sent “" + line + "”");
            }
            next.socket().getOutputStream().write(("HTTP/1.1 101 Switching Protocols\r\n"
                    + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                    + RawWebSocket.acceptOf(key.group(1)) + "\r\n\r\n").getBytes(ISO_8859_1));
            tell("· a WebSocket is open");
            var talk = new Talk(next.nanos(), next.socket(), in);
            talks.add(talk);
            return talk;
        } catch (IOException broken) {
            throw fail("the client's handshake broke off: " + broken.getMessage());
        }
    }

    private Try next(long millis, String why) {
        try {
            Try next = tries.poll(millis, TimeUnit.MILLISECONDS);
            if (next != null) return next;
            throw fail(why + ", but it did not within " + millis + " ms");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw fail("interrupted while it waited for the client");
        }
    }

    /** How many connections wait to be taken or refused. */
    public int waiting() {
        return tries.size();
    }

    private static String head(DataInputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.length() < LONGEST_HEAD) {
            head.append((char) in.readUnsignedByte());
            if (head.indexOf("\r\n\r\n", head.length() - 4) >= 0) return head.toString();
        }
        throw new IOException("its head has no end");
    }

    /** A failure that says {@code sentence} and shows what was said. */
    public AssertionError fail(String sentence) {
        synchronized (told) {
            int from = Math.max(0, told.size() - MOST_TOLD);
            return new AssertionError(sentence + "\non the wire\n  "
                    + String.join("\n  ", told.subList(from, told.size())));
        }
    }

    private void tell(String line) {
        synchronized (told) {
            told.add(String.format(java.util.Locale.ROOT, "%7.3f s  %s",
                    (System.nanoTime() - start) / 1e9,
                    line.length() <= 160 ? line : line.substring(0, 160) + "…"));
        }
    }

    /** One WebSocket with the client under test. */
    public final class Talk {
        private final long nanos;
        private final Socket socket;
        private final DataInputStream in;

        private Talk(long nanos, Socket socket, DataInputStream in) {
            this.nanos = nanos;
            this.socket = socket;
            this.in = in;
        }

        /** When the client connected. */
        public long nanos() {
            return nanos;
        }

        /** Sends a text; to a client that is gone, nothing. */
        public Talk say(String text) {
            tell("↓ " + text);
            try {
                byte[] frame = Frame.text(text).unmasked();
                socket.getOutputStream().write(frame);
            } catch (IOException gone) {
                tell("· the client is gone: " + gone.getMessage());
            }
            return this;
        }

        /**
         * The next text of the client.
         *
         * @param awaited what it should be, for a failure: {@code "a pong, 3"}
         */
        public String hear(long millis, String awaited) {
            long end = System.nanoTime() + millis * 1_000_000;
            try {
                while (true) {
                    long left = (end - System.nanoTime()) / 1_000_000;
                    if (left <= 0) break;
                    socket.setSoTimeout((int) left);
                    Frame frame = read();
                    if (frame.opcode() == Frame.TEXT) {
                        tell("↑ " + frame.text());
                        return frame.text();
                    }
                    tell("↑ " + frame);
                    if (frame.opcode() == Frame.CLOSE) {
                        throw fail("awaited " + awaited + ", but the client closed");
                    }
                }
            } catch (java.net.SocketTimeoutException silence) {
                // told below
            } catch (IOException gone) {
                throw fail("awaited " + awaited + ", but the client ended the connection");
            }
            throw fail("awaited " + awaited + ", but the client said nothing for " + millis
                    + " ms");
        }

        private Frame read() throws IOException {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            if ((second & 0x80) == 0) throw fail("a client masks its frames");
            long length = second & 0x7F;
            if (length == 126) length = in.readUnsignedShort();
            else if (length == 127) length = in.readLong();
            if (length < 0 || length > LONGEST) throw fail("a frame of " + length + " bytes came");
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes((int) length);
            for (int i = 0; i < payload.length; i++) payload[i] ^= mask[i & 3];
            return new Frame((first & 0x80) != 0, first >> 4 & 7, first & 0x0F, payload);
        }

        /** Ends TCP without a goodbye. */
        public void hangUp() {
            tell("· the test ended the connection");
            RawServer.hangUp(socket);
        }

        /** Has the client ended the connection within that time? */
        public boolean ends(long millis) {
            try {
                socket.setSoTimeout((int) millis);
                while (in.read() >= 0) { /* what it still says */ }
                return true;
            } catch (java.net.SocketTimeoutException open) {
                return false;
            } catch (IOException reset) {
                return true;
            }
        }
    }

    /** Nobody listens here any more, and every connection ends. */
    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException gone) {
            tell("· " + gone.getMessage());
        }
        tries.forEach(each -> RawServer.hangUp(each.socket()));
        talks.forEach(talk -> RawServer.hangUp(talk.socket));
    }
}
