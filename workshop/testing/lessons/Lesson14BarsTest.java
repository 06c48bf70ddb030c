package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import tests.clients.SmallRedis;
import workshop.course.Course;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.LessonRun;
import workshop.running.Program;
import workshop.running.Programs;
import workshop.testing.Await;
import workshop.testing.Bar;
import workshop.testing.Command;
import workshop.testing.MadeUp;
import workshop.testing.RealNginx;
import workshop.testing.RealRedis;
import workshop.testing.TestAll;

/**
 * What two servers of solution 14 outlive while people talk: one is asked to end, one is killed,
 * Redis is restarted, and killed. With {@code BARS=full} 200 people, else 20. Whatever was acked is
 * heard by all, once, in one order.
 */
@Isolated("it takes the machine")
class Lesson14BarsTest {
    private static final int PEOPLE = FULL ? 200 : 20;
    private static final int ROOMS = FULL ? 10 : 2;
    private static final int PAUSE_MS = FULL ? 1_000 : 200; // between two texts of one person
    private static final int CALM_MS = FULL ? 5_000 : 1_000; // between two faults
    private static final int ABSENCE_MS = 3_000; // the median of all people's longest
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a Redis can be made to do. */
    private interface Fault {
        void happen() throws Exception;
    }

    /** Two servers, each on a port that it keeps. */
    private static final class Pair implements AutoCloseable {
        private final Programs programs = new Programs(MadeUp.real());
        private final Map<String, String> environment;
        private final Program program;
        private final LessonRun[] runs = new LessonRun[2];
        private RealNginx nginx; // null: people choose a server themselves
        private HttpClient http = HttpClient.newHttpClient();

        Pair(String redis) throws BrokenProgram {
            environment = Map.of("REDIS_URL", redis, "SECRET", "of the bars", "RATE", "100000",
                    "BURST", "100000", "BEAT_MS", "300");
            program = programs.compile(Source.read(Course.script(MadeUp.real().solutions(), 14)),
                    14);
            for (int i = 0; i < 2; i++) runs[i] = programs.start(program, environment);
        }

        /** From now on people know nginx alone, and speak TLS with it. */
        Pair behindNginx() throws Exception {
            nginx = RealNginx.before(Map.of(7014, port(0), 8014, port(1)));
            http = HttpClient.newBuilder().sslContext(nginx.believing()).build();
            return this;
        }

        /** @param scheme {@code http} or {@code ws}, which gets an s where that is due */
        URI url(String scheme, int which, String path) {
            return URI.create(nginx == null ? scheme + "://127.0.0.1:" + port(which) + path
                    : scheme + "s://localhost:" + nginx.port(14) + path);
        }

        int port(int which) {
            return runs[which].port();
        }

        /** Ends in its own time. */
        void askToEnd(int which) {
            ProcessHandle process = ProcessHandle.of(runs[which].pid()).orElseThrow();
            process.destroy();
            process.onExit().join();
        }

        void kill(int which) {
            ProcessHandle process = ProcessHandle.of(runs[which].pid()).orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
        }

        void again(int which) throws BrokenProgram {
            int port = port(which);
            runs[which].close();
            runs[which] = programs.start(program, environment, port);
        }

        @Override
        public void close() throws IOException {
            if (nginx != null) nginx.close();
            for (LessonRun each : runs) if (each != null) each.close();
            program.close();
            programs.close();
        }
    }

    /** Somebody who talks, and comes back wherever a server is. */
    private static final class Talker implements WebSocket.Listener {
        private final Pair servers;
        private final String name;
        private final String room;
        private final Set<String> acked;
        private final BlockingQueue<JsonNode> came = new LinkedBlockingQueue<>();
        private final StringBuilder begun = new StringBuilder();
        private final List<Long> ids = Collections.synchronizedList(new ArrayList<>());
        private final Set<String> texts = ConcurrentHashMap.newKeySet();
        private volatile WebSocket socket;
        private volatile boolean isOver;
        private volatile long gone; // since when it has no connection, System.nanoTime()
        private int where;
        private volatile long after = -1;
        private volatile long longestAway; // in milliseconds, from its loss to the room again

        Talker(Pair servers, int number, Set<String> acked) {
            this.servers = servers;
            this.name = "p" + number;
            this.room = "room-" + number % ROOMS;
            this.where = number % 2;
            this.acked = acked;
        }

