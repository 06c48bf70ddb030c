package workshop.notebook;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import workshop.checking.Checker;
import workshop.checking.ExerciseCatalog;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.checking.Selection;
import workshop.checking.TextReport;
import workshop.checking.Verdict;
import workshop.course.CourseException;
import workshop.course.ExerciseId;
import workshop.running.Server;
import workshop.wire.WireTap;

/**
 * What the cells of a notebook can say. {@code import static workshop.notebook.Cells.*} in the
 * first cell; nothing here depends on which kernel runs it.
 *
 * <pre>
 * var server = run("lesson05");                       a script of lessons/, in a process of its
 * server.port()                                       own, as the notebook's server
 * stopServer();                                       the one that this notebook started before
 * serverAt(port, server::close, "IDLE_MS=1500");      the new one, how to stop it, its limits
 * dial().send("hello\n").hear().print();              bytes there, bytes back, as on the wire
 * clientIs(url -> client(url));                       for exercises in which a test is the server
 * check("1.1");                                       the exercise's tests against that server
 * chart("bytes for one message", values);             a measurement as bars
 * var tap = WireTap.of(port);                         a tap before it: talk to tap.port(), then
 * tap.show();                                         the real exchange as a picture
 * </pre>
 */
public final class Cells {
    static {
        // Jetty tells of itself on stderr, which a notebook shows in red below the cell.
        String level = "org.slf4j.simpleLogger.defaultLogLevel";
        if (System.getProperty(level) == null) System.setProperty(level, "error");
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
        WireTap.showOn((svg, words) -> Picture.svg(svg, words).show());
    }

    /** What a cell does as a client, until its thread is interrupted. */
    @FunctionalInterface
    public interface Client {
        void talk(String url) throws Exception;
    }

    private static Server server;   // the notebook's own, while it runs
    private static Client client;   // for exercises in which the test is the server; null: none

    private Cells() {}

    /** Remembers where the notebook's server listens, and stops the one before it. */
    public static synchronized void serverAt(int port, AutoCloseable stop, String... limits) {
        stopServer();
        remember(new CellServer(port, stop, pairs(limits)));
    }

    private static void remember(Server started) {
        server = started;
        System.out.println("The server listens on " + server.host() + ":" + server.port() + ".");
    }

    private static Map<String, String> pairs(String... limits) {
        var pairs = new HashMap<String, String>();
        for (String limit : limits) {
            int equals = limit.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("A limit is NAME=value, not " + limit);
            }
            pairs.put(limit.substring(0, equals), limit.substring(equals + 1));
        }
        return Map.copyOf(pairs);
    }

    /**
     * Runs a script of {@code lessons/}, {@code "lesson05"}, as it is, in a process of its own on a
     * free port; {@code "solution05"} runs the same lesson solved. It is the notebook's server from
     * then on: {@link #stopServer} ends it, or the next server, or the kernel's end.
     *
     * @param limits that it is started with, {@code "POLL_MS=100"}
     */
    public static synchronized LessonServer run(String name, String... limits) {
        stopServer();
        LessonServer started = LessonServer.start(KernelMain.course(), name, pairs(limits));
        remember(started);
        return started;
    }

    /**
     * The same beside the notebook's server, for a cell that needs several: it closes them itself.
     * {@code "solution14"} is the lesson solved. To close one is to kill it.
     */
    public static LessonServer beside(String name, String... limits) {
        return LessonServer.start(KernelMain.course(), name, pairs(limits));
    }

    /** Stops the notebook's server; nothing happens where none runs. */
    public static synchronized void stopServer() {
        if (server == null) return;
        Server old = server;
        server = null;
        old.close();
    }

    /** Remembers the notebook's client: what it prints and asks is judged where one is tested. */
    public static synchronized void clientIs(Client client) {
        Cells.client = client;
    }

    /** Runs this without showing what the server prints meanwhile: a measurement repeats itself. */
    public static void quietly(Runnable what) {
        PrintStream out = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        try {
            what.run();
        } finally {
            System.setOut(out);
        }
    }

    /** A new connection to the notebook's server. */
    public static Talk dial() {
        return Talk.with(running().host(), running().port());
    }

    /** Draws one bar for each of {@code values}; {@code title} says what, and in which unit. */
    public static void chart(String title, Map<String, ? extends Number> values) {
        Chart.bars(title, values).show();
    }

    /**
     * Runs the tests of these exercises, {@code "2.3"}, against the notebook's server and shows
     * what they say: in colours where a front end can, else as text. Never throws: an unsolved
     * exercise is no mistake of the notebook's.
     */
    public static void check(String... exercises) {
        // JUnit loads by the thread's class loader, which in some kernels does not know the tests.
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Cells.class.getClassLoader());
        try {
            Server target = running();
            show(judge(named(exercises), target));
        } catch (CourseException | IllegalStateException | IllegalArgumentException sentence) {
            System.out.println(sentence.getMessage());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static List<Verdict> judge(List<ExerciseTests> exercises, Server target) {
        var verdicts = new ArrayList<Verdict>();
        Runnable judging = () -> Checker.check(target, exercises, verdicts::add);
        if (target instanceof CellServer here) here.listenTo(judging);
        else judging.run();
        return verdicts;
    }

    private static void show(List<Verdict> verdicts) {
        var text = new ByteArrayOutputStream();
        var report = new TextReport(new PrintStream(text, true, StandardCharsets.UTF_8));
        verdicts.forEach(report::add);
        report.story();
        String stuck = ShownVerdicts.first(verdicts)
                .map(verdict -> "      stuck? ./jbang hint " + verdict.id()).orElse("");
        Picture.html(ShownVerdicts.html(verdicts),
                (text.toString(StandardCharsets.UTF_8) + stuck).stripTrailing()).show();
    }

    static synchronized Optional<Client> client() {
        return Optional.ofNullable(client);
    }

    private static List<ExerciseTests> named(String[] exercises) {
        return Stream.of(exercises).flatMap(word -> {
            ExerciseId id = ExerciseId.parse(word).filter(each -> ExerciseCatalog.of(each.lesson())
                    .flatMap(lesson -> lesson.exercise(each)).isPresent())
                    .orElseThrow(() -> new IllegalArgumentException("There is no exercise \"" + word
                            + "\". Write lesson and number: check(\"2.3\")."));
            return Selection.of(List.of(id.toString()), List.of(id.lesson())).getFirst()
                    .exercises().stream();
        }).toList();
    }

    private static synchronized Server running() {
        if (server == null) {
            throw new IllegalStateException(
                    "No server runs here. Run the cell that starts it first.");
        }
        return server;
    }
}
