package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tests.clients.Answer;
import tests.clients.Frame;
import tests.clients.RawClient;
import tests.clients.RawHttp;
import tests.clients.RawWebSocket;
import workshop.testing.RealLesson;

/**
 * What {@code given.Upgrade} asks of a handshake, in each lesson whose WebSocket Javalin speaks,
 * solved or not. Javalin and Jetty ask for less: they agree to any subprotocol, and they compress,
 * which nobody can read on the wire.
 */
class HandshakesTest {
    /** A lesson, where its WebSocket is, and what {@code /stats} counts there. */
    enum Door {
        LESSON_08(8, "/ws", "clients"),
        LESSON_09(9, "/ws", "clients"),
        LESSON_10(10, "/ws/chat", "clients"),
        LESSON_11(11, "/engine.io/?EIO=4&transport=websocket", "sessions"),
        LESSON_12(12, "/socket.io/?EIO=4&transport=websocket", "sessions");

        private final int lesson;
        private final String path;
        private final String counts;

        Door(int lesson, String path, String counts) {
            this.lesson = lesson;
            this.path = path;
            this.counts = counts;
        }
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("a handshake with a fault is refused with its status and a sentence, and no place"
            + " is taken")
    void refuses(Door door) throws IOException {
        for (boolean solved : List.of(false, true)) {
            try (RealLesson server = open(door, solved)) {
                refused(server, door, 400, "Sec-WebSocket-Key: .*\r\n", "");
                refused(server, door, 400, "(Sec-WebSocket-Key: .*\r\n)", "$1$1");
                refused(server, door, 400, "(Sec-WebSocket-Key): .*", "$1: c2hvcnQ=");
                refused(server, door, 400, "Upgrade: websocket", "Upgrade: h2c");
                refused(server, door, 400, "Connection: Upgrade", "Connection: keep-alive");
                refused(server, door, 400, "GET ", "POST ");
                for (String version : List.of("", "Sec-WebSocket-Version: 8\r\n")) {
                    Answer answer = refused(server, door, 426, "Sec-WebSocket-Version: 13\r\n",
                            version);
                    answer.expectHeader("Sec-WebSocket-Version", "13");
                    answer.expectHeader("Upgrade", "websocket");
                }
                assertEquals(0, count(server, door), door.counts);
            }
        }
    }

    @ParameterizedTest(name = "{displayName}: {0}")
    @EnumSource
    @DisplayName("nothing that a client offers is agreed to: no subprotocol, no compression, no"
            + " cookie")
    void agreesToNothing(Door door) throws IOException {
        for (boolean solved : List.of(false, true)) {
            try (RealLesson server = open(door, solved)) {
                Answer answer = ask(server, RawWebSocket.request(door.path, "localhost",
                        RawWebSocket.freshKey(), "Sec-WebSocket-Protocol: soap, chat",
                        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"));
                try (RawClient client = answer.client()) {
                    answer.expectStatus(101);
                    for (String name : List.of("Sec-WebSocket-Protocol",
                            "Sec-WebSocket-Extensions", "Set-Cookie")) {
                        answer.expectNoHeader(name);
                    }
                    // As many letters as are worth to be compressed; FIN, and no reserved bit.
                    client.send(Frame.text("x".repeat(2_000)).masked());
                    assertTrue(client.awaitByte(RawClient.PATIENCE), "nothing came back");
                    assertEquals(0, client.read(1)[0] & 0x70, "reserved bits of a frame");
                }
            }
        }
    }

    private static RealLesson open(Door door, boolean solved) {
        return solved ? RealLesson.solution(door.lesson) : RealLesson.starter(door.lesson);
    }

    private static Answer refused(RealLesson server, Door door, int status, String wrong,
            String instead) {
        String request = RawWebSocket.request(door.path, "localhost", RawWebSocket.freshKey())
                .replaceAll(wrong, instead);
        Answer answer = RawHttp.withBody(ask(server, request), "GET");
        answer.client().close();
        assertEquals(status, answer.status(), request);
        JsonNode said = answer.json();
        assertTrue(said.path("error").asText().length() > 20, answer::text);
        return answer;
    }

    private static Answer ask(RealLesson server, String request) {
        return RawHttp.readHead(server.connect().send(request));
    }

    private static int count(RealLesson server, Door door) {
        try (RawClient client = server.connect()) {
            client.send("GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return RawHttp.answer(client, "GET").expectStatus(200).json().path(door.counts)
                    .asInt(-1);
        }
    }
}
