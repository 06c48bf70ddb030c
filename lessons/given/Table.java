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
    private final AtomicLong largest = new AtomicLong(); // that last ever was

    /** The last id that was given; 0 before the first. */
    public long lastId() {
        long id = last.get();
        Pause.here();
        return id;
    }

    /** Says that this id is given. */
    public void lastId(long id) {
        Pause.here();
        largest.accumulateAndGet(id, Math::max);
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
     * @throws IllegalStateException for an id that was never the last one: nobody gave it
     */
    public void put(long id, V row) {
        Pause.here();
        if (id < 1 || id > largest.get()) {
            throw new IllegalStateException("put: lastId has never been " + id + ". Ids come from"
                + " lastId(), and lastId(" + id + ") says that this one is given.");
        }
        rows.put(id, row);
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

    /** How many rows there are. */
    public int size() {
        int size = rows.size();
        Pause.here();
        return size;
    }
}
