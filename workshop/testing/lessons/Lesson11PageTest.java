package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.Browser.SERVER_ENDED;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import workshop.testing.RealLesson;

/** Lesson 11's page: a session that moves, is cut, falls silent, and comes back. */
class Lesson11PageTest extends InBrowser {
    private static final Map<String, String> SOON =
            Map.of("PING_INTERVAL_MS", "600", "PING_TIMEOUT_MS", "600");

    private RealLesson server;

    @BeforeAll
    void openServer() {
        server = RealLesson.solution(11);
    }

    @AfterAll
    void closeServer() throws IOException {
        if (server != null) server.close();
    }

    @Test
    @DisplayName("11 it polls, moves to WebSocket, and what is said is heard, as text")
    void talks() {
        browser.visit(server.url("/")).awaitText("#carrier", "WebSocket");
        browser.awaitText("#wire-log", "open").awaitText("#wire-log", "upgrade");
        say(HTML);
        browser.awaitText("#messages", HTML).awaitText("#notice", "Acknowledged");
        assertEquals(0, browser.all("#messages b, #messages img").size(), "as text");
        browser.expectQuiet();
    }

    @Test
    @DisplayName("11 on each wire it talks: polling alone, WebSocket alone, one after the other")
    void eachWire() {
        browser.visit(server.url("/")).awaitText("#carrier", "WebSocket");
        for (String wire : List.of("polling", "websocket", "both")) {
            browser.awaitText("#state", "connected");
            String before = browser.find("#sid").getText();
            browser.click("#" + wire);
            awaitAnother(before);
            browser.awaitText("#carrier", wire.equals("polling") ? "long polling" : "WebSocket");
            say("over " + wire);
            browser.awaitText("#messages", "over " + wire);
        }
        browser.expectQuiet();
    }

    @Test
    @DisplayName("11 a window that was cut comes back, and hears what it missed, once")
    void cut() {
        browser.visit(server.url("/")).awaitText("#carrier", "WebSocket");
        String ada = browser.driver().getWindowHandle();
        browser.driver().switchTo().newWindow(WindowType.WINDOW);
        browser.visit(server.url("/")).awaitText("#carrier", "WebSocket");
        String bob = browser.driver().getWindowHandle();
        String before = browser.find("#sid").getText();
        for (int i = 0; i < 3; i++) {
            browser.click("#cut");
            browser.driver().switchTo().window(ada);
            say("missed " + i);
            browser.awaitText("#messages", "missed " + i);
            browser.driver().switchTo().window(bob);
            browser.awaitText("#messages", "missed " + i).awaitText("#state", "connected");
        }
        awaitAnother(before);
        List<String> heard = browser.all("#messages li").stream().map(WebElement::getText)
                .filter(text -> text.contains("missed")).toList();
        assertEquals(3, heard.size(), () -> "each once: " + heard);
        browser.expectQuiet();
    }

    @Test
    @DisplayName("11 the server notices a silent window, and it comes back")
    void silent() throws IOException {
        try (var impatient = RealLesson.solution(11, SOON)) {
            browser.visit(impatient.url("/")).awaitText("#carrier", "WebSocket");
            browser.awaitText("#pinged", "s ago");
            String before = browser.find("#sid").getText();
            browser.click("#silent");
            browser.awaitText("#state", "silent");
            awaitAnother(before);
            browser.awaitText("#state", "connected").expectQuiet();
        }
    }

    @Test
    @DisplayName("11 each misbehaviour is answered, or ends the session, and the page goes on")
    void mischief() {
        browser.visit(server.url("/")).awaitText("#carrier", "WebSocket");
        browser.click("details summary");
        for (String words : List.of("an unknown event", "say without text")) {
            browser.script("document.getElementById('notice').textContent = ''");
            press(words);
            browser.awaitText("#notice", words.contains("event") ? "sing" : "text");
        }
        for (String words : List.of("no packet", "a ping from a client")) {
            browser.awaitText("#carrier", "WebSocket");
            String before = browser.find("#sid").getText();
            press(words);
            awaitAnother(before);
        }
        browser.awaitText("#carrier", "WebSocket");
        press("1,000 packets at once");
        say("and on");
        browser.awaitText("#messages", "and on").expectQuiet();
    }

    @Test
    @DisplayName("11 a server that was started anew has another feed, and the page says so")
    void anotherFeed() throws IOException {
        try (Relay relay = new Relay()) {
            relay.lead(RealLesson.solution(11));
            browser.visit(relay.url("/")).awaitText("#carrier", "WebSocket");
            say("of the first feed");
            browser.awaitText("#messages", "of the first feed");
            relay.stop();
            relay.lead(RealLesson.solution(11));
            browser.awaitText("#notice", "another feed").awaitText("#carrier", "WebSocket");
            say("of the second");
            browser.awaitText("#messages", "of the second");
            assertTrue(!browser.find("#messages").getText().contains("of the first"));
            browser.expectQuiet(SERVER_ENDED);
        }
    }

    @Test
    @DisplayName("11 on the starter the page asks, and gets nothing but 6")
    void starter() throws IOException {
        try (var starter = RealLesson.starter(11)) {
            browser.visit(starter.url("/")).awaitText("#wire-log", "noop").expectQuiet();
        }
    }

    private void say(String text) {
        browser.find("#text").sendKeys(text, Keys.ENTER);
    }

    private void press(String words) {
        browser.click(browser.all("#mischief button").stream()
                .filter(each -> each.getText().equals(words)).findFirst().orElseThrow());
    }

    private void awaitAnother(String before) {
        browser.await("another session", () -> {
            String now = browser.find("#sid").getText();
            return now.length() > 1 && !now.equals(before);
        });
    }
}
