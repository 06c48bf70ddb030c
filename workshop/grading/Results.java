package workshop.grading;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.running.Folders;

/**
 * What is known so far, in {@code OUT/results}: a file for each learner's lesson, written whole or
 * not at all, so that whoever is stopped goes on from there.
 */
final class Results {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path out;

    Results(Path out) {
        this.out = out;
    }

    Path out() {
        return out;
    }

    /** A file name for a learner's: one that no system or page reads as anything else. */
    static String fileName(String learner) {
        boolean plain = learner.matches("[a-z0-9][a-z0-9_-]{0,60}");
        if (plain) return learner;
        String letters = learner.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return (letters.length() > 40 ? letters.substring(0, 40) : letters)
                .replaceAll("^-+|-+$", "") + "." + Folders.fingerprint(learner).substring(0, 8);
    }

    private Path file(String learner, int lesson) {
        return out.resolve("results").resolve(fileName(learner))
                .resolve(Course.name(lesson) + ".json");
    }

    /** Empty where there is none, or none that can be read. */
    Optional<Grade> find(String learner, int lesson) {
        Path file = file(learner, lesson);
        if (!Files.exists(file)) return Optional.empty();
        try {
            return Optional.of(JSON.readValue(file.toFile(), Grade.class))
                    .filter(grade -> grade.learner().equals(learner));
        } catch (IOException damaged) {
            return Optional.empty(); // then it is graded again
        }
    }

    void keep(Grade grade) {
        Folders.write(file(grade.learner(), grade.lesson()), json(grade));
    }

    void keep(ClassOf all) {
        Folders.write(out.resolve("class.json"), json(all));
    }

    ClassOf readClass() {
        Path file = out.resolve("class.json");
        try {
            return JSON.readValue(file.toFile(), ClassOf.class);
        } catch (IOException none) {
            throw new CourseException(out + " holds no report of ./jbang grade: "
                    + file.getFileName() + " is missing or damaged.");
        }
    }

    /** The grades of these learners in these lessons, as far as they are known. */
    List<Grade> of(ClassOf all) {
        var grades = new ArrayList<Grade>();
        for (ClassOf.Learner learner : all.learners()) {
            for (int lesson : all.lessons()) find(learner.id(), lesson).ifPresent(grades::add);
        }
        return grades;
    }

    /** What is left of one that was killed while it wrote. */
    void deleteHalves() throws IOException {
        if (!Files.exists(out)) return;
        try (Stream<Path> files = Files.walk(out)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(".") && name.endsWith(".half")) Files.deleteIfExists(file);
            }
        }
    }

    void forget(String learner, int lesson) {
        try {
            Files.deleteIfExists(file(learner, lesson));
        } catch (IOException held) {
            throw new UncheckedIOException("cannot remove " + file(learner, lesson), held);
        }
    }

    static byte[] json(Object value) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
        } catch (IOException impossible) {
            throw new UncheckedIOException("records are always JSON", impossible);
        }
    }
}
