//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES StrictJson.java
package given;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import io.javalin.http.UnsupportedMediaTypeResponse;
import java.io.IOException;
import java.util.Objects;

/**
 * What a client says of a message; id and time are the server's. The answer of exercise 3.2: what
 * is no draft is refused with a sentence that names the field.
 */
public record Draft(String from, String text) {
    /** Characters (code points) of a text. */
    public static final int MAX_TEXT = 2_000;

    /**
     * Reads a request's body.
     *
     * @throws io.javalin.http.HttpResponseException 400, 413 or 415
     */
    public static Draft of(Context ctx) throws IOException {
        String type = Objects.requireNonNullElse(ctx.contentType(), "").split(";")[0].strip();
        if (!type.equalsIgnoreCase("application/json")) {
            throw new UnsupportedMediaTypeResponse(
                "Send JSON, and Content-Type: application/json.");
        }
        Draft draft;
        try {
            draft = StrictJson.MAPPER.readValue(ctx.bodyAsBytes(), Draft.class);
        } catch (JsonMappingException mismatch) {
            throw new BadRequestResponse(mismatch.getPath().stream().findFirst()
                .map(place -> "The field " + place.getFieldName() + " must be a text.")
                .orElse("Send one JSON object with the fields from and text."));
        } catch (JsonProcessingException broken) {
            throw new BadRequestResponse(StrictJson.what(broken));
        }
        if (draft == null) throw new BadRequestResponse("Send one JSON object, not null.");
        requireText("from", draft.from);
        requireText("text", draft.text);
        if (draft.text.codePointCount(0, draft.text.length()) > MAX_TEXT) {
            throw new ContentTooLargeResponse("A text has at most " + MAX_TEXT + " characters.");
        }
        return draft;
    }

    private static void requireText(String field, String value) {
        if (value == null || value.isBlank()) {
            throw new BadRequestResponse("The field " + field + " is missing or blank.");
        }
    }
}
