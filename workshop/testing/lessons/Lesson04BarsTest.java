package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tests.clients.Answer;
import tests.clients.RawClient;
import tests.clients.RawHttp;
import workshop.running.LessonRun;
import workshop.testing.RealLesson;

/** Solution 04 answers what bad clients send in the protocol's own words, and everybody else. */
class Lesson04BarsTest {
    private static final String HOST = "Host: localhost\r\n";
    private static final int DEAF = 40;

    @Test
    @DisplayName("04 a header of 64 KiB gets 431 and a sentence; half a request delays nobody")
    void badHeads() throws IOException {
        try (var server = RealLesson.solution(4); RawClient half = server.connect();
                RawClient large = server.connect()) {
            half.send("GET /messages?after=0 HTTP/1.1\r\nHos");
            large.send("GET /messages HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(65_536)
                    + "\r\n\r\n");
            Answer refused = RawHttp.answer(large, "GET").expectStatus(431);
            assertTrue(refused.json().path("error").asText().length() > 20, refused.text());
            assertEquals(204, poll(server, 0).status());
            half.send("t: localhost\r\n\r\n");
            assertEquals(204, RawHttp.answer(half, "GET").status());
        }
    }

    @Test
    @DisplayName("04 clients that ask and never read delay nobody, and lose nobody a message")
    void deafClients() throws IOException {
        try (var server = RealLesson.solution(4, Map.of("BUSY_PER_SECOND", "100000"))) {
            for (int i = 0; i < 100; i++) post(server, "x".repeat(1_900) + i);
            var deaf = new ArrayList<RawClient>();
            try {
                String ask = ("GET /messages?after=0 HTTP/1.1\r\n" + HOST + "\r\n").repeat(50);
                for (int i = 0; i < DEAF; i++) {
                    deaf.add(RawClient.connect(LessonRun.HOST, server.port(), 4_096).send(ask));
                }
                post(server, "still here");
                assertEquals("still here", poll(server, 100).json().get(0).path("text").asText());
                assertEquals(100, poll(server, 0).json().size());
            } finally {
                deaf.forEach(RawClient::close);
            }
        }
    }

    private static Answer poll(RealLesson server, int after) {
        try (RawClient client = server.connect()) {
            client.send("GET /messages?after=" + after + " HTTP/1.1\r\n" + HOST + "\r\n");
            return RawHttp.answer(client, "GET");
        }
    }

    private static void post(RealLesson server, String text) {
        String body = "{\"from\": \"ada\", \"text\": \"" + text + "\"}";
        try (RawClient client = server.connect()) {
            client.send("POST /messages HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            RawHttp.answer(client, "POST").expectStatus(201);
        }
    }
}
