package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static workshop.testing.TestAll.FULL;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import workshop.testing.Await;
import workshop.testing.Bar;
import workshop.testing.RealLesson;
import workshop.testing.RealRedis;
import workshop.testing.TestAll;

/**
 * What it costs that solution 14's servers are two, and share a real Redis: with {@code BARS=full}
 * 400 people who say 200 texts a second, else 40 and 20.
 */
@Isolated("it measures time")
class Lesson14CostTest {
    private static final int PEOPLE = FULL ? 400 : 40;
    private static final int A_SECOND = FULL ? 200 : 20;
    private static final int SECONDS = FULL ? 15 : 3; // after as many that warm up
    private static final int IN_A_ROOM = 20;
    private static final double SLOWER = 3;      // times the 99th percentile of one server
    private static final double DEARER = 1.0;    // times its processor, each of the two
    private static final double UNREST_MS = FULL ? 0 : 100; // a short run's own
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern SAID = Pattern.compile("\"text\":\"([0-9]+)\"");

    /** Milliseconds from saying to hearing; and of all servers' processor for a delivery. */
    private record Cost(double percentile99, double cpuMillis) {}

    /** Somebody in a room who hears, and notes how long that took. */
    private static final class Ear implements WebSocket.Listener {
        private final long[] delays;
        private final AtomicInteger count;
        private final StringBuilder begun = new StringBuilder();
        private volatile boolean isIn;

        Ear(long[] delays, AtomicInteger count) {
            this.delays = delays;
            this.count = count;
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            from.request(1);
            begun.append(part);
            if (!last) return null;
            if (begun.indexOf("\"event\":\"ack\"") >= 0) isIn = true;
            Matcher said = SAID.matcher(begun);
            if (said.find()) {
                delays[count.getAndIncrement()] = System.nanoTime() - Long.parseLong(said.group(1));
            }
            begun.setLength(0);
            return null;
        }
    }

    @Test
    @DisplayName("14 two servers and Redis: p99 at most 3 times that of one, and neither dearer")
    void cost() throws Exception {
        Cost one;
        try (var server = RealLesson.solution(14, environment(""))) {
            one = cost(server);
        }
        Cost two;
        try (var redis = RealRedis.inMemory(); var here = RealLesson.solution(14,
                environment(redis.url())); var there = RealLesson.solution(14,
                environment(redis.url()))) {
            two = cost(here, there);
        }
        TestAll.tell(String.format(Locale.ROOT, "14: %d people, %d texts a second, rooms of %d:"
                + " heard within %.1f ms (p99) on one server, %.1f ms on two with Redis; %.3f and"
                + " %.3f ms of processor a delivery", PEOPLE, A_SECOND, IN_A_ROOM,
                one.percentile99, two.percentile99, one.cpuMillis, two.cpuMillis));
        double slower = two.percentile99 - UNREST_MS;
        double each = two.cpuMillis / 2; // each server has its share of it
        boolean isCheap = !FULL || each <= DEARER * one.cpuMillis;
        Bar.expect(slower <= SLOWER * one.percentile99 && isCheap,
                "too slow, or too dear: " + one + ", " + two);
    }

    private static Map<String, String> environment(String redis) {
        return Map.of("REDIS_URL", redis, "SECRET", "of the costs", "RATE", "1000", "BURST",
                "1000");
    }

    private static Cost cost(RealLesson... servers) throws Exception {
        var delays = new long[A_SECOND * SECONDS * IN_A_ROOM + IN_A_ROOM];
        var count = new AtomicInteger();
        var people = new ArrayList<WebSocket>();
        try (var http = HttpClient.newHttpClient()) {
            var ears = new ArrayList<Ear>();
            for (int i = 0; i < PEOPLE; i++) {
                ears.add(new Ear(delays, count));
                people.add(enter(http, servers[i % servers.length], ears.getLast(), i));
            }
            Await.until("all to be in", PATIENCE, () -> ears.stream().allMatch(ear -> ear.isIn));
            speak(people, count);
            List<Duration> before = Arrays.stream(servers).map(Lesson14CostTest::cpu).toList();
            speak(people, count);
            double cpu = 0;
            for (int i = 0; i < servers.length; i++) {
                cpu += cpu(servers[i]).minus(before.get(i)).toNanos() / 1e6;
            }
            people.forEach(WebSocket::abort);
            double[] sorted = Arrays.stream(delays, 0, count.get()).mapToDouble(n -> n / 1e6)
                    .sorted().toArray();
            return new Cost(sorted[sorted.length * 99 / 100], cpu / sorted.length);
        }
    }

    private static Duration cpu(RealLesson server) {
        return ProcessHandle.of(server.run().pid()).orElseThrow().info().totalCpuDuration()
                .orElseThrow();
    }

    /** They say so many a second, by turns, each its moment; until all have heard all of it. */
    private static void speak(List<WebSocket> people, AtomicInteger count) {
        count.set(0);
        long next = System.nanoTime();
        for (int i = 0; i < A_SECOND * SECONDS; i++) {
            int who = i * 7 % people.size();
            people.get(who).sendText("{\"event\":\"say\",\"data\":{\"room\":\"room-"
                    + who / IN_A_ROOM + "\",\"text\":\"" + System.nanoTime() + "\"}}", true).join();
            next += 1_000_000_000L / A_SECOND;
            for (long left; (left = next - System.nanoTime()) > 0; ) LockSupport.parkNanos(left);
        }
        int due = A_SECOND * SECONDS * IN_A_ROOM;
        Await.until("all to be heard", PATIENCE, () -> count.get() >= due);
        assertEquals(due, count.get());
    }

    private static WebSocket enter(HttpClient http, RealLesson server, Ear ear, int number)
            throws IOException, InterruptedException {
        String cookie = http.send(HttpRequest.newBuilder(URI.create(server.url("/login")))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers
                .ofString("{\"name\":\"p" + number + "\"}")).build(),
                HttpResponse.BodyHandlers.ofString()).headers().firstValue("Set-Cookie")
                .orElseThrow().split(";")[0];
        WebSocket socket = http.newWebSocketBuilder().header("Cookie", cookie)
                .buildAsync(URI.create(server.url("/ws").replace("http", "ws")), ear).join();
        socket.sendText("{\"event\":\"join\",\"id\":1,\"data\":{\"room\":\"room-"
                + number / IN_A_ROOM + "\"}}", true).join();
        return socket;
    }
}
