package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import tests.Target;
import tests.clients.Answer;
import tests.clients.Engine;
import workshop.testing.Await;
import workshop.testing.Footprint;
import workshop.testing.RealLesson;
import workshop.testing.TestAll;

/**
 * What solution 11 carries, in full with {@code BARS=full}: many who poll, many who move in the
 * middle of a talk, many who are mute, and one whose connection is cut again and again.
 */
@Isolated("it measures time")
class Lesson11BarsTest {
    private static final String PATH = "/engine.io/";
    private static final int POLLING = FULL ? 1_000 : 200;
    private static final int MOVING = FULL ? 100 : 20;
    private static final int WHILE_MOVING = FULL ? 1_000 : 200; // messages
    private static final int MUTE = FULL ? 200 : 50;
    private static final int CUTS = FULL ? 20 : 6;
    private static final int WHILE_CUT = FULL ? 2_000 : 300; // messages
    private static final String END = "the end";
    private static final int FEW_THREADS = 100;
    private static final Duration NEWS = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    @DisplayName("11 many sessions that poll all have the news within 3 s, on few threads")
    void manyPoll() throws Exception {
        try (var server = RealLesson.solution(11)) {
            Target target = server.target();
            List<Engine> sessions = atOnce(POLLING, () -> {
                Engine session = Engine.polling(target, PATH);
                follow(session);
                return session;
            });
            var held = new ArrayList<Engine.Asked>();
            for (Engine each : sessions) held.add(each.ask());
            try (Engine speaker = Engine.webSocket(target, PATH)) {
                held.getLast().expectHeld("nobody has said anything");
                long threads = Footprint.platformThreads(server);
                long start = System.nanoTime();
                speaker.sendEvent("say", Map.of("from", "ada", "text", "news"), 1);
                for (Engine.Asked each : held) {
                    Answer answer = each.answer().expectStatus(200);
                    if (!answer.text().contains("\"news\"")) throw answer.fail("expected the news");
                }
                double ms = (System.nanoTime() - start) / 1e6;
                TestAll.tell(String.format(Locale.ROOT, "11: %,d sessions polled on %d"
                        + " platform threads, and all had the news after %.0f ms", POLLING, threads,
                        ms));
                assertTrue(threads < FEW_THREADS, () -> threads + " platform threads");
                assertTrue(ms < NEWS.toMillis(), () -> "the last had the news after " + ms + " ms");
            } finally {
                held.forEach(Engine.Asked::close);
            }
        }
    }

