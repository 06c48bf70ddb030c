package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import workshop.testing.RealLesson;

/** Lesson 13's page: the door as locks, and an attack from another port, before and after. */
class Lesson13PageTest extends InBrowser {
    private static final String REFUSED = "Unexpected response code: 40";

    @Test
    @DisplayName("13 the starter's page: a page from another port speaks as its visitor")
    void attacked() throws IOException {
        try (var server = RealLesson.starter(13)) {
            comeIn(server, "ada");
            browser.awaitText("#notice", "each script of this page can read");
            browser.click("#lock-page button");
            browser.awaitText("#lock-page .seen", "It came in as ada");
            browser.awaitText("#messages", "I have won a telephone");
            browser.click("#lock-person button");
            browser.awaitText("#lock-person .seen", "so this is mallory");
            browser.click("#lock-pace button");
            browser.awaitText("#lock-pace .seen", "300 of 300 events").awaitText("#lock-pace .seen",
                    "nobody said stop");
            for (String lock : new String[] {"page", "person", "pace"}) {
                assertEquals("open", state(lock), lock);
            }
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("13 the solution's page: each lock holds, and green is what was seen to hold")
    void defended() throws IOException {
        try (var server = RealLesson.solution(13)) {
            comeIn(server, "ada");
            browser.awaitText("#notice", "no script of this page can read");
            browser.click("#lock-page button");
            browser.awaitText("#lock-page .seen", "stayed shut");
            browser.click("#lock-person button");
            browser.awaitText("#lock-person .seen", "is nobody's");
            browser.click("#lock-address button");
            browser.awaitText("#lock-address .seen", "try again with TRUSTED=127.0.0.1");
            browser.click(browser.all("#lock-pace button").get(1));
            browser.awaitText("#lock-pace .seen", "over 10 connections");
            browser.awaitText("#lock-pace .seen", "refused");
            for (String lock : new String[] {"page", "person", "pace"}) {
                assertEquals("shut", state(lock), lock);
            }
            assertEquals("", state("address"), "nothing was seen to hold there");
            assertFalse(browser.find("#messages").getText().contains("telephone"));
            browser.expectQuiet(REFUSED);
        }
    }

    @Test
    @DisplayName("13 people in the lobby, what is said to one, and who is behind a proxy")
    void lobby() throws IOException {
        try (var server = RealLesson.solution(13, Map.of("TRUSTED", "127.0.0.1"))) {
            comeIn(server, "bob");
            browser.click("#lock-address button");
            browser.awaitText("#lock-address .seen", "takes it for 203.0.113.7");
            assertEquals("shut", state("address"));
            browser.find("#text").sendKeys(HTML, Keys.ENTER);
            browser.awaitText("#messages", HTML);
            browser.find("#to").sendKeys("bob");
            browser.find("#text").sendKeys("to myself", Keys.ENTER);
            browser.awaitText("#messages", "to bob").awaitText("#notice", "Said, as bob");
            browser.find("#to").clear();
            browser.find("#to").sendKeys("nobody-here");
            browser.find("#text").sendKeys("hello?", Keys.ENTER);
            browser.awaitText("#notice", "nobody who is here");
            browser.visit(server.url("/")); // the session is still there
            browser.awaitText("#state", "inside, as bob");
            assertTrue(browser.all("#messages img, #messages b").isEmpty(), "HTML in the page");
            browser.expectQuiet();
        }
    }

    private void comeIn(RealLesson server, String name) {
        browser.visit(server.url("/")).awaitText("#my-address", "127.0.0.1");
        browser.find("#name").sendKeys(name, Keys.ENTER);
        browser.awaitText("#state", "inside, as " + name);
    }

    private String state(String lock) {
        String state = browser.find("#lock-" + lock).getDomAttribute("data-state");
        return state == null ? "" : state;
    }
}
