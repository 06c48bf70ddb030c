package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tests.Starter;
import tests.Target;
import tests.clients.Answer;
import tests.clients.Door;
import tests.clients.Events;
import tests.clients.ForwardingProxy;
import tests.clients.RawHttp;
import tests.clients.RawWebSocket;
import workshop.running.LessonRun;
import workshop.testing.Await;
import workshop.testing.RealLesson;
import workshop.testing.TestAll;

/** Attacks on solution 13 that take long: each gets what the contract says, no one else does. */
class Lesson13BarsTest {
    private static final Duration SOON = Duration.ofSeconds(20); // on a busy machine

    private static RealLesson server;
    private static Target target;

    @BeforeAll
    static void start() {
        server = RealLesson.solution(13, Map.of("TRUSTED", "127.0.0.1", "ORIGINS",
                "https://rooms.example, http://localhost:7013"));
        target = new Target(LessonRun.HOST, server.port(), Map.of(), new Random(), Starter.NONE);
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) server.close();
    }

    @Test
    @DisplayName("13 with ORIGINS these alone are ours, and not the server's own name")
    void origins() {
        Door door = Door.of(target);
        String cookie = door.login("ada");
        for (String ours : List.of("https://rooms.example", "http://localhost:7013")) {
            Answer answer = door.ask(cookie, "Origin: " + ours);
            assertEquals(101, answer.status(), ours);
        }
        for (String other : List.of("http://rooms.example", "https://rooms.example:443",
                "http://" + target.http().authority())) {
            door.expectRefused(door.ask(cookie, "Origin: " + other), 403, other);
        }
    }

    @Test
    @DisplayName("13 of 1,001 connections of one address the last gets 429, nobody else notices")
    void thousandAndOne() throws Exception {
        int most = 1_000;
        try (var proxy = ForwardingProxy.to(target).saying("203.0.113.50");
                var people = Executors.newVirtualThreadPerTaskExecutor()) {
            Door crowd = Door.of(proxy.outside(target));
            String cookie = Door.of(target).login("crowd");
            String own = "Origin: http://localhost:7013";
            long begun = System.nanoTime();
            List<Events> open = new ArrayList<>(all(people, 50, most - 50, () ->
                    crowd.open(cookie, own)));
            try {
                // The last fifty places, and two hundred who want them at once.
                List<Events> rest = all(people, 200, 200, () -> perhaps(crowd, cookie, own));
                rest.stream().filter(each -> each != null).forEach(open::add);
                assertEquals(most, open.size(), "connections that were welcomed");
                crowd.expectRefused(crowd.ask(cookie, own), 429, "1,000 are open")
                        .expectHeader("Retry-After", "1");
                TestAll.tell(String.format(Locale.ROOT, "13: 1,000 connections of one address in"
                        + " %.1f s, 150 too many of 200 at once were refused",
                        (System.nanoTime() - begun) / 1e9));
                try (Events bob = Door.of(target).open(Door.of(target).login("bob"), own)) {
                    bob.send("say", Map.of("to", "crowd", "text", "you all"), 1);
                    assertTrue(!bob.expectAck(1).has("error"));
                }
                for (Events each : open) {
                    assertEquals("you all", each.expect("said").path("text").asText());
                }
            } finally {
                open.forEach(Events::close);
            }
            Await.until("all places to be free", SOON, () -> stats().path("clients").asInt() == 0);
            crowd.open(cookie, own).close();
        }
    }

    /** Comes in, or gets 429 or 1013: then null. */
    private static Events perhaps(Door door, String cookie, String own) {
        try {
            return door.open(cookie, own);
        } catch (AssertionError refused) {
            String words = refused.getMessage();
            if (words.contains("429") || words.contains("1013")) return null;
            throw refused;
        }
    }

    @Test
    @DisplayName("13 a handshake that fails takes no place, whatever is wrong with it")
    void failedHandshakes() {
        String host = target.http().authority();
        Door door = Door.of(target);
        String cookie = door.login("eve");
        String own = "Origin: http://localhost:7013";
        for (int i = 0; i < 300; i++) {
            String raw = RawWebSocket.request("/ws", host, RawWebSocket.freshKey(), cookie, own,
                    "X-Forwarded-For: 203.0.113.60");
            String broken = switch (i % 3) {
                case 0 -> raw.replace("Version: 13", "Version: 8");
                case 1 -> raw.replaceFirst("Sec-WebSocket-Key: .*\r\n", "");
                default -> raw.replace(cookie, "Cookie: session=eve.1.x");
            };
            Answer answer = RawWebSocket.ask(target, broken);
            try (var _ = answer.client()) {
                assertTrue(answer.status() >= 400, () -> "status " + answer.status());
            }
        }
        Await.until("nobody to be in", SOON, () -> stats().path("addresses").asInt() == 0);
    }

    @Test
    @DisplayName("13 /metrics counts, for this machine alone")
    void metrics() {
        Answer here = target.http().get("/metrics").expectStatus(200);
        assertTrue(here.text().contains("door_refused_total{status=\"403\"}"), here.text());
        target.http().get("/metrics", "X-Forwarded-For: 203.0.113.9").expectStatus(404);
        target.http().get("/health").expectStatus(200).expectBody("ok");
    }

    private static JsonNode stats() {
        return new RawHttp(target).get("/stats").expectStatus(200).json();
    }

    /** Does it so often, so many at a time. */
    private static <T> List<T> all(java.util.concurrent.ExecutorService people, int atOnce,
            int times, Callable<T> what) throws Exception {
        var done = new ArrayList<T>();
        for (int begun = 0; begun < times; begun += atOnce) {
            var running = new ArrayList<Future<T>>();
            IntStream.range(0, Math.min(atOnce, times - begun))
                    .forEach(_ -> running.add(people.submit(what)));
            for (Future<T> each : running) done.add(each.get());
        }
        return done;
    }
}
