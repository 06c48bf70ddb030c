package workshop.testing.lessons;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import tests.clients.Frame;
import tests.clients.RawWebSocket;
import workshop.course.Course;
import workshop.running.LessonRun;
import workshop.testing.Bar;
import workshop.testing.Echoes;
import workshop.testing.MadeUp;
import workshop.testing.RealLesson;
import workshop.testing.TestAll;

/**
 * How fast solution 07 is, and what many fragments cost it: a million messages with
 * {@code BARS=full}, else fewer. Each number is printed.
 */
@Isolated("it measures time")
class Lesson07BarsTest {

    // --- Many small messages ---------------------------------------------------------------------

    private static final int MESSAGES = FULL ? 1_000_000 : 60_000;
    private static final int ROUNDS = FULL ? 5 : 2;
    private static final double FASTER = 3; // times

    @Test
    @DisplayName("07 small messages there and back at least three times as fast as the echo of 08")
    void smallMessages() throws Exception {
        var byHand = new double[ROUNDS];
        var javalin = new double[ROUNDS];
        try (RealLesson lesson07 = RealLesson.solution(7); RealLesson lesson08 = bareEcho()) {
            for (RealLesson each : List.of(lesson07, lesson08)) {
                Echoes.perSecond(each.port(), MESSAGES / 2); // until the compiler is done
            }
            for (int round = 0; round < ROUNDS; round++) {
                byHand[round] = Echoes.perSecond(lesson07.port(), MESSAGES);
                javalin[round] = Echoes.perSecond(lesson08.port(), MESSAGES);
            }
        }
        double ratio = best(byHand) / best(javalin);
        TestAll.tell(String.format(Locale.ROOT, "07: %,d messages there and back over %d"
                + " connections, %d under way on each: %,.0f a second, lesson 08's bare echo %,.0f:"
                + " %.1f times as fast (the best of %d rounds; all: %s against %s)", MESSAGES,
                Echoes.CONNECTIONS, Echoes.UNDER_WAY, best(byHand), best(javalin), ratio, ROUNDS,
                thousands(byHand), thousands(javalin)));
        Bar.expect(ratio >= FASTER, "by hand is " + ratio + " times as fast as Javalin");
    }

    /** The ten lines that the slides of lesson 08 begin with, with that lesson's own versions. */
    private static RealLesson bareEcho() throws IOException {
        Course course = MadeUp.real();
        Matcher lines = Pattern.compile("(?s)```java\n(.*?)```").matcher(
                Files.readString(course.root().resolve("slides/lesson08.md")));
        assertTrue(lines.find(), "the slides of lesson 08 show no Java");
        String directives = Files.readString(Course.script(course.solutions(), 8)).lines()
                .filter(line -> line.matches("//(JAVA|DEPS|RUNTIME_OPTIONS) .*"))
                .collect(Collectors.joining("\n", "", "\n"));
        return RealLesson.text(8, directives + lines.group(1).replaceAll("(?m)^//.*", ""));
    }

    private static double best(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    private static String thousands(double[] values) {
        return Arrays.stream(values).mapToObj(value -> String.format(Locale.ROOT, "%.0f",
                value / 1_000)).collect(Collectors.joining(", ", "", " thousand"));
    }

    // --- Many fragments --------------------------------------------------------------------------

    private static final int MIB = 1_048_576;
    private static final int TIMES = FULL ? 100 : 30;
    private static final double LONGER = 2.2; // times, for twice as many
    // Twice as long would be fair for twice the message, four times would be quadratic; beside
    // other programs a few rounds tell these two apart, and no more.
    private static final double LONGER_TWICE_THE_MESSAGE = FULL ? LONGER : 3;

    @Test
    @DisplayName("07 twice as many fragments take at most 2.2 times as long")
    void fragments() throws IOException {
        byte[] some = fragmented(MIB, 4_096);
        byte[] twiceAsMany = fragmented(MIB, 8_192);
        byte[] half = fragmented(MIB / 2, 2_048);
        double[] ms = new double[3];
        try (RealLesson server = RealLesson.solution(7);
                var socket = new Socket(LessonRun.HOST, server.port())) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(RawWebSocket.request("/ws", "localhost",
                    RawWebSocket.freshKey()).getBytes(US_ASCII));
            skipHead(socket.getInputStream());
            Arrays.fill(ms, Double.MAX_VALUE);
            for (int i = 0; i < TIMES; i++) {           // the least is what the work itself takes
                ms[0] = Math.min(ms[0], echoMs(socket, some, MIB));
                ms[1] = Math.min(ms[1], echoMs(socket, twiceAsMany, MIB));
                ms[2] = Math.min(ms[2], echoMs(socket, half, MIB / 2));
            }
        }
        TestAll.tell(String.format(Locale.ROOT, "07: 1 MiB there and back in 4,096 fragments %.2f"
                + " ms, in 8,192 %.2f ms: %.2f times as long; half of it in 2,048 %.2f ms, the"
                + " whole %.2f times as long", ms[0], ms[1], ms[1] / ms[0], ms[2], ms[0] / ms[2]));
        Bar.expect(ms[1] <= LONGER * ms[0], "twice as many fragments of a message take "
                + ms[1] / ms[0] + " times as long");
        Bar.expect(ms[0] <= LONGER_TWICE_THE_MESSAGE * ms[2], "a message of twice as many fragments"
                + " takes " + ms[0] / ms[2] + " times as long");
    }

    private static byte[] fragmented(int length, int fragments) {
        var bytes = new ByteArrayOutputStream();
        byte[] payload = new byte[length / fragments];
        for (int i = 0; i < fragments; i++) {
            bytes.writeBytes(new Frame(i == fragments - 1, 0,
                    i == 0 ? Frame.BINARY : Frame.CONTINUATION, payload).masked());
        }
        return bytes.toByteArray();
    }

    private static void skipHead(InputStream in) throws IOException {
        for (int matched = 0; matched < 4; ) {
            int next = in.read();
            assertTrue(next >= 0, "the handshake was not answered");
            matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
    }

    private static double echoMs(Socket socket, byte[] message, int length) throws IOException {
        OutputStream out = socket.getOutputStream();
        long start = System.nanoTime();
        out.write(message);
        assertEquals(10 + length, socket.getInputStream().readNBytes(10 + length).length);
        return (System.nanoTime() - start) / 1e6;
    }
}
