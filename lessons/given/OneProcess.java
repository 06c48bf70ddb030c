package given;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A bus in the memory of one process, as {@link OverRedis} is for many. No lesson teaches this. */
final class OneProcess implements Bus {
    private static final int MOST = 1_000; // entries at once
    private static final int WAIT_MS = 500;

    private final Map<String, TreeMap<Long, String>> streams = new HashMap<>(); // its own lock
    private final Map<String, List<Consumer<String>>> listeners = new ConcurrentHashMap<>();
    private final Set<String> claimed = new HashSet<>();
    private long last; // over all streams

    @Override
    public synchronized long append(String stream, String text) {
        last = Math.max(System.currentTimeMillis() * 1_000, last + 1);
        TreeMap<Long, String> entries = entries(stream);
        entries.put(last, text);
        if (entries.size() > KEPT) entries.pollFirstEntry();
        notifyAll();
        return last;
    }

    @Override
    public synchronized List<Entry> after(String stream, long id) throws InterruptedException {
        if (entries(stream).tailMap(id, false).isEmpty()) wait(WAIT_MS);
        var after = new ArrayList<Entry>();
        for (var each : entries(stream).tailMap(id, false).entrySet()) {
            if (after.size() == MOST) break;
            after.add(new Entry(each.getKey(), each.getValue()));
        }
        return after;
    }

    @Override
    public synchronized long newest(String stream) {
        return entries(stream).isEmpty() ? 0 : entries(stream).lastKey();
    }

    @Override
    public synchronized boolean claim(String what) {
        return claimed.add(what);
    }

    @Override
    public void tell(String channel, String text) {
        List<Consumer<String>> all = listeners.getOrDefault(channel, List.of());
        if (!all.isEmpty()) Thread.startVirtualThread(() -> all.forEach(each -> each.accept(text)));
    }

    @Override
    public void listen(String channel, Consumer<String> heard) {
        listeners.computeIfAbsent(channel, _ -> new CopyOnWriteArrayList<>()).add(heard);
    }

    @Override
    public String whyAway() {
        return null;
    }

    private TreeMap<Long, String> entries(String stream) {
        return streams.computeIfAbsent(stream, _ -> new TreeMap<>());
    }
}
