package tests.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A server for a client under test: it remembers each request with its time, and answers what the
 * test says, byte by byte. A connection stays open from answer to answer, as HTTP/1.1 has it.
 */
public final class RawServer implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int LONGEST_HEAD = 16_384;
    private static final int MOST_HEADS = 4 << 20;  // letters, of all requests together
    private static final int MOST_OPEN = 200;       // connections; a client has one or two

    /**
     * One request without a body.
     *
     * @param nanos when its head was complete, by {@link System#nanoTime}
     * @param head  its lines as they came, the empty one left out
     */
    public record Request(long nanos, String head) {
        /** {@code GET /messages?after=17} */
        public String line() {
            return head.lines().findFirst().orElse("").replaceFirst(" HTTP/1\\.[01]$", "");
        }
    }

    private final ServerSocket door;
    private final Function<Request, byte[]> answers;
    private final List<Request> requests = new ArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private int heads;  // letters so far; guarded by requests

    /**
     * @param answers all the bytes of an answer; null: none, the connection is closed. An answer
     *                with {@code Connection: close} is followed by the end of the connection.
     */
    public RawServer(Function<Request, byte[]> answers) {
        this.answers = answers;
        try {
            door = new ServerSocket();
            door.bind(new InetSocketAddress(InetAddress.getByName(HOST), 0));
        } catch (IOException noPort) {
            throw new IllegalStateException("no port is free for the test's server", noPort);
        }
        Thread.ofVirtual().name("the test's server").start(this::accept);
    }

    /** {@code http://127.0.0.1:40123} */
    public String url() {
        return "http://" + HOST + ":" + door.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = door.accept();
                if (open.size() == MOST_OPEN) {
                    hangUp(socket);
                    continue;
                }
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            open.forEach(RawServer::hangUp);
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream());
            for (String head; (head = readHead(in)) != null; ) {
                var request = new Request(System.nanoTime(), head);
                synchronized (requests) {
                    heads += head.length();
                    if (heads > MOST_HEADS) return; // it asks without end
                    requests.add(request);
                    requests.notifyAll();
                }
                byte[] answer = answers.apply(request);
                if (answer == null) return;
                socket.getOutputStream().write(answer);
                if (new String(answer, ISO_8859_1).contains("Connection: close\r\n")) return;
            }
        } catch (IOException gone) {
            return; // the client ended, as it may
        } finally {
            open.remove(socket);
        }
    }

    private static String readHead(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        for (int b; (b = in.read()) >= 0 && head.size() < LONGEST_HEAD; ) {
            head.write(b);
            String text = b == '\n' ? head.toString(ISO_8859_1) : "";
            if (text.endsWith("\r\n\r\n")) return text.strip();
        }
        return null;
    }

    /** All requests so far, in the order of their coming. */
    public List<Request> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /** Waits until this holds; asked again after each request, and every few milliseconds. */
    public boolean await(BooleanSupplier holds, long millis) {
        long deadline = System.nanoTime() + millis * 1_000_000;
        synchronized (requests) {
            while (!holds.getAsBoolean()) {
                if (System.nanoTime() - deadline > 0) return false;
                try {
                    requests.wait(5);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
        }
        return true;
    }

    /** An answer with a length; {@code headers} are whole lines without their end. */
    public static byte[] answer(String status, String body, String... headers) {
        byte[] content = body.getBytes(UTF_8);
        var answer = new ByteArrayOutputStream();
        answer.writeBytes(("HTTP/1.1 " + status + "\r\n").getBytes(UTF_8));
        for (String header : headers) answer.writeBytes((header + "\r\n").getBytes(UTF_8));
        String length = status.startsWith("204") ? "" : "Content-Length: " + content.length
                + "\r\n";
        answer.writeBytes((length + "\r\n").getBytes(UTF_8));
        answer.writeBytes(content);
        return answer.toByteArray();
    }

    /** Nobody listens here any more, and every connection ends. */
    @Override
    public void close() {
        hangUp(door);
        open.forEach(RawServer::hangUp);
    }

    /** Ends a connection, or a door to them, that may have ended already. */
    static void hangUp(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception gone) {
            return; // which is what was wanted
        }
    }
}
