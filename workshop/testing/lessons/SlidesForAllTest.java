package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import workshop.presenting.Deck;
import workshop.presenting.LessonSlides;
import workshop.testing.MadeUp;

/** Every slide, answers too, for whoever cannot see it or sees little. */
class SlidesForAllTest extends InBrowser {

    static Stream<String> lessons() throws IOException {
        return LessonSlides.numbers(MadeUp.real()).stream();
    }

    @ParameterizedTest(name = "{0} axe finds nothing serious on any slide, nor at the desk")
    @MethodSource("lessons")
    @DisplayName("slides for all")
    void forAll(String lesson) throws IOException {
        String axe = Npm.file(PagesForAllTest.AXE, "axe-core/axe.min.js");
        var findings = new ArrayList<String>();
        try (var deck = Deck.serve(MadeUp.real().root(), "127.0.0.1", 0)) {
            String address = "http://127.0.0.1:" + deck.port();
            browser.forget();
            browser.size(1280, 720);
            browser.visit(address + deck.deskPath()).find("[aria-label^=Present]");
            for (String path : List.of("/", "/desk", "/" + lesson, "/desk/" + lesson,
                    "/desk/" + lesson + "?print")) {
                browser.visit(address + path).find("section");
                browser.driver().executeScript(axe);
                for (Object each : (List<?>) browser.driver()
                        .executeAsyncScript(PagesForAllTest.RUN_AXE)) {
                    findings.add(path + ": " + each);
                }
            }
            browser.visit("about:blank");
        }
        assertEquals("", String.join("\n", findings));
    }
}