        /** Until it was told to end; says a text each PAUSE_MS while {@code talks}. */
        void talk(BooleanSupplier talks) {
            String unacked = null;
            long next = System.nanoTime();
            for (int said = 0; !isOver; ) {
                if (socket == null && !comeIn()) continue;
                if (unacked != null && unacked.startsWith("again ")) {
                    unacked = unacked.substring(6);
                    say(unacked);
                }
                if (unacked == null && talks.getAsBoolean() && System.nanoTime() > next) {
                    unacked = name + "-" + said++;
                    next = System.nanoTime() + PAUSE_MS * 1_000_000L;
                    say(unacked);
                }
                JsonNode event = next(50);
                if (event == null) {
                    if (socket == null && unacked != null) unacked = "again " + unacked;
                    continue;
                }
                if (hear(event)) {
                    if (event.path("data").has("error")) {
                        LockSupport.parkNanos(50_000_000);
                        unacked = "again " + unacked; // refused: perhaps stored, and perhaps not
                    } else {
                        acked.add(room + " " + unacked);
                        unacked = null;
                    }
                }
            }
            if (socket != null) socket.abort();
        }

        /** Whether it was an ack. */
        private boolean hear(JsonNode event) {
            JsonNode data = event.path("data");
            switch (event.path("event").asText()) {
                case "said" -> heard(data);
                case "history" -> {
                    if (!data.path("complete").asBoolean() && after > 0) ids.add(-1L);
                    data.path("messages").forEach(this::heard);
                }
                case "ack" -> {
                    return true;
                }
                default -> { } // of no matter here
            }
            return false;
        }

        private void heard(JsonNode said) {
            after = said.path("id").asLong();
            ids.add(after);
            texts.add(said.path("text").asText());
        }

        private boolean comeIn() {
            where = 1 - where;
            try {
                String cookie = login();
                came.clear();
                socket = servers.http.newWebSocketBuilder().header("Cookie", cookie)
                        .connectTimeout(CONNECT).buildAsync(servers.url("ws", where, "/ws"), this)
                        .join();
            } catch (IOException | CompletionException refused) {
                socket = null;
                LockSupport.parkNanos(20_000_000);
                return false;
            }
            socket.sendText("{\"event\":\"join\",\"id\":1,\"data\":{\"room\":\"" + room + "\""
                    + (after < 0 ? "" : ",\"after\":" + after) + "}}", true);
            while (socket != null) {
                JsonNode event = next(5_000);
                if (event == null) continue;
                if (!hear(event)) continue;
                if (after >= 0) {
                    longestAway = Math.max(longestAway, (System.nanoTime() - gone) / 1_000_000);
                }
                after = Math.max(after, 0);
                return true;
            }
            return false;
        }

