package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;
import workshop.testing.RealLesson;

/** The page of lesson 04, used as learners use it. */
class Lesson04PageTest extends InBrowser {
    @Test
    @DisplayName("04 what one window sends appears in another by itself, as it was typed")
    void twoWindows() throws IOException {
        try (var server = RealLesson.solution(4)) {
            browser.visit(server.url("/")).awaitText("#messages", "No messages yet");
            for (String text : List.of("hello, world", HTML)) {
                say(text);
                browser.await("the message “" + text + "”", () -> texts().contains(text));
            }
            browser.awaitText("#late", " ms");
            browser.newTab().visit(server.url("/"));
            browser.await("both in a second window",
                    () -> texts().equals(List.of("hello, world", HTML)));
            assertEquals(0, browser.all("#messages b, #messages img").size());
            browser.await("polls that bring nothing", () -> number("#empty") > 1);
            assertTrue(number("#wire-requests") >= number("#polls"));
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("04 a bad cursor is told as the server told it, and so is a crowd")
    void misbehaves() throws IOException {
        // A browser on a busy machine asks less than 200 times in a second.
        try (var server = RealLesson.solution(4, Map.of("BUSY_PER_SECOND", "40"))) {
            browser.visit(server.url("/")).awaitText("#state", "asked");
            browser.find("#mischief button:nth-child(2)").click();
            browser.awaitText("#notice", "400: after is a whole number");
            browser.find("#crowd").click();
            browser.awaitText("#notice", "told to come later");
            assertTrue(Integer.parseInt(browser.find("#notice").getText()
                    .replaceAll(".*, (\\d+) told.*", "$1")) > 0);
        }
    }

    @Test
    @DisplayName("04 the starter works, and sends everything each time")
    void starter() throws IOException {
        try (var server = RealLesson.starter(4)) {
            browser.visit(server.url("/"));
            say("hello");
            browser.await("the message", () -> texts().equals(List.of("hello")));
            browser.await("it to be sent again", () -> number("#empty") > 1);
            browser.awaitText("#wire-last", "hello").expectQuiet();
            assertEquals(List.of("hello"), texts());
        }
    }

    private void say(String text) {
        browser.find("#text").sendKeys(text);
        browser.find("#send").click();
    }

    private List<String> texts() {
        return browser.all("#messages .what").stream().map(WebElement::getText).toList();
    }

    private int number(String selector) {
        return Integer.parseInt(browser.find(selector).getText().replaceAll("\\D", ""));
    }
}
