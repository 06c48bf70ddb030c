package workshop.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import workshop.wire.Capture.Entry;

/**
 * A tap on the wire: listens on a port, passes every byte on to a server on this machine and back,
 * and tells what was said.
 *
 * <pre>
 * var tap = WireTap.of(7006);      // a tap before the server on port 7006
 * … talk to 127.0.0.1, port tap.port() …
 * tap.show();                      // in a notebook: the exchange as a picture
 * tap.totals().headerShare();      // 0.83 of all bytes were headers
 * tap.close();
 * </pre>
 *
 * <p>Bytes are forwarded at once and read on another thread: what they are, and whether anybody
 * looks, changes nothing for those who talk. Holds the last messages, never a whole body.
 */
public final class WireTap implements AutoCloseable {
    private static final int MESSAGES_MOST = 5_000;         // that are held to be shown
    private static final long BYTES_MOST = 8L << 20;        // of them all
    private static final long PATIENCE_NANOS = 200_000_000; // then half a message is told
    private static final long SETTLE_NANOS = 5_000_000_000L;

    /** Is told what goes through, always on the same thread. Whoever is slow here delays nobody. */
    public interface Listener {
        /** Bytes as they were read from one of the two. */
        default void bytes(int connection, Speaker speaker, double atMillis, byte[] bytes) {}

        /** A message is whole, or as whole as it will ever be. */
        default void message(Message message) {}

        /** Half a message, and nothing more for a while. The whole one follows if more comes. */
        default void soFar(Message message) {}
    }

    private static final AtomicReference<BiConsumer<String, String>> SCREEN =
            new AtomicReference<>();

    private final InetSocketAddress target;
    private final Listener listener;
    private final Capture capture;
    private final Forwarder forwarder;
    private final int port;
    private final Thread reader;
    private final long start = System.nanoTime();
    private final Instant startTime = Instant.now();
    private volatile boolean closed;

    // All below belongs to whoever holds the lock on `this`: the reader, mostly.
    private final Tally tally = new Tally();
    private final Deque<Message> messages = new ArrayDeque<>();
    private final Map<Integer, Conversation> talks = new HashMap<>();
    private final Map<Integer, Integer> ends = new HashMap<>();     // of a connection, so far
    /** Connections that spoke a moment ago, and when; the longest silent one first. */
    private final SequencedMap<Conversation, Long> restless = new LinkedHashMap<>();
    private Totals forgotten = Totals.NONE;
    private long heldBytes;
    private long droppedMessages;

