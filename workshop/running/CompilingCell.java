package workshop.running;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;

/**
 * A compiler in a process of its own, behind the sandbox's walls: a foreign source can make it run
 * for minutes, fill its memory or crash it, and then this process is what is lost. It stays warm
 * from one source to the next, since no annotation processor and so no foreign code runs in it.
 */
public final class CompilingCell implements AutoCloseable {
    private static final long COMPILE_SECONDS = 20; // a lesson takes one
    private static final long START_SECONDS = 40;
    private static final String[] OPTIONS = {"-Xmx384m", "-Xss16m", "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8"};

    private final Course course;
    private final Sandbox sandbox;
    private final Path folder;
    private final long seconds;
    // To programs that may still run.
    private final Set<Path> handedOut = ConcurrentHashMap.newKeySet();
    private Process process;

    /**
     * @param sandbox null: a process of its own, and no walls
     * @param folder  where classes are written; of this cell alone
     */
    public CompilingCell(Course course, Sandbox sandbox, Path folder) {
        this.course = course;
        this.sandbox = sandbox;
        this.folder = folder;
        seconds = sandbox == null ? COMPILE_SECONDS : Math.min(COMPILE_SECONDS, sandbox.seconds());
    }

    /** @throws BrokenProgram with the compiler's words, or with what became of the compiler */
    public Program compile(String text, int lesson) throws BrokenProgram {
        boolean used = process != null && process.isAlive();
        try {
            return once(text, lesson);
        } catch (ExecutionException brokeOff) {
            if (!used) throw brokenOff();
        }
        // What broke it may be what the source before this one left behind.
        close();
        try {
            return once(text, lesson);
        } catch (ExecutionException brokeOff) {
            throw brokenOff();
        }
    }

