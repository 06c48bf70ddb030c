//SOURCES Listening.java
package given;

import module java.base;

/**
 * Where clients come in: each is served on a thread of its own (the answer of exercise 1.2), and
 * leaves so that nothing said last is lost (exercise 1.3, its star).
 */
public final class Door implements AutoCloseable {
    private static final int BACKLOG = 1_000;            // clients that may wait to be accepted
    private static final int LINGER_MS = 5_000;          // so long a closing connection is read on,
    private static final int LINGER_SILENCE_MS = 1_000;  // and so long while nothing comes

    private final ServerSocket server = new ServerSocket();

    /** Serves one client; the connection is closed behind it. */
    public interface Guest {
        void serve(Socket socket) throws IOException;
    }

    private Door(String host, int port) throws IOException {
        server.setReuseAddress(true); // else the port rests a minute after its server has stopped
        server.bind(new InetSocketAddress(host, port), BACKLOG);
    }

    /**
     * Listens until the program is stopped, or ends it with a sentence.
     *
     * @param usual the lesson's own port, 7002 in lesson 02
     */
    public static void open(int usual, String[] args, Guest guest) {
        Listening listening = Listening.at(usual, args);
        try (var door = new Door(listening.host(), listening.port())) {
            listening.announce("http", door.port());
            door.welcome(guest);
        } catch (IOException | IllegalArgumentException taken) {
            throw listening.taken();
        }
    }

    /** Listens on a free port of this machine until it is closed: for a notebook. */
    public static Door onFreePort(Guest guest) throws IOException {
        var door = new Door("127.0.0.1", 0);
        Thread.startVirtualThread(() -> door.welcome(guest));
        return door;
    }

    public int port() {
        return server.getLocalPort();
    }

    private void welcome(Guest guest) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.startVirtualThread(() -> serve(socket, guest));
            } catch (IOException full) {
                if (server.isClosed()) return;
                System.err.println("No connection to be had: " + full.getMessage());
                LockSupport.parkNanos(100_000_000); // until others have gone
            }
        }
    }

    private static void serve(Socket socket, Guest guest) {
        try (socket) {
            socket.setTcpNoDelay(true);
            guest.serve(socket);
        } catch (IOException gone) {
            // It reset the connection or was silent for too long, and that concerns nobody else.
        }
    }

    /**
     * A close with unread input resets the connection, and the reset may overtake what was said
     * last. So: end our half, then read on until the client ends its own.
     *
     * @param in what was read from so far
     */
    public static void hangUp(Socket socket, InputStream in) throws IOException {
        socket.shutdownOutput();
        socket.setSoTimeout(LINGER_SILENCE_MS);
        long end = System.nanoTime() + LINGER_MS * 1_000_000L;
        var rest = new byte[8192];
        while (System.nanoTime() < end && in.read(rest) >= 0) {
            // It says no more that matters.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
