//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
package given;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;

/** JSON that guesses nothing. The answer of exercise 3.2. */
public final class StrictJson {
    /** Takes unknown members; refuses a number for a text, a field twice, and more behind it. */
    public static final ObjectMapper MAPPER = JsonMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // a newer client knows more
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .withCoercionConfig(LogicalType.Textual, texts -> texts
            .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .build();

    private StrictJson() {}

    /** A record or a map as it travels. */
    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible); // our records are always JSON
        }
    }

    /** What a text holds. */
    public static JsonNode tree(String text) throws JsonProcessingException {
        return MAPPER.readTree(text);
    }

    /** Where a text stops being JSON, in one sentence. */
    public static String what(JsonProcessingException broken) {
        JsonLocation place = broken.getLocation(); // none where it nests deeper than Jackson goes
        return place == null ? "This JSON nests too deep." : "This is no JSON from line "
            + place.getLineNr() + ", column " + place.getColumnNr() + " on.";
    }
}
