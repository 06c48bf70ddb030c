package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import workshop.testing.Await;
import workshop.testing.RealLesson;
import workshop.testing.RealNginx;

/** Lesson 13 behind the real nginx, with the file that the lesson gives. */
class Lesson13NginxTest {
    private static RealLesson server;
    private static RealNginx nginx;
    private static HttpClient browser;
    private static String site;

    @BeforeAll
    static void start() throws Exception {
        server = RealLesson.solution(13, Map.of("TRUSTED", "127.0.0.1", "PER_ADDRESS", "3"));
        nginx = RealNginx.before(Map.of(7013, server.port()));
        browser = HttpClient.newBuilder().sslContext(nginx.believing()).build();
        site = "https://localhost:" + nginx.port(13);
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) browser.shutdownNow();
        if (nginx != null) nginx.close();
        if (server != null) server.close();
    }

    @Test
    @DisplayName("13 behind nginx: https, the client's address, and a cookie that is Secure")
    void seesThrough() throws Exception {
        assertEquals("{\"address\":\"203.0.113.7\",\"secure\":true,\"name\":null}",
                get("/whoami?ticket=hidden", "X-Forwarded-For", "1.2.3.4, 203.0.113.7").body());
        String cookie = login("ada").headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.endsWith("; Secure"), cookie);
        assertTrue(get("/whoami", "Cookie", cookie.split(";")[0]).body().contains("\"ada\""));
        Await.until("the log", Duration.ofSeconds(10),
                () -> nginx.written("access.log").contains("/whoami"));
        assertFalse(nginx.written("access.log").contains("hidden"), "a ticket was logged");
        assertEquals(404, get("/metrics", "X-Forwarded-For", "203.0.113.7").statusCode());
    }

    @Test
    @DisplayName("13 behind nginx: our page comes in, one from elsewhere does not")
    void upgrades() throws Exception {
        String cookie = login("bob").headers().firstValue("Set-Cookie").orElseThrow()
                .split(";")[0];
        var heard = new LinkedBlockingQueue<String>();
        WebSocket bob = open(cookie, site, "203.0.113.8", heard);
        try {
            assertTrue(heard.poll(10, TimeUnit.SECONDS).contains("\"welcome\""));
            bob.sendText("{\"event\":\"say\",\"data\":{\"to\":\"bob\",\"text\":\"hello\"}}", true)
                    .join();
            assertTrue(heard.poll(10, TimeUnit.SECONDS).contains("\"hello\""));
        } finally {
            bob.abort();
        }
        assertEquals(403, refused(cookie, "http://localhost:" + nginx.port(13)));
        assertEquals(403, refused(cookie, site + ".evil.example"));
        assertEquals(401, refused("session=bob.9999999999.forged", site));
    }

    @Test
    @DisplayName("13 behind nginx: each address has places of its own")
    void places() throws Exception {
        String cookie = login("eve").headers().firstValue("Set-Cookie").orElseThrow()
                .split(";")[0];
        var heard = new LinkedBlockingQueue<String>();
        var open = new ArrayList<WebSocket>();
        try {
            for (int i = 0; i < 3; i++) open.add(open(cookie, site, "203.0.113.9", heard));
            var full = assertThrows(CompletionException.class,
                    () -> open(cookie, site, "203.0.113.9", heard));
            assertEquals(429, status(full));
            open.add(open(cookie, site, "203.0.113.10", heard));
            for (int i = 0; i < 4; i++) assertTrue(heard.poll(10, TimeUnit.SECONDS)
                    .contains("\"welcome\""));
        } finally {
            open.forEach(WebSocket::abort);
        }
    }

    private static HttpResponse<String> get(String path, String... header) throws Exception {
        return browser.send(HttpRequest.newBuilder(URI.create(site + path)).headers(header)
                .build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> login(String name) throws Exception {
        return browser.send(HttpRequest.newBuilder(URI.create(site + "/login"))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers
                .ofString("{\"name\":\"" + name + "\"}")).build(), BodyHandlers.ofString());
    }

    private static WebSocket open(String cookie, String origin, String address,
            BlockingQueue<String> heard) {
        return browser.newWebSocketBuilder().header("Cookie", cookie).header("Origin", origin)
                .header("X-Forwarded-For", address)
                .buildAsync(URI.create(site.replace("https", "wss") + "/ws"),
                        new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onText(WebSocket from, CharSequence text,
                                    boolean last) {
                                heard.add(text.toString());
                                from.request(1);
                                return null;
                            }
                        }).join();
    }

    private static int refused(String cookie, String origin) {
        return status(assertThrows(CompletionException.class,
                () -> open(cookie, origin, "203.0.113.8", new LinkedBlockingQueue<>())));
    }

    private static int status(CompletionException refused) {
        return ((WebSocketHandshakeException) refused.getCause()).getResponse().statusCode();
    }
}
