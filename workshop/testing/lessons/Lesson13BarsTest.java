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
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tests.Target;
import tests.clients.Answer;
import tests.clients.Door;
import tests.clients.Events;
import tests.clients.ForwardingProxy;
import tests.clients.Frame;
import tests.clients.RawHttp;
import tests.clients.RawWebSocket;
import workshop.testing.Await;
import workshop.testing.Command;
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
        target = server.target();
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
    @DisplayName("13 a flood over ten connections: each ends with 1008, and nobody else notices")
    void flood() throws Exception {
        int burst = 30;
        int rate = 1;
        var ten = new ArrayList<Events>();
        try (var own = RealLesson.solution(13, Map.of("BURST", "" + burst, "RATE", "" + rate));
                var people = Executors.newVirtualThreadPerTaskExecutor()) {
            Door door = Door.of(own.target());
            String mallory = door.login("mallory");
            try (var bob = door.enter("bob"); var eve = door.enter("eve")) {
                for (Events each : List.of(bob, eve)) {
                    each.send("join", Map.of("room", "lobby"), 1);
                    each.expectAck(1);
                }
                long begun = System.nanoTime();
                for (int i = 0; i < 10; i++) ten.add(door.open(mallory));
                var floods = new ArrayList<Future<Integer>>();
                for (Events each : ten) floods.add(people.submit(() -> floods(each)));
                long longest = 0;
                for (int i = 0; i < burst - 5; i++) {
                    long said = System.nanoTime();
                    bob.send("say", Map.of("room", "lobby", "text", "" + i));
                    assertEquals("" + i, eve.expect("said").path("text").asText());
                    bob.expect("said");
                    longest = Math.max(longest, System.nanoTime() - said);
                }
                int accepted = 0;
                for (Future<Integer> each : floods) accepted += each.get();
                double seconds = (System.nanoTime() - begun) / 1e9;
                TestAll.tell(String.format(Locale.ROOT, "13: of a flood over ten connections %d"
                        + " frames were accepted, then all ten were closed; meanwhile another's"
                        + " message took at most %.0f ms", accepted, longest / 1e6));
                assertTrue(accepted >= burst && accepted <= burst + 1 + rate * seconds,
                        "accepted " + accepted);
                assertTrue(longest < 1_000_000_000, "one waited for " + longest / 1e6 + " ms");
            }
        } finally {
            ten.forEach(Events::close);
        }
    }

    /** Sends on whatever comes; gives how many were accepted before 1008 came. */
    private static int floods(Events one) {
        int accepted = 0;
        while (true) {
            for (int i = 0; i < 10; i++) one.send("no-such-event", Map.of(), i);
            for (int i = 0; i < 10; i++) {
                Frame came = one.socket().message();
                if (came.opcode() == Frame.CLOSE) {
                    assertEquals(1008, came.closeCode());
                    return accepted;
                }
                if (!came.text().contains("\"retryMs\"")) accepted++;
            }
        }
    }

    @Test
    @DisplayName("13 of a thousand people who were here no bucket is left")
    void forgets() throws Exception {
        try (var own = RealLesson.solution(13, Map.of("RATE", "1000", "BURST", "20"));
                var people = Executors.newVirtualThreadPerTaskExecutor()) {
            Door door = Door.of(own.target());
            var number = new AtomicInteger();
            Callable<Integer> visit = () -> {
                try (Events each = door.enter("p" + number.incrementAndGet())) {
                    each.send("no-such-event", Map.of(), 1);
                    each.expectAck(1);
                    return 1;
                }
            };
            assertEquals(1_000, all(people, 20, 1_000, visit).size());
            Await.until("the buckets to be forgotten when one more comes", SOON, () -> {
                visit.call();
                return buckets(own) == 1;
            });
        }
    }

    /** How many there are in the memory of a server; the JDK's own tool counts. */
    private static int buckets(RealLesson server) {
        String counted = Command.of(Command.jdk("jcmd"), "" + server.run().pid(),
                "GC.class_histogram").run(SOON).expectExit(0).out();
        return counted.lines().filter(line -> line.endsWith(" lesson13$Bucket"))
                .mapToInt(line -> Integer.parseInt(line.strip().split("\\s+")[1])).sum();
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
