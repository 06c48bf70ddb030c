//SOURCES Listening.java
//SOURCES Setting.java
//SOURCES OneProcess.java
//SOURCES OverRedis.java
package given;

import java.util.List;
import java.util.function.Consumer;

/**
 * What servers share: streams, whose entries stay, and channels, where only those hear who listen
 * just then. Any thread may call it. Lesson 14 is about what it is used for, not how it is made.
 */
public interface Bus {
    /**
     * One entry of a stream.
     *
     * @param id milliseconds since 1970 × 1,000 + a count: ids grow, with gaps, over all servers,
     *     restarts, and the loss of all that was stored
     */
    record Entry(long id, String text) {}

    /** It is out of reach, full, or too slow: perhaps it has done what it was asked for. */
    final class Away extends Exception {
        Away(String why, Throwable cause) {
            super(why, cause);
        }
    }

    /** Entries that a stream keeps, about; the oldest go first. */
    int KEPT = 10_000;

    /** Puts a text behind all others of a stream; gives its id. */
    long append(String stream, String text) throws Away;

    /**
     * The entries behind this id, oldest first, at most 1,000; 0: from the beginning. Where there
     * are none it waits a while for one, and gives none if none came. For one thread at a time.
     */
    List<Entry> after(String stream, long id) throws Away, InterruptedException;

    /** The newest id of a stream; 0: it has none. */
    long newest(String stream) throws Away;

    /** True for the first alone that asks for it, of all processes; forgotten in an hour. */
    boolean claim(String what) throws Away;

    /** Tells who listens just now, here too. It may be lost, and nobody says so. */
    void tell(String channel, String text);

    /** From now on this hears what is told there, one text after the other. */
    void listen(String channel, Consumer<String> heard);

    /** Why nothing can be stored just now; null: it can. */
    String whyAway();

    /** The one of all servers that have the same {@code REDIS_URL}; without it, of this process. */
    static Bus shared() {
        String url = Setting.text("REDIS_URL", "");
        if (url.isEmpty()) return new OneProcess();
        if (Setting.text("SECRET", "").isEmpty()) {
            throw Listening.quit(2, "Several servers need one SECRET, else each forgets who logged "
                + "in at another: set SECRET to any long text, the same for all.");
        }
        return OverRedis.at(url);
    }

    /** One that no other process has a part in. */
    static Bus ofThisProcess() {
        return new OneProcess();
    }
}
