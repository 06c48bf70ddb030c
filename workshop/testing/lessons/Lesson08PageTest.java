package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;
import workshop.testing.RealLesson;

/** The page of lesson 08, used as learners use it. */
class Lesson08PageTest extends InBrowser {
    @Test
    @DisplayName("08 what one says comes back as it was typed, with an ack; the other window is"
            + " alone")
    void says() throws IOException {
        try (var server = RealLesson.solution(8)) {
            browser.visit(server.url("/")).awaitText("#me", "#1");
            for (String text : List.of("hello, world", HTML)) {
                say(text);
                browser.await("“" + text + "”", () -> texts().contains(text));
            }
            browser.awaitText("#notice", "the server has it as message 2");
            assertEquals(0, browser.all("#messages b, #messages img").size());
            browser.newTab().visit(server.url("/")).awaitText("#me", "#2")
                    .awaitText("#clients", "2");
            say("is anybody here?");
            browser.await("it alone", () -> texts().equals(List.of("is anybody here?")));
            assertNotEquals("caught", browser.driver().getTitle());
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("08 bytes come back as their hash; each mischief is named; 1009 is shown")
    void misbehaves() throws IOException {
        try (var server = RealLesson.solution(8)) {
            browser.visit(server.url("/")).awaitText("#state", "connected");
            browser.find("#bytes").clear();
            browser.find("#bytes").sendKeys("abc");
            browser.find("#send-bytes").click();
            browser.awaitText("#digest", "ba7816bf8f01cfea"); // FIPS 180-2, appendix B.1
            List<WebElement> mischief = browser.all("#mischief button");
            List<String> words = List.of("sing", "text", "must be a text", "no JSON", "id",
                    "ack 0: The field text is blank");
            for (int i = 0; i < words.size(); i++) {
                mischief.get(i).click();
                browser.awaitText("#notice", words.get(i));
            }
            browser.find("#toolarge button").click();
            browser.awaitText("#state", "1009");
            browser.awaitText("#me", "#2"); // it has connected again
        }
    }

    @Test
    @DisplayName("08 the starter's page shows that an echo is no event")
    void starter() throws IOException {
        try (var server = RealLesson.starter(8)) {
            browser.visit(server.url("/")).awaitText("#state", "connected");
            say("hello");
            browser.awaitText("#messages", "Nothing yet").awaitText("#wire-last", "hello");
            browser.find("#send-bytes").click();
            browser.awaitText("#digest", "no SHA-256");
            browser.expectQuiet();
        }
    }

    private void say(String text) {
        browser.find("#text").sendKeys(text);
        browser.find("#send").click();
    }

    private List<String> texts() {
        return browser.all("#messages .what").stream().map(WebElement::getText).toList();
    }
}