        private String login() throws IOException {
            try {
                var answer = servers.http.send(HttpRequest.newBuilder(servers.url("http", where,
                        "/login")).header("Content-Type", "application/json").timeout(CONNECT)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"" + name + "\"}"))
                        .build(), HttpResponse.BodyHandlers.ofString());
                return answer.headers().firstValue("Set-Cookie").orElseThrow(() ->
                        new IOException("no cookie: " + answer)).split(";")[0];
            } catch (InterruptedException ended) {
                isOver = true;
                throw new IOException(ended);
            }
        }

        private void say(String text) {
            WebSocket now = socket;
            if (now == null) return;
            now.sendText("{\"event\":\"say\",\"id\":2,\"data\":{\"room\":\"" + room
                    + "\",\"text\":\"" + text + "\",\"nonce\":\"" + text + "\"}}", true);
        }

        private JsonNode next(int millis) {
            try {
                return came.poll(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException ended) {
                isOver = true;
                return null;
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            from.request(1);
            begun.append(part);
            if (!last) return null;
            try {
                came.add(JSON.readTree(begun.toString()));
            } catch (JsonProcessingException broken) {
                throw new AssertionError("no JSON came: " + begun, broken);
            } finally {
                begun.setLength(0);
            }
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            lost();
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable gone) {
            begun.setLength(0);
            lost();
        }

        private void lost() {
            if (socket != null) gone = System.nanoTime();
            socket = null;
        }
    }

    @Test
    @DisplayName("14 with a real Redis and nginx: two ends of servers, two of Redis; nothing lost")
    void real() throws Exception {
        try (var redis = RealRedis.start()) {
            outlive("the real Redis and nginx", redis.url(), true, () -> {
                redis.end();
                redis.begin();
            }, () -> {
                redis.kill();
                redis.begin();
            });
        }
    }

    @Test
    @DisplayName("14 with the tests' own Redis: two ends of servers, two of Redis; nothing lost")
    void small() throws Exception {
        try (var redis = SmallRedis.start()) {
            outlive("the small Redis", redis.url(), false, redis::cut, () -> {
                redis.away();
                LockSupport.parkNanos(500_000_000);
                redis.back();
            });
        }
    }

    private static void outlive(String what, String redis, boolean nginx, Fault restart, Fault kill)
            throws Exception {
        Set<String> acked = ConcurrentHashMap.newKeySet();
        var talkers = new ArrayList<Talker>();
        var threads = new ArrayList<Thread>();
        var talks = new boolean[] {false};
        try (var servers = new Pair(redis)) {
            if (nginx) servers.behindNginx();
            for (int i = 0; i < PEOPLE; i++) talkers.add(new Talker(servers, i, acked));
            for (Talker each : talkers) {
                threads.add(Thread.ofVirtual().start(() -> each.talk(() -> talks[0])));
            }
            Await.until("all to be in their rooms", PATIENCE,
                    () -> talkers.stream().allMatch(each -> each.after >= 0));
            talks[0] = true;
            for (Fault fault : List.<Fault>of(() -> servers.askToEnd(0), () -> servers.again(0),
                    () -> servers.kill(1), () -> servers.again(1), restart, kill)) {
                LockSupport.parkNanos(CALM_MS * 1_000_000L);
                fault.happen();
            }
            LockSupport.parkNanos(CALM_MS * 1_000_000L);
            talks[0] = false;
            Await.until("all that was acked to be heard by all in its room", PATIENCE,
                    () -> talkers.stream().allMatch(each -> missing(each, acked).isEmpty()));
            talkers.forEach(each -> each.isOver = true);
            for (Thread each : threads) each.join();
        } finally {
            talkers.forEach(each -> each.isOver = true);
        }
        int twice = 0;
        int reordered = 0;
        int heard = 0;
        for (Talker each : talkers) {
            heard += each.ids.size();
            twice += each.ids.size() - new HashSet<>(each.ids).size();
            for (int i = 1; i < each.ids.size(); i++) {
                if (each.ids.get(i) <= each.ids.get(i - 1)) reordered++;
            }
        }
        List<Long> away = talkers.stream().map(each -> each.longestAway).sorted().toList();
        TestAll.tell(String.format(Locale.ROOT, "%s: %,d people, %,d acked, %,d heard, 0 lost, %d"
                + " twice, %d out of order; the longest absence %,d ms (median), at most %,d ms",
                what, PEOPLE, acked.size(), heard, twice, reordered, away.get(away.size() / 2),
                away.getLast()));
        assertTrue(acked.size() > PEOPLE, "so few were acked: " + acked.size());
        assertEquals(0, twice, "heard twice");
        assertEquals(0, reordered, "out of order");
        long absence = away.get(away.size() / 2);
        Bar.expect(absence <= ABSENCE_MS, "the longest absence of the median is " + absence
                + " ms, not " + ABSENCE_MS);
    }

    @Test
    @DisplayName("14 with a real Redis the solution passes the exercises' tests as well")
    void checked() throws Exception {
        try (var redis = RealRedis.start()) {
            Command.tool("check", "14", "--dir", "solutions").in(MadeUp.real().root())
                    .with("CHECK_REDIS_URL", redis.url()).run(Duration.ofMinutes(5))
                    .expectExit(0);
            assertTrue(redis.ask("XLEN", "feed").matches(":[1-9][0-9]*"), "it was not asked");
        }
    }

    private static Set<String> missing(Talker talker, Set<String> acked) {
        var missing = new HashSet<String>();
        for (String each : acked) {
            String[] parts = each.split(" ", 2);
            if (parts[0].equals(talker.room) && !talker.texts.contains(parts[1])) {
                missing.add(parts[1]);
            }
        }
        return missing;
    }
}
