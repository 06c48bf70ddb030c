package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import workshop.testing.Browser;
import workshop.testing.RealLesson;

/** The lessons' pages, used as learners use them. */
class PagesTest extends InBrowser {
    // --- 02 ----------------------------------------------------------------------------------

    @Test
    @DisplayName("02 the page shows the time, the visits, and each message as it was typed")
    void page02() throws IOException {
        try (var server = RealLesson.solution(2)) {
            browser.visit(server.url("/"));
            browser.awaitText("#time", "Z").awaitText("#visits", "1");
            assertTrue(browser.find("#time").getText()
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"));
            for (String text : List.of("hello, world", HTML)) {
                browser.find("#text").sendKeys(text);
                browser.find("#send").click();
                browser.await("the message “" + text + "”", () -> browser
                        .all("#messages li").stream()
                        .anyMatch(line -> line.getText().endsWith(text)));
            }
            expectNoHtml("#messages");
            browser.awaitText("#notice", "201: kept at /messages/2, and read again");
            browser.find("#again").click();
            browser.awaitText("#wire-last", "GET /time").awaitText("#wire-requests", "7");
            browser.visit(server.url("/")).awaitText("#visits", "2");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("02 the starter's page says what is missing")
    void starter02() throws IOException {
        try (var server = RealLesson.starter(2)) {
            browser.visit(server.url("/")).awaitText("#time", "exercise 2.1");
            browser.expectQuiet();
        }
    }

    // --- 03 ----------------------------------------------------------------------------------

    @Test
    @DisplayName("03 a typed message is shown, in every window that asks, as it was typed")
    void page03() throws IOException {
        try (var server = RealLesson.solution(3)) {
            browser.visit(server.url("/")).awaitText("#messages", "No messages yet");
            for (String text : List.of("hello, world", HTML)) {
                say(text);
                browser.await("the message “" + text + "”", () -> texts().contains(text));
            }
            expectNoHtml("#messages");
            browser.newTab().visit(server.url("/"));
            browser.await("both messages in a second window",
                    () -> texts().equals(List.of("hello, world", HTML)));
            expectNoHtml("#messages");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("03 a name is text, too")
    void name03() throws IOException {
        try (var server = RealLesson.solution(3)) {
            browser.visit(server.url("/"));
            browser.find("#from").clear();
            browser.find("#from").sendKeys(HTML);
            say("hello");
            browser.await("the name", () -> browser.all("#messages .who").stream()
                    .anyMatch(who -> who.getText().equals(HTML)));
            expectNoHtml("#messages");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("03 the wire panel counts requests and bytes, and shows the last exchange")
    void wire03() throws IOException {
        try (var server = RealLesson.solution(3)) {
            browser.visit(server.url("/"));
            browser.await("the first request", () -> number("#wire-requests") == 1);
            long up = number("#wire-up");
            say("counted");
            browser.await("the second request", () -> number("#wire-requests") == 2);
            String body = "{\"from\":\"ada\",\"text\":\"counted\"}";
            browser.awaitText("#wire-last", "POST /messages HTTP/1.1\\r\\n")
                    .awaitText("#wire-last", "Content-Length: " + body.length() + "\\r\\n")
                    .awaitText("#wire-last", body)
                    .awaitText("#wire-last", "HTTP/1.1 201 Created\\r\\n")
                    .awaitText("#wire-last", "\"text\":\"counted\"");
            assertTrue(number("#wire-up") > up + body.length(), "bytes up");
            long down = number("#wire-down");
            browser.find("#ask").click();
            browser.await("the third request", () -> number("#wire-requests") == 3);
            browser.await("its answer's bytes", () -> number("#wire-down") > down);
            browser.find("#ask").click();
            browser.awaitText("#wire-last", "304").awaitText("#notice", "304");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("03 a message is edited and deleted on the page")
    void change03() throws IOException {
        try (var server = RealLesson.solution(3)) {
            browser.visit(server.url("/"));
            say("first");
            browser.await("the message", () -> texts().equals(List.of("first")));
            button("Edit").click();
            WebElement field = browser.find("#messages form input");
            field.clear();
            field.sendKeys("second\n");
            browser.await("the edited message", () -> texts().equals(List.of("second")));
            button("Delete").click();
            browser.awaitText("#messages", "No messages yet");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("03 each mischief is refused with a sentence, and 200 at once are all stored")
    void mischief03() throws IOException {
        try (var server = RealLesson.solution(3)) {
            browser.visit(server.url("/"));
            List<WebElement> buttons = browser.all("#mischief button");
            assertTrue(buttons.size() >= 5, buttons.size() + " buttons");
            long asked = 1;
            for (WebElement each : buttons) {
                String words = each.getText();
                each.click();
                long now = ++asked;
                browser.await("an answer to “" + words + "”",
                        () -> number("#wire-requests") == now
                        && browser.find("#notice").getText().matches("4(00|13|15): .{10,}"));
                assertEquals("notice good", browser.find("#notice").getDomAttribute("class"),
                        words);
            }
            browser.find("#crowd").click();
            browser.awaitText("#notice", "200 sent, 200 stored");
            browser.expectQuiet("status of 400", "status of 413", "status of 415"); // asked for
        }
    }

    @Test
    @DisplayName("03 the page says so when the server is gone")
    void gone03() throws IOException {
        try (var server = RealLesson.solution(3)) {
            browser.visit(server.url("/"));
            browser.awaitText("#state", "as of");
            server.run().close();
            browser.find("#ask").click();
            browser.awaitText("#state", "no answer").awaitText("#notice", "No answer");
            browser.expectQuiet(Browser.SERVER_ENDED);
        }
    }

    @Test
    @DisplayName("03 the starter's page shows what is missing, and its own console stays quiet")
    void starter03() throws IOException {
        try (var server = RealLesson.starter(3)) {
            browser.visit(server.url("/")).awaitText("#messages", "No messages yet");
            say("hello");
            browser.awaitText("#notice", "does not tell what was stored");
            browser.find("#ask").click();
            browser.await("the message", () -> texts().equals(List.of("hello")));
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("the pages fit a phone: nothing must be scrolled sideways")
    void narrow() throws IOException {
        try (var two = RealLesson.solution(2); var three = RealLesson.solution(3)) {
            for (var server : List.of(two, three)) {
                browser.size(360, 740);
                browser.visit(server.url("/"));
                long width = (Long) browser.script("document.documentElement.scrollWidth");
                assertTrue(width <= 360, () -> browser.driver().getTitle() + ": " + width);
            }
        }
    }

    // --- What the tests share ----------------------------------------------------------------

    private void say(String text) {
        browser.find("#text").sendKeys(text);
        browser.find("#send").click();
    }

    private List<String> texts() {
        return browser.all("#messages .what").stream().map(WebElement::getText).toList();
    }

    private WebElement button(String words) {
        return browser.find("#messages").findElements(By.tagName("button")).stream()
                .filter(each -> each.getText().equals(words)).findFirst().orElseThrow();
    }

    private long number(String css) {
        return Long.parseLong(browser.find(css).getText().replaceAll("[^0-9]", ""));
    }

    private void expectNoHtml(String css) {
        assertEquals(0, browser.all(css + " b, " + css + " img, " + css + " script").size());
        assertNotEquals("caught", browser.driver().getTitle());
    }
}
