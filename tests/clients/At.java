package tests.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

/** The time in a message that was just now made: UTC, in whole seconds (RFC 3339, section 5.6). */
public final class At {
    private static final String FORM = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";
    private static final Duration OFF = Duration.ofSeconds(60); // of a server on another machine

    private At() {}

    /** @param fail makes of a sentence what is thrown where it is wrong */
    public static void expectNow(JsonNode at, Function<String, AssertionError> fail) {
        String wrong = wrong(at);
        if (!wrong.isEmpty()) throw fail.apply(wrong);
    }

    private static String wrong(JsonNode at) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        if (!at.isTextual() || !at.asText().matches(FORM)) {
            return "expected “at” in UTC and whole seconds, as in " + now + ", but got " + at;
        }
        try {
            Duration off = Duration.between(Instant.parse(at.asText()), now).abs();
            return off.compareTo(OFF) <= 0 ? ""
                    : "expected “at” to be the time of now in UTC, " + now + ", but got " + at;
        } catch (DateTimeParseException none) {
            return "“at” is no time that there is: " + at;
        }
    }
}
