package workshop.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import workshop.wire.Capture.What;
import workshop.wire.Transcript.Speaker;

/**
 * Passes bytes on between clients and a server, as they are and at once; a copy of them goes to a
 * {@link Capture} afterwards. A half-close is passed on as one, a reset as one. Who reads slowly
 * slows the one who writes to it, and nobody else: nothing is read for it until it has taken what
 * was read before.
 *
 * <p>One thread serves all connections, since to wake threads is what takes time here. Measured
 * with requests to the smallest of servers, one at a time, on two busy cores: direct 21 µs each,
 * with this thread 42, with a thread for each direction 53, with virtual threads 117.
 */
final class Forwarder {
    private static final int BUFFER = 65_536;
    private static final int BACKLOG = 1_024;
    private static final long PROBE_MS = 1_000;         // how late a silent reset is noticed
    private static final long TELL_MS = 50;             // between two looks for room
    private static final long ACCEPT_AGAIN_MS = 100;    // after too many files were open

    /** Two sockets that are one connection. */
    private static final class Link {
        final int number;
        final Half client;
        final Half server;
        boolean connected;
        boolean over;

        Link(int number, SocketChannel client, SocketChannel server) {
            this.number = number;
            this.client = new Half(this, Speaker.CLIENT, client);
            this.server = new Half(this, Speaker.SERVER, server);
            this.client.other = this.server;
            this.server.other = this.client;
        }
    }

    /** The socket towards one of the two. */
    private static final class Half {
        final Link link;
        final Speaker speaker;
        final SocketChannel channel;
        Half other;
        SelectionKey key;
        ByteBuffer unsent;      // what this one is yet to get; null: nothing
        boolean ended;          // this one says no more
        long lost;              // bytes that it said and the capture has no room for

        Half(Link link, Speaker speaker, SocketChannel channel) {
            this.link = link;
            this.speaker = speaker;
            this.channel = channel;
        }
    }

    private final ServerSocketChannel door;
    private final Selector selector;
    private final InetSocketAddress target;
    private final Capture capture;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final Set<Link> links = new HashSet<>();
    /** Neither read from nor written to at present: the selector would not tell of their end. */
    private final Set<Half> still = new HashSet<>();
    /** Said more than the capture had room for, which it is yet to be told. */
    private final Set<Half> owing = new HashSet<>();
    private final Thread thread;
    private SelectionKey doorKey;
    private long probeAt;
    private long acceptAt;
    private int opened;
    private volatile long turns;
    private volatile boolean owes;
    private volatile boolean closed;

    /** @throws IOException where the port is taken */
    Forwarder(InetSocketAddress target, int port, Capture capture) throws IOException {
        this.target = target;
        this.capture = capture;
        door = ServerSocketChannel.open();
        try {
            door.setOption(StandardSocketOptions.SO_REUSEADDR, !isWindows());
            door.bind(new InetSocketAddress(target.getAddress(), port), BACKLOG);
            door.configureBlocking(false);
            selector = Selector.open();
            doorKey = door.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException refused) {
            door.close();
            throw refused;
        }
        thread = Thread.ofPlatform().daemon().name("wire tap: forwards").unstarted(this::run);
    }

    private static boolean isWindows() {
        return System.getProperty("os.name").startsWith("Windows");     // there it shares ports
    }

    int port() throws IOException {
        return ((InetSocketAddress) door.getLocalAddress()).getPort();
    }

    void start() {
        thread.start();
    }

    /** Waits until all that was forwarded before this call stands in the capture. */
    void settle() throws InterruptedException {
        long enough = turns + 2;
        while (thread.isAlive() && turns < enough) {
            selector.wakeup();
            TimeUnit.MICROSECONDS.sleep(50);
        }
    }

    /** Has something passed that the capture had no room for, and was not told of yet? */
    boolean owes() {
        return owes;
    }