    @Test
    @DisplayName("11 clients move while much is said: no gap, no repeat, no other order")
    void manyMove() throws Exception {
        try (var server = RealLesson.solution(11)) {
            Target target = server.target();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                    Engine speaker = Engine.webSocket(target, PATH)) {
                var clients = new ArrayList<Future<Void>>();
                for (int i = 0; i < MOVING; i++) {
                    int moves = 1 + WHILE_MOVING * i / MOVING;
                    clients.add(threads.submit(() -> hearAll(target, moves)));
                }
                Await.until("all to be there", PATIENCE,
                        () -> stats(target, "sessions") == MOVING + 1);
                for (int i = 1; i <= WHILE_MOVING; i++) {
                    speaker.sendEvent("say", Map.of("from", "ada", "text", "n" + i), i);
                    speaker.expectEvent("ack");
                }
                for (Future<Void> each : clients) result(each);
            }
        }
    }

    private static Void hearAll(Target target, int moves) {
        try (Engine session = Engine.polling(target, PATH)) {
            session.sendEvent("resume", Map.of("after", 0), 1);
            long heard = 0;
            while (heard < WHILE_MOVING) {
                JsonNode event = session.nextEvent();
                if (!event.path("event").asText().equals("said")) continue;
                heard = next(session, heard, event.path("data"));
                if (heard == moves) session.move();
            }
            return null;
        }
    }

    private static long next(Engine session, long heard, JsonNode said) {
        if (said.path("id").asLong() == heard + 1) return heard + 1;
        throw session.fail("after " + heard + " came " + said);
    }

    @Test
    @DisplayName("11 mute clients are gone once both times and a second are over")
    void manyMute() throws Exception {
        try (var server = RealLesson.solution(11, Map.of("PING_INTERVAL_MS", "1000",
                "PING_TIMEOUT_MS", "1000"))) {
            Target target = server.target();
            List<Engine> mute = atOnce(MUTE, () -> Engine.webSocket(target, PATH));
            atOnce(MUTE, () -> Engine.polling(target, PATH));
            long opened = System.nanoTime();
            Await.until("that all are forgotten", PATIENCE, () -> stats(target, "sessions") == 0);
            double ms = (System.nanoTime() - opened) / 1e6;
            TestAll.tell(String.format(Locale.ROOT, "11: %d mute clients were gone"
                    + " %.0f ms after the last of them came, with 1,000 + 1,000", 2 * MUTE, ms));
            assertTrue(ms < 3_000, () -> "it took " + ms + " ms");
            mute.forEach(Engine::close);
        }
    }

    @Test
    @DisplayName("11 cuts lose nothing and repeat nothing, with resume; without, they lose")
    void cuts() throws Exception {
        try (var server = RealLesson.solution(11);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Target target = server.target();
            var said = new AtomicInteger();
            Future<List<Long>> resumes = threads.submit(() -> heard(target, said, true));
            Future<List<Long>> follows = threads.submit(() -> heard(target, said, false));
            Await.until("both to be there", PATIENCE, () -> stats(target, "sessions") == 2);
            try (Engine speaker = Engine.webSocket(target, PATH)) {
                while (said.get() < WHILE_CUT) {
                    speaker.sendEvent("say", Map.of("from", "ada", "text", "news"), 1);
                    speaker.expectEvent("ack");
                    said.incrementAndGet();
                }
                Await.until("that both have heard the end", PATIENCE, () -> {
                    speaker.sendEvent("say", Map.of("from", "ada", "text", END), 1);
                    speaker.expectEvent("ack");
                    return resumes.isDone() && follows.isDone();
                });
            }
            assertEquals(LongStream.rangeClosed(1, WHILE_CUT).boxed().toList(), result(resumes));
            int lost = WHILE_CUT - result(follows).size();
            TestAll.tell("11: " + CUTS + " cuts in " + WHILE_CUT + " messages lost " + lost
                    + " without resume, none with it");
            assertTrue(lost > 0, "who only follows again loses what was said meanwhile");
        }
    }

    /** The ids that one hears who is cut again and again, and stays away while more is said. */
    private static List<Long> heard(Target target, AtomicInteger said, boolean resumes) {
        var ids = new ArrayList<Long>();
        int each = WHILE_CUT / (CUTS + 1);
        while (true) {
            try (Engine session = Engine.webSocket(target, PATH)) {
                Map<String, ?> after = Map.of("after", ids.isEmpty() ? 0 : ids.getLast());
                session.sendEvent("resume", resumes || ids.isEmpty() ? after : Map.of(), 1);
                for (int count = 0; count < each || said.get() >= WHILE_CUT; ) {
                    JsonNode event = session.nextEvent();
                    JsonNode data = event.path("data");
                    if (data.path("text").asText().equals(END)) return ids;
                    if (event.path("event").asText().equals("said")) {
                        ids.add(data.path("id").asLong());
                        count++;
                    } else if (data.path("more").asBoolean()) {
                        session.sendEvent("resume", Map.of("after", ids.getLast()), 1);
                    }
                }
            }
            long missed = Math.min(WHILE_CUT, ids.getLast() + each / 4);
            Await.until("that it misses some", PATIENCE, () -> said.get() >= missed);
        }
    }

    // ---------------------------------------------------------------------------------------------

    private static void follow(Engine session) {
        session.sendEvent("resume", Map.of(), 1);
        session.expectEvent("feed");
        session.expectEvent("ack");
    }

    private static int stats(Target target, String key) {
        return target.http().get("/stats").expectStatus(200).json().path(key).asInt(-1);
    }

    private static <T> List<T> atOnce(int count, Callable<T> task) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<T>>();
            for (int i = 0; i < count; i++) all.add(threads.submit(task));
            var results = new ArrayList<T>();
            for (Future<T> each : all) results.add(result(each));
            return results;
        }
    }

    private static <T> T result(Future<T> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof AssertionError wrong) throw wrong;
            throw new IOException(failed.getCause());
        }
    }
}
