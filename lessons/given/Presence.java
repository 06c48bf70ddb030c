//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES Bus.java
//SOURCES Clock.java
//SOURCES Rooms.java
//SOURCES Setting.java
//SOURCES StrictJson.java
package given;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Who is in which room, over all servers. Each tells all others, when something changes and each
 * {@code BEAT_MS}; one that was silent for three beats is forgotten. What is told again soon may be
 * lost once: a channel will do. No exercise is about it.
 */
public final class Presence {
    private static final int BEAT_MS = Setting.of("BEAT_MS", 1_000);
    private static final int SOON_MS = 50; // changes so close together are told as one
    private static final String CHANNEL = "presence";

    private record Told(String server, Map<String, Integer> rooms) {}

    private record Heard(Map<String, Integer> rooms, long at) {}

    private final Map<String, Heard> others = new ConcurrentHashMap<>(); // by server
    private final AtomicBoolean soon = new AtomicBoolean();
    private final Bus bus;
    private final String server;
    private final Supplier<List<Rooms.Size>> mine;
    private volatile boolean isOver;

    /** @param mine the rooms of this server; asked on threads of its own */
    public Presence(Bus bus, String server, Supplier<List<Rooms.Size>> mine) {
        this.bus = bus;
        this.server = server;
        this.mine = mine;
        bus.listen(CHANNEL, this::hear);
        Thread.ofVirtual().name("presence").start(() -> {
            while (!isOver) {
                tell();
                Clock.sleep(BEAT_MS);
            }
        });
    }

    /** Rooms and how many are in them, everywhere. */
    public List<Rooms.Size> rooms() {
        var sizes = new TreeMap<String, Integer>();
        for (Rooms.Size each : mine.get()) sizes.merge(each.room(), each.size(), Integer::sum);
        long now = System.nanoTime();
        others.values().removeIf(each -> now - each.at > 3L * BEAT_MS * 1_000_000);
        others.values().forEach(each ->
            each.rooms.forEach((room, size) -> sizes.merge(room, size, Integer::sum)));
        return sizes.entrySet().stream()
            .map(each -> new Rooms.Size(each.getKey(), each.getValue())).toList();
    }

    /** Somebody came into a room here, or left one. */
    public void changed() {
        if (soon.getAndSet(true)) return;
        Clock.after(SOON_MS, () -> Thread.startVirtualThread(() -> {
            soon.set(false);
            tell();
        }));
    }

    /** This server stops, and nobody is here any more. */
    public void leave() {
        isOver = true;
        bus.tell(CHANNEL, StrictJson.text(new Told(server, Map.of())));
    }

    private void tell() {
        var rooms = new TreeMap<String, Integer>();
        for (Rooms.Size each : mine.get()) rooms.put(each.room(), each.size());
        if (!isOver) bus.tell(CHANNEL, StrictJson.text(new Told(server, rooms)));
    }

    private void hear(String text) {
        try {
            Told told = StrictJson.MAPPER.readValue(text, Told.class);
            if (told.server.equals(server)) return;
            Heard before = others.put(told.server, new Heard(told.rooms, System.nanoTime()));
            if (before == null) changed(); // it is new, and does not know of us
        } catch (JsonProcessingException foreign) {
            throw new UncheckedIOException(foreign);
        }
    }
}
