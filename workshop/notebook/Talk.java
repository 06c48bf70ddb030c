package workshop.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import workshop.wire.SequenceDiagram;
import workshop.wire.Transcript.Part;
import workshop.wire.Speaker;

/**
 * One TCP connection to the notebook's server, on which a cell says bytes and hears bytes. Every
 * write and every read is kept as it happened, to be printed or drawn; what goes wrong on the
 * connection is part of the talk, not an exception.
 */
public final class Talk implements AutoCloseable {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int LONGEST_MILLIS = 5_000;    // that a cell waits for an answer
    private static final int SILENCE_MILLIS = 150;      // after which an answer counts as told

    private final long start = System.nanoTime();
    private final Socket socket;
    private final List<Part> parts = new ArrayList<>();
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private int taken;              // bytes of heard that line() and until() have handed out
    private long lastHeard = start;
    private boolean over;           // the server ended its half, or the connection broke

    private Talk(Socket socket) {
        this.socket = socket;
    }

    static Talk with(String host, int port) {
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);     // each write of a cell leaves as it is
            var talk = new Talk(socket);
            Thread.ofVirtual().name("talk").start(talk::listen);
            return talk;
        } catch (IOException refused) {
            throw new IllegalStateException("Nothing listens on " + host + ":" + port
                    + ". Run the cell that starts the server, then this one again.");
        }
    }

    /** Says these bytes of UTF-8 in one write. */
    public Talk send(String text) {
        return send(text.getBytes(UTF_8));
    }

    /** Says these bytes in one write. */
    public Talk send(byte[] bytes) {
        add(Speaker.CLIENT, bytes, bytes.length);
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException broken) {
            note("the client could not send: " + broken.getMessage());
        }
        return this;
    }

    /** Says nothing for a while, so that what follows is a packet of its own. */
    public Talk pause(int millis) {
        await(() -> false, millis);
        return this;
    }

    /** Listens until the server has been silent for a moment, or ended, or said nothing for 5 s. */
    public Talk hear() {
        int before = size();
        await(() -> heard.size() > before || heard.size() > taken, LONGEST_MILLIS);
        await(() -> System.nanoTime() - lastHeard > SILENCE_MILLIS * 1_000_000L, LONGEST_MILLIS);
        synchronized (this) {
            taken = heard.size();
        }
        return this;
    }

    /** The next bytes up to and with {@code ending}, as text; what there is if it does not come. */
    public synchronized String until(String ending) {
        int from = taken;
        await(() -> text(from).contains(ending), LONGEST_MILLIS);
        String text = text(from);
        int at = text.indexOf(ending);
        String told = at < 0 ? text : text.substring(0, at + ending.length());
        taken = from + told.getBytes(UTF_8).length;
        return told;
    }

    /** The next line, without its end; what there is if none comes within 5 s. */
    public String line() {
        String line = until("\n");
        return line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
    }

    /** Ends the client's half: the server reads an end of stream, and can still answer. */
    public Talk end() {
        try {
            socket.shutdownOutput();
            note("the client ends its half");
        } catch (IOException broken) {
            note("the client could not end its half: " + broken.getMessage());
        }
        return this;
    }

    /** Hangs up. */
    @Override
    public void close() {
        synchronized (this) {
            over = true;
        }
        try {
            socket.close();
        } catch (IOException gone) {
            note("the connection broke: " + gone.getMessage());
        }
    }

    /** Prints what was said: {@code ↑} at each of our writes, {@code ↓} at each read. */
    public Talk print() {
        var out = new StringBuilder();
        for (Part part : parts()) part.speaker().show(part.lines(), out);
        System.out.print(out.append(String.format(Locale.ROOT,
                "%,d bytes sent, %,d bytes received%n",
                bytesSent(), bytesReceived())));
        return this;
    }

    /** Draws what was said, with times and sizes. */
    public Talk draw() {
        return draw("");
    }

    /** Draws what was said, with a sentence below it. */
    public Talk draw(String caption) {
        String words = caption.isEmpty()
                ? "what went over the wire: " + bytesSent() + " bytes sent, " + bytesReceived()
                  + " received"
                : caption;
        Picture.svg(SequenceDiagram.of(parts(), caption), words).show();
        return this;
    }

    /** Every write and read so far, and what happened to the connection. */
    public synchronized List<Part> parts() {
        return List.copyOf(parts);
    }

    public long bytesSent() {
        return bytes(Speaker.CLIENT);
    }

    public long bytesReceived() {
        return bytes(Speaker.SERVER);
    }

    private long bytes(Speaker speaker) {
        return parts().stream().filter(part -> part.speaker() == speaker)
                .mapToLong(Part::size).sum();
    }

    private void listen() {
        var buffer = new byte[65_536];
        try {
            InputStream in = socket.getInputStream();
            for (int n; (n = in.read(buffer)) > 0; ) add(Speaker.SERVER, buffer, n);
            note("the server ends");
        } catch (IOException broken) {
            if (!socket.isClosed()) note("the connection breaks: " + broken.getMessage());
        }
        synchronized (this) {
            over = true;
            notifyAll();
        }
    }

    private synchronized void add(Speaker speaker, byte[] bytes, int length) {
        parts.add(new Part(speaker, (System.nanoTime() - start) / 1e6, length,
                Arrays.copyOf(bytes, length)));
        if (speaker == Speaker.SERVER) {
            heard.write(bytes, 0, length);
            lastHeard = System.nanoTime();
        }
        notifyAll();
    }

    /** Puts a remark at this place of the talk: what others do meanwhile, say. */
    public Talk note(String event) {
        byte[] text = event.getBytes(UTF_8);
        add(Speaker.NOTE, text, text.length);
        return this;
    }

    private synchronized int size() {
        return heard.size();
    }

    private synchronized String text(int from) {
        return new String(heard.toByteArray(), from, heard.size() - from, UTF_8);
    }

    private interface Condition {
        boolean holds();
    }

    /** Waits until the condition holds, the talk is over or the time is up. */
    private synchronized void await(Condition condition, int millis) {
        long end = System.nanoTime() + millis * 1_000_000L;
        try {
            while (!condition.holds() && !over) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) return;
                wait(Math.min(left, 20));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
