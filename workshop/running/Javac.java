package workshop.running;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
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
import workshop.course.Source;

/** The compiler, warm inside of this process. One compilation at a time. */
final class Javac implements AutoCloseable {
    /** How a message begins where javac had no word of the source. */
    static final String GAVE_UP = "the compiler gave up on it";

    private static final int ERRORS_SHOWN = 3;
    private static final int CLASSES_BYTES = 16 << 20;
    private static final int LINE_SHOWN = 160;       // characters
    private static final int MESSAGE_SHOWN = 2_000;

    private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager files;

    Javac() {
        if (javac == null) {
            throw new IllegalStateException("this Java has no compiler.\n"
                    + "A JDK is needed, not a runtime alone; ./jbang doctor says more.");
        }
        this.files = javac.getStandardFileManager(null, Locale.ROOT, null);
    }

    /** @param name of its file, whatever that was called where it was read */
    static Unit unit(String name, Source source) {
        return new Unit(name, source);
    }

    /** A source as the compiler reads it. */
    static final class Unit extends SimpleJavaFileObject {
        private final Source source;

        private Unit(String name, Source source) {
            super(URI.create("string:///" + name), Kind.SOURCE);
            this.source = source;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreErrors) {
            return source.text();
        }
    }

    /** @throws BrokenProgram with the compiler's words, each error in its own line */
    void compile(List<Unit> units, List<Path> classPath, Path classes)
            throws BrokenProgram, IOException {
        var errors = new DiagnosticCollector<JavaFileObject>();
        var words = new StringWriter(); // what javac has to say beside its diagnostics
        files.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath);
        files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
        // Annotation processors would be foreign code inside this process.
        List<String> options = List.of("-proc:none", "-g", "-Xlint:none");
        var task = javac.getTask(words, new Limited(files), errors, options, null, units);
        if (!task.call()) throw new BrokenProgram(message(errors.getDiagnostics(), words));
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

    private static String message(List<Diagnostic<? extends JavaFileObject>> diagnostics,
            StringWriter words) {
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
        for (var error : errors.subList(0, Math.min(ERRORS_SHOWN, errors.size()))) {
            out.append('\n').append(told(error));
        }
        if (errors.size() > ERRORS_SHOWN) out.append("\n… the first often causes the others");
        return out.toString();
    }

    private static String told(Diagnostic<? extends JavaFileObject> error) {
        String message = cut(error.getMessage(Locale.ROOT), MESSAGE_SHOWN).indent(2).strip();
        if (!(error.getSource() instanceof Unit unit)) return message;
        Source source = unit.source;
        int line = (int) error.getLineNumber();
        String told = Course.shown(source.file()) + ":" + line + ": " + message;
        String[] lines = source.text().split("\n", -1);
        if (line < 1 || line > lines.length) return told;
        // Not the column: that counts a tab as eight.
        int position = (int) Math.max(0, error.getPosition());
        int at = position - (source.text().lastIndexOf('\n', position - 1) + 1);
        return told + pointed(lines[line - 1].replace("\r", "").replace('\t', ' '), at);
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

    @Override
    public void close() throws IOException {
        files.close();
    }
}
