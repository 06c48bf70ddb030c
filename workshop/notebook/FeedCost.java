package workshop.notebook;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.wire.Totals;
import workshop.wire.WireTap;

/**
 * What a wire costs for the feed of messages, and what it costs over another wire: the same
 * messages at the same moments, the same number of readers, each wire with a tap of its own.
 *
 * <pre>
 * var cost = FeedCost.of(50, 5)                          // 50 messages in 5 seconds
 *     .wire("polling", port, (at, heard) -> poll(at, heard))
 *     .wire("events", port, (at, heard) -> events(at, heard))
 *     .run();
 * cost.print();
 * chart("Bytes on the wire", cost.bytes());
 * </pre>
 *
 * <p>What is counted is what the readers cost: the messages are posted past the taps.
 */
public final class FeedCost {
    private static final int READERS = 5;
    private static final int BEGIN_MS = 5_000;  // for the first request of every reader
    private static final int PATIENCE_MS = 3_000; // for the last message, after it was posted
    private static final int MOMENT_MS = 20;
    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*(\\d+)");

    /**
     * Reads the feed at this port from its first message on until its connections break, and tells
     * the id of each message as it arrives.
     */
    @FunctionalInterface
    public interface Reader {
        void read(int port, LongConsumer heard) throws Exception;
    }

    /**
     * What one wire cost.
     *
     * @param missed  messages that did not arrive, all readers together
     * @param meanMs  from the post to the arrival
     * @param worstMs the longest of them
     */
    public record Cost(Totals totals, long missed, double meanMs, double worstMs) {}

    private static final class Wire {
        private final String name;
        private final int port;
        private final Reader reader;
        private final List<Map<Long, Long>> arrivals = new ArrayList<>(); // of each reader
        private WireTap tap;
        private Cost cost;

        Wire(String name, int port, Reader reader) {
            this.name = name;
            this.port = port;
            this.reader = reader;
        }
    }

    private final int messages;
    private final double seconds;
    private final List<Wire> wires = new ArrayList<>();

    private FeedCost(int messages, double seconds) {
        this.messages = messages;
        this.seconds = seconds;
    }

    /** So many messages, evenly over so many seconds. */
    public static FeedCost of(int messages, double seconds) {
        return new FeedCost(messages, seconds);
    }

    /** Adds a wire: five readers of this kind, at the server on this port. */
    public FeedCost wire(String name, int port, Reader reader) {
        wires.add(new Wire(name, port, reader));
        return this;
    }

