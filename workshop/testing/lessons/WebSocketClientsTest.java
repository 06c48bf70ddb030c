package workshop.testing.lessons;

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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import workshop.running.LessonRun;
import workshop.testing.Await;
import workshop.testing.Browser;
import workshop.testing.Command;
import workshop.testing.RealLesson;

/**
 * Clients that others wrote hold the same conversation with a solution: texts, binary, a message
 * that is too long, and a close from either side. Each tells what it heard, a line for each thing.
 */
class WebSocketClientsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Behind each talk: the server's own close, then a second connection that the client ends. */
    private static final String GOODBYE = """
            socket.addEventListener("close", ({code}) => {
                tell("closed " + code);
                const second = new WebSocket(url);
                second.addEventListener("open", () => second.close(4001, "bye"));
                second.addEventListener("close", ({code}) => tell("closed " + code));
            });
            """;

    /**
     * What is said to a lesson. The script knows {@code WebSocket}, {@code url} and {@code tell},
     * on a page and in Node.js alike.
     */
    enum Talk {
        LESSON_07(7, "/wire.css", """
            const socket = new WebSocket(url, ["soap", "chat"]);
            socket.binaryType = "arraybuffer";
            const next = {
                "Grüße 👋": () => socket.send("x".repeat(200)),
                "text of 200": () => socket.send("y".repeat(70000)),
                "text of 70000": () => socket.send(new Uint8Array(300).fill(255)),
                "binary of 300": () => socket.send("z".repeat(1048577)),
            };
            socket.addEventListener("open", () => {
                tell(socket.protocol);
                socket.send("Grüße 👋");
            });
            socket.addEventListener("message", ({data}) => {
                const heard = typeof data !== "string" ? `binary of ${data.byteLength}`
                    : data.length < 20 ? data : `text of ${data.length}`;
                tell(heard);
                next[heard]();
            });
            """, "chat", "Grüße 👋", "text of 200", "text of 70000", "binary of 300",
            "closed 1009", "closed 4001") {
            @Override
            Ear ear(List<String> heard) {
                return new EchoEar(heard);
            }
        },

        LESSON_08(8, "/stats", """
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
            """, "welcome", "said Grüße 👋", "ack 7 Grüße 👋",
            "binary ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", // of “abc”
            "closed 1009", "closed 4001") {
            @Override
            Ear ear(List<String> heard) {
                return new EventsEar(heard);
            }
        };

        private final int lesson;
        private final String quiet; // a path of the same origin that opens no WebSocket
        private final String script;
        private final List<String> heard;

        Talk(int lesson, String quiet, String script, String... heard) {
            this.lesson = lesson;
            this.quiet = quiet;
            this.script = script + GOODBYE;
            this.heard = List.of(heard);
        }

        /** The same talk in Java. */
        abstract Ear ear(List<String> heard);
    }

    private static Browser browser;

    @AfterAll
    static void close() {
        if (browser != null) browser.close();
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("Chromium's WebSocket holds a conversation, close codes included")
    @SuppressWarnings("unchecked")
    void chromium(Talk talk) throws IOException {
        if (browser == null) browser = Browser.open();
        try (var server = RealLesson.solution(talk.lesson)) {
            browser.visit(server.url(talk.quiet));
            browser.driver().executeScript("window.heard = []; const url = arguments[0];"
                    + " const tell = line => window.heard.push(line);\n" + talk.script,
                    url(server));
            await(talk, () -> (List<String>) browser.script("window.heard"));
        }
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("npm's ws holds a conversation, close codes included")
    void npm(Talk talk) throws IOException {
        try (var server = RealLesson.solution(talk.lesson)) {
            Command node = Npm.script("ws@8.18.3", "import WebSocket from \"ws\";\n"
                    + "const url = process.argv[2], tell = line => console.log(line);\n"
                    + talk.script, url(server));
            try (Command.Running running = node.start()) {
                await(talk, () -> running.out().lines().toList());
            }
        }
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("the JDK's WebSocket holds a conversation, close codes included")
    void jdk(Talk talk) throws IOException {
        var heard = new CopyOnWriteArrayList<String>();
        try (var server = RealLesson.solution(talk.lesson);
                var client = HttpClient.newHttpClient()) {
            connect(client, server, talk.ear(heard));
            Await.until("the first close", PATIENCE, () -> heard.contains("closed 1009"));
            connect(client, server, new Ear(heard)).sendClose(4001, "bye").join();
            await(talk, () -> heard);
        }
    }

    private static WebSocket connect(HttpClient client, RealLesson server, WebSocket.Listener ear) {
        return client.newWebSocketBuilder().subprotocols("soap", "chat")
                .buildAsync(URI.create(url(server)), ear).join();
    }

    private static String url(RealLesson server) {
        return "ws://" + LessonRun.HOST + ":" + server.port() + "/ws";
    }

    private static void await(Talk talk, Supplier<List<String>> heard) {
        Await.until("“" + talk.heard.getLast() + "”", PATIENCE,
                () -> heard.get().size() >= talk.heard.size());
        assertEquals(talk.heard, heard.get());
    }

    /** Tells how its connection ends. */
    private static class Ear implements WebSocket.Listener {
        final List<String> heard;
        private final StringBuilder begun = new StringBuilder();

        Ear(List<String> heard) {
            this.heard = heard;
        }

        void text(WebSocket socket, String text) {}

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            begun.append(part);
            socket.request(1);
            if (!last) return null;
            String text = begun.toString();
            begun.setLength(0);
            text(socket, text);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("closed " + code);
            return null;
        }
    }

    private static final class EchoEar extends Ear {
        private int bytes;

        EchoEar(List<String> heard) {
            super(heard);
        }

        @Override
        public void onOpen(WebSocket socket) {
            heard.add(socket.getSubprotocol());
            socket.sendText("Grüße 👋", true);
            socket.request(1);
        }

        @Override
        void text(WebSocket socket, String text) {
            heard.add(text.length() < 20 ? text : "text of " + text.length());
            switch (heard.getLast()) {
                case "Grüße 👋" -> socket.sendText("x".repeat(200), true);
                case "text of 200" -> socket.sendText("y".repeat(70_000), true);
                default -> socket.sendBinary(ByteBuffer.allocate(300), true);
            }
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
            bytes += part.remaining();
            socket.request(1);
            if (!last) return null;
            heard.add("binary of " + bytes);
            socket.sendText("z".repeat(1_048_577), true);
            return null;
        }
    }

    private static final class EventsEar extends Ear {
        private static final ObjectMapper JSON = new ObjectMapper();

        EventsEar(List<String> heard) {
            super(heard);
        }

        @Override
        void text(WebSocket socket, String text) {
            JsonNode came = parsed(text);
            JsonNode data = came.path("data");
            switch (came.path("event").asText()) {
                case "welcome" -> {
                    heard.add("welcome");
                    socket.sendText("""
                            {"event": "say", "data": {"text": "Grüße 👋"}, "id": 7}""", true);
                }
                case "said" -> heard.add("said " + data.path("text").asText());
                default -> {
                    heard.add(came.path("event").asText() + " " + came.path("id") + " "
                            + data.path("text").asText());
                    socket.sendBinary(ByteBuffer.wrap(new byte[] {'a', 'b', 'c'}), true);
                }
            }
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer bytes, boolean last) {
            var hash = new byte[bytes.remaining()];
            bytes.get(hash);
            heard.add("binary " + HexFormat.of().formatHex(hash));
            socket.request(1);
            socket.sendText("x".repeat(65_537), true);
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
