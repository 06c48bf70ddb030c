package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import workshop.testing.RealLesson;

/** The page of lesson 09, used as a class uses it: in several windows, and by the keyboard. */
class Lesson09PageTest extends InBrowser {
    @Test
    @DisplayName("09 people come, speak, move the slider and go, and every window sees it")
    void everyoneHears() throws IOException {
        try (var server = RealLesson.solution(9)) {
            String adas = comeIn(server, "ada");
            say(HTML);
            browser.await("what ada said", () -> texts().equals(List.of(HTML)));
            browser.newTab();
            String bobs = comeIn(server, "bob");
            browser.await("the history", () -> texts().equals(List.of(HTML)));
            browser.awaitText("#people", "ada").awaitText("#people", "bob");
            say("hello, ada");
            browser.find("#slider").sendKeys(Keys.HOME);
            browser.awaitText("#value", "0");
            browser.driver().switchTo().window(adas);
            browser.await("what bob said", () -> texts().equals(List.of(HTML, "hello, ada")));
            browser.awaitText("#value", "0").awaitText("#messages", "bob joined")
                    .awaitText("#count", "2 here");
            browser.driver().switchTo().window(bobs).close();
            browser.driver().switchTo().window(adas);
            browser.awaitText("#messages", "bob left").awaitText("#count", "1 here");
            assertEquals(0, browser.all("#messages b, #messages img").size());
            assertNotEquals("caught", browser.driver().getTitle());
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("09 the keyboard alone is enough, on a phone's screen too")
    void keyboardAlone() throws IOException {
        try (var server = RealLesson.solution(9)) {
            browser.size(360, 740);
            browser.visit(server.url("/")).awaitText("#state", "connected");
            press("ada", Keys.ENTER); // the name has the focus from the start
            browser.awaitText("#notice", "You are ada");
            press("by keys alone", Keys.ENTER);
            browser.await("the text", () -> texts().equals(List.of("by keys alone")));
            press(Keys.TAB); // to the button, and past it to the slider
            press(Keys.TAB);
            press(Keys.END);
            browser.awaitText("#value", "100");
            press(Keys.ARROW_LEFT);
            browser.awaitText("#value", "99");
            assertTrue((boolean) browser.script(
                    "document.documentElement.scrollWidth <= window.innerWidth"),
                    "the page is wider than a phone");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("09 what is refused is said in words, and shown as text")
    void refused() throws IOException {
        try (var server = RealLesson.solution(9)) {
            String adas = comeIn(server, "ada");
            browser.newTab().visit(server.url("/")).awaitText("#state", "connected");
            for (String wrong : List.of("ada", "<b>bob</b>", "x".repeat(30))) {
                browser.find("#name").clear();
                browser.find("#name").sendKeys(wrong, Keys.ENTER);
                browser.awaitText("#notice", wrong.equals("ada") ? "taken" : "1 to 20");
            }
            browser.driver().switchTo().window(adas);
            browser.find("#misbehave summary").click();
            List<WebElement> mischief = browser.all("#mischief button");
            List<String> words = List.of("You have said hello", "<b>ada</b>", "xxx…", "value",
                    "value", "text is blank", "shout", "no JSON");
            for (int i = 0; i < words.size(); i++) {
                mischief.get(i).click();
                browser.awaitText("#notice", words.get(i));
            }
            assertEquals(0, browser.all("#notice b").size());
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("09 on the starter each is alone, and the page shows it")
    void starter() throws IOException {
        try (var server = RealLesson.starter(9)) {
            String adas = comeIn(server, "ada");
            browser.newTab();
            comeIn(server, "bob");
            say("is anybody here?");
            browser.await("what bob said", () -> texts().equals(List.of("is anybody here?")));
            browser.driver().switchTo().window(adas);
            say("nobody?");
            browser.await("ada's own words alone", () -> texts().equals(List.of("nobody?")));
            browser.expectQuiet();
        }
    }

    /** Gives the window's handle. */
    private String comeIn(RealLesson server, String name) {
        browser.visit(server.url("/")).awaitText("#state", "connected");
        browser.find("#name").sendKeys(name, Keys.ENTER);
        browser.awaitText("#notice", "You are " + name);
        return browser.driver().getWindowHandle();
    }

    private void say(String text) {
        browser.find("#text").sendKeys(text, Keys.ENTER);
    }

    private void press(CharSequence... keys) {
        browser.driver().switchTo().activeElement().sendKeys(keys);
    }

    private List<String> texts() {
        return browser.all("#messages .what").stream().map(WebElement::getText).toList();
    }
}
