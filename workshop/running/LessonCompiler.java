package workshop.running;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.Script;
import workshop.course.Source;

/**
 * Compiles lessons inside this process. It is slow once and quick from then on: the compiler stays
 * warm, and what is given to the lessons is compiled once. One compilation at a time.
 */
public final class LessonCompiler implements AutoCloseable {
    private final Course course;
    private final Dependencies dependencies;
    private final Javac javac = new Javac();
    private final Given given;

    public LessonCompiler(Course course) {
        this.course = course;
        this.dependencies = new Dependencies(course);
        this.given = new Given(course, javac);
    }

    /**
     * Compiles {@code source} as lesson {@code number}, whatever its file is called.
     *
     * @throws BrokenProgram with the compiler's words, each error in the learner's own line
     */
    public synchronized Program compile(Source source, int number) throws BrokenProgram {
        if (source.text().isBlank()) {
            throw new BrokenProgram(Course.shown(source.file()) + " is empty.\n"
                    + "git diff shows what was there; git restore brings it back.");
        }
        Script script = Script.of(course, source);
        List<Path> jars = jars(script);
        Path classes = null;
        try {
            classes = Scratch.folder(Course.name(number));
            List<Path> givenJar = given.jar(script, jars);
            if (givenJar.isEmpty()) given.compile(script, jars, classes);
            var classPath = new ArrayList<>(jars);
            classPath.addAll(givenJar.isEmpty() ? List.of(classes) : givenJar);
            compile(source, number, classPath, classes);
            if (pauses(script)) SlowLocks.in(classes, classPath);
            Resources.copy(course, script, classes);
            return new Program(mainClass(classes, Course.name(number)), jars, givenJar, classes,
                    script.runtimeOptions());
        } catch (IOException full) {
            Folders.delete(classes);
            throw new BrokenProgram("cannot write the compiled classes: " + full);
        } catch (BrokenProgram | RuntimeException broken) {
            Folders.delete(classes);
            throw broken;
        }
    }

    private static boolean pauses(Script script) {
        return script.given().stream().anyMatch(source -> source.file().endsWith("Pause.java"));
    }

    private void compile(Source source, int number, List<Path> classPath, Path classes)
            throws BrokenProgram, IOException {
        try {
            javac.compile(List.of(Javac.unit(Course.name(number) + ".java", source)), classPath,
                    classes);
        } catch (BrokenProgram broken) {
            Optional<String> unbalanced = source.unbalanced();
            if (unbalanced.isEmpty()) throw broken;
            throw new BrokenProgram("it does not compile: " + unbalanced.get());
        }
    }

    /** Makes sure that all is here which {@code source} needs from elsewhere: its jars. */
    public void fetch(Source source) throws BrokenProgram {
        prepare(source);
    }

    /** The jars that {@code source} needs; what is given to it is compiled, too. */
    synchronized List<Path> prepare(Source source) throws BrokenProgram {
        Script script = Script.of(course, source);
        List<Path> jars = jars(script);
        try {
            given.jar(script, jars);
            return jars;
        } catch (IOException full) {
            throw new BrokenProgram("cannot write the compiled classes: " + full);
        }
    }

    private List<Path> jars(Script script) throws BrokenProgram {
        return dependencies.jars(script.dependencies());
    }

    /** As JBang chooses it: the class with the file's name, or else the only one with a main. */
    private static String mainClass(Path classes, String name) throws BrokenProgram, IOException {
        if (Files.exists(classes.resolve(name + ".class"))) return name;
        List<String> mains = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(LessonCompiler::isTopLevel).sorted().toList()) {
                if (ClassFile.of().parse(file).methods().stream()
                        .noneMatch(method -> method.methodName().equalsString("main"))) continue;
                String path = classes.relativize(file).toString();
                mains.add(path.substring(0, path.lastIndexOf('.'))
                        .replace(file.getFileSystem().getSeparator(), "."));
            }
        }
        if (mains.size() == 1) return mains.getFirst();
        throw new BrokenProgram(mains.isEmpty()
                ? Launcher.NO_MAIN
                : "it is not to be seen which main to run, that of " + String.join(" or of ", mains)
                        + ".\nKeep one main, or call its class " + name + ".");
    }

    private static boolean isTopLevel(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".class") && name.indexOf('$') < 0;
    }

    @Override
    public void close() throws IOException {
        javac.close();
    }
}
