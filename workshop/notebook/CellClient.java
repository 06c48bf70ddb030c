package workshop.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import workshop.running.Server;

/**
 * A notebook's client while a test plays the server: it runs in a thread of its own, and what that
 * thread prints is told apart from what anybody else prints into the cell.
 */
final class CellClient implements Server.Client {
    private static final int END_MS = 2_000;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream before = System.out;
    private final Thread thread;

    CellClient(Cells.Client client, String url) {
        thread = Thread.ofPlatform().daemon().name("the notebook's client").unstarted(() -> {
            try {
                client.talk(url);
            } catch (InterruptedException ended) {
                return; // by close
            } catch (Exception failed) {
                printed.writeBytes((failed + "\n").getBytes(UTF_8));
            }
        });
        System.setOut(new PrintStream(new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                if (Thread.currentThread() == thread) printed.write(bytes, from, length);
                else before.write(bytes, from, length);
            }

            @Override
            public void flush() throws IOException {
                if (Thread.currentThread() != thread) before.flush();
            }
        }, true, UTF_8));
        thread.start();
    }

    @Override
    public String output() {
        return printed.toString(UTF_8).replace("\r\n", "\n");
    }

    @Override
    public boolean isAlive() {
        return thread.isAlive();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(END_MS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        System.setOut(before);
    }
}
