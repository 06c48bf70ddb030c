package workshop.authoring;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Texts are easy to read and to compare, run all tests, and take no HTML from people. */
final class TextsAreTidy implements Check {
    private static final int COLUMNS = 100;
    private static final int SHOWN = 5; // further lines with the same

    /** @param files whose name, from the root, matches */
    private record Rule(String files, Predicate<String> breaks, String what, String why,
                        String mend) {}

    private static final String CODE = "(lessons|solutions|tests|workshop)/.*\\.java";

    private static final List<Rule> RULES = List.of(
            new Rule(CODE, line -> line.codePointCount(0, line.length()) > COLUMNS,
                    "the line has more than " + COLUMNS + " characters",
                    "It is cut or wrapped on a projector and in a diff.", "Break it."),
            new Rule(CODE, line -> line.contains("\t"), "there is a tab",
                    "It is wider or narrower for each reader.", "Indent with four spaces."),
            new Rule("(tests|workshop)/.*\\.java",
                    Pattern.compile("^\\s*(@\\w+(\\(.*\\))?\\s+)*@Disabled\\b").asPredicate(),
                    "a test is switched off", "It hides a defect.", "Mend it, or remove it."),
            new Rule("(lessons|workshop)/.*\\.(html|js)",
                    Pattern.compile("[.\"'](inner|outer|insertAdjacent)HTML\\b").asPredicate(),
                    "text is put into the page as HTML",
                    "What people write could be a script that runs in the reader's browser.",
                    "Use textContent, or make elements."));

    private static final Pattern TEXT = Pattern.compile(
            ".*\\.(java|md|ipynb|html|css|js|json|txt|svg|cmd)|.*/(jbang|run|\\.git\\w+)");

    @Override
    public void look(Tree tree, Findings findings) {
        for (Path file : tree.files()) {
            String name = tree.name(file);
            if (!TEXT.matcher("/" + name).matches()) continue;
            String text = Tree.read(file);
            List<String> lines = text.lines().toList();
            for (Rule rule : RULES) {
                if (name.matches(rule.files())) look(file, lines, rule, findings);
            }
            if (!text.isEmpty() && !text.endsWith("\n")) {
                findings.add(file, lines.size(), "the last line does not end",
                        "Tools glue the next file to it, and diffs complain.",
                        "Add a new line at the end of the file.");
            }
            if (!isUtf8(file)) {
                findings.add(file, 0, "it is not UTF-8", "Each reader sees other letters.",
                        "Save it as UTF-8.");
            }
        }
    }

    /** One finding a file: who mends the first place sees the others. */
    private static void look(Path file, List<String> lines, Rule rule, Findings findings) {
        var places = IntStream.range(0, lines.size())
                .filter(i -> rule.breaks().test(lines.get(i))).map(i -> i + 1).boxed().toList();
        if (places.isEmpty()) return;
        String others = places.size() == 1 ? "" : ", also in line " + places.stream().skip(1)
                .limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", "))
                + (places.size() > SHOWN + 1 ? ", …" : "");
        findings.add(file, places.getFirst(), rule.what() + others, rule.why(), rule.mend());
    }

    private static boolean isUtf8(Path file) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(
                    java.nio.ByteBuffer.wrap(Files.readAllBytes(file)));
            return true;
        } catch (CharacterCodingException other) {
            return false;
        } catch (java.io.IOException unreadable) {
            throw new java.io.UncheckedIOException("cannot read " + file, unreadable);
        }
    }
}
