package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.support.ui.Select;
import workshop.testing.Await;
import workshop.testing.RealLesson;

/** Lesson 10's page: the word game in three windows, and rooms to talk in. */
class Lesson10PageTest extends InBrowser {
    private RealLesson server;

    @BeforeAll
    void openServer() {
        server = RealLesson.solution(10); // a window that is closed has left all its rooms
    }

    @AfterAll
    void closeServer() throws IOException {
        if (server != null) server.close();
    }

    @Test
    @DisplayName("10 three windows play a whole round of the word game, with the keyboard alone")
    void wholeRound() {
        String spymaster = window(server, true);
        sit("red", "swordfish");
        String other = window(server, false);
        sit("blue", "herring"); // a wrong key is refused, and the seat is still free
        browser.awaitText("#game-notice", "not the room's key");
        sit("blue", "swordfish");
        String red = window(server, false);
        sit("red", null);
        String blue = window(server, false);
        sit("blue", null);

        to(spymaster);
        browser.awaitText("#people", "red: red 1 (spymaster), red 3")
                .awaitText("#people", "blue: blue 2 (spymaster), blue 4");
        press("#deal", Keys.ENTER);
        browser.await("nine words with colours",
                () -> browser.all("#board button[data-colour]").size() == 9);
        List<String> colours = browser.all("#board button").stream()
                .map(each -> each.getDomAttribute("data-colour")).toList();
        String first = browser.find("#turn").getText().startsWith("red") ? "red" : "blue";
        String second = first.equals("red") ? "blue" : "red";
        var windows = Map.of("red", red, "blue", blue);
        for (String each : windows.values()) {
            to(each);
            browser.await("nine words", () -> browser.all("#board button").size() == 9);
            assertTrue(browser.all("#board [data-colour]").isEmpty(),
                    "a player must not know the colours");
        }

        var spymasters = Map.of("red", spymaster, "blue", other);
        clue(spymasters.get(first), "fog", 1);
        pick(windows.get(first), colours.indexOf(first)); // for 1 is one pick
        browser.awaitText("#turn", second + " is next");
        clue(spymasters.get(second), "ash", 2);
        pick(windows.get(second), colours.indexOf("grey")); // the turn passes at once
        browser.awaitText("#turn", first + " is next");
        clue(spymasters.get(first), "mud", 1);
        pick(windows.get(first), colours.lastIndexOf(first));
        browser.awaitText("#turn", second + " is next");
        clue(spymasters.get(second), "sea", 3);
        for (int n = 0; n < 9; n++) {
            if (colours.get(n).equals(second)) pick(windows.get(second), n);
        }
        for (String each : List.of(spymaster, other, red, blue)) {
            to(each);
            browser.awaitText("#turn", second + " has won");
            browser.awaitText("#table-log", "clue for " + second + ": sea");
        }
        browser.expectQuiet();
    }

    @Test
    @DisplayName("10 the referee takes a clue only from a spymaster of the team whose turn it is,"
            + " and a pick only from its players")
    void turns() {
        String ada = window(server, true);
        sit("red", "swordfish");
        String bob = window(server, false);
        sit("blue", "swordfish");
        String eve = window(server, false);
        sit("red", null);
        String dan = window(server, false);
        sit("blue", null);
        to(ada);
        press("#deal", Keys.ENTER);
        browser.await("a turn", () -> browser.find("#turn").getText().contains("is next"));
        boolean redFirst = browser.find("#turn").getText().startsWith("red");
        String wrong = redFirst ? bob : ada;
        String right = redFirst ? ada : bob;
        to(wrong);
        browser.await("nine words", () -> browser.all("#board button").size() == 9);
        assertTrue(!browser.find("#tell").isEnabled(), "the other team's spymaster");
        // What the page does not offer, a page that was changed may still say.
        browser.script("document.getElementById('tell').disabled = false");
        browser.find("#clue").sendKeys("stolen", Keys.ENTER);
        browser.awaitText("#game-notice", "turn, and you are not of");
        String player = redFirst ? eve : dan;
        to(player);
        browser.await("nine words", () -> browser.all("#board button").size() == 9);
        assertTrue(browser.all("#board button:enabled").isEmpty(), "there is no clue yet");
        clue(right, "honest", 1);
        to(redFirst ? dan : eve);
        browser.awaitText("#turn", "The clue: honest");
        assertTrue(browser.all("#board button:enabled").isEmpty(), "it is not their turn");
        pick(player, 0);
        browser.await("one pick, and no more",
                () -> browser.all("#board button:enabled").isEmpty());
        browser.expectQuiet();
    }

    @Test
    @DisplayName("10 a team's talk is its own; what is said to it and to all is heard once")
    void talk() {
        String ada = window(server, true);
        sit("red", null);
        String bob = window(server, false);
        sit("red", null);
        String eve = window(server, false);
        sit("blue", null);
        to(ada);
        browser.find("#talk").sendKeys(HTML, Keys.ENTER);
        browser.awaitText("#table-log", HTML);
        browser.find("#talk-all").sendKeys(Keys.SPACE);
        browser.find("#talk").sendKeys("for everyone", Keys.ENTER);
        to(bob);
        browser.awaitText("#table-log", "for everyone — red and table");
        assertEquals(2, browser.all("#table-log li").size(), "each once");
        assertEquals(0, browser.all("#table-log b, #table-log img").size(), "as text");
        to(eve);
        browser.awaitText("#table-log", "for everyone");
        assertEquals(1, browser.all("#table-log li").size(), "nothing of red's talk");
        browser.expectQuiet();
    }

