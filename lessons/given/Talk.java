//SOURCES Entrance.java
//SOURCES Message.java
//SOURCES Rooms.java
package given;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What people do behind the door of lesson 13: the rooms of exercises 10.1, 10.3 and 10.5, where
 * {@code from} and {@code to} are the names of persons. Whoever has its lock owns it.
 */
public final class Talk implements Entrance.Inside {
    /** What was said, as it travels; room or to as it was given. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Said(long id, String from, String text, String at, String room, String to) {}

    private static final int MAX_ROOMS = 100; // that one connection may be in

    private final Rooms<Member> rooms = new Rooms<>();
    private final Set<Member> members = new HashSet<>();
    private long lastMessage;

    @Override
    public void came(Member member) {
        member.tell("welcome", Map.of("id", member.id(), "name", member.name()));
        members.add(member);
    }

    @Override
    public void gone(Member member) {
        members.remove(member);
        rooms.leaveAll(member);
    }

    @Override
    public Object grant(Member member, String event, Fields data) throws Refused {
        switch (event) {
            case "join" -> {
                if (rooms.of(member) >= MAX_ROOMS) {
                    throw new Refused("You are in " + MAX_ROOMS + " rooms: leave one first.");
                }
                rooms.join(member, data.name("room"), null);
            }
            case "leave" -> rooms.leave(member, data.name("room"));
            case "rooms" -> {
                var list = Map.of("rooms", rooms.list(member));
                member.tell("rooms", list);
                return list;
            }
            case "say" -> {
                return say(member, data);
            }
            default -> throw Envelope.unknown(event);
        }
        return null;
    }

    private Said say(Member member, Fields data) throws Refused {
        String text = data.text("text");
        if (data.has("room") == data.has("to")) {
            throw new Refused("Give exactly one of the fields room and to.");
        }
        String room = data.has("room") ? data.name("room") : null;
        String to = data.has("to") ? data.name("to") : null;
        Collection<Member> hearers = room != null ? rooms.members(member, room) : all(to);
        var said = new Said(++lastMessage, member.name(), text, Message.now(), room, to);
        for (Member each : hearers) each.tell("said", said);
        return said;
    }

    /** All that a person has open. */
    private List<Member> all(String name) throws Refused {
        List<Member> all = members.stream().filter(each -> each.name().equals(name)).toList();
        if (all.isEmpty()) throw new Refused("The field to names nobody who is here: " + name);
        return all;
    }
}
