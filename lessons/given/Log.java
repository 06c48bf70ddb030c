//SOURCES Bus.java
//SOURCES Clock.java
//SOURCES Refused.java
//SOURCES Said.java
package given;

import java.util.List;
import java.util.TreeMap;

/**
 * What this server has heard of the shared log: the newest {@value Bus#KEPT} entries. Exercise 14.3
 * looks into it. It has a lock of its own.
 */
public final class Log {
    private static final int PATIENCE_MS = 3_000; // between an entry's storing and its coming here
    private static final int AGAIN_MS = 100;

    private final TreeMap<Long, Said> heard = new TreeMap<>(); // by its own id; what it repeats
    private final String stream;
    private volatile long goal = Long.MAX_VALUE; // the end of the log, as it was at our start

    /** Of this stream; asks the bus where its end is. */
    public Log(Bus bus, String stream) {
        this.stream = stream;
        Thread.ofVirtual().name("looks for the log's end").start(() -> lookForEnd(bus));
    }

    private void lookForEnd(Bus bus) {
        for (; !isReadToItsEnd(); Clock.sleep(AGAIN_MS)) {
            try {
                goal = Math.min(goal, bus.newest(stream)); // less, where it was wiped meanwhile
            } catch (Bus.Away later) {
                continue; // and again: until then nobody comes in
            }
        }
    }

    /** Whether all has been heard that was there when we started: else old news look like new. */
    public boolean isReadToItsEnd() {
        return newest() >= goal;
    }

    /** An entry has come, in its turn; {@code first} is what it repeats, or itself. */
    public synchronized void add(Said said, Said first) {
        heard.put(said.id(), first);
        if (heard.size() > Bus.KEPT) heard.pollFirstEntry();
        notifyAll();
    }

    /**
     * Waits until the entry with this id has been heard on this server, and all told who should be;
     * gives what it says, or what it repeats.
     */
    public synchronized Said await(long id) throws Refused {
        long end = System.nanoTime() + PATIENCE_MS * 1_000_000L;
        for (long left = PATIENCE_MS; newest() < id && left > 0;
                left = (end - System.nanoTime()) / 1_000_000) {
            try {
                wait(left);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        Said said = heard.get(id);
        if (said == null) {
            throw new Refused("It was stored, but has not come back yet: say it again, with its "
                + "nonce, and it is not heard twice.");
        }
        return said;
    }

    /** The newest id that was heard here; 0: none. */
    public synchronized long newest() {
        return heard.isEmpty() ? 0 : heard.lastKey();
    }

    /** The oldest id that is still here; 0: none. */
    public synchronized long oldest() {
        return heard.isEmpty() ? 0 : heard.firstKey();
    }

    /** All that was said in a room and is still here, each once, oldest first. */
    public synchronized List<Said> of(String room) {
        return heard.entrySet().stream()
            .filter(each -> each.getKey() == each.getValue().id()) // a repetition is no news
            .map(each -> each.getValue()).filter(said -> room.equals(said.room())).toList();
    }
}
