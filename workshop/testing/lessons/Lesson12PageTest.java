package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.support.ui.Select;
import workshop.testing.RealLesson;

/** Lesson 12's page: Socket.IO in its own small client, and each packet digit by digit. */
class Lesson12PageTest extends InBrowser {
    private RealLesson server;

    @BeforeAll
    void openServer() {
        server = RealLesson.solution(12);
    }

    @AfterAll
    void closeServer() throws IOException {
        if (server != null) server.close();
    }

    @Test
    @DisplayName("12 what is said is heard, as text, and its packet is shown digit by digit")
    void talks() {
        open();
        say(HTML);
        browser.awaitText("#messages", HTML).awaitText("#notice", "Acknowledged");
        assertEquals(0, browser.all("#messages b, #messages img").size(), "as text");
        List<String> digits = browser.all("#digits code").stream().map(each -> each.getText())
                .toList();
        assertEquals(List.of("4", "3"), digits.subList(0, 2), "the ack is the last");
        browser.awaitText("#digits", "Engine.IO: message").awaitText("#digits", "which ack");
        browser.awaitText("#wire-log", "say").expectQuiet();
    }

    @Test
    @DisplayName("12 a room and a namespace keep apart, and a room is asked")
    void rooms() {
        open();
        String ada = browser.driver().getWindowHandle();
        inGame("red");
        browser.driver().switchTo().newWindow(WindowType.WINDOW);
        open();
        String bob = browser.driver().getWindowHandle();
        inGame("red");
        browser.driver().switchTo().newWindow(WindowType.WINDOW);
        open();
        String eve = browser.driver().getWindowHandle();
        browser.driver().switchTo().window(ada);
        say("for red in game");
        browser.awaitText("#messages", "for red in game");
        browser.click("#ask");
        browser.driver().switchTo().window(bob);
        browser.awaitText("#messages", "for red in game").awaitText("#asked", "asks: ready?");
        browser.click("#asked button");
        browser.driver().switchTo().window(ada);
        browser.awaitText("#notice", "yes; missing: 0");
        new Select(browser.find("#namespace")).selectByVisibleText("/");
        browser.find("#room").clear();
        say("for all in /");
        browser.awaitText("#messages", "for all in /");
        browser.driver().switchTo().window(eve);
        browser.awaitText("#messages", "for all in /");
        assertTrue(!browser.find("#messages").getText().contains("for red"), "it is not in red");
        browser.expectQuiet();
    }

    @Test
    @DisplayName("12 a file is sent as bytes, and its packet says so")
    void file(@TempDir Path folder) throws IOException {
        open();
        Path file = Files.write(folder.resolve("bytes"), new byte[300]);
        browser.find("#file").sendKeys(file.toString());
        say("look");
        browser.awaitText("#messages", "look [300 bytes]").awaitText("#digits", "attachments");
        browser.expectQuiet();
    }

    @Test
    @DisplayName("12 a refusal is told; what ends the session ends it, and the page comes back")
    void mischief() {
        open();
        browser.click("details:last-of-type summary");
        for (var each : browser.all("#mischief button")) {
            browser.awaitText("#state", "connected");
            String before = browser.find("#me").getText();
            boolean ends = List.of("no packet", "a reserved name", "a second connect")
                    .contains(each.getText());
            browser.click(each);
            if (!ends) continue;
            browser.await("another session after “" + each.getText() + "”", () -> {
                String now = browser.find("#me").getText();
                return !now.equals(before) && !now.equals("nobody");
            });
        }
        say("and on");
        browser.awaitText("#messages", "and on").expectQuiet();
    }

    @Test
    @DisplayName("12 the official client's file talks from the page, unchanged")
    void official(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("socket.io.min.js"), Npm.file(
                "socket.io-client@4.8.1", "socket.io-client/dist/socket.io.min.js"));
        open();
        browser.click("details summary");
        browser.find("#official").sendKeys(file.toString());
        browser.awaitText("#official-says", "acknowledged as message");
        browser.awaitText("#messages", "hello from the official client");
        browser.expectQuiet();
    }

    @Test
    @DisplayName("12 on the starter the page connects; what it says costs the connection")
    void starter() throws IOException {
        try (var starter = RealLesson.starter(12)) {
            browser.visit(starter.url("/")).awaitText("#wire-log", "connect");
            say("hello");
            browser.awaitText("#notice", "The connection was lost").expectQuiet();
        }
    }

    private void open() {
        browser.visit(server.url("/")).awaitText("#state", "connected");
        browser.await("a sid", () -> !browser.find("#me").getText().equals("nobody"));
    }

    private void inGame(String room) {
        new Select(browser.find("#namespace")).selectByVisibleText("/game");
        browser.find("#room").sendKeys(room);
        browser.click("#join");
        browser.awaitText("#notice", "You are in " + room);
    }

    private void say(String text) {
        browser.find("#text").clear();
        browser.find("#text").sendKeys(text, Keys.ENTER);
    }
}
