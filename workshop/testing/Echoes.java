package workshop.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import tests.clients.Frame;
import tests.clients.RawWebSocket;
import workshop.running.LessonRun;

/**
 * Clients of a WebSocket that echoes, so cheap that the server is what is measured: all on one
 * thread, each message the same, made before the clock runs.
 */
public final class Echoes implements AutoCloseable {
    public static final int CONNECTIONS = 10;
    public static final int UNDER_WAY = 64; // messages on each connection

    private static final String TEXT = "hello, world";
    private static final byte[] ANSWER = Frame.text(TEXT).unmasked();
    private static final int SILENCE_MS = 10_000;

    private final Selector selector = Selector.open();
    private final byte[] messages = messages(); // UNDER_WAY of them
    private final int length = messages.length / UNDER_WAY;
    private final byte[] expected = expected();

    private static final class Client {
        private final SocketChannel channel;
        private int unsent;     // messages
        private long missing;   // bytes of answers

        Client(SocketChannel channel, int messages) {
            this.channel = channel;
            this.unsent = messages;
            this.missing = (long) messages * ANSWER.length;
        }
    }

    private Echoes() throws IOException {}

    /** How many of so many messages go there and come back in a second. */
    public static double perSecond(int port, int messages) throws IOException {
        try (var echoes = new Echoes()) {
            var clients = new Client[CONNECTIONS];
            for (int i = 0; i < CONNECTIONS; i++) {
                clients[i] = echoes.connect(port, messages / CONNECTIONS);
            }
            long start = System.nanoTime();
            for (Client client : clients) echoes.send(client, UNDER_WAY);
            echoes.listen();
            return messages * 1e9 / (System.nanoTime() - start);
        }
    }

    private static byte[] messages() {
        var messages = new ByteArrayOutputStream();
        for (int i = 0; i < UNDER_WAY; i++) messages.writeBytes(Frame.text(TEXT).masked());
        return messages.toByteArray();
    }

    /** As many bytes as a read may bring, wherever in an answer it begins. */
    private static byte[] expected() {
        var expected = new byte[ANSWER.length * (UNDER_WAY + 1)];
        for (int i = 0; i < expected.length; i++) expected[i] = ANSWER[i % ANSWER.length];
        return expected;
    }

    private Client connect(int port, int messages) throws IOException {
        var channel = SocketChannel.open(new InetSocketAddress(LessonRun.HOST, port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.write(ByteBuffer.wrap(RawWebSocket.request("/ws", "localhost",
                RawWebSocket.freshKey()).getBytes(US_ASCII)));
        var head = new StringBuilder();
        var one = ByteBuffer.allocate(1);
        while (head.indexOf("\r\n\r\n") < 0) {
            if (channel.read(one.clear()) < 0) throw new AssertionError("no answer: " + head);
            head.append((char) one.get(0));
        }
        if (!head.toString().startsWith("HTTP/1.1 101 ")) throw new AssertionError(head);
        var client = new Client(channel, messages);
        channel.configureBlocking(false).register(selector, SelectionKey.OP_READ, client);
        return client;
    }

    private void send(Client client, int count) throws IOException {
        int now = Math.min(count, client.unsent);
        client.unsent -= now;
        var bytes = ByteBuffer.wrap(messages, 0, now * length);
        client.channel.write(bytes);
        if (bytes.hasRemaining()) throw new AssertionError("the server does not read");
    }

    /** Until all answers have come: for each that comes the next message is sent. */
    private void listen() throws IOException {
        var buffer = ByteBuffer.allocate(ANSWER.length * UNDER_WAY);
        for (int talking = CONNECTIONS; talking > 0; ) {
            if (selector.select(SILENCE_MS) == 0) {
                throw new AssertionError("nothing came for " + SILENCE_MS / 1_000 + " s");
            }
            for (SelectionKey key : selector.selectedKeys()) {
                var client = (Client) key.attachment();
                hear(client, buffer.clear());
                if (client.missing == 0) talking--;
            }
            selector.selectedKeys().clear();
        }
    }

    private void hear(Client client, ByteBuffer buffer) throws IOException {
        int count = client.channel.read(buffer);
        if (count < 0) throw new AssertionError("the server ended a connection");
        long open = openAnswers(client);
        int from = (int) (open * ANSWER.length - client.missing); // so much of the next has come
        if (!Arrays.equals(buffer.array(), 0, count, expected, from, from + count)) {
            throw new AssertionError("another answer than “" + TEXT + "” came");
        }
        client.missing -= count;
        send(client, (int) (open - openAnswers(client)));
    }

    /** How many answers have not come, or not to their end. */
    private static long openAnswers(Client client) {
        return (client.missing + ANSWER.length - 1) / ANSWER.length;
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) key.channel().close();
        selector.close();
    }
}
