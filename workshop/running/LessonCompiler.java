package workshop.running;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
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
    private static final int ERRORS_SHOWN = 3;

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
            return new Program(Course.name(number), jars, classes, directives.runtimeOptions());
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
        var task = javac.getTask(words, files, errors, options, null, List.of(script));
        if (!task.call()) throw new BrokenProgram(message(source, errors.getDiagnostics(), words));
    }

    private static String message(Source source,
            List<Diagnostic<? extends JavaFileObject>> diagnostics, StringWriter words) {
        var errors = diagnostics.stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR).toList();
        var out = new StringBuilder("it does not compile: " + errors.size()
                + (errors.size() == 1 ? " error" : " errors"));
        String[] lines = source.text().split("\n", -1);
        for (var error : errors.subList(0, Math.min(ERRORS_SHOWN, errors.size()))) {
            int line = (int) error.getLineNumber();
            out.append('\n').append(Course.shown(source.file())).append(':').append(line)
                    .append(": ")
                    .append(error.getMessage(Locale.ROOT).indent(2).strip());
            if (line >= 1 && line <= lines.length) {
                String text = lines[line - 1].replace("\r", "").replace('\t', ' ');
                int column = (int) Math.max(1, error.getColumnNumber());
                out.append("\n    ").append(text)
                        .append("\n    ").append(" ".repeat(column - 1)).append('^');
            }
        }
        if (errors.size() > ERRORS_SHOWN) out.append("\n… the first often causes the others");
        if (errors.isEmpty()) out.append('\n').append(words);
        return out.toString();
    }

    /** A script outside the tree (a submission, a copy) has its files from the lessons' folder. */
    private void copyFiles(Source source, Directives directives, Path classes)
            throws BrokenProgram, IOException {
        Path own = source.file().toAbsolutePath().getParent();
        for (Directives.Resource resource : directives.files()) {
            var places = new ArrayList<>(List.of(resource.in(own), resource.in(course.lessons())));
            Path found = places.stream().filter(Files::isRegularFile).findFirst()
                    .orElseThrow(() -> new BrokenProgram("//FILES " + resource.name()
                            + " names a file that is not there: " + resource.in(own)
                            + "\nPut the line back as it was; git diff shows it."));
            Path copy = classes.resolve(resource.name()).normalize();
            if (!copy.startsWith(classes)) {
                throw new BrokenProgram("//FILES " + resource.name() + " leads out of the program");
            }
            Files.createDirectories(copy.getParent());
            Files.copy(found, copy);
        }
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
