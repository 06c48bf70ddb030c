package workshop.grading;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Region;
import workshop.course.Source;
import workshop.grading.Snippets.Snippet;

/**
 * What a notebook declares beside what the course's own declares just so. Where a cell was typed,
 * and what its first line says, matters only for words: what counts is what it declares.
 */
final class Notebook {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern MARK =
            Pattern.compile("\\s*// from lessons/lesson\\d\\d\\.java#(\\d{1,2}\\.\\d{1,2})\\s*");
    private static final Pattern ANSWER =
            Pattern.compile("(?:answer|try|do)-(\\d{1,2})-(\\d{1,2})");
    private static final Pattern PLAIN = Pattern.compile("[\\w-]{1,40}");

    private final Source lesson;
    private final Map<String, String> exercises;
    private final Map<String, List<Snippet>> snippets = new HashMap<>(); // by the cell's code
    private final Set<String> given = new HashSet<>();    // declarations, without their blanks
    private final Set<String> answered = new HashSet<>(); // exercises that have a cell

    private record Cell(int number, String id, boolean code, String text) {
        /** For messages. */
        String name() {
            return "cell " + number + (PLAIN.matcher(id).matches() ? " (" + id + ")" : "");
        }

        /** The exercise that it is for, as it says itself; else empty. */
        String exercise() {
            Matcher mark = MARK.matcher(text.lines().findFirst().orElse(""));
            if (mark.matches()) return mark.group(1);
            Matcher answer = ANSWER.matcher(id);
            return answer.matches() ? answer.group(1) + "." + answer.group(2) : "";
        }
    }

    /** @throws CourseException where there is no such lesson */
    Notebook(Course course, int number) {
        Path starter = Course.script(course.lessons(), number);
        if (!Files.exists(starter)) throw new CourseException("there is no lesson " + number);
        // Messages are the learner's, and shall not name the teacher's folders.
        lesson = Source.of(starter.getFileName(), Source.read(starter).text());
        exercises = Assembly.exercises(lesson);
        Path own = course.notebooks().resolve(Course.name(number) + ".ipynb");
        if (!Files.exists(own)) return;
        try {
            for (Cell each : cells(Files.readString(own), new ArrayList<>())) {
                if (!each.code) continue;
                List<Snippet> its = Snippets.of(each.text);
                snippets.put(bare(each.text), its);
                its.forEach(snippet -> given.add(bare(snippet.text())));
                answered.add(each.exercise());
            }
        } catch (IOException unreadable) {
            throw new CourseException("cannot read " + own + ": " + unreadable.getMessage());
        }
    }

    Source lesson() {
        return lesson;
    }

    /**
     * What is declared in this one, in its order.
     *
     * @param text  null: it is no UTF-8
     * @param notes is told what is missing or damaged
     * @throws CourseException where nothing can be graded
     */
    List<Declared> declared(String text, List<String> notes) {
        if (text == null) throw new CourseException("the notebook is not UTF-8 text.");
        List<Cell> cells = cells(text, notes);
        var declared = new ArrayList<Declared>();
        for (Cell each : cells) {
            if (!each.code) continue;
            // One that is as it was given need not be read again.
            List<Snippet> known = snippets.get(bare(each.text));
            for (Snippet one : known != null ? known : Snippets.of(each.text)) {
                boolean readable = !one.key().isEmpty();
                String exercise = readable ? exercises.getOrDefault(one.key(), "")
                        : unreadable(each, one.text());
                declared.add(new Declared(one.key(), readable ? one.text()
                        : "it is no Java from its line " + one.line() + " on: is a bracket or a"
                                + " semicolon missing?", each.name(), one.line(), exercise,
                        given.contains(bare(one.text()))));
            }
        }
        notes.addAll(missing(cells, declared));
        return declared;
    }

    /** The exercise of what cannot be read: as the cell says, or by a name that stands there. */
    private String unreadable(Cell cell, String text) {
        String said = cell.exercise();
        if (!said.isEmpty()) return said;
        return exercises.entrySet().stream().filter(each -> each.getKey().contains("(")
                && text.matches("(?s).*\\b" + each.getKey().replaceFirst("\\(.*", "")
                + "\\s*\\(.*")).map(Map.Entry::getValue).sorted().findFirst().orElse("");
    }

    private List<String> missing(List<Cell> cells, List<Declared> declared) {
        var there = new HashSet<String>();
        var asText = new LinkedHashSet<String>();
        for (Cell each : cells) {
            if (each.code) there.add(each.exercise());
            else if (!each.exercise().isEmpty()) asText.add(each.exercise());
        }
        declared.stream().filter(each -> !each.given()).map(Declared::exercise).forEach(there::add);
        var notes = new ArrayList<String>();
        var missing = new ArrayList<String>();
        for (Region region : lesson.regions()) {
            String id = region.id();
            if (there.contains(id) || !answered.contains(id)) continue;
            if (asText.contains(id)) {
                notes.add("the answer of " + id + " stands in a cell of text, which nobody runs");
            } else {
                missing.add(id);
            }
        }
        if (!missing.isEmpty()) {
            notes.add("the notebook has no cell for " + String.join(", ", missing)
                    + "; the starter's code stands there");
        }
        return notes;
    }

    private static String bare(String code) {
        return code.replaceAll("\\s+", " ").strip();
    }

    /** All whole cells, one at a time: also of a notebook that breaks off, up to there. */
    private static List<Cell> cells(String text, List<String> notes) {
        var cells = new ArrayList<Cell>();
        try (JsonParser parser = JSON.createParser(text)) {
            boolean inside = false;
            int depth = 0;
            for (JsonToken token; (token = parser.nextToken()) != null; ) {
                if (inside) {
                    if (token == JsonToken.END_ARRAY) inside = false;
                    if (token != JsonToken.START_OBJECT) continue;
                    cells.add(cell(parser, cells.size() + 1));
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
            notes.add("the notebook is damaged; " + cells.size()
                    + " cells before that place could be read");
        }
        return cells;
    }

    /** Keeps of a cell what counts: its outputs may be very large. */
    private static Cell cell(JsonParser parser, int number) throws IOException {
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
        return new Cell(number, id, type.equals("code"), code);
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
}
