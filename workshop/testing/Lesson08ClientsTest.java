package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import workshop.running.LessonRun;

/**
 * Clients that others wrote hold the same conversation with solution 08: events, an ack, binary,
 * and a close from either side. Each tells what it heard, a line for each thing.
 */
class Lesson08ClientsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int TOO_LONG = 65_537; // bytes of text, one more than the limit

    private static final List<String> HEARD = List.of("welcome", "said Grüße 👋", "ack 7 Grüße 👋",
            "binary ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", // of “abc”
            "closed 1009", "closed 4001");

    /** Knows {@code WebSocket}, {@code url} and {@code tell}, on a page and in Node.js alike. */
    private static final String CONVERSATION = """
            const hex = data => [...new Uint8Array(data)]
                .map(byte => byte.toString(16).padStart(2, "0")).join("");
            const socket = new WebSocket(url);
            socket.binaryType = "arraybuffer";
            socket.addEventListener("message", ({data}) => {
                if (typeof data !== "string") {
                    tell("binary " + hex(data));
                    return socket.send("x".repeat(65537));
                }
                const came = JSON.parse(data);
                if (came.event === "welcome") {
                    tell("welcome");
                    socket.send(JSON.stringify({event: "say", data: {text: "Grüße 👋"}, id: 7}));
                } else if (came.event === "said") {
                    tell("said " + came.data.text);
                } else {
                    tell(came.event + " " + came.id + " " + came.data.text);
                    socket.send(new Uint8Array([97, 98, 99]));
                }
            });
            socket.addEventListener("close", ({code}) => {
                tell("closed " + code);
                const second = new WebSocket(url);
                second.addEventListener("open", () => second.close(4001, "bye"));
                second.addEventListener("close", ({code}) => tell("closed " + code));
            });
            """;

    @Test
    @DisplayName("08 Chromium's WebSocket holds a conversation, close codes included")
    @SuppressWarnings("unchecked")
    void chromium() throws IOException {
        try (Browser browser = Browser.open(); var server = RealLesson.solution(8)) {
            browser.visit(server.url("/stats")); // a page of the same origin, without a socket
            browser.driver().executeScript("window.heard = []; const url = arguments[0];"
                    + " const tell = line => window.heard.push(line);\n" + CONVERSATION,
                    url(server));
            await(() -> (List<String>) browser.script("window.heard"));
        }
    }

    @Test
    @DisplayName("08 npm's ws holds a conversation, close codes included")
    void npm() throws IOException {
        try (var server = RealLesson.solution(8)) {
            Command node = Npm.script("ws@8.18.3", "import WebSocket from \"ws\";\n"
                    + "const url = process.argv[2], tell = line => console.log(line);\n"
                    + CONVERSATION, url(server));
            try (Command.Running running = node.start()) {
                await(() -> running.out().lines().toList());
            }
        }
    }

    @Test
    @DisplayName("08 the JDK's WebSocket holds a conversation, close codes included")
    void jdk() throws IOException {
        var heard = new CopyOnWriteArrayList<String>();
        try (var server = RealLesson.solution(8); var client = HttpClient.newHttpClient()) {
            connect(client, server, new Talker(heard));
            Await.until("the first close", PATIENCE, () -> heard.contains("closed 1009"));
            connect(client, server, new Leaver(heard)).sendClose(4001, "bye").join();
            await(() -> heard);
        }
    }

    private static WebSocket connect(HttpClient client, RealLesson server, WebSocket.Listener ear) {
        return client.newWebSocketBuilder().buildAsync(URI.create(url(server)), ear).join();
    }

    private static String url(RealLesson server) {
        return "ws://" + LessonRun.HOST + ":" + server.port() + "/ws";
    }

    private static void await(Supplier<List<String>> heard) {
        Await.until("“" + HEARD.getLast() + "”", PATIENCE,
                () -> heard.get().size() >= HEARD.size());
        assertEquals(HEARD, heard.get());
    }

    /** Hears no more than how its connection ends. */
    private static class Leaver implements WebSocket.Listener {
        final List<String> heard;

        Leaver(List<String> heard) {
            this.heard = heard;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("closed " + code);
            return null;
        }
    }

    /** The conversation above, in Java. */
    private static final class Talker extends Leaver {
        private static final ObjectMapper JSON = new ObjectMapper();

        private final StringBuilder begun = new StringBuilder();

        Talker(List<String> heard) {
            super(heard);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            begun.append(part);
            socket.request(1);
            if (!last) return null;
            JsonNode came = parsed(begun.toString());
            begun.setLength(0);
            JsonNode data = came.path("data");
            switch (came.path("event").asText()) {
                case "welcome" -> {
                    heard.add("welcome");
                    socket.sendText(
                            "{\"event\": \"say\", \"data\": {\"text\": \"Grüße 👋\"}, \"id\": 7}",
                            true);
                }
                case "said" -> heard.add("said " + data.path("text").asText());
                default -> {
                    heard.add(came.path("event").asText() + " " + came.path("id") + " "
                            + data.path("text").asText());
                    socket.sendBinary(ByteBuffer.wrap(new byte[] {'a', 'b', 'c'}), true);
                }
            }
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer bytes, boolean last) {
            var hash = new byte[bytes.remaining()];
            bytes.get(hash);
            heard.add("binary " + HexFormat.of().formatHex(hash));
            socket.request(1);
            socket.sendText("x".repeat(TOO_LONG), true);
            return null;
        }

        private static JsonNode parsed(String text) {
            try {
                return JSON.readTree(text);
            } catch (JsonProcessingException broken) {
                throw new IllegalArgumentException("no JSON came: " + text, broken);
            }
        }
    }
}
