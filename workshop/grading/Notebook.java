package workshop.grading;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Region;
import workshop.course.Source;

/**
 * Makes a script of a notebook: the starter, with the exercises' regions taken from the cells. Of
 * several cells for one exercise the last counts, as it does when the notebook runs.
 */
final class Notebook {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern MARK =
            Pattern.compile("// from lessons/lesson\\d\\d\\.java#(\\d{1,2}\\.\\d{1,2})\\s*");
    private static final Pattern ID = Pattern.compile("answer-(\\d{1,2})-(\\d{1,2})");

    private Notebook() {}

    /**
     * @param text  null: it is no UTF-8
     * @param notes is told what is missing or damaged
     * @throws CourseException where nothing can be graded
     */
    static String script(Course course, int lesson, String text, List<String> notes) {
        if (text == null) throw new CourseException("the notebook is not UTF-8 text.");
        Path starter = Course.script(course.lessons(), lesson);
        if (!Files.exists(starter)) throw new CourseException("there is no lesson " + lesson);
        // Messages are the learner's, and shall not name the teacher's folders.
        Source source = Source.of(starter.getFileName(), Source.read(starter).text());
        var answers = new LinkedHashMap<String, String>();
        readCells(text, answers, notes);
        var regions = new LinkedHashMap<String, String>();
        var missing = new ArrayList<String>();
        for (Region region : source.regions()) {
            String code = answers.get(region.id());
            if (code == null) {
                missing.add(region.id());
                continue;
            }
            if (code.contains("// EXERCISE") || code.contains("// END")) {
                notes.add("the cell of " + region.id() + " holds marks of other exercises, and was"
                        + " left out");
                continue;
            }
            List<String> lines = Source.lines(region.text());
            regions.put(region.id(), lines.getFirst() + code.stripTrailing() + "\n"
                    + lines.getLast());
        }
        if (!missing.isEmpty()) {
            notes.add("the notebook has no cell for " + String.join(", ", missing)
                    + "; the starter's code stands there");
        }
        return source.with(regions).text();
    }

    /** All whole cells, one at a time: also of a notebook that breaks off, up to there. */
    private static void readCells(String text, Map<String, String> answers, List<String> notes) {
        int cells = 0;
        try (JsonParser parser = JSON.createParser(text)) {
            boolean inside = false;
            int depth = 0;
            for (JsonToken token; (token = parser.nextToken()) != null; ) {
                if (inside) {
                    if (token == JsonToken.END_ARRAY) inside = false;
                    if (token != JsonToken.START_OBJECT) continue;
                    readCell(parser, answers);
                    cells++;
                } else if (token == JsonToken.START_ARRAY && depth == 1
                        && "cells".equals(parser.currentName())) {
                    inside = true;
                } else if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                }
            }
        } catch (IOException damaged) {
            notes.add("the notebook is damaged; " + cells
                    + " cells before that place could be read");
        }
    }

    /** Keeps of a cell what counts: its outputs may be very large. */
    private static void readCell(JsonParser parser, Map<String, String> answers)
            throws IOException {
        String type = "";
        String id = "";
        String code = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "cell_type" -> type = parser.getValueAsString("");
                case "id" -> id = parser.getValueAsString("");
                case "source" -> code = code(parser);
                default -> { /* execution_count, metadata, outputs */ }
            }
            if (value.isStructStart()) parser.skipChildren(); // of source nothing is left
        }
        if (type.equals("code")) keep(id, code, answers);
    }

    /** A string, or a list of them. */
    private static String code(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) return parser.getValueAsString("");
        var code = new StringBuilder();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == null) throw new IOException("it ends inside of a list");
            code.append(parser.getValueAsString(""));
            parser.skipChildren();
        }
        return code.toString();
    }

    private static void keep(String id, String code, Map<String, String> answers) {
        List<String> lines = code.lines().toList();
        Matcher mark = MARK.matcher(lines.isEmpty() ? "" : lines.getFirst());
        Matcher answer = ID.matcher(id);
        if (mark.matches()) {
            answers.put(mark.group(1), String.join("\n", lines.subList(1, lines.size())));
        } else if (answer.matches()) {
            answers.put(answer.group(1) + "." + answer.group(2), code);
        }
    }
}
