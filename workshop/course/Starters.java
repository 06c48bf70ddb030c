package workshop.course;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the exercises' regions were before anybody wrote in them. Learners write into the lessons
 * themselves, so it is kept beside them, in {@code workshop/starters.txt}: a line an exercise,
 * {@code 5.2 3f0c…}, which {@code ./jbang author sync} writes.
 */
public final class Starters {
    private static final int SHOWN = 16; // hexadecimal digits: this guards against no one

    private final Map<String, Set<String>> known = new HashMap<>();

    private Starters() {}

    /** Where the course has no such file, everything counts as touched. */
    public static Starters of(Course course) {
        var starters = new Starters();
        for (String line : read(course.starters()).lines().toList()) {
            String[] words = line.strip().split("\\s+");
            if (words.length != 2 || words[0].startsWith("#")) continue;
            starters.known.computeIfAbsent(words[0], _ -> new HashSet<>()).add(words[1]);
        }
        return starters;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException none) {
            return "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + file, unreadable);
        }
    }

    /** The ids of those regions that are still as the course gave them. */
    public Set<String> untouched(Source own) {
        var untouched = new TreeSet<String>();
        for (Region region : own.regions()) {
            if (known.getOrDefault(region.id(), Set.of()).contains(fingerprint(region))) {
                untouched.add(region.id());
            }
        }
        return untouched;
    }

    /** Whether exactly this one is known of its exercise. */
    public boolean isUpToDate(Region starter) {
        return known.getOrDefault(starter.id(), Set.of()).equals(Set.of(fingerprint(starter)));
    }

    /** What is to be kept of these lessons. */
    public static String text(List<Source> lessons) {
        var text = new StringBuilder("""
                # What the exercises' regions are before anybody writes in them, as fingerprints.
                # Written by ./jbang author sync; git joins two versions of it line by line.
                """);
        for (Source lesson : lessons) {
            text.append('\n');
            for (Region region : lesson.regions()) {
                text.append(region.id()).append(' ').append(fingerprint(region)).append('\n');
            }
        }
        return text.toString();
    }

    /** Of its code, whatever blanks and line ends an editor has made of it. */
    private static String fingerprint(Region region) {
        String bare = region.code().replaceAll("\\s+", " ").strip();
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(bare.getBytes(StandardCharsets.UTF_8))).substring(0, SHOWN);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("each Java platform has SHA-256", impossible);
        }
    }
}
