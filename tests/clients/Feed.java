package tests.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.stream.StreamSupport;
import tests.Target;

/**
 * The feed of messages as the lessons from 04 on keep it: {@code POST /messages} stores one,
 * {@code GET /messages?after=17} answers those with a larger id. What a test says of it fails with
 * one sentence and the exchange on the wire.
 */
public final class Feed {
    private static final String JSON = "application/json";

    private final Target target;

    public Feed(Target target) {
        this.target = target;
    }

    /** A message as the server tells it. */
    public record Said(long id, String from, String text, String at) {}

    /** Posts a message that every server must take. */
    public Said post(String from, String text) {
        return said(target.http().post("/messages", JSON, draft(from, text)).expectStatus(201));
    }

    /** Posts a message of random words. */
    public Said post() {
        return post(target.word(), target.word());
    }

    /** The body of a {@code POST}. */
    public static String draft(String from, String text) {
        return JsonNodeFactory.instance.objectNode().put("from", from).put("text", text).toString();
    }

    /** The one message that an answer holds. */
    public static Said said(Answer answer) {
        return said(answer.json(), answer);
    }

    /** The messages that an answer holds: a JSON array of them, or nothing at all (204). */
    public static List<Said> listed(Answer answer) {
        if (answer.status() == 204) return List.of();
        JsonNode list = answer.json();
        if (!list.isArray()) throw answer.fail("expected a JSON array of messages");
        return StreamSupport.stream(list.spliterator(), false).map(each -> said(each, answer))
                .toList();
    }

    private static Said said(JsonNode message, Answer answer) {
        try {
            return said(message);
        } catch (IllegalArgumentException malformed) {
            throw answer.fail(malformed.getMessage());
        }
    }

    /** @throws IllegalArgumentException with a sentence, where this is no message */
    public static Said said(JsonNode message) {
        for (String field : List.of("id", "from", "text", "at")) {
            boolean right = field.equals("id") ? message.path(field).isIntegralNumber()
                    : message.path(field).isTextual();
            if (!right) {
                throw new IllegalArgumentException("expected a message with id (a number), from,"
                        + " text and at (texts), but “" + field + "” is "
                        + (message.has(field) ? message.get(field) : "missing"));
            }
        }
        return new Said(message.path("id").asLong(), message.path("from").asText(),
                message.path("text").asText(), message.path("at").asText());
    }
}
