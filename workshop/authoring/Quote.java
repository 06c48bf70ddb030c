package workshop.authoring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;

/**
 * What a slide or a notebook takes from a script: a piece of code, or what an exercise asks for.
 *
 * @param line  where the mark stands that says where it is from
 * @param from  that mark: {@code solutions/lesson02.java#readHead}; of a contract, which needs no
 *              mark, {@code lessons/lesson02.java#2.1:contract}
 * @param code  as it is shown, without a new line at its end
 * @param start where, in the text of {@code file}, that stands which shows it
 * @param end   the first character behind that
 * @param write turns code into what is to stand there
 */
record Quote(Path file, int line, String from, String code, int start, int end,
             UnaryOperator<String> write) {
    private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,})(.*)");
    private static final Pattern FROM = Pattern.compile("(?:.*\\s)?from=(\\S+)(?:\\s.*)?");
    private static final Pattern CELL = Pattern.compile("// from (\\S+#\\S+)\\s*");
    private static final Pattern ASKS = Pattern.compile("### ((\\d{1,2})\\.\\d{1,2}) .*");
    private static final String CONTRACT = ":contract";
    private static final String CLAUSE = "\\*\\*(Make true|Know|Keep|Needs|★)(?s:.*)";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Slides ({@code .md}) and notebooks ({@code .ipynb}) quote; other files have none. */
    static List<Quote> in(Path file, String text) {
        if (file.toString().endsWith(".md")) return inMarkdown(file, text);
        return file.toString().endsWith(".ipynb") ? inNotebook(file, text) : List.of();
    }

    boolean isContract() {
        return from.endsWith(CONTRACT);
    }

    /**
     * The piece as its source has it now.
     *
     * @throws CourseException where there is no such file or piece
     */
    String source(Path root) {
        String[] place = from.split("#", 2);
        if (place.length < 2) {
            throw new CourseException("“" + from + "” names no piece of code"
                    + "\nWrite from=solutions/lesson02.java#readHead, say.");
        }
        Path script = root.resolve(place[0]).normalize();
        if (!script.startsWith(root)) throw new CourseException(from + " lies outside the course");
        if (!Files.isRegularFile(script)) throw new CourseException("there is no " + place[0]);
        Source source = Source.read(script);
        if (place[1].endsWith(CONTRACT)) {
            String id = place[1].replace(CONTRACT, "");
            return source.region(id).orElseThrow(() -> new CourseException("there is no exercise "
                    + id + " in " + place[0] + "\nIs the heading's number right?"))
                    .contract().markdown();
        }
        return source.piece(place[1]).orElseThrow(() -> new CourseException("there is no “"
                + place[1] + "” in " + place[0] + "\nThese are there: "
                + String.join(", ", source.pieces().keySet())));
    }

    /** {@code text}, in which all of {@code quotes} stand, with the pieces as they are now. */
    static String refreshed(String text, List<Quote> quotes, Path root) {
        for (Quote quote : quotes.reversed()) { // from the end, so that earlier places stay right
            text = text.substring(0, quote.start) + quote.write.apply(quote.source(root))
                    + text.substring(quote.end);
        }
        return text;
    }

    /** Fences whose info string has a word {@code from=…}. */
    private static List<Quote> inMarkdown(Path file, String text) {
        var quotes = new ArrayList<Quote>();
        String fence = null;
        String from = null;
        int line = 0;
        int at = 0;
        int openLine = 0;
        int start = 0;
        for (String each : Source.lines(text)) {
            line++;
            Matcher mark = FENCE.matcher(each.stripTrailing());
            if (mark.matches() && fence == null) {
                Matcher source = FROM.matcher(mark.group(2));
                fence = mark.group(1);
                from = source.matches() ? source.group(1) : null;
                openLine = line;
                start = at + each.length();
            } else if (mark.matches() && mark.group(2).isBlank()
                    && mark.group(1).startsWith(fence)) {
                if (from != null) {
                    String end = each.endsWith("\r\n") ? "\r\n" : "\n";
                    quotes.add(new Quote(file, openLine, from,
                            plain(text.substring(start, at)), start, at,
                            code -> code.isEmpty() ? "" : code.replace("\n", end) + end));
                }
                fence = null;
            }
            at += each.length();
        }
        return quotes;
    }

    /**
     * Code cells whose first line is {@code // from …}, and texts whose first line is the heading
     * of an exercise, {@code ### 5.2 Not for ever}. What it says beside the contract stays.
     */
    private static List<Quote> inNotebook(Path file, String text) {
        var quotes = new ArrayList<Quote>();
        try (JsonParser json = new JsonFactory().createParser(text)) {
            for (JsonToken token; (token = json.nextToken()) != null; ) {
                if (token != JsonToken.FIELD_NAME || !json.currentName().equals("source")) continue;
                token = json.nextToken();
                int start = (int) json.currentTokenLocation().getCharOffset();
                int line = json.currentTokenLocation().getLineNr();
                boolean list = token == JsonToken.START_ARRAY;
                var source = new StringBuilder(list ? "" : json.getText());
                while (list && json.nextToken() != JsonToken.END_ARRAY) {
                    source.append(json.getText());
                }
                int end = (int) json.currentLocation().getCharOffset();
                String[] parts = source.toString().split("\n", 2);
                Matcher asks = ASKS.matcher(parts[0]);
                if (asks.matches()) {
                    quotes.add(contract(file, line + (list ? 1 : 0), asks, source.toString(),
                            start, end, indentAt(text, start)));
                    continue;
                }
                Matcher mark = CELL.matcher(parts[0]);
                if (!mark.matches()) continue;
                quotes.add(new Quote(file, line + (list ? 1 : 0), mark.group(1),
                        plain(parts.length > 1 ? parts[1] : ""), start, end,
                        code -> cell(parts[0] + "\n" + code, indentAt(text, start))));
            }
            return quotes;
        } catch (JsonProcessingException broken) {
            throw new CourseException(file + ":" + broken.getLocation().getLineNr()
                    + ": this is no JSON: "
                    + broken.getOriginalMessage().replaceFirst(" \\(for .*", "")
                    + "\nOpen it in Jupyter, or take the last version that was right.");
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException("the text is in memory", impossible);
        }
    }

    private static Quote contract(Path file, int line, Matcher heading, String text, int start,
            int end, String indent) {
        var clauses = new ArrayList<String>();
        var others = new ArrayList<String>();
        for (String paragraph : text.strip().split("\n\n+")) {
            (others.isEmpty() && clauses.isEmpty() || paragraph.matches(CLAUSE) ? clauses : others)
                    .add(paragraph);
        }
        String rest = others.isEmpty() ? "" : "\n\n" + String.join("\n\n", others);
        String from = "lessons/" + Course.name(Integer.parseInt(heading.group(2))) + ".java#"
                + heading.group(1) + CONTRACT;
        return new Quote(file, line, from, String.join("\n\n", clauses), start, end,
                contract -> cell(contract + rest, indent));
    }

    private static String indentAt(String text, int at) {
        String line = text.substring(text.lastIndexOf('\n', at) + 1, at);
        return line.substring(0, line.length() - line.stripLeading().length());
    }

    /** As Jupyter writes it: one line of the cell a line, one blank deeper than the key. */
    private static String cell(String source, String indent) {
        var out = new StringBuilder("[");
        String before = "\n";
        for (String line : Source.lines(source)) {
            try {
                out.append(before).append(indent).append(' ').append(JSON.writeValueAsString(line));
            } catch (JsonProcessingException impossible) {
                throw new AssertionError("each text can be JSON", impossible);
            }
            before = ",\n";
        }
        return out.append('\n').append(indent).append(']').toString();
    }

    private static String plain(String code) {
        String text = code.replace("\r\n", "\n");
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
