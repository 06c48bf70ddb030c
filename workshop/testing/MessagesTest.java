package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import workshop.checking.TextReport;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.Region;
import workshop.course.Source;

/** What stands on the terminal below a verdict: short enough to be read, and in the right place. */
class MessagesTest {
    private static final String SENTENCE = "expected 201 but got 400 Bad Request";

    private static List<String> told(boolean whole, String... messages) {
        var bytes = new ByteArrayOutputStream();
        var report = new TextReport(new PrintStream(bytes, true, StandardCharsets.UTF_8), whole);
        for (String message : messages) {
            report.add(new Verdict("2.4", "Take a body", Status.FAILED, 3, message));
        }
        report.story();
        return bytes.toString(StandardCharsets.UTF_8).lines().map(String::strip).toList();
    }

    private static String message(String wire) {
        return SENTENCE + "\nin the test  2.4 a body\non the wire\n" + wire
                + "\nthe program printed\n" + "  a word\n".repeat(9) + "(seed 7)";
    }

    @Test
    @DisplayName("a sentence stands first and last, and of much between no more than twelve lines")
    void folded() {
        StringBuilder wire = new StringBuilder();
        for (int i = 0; i < 113; i++) wire.append("  → line ").append(i).append("\\r\\n\n");
        List<String> lines = told(false, message(wire.toString().stripTrailing()));
        assertEquals(SENTENCE, lines.get(1));
        assertEquals(SENTENCE, lines.getLast());
        assertEquals(1 + 1 + 12 + 2 + 1 + 1, lines.size(), String.join("\n", lines));
        assertTrue(lines.contains("a word   (9 times)"), String.join("\n", lines));
        assertTrue(lines.contains("… 104 lines more; ./jbang check --wire shows all"),
                String.join("\n", lines));
        assertTrue(lines.contains("→ line 0\\r\\n") && lines.contains("→ line 112\\r\\n"));
    }

    @Test
    @DisplayName("what repeats itself is folded, also where it is a megabyte in one line")
    void repeats() {
        for (String each : List.of(".", "‹00›", "ab")) {
            String long1 = "  ← 200 OK " + each.repeat(400_000);
            String text = String.join("\n", told(false, message(long1)));
            assertTrue(text.contains("‹400,000 × “" + each + "”›"), text);
        }
        String mixed = "  → " + "0123456789abcdefghij".repeat(1_000) + Math.PI;
        String text = String.join("\n", told(false, message(mixed)));
        assertTrue(text.lines().allMatch(line -> line.length() <= 110), text);
        assertTrue(told(true, message(mixed)).contains(mixed.strip()), "--wire shows all");
    }

    @Test
    @DisplayName("a line for each verdict, then the first failure's story")
    void firstOnly() {
        List<String> lines = told(false, message("  → a"), "other\nin the test  b\non the wire");
        assertTrue(lines.get(0).matches("✗ 2.4   Take a body +3 ms"), lines.getFirst());
        assertTrue(lines.get(1).matches("✗ 2.4   Take a body +3 ms   other"), lines.get(1));
        assertEquals(List.of("", "✗ 2.4   Take a body", SENTENCE), lines.subList(2, 5));
        assertEquals(SENTENCE, lines.getLast());
        assertEquals("on the wire", told(true, message("  → a"),
                "other\nin the test  b\non the wire").getLast());
    }

    @Test
    @DisplayName("a long sentence is broken between words and hangs, at any width")
    void hangs() {
        String words = "ab cde fghi jklmn ".repeat(15).strip();
        List<String> lines = told(false, words);
        assertEquals(words, String.join(" ", lines.subList(1, lines.size())));
        assertTrue(lines.size() > 3, () -> String.join("\n", lines));
        assertTrue(lines.stream().allMatch(line -> line.length() <= 104), lines::toString);
    }

