package workshop.running;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import workshop.walls.Guard;

/** A program of ours that runs, in a process of its own, and listens on a port. */
public final class LessonRun implements Server {
    /** How long a program has from its start until it listens. */
    public static final long START_SECONDS = 15;
    /** Tests connect here, and nowhere else. */
    public static final String HOST = "127.0.0.1";

    private static final int TRIES = 3;
    // A program that finds its port taken ends at once; one that says so and waits has lost.
    private static final long AT_ONCE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int KNOCK_MS = 5; // between two tries to connect
    private static final int EXIT_MS = 50;    // beside a failure: is the program about to end?
    private static final int GONE_MS = 1_000; // for one that listens no more, but is not gone yet

    private final Launch launch;
    private final Process process;
    private final Output output;
    private final int port;
    private final DatagramSocket claim; // null where the port was not ours to choose
    private final Guard guard;
    private final long startSeconds;

    private LessonRun(Launch launch, Process process, int port, DatagramSocket claim) {
        this.launch = launch;
        this.process = process;
        this.port = port;
        this.claim = claim;
        guard = Children.guard(process);
        startSeconds = launch.walls().atMost(START_SECONDS);
        this.output = new Output(process.getInputStream(), guard::printed);
    }

    /**
     * Starts a program on a free port and waits until it listens there.
     *
     * @throws BrokenProgram where it ends at once, or does not listen in {@value #START_SECONDS} s
     * @throws UncheckedIOException where that is no program's fault: no port, no walls
     */
    static LessonRun start(Launch launch) throws BrokenProgram {
        for (int attempt = 1; ; attempt++) {
            DatagramSocket claim = claimFreePort();
            int port = claim.getLocalPort();
            long start = System.nanoTime();
            try {
                return start(launch, port, claim);
            } catch (BrokenProgram broken) {
                claim.close();
                // Between our look and its start somebody else may have taken the port.
                boolean taken = !isFree(port)
                        || System.nanoTime() - start < AT_ONCE_NS && saysTaken(broken);
                if (attempt == TRIES || !taken) throw broken;
            }
        }
    }

    /** Whoever had the port for a moment may have left it again: then only the program knows. */
    private static boolean saysTaken(BrokenProgram broken) {
        String words = broken.getMessage();
        return words.contains("taken") || words.contains("in use")
                || words.contains("BindException");
    }

    /**
     * Starts a program on {@code port} and waits until it listens there.
     *
     * @throws BrokenProgram also where another program has the port: it would answer in the place
     *                       of ours, and be taken for it
     */
    static LessonRun start(Launch launch, int port) throws BrokenProgram {
        if (!isFree(port)) {
            throw new BrokenProgram("port " + port + " is taken by another program."
                    + "\nEnd that one, or choose another port.");
        }
        return start(launch, port, null);
    }

    private static LessonRun start(Launch launch, int port, DatagramSocket claim)
            throws BrokenProgram {
        LessonRun run = launch(launch, port, claim);
        try {
            run.awaitListening();
            return run;
        } catch (BrokenProgram | RuntimeException broken) {
            run.close();
            throw broken;
        }
    }

    private static LessonRun launch(Launch launch, int port, DatagramSocket claim)
            throws BrokenProgram {
        try {
            return new LessonRun(launch, launch.start("" + port), port, claim);
        } catch (IOException notStarted) {
            throw new BrokenProgram("cannot start it: " + notStarted.getMessage());
        }
    }

    /**
     * A port that nobody has. Taken from below the systems' range for outgoing connections (32768
     * on Linux, 49152 elsewhere), so that no client gets it before the program does.
     *
     * <p>The UDP port of the same number is kept as a claim: two tools that check at once could
     * else choose the same port, and one of them take the other's program for its own.
     *
     * @throws UncheckedIOException where there is none
     */
    private static DatagramSocket claimFreePort() {
        for (int attempt = 0; attempt < 200; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try {
                var claim = new DatagramSocket(port, InetAddress.getByName(HOST));
                if (isFree(port)) return claim;
                claim.close();
            } catch (IOException claimed) {
                continue;
            }
        }
        throw new UncheckedIOException("no free port was found between 20000 and 32000",
                new IOException("which programs hold so many? End them and try again."));
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private void awaitListening() throws BrokenProgram {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(startSeconds);
        try {
            while (!accepts()) {
                boolean ended = process.waitFor(KNOCK_MS, TimeUnit.MILLISECONDS);
                if (!ended && System.nanoTime() <= deadline) continue;
                if (ended) output.awaitEnd(1_000);
                guard.expectBegun(output.since(0));
                throw new BrokenProgram(ended ? "the program ended at once, with exit code "
                        + process.exitValue() + guard.reason()
                        + ", instead of listening on port " + port
                        + ",\nwhich is " + launch.portIs() + printed(0)
                        : "the program runs, but nobody listens on port " + port
                        + " after " + startSeconds + " s.\nIts port is "
                        + launch.portIs() + ": does it open a server there, and get that far?"
                        + printed(0));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new BrokenProgram("interrupted while the program started");
        }
    }

    private boolean accepts() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, port), 1_000);
            return process.isAlive();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Map<String, String> limits() {
        return launch.environment();
    }

    @Override
    public Optional<Client> client(String... arguments) {
        return Optional.of(ClientRun.start(launch, arguments));
    }

    @Override
    public boolean startsMore() {
        return true;
    }

    @Override
    public Optional<Client> client(Map<String, String> environment, String... arguments) {
        return Optional.of(ClientRun.start(launch.with(environment), arguments));
    }

    /** The process' own number, for whoever looks at it from outside. */
    public long pid() {
        return process.pid();
    }

    /** Empty except on Linux. */
    @Override
    public OptionalInt threads() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(each -> new File("/proc/" + each.pid() + "/task").list())
                .filter(Objects::nonNull).mapToInt(tasks -> tasks.length).reduce(Integer::sum);
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    public Output output() {
        return output;
    }

    @Override
    public long position() {
        return output.position();
    }

    @Override
    public String words(long since) {
        String ended = endedWords();
        return (ended.isEmpty() ? "" : "\n" + ended) + printed(since);
    }

    /**
     * The program's own words since {@code position}, the last lines of many, with a headline and a
     * new line before it; empty where it said nothing.
     */
    public String printed(long position) {
        return Printed.told(output.since(position));
    }

    /** What is left to say of a program that ended by itself; empty where it still runs. */
    public String endedWords() {
        // A client sees the end of its connection a moment before the port is closed, and that is
        // a moment before the process is gone.
        if (!endsWithin(EXIT_MS) && !accepts()) endsWithin(GONE_MS);
        return process.isAlive() ? "" : "the program ended, with exit code " + process.exitValue()
                + guard.reason();
    }

    private boolean endsWithin(int millis) {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends the process with all that it has started. */
    @Override
    public void close() {
        Children.end(process);
        if (claim != null) claim.close();
    }
}
