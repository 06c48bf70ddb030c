package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tests.clients.Frame;
import tests.clients.RawWebSocket;
import workshop.running.LessonRun;
import workshop.testing.Bar;
import workshop.testing.Footprint;
import workshop.testing.RealLesson;
import workshop.testing.TestAll;

/**
 * Solution 07 outlives random frames and random bytes, for 10 minutes with {@code BARS=full}, else
 * for a moment. What it owes to each stream is judged a second time, see {@link WebSocketJudge}.
 */
class Lesson07RandomStreamsTest {
    private static final Duration LENGTH = FULL ? Duration.ofMinutes(10) : Duration.ofSeconds(2);
    private static final int SENDERS = 8;
    private static final int FIRST = 300; // streams until the server has made what it makes once
    private static final Duration CALM = Duration.ofSeconds(20); // beyond HEAD_MS and LINGER_MS
    private static final double END_MS = 1_000;
    private static final int RESETS = 20; // one client in so many vanishes

    @Test
    @DisplayName("07 random streams: no hang, no leak, each bad one ends right, within a second")
    void randomStreams() throws Exception {
        long seed = ThreadLocalRandom.current().nextLong(1_000_000_000);
        var streams = new AtomicInteger();
        var closed = new AtomicInteger();
        var worst = new AtomicLong();
        try (RealLesson server = RealLesson.solution(7)) {
            send(server, seed, streams, () -> streams.get() < FIRST, closed, worst);
            Footprint before = Footprint.of(server);
            worst.set(0);
            long end = System.nanoTime() + LENGTH.toNanos();
            send(server, seed, streams, () -> System.nanoTime() < end, closed, worst);
            before.awaitAgain(server, CALM);
            assertEquals("", server.run().printed(0), "the server's log, seed " + seed);
            assertTrue(server.run().isAlive());
        }
        double worstMs = worst.get() / 1e6;
        TestAll.tell(String.format(Locale.ROOT, "07: %,d random streams in %d s, of which %,d were"
                + " refused or said goodbye; the latest end came after %.0f ms (seed %d)",
                streams.get(), LENGTH.toSeconds(), closed.get(), worstMs, seed));
        Bar.expect(worstMs <= END_MS, "an end came after " + worstMs + " ms");
    }

    private interface Going {
        boolean on();
    }

    private static void send(RealLesson server, long seed, AtomicInteger streams, Going going,
            AtomicInteger closed, AtomicLong worst) throws Exception {
        try (ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
            var results = new ArrayList<Future<?>>();
            for (int i = 0; i < SENDERS; i++) {
                results.add(senders.submit(() -> {
                    while (going.on() && !Thread.interrupted()) {
                        int number = streams.getAndIncrement();
                        sendOne(server, seed, number, closed, worst);
                    }
                    return null;
                }));
            }
            try {
                for (Future<?> result : results) result.get();
            } catch (ExecutionException failed) {
                senders.shutdownNow();
                throw new AssertionError(failed.getCause().getMessage() + server.run().printed(0),
                        failed.getCause());
            }
        }
    }

    private static void sendOne(RealLesson server, long seed, int number, AtomicInteger closed,
            AtomicLong worst) {
        byte[] stream = RandomFrames.stream(seed + number);
        var verdict = WebSocketJudge.judge(stream);
        var random = new Random(seed + number);
        try (var ws = RawWebSocket.open(LessonRun.HOST, server.port(), "/ws")) {
            sendInPieces(ws, stream, random);
            if (random.nextInt(RESETS) == 0) {
                ws.reset();
                return;
            }
            boolean isOpen = verdict.code() == WebSocketJudge.OPEN;
            if (isOpen) ws.client().end(); // who waits for the rest of a frame waits in vain
            long start = System.nanoTime();
            for (Frame answer : verdict.answers()) expect(ws, answer);
            if (!isOpen) ws.expectClose(verdict.code());
            ws.expectEnd();
            worst.accumulateAndGet(System.nanoTime() - start, Math::max);
            if (!isOpen) closed.incrementAndGet();
            ws.reset(); // so that no port of this machine waits for a minute
        } catch (AssertionError failed) {
            throw new AssertionError("seed " + seed + ", stream " + number + ": "
                    + failed.getMessage() + "\nthe stream: "
                    + HexFormat.of().formatHex(stream, 0, Math.min(stream.length, 2_000)), failed);
        }
    }

    private static void sendInPieces(RawWebSocket ws, byte[] stream, Random random) {
        if (stream.length < 200 && random.nextInt(10) == 0) {
            ws.sendEach(stream);
            return;
        }
        int most = random.nextBoolean() ? stream.length : 1 + stream.length / 3;
        for (int from = 0, to; from < stream.length; from = to) {
            to = Math.min(stream.length, from + 1 + random.nextInt(most));
            ws.sendBytes(Arrays.copyOfRange(stream, from, to));
        }
    }

    private static void expect(RawWebSocket ws, Frame answer) {
        Frame came = ws.frame();
        if (came.opcode() != answer.opcode() || !Arrays.equals(came.payload(), answer.payload())) {
            throw ws.fail("expected " + answer + ", but got " + came);
        }
    }
}
