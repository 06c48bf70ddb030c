package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import workshop.testing.Await;
import workshop.testing.RealLesson;

/** Lesson 07's page, used as learners use it. */
class Lesson07PageTest extends InBrowser {
    @Test
    @DisplayName("07 a text and its echo are drawn bit by bit, and are never HTML")
    void drawsFrames() throws IOException {
        try (var server = RealLesson.solution(7)) {
            browser.visit(server.url("/")).awaitText("#state", "connected, chat");
            say("hello");
            awaitFrames(2);
            assertEquals("↓ text · 2 bytes of header, 5 of payload", title(1));
            assertEquals("↑ text · 6 bytes of header, 5 of payload", title(2));
            assertEquals("1 FIN 000 RSV 0001 opcode 1 0 MASK 0000101 length 5", bits(1));
            assertEquals("1 FIN 000 RSV 0001 opcode 1 1 MASK 0000101 length 5", bits(2));
            browser.awaitText(".frame:nth-child(1)", "68\n65\n6C\n6C\n6F\n“hello”\npayload");
            say(HTML);
            awaitFrames(4);
            browser.awaitText("#frames", HTML);
            assertNotEquals("caught", browser.driver().getTitle());
            assertTrue(browser.all("#frames img, #frames b b").isEmpty(), "a text became HTML");
            browser.awaitText("#wire-frames", "4");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("07 longer lengths, binary messages and both closes are drawn")
    void drawsMore() throws IOException {
        try (var server = RealLesson.solution(7)) {
            browser.visit(server.url("/")).awaitText("#state", "connected");
            press("200 letters");
            awaitFrames(2);
            browser.awaitText("#frames", "length in 16 bits");
            press("70,000 letters");
            awaitFrames(4);
            assertEquals("↓ text · 10 bytes of header, 70,000 of payload", title(1));
            press("five bytes, binary");
            awaitFrames(6);
            assertEquals("↓ binary · 2 bytes of header, 5 of payload", title(1));
            press("close 4321, with a reason");
            browser.awaitText("#notice", "Closed with 4321").awaitText("#state", "closed, 4321");
            awaitFrames(8);
            assertEquals("↓ close · 2 bytes of header, 2 of payload", title(1));
            browser.find("#connect").click();
            browser.awaitText("#state", "connected");
            press("1 MiB and a byte");
            browser.awaitText("#notice", "Closed with 1009: a message has at most");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("07 on the starter the page says that the handshake was not taken")
    void starter() throws IOException {
        try (var server = RealLesson.starter(7)) {
            browser.visit(server.url("/")).awaitText("#state", "no WebSocket")
                    .awaitText("#notice", "is 7.1 solved?");
            browser.expectQuiet("WebSocket connection to");
        }
    }

    private void say(String text) {
        browser.find("#text").clear();
        browser.find("#text").sendKeys(text);
        browser.find("#form button").click();
    }

    private void press(String words) {
        browser.all("#samples button").stream().filter(each -> each.getText().equals(words))
                .findFirst().orElseThrow().click();
    }

    private void awaitFrames(int count) {
        Await.until(count + " frames", Duration.ofSeconds(10),
                () -> browser.all("#frames .frame").size() == count);
    }

    /** Of the newest frame but {@code place} - 1. */
    private String title(int place) {
        return browser.find("#frames .frame:nth-child(" + place + ") h3").getText();
    }

    private String bits(int place) {
        var words = new StringBuilder();
        browser.all("#frames .frame:nth-child(" + place + ") .field").stream().limit(5)
                .forEach(field -> words.append(field.findElements(By.cssSelector(".cells span"))
                        .stream().map(cell -> cell.getText()).reduce("", String::concat))
                        .append(' ').append(field.findElement(By.cssSelector(".name")).getText())
                        .append(' '));
        return words.toString().strip();
    }
}