    /** Runs all wires at the same time. The feeds are to be empty. */
    public FeedCost run() {
        try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            wires.forEach(FeedCost::begin);
            var posted = new HashMap<Integer, Map<Long, Long>>();
            for (int port : ports()) posted.put(port, new HashMap<>());
            long start = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                sleepUntil(start + (long) (i * seconds * 1e9 / messages));
                for (int port : ports()) post(client, port, i, posted.get(port));
            }
            awaitAll();
            wires.forEach(wire -> end(wire, posted.get(wire.port)));
        } catch (IOException failed) {
            throw new IllegalStateException("A message could not be posted: " + failed
                    + ". Does the server run?", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            wires.stream().filter(wire -> wire.tap != null).forEach(wire -> wire.tap.close());
        }
        return this;
    }

    private Set<Integer> ports() {
        var ports = new TreeSet<Integer>();
        wires.forEach(wire -> ports.add(wire.port));
        return ports;
    }

    private static void begin(Wire wire) {
        wire.tap = WireTap.of(wire.port);
        for (int i = 0; i < READERS; i++) {
            var arrivals = new ConcurrentHashMap<Long, Long>();
            wire.arrivals.add(arrivals);
            Thread.startVirtualThread(() -> {
                try {
                    wire.reader.read(wire.tap.port(),
                            id -> arrivals.putIfAbsent(id, System.nanoTime()));
                } catch (Exception over) {
                    return; // the tap was closed: this is how every reader ends
                }
            });
        }
        long deadline = System.nanoTime() + BEGIN_MS * 1_000_000L;
        while (wire.tap.totals().requests() < READERS && System.nanoTime() < deadline) sleep();
    }

    private static void post(HttpClient client, int port, int number, Map<Long, Long> posted)
            throws IOException, InterruptedException {
        long now = System.nanoTime();
        String text = client.send(HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/messages"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"from\":\"ada\",\"text\":\"message number " + number + "\"}"))
                .build(), HttpResponse.BodyHandlers.ofString()).body();
        Matcher id = ID.matcher(text);
        if (!id.find()) throw new IOException("the server answered " + text);
        posted.put(Long.valueOf(id.group(1)), now);
    }

    private void awaitAll() {
        long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000L;
        while (System.nanoTime() < deadline && !wires.stream().allMatch(wire ->
                wire.arrivals.stream().allMatch(heard -> heard.size() >= messages))) {
            sleep();
        }
    }

    private static void end(Wire wire, Map<Long, Long> posted) {
        wire.tap.settle();
        Totals totals = wire.tap.totals();
        wire.tap.close();
        long missed = 0;
        long count = 0;
        double sum = 0;
        double worst = 0;
        for (Map<Long, Long> heard : wire.arrivals) {
            for (var message : posted.entrySet()) {
                Long arrived = heard.get(message.getKey());
                if (arrived == null) {
                    missed++;
                    continue;
                }
                double delay = (arrived - message.getValue()) / 1e6;
                count++;
                sum += delay;
                worst = Math.max(worst, delay);
            }
        }
        wire.cost = new Cost(totals, missed, count == 0 ? 0 : sum / count, worst);
    }

    private static void sleepUntil(long nanoTime) throws InterruptedException {
        long left = nanoTime - System.nanoTime();
        if (left > 0) Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
    }

    private static void sleep() {
        try {
            Thread.sleep(MOMENT_MS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The measurement was stopped.", stopped);
        }
    }

    /** The costs by the wires' names. */
    public Map<String, Cost> costs() {
        var costs = new LinkedHashMap<String, Cost>();
        for (Wire wire : wires) costs.put(wire.name, wire.cost);
        return costs;
    }

    /** Bytes both ways, for a chart. */
    public Map<String, Double> bytes() {
        return of(cost -> cost.totals.bytes());
    }

    /** Requests, for a chart. */
    public Map<String, Double> requests() {
        return of(cost -> cost.totals.requests());
    }

    /** The share of all bytes that are headers, in percent, for a chart. */
    public Map<String, Double> headerPercent() {
        return of(cost -> Math.rint(cost.totals.headerShare() * 1_000) / 10);
    }

    /** The mean delay in ms, for a chart. */
    public Map<String, Double> meanMs() {
        return of(cost -> Math.rint(cost.meanMs * 10) / 10);
    }

    private Map<String, Double> of(ToDoubleFunction<Cost> number) {
        var numbers = new LinkedHashMap<String, Double>();
        costs().forEach((name, cost) -> numbers.put(name, number.applyAsDouble(cost)));
        return numbers;
    }

    /** Prints all of it, a line a wire. */
    public FeedCost print() {
        System.out.printf(Locale.ROOT, "%d messages in %.0f s to %d readers%n", messages, seconds,
                READERS);
        System.out.printf(Locale.ROOT,
                "%-22s %9s %10s %11s %8s %9s %9s%n", "", "requests", "bytes up",
                "bytes down", "headers", "mean", "worst");
        costs().forEach((name, cost) -> System.out.printf(Locale.ROOT,
                "%-22s %,9d %,10d %,11d %7.0f%% %6.0f ms %6.0f ms%s%n", name,
                cost.totals.requests(), cost.totals.bytesUp(), cost.totals.bytesDown(),
                100 * cost.totals.headerShare(), cost.meanMs, cost.worstMs,
                cost.missed == 0 ? "" : "   " + cost.missed + " did not arrive"));
        return this;
    }
}
