//SOURCES Fields.java
//SOURCES Refused.java
package given;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a client wants to say, and to whom, as far as one can read it from its fields: exactly one
 * of room, rooms and to is there. Who hears it is what lesson 10 is about.
 *
 * @param to   a client's id
 * @param echo whether the sender hears it, too
 */
public record Say(String text, String room, List<String> rooms, String to, boolean echo) {
    public static Say of(Fields data) throws Refused {
        var say = new Say(data.text("text"), data.has("room") ? data.name("room") : null,
            data.has("rooms") ? data.names("rooms") : null,
            data.has("to") ? data.text("to") : null, data.flag("echo", true));
        if (Stream.of(say.room, say.rooms, say.to).filter(Objects::nonNull).count() == 1) {
            return say;
        }
        throw new Refused("Give exactly one of the fields room, rooms and to.");
    }
}
