package tests.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import workshop.wire.Transcript;
import workshop.wire.Visible;

/**
 * A TCP client that does as it is told and remembers every byte. A read has a limit; when it is
 * over, or something else came than was expected, the failure says so and shows the wire.
 *
 * <p>A write that fails is noted, not thrown: a server may close while a client still speaks. The
 * next read tells.
 */
public final class RawClient implements AutoCloseable {
    /** How long a read waits unless told otherwise; far more than an answer on loopback takes. */
    public static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int SHOWN = 300;

    private final Socket socket;
    private final Transcript transcript = new Transcript();
    private volatile FrameLog frames;
    private byte[] received = new byte[8192];
    private int from;
    private int to;
    private Ending ending;

    private enum Ending { END, RESET }

    private RawClient(Socket socket) {
        this.socket = socket;
    }

    /** @throws AssertionError where nobody listens */
    public static RawClient connect(String host, int port) {
        return connect(host, port, 0);
    }

    /** @param receiveBuffer bytes kept for a client that does not read; 0: the system's choice */
    public static RawClient connect(String host, int port, int receiveBuffer) {
        var client = new RawClient(new Socket());
        try {
            client.socket.setTcpNoDelay(true);
            if (receiveBuffer > 0) client.socket.setReceiveBufferSize(receiveBuffer);
            client.socket.connect(new InetSocketAddress(host, port), (int) PATIENCE.toMillis());
            return client;
        } catch (IOException refused) {
            client.close();
            throw new AssertionError("could not connect to " + host + ":" + port + ": "
                    + refused.getMessage() + " — does the program still run?");
        }
    }

    /** From now on a failure shows WebSocket frames, one by one. Call it before the handshake. */
    RawClient showFrames() {
        frames = new FrameLog();
        return this;
    }

    public RawClient send(String text) {
        return send(text.getBytes(UTF_8));
    }

    /** One write. */
    public RawClient send(byte[] bytes) {
        sending(bytes);
        write(bytes, 0, bytes.length);
        return this;
    }

    /** One write a byte, so that the other side may read them one by one. */
    public RawClient sendEach(byte[] bytes) {
        sending(bytes);
        for (int i = 0; i < bytes.length && write(bytes, i, 1); i++) Thread.yield();
        return this;
    }

    private void sending(byte[] bytes) {
        transcript.client(bytes, 0, bytes.length);
        if (frames != null) frames.client(bytes, 0, bytes.length);
    }

    private void note(String event) {
        transcript.note(event);
        if (frames != null) frames.note(event);
    }

    private boolean write(byte[] bytes, int offset, int length) {
        try {
            socket.getOutputStream().write(bytes, offset, length);
            return true;
        } catch (IOException closed) {
            note("the client could not send: " + closed.getMessage());
            return false;
        }
    }

    /** Ends the client's half: the server reads the end of the stream and may still answer. */
    public RawClient end() {
        try {
            socket.shutdownOutput();
            note("the client ended its half");
        } catch (IOException closed) {
            note("the client could not end its half: " + closed.getMessage());
        }
        return this;
    }

    /** Breaks the connection with a reset (RST), as a crash does. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
            note("the client reset the connection");
        } catch (IOException closed) {
            note("the client could not reset: " + closed.getMessage());
        }
    }

    public RawClient expect(String text) {
        return expect(text.getBytes(UTF_8));
    }

    /** Reads exactly these bytes; fails at the first that differs. */
    public RawClient expect(byte[] expected) {
        var came = new ByteArrayOutputStream();
        for (byte b : expected) {
            int next = next(PATIENCE);
            if (next >= 0) came.write(next);
            if (next == (b & 0xFF)) continue;
            String instead = next == -1 ? "the connection ended" : next == -2 ? "it was reset"
                    : next == -3 ? "nothing more came for " + PATIENCE.toSeconds() + " s" : null;
            came.writeBytes(next >= 0 ? waiting() : new byte[0]);
            throw fail("expected “" + shown(expected) + "” but got “" + shown(came.toByteArray())
                    + "”" + (instead == null ? "" : ", then " + instead));
        }
        return this;
    }

    /** The next line, read up to {@code \n} and given without it; a {@code \r} stays. */
    public String line() {
        return line(PATIENCE);
    }

