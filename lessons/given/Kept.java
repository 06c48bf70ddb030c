package given;

import module java.base;

/**
 * What a server remembers for as long as it runs, with a limit: without one, a client that always
 * comes as a new one fills the memory. No lesson teaches this.
 */
public final class Kept {
    private static final int OVERHEAD = 200;             // bytes: an empty text takes room as well

    private final Map<String, byte[]> texts = new LinkedHashMap<>(); // oldest first
    private final String place;
    private final int most;
    private int newest;
    private long bytes;

    /**
     * @param place where the texts are, {@code /messages/}
     * @param most  bytes of all texts; the oldest go first
     */
    public Kept(String place, int most) {
        this.place = place;
        this.most = most;
    }

    /** Keeps a text and returns its path. */
    public synchronized String keep(byte[] text) {
        String path = place + ++newest;
        texts.put(path, text);
        bytes += text.length + OVERHEAD;
        for (var oldest = texts.values().iterator(); bytes > most; oldest.remove())
            bytes -= oldest.next().length + OVERHEAD;
        return path;
    }

    /** The text at a path; null: there is none. */
    public synchronized byte[] at(String path) {
        return texts.get(path);
    }

    /** A map for all threads, of the entries that were used last. */
    public static <K, V> Map<K, V> last(int most) {
        return Collections.synchronizedMap(new LinkedHashMap<K, V>(16, 0.75f, true) {
            @Override protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        });
    }
}
