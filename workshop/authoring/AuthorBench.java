package workshop.authoring;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import workshop.checking.ExerciseCatalog;
import workshop.checking.Selection;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.learning.LearnersLoop;
import workshop.running.Children;
import workshop.running.Dependencies;
import workshop.running.Folders;
import workshop.running.Programs;

/**
 * {@code ./jbang author bench}: is the learner's loop quick? It is measured beside what it
 * replaces, in the same minute on the same machine: to start the saved file with JBang again.
 */
final class AuthorBench {
    private static final double BAR = 0.5; // save to verdict, of the time from jbang to first byte
    private static final int LIMIT_SECONDS = 180; // another jbang may be building meanwhile
    private static final int KNOCK_MS = 2; // between two tries to connect
    private static final Pattern VERDICT = Pattern.compile("\\s+[✓✗!–] (\\d+\\.\\d+) .*");
    private static final String ENDED = "the loop has ended";
    private static final String WAITS = "waiting for your next save";

    private final Tree tree;
    private final PrintStream out;

    AuthorBench(Tree tree, PrintStream out) {
        this.tree = tree;
        this.out = out;
    }

    /** True where each lesson keeps to the bar. */
    boolean run(int runs) throws IOException, InterruptedException {
        boolean kept = true;
        out.printf(Locale.ROOT,
                "Medians of %d. The bar: a verdict after at most %.1f of the time to the first"
                + " byte.%n%n", runs, BAR);
        out.printf(Locale.ROOT, "           jbang lessonNN.java  from save to a verdict%n");
        out.printf(Locale.ROOT, "           to its first byte    unsolved    solved      ratio%n");
        for (int lesson : tree.lessons()) {
            ExerciseCatalog tests = tree.tests().apply(lesson).orElseThrow(() ->
                    new CourseException(
                    "lesson " + lesson + " has no tests yet, so nothing gives a verdict."));
            double first = median(firstBytes(lesson, runs));
            long[][] saves = saves(tests, runs);
            double unsolved = median(saves[0]);
            double solved = median(saves[1]);
            double ratio = Math.max(unsolved, solved) / first;
            kept &= ratio <= BAR;
            out.printf(Locale.ROOT,
                    "lesson %02d  %,7.0f ms           %,7.0f ms  %,7.0f ms  %.2f  %s%n", lesson,
                    first, unsolved, solved, ratio, ratio <= BAR ? "kept" : "MISSED");
        }
        return kept;
    }

