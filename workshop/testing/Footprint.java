package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a server holds: it must hold no more once those have left for whom it did. */
public record Footprint(long threads, long bytes, long files) {
    /** How many files and sockets are open, where the system does not tell; Linux does. */
    private static final long UNKNOWN = -1;

    // Beyond those at rest; measured: none. The JVM makes threads for virtual ones as it likes.
    private static final int MORE_THREADS = 5;
    // Of living objects, beyond those at rest; measured: 0.2 MB after 10,000 random strings, some
    // of which are messages and stay. A request that left 100 bytes behind would be too much.
    private static final long MORE_BYTES = 1_000_000;
    private static final int MORE_FILES = 5; // the JVM opens some of its own

    public static Footprint of(RealLesson server) throws IOException {
        return new Footprint(threads(server), bytes(server), files(server));
    }

    /** Waits until the server holds about as much as here. */
    public void awaitAgain(RealLesson server, Duration limit) {
        await("open files", files, MORE_FILES, () -> files(server), limit);
        await("threads", threads, MORE_THREADS, () -> threads(server), limit);
        await("bytes of living objects", bytes, MORE_BYTES, () -> bytes(server), limit);
    }

    private static void await(String what, long before, long more, Callable<Long> count,
            Duration limit) {
        var now = new AtomicLong();
        try {
            Await.until("the " + what + " to go back to about " + before, limit, () -> {
                now.set(count.call());
                return now.get() <= before + more;
            });
        } catch (AssertionError still) {
            throw new AssertionError(still.getMessage() + "; there are " + now, still);
        }
    }

    /** All threads, virtual ones too, that serve somebody or could. */
    public static long threads(RealLesson server) throws IOException {
        Path folder = Files.createTempDirectory("threads");
        Path dump = folder.resolve("dump.txt");
        try {
            jcmd(server, "Thread.dump_to_file", dump.toString());
            try (var lines = Files.lines(dump)) {
                return lines.filter(line -> line.startsWith("#")).count();
            }
        } finally {
            Files.deleteIfExists(dump);
            Files.delete(folder);
        }
    }

    /** Threads of the machine; {@value #UNKNOWN} where the system does not tell. */
    public static long platformThreads(RealLesson server) throws IOException {
        Path tasks = Path.of("/proc/" + server.run().pid() + "/task");
        if (!Files.isDirectory(tasks)) return UNKNOWN;
        try (Stream<Path> threads = Files.list(tasks)) {
            return threads.count();
        }
    }

    /** The bytes of all objects that live, after a full collection. */
    public static long bytes(RealLesson server) {
        String histogram = jcmd(server, "GC.class_histogram");
        Matcher total = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)").matcher(histogram);
        assertTrue(total.find(), histogram);
        return Long.parseLong(total.group(1));
    }

    public static long files(RealLesson server) throws IOException {
        Path open = Path.of("/proc/" + server.run().pid() + "/fd");
        if (!Files.isDirectory(open)) return UNKNOWN;
        try (Stream<Path> files = Files.list(open)) {
            return files.count();
        }
    }

    private static String jcmd(RealLesson server, String... command) {
        var words = new ArrayList<>(List.of(Command.jdk("jcmd"), "" + server.run().pid()));
        words.addAll(List.of(command));
        return Command.of(words).run(Duration.ofSeconds(30)).expectExit(0).out();
    }
}
