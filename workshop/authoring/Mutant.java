package workshop.authoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import workshop.course.CourseException;
import workshop.course.Region;
import workshop.course.Source;

/**
 * A wrong answer to an exercise, which its tests must refuse.
 *
 * @param id     of what is wrong, from {@code // MUTANT 2.3  what is wrong}; of an exercise's star
 *               alone {@code 2.3★}, and then the file is called {@code 2.3s-what-is-wrong.java}
 *               and has the region that decides it, which may be another exercise's
 * @param says   what the failure's message must contain, from {@code // SAYS   …}
 * @param region what stands in the place of the solution's
 */
record Mutant(Path file, String id, String says, Region region) {
    private static final Pattern MUTANT =
            Pattern.compile("// MUTANT (\\d{1,2}\\.\\d{1,2}★?)  \\S.*");
    private static final String STAR = "★";
    private static final Pattern SAYS = Pattern.compile("// SAYS +(\\S.*?)\\s*");

    /** @throws CourseException where the file is none; the message says what is missing */
    static Mutant read(Path file) {
        Source source = Source.read(file);
        List<String> lines = source.text().lines().toList();
        String id = first(lines, MUTANT).orElseThrow(() -> no(file,
                "there is no line “// MUTANT 2.3  What is wrong with it.”"));
        String says = first(lines, SAYS).orElseThrow(() -> no(file,
                "there is no line “// SAYS   what the failure must say”"));
        if (source.regions().size() != 1) {
            throw no(file, "it has " + source.regions().size() + " regions instead of one");
        }
        Region region = source.regions().getFirst();
        String name = file.getFileName().toString();
        boolean isItsOwn = isStar(id) || region.id().equals(id);
        if (!isItsOwn || !name.startsWith(id.replace(STAR, "s") + "-")) {
            throw no(file, "its name, its MUTANT line and its region name different exercises");
        }
        return new Mutant(file, id, says, region);
    }

    /** {@code 2.3} for {@code 2.3★} and for itself. */
    static String coreOf(String id) {
        return id.replace(STAR, "");
    }

    static boolean isStar(String id) {
        return id.endsWith(STAR);
    }

    private static Optional<String> first(List<String> lines, Pattern pattern) {
        return lines.stream().map(pattern::matcher).filter(Matcher::matches)
                .map(found -> found.group(1)).findFirst();
    }

    private static CourseException no(Path file, String what) {
        return new CourseException(file + ":1: " + what
                + "\nA mutant N.M-what-is-wrong.java has both lines, then the region of N.M.");
    }

    /** The files of {@code folder} in order; none where there is no such folder. */
    static List<Path> filesIn(Path folder) {
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read the folder " + folder, unreadable);
        }
    }
}
