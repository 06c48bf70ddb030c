package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import tests.Target;
import tests.clients.SocketIo;
import workshop.testing.Await;
import workshop.testing.Command;
import workshop.testing.RealLesson;
import workshop.testing.TestAll;

/** What solution 12 carries, in full with {@code BARS=full}. */
@Isolated("it measures time")
class Lesson12BarsTest {
    private static final int CLIENTS = FULL ? 200 : 40;
    private static final int MESSAGES = FULL ? 2_000 : 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The official client, as it comes. */
    private static final String NODE = """
            import {io} from "socket.io-client";
            const socket = io(process.argv[2], {transports: [process.argv[3]]});
            socket.on("connect", () => console.log("here"));
            """;

    @Test
    @DisplayName("12 all hear all that is said, once, in one order")
    void broadcast() throws Exception {
        try (var server = RealLesson.solution(12);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Target target = server.target();
            var hearers = new ArrayList<Future<List<String>>>();
            for (int i = 0; i < CLIENTS; i++) {
                boolean polls = i % 10 == 0;
                hearers.add(threads.submit(() -> heard(target, polls)));
            }
            Await.until("all to be there", PATIENCE, () -> sockets(target) == CLIENTS);
            long start = System.nanoTime();
            try (SocketIo ada = SocketIo.in(target, "/"); SocketIo bob = SocketIo.in(target, "/")) {
                for (int i = 0; i < MESSAGES; i += 2) {
                    for (SocketIo each : List.of(ada, bob)) {
                        each.emit("/", null, "say", Map.of("text", "news", "echo", false));
                    }
                    for (SocketIo each : List.of(ada, bob)) { // no faster than they hear
                        each.expectEvent("/", "said", "what the other says is heard");
                    }
                }
                List<String> first = result(hearers.getFirst());
                assertEquals(MESSAGES, first.size());
                for (Future<List<String>> each : hearers) assertEquals(first, result(each));
            }
            TestAll.tell(String.format(Locale.ROOT, "12: %,d messages to %d clients, each once and"
                    + " in one order, in %.1f s", MESSAGES, CLIENTS,
                    (System.nanoTime() - start) / 1e9));
        }
    }

    private static List<String> heard(Target target, boolean polls) {
        var ids = new ArrayList<String>();
        try (SocketIo client = polls ? SocketIo.polling(target).connect("/")
                : SocketIo.in(target, "/")) {
            while (ids.size() < MESSAGES) {
                ids.add(client.expectEvent("/", "said", "all hear what is said").path("id")
                        .asText());
            }
            return ids;
        }
    }

    @Test
    @DisplayName("12 an official client that is stopped is counted out within the two times")
    void stopped() throws Exception {
        Map<String, String> times = Map.of("PING_INTERVAL_MS", "1000", "PING_TIMEOUT_MS", "1000");
        for (String wire : List.of("polling", "websocket")) {
            try (var server = RealLesson.solution(12, times)) {
                Target target = server.target();
                Command node = Npm.script("socket.io-client@4.8.1", NODE, server.url(""), wire);
                try (Command.Running running = node.start()) {
                    Await.until("that it is here", PATIENCE, () -> sockets(target) == 1);
                    Command.of("kill", "-STOP", "" + running.process().pid()).run(PATIENCE)
                            .expectExit(0);
                    long since = System.nanoTime();
                    Await.until("that it is counted out", PATIENCE, () -> sockets(target) == 0);
                    double ms = (System.nanoTime() - since) / 1e6;
                    TestAll.tell(String.format(Locale.ROOT, "12: a stopped client over %s was"
                            + " counted out after %.0f ms, with 1,000 + 1,000", wire, ms));
                    assertTrue(ms < 3_000, () -> "it took " + ms + " ms");
                }
            }
        }
    }

    private static int sockets(Target target) {
        return target.http().get("/stats").expectStatus(200).json().path("sockets").path("/")
                .asInt(-1);
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
