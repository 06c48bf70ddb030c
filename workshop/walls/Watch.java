package workshop.walls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A guard that looks into /proc ten times a second: what the kernel limits for each process only is
 * limited here for all of a program together.
 */
public final class Watch implements Guard {
    /** How to get at the processes of a program. */
    public interface Reach {
        /** A folder as /proc, in which each of them is. */
        default Path proc() throws IOException {
            return Path.of("/proc");
        }

        /** Whether one is the program's, by its file {@code status} there. */
        default boolean isIts(String status) {
            return true;
        }

        /** Where an end is urgent: among thousands it would wait long for its turn to die. */
        default void hurry() throws IOException {}

        /** As {@link Guard#end}. */
        boolean end() throws IOException;

        /** Why programs cannot be run behind these walls now; empty: they can. */
        default String missing() {
            return "";
        }
    }

    static final int PROCESSES = 64;
    static final int THREADS = 2_048;               // a thread a client is a right answer
    private static final long PRINTED = 64L << 20;  // bytes
    private static final long LOOK_MS = 100;
    private static final int KILLED = 137;          // as a shell counts: 128, and signal 9
    private static final Pattern TAKES = Pattern.compile("(?m)^(VmRSS|Threads):\\s+(\\d+)");

    // What a process of ours is until it is the program, and how each of these complains.
    private static final Pattern FAILED =
            Pattern.compile("^(bwrap|prlimit|choom|setpriv|systemd-run|env): ");

    private final Process process;
    private final int megabytes;
    private final Reach reach;
    private volatile String reason = "";

    public Watch(Process process, int megabytes, Reach reach) {
        this.process = process;
        this.megabytes = megabytes;
        this.reach = reach;
        Thread.ofPlatform().daemon().name("watch " + process.pid()).start(this::watch)
                .setPriority(Thread.MAX_PRIORITY);
    }

    private void watch() {
        while (process.isAlive()) {
            try {
                Thread.sleep(LOOK_MS);
                String why = tooMuch();
                if (why.isEmpty()) continue;
                if (reason.isEmpty()) reach.hurry();
                stop(why);
            } catch (InterruptedException end) {
                return;
            } catch (IOException | RuntimeException | OutOfMemoryError once) {
                // It ended while we looked. Or beside it the judge ran out of memory: the next
                // look must come all the same.
                continue;
            }
        }
    }

    private String tooMuch() throws IOException {
        long kilobytes = 0;
        int processes = 0;
        int threads = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(reach.proc(), "[0-9]*")) {
            for (Path each : all) {
                String status = status(each);
                if (status.isEmpty() || !reach.isIts(status)) continue;
                for (Matcher takes = TAKES.matcher(status); takes.find(); ) {
                    long value = Long.parseLong(takes.group(2));
                    if (takes.group(1).equals("Threads")) threads += value;
                    else kilobytes += value;
                }
                // Where somebody forks without end, who looks at all of them is never done.
                if (++processes > PROCESSES) return "it had more than " + PROCESSES + " processes";
            }
        }
        return threads > THREADS ? "it had more than " + THREADS + " threads"
                : kilobytes > megabytes * 1024L ? "it took more than " + megabytes
                        + " MB of memory" : "";
    }

    /** Empty where it is gone. */
    private static String status(Path process) {
        try {
            return Files.readString(process.resolve("status"),
                    java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    private synchronized void stop(String why) {
        if (reason.isEmpty()) reason = ": it was stopped, since " + why;
        end();
    }

    @Override
    public boolean end() {
        try {
            return reach.end();
        } catch (IOException notBegun) {
            return false;
        }
    }

    @Override
    public String reason() {
        boolean killed = reason.isEmpty() && !process.isAlive() && process.exitValue() == KILLED;
        return killed ? ": it was killed, as is done with what takes more than " + megabytes
                + " MB of memory" : reason;
    }

    @Override
    public void printed(long bytes) {
        if (bytes > PRINTED) stop("it printed more than " + (PRINTED >> 20) + " MB");
    }

    @Override
    public void expectBegun(String said) {
        if (!FAILED.matcher(said).find()) return;
        String missing = reach.missing(); // a learner can print such words, too
        if (missing.isEmpty()) return;
        throw new UncheckedIOException("the walls could not be made", new IOException(missing));
    }
}
