//SOURCES Refused.java
package given;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The rooms of one namespace, and who is in them. The answer of exercises 10.1, 10.3, 10.4 and
 * 10.6. It has no lock of its own: whoever has the turn owns it.
 *
 * @param <M> a member, which equals nobody else
 */
public final class Rooms<M> {
    /** A room as a list shows it: never its key, never who is in it. */
    public record Size(String room, int size) {}

    private record Room<M>(String name, String key, Set<M> members) {}

    private final Map<String, Room<M>> rooms = new LinkedHashMap<>(); // the empty ones are gone

    /**
     * Comes into a room; the first one makes it. Joining again changes nothing.
     *
     * @param key null: none
     */
    public void join(M member, String name, String key) throws Refused {
        Room<M> room = rooms.get(name);
        if (room == null) room = new Room<>(name, key, new LinkedHashSet<>());
        if (!Objects.equals(room.key, key)) {
            throw new Refused(room.key == null ? "This room is open: join it without a key."
                : key == null ? "This room is private: join it with its key."
                : "This is not the room's key.");
        }
        rooms.put(name, room);
        room.members.add(member);
    }

    public void leave(M member, String name) throws Refused {
        members(member, name);
        forget(rooms.get(name), member);
    }

    /** Its connection is over. */
    public void leaveAll(M member) {
        for (Room<M> room : List.copyOf(rooms.values())) forget(room, member);
    }

    /** To somebody who is not in it a room looks like one that does not exist. */
    public Set<M> members(M asker, String name) throws Refused {
        Room<M> room = rooms.get(name);
        if (room == null || !room.members.contains(asker)) {
            throw new Refused("You are in no room " + name + ".");
        }
        return Set.copyOf(room.members);
    }

    /** Who is in it, whoever asks; nobody, where it is not there. */
    public Set<M> in(String name) {
        Room<M> room = rooms.get(name);
        return room == null ? Set.of() : Set.copyOf(room.members);
    }

    /** Who hears what is said in these rooms, each once; the speaker must be in all of them. */
    public Set<M> hearers(M speaker, Collection<String> names, boolean echo) throws Refused {
        var hearers = new LinkedHashSet<M>();
        for (String name : names) hearers.addAll(members(speaker, name));
        if (!echo) hearers.remove(speaker);
        return hearers;
    }

    /** In how many rooms it is. */
    public int of(M member) {
        return (int) rooms.values().stream().filter(room -> room.members.contains(member)).count();
    }

    /** Open rooms, and those that the asker is in. */
    public List<Size> list(M asker) {
        return rooms.values().stream()
            .filter(room -> room.key == null || room.members.contains(asker))
            .map(room -> new Size(room.name, room.members.size())).toList();
    }

    private void forget(Room<M> room, M member) {
        room.members.remove(member);
        if (room.members.isEmpty()) rooms.remove(room.name);
    }
}