    private WireTap(int targetPort, int port, Listener listener, Capture capture) {
        this.target = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), targetPort);
        this.listener = listener;
        this.capture = capture;
        try {
            forwarder = new Forwarder(target, port, capture);
            this.port = forwarder.port();
        } catch (IOException refused) {
            throw new UncheckedIOException(why(port, refused), refused);
        }
        reader = Thread.ofPlatform().daemon().name("wire tap: reads").unstarted(this::readAll);
        forwarder.start();
        reader.start();
    }

    private static String why(int port, IOException refused) {
        if (refused instanceof BindException) {
            return "The tap cannot listen on port " + port + ": another program has it, or may"
                    + " not be asked for it.\nEnd that program, or name another port; 0 takes a"
                    + " free one.";
        }
        return "The tap cannot listen on port " + port + ": " + refused.getMessage();
    }

    /** A tap on a free port. */
    public static WireTap of(int targetPort) {
        return of(targetPort, 0);
    }

    /** A tap on this port, 0 for a free one. */
    public static WireTap of(int targetPort, int port) {
        return of(targetPort, port, new Listener() {});
    }

    /**
     * A tap with somebody who is told what goes through.
     *
     * @throws IllegalArgumentException where there is no such port
     * @throws UncheckedIOException     where the tap's port is taken; the message says what to do
     */
    public static WireTap of(int targetPort, int port, Listener listener) {
        if (targetPort < 1 || targetPort > 65_535) {
            throw new IllegalArgumentException("There is no port " + targetPort
                    + " to tap: name the server's, from 1 to 65535.");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("There is no port " + port
                    + ": name one from 1 to 65535, or 0 for a free one.");
        }
        if (port == targetPort) {
            throw new IllegalArgumentException("The tap cannot listen on port " + port
                    + ", which is the server's. Name another one.");
        }
        return new WireTap(targetPort, port, listener, new Capture());
    }

    /** Where clients talk to the server through this tap, on 127.0.0.1. */
    public int port() {
        return port;
    }

    public int targetPort() {
        return target.getPort();
    }

    /** When the milliseconds of messages begin. */
    public Instant startTime() {
        return startTime;
    }

    /** What went through since the beginning, or since {@link #forget}. */
    public Totals totals() {
        settle();
        synchronized (this) {
            return tally.totals().since(forgotten);
        }
    }

    /** The last messages, oldest first; those that are not whole yet at the end. */
    public List<Message> messages() {
        settle();
        synchronized (this) {
            var all = new ArrayList<>(messages);
            for (Conversation talk : talks.values()) all.addAll(talk.soFar());
            return all;
        }
    }

    /** Begins anew: totals at 0, no messages. Connections stay as they are. */
    public void forget() {
        settle();
        synchronized (this) {
            forgotten = tally.totals();
            messages.clear();
            heldBytes = 0;
            droppedMessages = 0;
        }
    }

    /** The exchange as a sequence diagram. */
    public String svg() {
        return svg("");
    }

    /** The exchange as a sequence diagram, with a sentence below it; empty: the sums. */
    public String svg(String caption) {
        return SequenceDiagram.ofMessages(messages(), caption.isEmpty() ? words() : caption);
    }

    private String words() {
        Totals totals = totals();
        String words = Message.count(totals.connections(), "connection") + ": "
                + Message.count(totals.bytesUp(), "byte") + " to the server, "
                + Message.count(totals.bytesDown(), "byte") + " back, "
                + Math.round(100 * totals.headerShare()) + " % of them headers";
        return droppedMessages == 0 ? words
                : words + " (the first " + Message.count(droppedMessages, "message")
                  + " are not shown)";
    }

    /** Shows the exchange: as a picture where there is a screen for it, else as text. */
    public void show() {
        show("");
    }

    /** Shows the exchange with a sentence below it. */
    public void show(String caption) {
        BiConsumer<String, String> screen = SCREEN.get();
        if (screen == null) print();
        else screen.accept(svg(caption), caption.isEmpty() ? words() : caption);
    }

    /** Prints the exchange as text, and the sums. */
    public void print() {
        var text = new WireText(System.out, startTime, false);
        messages().forEach(text::message);
        System.out.println(totals());
    }

    /**
     * Where {@link #show} draws from now on: a notebook, say.
     *
     * @param screen is given the SVG, and what one sees in words
     */
    public static void showOn(BiConsumer<String, String> screen) {
        SCREEN.set(screen);
    }

    /** Hangs up on all, and ends. What was read can still be shown. */
    @Override
    public void close() {
        if (closed) return;
        try {
            forwarder.close();
            closed = true;
            while (reader.isAlive()) {
                LockSupport.unpark(reader);
                reader.join(5);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until all that has gone through so far is read. */
    public void settle() {
        if (Thread.currentThread() == reader) return;
        long limit = System.nanoTime() + SETTLE_NANOS;
        try {
            do {
                while (reader.isAlive() && !isRead() && System.nanoTime() < limit) {
                    LockSupport.unpark(reader);
                    Thread.sleep(1);
                }
            } while (reader.isAlive() && System.nanoTime() < limit && forwarder.tellLost());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** The reader holds the lock from taking an entry until it is done with it. */
    private synchronized boolean isRead() {
        return capture.isEmpty();
    }

    // --- The reader ------------------------------------------------------------------------------

    private void readAll() {
        while (!closed || !capture.isEmpty()) {
            boolean idle = !readSome();
            if (idle) tellHalves();
            if (idle) forwarder.tellLost();
            if (idle && !closed) capture.rest(restless.isEmpty());
        }
        synchronized (this) {
            for (int connection : List.copyOf(talks.keySet())) over(connection, now());
        }
    }

    private double now() {
        return (System.nanoTime() - start) / 1e6;
    }

    private synchronized boolean readSome() {
        Entry entry = capture.poll();
        if (entry == null) return false;
        double at = (entry.nanos() - start) / 1e6;
        switch (entry.what()) {
            case OPENED -> opened(entry, at);
            case BYTES -> said(entry, at);
            case ENDED -> ended(entry, at);
            case RESET -> {
                said(entry, at);
                note(entry.connection(), at, entry.speaker().words() + " resets the connection");
                over(entry.connection(), at);
            }
            case REFUSED -> refused(entry, at);
        }
        return true;
    }

    private void opened(Entry entry, double at) {
        talks.put(entry.connection(), new Conversation(entry.connection(), this::tell, tally));
        note(entry.connection(), at, "opened, from port " + entry.words());
    }

    private void said(Entry entry, double at) {
        Conversation talk = talks.get(entry.connection());
        if (talk == null) return;
        if (entry.lost() > 0) talk.skip(entry.speaker(), entry.lost(), at);
        if (entry.bytes() == null) return;
        listener.bytes(entry.connection(), entry.speaker(), at, entry.bytes());
        if (entry.speaker() == Speaker.CLIENT) {
            talk.client(entry.bytes(), 0, entry.bytes().length, at);
        } else {
            talk.server(entry.bytes(), 0, entry.bytes().length, at);
        }
        restless.putLast(talk, System.nanoTime());
    }

    private void ended(Entry entry, double at) {
        said(entry, at);
        Conversation talk = talks.get(entry.connection());
        if (talk == null) return;
        talk.end(entry.speaker(), at);
        note(entry.connection(), at, entry.speaker().words() + " ends");
        if (ends.merge(entry.connection(), 1, Integer::sum) == 2) over(entry.connection(), at);
    }

    private void refused(Entry entry, double at) {
        talks.remove(entry.connection());
        note(entry.connection(), at, entry.connection() == 0 ? entry.words()
                : "nothing listens on 127.0.0.1:" + target.getPort() + " (" + entry.words()
                  + "): start the server; the tap goes on");
    }

    private void over(int connection, double at) {
        ends.remove(connection);
        Conversation talk = talks.remove(connection);
        if (talk == null) return;
        restless.remove(talk);
        for (Speaker speaker : List.of(Speaker.CLIENT, Speaker.SERVER)) talk.end(speaker, at);
    }

    private void note(int connection, double at, String text) {
        tell(Conversation.note(connection, at, text));
    }

    private void tell(Message message) {
        messages.add(message);
        heldBytes += message.wire().length + message.payload().length;
        while (messages.size() > MESSAGES_MOST || heldBytes > BYTES_MOST) {
            Message oldest = messages.remove();
            heldBytes -= oldest.wire().length + oldest.payload().length;
            droppedMessages++;
        }
        listener.message(message);
    }

    /** Somebody who sends half a request and waits shall see it. */
    private synchronized void tellHalves() {
        long now = System.nanoTime();
        while (!restless.isEmpty() && now - restless.firstEntry().getValue() > PATIENCE_NANOS) {
            restless.pollFirstEntry().getKey().soFar().forEach(listener::soFar);
        }
    }
}