    public String line(Duration patience) {
        var line = new ByteArrayOutputStream();
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            int next = next(deadline);
            if (next == '\n') return line.toString(UTF_8);
            if (next < 0) {
                throw fail("awaited a line that ends with “\\n”, but "
                        + (line.size() == 0 ? "nothing came"
                           : "only “" + shown(line.toByteArray()) + "” came")
                        + ", then " + endingWords(next, patience));
            }
            line.write(next);
        }
    }

    /** Exactly {@code length} bytes. */
    public byte[] read(int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int next = next(PATIENCE);
            if (next < 0) {
                throw fail("awaited " + length + " bytes, but " + i + " came, then "
                        + endingWords(next, PATIENCE));
            }
            bytes[i] = (byte) next;
        }
        return bytes;
    }

    /** All bytes up to the end of the stream, or to a reset. */
    public byte[] readToEnd() {
        var bytes = new ByteArrayOutputStream();
        while (true) {
            int next = next(PATIENCE);
            if (next == -3) {
                throw fail("awaited the end of the connection, but it stayed open for "
                        + PATIENCE.toSeconds() + " s");
            }
            if (next < 0) return bytes.toByteArray();
            bytes.write(next);
        }
    }

    /** The server ends the connection in order (FIN), with no byte more. */
    public void expectEnd() {
        expectEnd(PATIENCE);
    }

    public void expectEnd(Duration patience) {
        int next = next(patience);
        if (next != -1) {
            throw fail("expected the server to close the connection, but " + but(next, patience));
        }
    }

    /** The connection is over, by an end or by a reset, with no byte more. */
    public void expectGone() {
        int next = next(PATIENCE);
        if (next != -1 && next != -2) {
            throw fail("expected the connection to be closed, but " + but(next, PATIENCE));
        }
    }

    private String but(int next, Duration patience) {
        if (next < 0) return endingWords(next, patience);
        return "got “" + shown(concat((byte) next, waiting())) + "”";
    }

    /** The next byte; -1 at the end, -2 after a reset, -3 when nothing came for so long. */
    public int next(Duration patience) {
        return next(System.nanoTime() + patience.toNanos());
    }

    /** As {@link #next(Duration)}; @param deadline by {@link System#nanoTime()} */
    int next(long deadline) {
        if (from < to) return received[from++] & 0xFF; // mostly, so it asks no clock
        if (ending != null) return ending == Ending.END ? -1 : -2;
        try {
            socket.setSoTimeout((int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            int count = socket.getInputStream().read(received);
            if (count < 0) {
                ending = Ending.END;
                note("the server ended the connection");
                return -1;
            }
            transcript.server(received, 0, count);
            if (frames != null) frames.server(received, 0, count);
            from = 0;
            to = count;
            return received[from++] & 0xFF;
        } catch (SocketTimeoutException silence) {
            return -3;
        } catch (IOException reset) {
            ending = Ending.RESET;
            note("the connection was reset");
            return -2;
        }
    }

    /** Copies what has come and was not read yet, and waits for nothing; gives how many bytes. */
    int nextAtHand(byte[] into, int at) {
        int count = Math.min(to - from, into.length - at);
        System.arraycopy(received, from, into, at, count);
        from += count;
        return count;
    }

    /** Whether nothing comes for so long, not even an end; what comes stays for the next read. */
    public boolean isSilent(Duration patience) {
        int next = next(patience);
        if (next >= 0) from--;
        return next == -3;
    }

    /** Is there a byte to read, within that time? It stays there. */
    public boolean awaitByte(Duration patience) {
        if (next(patience) < 0) return false;
        from--;
        return true;
    }

    /** Has the server ended the connection, or was it reset, as far as was read? */
    public boolean isOver() {
        return from == to && ending != null;
    }

    /** What has come and was not read yet; never waits long. */
    private byte[] waiting() {
        var bytes = new ByteArrayOutputStream();
        for (int next; bytes.size() < SHOWN && (next = next(Duration.ofMillis(30))) >= 0; ) {
            bytes.write(next);
        }
        return bytes.toByteArray();
    }

    static String endingWords(int next, Duration patience) {
        return switch (next) {
            case -1 -> "the server ended the connection";
            case -2 -> "the connection was reset";
            default -> "it stayed silent for " + patience.toMillis() / 1000.0 + " s";
        };
    }

    /** A failure that says {@code sentence} and shows what went over this connection. */
    public AssertionError fail(String sentence) {
        Object wire = frames == null ? transcript : frames;
        return new AssertionError(sentence + "\non the wire\n"
                + wire.toString().indent(2).stripTrailing());
    }

    public Transcript transcript() {
        return transcript;
    }

    /** The local end of the connection, for a test that tells two connections apart. */
    public int localPort() {
        return socket.getLocalPort();
    }

    private static String shown(byte[] bytes) {
        if (bytes.length <= SHOWN) return Visible.of(bytes);
        return Visible.of(bytes, 0, SHOWN / 2) + " … "
                + Visible.of(bytes, bytes.length - SHOWN / 4, SHOWN / 4)
                + String.format(" (%,d bytes)", bytes.length);
    }

    private static byte[] concat(byte first, byte[] rest) {
        var all = new byte[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException already) {
            note("closing failed: " + already.getMessage());
        }
    }
}
