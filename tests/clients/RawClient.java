package tests.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import workshop.wire.Transcript;
import workshop.wire.Visible;

/**
 * A TCP client that does as it is told and remembers every byte. A read has a limit; when it is
 * over, or something else came than was expected, the failure says so and shows the wire. A server
 * that sends without end, or a byte now and then, meets the limits of a {@link Portion}.
 *
 * <p>A write that fails is noted, not thrown: a server may close while a client still speaks. The
 * next read tells. Only a write that nobody reads fails.
 */
public final class RawClient implements AutoCloseable {
    /** How long a read waits unless told otherwise; far more than an answer on loopback takes. */
    public static final Duration PATIENCE = Duration.ofSeconds(5);
    /** How long a whole answer, line or message may take, in whatever pieces it comes. */
    public static final Duration WHOLE = PATIENCE.multipliedBy(2);
    /** Bytes of a body or a message: four times what the longest right one has. */
    public static final int LONGEST = 4 << 20;
    /** Bytes of a line: more than browsers' and servers' own limits. */
    public static final int LONGEST_LINE = 65_536;
    private static final int SHOWN = 300;
    private static final int SENTENCE_SHOWN = 4_000; // letters
    private static final int SLOW = 10_000; // bytes a second; who sends more was not slow

    private static final ScheduledThreadPoolExecutor CLOCK = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().daemon().name("end writes that nobody reads").factory());

    static {
        CLOCK.setRemoveOnCancelPolicy(true);
    }

    private final Socket socket;
    private final Transcript transcript = new Transcript();
    private volatile FrameLog frames;
    private byte[] received = new byte[8192];
    private int from;
    private int to;
    private Ending ending;
    private Duration whole = WHOLE;
    private Portion portion;    // that is being read; null: none
    private long cameLast = System.nanoTime() - PATIENCE.toNanos() * 100; // a byte
    private volatile boolean unread; // a write was given up

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

    /**
     * Comes from an address of this machine's own, as another machine would from its own.
     *
     * @return null where this machine has no such address: some have no loopback but 127.0.0.1
     */
    public static RawClient connectFrom(String local, String host, int port) {
        var client = new RawClient(new Socket());
        try {
            client.socket.bind(new InetSocketAddress(local, 0));
            client.socket.connect(new InetSocketAddress(host, port), (int) PATIENCE.toMillis());
            return client;
        } catch (IOException none) {
            client.close();
            return null;
        }
    }

    /** From now on a failure shows WebSocket frames, one by one. Call it before the handshake. */
    RawClient showFrames() {
        frames = new FrameLog();
        return this;
    }

    /** From now on a whole answer, line or message may take so long, and so may a write. */
    public RawClient within(Duration whole) {
        this.whole = whole;
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
        // Java has no limit for a write; closing the socket ends it.
        Future<?> limit = CLOCK.schedule(this::giveUpWriting, whole.toNanos(),
                TimeUnit.NANOSECONDS);
        try {
            socket.getOutputStream().write(bytes, offset, length);
            return true;
        } catch (IOException closed) {
            if (unread) {
                throw fail(String.format(Locale.ROOT, "the client sent %,d bytes, but the server"
                        + " did not take them for %s s: does it read all that comes?", length,
                        seconds(whole)));
            }
            note("the client could not send: " + closed.getMessage());
            return false;
        } finally {
            limit.cancel(false);
        }
    }

    private void giveUpWriting() {
        unread = true;
        close();
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
        try (var _ = begin("“" + shown(expected) + "”", Long.MAX_VALUE, "")) {
            for (byte b : expected) {
                int next = next(PATIENCE);
                if (next >= 0) came.write(next);
                if (next == (b & 0xFF)) continue;
                String instead = next == -1 ? "the connection ended" : next == -2 ? "it was reset"
                        : next == -3 ? "nothing more came for " + PATIENCE.toSeconds() + " s"
                        : null;
                came.writeBytes(next >= 0 ? waiting() : new byte[0]);
                throw fail("expected “" + shown(expected) + "” but got “"
                        + shown(came.toByteArray()) + "”"
                        + (instead == null ? "" : ", then " + instead));
            }
        }
        return this;
    }

    /** The next line, read up to {@code \n} and given without it; a {@code \r} stays. */
    public String line() {
        var line = new ByteArrayOutputStream();
        try (var _ = begin("a line", LONGEST_LINE, "“\\n” ends it")) {
            while (true) {
                int next = next(PATIENCE);
                if (next == '\n') return line.toString(UTF_8);
                if (next < 0) {
                    throw fail("awaited a line that ends with “\\n”, but "
                            + (line.size() == 0 ? "nothing came"
                               : "only “" + shown(line.toByteArray()) + "” came")
                            + ", then " + endingWords(next, PATIENCE));
                }
                line.write(next);
                if (line.size() <= LONGEST_LINE) continue;
                throw fail(String.format(Locale.ROOT, "awaited a line that ends with “\\n”, but"
                        + " %,d bytes came without one: “%s”", line.size(),
                        shown(line.toByteArray())));
            }
        }
    }

    /** Exactly {@code length} bytes; {@value #LONGEST} at the most. */
    public byte[] read(int length) {
        if (length > LONGEST) throw new IllegalArgumentException(length + " bytes");
        var bytes = new byte[length];
        try (var _ = begin("what has " + length + " bytes", Long.MAX_VALUE, "")) {
            for (int i = 0; i < length; i++) {
                int next = next(PATIENCE);
                if (next < 0) {
                    throw fail("awaited " + length + " bytes, but " + i + " came, then "
                            + endingWords(next, PATIENCE));
                }
                bytes[i] = (byte) next;
            }
        }
        return bytes;
    }

    /** All bytes up to the end of the stream, or to a reset. */
    public byte[] readToEnd() {
        var bytes = new ByteArrayOutputStream();
        try (var _ = begin("what comes before the connection's end", LONGEST,
                "the server closes the connection behind it")) {
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
    }

    // --- How much, and how long -----------------------------------------------------------------

    /**
     * What is read in one go: an answer's head, its body, a line, a message. It has a limit in
     * bytes and one in time, so nobody can fill the test's memory or hold it for minutes. A portion
     * that is begun inside of another one is a part of that one.
     */
    final class Portion implements AutoCloseable {
        private final String what;
        private final long most;
        private final String ends;
        private final Duration limit;
        private final long end;
        private long came = to - from;

        private Portion(String what, long most, String ends, Duration limit) {
            this.what = what;
            this.most = most;
            this.ends = ends;
            this.limit = limit;
            this.end = System.nanoTime() + limit.toNanos();
        }

        private void check() {
            if (came > most) {
                throw fail(String.format(Locale.ROOT, "%s has no end: %,d bytes came so far, and"
                        + " %,d are the most that is read; %s", what, came, most, ends));
            }
            if (System.nanoTime() - end >= 0) throw late();
        }

        private AssertionError late() {
            return fail(String.format(Locale.ROOT, came > SLOW * limit.toMillis() / 1_000
                    ? "%s was not complete after %s s, though %,d bytes came"
                    : "%s came so slowly that after %s s it was not complete: %,d bytes of it came",
                    what, seconds(limit), came) + (ends.isEmpty() ? "" : "; " + ends));
        }

        @Override
        public void close() {
            if (portion == this) portion = null;
        }
    }

    /**
     * Begins a portion, which lasts until it is closed.
     *
     * @param what it is, for the failure: {@code the head of the answer}
     * @param ends what ends it, and which standard says so; may be empty
     */
    Portion begin(String what, long most, String ends) {
        return begin(what, most, ends, Duration.ZERO);
    }

    /** @param patience that its reader has, and may be more than is usual */
    Portion begin(String what, long most, String ends, Duration patience) {
        var begun = new Portion(what, most, ends,
                patience.compareTo(whole) > 0 ? patience : whole);
        if (portion == null) portion = begun;
        return begun;
    }

    private static String seconds(Duration time) {
        return String.valueOf(time.toMillis() / 1000.0).replaceFirst("\\.0$", "");
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
        if (from < to) return received[from++] & 0xFF; // mostly, so it asks no clock
        return next(System.nanoTime() + patience.toNanos());
    }

    /** As {@link #next(Duration)}; @param deadline by {@link System#nanoTime()} */
    int next(long deadline) {
        if (from < to) return received[from++] & 0xFF;
        if (ending != null) return ending == Ending.END ? -1 : -2;
        if (Thread.currentThread().isInterrupted()) { // by JUnit: see Judge.TEST_LIMIT
            throw fail("the test still read when its time was over");
        }
        if (portion != null) portion.check();
        boolean isLast = portion != null && portion.end - deadline < 0;
        long until = isLast ? portion.end : deadline;
        try {
            socket.setSoTimeout((int) Math.max(1, (until - System.nanoTime()) / 1_000_000));
            int count = socket.getInputStream().read(received);
            if (count < 0) {
                ending = Ending.END;
                note("the server ended the connection");
                return -1;
            }
            cameLast = System.nanoTime();
            if (portion != null) portion.came += count;
            transcript.server(received, 0, count);
            if (frames != null) frames.server(received, 0, count);
            from = 0;
            to = count;
            return received[from++] & 0xFF;
        } catch (SocketTimeoutException silence) {
            if (isLast) throw portion.late();
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

    /** Was the connection reset, as far as was read? Then bytes may have been lost on the way. */
    public boolean wasReset() {
        return ending == Ending.RESET;
    }

    /** What has come and was not read yet; never waits long. */
    private byte[] waiting() {
        var bytes = new ByteArrayOutputStream();
        for (int next; bytes.size() < SHOWN && (next = next(Duration.ofMillis(30))) >= 0; ) {
            bytes.write(next);
        }
        return bytes.toByteArray();
    }

    String endingWords(int next, Duration patience) {
        return switch (next) {
            case -1 -> "the server ended the connection";
            case -2 -> "the connection was reset";
            default -> System.nanoTime() - cameLast < patience.toNanos()
                    ? "after " + patience.toMillis() / 1000.0 + " s it was not complete"
                    : "it stayed silent for " + patience.toMillis() / 1000.0 + " s";
        };
    }

    /** A failure that says {@code sentence} and shows what went over this connection. */
    public AssertionError fail(String sentence) {
        Object wire = frames == null ? transcript : frames;
        return new AssertionError(shown(sentence) + "\non the wire\n"
                + wire.toString().indent(2).stripTrailing());
    }

    public Transcript transcript() {
        return transcript;
    }

    private static String shown(byte[] bytes) {
        if (bytes.length <= SHOWN) return Visible.of(bytes);
        return Visible.of(bytes, 0, SHOWN / 2) + " … "
                + Visible.of(bytes, bytes.length - SHOWN / 4, SHOWN / 4)
                + String.format(" (%,d bytes)", bytes.length);
    }

    /** A sentence may quote what a server sent, and that be megabytes. */
    private static String shown(String sentence) {
        int left = sentence.length() - SENTENCE_SHOWN;
        if (left <= 0) return sentence;
        return sentence.substring(0, SENTENCE_SHOWN / 2)
                + String.format(Locale.ROOT, " … (%,d letters left out) … ", left)
                + sentence.substring(sentence.length() - SENTENCE_SHOWN / 2);
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
