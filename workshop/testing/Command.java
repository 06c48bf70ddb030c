package workshop.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command that a test runs as its user would: in a folder, with variables, bounded in time. */
public final class Command {
    private final List<String> words;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private Path folder = Path.of("").toAbsolutePath();

    private Command(List<String> words) {
        this.words = words;
    }

    public static Command of(String... words) {
        return new Command(List.of(words));
    }

    public static Command of(List<String> words) {
        return new Command(List.copyOf(words));
    }

    /** The tool itself, without JBang before it: {@code Command.tool("check", "03")}. */
    public static Command tool(String... words) {
        return java(List.of(), "workshop.Workshop", words);
    }

    /** A class of this class path, in a process of its own. */
    public static Command java(List<String> options, String mainClass, String... words) {
        var all = new ArrayList<>(List.of(jdk("java"), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"));
        all.addAll(options);
        all.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        all.addAll(List.of(words));
        return new Command(all);
    }

    /** A program of the JDK that runs this. */
    public static String jdk(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    public static boolean isWindows() {
        return System.getProperty("os.name").startsWith("Windows");
    }

    /**
     * Has this process ended? One whose parent died first may wait for seconds until the system's
     * first process takes note of its end; Java calls it alive till then.
     */
    public static boolean isGone(ProcessHandle process) {
        if (!process.isAlive()) return true;
        try {
            String state = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return state.substring(state.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException notLinux) {
            return !process.isAlive();
        }
    }

    public Command in(Path folder) {
        this.folder = folder;
        return this;
    }

    /** @param value null: without this variable */
    public Command with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    public Running start() {
        var builder = new ProcessBuilder(words).directory(folder.toFile());
        variables.forEach((name, value) -> {
            if (value == null) builder.environment().remove(name);
            else builder.environment().put(name, value);
        });
        try {
            return new Running(words, builder.start());
        } catch (IOException missing) {
            throw new AssertionError("cannot run " + words.getFirst() + ": " + missing.getMessage(),
                    missing);
        }
    }

    /** Runs it to its end. Its input is empty. */
    public Result run(Duration limit) {
        try (Running running = start()) {
            running.process().getOutputStream().close();
            if (!running.process().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw running.fail("did not end within " + limit.toSeconds() + " s");
            }
            return running.result();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            throw new AssertionError("interrupted, running " + words, stopped);
        }
    }

    /** What a command that has ended left. */
    public record Result(List<String> words, int exit, String out, String err) {
        /** Fails, showing all, unless the exit code is this. */
        public Result expectExit(int expected) {
            if (exit == expected) return this;
            throw new AssertionError("expected exit code " + expected + ", but got " + exit
                    + " from " + this);
        }

        public Result expectOut(String phrase) {
            return expect("its output", out, phrase);
        }

        public Result expectErr(String phrase) {
            return expect("its error output", err, phrase);
        }

        private Result expect(String where, String text, String phrase) {
            if (text.contains(phrase)) return this;
            throw new AssertionError("expected “" + phrase + "” in " + where + " of " + this);
        }

        @Override
        public String toString() {
            return shown(words) + "\nexit code " + exit + "\noutput\n" + out.indent(2) + "errors\n"
                    + err.indent(2);
        }
    }

    /** The command without the class path, which says nothing to a reader. */
    private static String shown(List<String> words) {
        return String.join(" ", words.stream()
                .map(word -> word.length() > 300 ? word.substring(0, 40) + "…" : word).toList());
    }

    /** A command that runs. Closing ends it with all that it started. */
    public static final class Running implements AutoCloseable {
        private final List<String> words;
        private final Process process;
        private final Reader out;
        private final Reader err;

        private Running(List<String> words, Process process) {
            this.words = words;
            this.process = process;
            this.out = new Reader(process.getInputStream());
            this.err = new Reader(process.getErrorStream());
        }

        public Process process() {
            return process;
        }

        public String out() {
            return out.text();
        }

        public String err() {
            return err.text();
        }

        /** Waits until its output contains {@code phrase}. */
        public Running awaitOut(String phrase, Duration limit) {
            long deadline = System.nanoTime() + limit.toNanos();
            while (!out().contains(phrase)) {
                // Ended, and all that it said was read: the phrase comes no more.
                if (!process.isAlive() && out.ended() && !out().contains(phrase)) {
                    throw fail("ended without saying “" + phrase + "”");
                }
                if (System.nanoTime() > deadline) {
                    throw fail("did not say “" + phrase + "” within " + limit.toSeconds() + " s");
                }
                java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
            }
            return this;
        }

        public Result awaitEnd(Duration limit) {
            Await.until("the end of " + shown(words), limit, () -> !process.isAlive());
            return result();
        }

        private Result result() {
            Await.until("all output of " + shown(words), Duration.ofSeconds(5),
                    () -> out.ended() && err.ended());
            return new Result(words, process.exitValue(), out(), err());
        }

        /** All that it has started, and what that has started, as of now. */
        public List<ProcessHandle> descendants() {
            return process.descendants().toList();
        }

        /** As Ctrl-C on a terminal does, for this process alone. */
        public void interrupt() {
            Command.of("kill", "-INT", "" + process.pid()).run(Duration.ofSeconds(5)).expectExit(0);
        }

        public AssertionError fail(String what) {
            return new AssertionError(shown(words) + " " + what + "\noutput\n" + out().indent(2)
                    + "errors\n" + err().indent(2));
        }

        @Override
        public void close() {
            Stream.concat(process.descendants().toList().stream(), Stream.of(process.toHandle()))
                    .forEach(ProcessHandle::destroyForcibly);
            process.onExit().orTimeout(5, TimeUnit.SECONDS).join();
        }
    }

    /** Reads a stream as it comes, so that nobody waits for a reader. */
    private static final class Reader {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread thread;

        Reader(InputStream stream) {
            thread = Thread.ofVirtual().start(() -> {
                try (stream) {
                    stream.transferTo(bytes); // which is synchronized, as its toString is
                } catch (IOException ended) {
                    // the process was ended; what came so far is all
                }
            });
        }

        public boolean ended() {
            return !thread.isAlive();
        }

        public String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
