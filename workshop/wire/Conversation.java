package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells apart what is said over one connection: HTTP/1.1 requests and their answers, chunks, events
 * of an event stream, WebSocket frames behind an upgrade, and lines where it is none of these.
 *
 * <p>Takes the bytes in whatever pieces they come, in constant memory. Bytes that keep no rules are
 * told as bytes. One thread feeds it.
 */
public final class Conversation {
    /** Requests that may wait for their answers; beyond, answers are no longer matched. */
    private static final int WAITING_MOST = 4_096;

    /** A request that waits for its answer. */
    static final class Asked {
        final int number;
        final String method;
        double untilMillis;     // when its last byte passed, as far as it has come

        Asked(int number, String method, double untilMillis) {
            this.number = number;
            this.method = method;
            this.untilMillis = untilMillis;
        }
    }

    final int number;
    final Tally tally;
    private final Consumer<Message> told;
    private final Side client = new Side(this, Speaker.CLIENT);
    private final Side server = new Side(this, Speaker.SERVER);
    private final Deque<Asked> waiting = new ArrayDeque<>();
    private int requests;
    private boolean lost;       // too many questions: which answer is whose is not known any more

    /**
     * @param number of the connection
     * @param told   is called with each message, as soon as it is whole
     */
    public Conversation(int number, Consumer<Message> told) {
        this(number, told, new Tally());
    }

    Conversation(int number, Consumer<Message> told, Tally tally) {
        this.number = number;
        this.told = told;
        this.tally = tally;
        tally.opened();
    }

    /** The client said these bytes. */
    public void client(byte[] bytes, int from, int length, double atMillis) {
        client.read(bytes, from, from + length, atMillis);
    }

    /** The server said these bytes. */
    public void server(byte[] bytes, int from, int length, double atMillis) {
        server.read(bytes, from, from + length, atMillis);
    }

    /** One of them said so many bytes, which nobody kept. */
    void skip(Speaker speaker, long count, double atMillis) {
        side(speaker).skip(count, atMillis);
    }

    /** One of them says no more. */
    public void end(Speaker speaker, double atMillis) {
        Side side = side(speaker);
        side.now = Math.max(side.now, atMillis);
        side.decoder.end();
    }

    /** What was counted so far. */
    public Totals totals() {
        return tally.totals();
    }

    /** What has begun and is not whole, the client's first. */
    public List<Message> soFar() {
        var messages = new ArrayList<Message>(2);
        for (Side side : List.of(client, server)) {
            Message message = side.decoder.soFar();
            if (message != null) messages.add(message);
        }
        return messages;
    }

    private Side side(Speaker speaker) {
        return speaker == Speaker.CLIENT ? client : server;
    }

    void tell(Message message) {
        tally.message(message.kind());
        told.accept(message);
    }

    /** Something happened to the connection. */
    public void note(String text) {
        double now = Math.max(client.now, server.now);
        tell(note(number, now, text));
    }

    static Message note(int connection, double at, String text) {
        return new Message(connection, Speaker.NOTE, at, at, 0, 0, new byte[0],
                text.getBytes(UTF_8), true, new Message.Note(text));
    }

    // --- Which answer belongs to which request ---------------------------------------------------

    Asked asks(String method, double at) {
        var asked = new Asked(++requests, method, at);
        if (waiting.size() == WAITING_MOST) {
            lost = true;
            waiting.clear();
        }
        if (!lost) waiting.add(asked);
        return asked;
    }

    /** The oldest request that has no answer yet; null where there is none. */
    Asked waiting() {
        return waiting.peek();
    }

    void answered() {
        waiting.poll();
    }

    /**
     * The server agreed to speak another protocol from here on.
     *
     * @param extensions of a WebSocket; null: none
     */
    void upgraded(boolean webSocket, String extensions) {
        Decoder next = next(client, webSocket, extensions);
        if (client.decoder instanceof HoldDecoder hold) hold.release(next);
        else if (client.decoder instanceof HeadDecoder) client.decoder = next;
        server.decoder = next(server, webSocket, extensions);
    }

    /** It did not, if it was asked to. */
    void refused() {
        if (client.decoder instanceof HoldDecoder hold) hold.release(new HeadDecoder(client));
    }

    private static Decoder next(Side side, boolean webSocket, String extensions) {
        return webSocket ? new FrameDecoder(side, extensions) : new LineDecoder(side);
    }
}
