//SOURCES Entrance.java
//SOURCES Jobs.java
//SOURCES Log.java
//SOURCES Message.java
//SOURCES Presence.java
//SOURCES Rooms.java
//SOURCES Said.java
package given;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * Who is on this server, and what they ask for: lesson 13's {@link Talk}, of which there are many
 * now. What is said, and who comes into a room, lesson 14 decides. Whoever has its lock owns it.
 */
public final class Floor implements Entrance.Inside {
    private static final int MAX_ROOMS = 100; // that one connection may be in

    /** Puts a message where all servers find it; gives what was said, once it was heard here. */
    public interface Say {
        Said say(Said said) throws Refused;
    }

    /** Lets somebody into a room; {@code after} is null where none was given. */
    public interface Join {
        void join(Member member, String room, Long after) throws Refused;
    }

    /**
     * What the lesson does.
     *
     * @param say     without our lock, for it waits
     * @param join    with our lock
     * @param isNews  whether this member of a room is told this; with our lock
     * @param whyShut why nobody may come in; null: the door is open
     */
    public record Lesson(Say say, Join join, BiPredicate<Member, Said> isNews,
        Supplier<String> whyShut) {}

    private record Welcome(String id, String name, String server, long newest) {}

    private final String server = "s-" + UUID.randomUUID().toString().substring(0, 8);
    private final Set<Member> members = new HashSet<>();
    private final Rooms<Member> rooms = new Rooms<>();
    private final Log log;
    private final Jobs jobs;
    private final Presence presence;
    private final Lesson lesson;

    public Floor(Bus bus, Log log, Jobs jobs, Lesson lesson) {
        this.log = log;
        this.jobs = jobs;
        this.lesson = lesson;
        presence = new Presence(bus, server, this::here);
        jobs.listen(this::tell);
    }

    /** From now on this member hears what is told to the room. */
    public synchronized void enter(Member member, String room) throws Refused {
        rooms.join(member, room, null);
        presence.changed();
    }

    /** Tells a message to all here who are to hear it: members of its room, or one person. */
    public synchronized void tell(Said said) {
        String frame = Envelope.frame("said", said); // made once for all
        for (Member each : said.to() != null ? all(said.to()) : rooms.in(said.room())) {
            if (said.to() != null || lesson.isNews.test(each, said)) each.send(frame);
        }
    }

    /** This server stops: nobody is here any more. */
    public void leave() {
        presence.leave();
    }

    private synchronized void tell(String person, Jobs.Progress progress) {
        for (Member each : all(person)) each.tell(progress.event(), progress);
    }

    private synchronized List<Rooms.Size> here() {
        return rooms.list(null);
    }

    private Collection<Member> all(String person) {
        return members.stream().filter(each -> each.name().equals(person)).toList();
    }

    @Override
    public String whyShut() {
        return lesson.whyShut.get();
    }

    @Override
    public synchronized void came(Member member) {
        member.tell("welcome", new Welcome(member.id(), member.name(), server, log.newest()));
        members.add(member);
    }

    @Override
    public synchronized void gone(Member member) {
        members.remove(member);
        rooms.leaveAll(member);
        presence.changed();
    }

    /** With the lock, so that the ack comes before what is heard next; unless it waits for that. */
    @Override
    public void heard(Member member, String frame) {
        if (waits(frame)) {
            answer(member, frame);
        } else {
            synchronized (this) {
                answer(member, frame);
            }
        }
    }

    private static boolean waits(String frame) {
        try {
            return Set.of("say", "work").contains(Fields.of(frame).text("event"));
        } catch (Refused unreadable) {
            return false; // and is answered so
        }
    }

    private void answer(Member member, String frame) {
        Envelope.answer(frame, member::send, (event, data) -> switch (event) {
            case "say" -> lesson.say.say(wanted(member, data));
            case "work" -> work(member, data);
            default -> grant(member, event, data);
        });
    }

    @Override
    public synchronized Object grant(Member member, String event, Fields data) throws Refused {
        if (member.isOver()) throw new Refused("You are gone."); // a ghost comes into no room
        switch (event) {
            case "join" -> {
                if (rooms.of(member) >= MAX_ROOMS) {
                    throw new Refused("You are in " + MAX_ROOMS + " rooms: leave one first.");
                }
                lesson.join.join(member, data.name("room"),
                    data.has("after") ? data.number("after", 0, Long.MAX_VALUE) : null);
                return Map.of("newest", log.newest());
            }
            case "leave" -> {
                rooms.leave(member, data.name("room"));
                presence.changed();
            }
            case "rooms" -> {
                var list = Map.of("rooms", presence.rooms());
                member.tell("rooms", list);
                return list;
            }
            default -> throw Envelope.unknown(event);
        }
        return null;
    }

    private synchronized Said wanted(Member member, Fields data) throws Refused {
        String text = data.text("text");
        if (data.has("room") == data.has("to")) {
            throw new Refused("Give exactly one of the fields room and to.");
        }
        String room = data.has("room") ? data.name("room") : null;
        if (room != null) rooms.members(member, room); // refused where it is not in it
        return new Said(0, member.name(), text, Message.now(), room,
            data.has("to") ? data.name("to") : null, nonce(data));
    }

    private static String nonce(Fields data) throws Refused {
        String nonce = data.has("nonce") ? data.text("nonce") : null;
        if (nonce == null || nonce.matches("[!-~]{1,40}")) return nonce;
        throw new Refused("The field nonce must have 1 to 40 of ! to ~, without blanks.");
    }

    private Object work(Member member, Fields data) throws Refused {
        try {
            int steps = (int) data.number("steps", 1, 100);
            return Map.of("job", jobs.add(member.name(), steps));
        } catch (Bus.Away away) {
            throw new Refused("No work can be given just now: try again later.");
        }
    }
}
