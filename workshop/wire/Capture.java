package workshop.wire;

import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Copies of what is forwarded, on their way to the thread that reads them. Many put, and never
 * wait; one takes. What finds no room is counted, not kept.
 */
final class Capture {
    private static final long MOST_BYTES = 16L << 20;   // that wait to be read
    private static final long ENTRY_BYTES = 100;        // about what an entry takes beside them
    private static final long LOOK_NANOS = 5_000_000;   // a reader's sleep while there is traffic
    private static final int LOOKS = 200;               // in vain, then it sleeps until it is woken

    enum What { OPENED, BYTES, ENDED, RESET, REFUSED }

    /**
     * @param speaker whose bytes they are, or who ended; null for OPENED
     * @param nanos   of {@link System#nanoTime}
     * @param bytes   null where it is something else, or they were not kept
     * @param lost    bytes of this speaker before these that were not kept
     */
    record Entry(int connection, What what, Speaker speaker, long nanos, byte[] bytes, long lost,
            String words) {}

    private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final AtomicLong held = new AtomicLong();
    private volatile Thread asleep;
    private int vain;

    /** True where they were kept; false: the caller adds them to what is lost. */
    boolean bytes(int connection, Speaker speaker, byte[] bytes, int count, long lost) {
        if (held.get() + count + ENTRY_BYTES > MOST_BYTES) return false;
        put(new Entry(connection, What.BYTES, speaker, System.nanoTime(),
                Arrays.copyOf(bytes, count), lost, null));
        return true;
    }

    boolean hasRoom() {
        return held.get() < MOST_BYTES / 2;
    }

    void event(int connection, What what, Speaker speaker, long lost, String words) {
        put(new Entry(connection, what, speaker, System.nanoTime(), null, lost, words));
    }

    private void put(Entry entry) {
        held.addAndGet(size(entry));
        entries.add(entry);
        // To wake a thread takes longer than to forward a request. So the reader looks by itself
        // while there is traffic, and is woken only after a silence.
        Thread reader = asleep;
        if (reader != null) wake(reader);
    }

    private void wake(Thread reader) {
        asleep = null;
        LockSupport.unpark(reader);
    }

    /** The next entry; null where there is none now. */
    Entry poll() {
        Entry entry = entries.poll();
        if (entry == null) return null;
        held.addAndGet(-size(entry));
        vain = 0;
        return entry;
    }

    /** Sleeps a moment; after many in vain, and with nothing else to do, until something comes. */
    void rest(boolean nothingElse) {
        if (!nothingElse || ++vain < LOOKS) {
            LockSupport.parkNanos(LOOK_NANOS);
            return;
        }
        asleep = Thread.currentThread();
        if (entries.isEmpty()) LockSupport.park(this);
        asleep = null;
        vain = 0;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    private static long size(Entry entry) {
        return ENTRY_BYTES + (entry.bytes() == null ? 0 : entry.bytes().length);
    }
}
