//SOURCES Pause.java
package given;

import module java.base;

/**
 * Rows by their ids, and the last id that was given: a table as a database keeps it. Any thread may
 * call it. Each method is one step, and two of them are two: what must be one step is the caller's
 * to make so. Where the tests ask for it each step takes a while, as on a disk.
 */
public final class Table<V> {
    private final NavigableMap<Long, V> rows = new ConcurrentSkipListMap<>();
    private final AtomicLong last = new AtomicLong();
    private final ThreadLocal<Long> seen = new ThreadLocal<>(); // of lastId, by each thread
    private final AtomicInteger writers = new AtomicInteger(); // in put just now

    /** The last id that was given; 0 before the first. */
    public long lastId() {
        long id = last.get();
        seen.set(id);
        Pause.here();
        return id;
    }

    /** Says that this id is given. */
    public void lastId(long id) {
        Pause.here();
        last.set(id);
    }

    /** The row; null where there is none. */
    public V get(long id) {
        V row = rows.get(id);
        Pause.here();
        return row;
    }

    /**
     * Stores a row, in place of one that has this id already.
     *
     * @throws IllegalStateException where the tests ask for pauses and two put at once, for an id
     *                               that is not lastId() and one: who counts in a field of their
     *                               own, without a lock, may give one twice, and only by bad luck
     *                               would it show
     */
    public void put(long id, V row) {
        writers.incrementAndGet();
        try {
            Pause.here();
            if (Pause.isOn() && writers.get() > 1 && !Objects.equals(seen.get(), id - 1)) {
                throw new IllegalStateException("Two writers put at once, and nobody knows that"
                    + " their ids differ: " + id + " does not come from lastId().");
            }
            rows.put(id, row);
        } finally {
            writers.decrementAndGet();
        }
    }

    /** Replaces the row by what {@code change} makes of it, in one step; null where none is. */
    public V computeIfPresent(long id, BiFunction<Long, V, V> change) {
        Pause.here();
        return rows.computeIfPresent(id, change);
    }

    /** Deletes the row and returns it; null where there is none. */
    public V remove(long id) {
        Pause.here();
        return rows.remove(id);
    }

    /** All rows, in the order of their ids. */
    public List<V> values() {
        List<V> all = List.copyOf(rows.values());
        Pause.here();
        return all;
    }
}
