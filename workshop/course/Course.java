package workshop.course;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The workshop's tree: where each thing stands. Only here are folders and file names written down.
 *
 * @param root the folder that holds {@code jbang-catalog.json}, absolute
 */
public record Course(Path root) {
    private static final Pattern LESSON_FILE = Pattern.compile("lesson(\\d\\d)\\.java");
    private static final String CATALOG = "jbang-catalog.json";

    /**
     * The workshop that {@code folder} lies in: the nearest folder upward with a catalog and
     * lessons, which is where JBang looks for commands as well.
     */
    public static Optional<Course> around(Path folder) {
        for (Path at = folder.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve(CATALOG))
                    && Files.isDirectory(at.resolve("lessons"))) {
                return Optional.of(new Course(at));
            }
        }
        return Optional.empty();
    }

    /** The workshop that the current folder lies in. */
    public static Course here() {
        return around(Path.of("")).orElseThrow(() -> new CourseException(
                "this folder is in no workshop: no jbang-catalog.json and lessons/ here or above."
                + "\nGo into the folder that you have cloned."));
    }

    public Path lessons() {
        return root.resolve("lessons");
    }

    /** What no lesson teaches, and what an earlier one taught: package {@code given}. */
    public Path given() {
        return lessons().resolve("given");
    }

    public Path solutions() {
        return root.resolve("solutions");
    }

    public Path notebooks() {
        return root.resolve("notebooks");
    }

    public Path slides() {
        return root.resolve("slides");
    }

    public Path tests() {
        return root.resolve("tests");
    }

    public Path mutants(int lesson) {
        return tests().resolve("mutants").resolve(name(lesson));
    }

    /** Right answers in another way than the solution's. */
    public Path answers(int lesson) {
        return tests().resolve("answers").resolve(name(lesson));
    }

    public Path catalog() {
        return root.resolve(CATALOG);
    }

    public Path versions() {
        return root.resolve("workshop").resolve("versions.txt");
    }

    /** What the exercises' regions are before anybody writes in them: {@link Starters}. */
    public Path starters() {
        return root.resolve("workshop").resolve("starters.txt");
    }

    /** The picture of all lessons. */
    public Path picture() {
        return slides().resolve("course.svg");
    }

    /** What decides whether a lesson's exercises are solved. */
    public Path testFile(int lesson) {
        return tests().resolve(String.format(Locale.ROOT, "Lesson%02dTest.java", lesson));
    }

    /** What a browser shows of a lesson. */
    public Path page(int lesson) {
        return lessons().resolve("web").resolve(name(lesson) + ".html");
    }

    public Path notebook(int lesson) {
        return notebooks().resolve(name(lesson) + ".ipynb");
    }

    public Path slides(int lesson) {
        return slides().resolve(name(lesson) + ".md");
    }

    /** What the tool keeps between runs; all of it can be made again. */
    public Path cache() {
        return root.resolve(".workshop");
    }

    /** The wrapper that runs JBang, {@code jbang} or {@code jbang.cmd}. */
    public Path wrapper() {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        return root.resolve(windows ? "jbang.cmd" : "jbang");
    }

    /** {@code lesson05}, the name of everything that belongs to lesson 5. */
    public static String name(int lesson) {
        return String.format(Locale.ROOT, "lesson%02d", lesson);
    }

    /** The port that lesson 5 uses unless told otherwise: 7005. */
    public static int port(int lesson) {
        return 7000 + lesson;
    }

    /** {@code folder/lesson05.java}. */
    public static Path script(Path folder, int lesson) {
        return folder.resolve(name(lesson) + ".java");
    }

    /** {@code file} as people write it: relative to the current folder where it lies below it. */
    public static Path shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        Path whole = file.toAbsolutePath().normalize();
        return whole.startsWith(here) ? here.relativize(whole) : whole;
    }

    /** The numbers of the lessons in {@code folder}, in order. */
    public static List<Integer> numbersIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Course::numberOf).flatMap(Optional::stream).sorted().toList();
        } catch (IOException unreadable) {
            throw new CourseException((Files.isDirectory(folder)
                    ? "cannot read the folder " + folder + ": " + unreadable
                    : "there is no folder " + folder)
                    + "\nGive a folder that holds lessonNN.java files.");
        }
    }

    /** 5 for {@code …/lesson05.java}; empty for a file of another name. */
    public static Optional<Integer> numberOf(Path file) {
        Matcher name = LESSON_FILE.matcher(String.valueOf(file.getFileName()));
        return name.matches() ? Optional.of(Integer.valueOf(name.group(1))) : Optional.empty();
    }
}