    /** Ends all connections and the thread. */
    void close() throws InterruptedException {
        closed = true;
        selector.wakeup();
        thread.join();
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(this::serve, patience());
                turns++;
                lookAfter();
            }
        } catch (IOException noSelector) {
            capture.event(0, What.REFUSED, null, 0, "the tap cannot go on: " + noSelector);
        } finally {
            for (Link link : List.copyOf(links)) drop(link);
            hangUp(door);
            hangUp(selector);
        }
    }

    private long patience() {
        if (acceptAt != 0) return ACCEPT_AGAIN_MS;
        if (owes) return TELL_MS;
        return still.isEmpty() ? 0 : PROBE_MS;          // 0: for ever
    }

    private void serve(SelectionKey key) {
        if (!key.isValid()) return;
        if (key == doorKey) {
            accept();
            return;
        }
        Half half = (Half) key.attachment();
        if (key.isConnectable() && !half.link.connected) connected(half);
        if (key.isValid() && key.isWritable()) write(half);
        if (key.isValid() && key.isReadable()) read(half);
    }

    // --- Opening ---------------------------------------------------------------------------------

    private void accept() {
        while (true) {
            SocketChannel client;
            try {
                client = door.accept();
                if (client == null) return;
            } catch (IOException tooMany) {
                capture.event(0, What.REFUSED, null, 0, "the tap cannot accept a connection ("
                        + tooMany.getMessage() + "): too many are open, most likely");
                doorKey.interestOps(0);
                acceptAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ACCEPT_AGAIN_MS);
                return;
            }
            open(client);
        }
    }

    private void open(SocketChannel client) {
        int number = ++opened;
        SocketChannel server = null;
        try {
            capture.event(number, What.OPENED, null, 0, String.valueOf(
                    ((InetSocketAddress) client.getRemoteAddress()).getPort()));
            server = SocketChannel.open();
            for (SocketChannel channel : List.of(client, server)) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            var link = new Link(number, client, server);
            boolean now = server.connect(target);
            link.client.key = client.register(selector, 0, link.client);
            link.server.key = server.register(selector, now ? 0 : SelectionKey.OP_CONNECT,
                    link.server);
            links.add(link);
            if (now) begin(link);
        } catch (IOException refused) {
            refuse(number, client, server, refused);
        }
    }

    private void connected(Half server) {
        try {
            if (server.channel.finishConnect()) begin(server.link);
        } catch (IOException refused) {
            server.link.over = true;
            links.remove(server.link);
            refuse(server.link.number, server.other.channel, server.channel, refused);
        }
    }

    private void begin(Link link) {
        link.connected = true;
        interest(link.client);
        interest(link.server);
    }

    /** As if the client had asked the server itself: it learns that nobody is there. */
    private void refuse(int number, SocketChannel client, SocketChannel server, IOException why) {
        capture.event(number, What.REFUSED, null, 0, why.getMessage());
        reset(client);
        if (server != null) hangUp(server);
    }

    // --- Bytes -----------------------------------------------------------------------------------

    private void read(Half from) {
        Half to = from.other;
        int count;
        try {
            buffer.clear();
            count = from.channel.read(buffer);
        } catch (IOException broken) {
            broken(from);
            return;
        }
        if (count == 0) return;
        if (count < 0) {
            ended(from);
            return;
        }
        long now = System.nanoTime();
        buffer.flip();
        boolean gone = false;
        try {
            to.channel.write(buffer);
        } catch (IOException broken) {
            gone = true;
        }
        if (buffer.hasRemaining() && !gone) {
            to.unsent = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
            interest(from);
            interest(to);
        }
        keep(from, now);
        if (gone) salvage(to);
    }

    private void keep(Half from, long now) {
        buffer.rewind();
        if (capture.bytes(from.link.number, from.speaker, now, buffer, from.lost)) {
            from.lost = 0;
            return;
        }
        from.lost += buffer.limit();
        owing.add(from);
        owes = true;
    }

    private void tellLost() {
        for (Half half : owing) {
            if (half.lost == 0) continue;
            capture.event(half.link.number, What.BYTES, half.speaker, half.lost, null);
            half.lost = 0;
        }
        owing.clear();
        owes = false;
    }

    private void write(Half to) {
        if (to.unsent == null) return;
        try {
            to.channel.write(to.unsent);
        } catch (IOException broken) {
            salvage(to);
            return;
        }
        if (to.unsent.hasRemaining()) return;
        to.unsent = null;
        if (to.other.ended) tellEnd(to);
        if (to.link.over) return;
        interest(to);
        interest(to.other);
    }

    // --- Ending ----------------------------------------------------------------------------------

    private void ended(Half half) {
        half.ended = true;
        happened(half, What.ENDED);
        if (half.other.unsent == null) tellEnd(half.other);
        if (!half.link.over) interest(half);
    }

    private void happened(Half half, What what) {
        if (owes) tellLost();       // of the other as well: after this it may be too late
        capture.event(half.link.number, what, half.speaker, half.lost, null);
        half.lost = 0;
    }

    /** It has got all that the other said, which says no more. */
    private void tellEnd(Half half) {
        if (half.ended && half.other.unsent == null) {
            drop(half.link);
            return;
        }
        try {
            half.channel.shutdownOutput();
        } catch (IOException gone) {
            broken(half);
        }
    }

    /** It takes no more. What it said before that still arrives: an early answer, say. */
    private void salvage(Half half) {
        half.unsent = null;
        try {
            while (half.other.unsent == null) {
                buffer.clear();
                if (half.channel.read(buffer) <= 0) break;
                long now = System.nanoTime();
                buffer.flip();
                half.other.channel.write(buffer);
                keep(half, now);
            }
        } catch (IOException over) {
            // As it was to be expected; the other is told below.
        }
        broken(half);
    }

    private void broken(Half half) {
        if (half.link.over) return;
        happened(half, What.RESET);
        reset(half.other.channel);
        drop(half.link);
    }

    private void drop(Link link) {
        link.over = true;
        links.remove(link);
        still.remove(link.client);
        still.remove(link.server);
        hangUp(link.client.channel);
        hangUp(link.server.channel);
    }

    private static void reset(SocketChannel channel) {
        try {
            if (channel.isOpen()) channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException gone) {
            // It is over on both sides then, which is all that was wanted.
        }
        hangUp(channel);
    }

    private static void hangUp(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception gone) {
            // Closed is closed, however the system feels about it.
        }
    }

    // --- What the selector does not tell ---------------------------------------------------------

    /** Listens for what matters: its bytes while the other can take them, room for what it gets. */
    private void interest(Half half) {
        int now = 0;
        if (!half.ended && half.other.unsent == null) now |= SelectionKey.OP_READ;
        if (half.unsent != null) now |= SelectionKey.OP_WRITE;
        if (half.key.interestOps() != now) half.key.interestOps(now);
        if (now == 0) still.add(half);
        else if (!still.isEmpty()) still.remove(half);
    }

    private void lookAfter() {
        if (owes && capture.hasRoom()) tellLost();
        if (acceptAt == 0 && still.isEmpty()) return;
        long now = System.nanoTime();
        if (acceptAt != 0 && now - acceptAt >= 0) {
            acceptAt = 0;
            doorKey.interestOps(SelectionKey.OP_ACCEPT);
        }
        if (still.isEmpty() || now - probeAt < TimeUnit.MILLISECONDS.toNanos(PROBE_MS)) return;
        probeAt = now;
        probe();
    }

    /**
     * Finds resets of those who are not listened to. To wait for a connection's completion that was
     * completed long ago wakes nobody, except where there is an error.
     */
    private void probe() {
        for (Half half : still) half.key.interestOps(SelectionKey.OP_CONNECT);
        var resets = new ArrayList<Half>();
        try {
            selector.selectNow(key -> {
                boolean probed = key != doorKey && still.contains((Half) key.attachment());
                if (probed && key.isConnectable()) resets.add((Half) key.attachment());
            });
        } catch (IOException tryLater) {
            // The next select will say so as well.
        }
        for (Half half : still) if (half.key.isValid()) half.key.interestOps(0);
        resets.forEach(this::broken);
    }
}
