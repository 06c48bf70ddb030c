//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES Bus.java
//SOURCES StrictJson.java
package given;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.UncheckedIOException;

/**
 * What was said, as it travels: to a room or to a person.
 *
 * @param nonce what its sender has called it, for exercise 14.2; null: nothing. It stands in the
 *     log, and nobody is told
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Said(long id, String from, String text, String at, String room, String to,
                   @JsonIgnore String nonce) {
    private record Line(Said said, String nonce) {}

    /** As it stands in the log, which gives it its id. */
    public String line() {
        return StrictJson.text(new Line(this, nonce));
    }

    /** As it was read there. */
    public static Said of(Bus.Entry entry) {
        try {
            Line line = StrictJson.MAPPER.readValue(entry.text(), Line.class);
            Said said = line.said;
            return new Said(entry.id(), said.from, said.text, said.at, said.room, said.to,
                line.nonce);
        } catch (JsonProcessingException foreign) {
            throw new UncheckedIOException(foreign);
        }
    }
}
