package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebElement;
import workshop.testing.Await;
import workshop.testing.Browser;
import workshop.testing.RealLesson;

/** Lesson 06's page, used as learners use it. */
class Lesson06PageTest extends InBrowser {
    @Test
    @DisplayName("06 a message appears in all windows by itself, as it was typed")
    void tellsAllWindows() throws IOException {
        try (var server = RealLesson.solution(6)) {
            browser.visit(server.url("/")).awaitText("#messages", "No messages yet");
            browser.awaitText("#state", "listening").awaitText("#presence", "only you");
            for (String text : List.of("hello, world", HTML)) {
                say(text);
                await("the message “" + text + "”", () -> texts().contains(text));
            }
            browser.awaitText("#notice", "201");
            expectNoHtml();
            String first = browser.driver().getWindowHandle();
            browser.newTab().visit(server.url("/"));
            await("both messages in a second window",
                    () -> texts().equals(List.of("hello, world", HTML)));
            expectNoHtml();
            say("from the second");
            browser.awaitText("#presence", "2 listen");
            browser.driver().switchTo().window(first);
            await("what the second window sent", () -> texts().contains("from the second"));
            browser.awaitText("#presence", "2 listen");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("06 a name is text, too, and a refusal is shown")
    void nameIsText() throws IOException {
        try (var server = RealLesson.solution(6)) {
            browser.visit(server.url("/")).awaitText("#state", "listening");
            browser.find("#from").clear();
            browser.find("#from").sendKeys(HTML);
            say("hello");
            await("the name", () -> browser.all("#messages .who").stream()
                    .anyMatch(who -> who.getText().equals(HTML)));
            expectNoHtml();
            say("   ");
            browser.awaitText("#notice", "400: The field text");
            browser.expectQuiet("status of 400");
        }
    }

    @Test
    @DisplayName("06 the wire panel counts one request and then events, which are no frames")
    void countsEvents() throws IOException {
        try (var server = RealLesson.solution(6)) {
            browser.visit(server.url("/")).awaitText("#presence", "only you");
            await("the stream's request", () -> number("#wire-requests") == 1);
            long events = number("#wire-events");
            long down = number("#wire-down");
            post(server, "counted");
            await("one event more", () -> number("#wire-events") == events + 1);
            browser.awaitText("#wire-log", "GET /events?lastEventId=0")
                    .awaitText("#wire-last", "id: 1\\n")
                    .awaitText("#wire-last", "\"text\":\"counted\"");
            assertEquals(1, number("#wire-requests"));
            assertEquals("0", browser.find("#wire-frames").getDomProperty("textContent"));
            assertTrue(number("#wire-down") > down + "counted".length(), "bytes down");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("06 the seventh stream waits, a POST with it, and both go on once one is closed")
    void sixConnections() throws IOException {
        try (var server = RealLesson.solution(6)) {
            browser.visit(server.url("/")).awaitText("#state", "listening");
            browser.find("#six-more").click();
            browser.awaitText("#streams", "7 waits").awaitText("#streams", "6 open")
                    .awaitText("#advice", "All 6 connections are taken");
            say("into the queue");
            browser.awaitText("#notice", "The POST waits, too");
            browser.awaitText("#wire-log li:last-child", "waiting");
            assertEquals(6, number("#wire-requests"), "what waits in the browser is not sent");
            browser.find("#fewer").click();
            await("the message that waited", () -> texts().contains("into the queue"));
            browser.awaitText("#notice", "201");
            assertEquals("", browser.find("#advice").getText());
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("06 a seventh tab stays white; tabs that share one stream are never too many")
    void sevenTabs() throws IOException {
        try (var server = RealLesson.solution(6)) {
            browser.visit(server.url("/")).awaitText("#state", "listening");
            String first = browser.driver().getWindowHandle();
            for (int tab = 2; tab <= 6; tab++) {
                browser.newTab().visit(server.url("/")).awaitText("#state", "listening");
            }
            browser.newTab();
            String seventh = browser.driver().getWindowHandle();
            browser.driver().manage().timeouts().pageLoadTimeout(Duration.ofSeconds(2));
            try {
                browser.visit(server.url("/"));
                throw new AssertionError("the seventh tab was loaded, though six streams are open");
            } catch (TimeoutException white) {
                browser.driver().switchTo().window(first);
            } finally {
                browser.driver().manage().timeouts().pageLoadTimeout(Duration.ofSeconds(30));
            }
            browser.find("#share").click();
            browser.driver().switchTo().window(seventh);
            browser.visit(server.url("/")).awaitText("#state", "hears from another tab");
            post(server, "to seven tabs");
            for (String tab : browser.driver().getWindowHandles()) {
                browser.driver().switchTo().window(tab);
                await("the message in each tab", () -> texts().equals(List.of("to seven tabs")));
            }
            browser.driver().switchTo().window(first);
            browser.find("#share").click();
        }
    }

    @Test
    @DisplayName("06 the page says so when the stream is lost, and that the browser asks again")
    void saysThatItIsLost() throws IOException {
        try (var server = RealLesson.solution(6)) {
            browser.visit(server.url("/")).awaitText("#state", "listening");
            server.run().close();
            browser.awaitText("#state", "lost, connecting again")
                    .awaitText("#notice", "Is lesson06.java still running?");
            browser.expectQuiet(Browser.SERVER_ENDED);
        }
    }

    @Test
    @DisplayName("06 the starter's page shows its one event, and that a sent message never comes")
    void starter() throws IOException {
        try (var server = RealLesson.starter(6)) {
            browser.visit(server.url("/"));
            browser.awaitText("#notice", "the first event, and the last");
            say("hello");
            browser.awaitText("#notice", "The stream has yet to bring it");
            assertEquals("notice ", browser.find("#notice").getDomAttribute("class"), "not green");
            browser.awaitText("#notice", "nothing came").awaitText("#messages", "No messages yet");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("06 the page fits a phone: nothing must be scrolled sideways")
    void narrow() throws IOException {
        try (var server = RealLesson.solution(6)) {
            browser.size(360, 740);
            browser.visit(server.url("/")).awaitText("#state", "listening");
            browser.click("#six-more");
            browser.awaitText("#streams", "7 waits");
            long width = (Long) browser.script("document.documentElement.scrollWidth");
            assertTrue(width <= 360, () -> "it is " + width + " wide");
        }
    }

    // --- What the tests share ----------------------------------------------------------------

    private void post(RealLesson server, String text) {
        String body = "{\"from\":\"ada\",\"text\":\"" + text + "\"}";
        try (var client = server.connect()) {
            client.send("POST /messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body).readToEnd();
        }
    }

    private void say(String text) {
        WebElement field = browser.find("#text");
        field.clear();
        field.sendKeys(text);
        browser.find("#send").click();
    }

    private List<String> texts() {
        return browser.all("#messages .what").stream().map(WebElement::getText).toList();
    }

    private long number(String css) {
        return Long.parseLong("0" + browser.find(css).getText().replaceAll("[^0-9]", ""));
    }

    private void expectNoHtml() {
        assertEquals(0, browser.all("#messages b, #messages img, #messages script").size());
        assertNotEquals("caught", browser.driver().getTitle());
    }

    private void await(String what, Callable<Boolean> condition) {
        Await.until(what, Duration.ofSeconds(10), () -> {
            try {
                return condition.call();
            } catch (StaleElementReferenceException made) {
                return false; // the page made its list anew while we read it
            }
        });
    }
}
