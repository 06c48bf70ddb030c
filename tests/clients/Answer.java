package tests.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * An HTTP answer. What it expects of itself fails with one sentence and the exchange on the wire.
 *
 * @param fields the header lines in their order, values without white space around them
 * @param client the connection that it came on
 */
public record Answer(int status, String reason, List<RawHttp.Field> fields, byte[] body,
                     RawClient client) {
    private static final ObjectMapper JSON =
            new ObjectMapper(Json.FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** The first header of that name, whatever its case; null where there is none. */
    public String header(String name) {
        return headers(name).stream().findFirst().orElse(null);
    }

    /** The values of all headers of that name. */
    public List<String> headers(String name) {
        return fields.stream().filter(field -> field.name().equalsIgnoreCase(name))
                .map(RawHttp.Field::value).toList();
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, UTF_8);
    }

    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException broken) {
            throw fail("expected a JSON body, but it cannot be read: "
                    + Json.why(broken));
        } catch (java.io.IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    public Answer expectStatus(int expected) {
        if (status != expected) {
            throw fail("expected status " + expected + " but got "
                    + (status + " " + reason).strip());
        }
        return this;
    }

    /** The header is there once, with exactly this value. */
    public Answer expectHeader(String name, String value) {
        List<String> values = headers(name);
        String wanted = "expected “" + name + ": " + value + "” ";
        if (values.isEmpty()) throw fail(wanted + "but there is no " + name);
        if (values.size() > 1) {
            throw fail(wanted + "once, but " + name + " is there " + values.size() + " times");
        }
        if (!values.getFirst().equals(value)) {
            throw fail(wanted + "but got “" + name + ": " + values.getFirst() + "”");
        }
        return this;
    }

    public Answer expectNoHeader(String name) {
        if (header(name) != null) {
            throw fail("expected no " + name + " header, but got “" + header(name) + "”");
        }
        return this;
    }

    /** The body is exactly this text in UTF-8. */
    public Answer expectBody(String expected) {
        if (!text().equals(expected)) {
            throw fail("expected the body “" + expected + "” but got “" + text() + "”");
        }
        return this;
    }

    public Answer expectEmptyBody() {
        if (body.length > 0) throw fail("expected no body, but got " + body.length + " bytes");
        return this;
    }

    /** A failure that says {@code sentence} and shows the exchange. */
    public AssertionError fail(String sentence) {
        return client.fail(sentence);
    }
}
