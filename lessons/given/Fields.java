//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES StrictJson.java
//SOURCES Refused.java
package given;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The fields of one JSON object, which a client has sent: each is read as what it must be, or
 * refused with a sentence that names it. {@code null} means absent. The answer of exercise 8.2.
 */
public record Fields(JsonNode object) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,20}");

    /** Reads a text that must be one JSON object. */
    public static Fields of(String text) throws Refused {
        try {
            JsonNode tree = StrictJson.MAPPER.readTree(text);
            if (tree.isObject()) return new Fields(tree);
            throw new Refused("Send one JSON object with event and data.");
        } catch (JsonProcessingException broken) {
            throw new Refused(StrictJson.what(broken));
        }
    }

    public boolean has(String field) {
        JsonNode value = object.path(field);
        return !value.isMissingNode() && !value.isNull();
    }

    /** A text that is not blank. */
    public String text(String field) throws Refused {
        JsonNode value = value(field);
        if (!value.isTextual()) throw new Refused("The field " + field + " must be a text.");
        if (value.textValue().isBlank()) throw new Refused("The field " + field + " is blank.");
        return value.textValue();
    }

    /** A name, of a person or a room: safe in every sentence and list, and no client's id. */
    public String name(String field) throws Refused {
        return name(field, value(field));
    }

    /** One or more names. */
    public List<String> names(String field) throws Refused {
        JsonNode values = value(field);
        if (!values.isArray() || values.isEmpty()) {
            throw new Refused("The field " + field + " must be a list of at least one name.");
        }
        var names = new ArrayList<String>();
        for (JsonNode each : values) names.add(name(field, each));
        return names;
    }

    private static String name(String field, JsonNode value) throws Refused {
        if (value.isTextual() && NAME.matcher(value.textValue()).matches()) {
            return value.textValue();
        }
        String instead = value.isTextual() ? ", not " + Refused.shortened(value.textValue()) : "";
        throw new Refused("The field " + field + " must be a name: 1 to 20 of A–Z, a–z, 0–9, - and "
            + "_" + instead + ".");
    }

    /** A whole number in these bounds. */
    public long number(String field, long least, long most) throws Refused {
        JsonNode value = value(field);
        if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= least
            && value.longValue() <= most) return value.longValue();
        throw new Refused("The field " + field + " must be a whole number from " + least + " to "
            + most + ".");
    }

    /** True or false. */
    public boolean flag(String field, boolean otherwise) throws Refused {
        if (!has(field)) return otherwise;
        if (object.path(field).isBoolean()) return object.path(field).booleanValue();
        throw new Refused("The field " + field + " must be true or false.");
    }

    /** An object inside of this one; without fields where it is absent. */
    public Fields fields(String field) throws Refused {
        if (!has(field)) return new Fields(StrictJson.MAPPER.createObjectNode());
        if (object.path(field).isObject()) return new Fields(object.path(field));
        throw new Refused("The field " + field + " is no object.");
    }

    private JsonNode value(String field) throws Refused {
        if (has(field)) return object.path(field);
        throw new Refused("The field " + field + " is missing.");
    }
}
