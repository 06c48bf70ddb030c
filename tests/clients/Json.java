package tests.clients;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;

/** JSON that a program under test wrote: a tree of it takes far more room than its text. */
public final class Json {
    private static final int TOKENS = 200_000; // a message has ten; [[],[], … would fill the heap

    /** Refuses what has more tokens, or is nested deeper (Jackson's own limit), than any answer. */
    public static final JsonFactory FACTORY = JsonFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxTokenCount(TOKENS).build()).build();

    private Json() {}

    /** Why this is none, for a failure. */
    static String why(JsonProcessingException broken) {
        String words = broken.getOriginalMessage();
        if (!(broken instanceof StreamConstraintsException)) return words;
        return "it is longer, or nested deeper, than any right answer: "
                + words.replaceFirst(", from `.*", ")");
    }
}
