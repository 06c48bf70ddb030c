package workshop.running;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.Directives;
import workshop.course.Script;
import workshop.course.Source;

/**
 * Compiles lessons inside this process. It is slow once and quick from then on: the compiler stays
 * warm, and what is given to the lessons is compiled once. One compilation at a time.
 */
public final class LessonCompiler implements AutoCloseable {
    private static final int FILES_BYTES = 16 << 20; // all together

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
            javac.compile(List.of(Javac.unit(Course.name(number) + ".java", source)), classPath,
                    classes);
            copyFiles(script, classes);
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

    /** A script outside the tree (a submission, a copy) has its files from the lessons' folder. */
    private void copyFiles(Script script, Path classes) throws BrokenProgram, IOException {
        int left = FILES_BYTES;
        for (Source source : script.sources().toList()) {
            left = copyFiles(source, classes, left);
        }
    }

    /** @return how many bytes may still follow */
    private int copyFiles(Source source, Path classes, int most)
            throws BrokenProgram, IOException {
        int left = most;
        Path own = source.file().toAbsolutePath().getParent();
        for (Directives.Resource resource : source.directives().files()) {
            var places = new ArrayList<>(List.of(resource.in(own), resource.in(course.lessons())));
            // Not from elsewhere: a submission could have itself given what only we can read.
            Path found = places.stream().filter(Files::isRegularFile)
                    .filter(file -> file.startsWith(own) || file.startsWith(course.lessons()))
                    .findFirst().orElseThrow(() -> new BrokenProgram("//FILES " + resource.name()
                            + " names a file that is not there, or in no lesson's folder: "
                            + resource.in(own)
                            + "\nPut the line back as it was; git diff shows it."));
            Path copy = classes.resolve(resource.name()).normalize();
            if (!copy.startsWith(classes.normalize())) {
                throw new BrokenProgram("//FILES " + resource.name() + " leads out of the program");
            }
            try (InputStream in = Files.newInputStream(found)) { // some in /proc have no end
                byte[] bytes = in.readNBytes(left + 1);
                left -= bytes.length;
                if (left < 0) {
                    throw new BrokenProgram("the //FILES have more than " + (FILES_BYTES >> 20)
                            + " MB.\nThe lessons' own are a page each.");
                }
                Files.createDirectories(copy.getParent());
                Files.write(copy, bytes, StandardOpenOption.CREATE_NEW);
            }
        }
        return left;
    }

    @Override
    public void close() throws IOException {
        javac.close();
    }
}
