package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tests.clients.RawClient;
import workshop.running.LessonRun;
import workshop.testing.Await;
import workshop.testing.Browser;
import workshop.testing.Command;
import workshop.testing.RealLesson;

/**
 * Clients that others wrote, against solution 06. The server is stopped and started again, with
 * the same feed or with a new one, and no message may be missing or come twice, not even for a
 * client that was cut off before it heard the first. (npm's client keeps an id only of an event
 * that has data, be it empty; the standard, and Chromium, keep any.)
 *
 * <p>Clients know a relay, which listens on one port throughout. While the server is away the relay
 * is away too: connections break, and new ones are refused. So each new server can be given its
 * feed before a client finds it.
 */
class Lesson06ClientsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20); // 1 s until a client retries

    /** Prints each message's id and text in a line of its own. */
    private static final String NODE = """
            import { EventSource } from "eventsource";
            const source = new EventSource(process.argv[2]);
            source.addEventListener("open", () => console.log("open"));
            source.addEventListener("presence", () => console.log("presence"));
            source.addEventListener("message", event => {
                const message = JSON.parse(event.data);
                console.log(`${event.lastEventId} ${message.id} ${message.text}`);
            });
            """;

    /** Keeps the ids and texts of all messages; the page is the server's own, at another path. */
    private static final String BROWSER = """
            window.heard = [];
            window.opened = 0;
            window.told = 0;
            const source = new EventSource(arguments[0]);
            source.addEventListener("open", () => window.opened++);
            source.addEventListener("presence", () => window.told++);
            source.addEventListener("message", event => {
                const message = JSON.parse(event.data);
                window.heard.push(`${event.lastEventId} ${message.id} ${message.text}`);
            });
            """;

    /** What a test knows of a client. */
    private interface Client {
        long opened();

        /** How often it was told how many listen. */
        long told();

        List<String> heard();
    }

    private static Client inBrowser(Browser browser, String path) {
        browser.driver().executeScript(BROWSER, path);
        return new Client() {
            @Override
            public long opened() {
                return ((Number) browser.script("window.opened")).longValue();
            }

            @Override
            public long told() {
                return ((Number) browser.script("window.told")).longValue();
            }

            @Override
            @SuppressWarnings("unchecked")
            public List<String> heard() {
                return (List<String>) browser.script("window.heard");
            }
        };
    }

    private static Client inNode(Command.Running running) {
        return new Client() {
            @Override
            public long opened() {
                return running.out().lines().filter("open"::equals).count();
            }

            @Override
            public long told() {
                return running.out().lines().filter("presence"::equals).count();
            }

            @Override
            public List<String> heard() {
                return running.out().lines().filter(line -> line.contains(" ")).toList();
            }
        };
    }

    @Test
    @DisplayName("06 Chromium's EventSource resumes without a gap after a restart")
    void chromium() throws IOException {
        try (Browser browser = Browser.open(); Relay relay = new Relay()) {
            restart(relay, List.of());
            browser.visit(relay.url("/stats"));
            resumes(relay, inBrowser(browser, "/events?lastEventId=0"));
        }
    }

    @Test
    @DisplayName("06 npm's eventsource resumes without a gap after a restart")
    void npm() throws IOException {
        try (Relay relay = new Relay()) {
            restart(relay, List.of());
            Command node = Npm.script("eventsource@3.0.7", NODE,
                    relay.url("/events?lastEventId=0"));
            try (Command.Running running = node.start()) {
                resumes(relay, inNode(running));
            }
        }
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @MethodSource("feeds")
    @DisplayName("06 Chromium's EventSource, cut before its first message, misses nothing")
    void chromiumCutEarly(List<String> before) throws IOException {
        try (Browser browser = Browser.open(); Relay relay = new Relay()) {
            restart(relay, before);
            browser.visit(relay.url("/stats"));
            missesNothing(relay, before, inBrowser(browser, "/events"));
        }
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @MethodSource("feeds")
    @DisplayName("06 npm's eventsource, cut before its first message, misses nothing")
    void npmCutEarly(List<String> before) throws IOException {
        try (Relay relay = new Relay()) {
            restart(relay, before);
            Command node = Npm.script("eventsource@3.0.7", NODE, relay.url("/events"));
            try (Command.Running running = node.start()) {
                missesNothing(relay, before, inNode(running));
            }
        }
    }

    /** What was said before a client comes: nothing, and something. */
    static Stream<List<String>> feeds() {
        return Stream.of(List.of(), List.of("before", "it came"));
    }

    private static void missesNothing(Relay relay, List<String> before, Client client)
            throws IOException {
        // What tells it its place comes in front of that.
        Await.until("how many listen", PATIENCE, () -> client.told() > 0);
        assertEquals(List.of(), client.heard());
        relay.stop();
        var feed = new ArrayList<>(before);
        feed.addAll(List.of("missed 1", "missed 2"));
        restart(relay, feed);
        Await.until("the second connection", PATIENCE, () -> client.opened() == 2);
        post(relay, feed, "and on");
        await(client, told(feed, before.size()));
    }

    private static void resumes(Relay relay, Client client) throws IOException {
        Await.until("the first connection", PATIENCE, () -> client.opened() == 1);
        var feed = new ArrayList<String>();
        post(relay, feed, "before");
        await(client, told(feed, 0));

        relay.stop(); // the same feed comes back, and has grown meanwhile
        feed.addAll(List.of("missed 1", "missed 2"));
        restart(relay, feed);
        Await.until("the second connection", PATIENCE, () -> client.opened() == 2);
        post(relay, feed, "and on");
        await(client, told(feed, 0));
        List<String> first = told(feed, 0);

        relay.stop(); // another one comes back, and is shorter
        var anew = new ArrayList<>(List.of("a new feed", "of two"));
        restart(relay, anew);
        Await.until("the third connection", PATIENCE, () -> client.opened() == 3);
        post(relay, anew, "and three");
        var all = new ArrayList<>(first);
        all.addAll(told(anew, 0));
        await(client, all);
    }

    private static List<String> told(List<String> feed, int seen) {
        return LongStream.rangeClosed(seen + 1, feed.size())
                .mapToObj(id -> id + " " + id + " " + feed.get((int) id - 1)).toList();
    }

    private static void await(Client client, List<String> expected) {
        Await.until("the message “" + expected.getLast() + "”", PATIENCE,
                () -> client.heard().size() >= expected.size());
        assertEquals(expected, client.heard());
    }

    /** Starts a server with this feed, and only then lets the clients find it. */
    private static void restart(Relay relay, List<String> feed) throws IOException {
        var server = RealLesson.solution(6);
        for (String text : feed) post(server.port(), text);
        relay.lead(server);
    }

    private static void post(Relay relay, List<String> feed, String text) {
        post(relay.server().port(), text);
        feed.add(text);
    }

    private static void post(int port, String text) {
        String body = new ObjectMapper().createObjectNode().put("from", "ada").put("text", text)
                .toString();
        try (RawClient client = RawClient.connect(LessonRun.HOST, port)) {
            client.send("POST /messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body);
            client.expect("HTTP/1.1 201");
        }
    }
}