    @Test
    @DisplayName("10 who comes late, or reloads, is told the round by the referee alone")
    void latecomer() {
        window(server, true);
        sit("blue", "swordfish");
        press("#deal", Keys.ENTER);
        browser.await("nine words", () -> browser.all("#board [data-colour]").size() == 9);
        List<String> words = words();
        window(server, false);
        sit("red", null);
        browser.await("the words", () -> words().equals(withoutColours(words)));
        window(server, false);
        sit("red", "swordfish");
        browser.await("the words and colours", () -> words().equals(words));
        browser.expectQuiet();
    }

    @Test
    @DisplayName("10 rooms are made, listed, spoken in and left; every refusal is told as text")
    void rooms() {
        browser.visit(server.url("/")).awaitText("#state", "connected twice");
        press("#game-tab", Keys.ARROW_RIGHT);
        browser.find("#join").click();
        browser.awaitText("#rooms", "lobby").awaitText("#notice", "You are in lobby");
        browser.find("#text").sendKeys(HTML, Keys.ENTER);
        browser.awaitText("#messages", HTML);
        assertEquals(0, browser.all("#messages b, #messages img").size(), "as text");
        press("#rooms-tab", Keys.ARROW_RIGHT);
        for (WebElement each : browser.all("#mischief button")) {
            each.click();
            Await.until("an answer to “" + each.getText() + "”", Duration.ofSeconds(30),
                    () -> browser.find("#refusal").getText().startsWith("Refused"));
            browser.script("document.getElementById('refusal').textContent = ''");
        }
        press("#misbehave-tab", Keys.ARROW_LEFT);
        browser.find("#rooms button").click();
        browser.awaitText("#rooms", "No room that you can see");
        browser.expectQuiet();
    }

    @Test
    @DisplayName("10 on the starter everybody hears everything, and the page says so")
    void starter() throws IOException {
        try (var starter = RealLesson.starter(10)) {
            String ada = window(starter, true);
            sit("red", null);
            String eve = window(starter, false);
            sit("blue", null);
            to(ada);
            browser.find("#talk").sendKeys("our secret", Keys.ENTER);
            to(eve);
            browser.awaitText("#table-log .leak", "You heard what was not said to you");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("10 on a phone nothing is wider than the screen")
    void phone() {
        browser.visit(server.url("/")).awaitText("#state", "connected twice");
        browser.size(360, 740);
        sit("red", "swordfish");
        press("#deal", Keys.ENTER);
        browser.await("nine words", () -> browser.all("#board [data-colour]").size() == 9);
        assertTrue((Long) browser.script("document.documentElement.scrollWidth") <= 360);
        assertTrue(browser.all("#board button").stream()
                .allMatch(each -> each.getSize().height >= 44), "large enough for a thumb");
    }

    private String window(RealLesson server, boolean first) {
        if (!first) browser.driver().switchTo().newWindow(WindowType.WINDOW);
        browser.visit(server.url("/")).awaitText("#state", "connected twice");
        return browser.driver().getWindowHandle();
    }

    private void to(String window) {
        browser.driver().switchTo().window(window);
    }

    /** @param key a spymaster's; null: a player */
    private void sit(String team, String key) {
        browser.find("#name").clear();
        browser.find("#name").sendKeys(team + " " + browser.driver().getWindowHandles().size());
        press("[name=team][value=" + team + "]", Keys.SPACE);
        if (key != null) {
            if (!browser.find("#spymaster").isSelected()) press("#spymaster", Keys.SPACE);
            browser.find("#spykey").clear();
            browser.find("#spykey").sendKeys(key);
        }
        press("#sit", Keys.ENTER);
        if ("herring".equals(key)) return; // refused
        browser.awaitText("#who", team);
        browser.awaitText("#game-notice", "You are in");
    }

    private void press(String css, Keys key) {
        browser.find(css).sendKeys(key);
    }

    private void clue(String spymaster, String clue, int count) {
        to(spymaster);
        browser.await("the turn to tell", () -> browser.find("#tell").isEnabled());
        new Select(browser.find("#count")).selectByVisibleText(String.valueOf(count));
        browser.find("#clue").sendKeys(clue, Keys.ENTER);
        browser.awaitText("#turn", "The clue: " + clue);
    }

    private void pick(String window, int n) {
        to(window);
        String button = "#board [data-n=\"" + n + "\"]";
        browser.await("word " + n + " may be picked", () -> browser.find(button).isEnabled());
        press(button, Keys.ENTER);
        browser.find(button + "[data-shown]");
    }

    private List<String> words() {
        return browser.all("#board button").stream().map(WebElement::getText).toList();
    }

    private List<String> withoutColours(List<String> words) {
        var plain = new ArrayList<String>();
        words.forEach(word -> plain.add(word.lines().findFirst().orElse("")));
        return plain;
    }
}
