package workshop.testing.lessons;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tests.clients.Answer;
import tests.clients.RawClient;
import tests.clients.RawHttp;
import workshop.testing.RealLesson;

/** Lesson 02's solution and RFC 9112, where the exercises' tests ask nothing. */
@DisplayName("02 and the standard")
class Lesson02StandardTest {
    private static final String HEAD = "POST /messages HTTP/1.1\r\nHost: a\r\n";
    private static RealLesson server;

    @BeforeAll
    static void start() {
        server = RealLesson.solution(2);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    @DisplayName("3.2.2 an absolute target has a host, and is answered like its path")
    void absoluteTargets() {
        answers(200, "GET http://localhost:7002/time HTTP/1.1\r\nHost: localhost:7002\r\n\r\n");
        answers(200, "GET HTTP://[::1]/time?a[]=1 HTTP/1.1\r\nHost: [::1]\r\n\r\n");
        for (String target : List.of("http:///time", "http://:7002/time", "http://?a", "http://")) {
            answers(400, "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
        }
    }

    @Test
    @DisplayName("7.1 an extension has a name, and a trailer is a header line")
    void chunks() {
        String chunked = HEAD + "Transfer-Encoding: chunked\r\n\r\n";
        answers(201, chunked + "5;a\r\nhello\r\n0;b=\"c;\\\"d\" ; e = f\r\nX-Sum: 1\r\n\r\n");
        for (String body : List.of("5;\r\nhello\r\n0\r\n\r\n", "5;=a\r\nhello\r\n0\r\n\r\n",
                "5\r\nhello\r\n0\r\nno trailer\r\n\r\n", "5\r\nhello\r\n0\r\n : a\r\n\r\n",
                "5\r\nhello\r\n0\r\n\rXGET /time HTTP/1.1\r\nHost: a\r\n\r\n",
                "5\r\nhello\r\n0\r\nX-Sum: \u0001\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n")) {
            answers(400, chunked + body);
        }
    }

    @Test
    @DisplayName("6.1 another coding than chunked is 501 before it, 400 behind it")
    void codings() {
        answers(501, HEAD + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
        answers(400, HEAD + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n");
        answers(201, HEAD + "Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n");
    }

    private static void answers(int status, String request) {
        try (RawClient client = server.connect()) {
            Answer answer = RawHttp.answer(client.send(request), "GET").expectStatus(status);
            if (status >= 400 && answer.text().isBlank()) {
                throw answer.fail("expected a sentence that says why");
            }
            if (status >= 400) client.expectGone();
        }
    }
}
