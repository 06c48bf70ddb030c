package workshop.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import workshop.wire.Capture.What;

/**
 * Passes bytes on between clients and a server, as they are and at once, and gives a copy of them
 * to a {@link Capture}. A half-close is passed on as one, a reset as one. Who reads slowly slows
 * the one who writes to it, and nobody else. Each direction has a virtual thread.
 */
final class Forwarder {
    private static final int BUFFER = 16_384;
    private static final int BACKLOG = 1_024;
    private static final long ACCEPT_AGAIN_NANOS = 100_000_000; // after too many files were open
    private static final long LAST_WORDS_MS = 1_000;    // of one that takes no more: it may say why

    /** One connection: two sockets. */
    private static final class Link {
        final int number;
        final Half client;
        final Half server;
        final CountDownLatch over = new CountDownLatch(1);

        Link(int number, Socket client, Socket server) {
            this.number = number;
            this.client = new Half(this, Speaker.CLIENT, client);
            this.server = new Half(this, Speaker.SERVER, server);
        }
    }

    /** The socket towards one of the two. Whoever holds the lock on its link reads and writes. */
    private static final class Half {
        final Link link;
        final Speaker speaker;
        final Socket socket;
        boolean ended;          // it says no more
        boolean gone;           // it takes no more
        long lost;              // bytes that it said and the capture has no room for

        Half(Link link, Speaker speaker, Socket socket) {
            this.link = link;
            this.speaker = speaker;
            this.socket = socket;
        }
    }

    private final ServerSocket door = new ServerSocket();
    private final SocketAddress target;
    private final Capture capture;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean owes;
    private volatile boolean closed;

    /** @throws IOException where the port is taken */
    Forwarder(InetSocketAddress target, int port, Capture capture) throws IOException {
        this.target = target;
        this.capture = capture;
        try {
            door.setReuseAddress(!System.getProperty("os.name").startsWith("Windows")); // shares it
            door.bind(new InetSocketAddress(target.getAddress(), port), BACKLOG);
        } catch (IOException refused) {
            door.close();
            throw refused;
        }
    }

    int port() {
        return door.getLocalPort();
    }

    void start() {
        threads.submit(this::accept);
    }

    /** Tells what passed while the capture had no room for it; false where there is nothing. */
    boolean tellLost() {
        if (!owes || !capture.hasRoom()) return false;
        owes = false;
        for (Link link : links) {
            synchronized (link) {
                for (Half half : List.of(link.client, link.server)) {
                    if (half.lost > 0) happened(half, What.BYTES);
                }
            }
        }
        return true;
    }

    /** Ends all connections, and waits for the threads. */
    void close() {
        closed = true;
        hangUp(door);
        links.forEach(this::drop);
        threads.close();
        links.forEach(this::drop);      // one that was just being opened
    }

    // --- Opening ---------------------------------------------------------------------------------

    private void accept() {
        for (int opened = 1; !closed; ) {
            try {
                Socket client = door.accept();
                int number = opened++;
                capture.event(number, What.OPENED, null, 0, "" + client.getPort());
                threads.submit(() -> open(number, client));
            } catch (IOException tooMany) {
                if (closed) return;
                capture.event(0, What.REFUSED, null, 0, "the tap cannot accept a connection ("
                        + tooMany.getMessage() + "): too many are open, most likely");
                LockSupport.parkNanos(ACCEPT_AGAIN_NANOS);
            }
        }
    }

    private void open(int number, Socket client) {
        var server = new Socket();
        var link = new Link(number, client, server);
        links.add(link);
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(target);
        } catch (IOException refused) {
            // As if the client had asked the server itself: it learns that nobody is there.
            capture.event(number, What.REFUSED, null, 0, refused.getMessage());
            reset(client);
            drop(link);
            return;
        }
        if (closed) drop(link);
        else threads.submit(() -> pass(link.server, link.client));
        pass(link.client, link.server);
    }

    // --- Bytes -----------------------------------------------------------------------------------

    private void pass(Half from, Half to) {
        try {
            var bytes = new byte[BUFFER];
            InputStream in = from.socket.getInputStream();
            OutputStream out = to.socket.getOutputStream();
            for (int count; (count = in.read(bytes)) >= 0; ) {
                keep(from, bytes, count);
                try {
                    out.write(bytes, 0, count);
                } catch (IOException takesNoMore) {
                    hearLastWords(to);
                    return;
                }
            }
            ended(from, to);
        } catch (IOException reset) {
            broken(from, to);
        }
    }

    /** Before it is passed on: who has heard something finds it in the capture. */
    private void keep(Half from, byte[] bytes, int count) {
        synchronized (from.link) {
            boolean kept = capture.bytes(from.link.number, from.speaker, bytes, count, from.lost);
            from.lost = kept ? 0 : from.lost + count;
            if (!kept) owes = true;
        }
    }

    // --- Ending ----------------------------------------------------------------------------------

    private void ended(Half half, Half other) {
        boolean both;
        synchronized (half.link) {
            if (half.gone) {
                broken(half, other);
                return;
            }
            half.ended = true;
            happened(half, What.ENDED);
            both = other.ended;
        }
        if (both) {
            drop(half.link);
            return;
        }
        try {
            other.socket.shutdownOutput();
        } catch (IOException gone) {
            broken(other, half);
        }
    }

    /** What it has said before still arrives, an early answer, say; then the other is told. */
    private void hearLastWords(Half half) {
        Link link = half.link;
        boolean silent;
        synchronized (link) {
            half.gone = true;
            silent = half.ended;
        }
        try {
            if (!silent) link.over.await(LAST_WORDS_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
        broken(half, half == link.client ? link.server : link.client);
    }

    private void broken(Half half, Half other) {
        synchronized (half.link) {
            if (half.link.over.getCount() == 0) return;
            happened(half, What.RESET);
            reset(other.socket);
            drop(half.link);
        }
    }

    private void happened(Half half, What what) {
        capture.event(half.link.number, what, half.speaker, half.lost, null);
        half.lost = 0;
    }

    private void drop(Link link) {
        link.over.countDown();
        links.remove(link);
        hangUp(link.client.socket);
        hangUp(link.server.socket);
    }

    private static void reset(Socket socket) {
        try {
            if (!socket.isClosed()) socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException gone) {
            // It is over on both sides then, which is all that was wanted.
        }
        hangUp(socket);
    }

    private static void hangUp(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception gone) {
            // Closed is closed, however the system feels about it.
        }
    }
}