    @Test
    @DisplayName("where the middle is left out, it still says who speaks at the end")
    void whoSpeaks() {
        StringBuilder wire = new StringBuilder("  ↑ GET / HTTP/1.1\\r\\n\n");
        for (int i = 0; i < 9; i++) wire.append("    A").append(i).append(": b\\r\\n\n");
        wire.append("  ↓ HTTP/1.1 200 OK\\r\\n\n");
        for (int i = 0; i < 9; i++) wire.append("    C").append(i).append(": d\\r\\n\n");
        List<String> lines = told(false, message(wire.toString().stripTrailing()));
        assertTrue(lines.contains("… 12 lines more; ./jbang check --wire shows all"),
                String.join("\n", lines));
        int status = lines.indexOf("↓ HTTP/1.1 200 OK\\r\\n");
        assertEquals(List.of("…", "C5: d\\r\\n"), lines.subList(status + 1, status + 3),
                String.join("\n", lines));
    }

    @Test
    @DisplayName("of a bracket without its partner is told in which exercise, and which one it is")
    void brackets() {
        int all = 0;
        int exact = 0;
        for (int lesson : Course.numbersIn(MadeUp.real().solutions())) {
            Source solution = Source.read(Course.script(MadeUp.real().solutions(), lesson));
            assertEquals(Optional.empty(), solution.unbalanced());
            assertEquals(Optional.empty(), Source.read(
                    Course.script(MadeUp.real().lessons(), lesson)).unbalanced());
            for (Region region : solution.regions()) {
                for (String closing : List.of("}\n", "});\n", ") {\n")) {
                    for (int at = -1; (at = region.text().indexOf(closing, at + 1)) >= 0; ) {
                        String harmed = new StringBuilder(region.text())
                                .deleteCharAt(at).toString();
                        var texts = new HashMap<>(Map.of(region.id(), harmed));
                        Optional<String> told = solution.with(texts).unbalanced();
                        assertTrue(told.isPresent(), harmed);
                        assertTrue(told.get().contains("of exercise " + region.id() + " "),
                                told.get());
                        all++;
                        if (named(told.get()) == opener(region, at)) exact++;
                    }
                }
            }
        }
        assertTrue(exact >= all * 0.9, exact + " of " + all + " named exactly");
        String extra = "// EXERCISE 1.1  A\nvoid a() {\n}}\n// END 1.1\n";
        String told = Source.of(Path.of("lesson01.java"), extra).unbalanced().orElseThrow();
        assertTrue(told.startsWith("a } of exercise 1.1 closes nothing\nlesson01.java:3: "), told);
    }

    /** The line that is told. */
    private static int named(String told) {
        return Integer.parseInt(told.replaceFirst("(?s).*?\\.java:(\\d+): this one.*", "$1"));
    }

    /** The line of the bracket that the one at {@code at} closes, by a plain count backwards. */
    private static int opener(Region region, int at) {
        char closing = region.text().charAt(at);
        char opening = "{([".charAt("})]".indexOf(closing));
        int depth = 0;
        for (int i = at; i >= 0; i--) {
            if (region.text().charAt(i) == closing) depth++;
            if (region.text().charAt(i) == opening && --depth == 0) {
                return region.firstLine() + (int) region.text().substring(0, i).chars()
                        .filter(c -> c == '\n').count();
            }
        }
        return -1;
    }

    @Test
    @DisplayName("code in strings, comments and text blocks has no brackets")
    void noBrackets() {
        for (String harmless : Stream.of("\"{\"", "'{'", "'\\''", "\"\\\"{\"", "/* { */", "// {\n",
                "\"\"\"\n  { \\\"\"\" (\n  \"\"\"", "\"\"", "(1 < 2)").toList()) {
            String text = "// EXERCISE 1.1  It's {\nvoid a() { b(" + harmless
                    + "\n); }\n// END 1.1\n";
            Optional<String> told = Source.of(Path.of("a.java"), text).unbalanced();
            assertFalse(told.isPresent(), text + told);
        }
    }
}
