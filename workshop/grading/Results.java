package workshop.grading;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
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
 * What is known so far: a file for each learner's lesson, written whole or not at all, so that
 * whoever is stopped goes on from there. In {@code OUT/results} what is final, and in
 * {@code OUT/looks}, while a class is graded, what failed and will be run once more.
 */
final class Results {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader GRADES = JSON.readerFor(Grade.class)
            .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES); // absent ones, too
    private static final String FINAL = "results";
    private static final String LOOKS = "looks";

    private final Path out;

    Results(Path out) {
        this.out = out;
    }

    Path out() {
        return out;
    }

    /** A file name for a learner's: one that no system or page reads as anything else. */
    static String fileName(String learner) {
        boolean plain = learner.matches("[a-z0-9][a-z0-9_-]{0,60}")
                && !learner.matches("con|prn|aux|nul|com\\d|lpt\\d"); // Windows' devices
        if (plain) return learner;
        String letters = learner.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String begin = (letters.length() > 40 ? letters.substring(0, 40) : letters)
                .replaceAll("^-+|-+$", "");
        // What begins with a dot is hidden, and whoever uploads a report may leave it out.
        return (begin.isEmpty() ? "learner" : begin) + "." + Folders.fingerprint(learner);
    }

    private Path file(String folder, String learner, int lesson) {
        return out.resolve(folder).resolve(fileName(learner))
                .resolve(Course.name(lesson) + ".json");
    }

    /** Empty where there is none, or none that can be read. */
    Optional<Grade> find(String learner, int lesson) {
        return read(file(FINAL, learner, lesson), learner);
    }

    /** A first look, where there is no more yet. */
    Optional<Grade> findLook(String learner, int lesson) {
        return read(file(LOOKS, learner, lesson), learner);
    }

    private static Optional<Grade> read(Path file, String learner) {
        if (!Files.exists(file)) return Optional.empty();
        try {
            return Optional.of(GRADES.<Grade>readValue(file.toFile()))
                    .filter(grade -> grade.learner().equals(learner));
        } catch (IOException damaged) {
            return Optional.empty(); // then it is graded again
        }
    }

    void keep(Grade grade) {
        Folders.write(file(FINAL, grade.learner(), grade.lesson()), json(grade));
    }

    void keepLook(Grade look) {
        Folders.write(file(LOOKS, look.learner(), look.lesson()), json(look));
    }

    void deleteLooks() {
        Folders.delete(out.resolve(LOOKS));
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

    /**
     * The grades of these learners in these lessons, as far as they are known.
     *
     * @throws CourseException where one lies there that cannot be read: left out, it would look as
     *                         if nothing had been handed in
     */
    List<Grade> of(ClassOf all) {
        var grades = new ArrayList<Grade>();
        for (ClassOf.Learner learner : all.learners()) {
            for (int lesson : all.lessons()) {
                find(learner.id(), lesson).ifPresentOrElse(grades::add,
                        () -> expectNone(file(FINAL, learner.id(), lesson)));
            }
        }
        return grades;
    }

    private static void expectNone(Path file) {
        if (!Files.exists(file)) return;
        throw new CourseException(file + " cannot be read: it is damaged, or another version of"
                + " the kit wrote it.\nGrade that part again.");
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
        Path file = file(FINAL, learner, lesson);
        try {
            Files.deleteIfExists(file);
        } catch (IOException held) {
            throw new UncheckedIOException("cannot remove " + file, held);
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
