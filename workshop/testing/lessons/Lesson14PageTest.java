package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import tests.clients.SmallRedis;
import workshop.testing.RealLesson;

/** Lesson 14's page: two servers in one window. */
class Lesson14PageTest extends InBrowser {
    private static Map<String, String> sharing(SmallRedis redis) {
        return Map.of("REDIS_URL", redis.url(), "SECRET", "of the page's test", "STEP_MS", "20",
                "BEAT_MS", "300");
    }

    private void comeIn(String name) {
        browser.find("#name").clear();
        browser.find("#name").sendKeys(name, Keys.ENTER);
        browser.awaitText("#state", name);
    }

    @Test
    @DisplayName("14 what is said on one server stands in the frame of the other; a job has a bar")
    void twoServers() throws IOException {
        try (var redis = SmallRedis.start(); var one = RealLesson.solution(14, sharing(redis));
                var two = RealLesson.solution(14, sharing(redis))) {
            browser.visit(one.url("/"));
            comeIn("ada");
            browser.await("the server's name",
                    () -> browser.find("#server").getText().startsWith("s-"));
            String here = browser.find("#server").getText();
            browser.find("#port").clear();
            browser.find("#port").sendKeys("" + two.port(), Keys.ENTER);
            browser.await("the frame", () -> !browser.all("#frame iframe").isEmpty());
            browser.driver().switchTo().frame(browser.find("#frame iframe"));
            browser.awaitText("#state", "ada"); // the cookie knows no ports
            browser.await("another server's name", () -> {
                String there = browser.find("#server").getText();
                return there.startsWith("s-") && !there.equals(here);
            });
            browser.driver().switchTo().defaultContent();
            browser.find("#text").sendKeys(HTML, Keys.ENTER);
            browser.awaitText("#messages", HTML);
            browser.await("no text without an ack",
                    () -> browser.all("#messages .unacked").isEmpty());
            browser.driver().switchTo().frame(browser.find("#frame iframe"));
            browser.awaitText("#messages", HTML);
            browser.find("#work").click();
            browser.awaitText("#job", "is done");
            browser.driver().switchTo().defaultContent();
            browser.awaitText("#job", "is done");
            assertTrue(browser.all("#messages .twice").isEmpty(), "nothing came twice");
            assertEquals("14 Many servers", browser.driver().getTitle());
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("14 when its server ends the page says why, and keeps what has no ack yet")
    void ends() throws IOException {
        try (var one = RealLesson.solution(14)) {
            browser.visit(one.url("/"));
            comeIn("ada");
            browser.find("#text").sendKeys("before", Keys.ENTER);
            browser.awaitText("#messages", "before");
            ProcessHandle.of(one.run().pid()).orElseThrow().destroy();
            browser.awaitText("#goodbye", "1012");
            browser.find("#text").sendKeys("after", Keys.ENTER);
            browser.await("a text that waits for its ack",
                    () -> browser.all("#messages .unacked").size() == 1);
            browser.expectQuiet(workshop.testing.Browser.SERVER_ENDED);
        }
    }
}
