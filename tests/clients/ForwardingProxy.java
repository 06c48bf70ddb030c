package tests.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import tests.Target;

/**
 * A proxy in front of the server under test, in this process. To a request's head it does what
 * nginx does: the client's address goes to the end of {@code X-Forwarded-For}, {@code
 * X-Forwarded-Proto} is its own, {@code Host} and {@code Upgrade} pass as they came. All else is
 * bytes. One request a connection, except that a WebSocket goes on.
 */
public final class ForwardingProxy implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int LONGEST_HEAD = 65_536;
    private static final int MOST_OPEN = 4_000; // sockets, two for each client
    private static final int CONNECT_MS = 5_000;

    private final ServerSocket door;
    private final Supplier<InetSocketAddress> upstream;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile String address; // that it says of its clients; null: where they are
    private volatile String scheme = "http";

    /** @param upstream where the next connection goes: asked once for each */
    public ForwardingProxy(Supplier<InetSocketAddress> upstream) {
        this.upstream = upstream;
        try {
            door = new ServerSocket();
            door.bind(new InetSocketAddress(InetAddress.getByName(HOST), 0), 1_000);
        } catch (IOException noPort) {
            throw new IllegalStateException("no port is free for the test's proxy", noPort);
        }
        Thread.ofVirtual().name("the test's proxy").start(this::accept);
    }

    /** In front of one server. */
    public static ForwardingProxy to(Target target) {
        var server = new InetSocketAddress(target.host(), target.port());
        return new ForwardingProxy(() -> server);
    }

    /** From now on its clients come from there, as far as the server can know. */
    public ForwardingProxy saying(String clientsAddress) {
        address = clientsAddress;
        return this;
    }

    /** From now on it says that its clients speak https. */
    public ForwardingProxy secure() {
        scheme = "https";
        return this;
    }

    public int port() {
        return door.getLocalPort();
    }

    /** The server as it looks from outside: at this proxy's port. */
    public Target outside(Target target) {
        return new Target(HOST, port(), target.limits(), target.random(), target.starter());
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                if (open.size() >= MOST_OPEN) {
                    client.close();
                    continue;
                }
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            open.forEach(RawServer::hangUp);
        }
    }

    private void serve(Socket client) {
        try (client; var server = new Socket()) {
            open.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            byte[] head = readHead(client.getInputStream());
            if (head == null) return;
            server.connect(upstream.get(), CONNECT_MS);
            server.getOutputStream().write(forwarded(head, client));
            Thread up = Thread.ofVirtual().start(() -> pump(client, server));
            pump(server, client);
            up.join();
        } catch (IOException gone) {
            return; // one of the two ended; the other is told by the end of its connection
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            open.removeIf(Socket::isClosed);
        }
    }

    private byte[] forwarded(byte[] head, Socket client) {
        var lines = new ArrayList<>(List.of(new String(head, ISO_8859_1).strip().split("\r\n")));
        var addresses = new ArrayList<String>();
        boolean upgrades = false;
        for (String line : List.copyOf(lines.subList(1, lines.size()))) {
            String name = line.split(":")[0].toLowerCase(Locale.ROOT);
            upgrades |= name.equals("upgrade");
            if (name.equals("x-forwarded-for")) addresses.add(line.substring(16).strip());
            if (name.startsWith("x-forwarded-")) lines.remove(line);
        }
        if (!upgrades) {
            lines.removeIf(line -> line.toLowerCase(Locale.ROOT).startsWith("connection:"));
            lines.add("Connection: close");
        }
        String peer = client.getInetAddress().getHostAddress();
        addresses.add(address == null ? peer : address);
        lines.add("X-Forwarded-For: " + String.join(", ", addresses));
        lines.add("X-Forwarded-Proto: " + scheme);
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(ISO_8859_1);
    }

    private static byte[] readHead(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int matched = 0; // of the empty line that ends it
        for (int next; matched < 4 && (next = in.read()) >= 0 && head.size() < LONGEST_HEAD; ) {
            head.write(next);
            matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
        return matched == 4 ? head.toByteArray() : null;
    }

    /** All that one says, to the other; its end, too. */
    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException broken) {
            RawServer.hangUp(from);
            RawServer.hangUp(to);
        }
    }

    /** Nobody listens here any more, and every connection ends. */
    @Override
    public void close() {
        RawServer.hangUp(door);
        open.forEach(RawServer::hangUp);
    }
}
