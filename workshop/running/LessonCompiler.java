package workshop.running;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.classfile.ClassFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.ForwardingJavaFileObject;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import workshop.course.Course;
import workshop.course.Directives;
import workshop.course.Source;

/**
 * Compiles lessons inside this process. It is slow once and quick from then on: the compiler stays
 * warm. One compilation at a time.
 */
public final class LessonCompiler implements AutoCloseable {
    /** How a message begins where javac had no word of the source. */
    static final String GAVE_UP = "the compiler gave up on it";

    private static final int ERRORS_SHOWN = 3;
    private static final int CLASSES_BYTES = 16 << 20;
    private static final int FILES_BYTES = 16 << 20; // all together
    private static final int LINE_SHOWN = 160;       // characters
    private static final int MESSAGE_SHOWN = 2_000;

    private final Course course;
    private final Dependencies dependencies;
    private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager files;

    public LessonCompiler(Course course) {
        if (javac == null) {
            throw new IllegalStateException("this Java has no compiler.\n"
                    + "A JDK is needed, not a runtime alone; ./jbang doctor says more.");
        }
        this.course = course;
        this.dependencies = new Dependencies(course);
        this.files = javac.getStandardFileManager(null, Locale.ROOT, null);
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
        Directives directives = source.directives();
        List<Path> jars = jars(source);
        Path classes = null;
        try {
            classes = Scratch.folder(Course.name(number));
            compile(source, Course.name(number), jars, classes);
            copyFiles(source, directives, classes);
            return new Program(mainClass(classes, Course.name(number)), jars, classes,
                    directives.runtimeOptions());
        } catch (IOException full) {
            Folders.delete(classes);
            throw new BrokenProgram("cannot write the compiled classes: " + full);
        } catch (BrokenProgram | RuntimeException broken) {
            Folders.delete(classes);
            throw broken;
        }
    }

    /** Makes sure that the jars which {@code source} needs are here. */
    public void fetch(Source source) throws BrokenProgram {
        jars(source);
    }

    /** The jars that {@code source} needs. */
    List<Path> jars(Source source) throws BrokenProgram {
        return dependencies.jars(source.directives().dependencies());
    }

    private void compile(Source source, String name, List<Path> jars, Path classes)
            throws BrokenProgram, IOException {
        var errors = new DiagnosticCollector<JavaFileObject>();
        var words = new StringWriter(); // what javac has to say beside its diagnostics
        files.setLocationFromPaths(StandardLocation.CLASS_PATH, jars);
        files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
        JavaFileObject script = new SimpleJavaFileObject(URI.create("string:///" + name + ".java"),
                JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreErrors) {
                return source.text();
            }
        };
        // Annotation processors would be foreign code inside this process.
        List<String> options = List.of("-proc:none", "-g", "-Xlint:none");
        var task = javac.getTask(words, new Limited(files), errors, options, null,
                List.of(script));
        if (!task.call()) throw new BrokenProgram(message(source, errors.getDiagnostics(), words));
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

    /** Writes no more than so much: a small source can have very many, or very large, classes. */
    private static final class Limited extends ForwardingJavaFileManager<JavaFileManager> {
        private int left = CLASSES_BYTES;

        Limited(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location location, String name,
                JavaFileObject.Kind kind, FileObject sibling) throws IOException {
            return new ForwardingJavaFileObject<>(super.getJavaFileForOutput(location, name, kind,
                    sibling)) {
                @Override
                public OutputStream openOutputStream() throws IOException {
                    return counted(super.openOutputStream());
                }
            };
        }

        private OutputStream counted(OutputStream out) {
            return new FilterOutputStream(out) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    left -= length;
                    if (left < 0) {
                        throw new IOException("the classes have more than " + (CLASSES_BYTES >> 20)
                                + " MB together; a lesson's have a hundredth of that");
                    }
                    out.write(bytes, offset, length);
                }

                @Override
                public void write(int one) throws IOException {
                    write(new byte[] {(byte) one}, 0, 1);
                }
            };
        }
    }

    private static String message(Source source,
            List<Diagnostic<? extends JavaFileObject>> diagnostics, StringWriter words) {
        var errors = diagnostics.stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR).toList();
        if (errors.isEmpty()) {
            String said = words.toString().lines().filter(line -> !line.startsWith("\tat "))
                    .limit(ERRORS_SHOWN).map(line -> "\n  " + cut(line, LINE_SHOWN))
                    .collect(Collectors.joining());
            return GAVE_UP + said
                    + "\nIs there something very deep, or very large, in the source?";
        }
        var out = new StringBuilder("it does not compile: " + errors.size()
                + (errors.size() == 1 ? " error" : " errors"));
        String[] lines = source.text().split("\n", -1);
        for (var error : errors.subList(0, Math.min(ERRORS_SHOWN, errors.size()))) {
            int line = (int) error.getLineNumber();
            out.append('\n').append(Course.shown(source.file())).append(':').append(line)
                    .append(": ")
                    .append(cut(error.getMessage(Locale.ROOT), MESSAGE_SHOWN).indent(2).strip());
            if (line >= 1 && line <= lines.length) {
                // Not the column: that counts a tab as eight.
                int position = (int) Math.max(0, error.getPosition());
                int at = position - (source.text().lastIndexOf('\n', position - 1) + 1);
                out.append(pointed(lines[line - 1].replace("\r", "").replace('\t', ' '), at));
            }
        }
        if (errors.size() > ERRORS_SHOWN) out.append("\n… the first often causes the others");
        return out.toString();
    }

    /** The line, or as much of a long one as is seen at once, and below it a caret. */
    private static String pointed(String line, int at) {
        int from = line.length() <= LINE_SHOWN ? 0 : Math.max(0, at - LINE_SHOWN / 2);
        return "\n    " + cut(line.substring(Math.min(from, line.length())), LINE_SHOWN)
                + "\n    " + " ".repeat(Math.min(at - from, LINE_SHOWN)) + '^';
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "…";
    }

    /** A script outside the tree (a submission, a copy) has its files from the lessons' folder. */
    private void copyFiles(Source source, Directives directives, Path classes)
            throws BrokenProgram, IOException {
        int left = FILES_BYTES;
        Path own = source.file().toAbsolutePath().getParent();
        for (Directives.Resource resource : directives.files()) {
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
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
