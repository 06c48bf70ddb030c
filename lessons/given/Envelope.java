//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES StrictJson.java
//SOURCES Fields.java
//SOURCES Refused.java
//SOURCES Refusal.java
package given;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One text frame, in both directions: {@code {"event": "say", "data": {…}, "id": 7}}, where the id
 * is there only if the sender wants an ack. The answer of exercises 8.2 and 8.3.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Envelope(String event, Object data, JsonNode id) {
    /** Does what clients ask for. */
    public interface Wishes {
        /** Gives what the ack says; null: nothing but that it is done. */
        Object grant(String event, Fields data) throws Refused;
    }

    /** An event as it travels. */
    public static String frame(String event, Object data) {
        return frame(event, data, null);
    }

    /**
     * Has one frame's wish granted, and answers it: an ack where the frame has an id, refused or
     * not; else an error where it is refused; else nothing.
     */
    public static void answer(String frame, Consumer<String> asker, Wishes wishes) {
        JsonNode id = null;
        try {
            Fields envelope = Fields.of(frame);
            id = id(envelope);
            Object answer = wishes.grant(envelope.text("event"), envelope.fields("data"));
            if (id != null) asker.accept(frame("ack", answer == null ? Map.of() : answer, id));
        } catch (Refused refused) {
            asker.accept(frame(id == null ? "error" : "ack", new Refusal(refused.getMessage()),
                id));
        }
    }

    /** Answers a frame without a look at its wish: an ack where it has an id, else an error. */
    public static void refuse(String frame, Consumer<String> asker, Object refusal) {
        JsonNode id = null;
        try {
            id = id(Fields.of(frame));
        } catch (Refused unreadable) {
            id = null; // whoever sends nonsense too fast is told that it is too fast
        }
        asker.accept(frame(id == null ? "error" : "ack", refusal, id));
    }

    /** An event that nobody knows. */
    public static Refused unknown(String event) {
        return new Refused("There is no event “" + Refused.shortened(event) + "”.");
    }

    private static JsonNode id(Fields envelope) throws Refused {
        if (!envelope.has("id")) return null;
        JsonNode id = envelope.object().path("id");
        if (!id.isIntegralNumber()) throw new Refused("The field id must be a whole number.");
        return id; // as it came: a client may count beyond what fits into a long
    }

    private static String frame(String event, Object data, JsonNode id) {
        try {
            return StrictJson.MAPPER.writeValueAsString(new Envelope(event, data, id));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible); // our records are always JSON
        }
    }
}
