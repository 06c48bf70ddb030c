package workshop.grading;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategy;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.course.CourseException;
import workshop.course.Printable;
import workshop.course.Source;

/** What spreadsheets read and write, each in its own way. */
final class Csv {
    private static final String MARK = "\uFEFF"; // without it Excel takes UTF-8 for something older
    private static final Pattern SEPARATOR = Pattern.compile("(?i)\"?sep=(.)\"?\\R");

    // A spreadsheet takes what begins like this for a formula; a quote before it tells not. Where
    // cells are separated by semicolons each of ours begins a cell, in quotes or not.
    private static final Pattern FORMULA = Pattern.compile("(^|;)(\\s*)(?=[=+@＝＋－＠-])");

    private static final QuoteStrategy WITH_SEMICOLON = new QuoteStrategy() {
        @Override
        public boolean quoteValue(int line, int field, String value) {
            return value.contains(";");
        }
    };

    private Csv() {}

    /** A row, and the line of the file where it begins. */
    record Row(long line, List<String> values) {}

    static String of(List<List<String>> rows) {
        var text = new StringWriter();
        text.write(MARK);
        try (var csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF)
                .quoteStrategy(WITH_SEMICOLON).build(text)) {
            rows.forEach(row -> csv.writeRecord(row.stream().map(Csv::cell).toList()));
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory takes each byte", impossible);
        }
        return text.toString();
    }

    private static String cell(String value) {
        return FORMULA.matcher(Printable.line(value)).replaceAll("$1$2'");
    }

    /**
     * The rows of {@code text} that are not blank. What is between their values a first line
     * {@code sep=;} says, else it is a comma or a semicolon, as the first row has more of.
     */
    static List<Row> rows(String text) {
        String all = Source.withoutMark(text);
        Matcher told = SEPARATOR.matcher(all);
        boolean isTold = told.lookingAt();
        String body = isTold ? all.substring(told.end()) : all;
        String first = body.lines().findFirst().orElse("");
        char between = isTold ? told.group(1).charAt(0)
                : count(first, ';') > count(first, ',') ? ';' : ',';
        var rows = new ArrayList<Row>();
        try {
            for (CsvRecord each : CsvReader.builder().fieldSeparator(between)
                    .trimWhitespacesAroundQuotes(true).allowExtraFields(true)
                    .allowMissingFields(true).ofCsvRecord(body)) {
                List<String> values = each.getFields().stream().map(String::strip).toList();
                if (values.stream().allMatch(String::isEmpty)) continue;
                rows.add(new Row(each.getStartingLineNumber() + (isTold ? 1 : 0), values));
            }
        } catch (CsvParseException | IllegalArgumentException odd) {
            throw new CourseException("it is no table of values with commas or semicolons: "
                    + odd.getMessage());
        }
        return rows;
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }
}
