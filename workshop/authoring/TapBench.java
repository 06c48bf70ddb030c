package workshop.authoring;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Map;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.LessonRun;
import workshop.running.Program;
import workshop.running.Programs;
import workshop.wire.Totals;
import workshop.wire.WireTap;

/**
 * {@code ./jbang author bench --tap}: what the tap adds to 10,000 small requests over one
 * connection to solution 03. Measured in pairs: blocks of requests through the tap and without it
 * take turns, so that both see the same machine.
 */
final class TapBench {
    private static final int LESSON = 3;
    private static final double BAR = 1.05;
    private static final int REQUESTS = 10_000;
    private static final int BLOCK = 100;       // requests in a row on the same way
    private static final byte[] REQUEST = "GET /messages HTTP/1.1\r\nHost: localhost\r\n\r\n"
            .getBytes(US_ASCII);
    private static final byte[] REQUESTS_AT_ONCE = new String(REQUEST, US_ASCII).repeat(BLOCK)
            .getBytes(US_ASCII);

    /** A client that asks {@link #BLOCK} times. */
    private interface Client {
        void askBlock() throws IOException, InterruptedException;
    }

    private interface Dial {
        Client to(int port) throws IOException;
    }

    private final Course course;
    private final PrintStream out;

    TapBench(Course course, PrintStream out) {
        this.course = course;
        this.out = out;
    }

    /** True where the bar is kept with requests in a row, whoever asks. */
    boolean run() throws IOException, InterruptedException {
        try (var programs = new Programs(course); Program program = programs.compile(
                Source.read(Course.script(course.solutions(), LESSON)), LESSON);
                LessonRun server = programs.start(program, Map.of())) {
            out.printf("%,d requests over one connection, %s. Medians of %d blocks; the bar:"
                    + " %.2f.%n%n", REQUESTS, "through the tap and without it by turns",
                    REQUESTS / BLOCK, BAR);
            boolean kept = measure("one after the other, by socket", server.port(), this::socket);
            kept &= measure("one after the other, by JDK's HttpClient", server.port(), this::jdk);
            return measure("pipelined, " + BLOCK + " at a time", server.port(), this::pipelined)
                    & kept;
        } catch (BrokenProgram broken) {
            throw new CourseException(broken.getMessage());
        }
    }

    private boolean measure(String what, int port, Dial dial)
            throws IOException, InterruptedException {
        try (WireTap tap = WireTap.of(port)) {
            Client[] ways = {dial.to(port), dial.to(tap.port())};
            int blocks = REQUESTS / BLOCK;
            var nanos = new long[ways.length][blocks];
            for (int i = -blocks / 2; i < blocks; i++) {        // the first ones warm up
                for (int turn = 0; turn < ways.length; turn++) {
                    int way = (i + turn) & 1;
                    long start = System.nanoTime();
                    ways[way].askBlock();
                    if (i >= 0) nanos[way][i] = System.nanoTime() - start;
                }
            }
            Totals totals = tap.totals();
            if (totals.requests() != totals.answers() || totals.requests() < REQUESTS) {
                throw new IllegalStateException("the tap has missed something: " + totals);
            }
            double direct = median(nanos[0]) / 1e3 / BLOCK;
            double tapped = median(nanos[1]) / 1e3 / BLOCK;
            var ratios = new double[blocks];
            for (int i = 0; i < blocks; i++) ratios[i] = (double) nanos[1][i] / nanos[0][i];
            Arrays.sort(ratios);
            double ratio = tapped / direct;
            out.printf("%-42s direct %6.1f µs  tapped %6.1f µs  +%5.1f µs  ratio %.2f"
                    + " (of pairs: %.2f)  %s%n", what, direct, tapped, tapped - direct, ratio,
                    ratios[blocks / 2], ratio <= BAR ? "kept" : "MISSED");
            return ratio <= BAR;
        }
    }

    private static double median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    // --- Clients ---------------------------------------------------------------------------------

    private Client socket(int port) throws IOException {
        var socket = new Socket(LessonRun.HOST, port);
        socket.setTcpNoDelay(true);
        InputStream in = new BufferedInputStream(socket.getInputStream(), 65_536);
        OutputStream to = socket.getOutputStream();
        return () -> {
            for (int i = 0; i < BLOCK; i++) {
                to.write(REQUEST);
                answer(in);
            }
        };
    }

    private Client pipelined(int port) throws IOException {
        var socket = new Socket(LessonRun.HOST, port);
        socket.setTcpNoDelay(true);
        InputStream in = new BufferedInputStream(socket.getInputStream(), 65_536);
        OutputStream to = socket.getOutputStream();
        return () -> {
            to.write(REQUESTS_AT_ONCE);
            for (int i = 0; i < BLOCK; i++) answer(in);
        };
    }

    /** The answer to {@link #REQUEST} is a head and {@code []}. */
    private static void answer(InputStream in) throws IOException {
        int last = 0;
        while (last != 0x0D0A0D0A) {
            int b = in.read();
            if (b < 0) throw new IOException("the server hung up");
            last = last << 8 | b;
        }
        in.skipNBytes(2);
    }

    private Client jdk(int port) {
        var client = HttpClient.newHttpClient();
        var request = HttpRequest.newBuilder(
                URI.create("http://" + LessonRun.HOST + ":" + port + "/messages")).build();
        return () -> {
            for (int i = 0; i < BLOCK; i++) client.send(request, BodyHandlers.ofString());
        };
    }
}
