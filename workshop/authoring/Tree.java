package workshop.authoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import workshop.checking.ExerciseCatalog;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;

/**
 * The course as the checks see it.
 *
 * @param files   all that belong to it: what git tracks, or without git all that lies there
 * @param lessons the numbers of those that are looked at
 * @param tests   the tests of a lesson
 */
public record Tree(Course course, List<Path> files, List<Integer> lessons,
            IntFunction<Optional<ExerciseCatalog>> tests) {
    /** Folders that hold what is made and not written; without git nobody else says so. */
    private static final Set<String> MADE = Set.of(".git", ".jbang", ".workshop", ".idea",
            ".vscode", ".ipynb_checkpoints");
    private static final Pattern OF_LESSON = Pattern.compile(
            "(?:lessons/(?:web/)?|solutions/|notebooks/|slides/|tests/|tests/(?:mutants|answers)/)"
            + "[Ll]esson(\\d\\d)(?:Test)?(?:\\.\\w+|/.*)");

    public static Tree of(Course course) {
        List<Path> files = tracked(course.root()).orElseGet(() -> lying(course.root()));
        return new Tree(course, files, lessonsIn(course.root(), files), ExerciseCatalog::of);
    }

    /** The same tree, looked at for some lessons only. */
    public Tree only(List<Integer> some) {
        return new Tree(course, files, some, tests);
    }

    /** Every lesson that a file belongs to, whatever is missing of it. */
    public static List<Integer> lessonsIn(Path root, List<Path> files) {
        return Stream.concat(files.stream(), lying(root).stream())
                .map(file -> OF_LESSON.matcher(name(root, file))).filter(Matcher::matches)
                .map(name -> Integer.valueOf(name.group(1))).distinct().sorted().toList();
    }

    /** A file's name from the root, with slashes on each system. */
    String name(Path file) {
        return name(course.root(), file);
    }

    private static String name(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    /** Empty where git does not know this folder, or is not there. */
    private static Optional<List<Path>> tracked(Path root) {
        try {
            Process git = new ProcessBuilder("git", "-C", root.toString(), "ls-files", "-z")
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            git.getOutputStream().close();
            String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (git.waitFor() != 0 || names.isEmpty()) return Optional.empty();
            return Optional.of(Arrays.stream(names.split("\0")).map(root::resolve)
                    .filter(Files::exists).sorted().toList()); // one just removed is still listed
        } catch (IOException noGit) {
            return Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    public static List<Path> lying(Path root) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).filter(file -> {
                for (Path part : root.relativize(file)) {
                    if (MADE.contains(part.toString())) return false;
                }
                return true;
            }).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read the folder " + root, unreadable);
        }
    }

    /** Empty where it is missing or no lesson's script; {@link ScriptsAgree} tells of that. */
    Optional<Source> script(Path folder, int lesson) {
        try {
            return Optional.of(Source.read(Course.script(folder, lesson)));
        } catch (CourseException toldElsewhere) {
            return Optional.empty();
        }
    }

    /** The line of {@code file} that first contains {@code words}, from 1; 0 where none does. */
    static int lineOf(Path file, String words) {
        if (!Files.isRegularFile(file)) return 0;
        List<String> lines = read(file).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(words)) return i + 1;
        }
        return 0;
    }

    /** A file's text; {@link TextsAreTidy} tells of bytes that are no UTF-8. */
    static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + file, unreadable);
        }
    }
}
