package workshop.authoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tool writes the same in each region. Where a region writes its own digits, {@code %02d} makes
 * no file's name, and in Turkish {@code "ID".toLowerCase(Locale.ROOT)} is no id.
 */
final class LocalesAreNamed implements Check {
    private static final Pattern BARE = Pattern.compile("\\.to(?:Lower|Upper)Case\\(\\)"
            + "|String::to(?:Lower|Upper)Case|(?:String\\.format|printf)\\(\\s*\""
            + "|%[-,\\d.]*[dxXf][^\"\\n]*\"[\\s)]*(?:\\.|::)formatted");

    @Override
    public void look(Tree tree, Findings findings) {
        Path workshop = tree.course().root().resolve("workshop");
        if (!Files.isDirectory(workshop)) return;
        try (Stream<Path> files = Files.walk(workshop)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java")
                    && !each.startsWith(workshop.resolve("testing"))
                    && !each.endsWith("LocalesAreNamed.java")).sorted().toList()) {
                String text = Files.readString(file);
                for (Matcher bare = BARE.matcher(text); bare.find(); ) {
                    findings.add(file, (int) text.substring(0, bare.start()).lines().count(),
                            "no locale is named: " + bare.group().strip().replaceAll("\\s+", " "),
                            "Where a region writes its own digits or letters it means another"
                                    + " text.", "Write Locale.ROOT there.");
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + workshop, unreadable);
        }
    }
}