    private static double median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        long middle = sorted.length % 2 == 1 ? sorted[half]
                : (sorted[half - 1] + sorted[half]) / 2;
        return middle / 1e6;
    }

    // --- jbang lessonNN.java, as a learner who runs it a second time --------------------------

    private long[] firstBytes(int lesson, int runs) throws IOException, InterruptedException {
        firstByte(lesson); // JBang builds its jar
        var nanos = new long[runs];
        for (int i = 0; i < runs; i++) nanos[i] = firstByte(lesson);
        return nanos;
    }

    private long firstByte(int lesson) throws IOException, InterruptedException {
        Course course = tree.course();
        int port = freePort();
        var builder = new ProcessBuilder(course.wrapper().toString(),
                Course.name(lesson) + ".java", String.valueOf(port))
                .directory(course.lessons().toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        long start = System.nanoTime();
        Process process = Children.start(builder);
        try {
            while (!answers(port)) {
                if (process.waitFor(KNOCK_MS, TimeUnit.MILLISECONDS)) {
                    throw new IOException("jbang " + Course.name(lesson) + ".java ended with "
                            + process.exitValue() + " instead of listening.\nTry it by hand.");
                }
                if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
                    throw new IOException("jbang " + Course.name(lesson) + ".java did not answer"
                            + " in " + LIMIT_SECONDS + " s.\nTry it by hand.");
                }
            }
            return System.nanoTime() - start;
        } finally {
            Children.end(process);
        }
    }

    /** To a line each lesson answers something, if only that it is no HTTP. */
    private static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            socket.setSoTimeout(LIMIT_SECONDS * 1_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() >= 0;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    // --- ./jbang start, in a small course of its own, since it is written to --------------------

    /** Nanoseconds from save to verdict: of the unsolved first exercise, and of the solved one. */
    private long[][] saves(ExerciseCatalog tests, int runs)
            throws IOException, InterruptedException {
        Path root = tree.course().cache().resolve("bench");
        if (Files.exists(root)) Folders.delete(root); // an interrupted one left it
        try {
            var copy = new Course(root);
            copyLesson(tests.lesson(), copy);
            try (var programs = new Programs(copy)) {
                programs.prepare(tests.lesson());
            }
            var nanos = new long[2][runs];
            saveTwice(tests, copy, -1); // the compiler gets warm
            int failed = 0;
            for (int i = 0; i < runs; ) {
                long[] each = saveTwice(tests, copy, i);
                if (each != null) {
                    nanos[0][i] = each[0];
                    nanos[1][i] = each[1];
                    i++;
                } else if (++failed > runs) {
                    throw new IOException("the solution of lesson " + tests.lesson()
                            + " does not pass.\nSee ./jbang check --dir solutions "
                            + tests.lesson());
                }
            }
            return nanos;
        } finally {
            Folders.delete(root);
        }
    }

    private void copyLesson(int lesson, Course copy) throws IOException {
        Course course = tree.course();
        var files = new ArrayList<>(List.of(course.catalog(),
                Course.script(course.lessons(), lesson),
                Course.script(course.solutions(), lesson)));
        files.addAll(Tree.lying(course.lessons().resolve("web")));
        if (Files.isDirectory(course.given())) files.addAll(Tree.lying(course.given()));
        files.addAll(Tree.lying(Dependencies.folder(course))); // so that nobody asks JBang
        for (Path file : files) {
            Path to = copy.root().resolve(course.root().relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * A learner saves the starter with a change that solves nothing, then one that solves all. Null
     * where a busy machine made the solution fail: that would be no verdict of the same kind.
     */
    private long[] saveTwice(ExerciseCatalog tests, Course copy, int run)
            throws IOException, InterruptedException {
        Path script = Course.script(copy.lessons(), tests.lesson());
        String starter = text(tree.course().lessons(), tests);
        String change = "\n// saved for run " + run + "\n";
        Files.writeString(script, starter);
        var told = new Lines();
        var learner = Thread.ofPlatform().daemon().name("the learner's loop").start(() -> {
            try (var loop = new LearnersLoop(copy,
                    new PrintStream(told, true, StandardCharsets.UTF_8))) {
                loop.run(Selection.of(List.of(), Course.numbersIn(copy.lessons())).getFirst());
            } catch (IOException | InterruptedException failed) {
                // nothing more is measured
            } finally {
                told.end();
            }
        });
        told.await(WAITS);
        long unsolved = save(script, starter + change, told);
        told.await(WAITS);
        long solved = save(script, text(tree.course().solutions(), tests) + change, told);
        boolean passed = told.await(WAITS, ENDED).equals(ENDED); // it ends when all is solved
        if (!passed) out.printf(Locale.ROOT,
                "not counted, the solution failed:%s%n", told.lastFailure);
        learner.interrupt();
        learner.join();
        return passed ? new long[] {unsolved, solved} : null;
    }

    private static String text(Path folder, ExerciseCatalog tests) {
        return Source.read(Course.script(folder, tests.lesson())).text();
    }

    private static long save(Path script, String text, Lines told)
            throws IOException, InterruptedException {
        told.clear();
        long start = System.nanoTime();
        Folders.write(script, text.getBytes(StandardCharsets.UTF_8)); // whole, as editors do
        return told.awaitVerdict() - start;
    }

    /** What the loop prints, line by line, each with the time at which it was complete. */
    private static final class Lines extends OutputStream {
        private record Line(String text, long at) {}

        private final LinkedBlockingQueue<Line> lines = new LinkedBlockingQueue<>();
        private volatile String lastFailure = "";
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int next) {
            if (next != '\n') {
                line.write(next);
                return;
            }
            var complete = new Line(line.toString(StandardCharsets.UTF_8), System.nanoTime());
            if (complete.text().matches("\\s+[✗!] .*")) lastFailure = complete.text();
            lines.add(complete);
            line.reset();
        }

        void end() {
            lines.add(new Line(ENDED, System.nanoTime()));
        }

        void clear() {
            lines.clear();
        }

        String await(String... words) throws IOException, InterruptedException {
            while (true) {
                String text = next().text();
                if (Stream.of(words).anyMatch(text::contains)) return text;
            }
        }

        long awaitVerdict() throws IOException, InterruptedException {
            while (true) {
                Line line = next();
                if (VERDICT.matcher(line.text()).matches()) return line.at();
            }
        }

        private Line next() throws IOException, InterruptedException {
            Line next = lines.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (next == null) throw new IOException("the learner's loop gave no verdict in "
                    + LIMIT_SECONDS + " s.\nTry ./jbang start by hand.");
            return next;
        }
    }
}