    /** @throws ExecutionException where the compiler itself ended over it */
    private Program once(String text, int lesson) throws BrokenProgram, ExecutionException {
        try {
            if (process == null || !process.isAlive()) start();
            Process asked = process;
            return within(seconds, () -> ask(asked, text, lesson));
        } catch (TimeoutException endless) {
            close();
            throw new BrokenProgram("it does not compile within " + seconds
                    + " s, and was given up.\nA lesson takes less than one.");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof BrokenProgram broken) throw broken;
            throw failed;
        } catch (IOException notStarted) {
            throw new java.io.UncheckedIOException("cannot start the compiler", notStarted);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new BrokenProgram("interrupted while it was compiled");
        }
    }

    private BrokenProgram brokenOff() {
        String why = process == null ? "" : Sandbox.reason(process);
        close();
        return new BrokenProgram("the compiler broke off on it" + why
                + "\nIs there something very deep, or very large, in the source?");
    }

    private static <T> T within(long seconds, Callable<T> work)
            throws InterruptedException, ExecutionException, TimeoutException {
        var answer = new CompletableFuture<T>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(work.call());
            } catch (Exception failed) {
                answer.completeExceptionally(failed);
            }
        });
        return answer.get(seconds, TimeUnit.SECONDS);
    }

    /** Its first byte says that it is ready: the time until then is no source's fault. */
    private void start() throws IOException, InterruptedException {
        List<Path> classPath = Arrays.stream(System.getProperty("java.class.path")
                .split(java.io.File.pathSeparator)).map(Path::of).filter(Files::exists).toList();
        var command = new ArrayList<>(List.of(Jvm.java()));
        command.addAll(List.of(OPTIONS));
        command.addAll(List.of("-Djava.io.tmpdir=" + folder, "-cp",
                System.getProperty("java.class.path"), CompilingCell.class.getName(),
                course.root().toString()));
        if (sandbox != null) {
            var seen = new ArrayList<>(classPath);
            // The lessons' pages and what is given to them; which jars a lesson needs; the jars.
            seen.add(course.lessons());
            seen.add(Dependencies.folder(course));
            seen.add(Files.createDirectories(Given.folder(course)));
            seen.addAll(Dependencies.found(course));
            command = new ArrayList<>(sandbox.around(command,
                    seen.stream().distinct().toList(), List.of(folder), Map.of()));
        }
        process = Children.start(new ProcessBuilder(command).directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD));
        if (sandbox != null) sandbox.watch(process);
        var said = process.getInputStream();
        try {
            if (within(START_SECONDS, said::read) >= 0) return;
        } catch (ExecutionException | TimeoutException endless) {
            close();
        }
        throw new IOException("it does not come up");
    }

    private Program ask(Process cell, String text, int lesson) throws BrokenProgram, IOException {
        var out = new DataOutputStream(new BufferedOutputStream(cell.getOutputStream()));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(lesson);
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
        var in = new DataInputStream(cell.getInputStream());
        boolean well = in.readBoolean();
        List<String> words = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            words.add(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
        }
        if (!well) throw new BrokenProgram(words.getFirst());
        Path classes = Path.of(words.getFirst());
        int jars = 4 + Integer.parseInt(words.get(2));
        int given = jars + Integer.parseInt(words.get(3));
        handedOut.add(classes);
        return new Program(words.get(1), paths(words.subList(4, jars)),
                paths(words.subList(jars, given)), classes,
                List.copyOf(words.subList(given, words.size())), sandbox);
    }

    private static List<Path> paths(List<String> words) {
        return words.stream().map(Path::of).toList();
    }

    /** The number of its process, once it has compiled something. */
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        if (process == null) return;
        Children.end(process);
        process = null;
        deleteUnfinished();
    }

    /** What it wrote for a source over which it was ended is no program's to remove. */
    private void deleteUnfinished() {
        handedOut.removeIf(classes -> !Files.exists(classes));
        try (Stream<Path> all = Files.find(folder, 2, (path, _) ->
                path.getNameCount() == folder.getNameCount() + 2)) {
            all.filter(classes -> !handedOut.contains(classes)).forEach(Folders::delete);
        } catch (IOException | java.io.UncheckedIOException gone) {
            return; // with all that was in it
        }
    }

    // --- Inside ------------------------------------------------------------------------------

    /** Compiles what comes on standard input, until that ends. */
    public static void main(String[] words) throws IOException {
        var in = new DataInputStream(new BufferedInputStream(System.in));
        var out = new DataOutputStream(new BufferedOutputStream(System.out));
        System.setOut(new PrintStream(java.io.OutputStream.nullOutputStream()));
        try (var compiler = new LessonCompiler(new Course(Path.of(words[0])))) {
            warm(compiler);
            out.writeByte(1);
            out.flush();
            for (boolean fresh = true; ; fresh = false) {
                int lesson;
                try {
                    lesson = in.readInt();
                } catch (java.io.EOFException done) {
                    return;
                }
                String text = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
                answer(out, compiler, text, lesson, fresh);
            }
        }
    }

    /** The first compilation takes ten times as long, and shall be nobody's. */
    private static void warm(LessonCompiler compiler) {
        try {
            compiler.compile(Source.of(Path.of("lesson00.java"), "void main() {}\n"), 0).close();
        } catch (BrokenProgram | CourseException cold) {
            return; // then the first one is slow
        }
    }

    /**
     * @param fresh whether this is the first source here; how deep one may be depends a little on
     *              those before it, and should not: where javac gives up, a fresh cell decides
     */
    private static void answer(DataOutputStream out, LessonCompiler compiler, String text,
            int lesson, boolean fresh) throws IOException {
        var words = new ArrayList<String>();
        boolean well = false;
        boolean ill = false;
        try {
            Program program = compiler.compile(
                    Source.of(Path.of(Course.name(lesson) + ".java"), text), lesson);
            well = true;
            words.add(program.classes().toString());
            words.add(program.mainClass());
            words.add("" + program.jars().size());
            words.add("" + program.given().size());
            program.jars().forEach(jar -> words.add(jar.toString()));
            program.given().forEach(jar -> words.add(jar.toString()));
            words.addAll(program.options());
        } catch (BrokenProgram | CourseException broken) {
            words.add(broken.getMessage());
            ill = broken.getMessage().startsWith(Javac.GAVE_UP);
            if (ill && !fresh) Runtime.getRuntime().halt(1);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError crash) {
            // What javac holds now is not to be trusted. Whoever asks is told by our end, and asks
            // a fresh cell, once.
            Runtime.getRuntime().halt(1);
        }
        out.writeBoolean(well);
        out.writeInt(words.size());
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
        out.flush();
        if (ill) Runtime.getRuntime().halt(1);
    }
}
