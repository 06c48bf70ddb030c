package tests.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A real Redis, as a test's servers reach it: over a port here, so that a test can take it away
 * without ending it. It is a Redis for tests: what they leave in it stays, and for a moment it is
 * full.
 */
final class RedisBehind implements SharedRedis {
    private final InetSocketAddress redis;
    private final InetSocketAddress address;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket door;

    private RedisBehind(InetSocketAddress redis) {
        this.redis = redis;
        this.door = door(new InetSocketAddress("127.0.0.1", 0));
        this.address = new InetSocketAddress("127.0.0.1", door.getLocalPort());
    }

    /** @param url {@code redis://HOST:PORT} */
    static RedisBehind of(String url) {
        URI where = URI.create(url);
        return new RedisBehind(new InetSocketAddress(where.getHost(), where.getPort()));
    }

    private ServerSocket door(InetSocketAddress where) {
        try {
            var opened = new ServerSocket();
            opened.setReuseAddress(true);
            opened.bind(where, 1_024);
            Thread.ofVirtual().name("before a Redis").start(() -> welcome(opened));
            return opened;
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    private void welcome(ServerSocket opened) {
        while (!opened.isClosed()) {
            try {
                Socket client = opened.accept();
                open.add(client);
                Thread.startVirtualThread(() -> connect(client));
                if (opened.isClosed()) cut(); // it came while we went
            } catch (IOException closed) {
                Thread.yield(); // away, or this one had gone again
            }
        }
    }

    private void connect(Socket client) {
        try (client; var inside = new Socket(redis.getAddress(), redis.getPort())) {
            client.setTcpNoDelay(true);
            inside.setTcpNoDelay(true);
            Thread.startVirtualThread(() -> carry(inside, client));
            carry(client, inside);
        } catch (IOException gone) {
            return; // and that concerns nobody else
        } finally {
            open.remove(client);
        }
    }

    private static void carry(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException gone) {
            return; // and with it the other one
        }
    }

    @Override
    public String url() {
        return "redis://127.0.0.1:" + address.getPort();
    }

    @Override
    public void cut() {
        for (Socket each : List.copyOf(open)) {
            try {
                each.setSoLinger(true, 0); // as a machine that has failed
                each.close();
            } catch (IOException gone) {
                open.remove(each); // which is what was wanted
            }
        }
    }

    @Override
    public void away() {
        try {
            door.close();
        } catch (IOException unlikely) {
            throw new UncheckedIOException(unlikely);
        }
        cut();
    }

    @Override
    public void back() {
        if (door.isClosed()) door = door(address);
    }

    @Override
    public void full(boolean isFull) {
        try {
            String answer = Resp.ask(redis, "CONFIG", "SET", "maxmemory", isFull ? "1" : "0");
            if (!"+OK".equals(answer)) throw new IllegalStateException("maxmemory: " + answer);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public void close() {
        away();
    }
}
