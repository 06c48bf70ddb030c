package workshop.notebook;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A WebSocket client of the JDK for cells: it says texts, and keeps what it hears in a queue, so a
 * cell asks the queue and waits for the next. One that sleeps reads nothing from its connection.
 */
public final class Person implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient(); // costly to make
    private static final int PATIENCE_MILLIS = 3_000;
    private static final int HEADER = 2;    // bytes of a server's frame with up to 125 bytes

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private volatile int frames;
    private volatile long bytes;

    private Person(String url, boolean asleep, String... headers) {
        WebSocket.Builder handshake = HTTP.newWebSocketBuilder();
        for (String each : headers) {
            String[] pair = each.split(": ?", 2);
            handshake.header(pair[0], pair[1]);
        }
        socket = handshake.buildAsync(URI.create(url), new Ear(asleep)).join();
    }

    /**
     * Connects to a server on this machine.
     *
     * @param headers of the handshake, as {@code "Cookie: session=…"}
     */
    public static Person at(int port, String path, String... headers) {
        return new Person("ws://127.0.0.1:" + port + path, false, headers);
    }

    /** Connects, and reads nothing until it wakes. */
    public static Person asleepAt(int port, String path) {
        return new Person("ws://127.0.0.1:" + port + path, true);
    }

    /** Sends a text frame. */
    public Person say(String text) {
        socket.sendText(text, true).join();
        return this;
    }

    /** Sends an event, {@code data} as JSON; it wants an ack, with the id 1. */
    public Person send(String event, String data) {
        return say("{\"event\":\"" + event + "\",\"data\":" + data + ",\"id\":1}");
    }

    /** Sends an event, and reads up to its ack; prints what came. */
    public Person ask(String event, String data) throws InterruptedException {
        send(event, data);
        String came;
        do {
            came = hear();
            System.out.println("hears " + came);
        } while (came != null && !came.contains("\"ack\""));
        return this;
    }

    /** The next text; null where none comes within three seconds. */
    public String hear() throws InterruptedException {
        return hear(PATIENCE_MILLIS);
    }

    /** The next text; null where none comes in that time. */
    public String hear(int millis) throws InterruptedException {
        return heard.poll(millis, TimeUnit.MILLISECONDS);
    }

    /** From now on it reads all that comes. */
    public void wake() {
        socket.request(Long.MAX_VALUE);
    }

    /** So many text frames have come. */
    public int frames() {
        return frames;
    }

    /** Their bytes, headers too, as long as the texts are short and ASCII. */
    public long bytes() {
        return bytes;
    }

    /** Says goodbye, if it is still there. */
    @Override
    public void close() {
        if (!socket.isOutputClosed()) socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    /** Ends TCP without a word. */
    public void vanish() {
        socket.abort();
    }

    private final class Ear implements WebSocket.Listener {
        private final boolean asleep;
        private final StringBuilder begun = new StringBuilder();

        Ear(boolean asleep) {
            this.asleep = asleep;
        }

        @Override
        public void onOpen(WebSocket opened) {
            if (!asleep) opened.request(Long.MAX_VALUE);
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            begun.append(part);
            if (!last) return null;
            frames++;
            bytes += begun.length() + HEADER;
            heard.add(begun.toString());
            begun.setLength(0);
            return null;
        }
    }
}
