package workshop.testing.lessons;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A gate between a browser and a server: while it is shut, whatever the server says waits in front
 * of it. The server behind it may be another one from time to time.
 */
final class Gate implements AutoCloseable {
    private final ServerSocket door;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private int target;              // this and `shut` belong to the lock on `this`
    private boolean shut;

    private Gate(int target) throws IOException {
        this.target = target;
        door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    static Gate before(int port) {
        try {
            return new Gate(port);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    String url(String path) {
        return "http://127.0.0.1:" + door.getLocalPort() + path;
    }

    synchronized void shut() {
        shut = true;
    }

    synchronized void open() {
        shut = false;
        notifyAll();
    }

    /** Whoever connects from now on is led to this port. */
    synchronized void leadTo(int port) {
        target = port;
    }

    private synchronized int target() {
        return target;
    }

    private synchronized void pass() throws InterruptedException {
        while (shut) wait();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                sockets.add(client);
                Thread.startVirtualThread(() -> join(client));
            } catch (IOException closed) {
                return; // the test is over
            }
        }
    }

    private void join(Socket client) {
        try (client; var server = new Socket(InetAddress.getLoopbackAddress(), target())) {
            sockets.add(server);
            Thread up = Thread.startVirtualThread(() -> copy(client, server, false));
            copy(server, client, true);
            up.join();
        } catch (IOException | InterruptedException gone) {
            // No server there, or the test is over: the client sees its connection end.
        }
    }

    private void copy(Socket from, Socket to, boolean gated) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var bytes = new byte[8_192];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                if (gated) pass();
                out.write(bytes, 0, count);
            }
            to.shutdownOutput();
        } catch (IOException | InterruptedException gone) {
            close(from); // one end is gone, so the other one goes
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException unwilling) {
            throw new UncheckedIOException(unwilling);
        }
    }

    @Override
    public void close() throws IOException {
        open();
        door.close();
        for (Socket socket : sockets) socket.close();
    }
}
