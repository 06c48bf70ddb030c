package workshop.notebook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import workshop.wire.Totals;
import workshop.wire.WireTap;

/**
 * What a wire costs for the same feed: a writer posts messages at an even pace, and several readers
 * read them through a tap. The writer goes around the tap, for posting costs the same in each
 * lesson.
 *
 * @param missed messages that some reader did not get, over all readers
 */
public record Cost(String name, int readers, int messages, Totals wire, double meanMillis,
                   double worstMillis, int missed) {
    private static final int BEGIN_MS = 1_000;      // for the readers to be there
    private static final int LAST_MS = 5_000;       // for the last message to arrive

    /** Reads the feed at {@code port} until its thread is interrupted, and says each id it sees. */
    @FunctionalInterface
    public interface Reader {
        void read(int port, LongConsumer seen) throws Exception;
    }

    /** Posts a message and gives its id. */
    @FunctionalInterface
    public interface Writer {
        long post(String text) throws Exception;
    }

    /**
     * @param port   of the server
     * @param millis over which the messages are spread
     */
    public static Cost of(String name, int port, int readers, int messages, int millis,
            Writer writer, Reader reader) {
        var posted = new ConcurrentHashMap<Long, Long>();       // id: when it was posted
        var arrivals = new ArrayList<Map<Long, Long>>();        // of each reader
        var threads = new ArrayList<Thread>();
        try (WireTap tap = WireTap.of(port)) {
            for (int i = 0; i < readers; i++) {
                var seen = new ConcurrentHashMap<Long, Long>();
                arrivals.add(seen);
                // Not all at the same moment: readers come when they come.
                long wait = BEGIN_MS * 1_000_000L * i / readers / 2;
                threads.add(Thread.ofPlatform().daemon().name("reader " + i).start(() -> {
                    LockSupport.parkNanos(wait);
                    try {
                        reader.read(tap.port(), id -> seen.putIfAbsent(id, System.nanoTime()));
                    } catch (Exception ended) {
                        return;     // interrupted at the end, or the server said goodbye
                    }
                }));
            }
            LockSupport.parkNanos(BEGIN_MS * 1_000_000L);
            Totals before = tap.totals();
            long start = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                LockSupport.parkNanos(start + millis * 1_000_000L * i / messages
                        - System.nanoTime());
                long now = System.nanoTime();
                posted.put(writer.post("message " + i), now);
            }
            LockSupport.parkNanos(start + millis * 1_000_000L - System.nanoTime());
            long late = System.nanoTime() + LAST_MS * 1_000_000L;
            while (System.nanoTime() < late && !arrivals.stream().allMatch(
                    seen -> seen.keySet().containsAll(posted.keySet()))) {
                LockSupport.parkNanos(1_000_000);
            }
            Totals wire = tap.totals().since(before);
            return summed(name, posted, arrivals, wire);
        } catch (Exception failed) {
            throw new IllegalStateException("the writer could not post: " + failed, failed);
        } finally {
            threads.forEach(Thread::interrupt);
        }
    }

    private static Cost summed(String name, Map<Long, Long> posted, List<Map<Long, Long>> arrivals,
            Totals wire) {
        double sum = 0;
        double worst = 0;
        int count = 0;
        for (Map<Long, Long> seen : arrivals) {
            for (var message : posted.entrySet()) {
                Long when = seen.get(message.getKey());
                if (when == null) continue;
                double delay = (when - message.getValue()) / 1e6;
                sum += delay;
                worst = Math.max(worst, delay);
                count++;
            }
        }
        return new Cost(name, arrivals.size(), posted.size(), wire, count == 0 ? 0 : sum / count,
                worst, arrivals.size() * posted.size() - count);
    }

    /** Bytes on the wire for one message to one reader, both ways. */
    public double bytesEach() {
        return (double) wire.bytes() / readers / messages;
    }

    /** One line of plain words. */
    public void print() {
        System.out.printf(Locale.ROOT, "%s: %,d requests, %,d bytes up, %,d bytes down (%.0f %%"
                + " headers); a message arrives after %.0f ms on average, %.0f ms at worst%s%n",
                name, wire.requests(), wire.bytesUp(), wire.bytesDown(),
                100 * wire.headerShare(), meanMillis, worstMillis,
                missed == 0 ? "" : "; " + missed + " did not arrive");
    }

    /** The same numbers of several wires, one chart for each. */
    public static void compare(Cost... costs) {
        var bytes = new LinkedHashMap<String, Number>();
        var delays = new LinkedHashMap<String, Number>();
        var requests = new LinkedHashMap<String, Number>();
        for (Cost cost : costs) {
            cost.print();
            bytes.put(cost.name, Math.round(cost.bytesEach()));
            delays.put(cost.name, Math.round(cost.meanMillis));
            requests.put(cost.name, cost.wire.requests());
        }
        Cells.chart("Requests for " + costs[0].messages + " messages to " + costs[0].readers
                + " readers", requests);
        Cells.chart("Bytes on the wire for one message to one reader", bytes);
        Cells.chart("Milliseconds from post to arrival, on average", delays);
    }
}
