package workshop.wire;

import java.util.Arrays;

/** The first bytes of something that may be endless, and how many there were. */
final class Kept {
    private final int most;
    private byte[] bytes = new byte[256];
    private int length;
    private long total;

    Kept(int most) {
        this.most = most;
    }

    void add(byte[] from, int start, int count) {
        int room = Math.min(count, most - length);
        if (room > 0) {
            if (length + room > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(most, Math.max(length + room, 2 * length)));
            }
            System.arraycopy(from, start, bytes, length, room);
            length += room;
        }
        total += count;
    }

    void add(byte one) {
        if (length < most) {
            if (length == bytes.length) bytes = Arrays.copyOf(bytes, Math.min(most, 2 * length));
            bytes[length++] = one;
        }
        total++;
    }

    /** Counts bytes that nobody can show any more. */
    void skip(long count) {
        total += count;
    }

    long total() {
        return total;
    }

    int length() {
        return length;
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    void clear() {
        if (bytes.length > 1024) bytes = new byte[256]; // thousands of connections may rest here
        length = 0;
        total = 0;
    }
}
