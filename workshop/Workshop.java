///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//DEPS org.junit.jupiter:junit-jupiter:6.1.3
//DEPS org.junit.platform:junit-platform-launcher:6.1.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//DEPS io.methvin:directory-watcher:0.19.1
//DEPS io.javalin:javalin:7.2.3
//DEPS org.slf4j:slf4j-simple:2.0.18
//DEPS org.commonmark:commonmark:0.32.0
//DEPS org.commonmark:commonmark-ext-gfm-tables:0.32.0
//DEPS org.webjars:highlightjs:11.11.1
//DEPS de.siegmar:fastcsv:4.1.0
//DEPS com.samskivert:jmustache:1.16
//DEPS org.knowm.xchart:xchart:4.0.3
//DEPS org.dflib.jjava:jjava-jupyter:1.0-a6
//SOURCES Doctor.java course/*.java walls/*.java running/*.java checking/*.java
//SOURCES learning/*.java authoring/*.java
//SOURCES grading/*.java
//SOURCES presenting/*.java notebook/*.java wire/*.java
//FILES workshop/presenting/=presenting/web/*
//FILES workshop/grading/=grading/web/*
//SOURCES ../tests/*.java ../tests/clients/*.java
//RUNTIME_OPTIONS -XX:+UseSerialGC -XX:TieredStopAtLevel=1
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.defaultLogLevel=error

package workshop;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tests.clients.SmallRedis;
import workshop.authoring.AuthorCommand;
import workshop.checking.Checker;
import workshop.checking.ExerciseCatalog;
import workshop.checking.JsonReport;
import workshop.checking.Selection;
import workshop.checking.TextReport;
import workshop.checking.Untouched;
import workshop.checking.Verdict;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.ExerciseId;
import workshop.course.Lessons;
import workshop.course.Printable;
import workshop.course.Source;
import workshop.grading.GradeCommand;
import workshop.learning.LearnersLoop;
import workshop.notebook.Jupyter;
import workshop.notebook.KernelInstallation;
import workshop.presenting.Deck;
import workshop.running.LessonRun;
import workshop.running.Programs;
import workshop.running.Server;
import workshop.wire.WireWatch;

/** The commands of the workshop. Each is a catalog entry: {@code ./jbang check}, and so on. */
@Command(name = "./jbang", mixinStandardHelpOptions = true, version = "Sockets to Rooms 1",
        description = "Sockets to Rooms: the real-time web from a TCP socket to Socket.IO.",
        subcommands = {Workshop.Start.class, Workshop.Check.class, Workshop.Hint.class,
                Workshop.Notebooks.class, Workshop.Slides.class, Workshop.Wire.class,
                Workshop.Redis.class, Workshop.CheckMachine.class, GradeCommand.class,
                AuthorCommand.class})
public final class Workshop implements Runnable {
    /** What was asked for does not hold: an exercise is not solved, a check found something. */
    private static final int NO = 1;
    /** The command was used in a wrong way; one line said how to use it. */
    private static final int WRONG_USE = 2;

