package workshop.testing.lessons;

import java.io.IOException;
import java.net.ServerSocket;
import workshop.running.LessonRun;
import workshop.testing.RealLesson;
import workshop.wire.WireTap;

/**
 * One port for clients, whichever server stands behind it. While there is none connections break,
 * and new ones are refused.
 */
final class Relay implements AutoCloseable {
    private final int port;
    private RealLesson server;
    private WireTap tap;

    Relay() throws IOException {
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
    }

    /** From now on clients find this server. */
    void lead(RealLesson to) throws IOException {
        server = to;
        tap = WireTap.of(server.port(), port);
    }

    RealLesson server() {
        return server;
    }

    String url(String path) {
        return "http://" + LessonRun.HOST + ":" + port + path;
    }

    /** Ends the server without a word to anybody, and with it all connections. */
    void stop() throws IOException {
        tap.close();
        tap = null;
        server.close();
        server = null;
    }

    @Override
    public void close() throws IOException {
        if (tap != null) tap.close();
        if (server != null) server.close();
    }
}
