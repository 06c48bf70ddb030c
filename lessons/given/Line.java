//SOURCES Listening.java
package given;

import module java.base;
import java.net.http.HttpClient;
import java.net.http.WebSocket;

/**
 * A WebSocket as a client has it: the text frames that come, one after the other. The JDK's own
 * calls a listener for each; here one asks for the next, and says for how long.
 */
public final class Line implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient(); // dear: one for all tries
    private static final int CONNECT_SECONDS = 10;

    private final BlockingQueue<Optional<String>> frames = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    private Line(URI address) throws IOException, InterruptedException {
        try {
            socket = HTTP.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(CONNECT_SECONDS))
                .buildAsync(address, new Frames()).get();
        } catch (ExecutionException refused) {
            throw new IOException("no WebSocket at " + address, refused.getCause());
        }
    }

    /**
     * Connects.
     *
     * @param server its root, {@code http://localhost:7011}; anything else ends the program
     * @param path   of the WebSocket there, with its query
     * @throws IOException where nobody answers, or the handshake is refused
     */
    public static Line to(String server, String path) throws IOException, InterruptedException {
        String root = server.replaceFirst("/+$", "");
        if (!root.matches("https?://[^/?#\\s]+")) {
            throw Listening.quit(2, "“" + server + "” is no server's address: client "
                + "http://localhost:7011, say.");
        }
        return new Line(URI.create(root.replaceFirst("http", "ws") + path));
    }

    /** Sends a text frame. */
    public void send(String text) throws IOException, InterruptedException {
        try {
            socket.sendText(text, true).get();
        } catch (ExecutionException broken) {
            throw new IOException("the connection is broken", broken.getCause());
        }
    }

    /**
     * The next text frame; waits for it.
     *
     * @return null where none came in so many milliseconds, or the connection has ended
     */
    public String next(long millis) throws InterruptedException {
        Optional<String> frame = frames.poll(millis, TimeUnit.MILLISECONDS);
        return frame == null ? null : frame.orElse(null);
    }

    /** Ends the connection without waiting for an answer. */
    @Override
    public void close() {
        socket.abort();
    }

    private final class Frames implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder(); // of the frames of one message

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                frames.add(Optional.of(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            frames.add(Optional.empty());
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable broken) {
            frames.add(Optional.empty());
        }
    }
}