    public static void main(String[] words) {
        // Where no locale is set Java would print ? for each letter beyond ASCII. A terminal of
        // today reads UTF-8; on Windows the code page decides, and Java knows it.
        if (System.out.charset().equals(StandardCharsets.US_ASCII)) {
            System.setOut(utf8(FileDescriptor.out));
            System.setErr(utf8(FileDescriptor.err));
        }
        var commands = new CommandLine(new Workshop())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, given) -> {
                    System.err.println(wrong.getMessage());
                    System.err.println("How to use it: ./jbang "
                            + wrong.getCommandLine().getCommandName() + " --help");
                    return WRONG_USE;
                })
                .setExecutionExceptionHandler((failure, command, given) -> {
                    // What we say ourselves is for people; anything else is a defect of ours.
                    boolean told = failure instanceof CourseException
                            || failure instanceof UncheckedIOException
                            || failure instanceof IllegalArgumentException
                            || failure instanceof IOException;
                    if (!told) throw failure;
                    Throwable disk = failure instanceof UncheckedIOException
                            ? failure.getCause() : null;
                    System.err.println(Printable.lines(failure.getMessage()
                            + (disk == null ? "" : ": " + disk.getMessage())));
                    return failure instanceof IOException || disk != null ? NO : WRONG_USE;
                });
        System.exit(commands.execute(words));
    }

    /** As it stands before a port: an IPv6 address in brackets (RFC 3986, section 3.2.2). */
    private static String inAddress(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static PrintStream utf8(FileDescriptor stream) {
        return new PrintStream(new FileOutputStream(stream), true, StandardCharsets.UTF_8);
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    @Command(name = "start", mixinStandardHelpOptions = true,
            description = "The learner's loop: the first unsolved exercise, checked on each save.")
    static final class Start implements Callable<Integer> {
        @Parameters(paramLabel = "NN|NN.M", arity = "0..1",
                description = "Where to begin; default the first unsolved exercise.")
        private String from;

        @Override
        public Integer call() throws IOException, InterruptedException {
            Course course = Course.here();
            List<Selection> wanted = Selection.of(from == null ? List.of() : List.of(from),
                    Course.numbersIn(course.lessons()));
            try (var loop = new LearnersLoop(course, System.out)) {
                loop.run(wanted.getFirst());
            }
            return 0;
        }
    }

    @Command(name = "check", mixinStandardHelpOptions = true,
            description = "A verdict for each exercise. Exit code 0 only when all are solved.")
    static final class Check implements Callable<Integer> {
        @Parameters(paramLabel = "NN|NN-NN|NN.M",
                description = "Lessons or exercises; default all.")
        private List<String> words = new ArrayList<>();

        @ArgGroup
        private Where where = new Where();

        @Option(names = "--json", description = "One JSON object instead of text.")
        private boolean json;

        @Option(names = "--wire", description = "Each failure whole, with every byte of the wire.")
        private boolean wire;

        static final class Where {
            @Option(names = "--dir", description = "A folder with lessonNN.java files.")
            private Path dir;

            @Option(names = "--file",
                    description = "One script; its name, or NN, tells the lesson.")
            private Path file;

            @Option(names = "--url", converter = Address.class,
                    description = "A server that runs; name the lesson or exercise.")
            private URI url;

            @Option(names = "--run", paramLabel = "COMMAND",
                    description = "A program in any language: its port is the last argument, and"
                            + " PORT in its environment; name the lesson or exercise.")
            private String run;
        }

        /** {@code 127.0.0.1:7003} will do for {@code http://127.0.0.1:7003}. */
        static final class Address implements CommandLine.ITypeConverter<URI> {
            @Override
            public URI convert(String text) {
                return URI.create(text.contains("://") ? text : "http://" + text);
            }
        }

        @Override
        public Integer call() throws IOException {
            Course course = Course.here();
            long start = System.nanoTime();
            var report = new TextReport(System.out, wire);
            var verdicts = where.url != null ? checkServer(course, report)
                    : where.run != null ? checkCommand(course, report) : checkFiles(course, report);
            if (json) System.out.println(JsonReport.of(verdicts));
            else report.sum(verdicts, (System.nanoTime() - start) / 1_000_000);
            // What was skipped speaks against nothing; but nothing is shown where all was.
            boolean holds = verdicts.stream().allMatch(each -> each.holds() || isExtra(each))
                    && verdicts.stream().anyMatch(Verdict::passed);
            return holds ? 0 : NO;
        }

        /** A star that nobody asked for by its name. */
        private boolean isExtra(Verdict verdict) {
            return verdict.isStar() && words.stream().map(ExerciseId::parse)
                    .flatMap(Optional::stream).noneMatch(ExerciseId.of(verdict.id())::equals);
        }

        private List<Verdict> checkFiles(Course course, TextReport report) throws IOException {
            Path dir = where.dir != null ? where.dir : course.lessons();
            List<Integer> present = where.file != null ? List.of(lessonOf(where.file))
                    : Course.numbersIn(dir);
            if (present.isEmpty()) {
                throw new CourseException("there are no lessons in " + dir
                        + ": a lesson is called lessonNN.java, lesson03.java say.");
            }
            var verdicts = new ArrayList<Verdict>();
            try (var programs = new Programs(course)) {
                var checker = new Checker(programs);
                List<Selection> selections = Selection.of(words, present);
                report.expect(count(selections));
                for (Selection selection : selections) {
                    int number = selection.lesson().lesson();
                    Path script = where.file != null ? where.file : Course.script(dir, number);
                    Source source = Source.read(script);
                    Untouched untouched = Untouched.in(course, source);
                    programs.prepareInBackground(number);
                    headline(report, number, Course.shown(script));
                    checker.check(source, selection.lesson(), selection.exercises(), verdict -> {
                        verdicts.add(untouched.judged(verdict));
                        tell(report, verdicts.getLast());
                    });
                }
            }
            return verdicts;
        }

        private int lessonOf(Path file) {
            if (!Files.isRegularFile(file)) throw new CourseException("there is no file " + file);
            return Course.numberOf(file).or(() -> words.stream().findFirst()
                            .flatMap(Check::lessonIn))
                    .orElseThrow(() -> new CourseException("which lesson is " + file + "?"
                            + " Name it: ./jbang check 03 --file " + file));
        }

        private static Optional<Integer> lessonIn(String word) {
            return Lessons.in(word).stream().findFirst()
                    .or(() -> ExerciseId.parse(word).map(ExerciseId::lesson));
        }

        private List<Verdict> checkServer(Course course, TextReport report) {
            if (where.url.getHost() == null || where.url.getPort() < 0) {
                throw new CourseException("“" + where.url + "” names no host and port."
                        + " Write http://127.0.0.1:7003, say.");
            }
            Server server = Server.at(where.url.getHost(), where.url.getPort());
            return checkNamed(course, report, "--url " + where.url, selection ->
                    Checker.check(server, selection.exercises(), verdict -> tell(report, verdict)));
        }

        private List<Verdict> checkCommand(Course course, TextReport report) {
            return checkNamed(course, report, "--run '" + where.run + "'", selection ->
                    Checker.check(where.run, selection.lesson(), selection.exercises(),
                            verdict -> tell(report, verdict)));
        }

        private List<Verdict> checkNamed(Course course, TextReport report, String what,
                Function<Selection, List<Verdict>> checking) {
            if (words.isEmpty()) {
                throw new CourseException("which lesson is that? Name it: ./jbang check 03 "
                        + what);
            }
            var verdicts = new ArrayList<Verdict>();
            List<Selection> selections =
                    Selection.of(words, Course.numbersIn(course.lessons()));
            report.expect(count(selections));
            for (Selection selection : selections) {
                headline(report, selection.lesson().lesson(), what);
                verdicts.addAll(checking.apply(selection));
            }
            return verdicts;
        }

        private static int count(List<Selection> selections) {
            return selections.stream().mapToInt(each -> each.exercises().size()).sum();
        }

        private void headline(TextReport report, int number, Object what) {
            if (!json) report.headline(String.format(Locale.ROOT, "Lesson %02d  %s", number, what));
        }

        private void tell(TextReport report, Verdict verdict) {
            if (!json) report.add(verdict);
        }
    }

    @Command(name = "hint", mixinStandardHelpOptions = true,
            description = "A hint for an exercise: the first, or the one whose number is given.")
    static final class Hint implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "NN.M", description = "The exercise.")
        private String id;

        @Parameters(index = "1", paramLabel = "N", defaultValue = "1",
                description = "Which hint; the last is nearly the answer.")
        private int number;

        @Override
        public Integer call() {
            Course course = Course.here();
            Selection selection = Selection.of(List.of(id), Course.numbersIn(course.lessons()))
                    .getFirst();
            if (!id.contains(".")) {
                throw new CourseException("hints are for an exercise. Write "
                        + selection.exercises().getFirst().id() + ", say.");
            }
            ExerciseCatalog.ExerciseTests exercise = selection.exercises().getFirst();
            List<String> hints = exercise.hints();
            if (number < 1 || number > hints.size()) {
                throw new CourseException("exercise " + exercise.id() + " has hints 1 to "
                        + hints.size() + ".");
            }
            System.out.printf(Locale.ROOT,
                    "%s  %s — hint %d of %d%n%n%s%n", exercise.id(), exercise.title(),
                    number, hints.size(), hints.get(number - 1));
            if (number < hints.size()) {
                System.out.printf(Locale.ROOT,
                        "%nmore: ./jbang hint %s %d%n", exercise.id(), number + 1);
            }
            return 0;
        }
    }

    @Command(name = "notebooks", mixinStandardHelpOptions = true,
            description = "Install the Java kernel for this user and open Jupyter on notebooks/.")
    static final class Notebooks implements Callable<Integer> {
        @Option(names = "--install-only", description = "Install the kernel and stop.")
        private boolean installOnly;

        @Override
        public Integer call() throws IOException, InterruptedException {
            Path root = Course.here().root();
            Path kernel = KernelInstallation.install(root);
            System.out.println("the Java kernel is installed in " + kernel);
            return installOnly ? 0 : Jupyter.open(root);
        }
    }

    @Command(name = "slides", mixinStandardHelpOptions = true,
            description = "The deck, for the presenter, the audience and the printer.")
    static final class Slides implements Callable<Integer> {
        @Parameters(paramLabel = "PORT", arity = "0..1", defaultValue = "" + Deck.PORT,
                description = "Default ${DEFAULT-VALUE}; 0 takes a free one.")
        private int port;

        @Override
        public Integer call() throws InterruptedException {
            String host = System.getenv().getOrDefault("HOST", LessonRun.HOST);
            try (var deck = Deck.serve(Course.here().root(), host, port)) {
                String address = "http://" + inAddress(host) + ":" + deck.port();
                System.out.println("slides on " + address + "  (Ctrl-C ends)\n"
                        + "your desk "
                        + address.replaceFirst("//(0\\.0\\.0\\.0|\\[::])", "//127.0.0.1")
                        + deck.deskPath()
                        + "\n          notes, answers and the next slide: keep it to yourself");
                Thread.currentThread().join();
            }
            return 0;
        }
    }

    @Command(name = "wire", mixinStandardHelpOptions = true,
            description = "A tap before a server on this machine: connect to its PORT, and read"
                    + " what goes over the wire to TARGET-PORT and back.")
    static final class Wire implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "TARGET-PORT", description = "Where the server is.")
        private int target;

        @Parameters(index = "1", paramLabel = "PORT", arity = "0..1", defaultValue = "0",
                description = "Where the tap listens; default a free one.")
        private int port;

        @ArgGroup
        private How how = new How();

        static final class How {
            @Option(names = "--json", description = "One JSON object for each message.")
            private boolean json;

            @Option(names = "--raw", description = "Every byte in hex and as text.")
            private boolean raw;
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            try {
                WireWatch.as(how.json ? WireWatch.How.JSON : how.raw ? WireWatch.How.RAW
                        : WireWatch.How.TEXT, System.out).watch(target, port);
            } catch (UncheckedIOException taken) {
                throw new IOException(taken.getMessage(), taken);
            }
            Thread.currentThread().join();
            return 0;
        }
    }

    @Command(name = "redis", mixinStandardHelpOptions = true,
            description = "A small Redis for lesson 14, where there is no real one. What it holds"
                    + " is gone when it ends.")
    static final class Redis implements Callable<Integer> {
        @Parameters(paramLabel = "PORT", arity = "0..1", defaultValue = "6379",
                description = "Default ${DEFAULT-VALUE}; 0 takes a free one.")
        private int port;

        @Override
        public Integer call() throws IOException, InterruptedException {
            String host = System.getenv().getOrDefault("HOST", LessonRun.HOST);
            try (var redis = SmallRedis.start(host, port)) {
                System.out.println("a small Redis on redis://" + inAddress(host) + ":"
                        + redis.port() + "  (Ctrl-C ends)");
                Thread.currentThread().join();
            } catch (UncheckedIOException taken) {
                throw new IOException("Cannot listen on " + host + ", port " + port + ": taken, or"
                        + " no address of this machine. A Redis that runs there will do as well;"
                        + " else name another port: ./jbang redis 6380", taken);
            }
            return 0;
        }
    }

    @Command(name = "doctor", mixinStandardHelpOptions = true,
            description = "What is missing on this machine, and the one command that mends it.")
    static final class CheckMachine implements Callable<Integer> {
        @Override
        public Integer call() {
            return new Doctor(Course.here()).examine(System.out) ? 0 : NO;
        }
    }
}
