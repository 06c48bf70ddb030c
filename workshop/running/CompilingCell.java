package workshop.running;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.walls.Walls;

/**
 * A compiler in a process of its own, behind walls: a foreign source can make it run
 * for minutes, fill its memory or crash it, and then this process is what is lost. It stays warm
 * from one source to the next, since no annotation processor and so no foreign code runs in it.
 */
public final class CompilingCell implements AutoCloseable {
    private static final long COMPILE_SECONDS = 20; // a lesson takes one
    private static final long START_SECONDS = 40;
    private static final String[] OPTIONS = {"-Xmx384m", "-Xss16m", "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8"};

    private final Course course;
    private final Walls walls;
    private final Path folder;
    private final long seconds;
    // To programs that may still run.
    private final Set<Path> handedOut = ConcurrentHashMap.newKeySet();
    private final Asked compiler = new Asked(this::start);

    /** @param text empty: nothing is to be compiled, and the answer says that all is ready */
    private record Question(String text, int lesson) {}

    /** @param broken the compiler's words; null: it compiles */
    private record Answer(String broken, String mainClass, List<Path> jars, List<Path> given,
                          Path classes, List<String> options) {}

    /** @param folder where classes are written; of this cell alone */
    public CompilingCell(Course course, Walls walls, Path folder) {
        this.course = course;
        this.walls = walls;
        this.folder = folder;
        seconds = walls.atMost(COMPILE_SECONDS);
    }

    /** @throws BrokenProgram with the compiler's words, or with what became of the compiler */
    public Program compile(String text, int lesson) throws BrokenProgram {
        boolean used = compiler.isUp();
        try {
            Answer answer;
            try {
                answer = once(text, lesson);
            } catch (Asked.Ended brokeOff) {
                if (!used) throw brokeOff;
                answer = null;
            }
            // What broke it may be what the source before this one left behind; and how deep one
            // may be depends a little on those before it. So a fresh one decides.
            if (answer == null || used && gaveUp(answer)) {
                close();
                answer = once(text, lesson);
            }
            if (gaveUp(answer)) close();
            if (answer.broken != null) throw new BrokenProgram(answer.broken);
            handedOut.add(answer.classes);
            return new Program(answer.mainClass, answer.jars, answer.given, answer.classes,
                    answer.options, walls);
        } catch (Asked.Ended brokeOff) {
            deleteUnfinished();
            throw new BrokenProgram("the compiler broke off on it" + brokeOff.getMessage()
                    + "\nIs there something very deep, or very large, in the source?");
        }
    }

    private static boolean gaveUp(Answer answer) {
        return answer.broken != null && answer.broken.startsWith(Javac.GAVE_UP);
    }

    private Answer once(String text, int lesson) throws BrokenProgram, Asked.Ended {
        try {
            // The time until it is ready is no source's fault.
            if (!compiler.isUp()) compiler.ask(new Question("", 0), Answer.class, START_SECONDS);
            return compiler.ask(new Question(text, lesson), Answer.class, seconds);
        } catch (TimeoutException endless) {
            deleteUnfinished();
            throw new BrokenProgram("it does not compile within " + seconds
                    + " s, and was given up.\nA lesson takes less than one.");
        } catch (IOException notStarted) {
            throw new java.io.UncheckedIOException("cannot start the compiler", notStarted);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new BrokenProgram("interrupted while it was compiled");
        }
    }

    private Process start() throws IOException {
        List<Path> classPath = Arrays.stream(System.getProperty("java.class.path")
                .split(java.io.File.pathSeparator)).map(Path::of).filter(Files::exists).toList();
        var command = new ArrayList<>(List.of(Jvm.java()));
        command.addAll(List.of(OPTIONS));
        command.addAll(List.of("-Djava.io.tmpdir=" + folder, "-cp",
                System.getProperty("java.class.path"), CompilingCell.class.getName(),
                course.root().toString()));
        var seen = new ArrayList<>(classPath);
        // The lessons' pages and what is given to them; which jars a lesson needs; the jars.
        seen.add(course.lessons());
        seen.add(Dependencies.folder(course));
        seen.add(Files.createDirectories(Given.folder(course)));
        seen.addAll(Dependencies.found(course));
        Walls its = walls.ofCompiler();
        return Children.start(new ProcessBuilder(its.around(command,
                seen.stream().distinct().toList(), List.of(folder), Map.of()))
                .directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD), its);
    }

    /** The number of its process, once it has compiled something. */
    public long pid() {
        return compiler.pid();
    }

    @Override
    public void close() {
        compiler.close();
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
    public static void main(String[] words) {
        var compiler = new LessonCompiler(new Course(Path.of(words[0])));
        // The first compilation takes ten times as long, and shall be nobody's.
        answer(compiler, new Question("void main() {}\n", 0));
        Asked.serve(Question.class, question -> answer(compiler, question));
    }

    /** What javac holds after a crash is not to be trusted: that one ends this process. */
    private static Answer answer(LessonCompiler compiler, Question question) {
        if (question.text.isEmpty() && question.lesson == 0) return broken("ready");
        try {
            Program program = compiler.compile(Source.of(Path.of(Course.name(question.lesson)
                    + ".java"), question.text), question.lesson);
            return new Answer(null, program.mainClass(), program.jars(), program.given(),
                    program.classes(), program.options());
        } catch (BrokenProgram | CourseException broken) {
            return broken(broken.getMessage());
        }
    }

    private static Answer broken(String words) {
        return new Answer(words, null, null, null, null, null);
    }
}
