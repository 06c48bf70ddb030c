package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.clients.Answer;
import tests.clients.RawClient;
import tests.clients.RawHttp;

/** What {@code given.Web} answers for the lessons that speak HTTP with Javalin. */
class GivenHttpTest {
    private static final String HEAD = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String DRAFT = "{\"from\": \"ada\", \"text\": \"hello\"";
    private static final int MAX_BODY = 65_536;

    @ParameterizedTest(name = "{0} answers HEAD with the headers of GET, and says each length")
    @ValueSource(ints = {3, 4, 5, 6, 8, 9, 10, 11, 12})
    @DisplayName("HEAD")
    void head(int lesson) throws IOException {
        for (boolean solved : List.of(false, true)) {
            try (var server = solved ? RealLesson.solution(lesson) : RealLesson.starter(lesson)) {
                var paths = new ArrayList<>(List.of("/", "/wire.js", "/nowhere"));
                if (lesson >= 5) paths.add("/stats");
                if (lesson <= 6) {
                    for (int i = 0; i < 40; i++) { // a list that is longer than Jetty's buffer
                        int status = post(server, DRAFT.replace("hello", "x".repeat(1_900)) + "}")
                                .status();
                        if (solved) assertEquals(201, status); // 3.1 is about it
                    }
                    paths.addAll(List.of("/messages", "/messages?after=0"));
                }
                for (String path : paths) {
                    Answer get = ask(server, "GET", path);
                    Answer head = ask(server, "HEAD", path);
                    assertEquals(told(get), told(head), path);
                    assertEquals("" + get.body().length, get.header("Content-Length"), path);
                    assertNull(get.header("Transfer-Encoding"), path);
                    assertEquals(path.equals("/nowhere") ? 404 : 200, head.status(), path);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} refuses what it cannot read as a body with a sentence")
    @ValueSource(ints = {3, 4})
    @DisplayName("bodies")
    void bodies(int lesson) throws IOException {
        try (var server = RealLesson.solution(lesson)) {
            String most = DRAFT + ", \"x\": \"" + "x".repeat(MAX_BODY - DRAFT.length() - 10)
                    + "\"}";
            assertEquals(MAX_BODY, most.length());
            assertEquals(201, post(server, most).status());
            refused(413, post(server, most + " "));
            assertEquals(201, chunked(server, "chunked", most).status());
            refused(413, chunked(server, "chunked", most + " "));
            refused(501, chunked(server, "gzip, chunked", DRAFT + "}"));
            refused(400, exchange(server, "POST /messages" + HEAD + JSON
                    + "Transfer-Encoding: chunked\r\n\r\nno size\r\n"));
            refused(400, exchange(server, "GET /messages HTTP/1.1\r\n\r\n")); // no Host
        }
    }

    private static Answer ask(RealLesson server, String method, String path) {
        try (RawClient client = server.connect()) {
            client.send(method + " " + path + HEAD + "\r\n");
            Answer answer = RawHttp.answer(client, method);
            client.expectEnd(); // and no body to a HEAD
            return answer;
        }
    }

    private static List<String> told(Answer answer) {
        return answer.fields().stream().filter(field -> !field.name().equals("Date"))
                .map(field -> answer.status() + " " + field.name() + ": " + field.value())
                .sorted().toList();
    }

    private static Answer post(RealLesson server, String body) {
        return exchange(server, "POST /messages" + HEAD + JSON + "Content-Length: "
                + body.length() + "\r\n\r\n" + body);
    }

    private static Answer chunked(RealLesson server, String coding, String body) {
        return exchange(server, "POST /messages" + HEAD + JSON + "Transfer-Encoding: " + coding
                + "\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body
                + "\r\n0\r\n\r\n");
    }

    private static Answer exchange(RealLesson server, String request) {
        try (RawClient client = server.connect()) {
            client.send(request);
            return RawHttp.answer(client, "POST");
        }
    }

    private static void refused(int status, Answer answer) {
        assertEquals(status, answer.status(), answer::text);
        assertTrue(answer.json().path("error").asText().length() > 20, answer::text);
    }
}
