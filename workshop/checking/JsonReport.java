package workshop.checking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;

/** For programs: one object, {@code {"exercises": [{"id", "title", "star", "status", …}]}}. */
public final class JsonReport {
    private record Report(List<Line> exercises) {}

    private record Line(String id, String title, boolean star, String status, long millis,
                        String message) {}

    private JsonReport() {}

    public static String of(List<Verdict> verdicts) {
        var lines = verdicts.stream().map(verdict -> new Line(verdict.id(), verdict.title(),
                verdict.isStar(), verdict.status().name().toLowerCase(Locale.ROOT),
                verdict.millis(), verdict.message())).toList();
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter()
                    .writeValueAsString(new Report(lines));
        } catch (JsonProcessingException impossible) {
            throw new AssertionError("records of texts and numbers are always JSON", impossible);
        }
    }
}
