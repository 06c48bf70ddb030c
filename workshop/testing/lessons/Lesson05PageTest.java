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
import tests.clients.RawHttp;
import workshop.testing.Await;
import workshop.testing.Browser;
import workshop.testing.RealLesson;

/** Lesson 05's page, used as learners use it. */
class Lesson05PageTest extends InBrowser {
    @Test
    @DisplayName("05 a message appears in all windows by itself, as it was typed")
    void tellsAllWindows() throws IOException {
        try (var server = RealLesson.solution(5)) {
            browser.visit(server.url("/")).awaitText("#messages", "No messages yet");
            browser.awaitText("#state", "waits for news");
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
            browser.driver().switchTo().window(first);
            await("what the second window sent", () -> texts().contains("from the second"));
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("05 a name is text, too, and a refusal is shown")
    void nameIsText() throws IOException {
        try (var server = RealLesson.solution(5)) {
            browser.visit(server.url("/")).awaitText("#state", "waits for news");
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
    @DisplayName("05 the wire panel counts one question a message, and shows the last")
    void countsQuestions() throws IOException {
        try (var server = RealLesson.solution(5)) {
            browser.visit(server.url("/")).awaitText("#state", "waits for news");
            await("the first question", () -> number("#wire-requests") == 1);
            post(server, "counted");
            await("the message, and the next question", () -> texts().contains("counted")
                    && number("#wire-requests") == 2);
            browser.awaitText("#wire-last", "GET /messages?after=1&wait=25 HTTP/1.1\\r\\n");
            assertTrue(number("#wire-down") > "counted".length(), "bytes down");
            browser.find("#look").click();
            browser.awaitText("#stats", "1 waiting");
            browser.find("#pause").click();
            browser.awaitText("#state", "does not ask");
            await("that nobody waits", () -> {
                browser.find("#look").click();
                return browser.find("#stats").getText().startsWith("0 waiting");
            });
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("05 the seventh question waits, a POST with it, until one is taken back")
    void sixConnections() throws IOException {
        try (var server = RealLesson.solution(5)) {
            browser.visit(server.url("/")).awaitText("#state", "waits for news");
            browser.find("#six-more").click();
            browser.awaitText("#questions", "7 waits in the browser")
                    .awaitText("#questions", "6 asked")
                    .awaitText("#advice", "All six connections are taken");
            Await.until("six questions in the server", Duration.ofSeconds(5),
                    () -> waiting(server) == 6);
            say("into the queue");
            browser.awaitText("#notice", "The POST waits, too");
            browser.awaitText("#wire-log li:last-child", "waiting");
            assertEquals(6, waiting(server));
            assertEquals(6, number("#wire-requests"), "what waits in the browser is not sent");
            browser.find("#fewer").click();
            await("the message that waited", () -> texts().contains("into the queue"));
            browser.awaitText("#notice", "201");
            await("no advice", () -> browser.find("#advice").getText().isEmpty());
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("05 a seventh tab stays white until one of six is closed")
    void sevenTabs() throws IOException {
        try (var server = RealLesson.solution(5)) {
            browser.visit(server.url("/")).awaitText("#state", "waits for news");
            for (int tab = 2; tab <= 6; tab++) {
                browser.newTab().visit(server.url("/")).awaitText("#state", "waits for news");
            }
            String sixth = browser.driver().getWindowHandle();
            Await.until("six questions in the server", Duration.ofSeconds(5),
                    () -> waiting(server) == 6);
            browser.newTab();
            String seventh = browser.driver().getWindowHandle();
            browser.driver().manage().timeouts().pageLoadTimeout(Duration.ofSeconds(2));
            try {
                browser.visit(server.url("/"));
                throw new AssertionError("the seventh tab was loaded, though six questions wait");
            } catch (TimeoutException white) {
                browser.driver().switchTo().window(sixth).close();
            } finally {
                browser.driver().manage().timeouts().pageLoadTimeout(Duration.ofSeconds(30));
            }
            browser.driver().switchTo().window(seventh);
            browser.visit(server.url("/")).awaitText("#state", "waits for news");
        }
    }

    @Test
    @DisplayName("05 the page says so when nobody answers, and goes on where it was")
    void saysThatNobodyAnswers() throws IOException {
        try (var server = RealLesson.solution(5)) {
            browser.visit(server.url("/")).awaitText("#state", "waits for news");
            server.run().close();
            browser.awaitText("#state", "no answer")
                    .awaitText("#notice", "Is lesson05.java still running?");
            browser.expectQuiet(Browser.SERVER_ENDED);
        }
    }

    @Test
    @DisplayName("05 the starter's page says that nothing is held, and does not flood the server")
    void starter() throws IOException {
        try (var server = RealLesson.starter(5)) {
            browser.visit(server.url("/"));
            browser.awaitText("#notice", "does not hold the request");
            say("hello");
            await("the message, with a later question", () -> texts().contains("hello"));
            assertTrue(number("#wire-requests") < 20, "it floods the server");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("05 the page fits a phone: nothing must be scrolled sideways")
    void narrow() throws IOException {
        try (var server = RealLesson.solution(5)) {
            browser.size(360, 740);
            browser.visit(server.url("/")).awaitText("#state", "waits for news");
            browser.click("#six-more");
            browser.awaitText("#questions", "7 waits");
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

    private long waiting(RealLesson server) {
        try (var client = server.connect()) {
            client.send("GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return RawHttp.answer(client, "GET").json().path("waiting").asLong(-1);
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
