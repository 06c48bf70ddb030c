package workshop.running;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * What a program prints, both streams together, read as it comes. Keeps the first and the last
 * {@value #KEPT} bytes, so a program that prints without end harms nobody.
 */
public final class Output {
    private static final int KEPT = 16_384;

    private final byte[] first = new byte[KEPT];
    private final byte[] last = new byte[KEPT]; // a ring: byte n stands at n % KEPT
    private long count;
    private boolean ended;

    /** @param heard is told, now and then, how many bytes there were */
    Output(InputStream stream, LongConsumer heard) {
        Thread.ofPlatform().daemon().name("read a program's output")
                .start(() -> drain(stream, heard));
    }

    private void drain(InputStream stream, LongConsumer heard) {
        var bytes = new byte[8192];
        try (stream) {
            for (int n; (n = stream.read(bytes)) >= 0; ) {
                add(bytes, n);
                heard.accept(position());
            }
        } catch (IOException ended) {
            // the process was ended in the middle of a word
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private synchronized void add(byte[] bytes, int length) {
        for (int i = 0; i < length; i++, count++) {
            if (count < KEPT) first[(int) count] = bytes[i];
            last[(int) (count % KEPT)] = bytes[i];
        }
        notifyAll();
    }

    /** How many bytes were printed so far: a place to ask {@link #since} from. */
    public synchronized long position() {
        return count;
    }

    /** What was printed from {@code position} on; of very much the middle is left out. */
    public synchronized String since(long position) {
        if (count - position <= KEPT) return text(ring(position));
        byte[] head = Arrays.copyOfRange(first, (int) Math.min(position, KEPT), KEPT);
        byte[] tail = ring(count - KEPT);
        long left = count - position - head.length - tail.length;
        return text(head) + String.format(Locale.ROOT,
                "%n… %,d bytes left out …%n", Math.max(0, left))
                + text(tail);
    }

    private byte[] ring(long position) {
        var bytes = new byte[(int) (count - position)];
        for (int i = 0; i < bytes.length; i++) bytes[i] = last[(int) ((position + i) % KEPT)];
        return bytes;
    }

    /** Waits until the program has said all, {@code millis} at the most. */
    synchronized void awaitEnd(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        for (long rest; !ended && (rest = deadline - System.nanoTime()) > 0; ) {
            wait(Math.max(1, rest / 1_000_000));
        }
    }

    /** A program's control characters must not move the reader's terminal. */
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).replace("\r\n", "\n")
                .replaceAll("[\\p{Cntrl}&&[^\n\t]]", "·");
    }
}
