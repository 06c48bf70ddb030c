package workshop.running;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.Script;
import workshop.course.Source;

/** Asks JBang which jars a list of dependencies needs, and remembers the answer. */
public final class Dependencies {
    private static final long RESOLVE_SECONDS = 300; // a first download on bad wifi

    private final Course course;
    private final ConcurrentHashMap<List<String>, List<Path>> known = new ConcurrentHashMap<>();

    public Dependencies(Course course) {
        this.course = course;
    }

    /**
     * The jars of these dependencies and of what they need.
     *
     * @param dependencies each as group:artifact:version
     * @throws BrokenProgram where JBang cannot find one; its message is JBang's
     */
    public List<Path> jars(List<String> dependencies) throws BrokenProgram {
        if (dependencies.isEmpty()) return List.of();
        List<String> once = dependencies.stream().distinct().toList();
        List<Path> jars = known.get(once);
        if (jars == null || !jars.stream().allMatch(Files::exists)) {
            jars = remembered(once);
            known.put(once, jars);
        }
        return jars;
    }

    /** Where the answers of JBang are kept, each a class path in a file of its own. */
    public static Path folder(Course course) {
        try {
            return Files.createDirectories(course.cache().resolve("classpath"));
        } catch (IOException unwritable) {
            throw new java.io.UncheckedIOException("cannot make the cache", unwritable);
        }
    }

    /** All jars that were found for this course until now. */
    public static Set<Path> found(Course course) throws IOException {
        var jars = new LinkedHashSet<Path>();
        try (Stream<Path> files = Files.list(folder(course))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".txt")).toList()) {
                paths(Files.readString(file)).stream().filter(Files::exists).forEach(jars::add);
            }
        }
        return jars;
    }

    private List<Path> remembered(List<String> dependencies) throws BrokenProgram {
        Path folder = folder(course);
        String script = script(dependencies);
        try {
            Optional<List<Path>> before = answered(dependencies);
            if (before.isPresent()) return before.get();
            if (!Files.isWritable(folder)) return ofALesson(dependencies);
            Path asking = folder.resolve(name(script) + ".java");
            Folders.write(asking, script.getBytes());
            String jars = ask(asking);
            Folders.write(folder.resolve(name(script) + ".txt"), jars.getBytes());
            return paths(jars);
        } catch (IOException unreadable) {
            throw new BrokenProgram("cannot use the cache in " + folder + ": " + unreadable
                    + "\nDelete that folder; it is made anew.");
        }
    }

    private static String script(List<String> dependencies) {
        return dependencies.stream().map(each -> "//DEPS " + each + "\n")
                .collect(Collectors.joining("", "//JAVA 25+\n", "void main() {}\n"));
    }

    private static String name(String script) {
        return "deps" + Folders.fingerprint(script);
    }

    private Optional<List<Path>> answered(List<String> dependencies) throws IOException {
        Path answer = folder(course).resolve(name(script(dependencies)) + ".txt");
        if (!Files.exists(answer)) return Optional.empty();
        return Optional.of(paths(Files.readString(answer)))
                .filter(jars -> jars.stream().allMatch(Files::exists));
    }

    /** Behind the sandbox's walls nobody can be asked: then a lesson's jars will do. */
    private List<Path> ofALesson(List<String> dependencies) throws BrokenProgram, IOException {
        for (int lesson : Course.numbersIn(course.lessons())) {
            List<String> its = Script.of(course,
                    Source.read(Course.script(course.lessons(), lesson))).dependencies();
            Optional<List<Path>> jars = its.containsAll(dependencies) ? answered(its)
                    : Optional.empty();
            if (jars.isPresent()) return jars.get();
        }
        throw new BrokenProgram("no lesson has these //DEPS together: "
                + String.join(" ", dependencies) + "\nHere a program has the JDK and the jars of"
                + " one lesson, and no network to fetch others.");
    }

    private String ask(Path script) throws BrokenProgram, IOException {
        Path said = Files.createTempFile("jbang", ".out");
        Path complained = Files.createTempFile("jbang", ".err");
        try {
            var builder = new ProcessBuilder(course.wrapper().toString(), "info", "classpath",
                    "--deps-only", script.toString());
            Process process = builder.directory(course.root().toFile())
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .redirectOutput(said.toFile()).redirectError(complained.toFile()).start();
            process.getOutputStream().close();
            if (!process.waitFor(RESOLVE_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new BrokenProgram("JBang did not resolve the dependencies in "
                        + RESOLVE_SECONDS + " s.\nIs the network there? Try again.");
            }
            String answer = Files.readString(said).strip();
            if (process.exitValue() != 0) {
                throw new BrokenProgram("JBang cannot resolve the //DEPS of the program:\n"
                        + Files.readString(complained).strip()
                        + "\nIs each written as in the lesson, and was the network there the first"
                        + " time? git diff shows what was changed.");
            }
            return answer.lines().reduce((first, last) -> last).orElse("");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new BrokenProgram("interrupted while JBang resolved the dependencies");
        } finally {
            Files.deleteIfExists(said);
            Files.deleteIfExists(complained);
        }
    }

    private static List<Path> paths(String classPath) {
        return Arrays.stream(classPath.strip().split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar")).map(Path::of).toList();
    }
}
