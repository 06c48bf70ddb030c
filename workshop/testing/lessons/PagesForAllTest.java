package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import workshop.testing.RealLesson;
import workshop.testing.Screens;

/** Every page, in use: for whoever cannot see it, sees little, or has a thumb and no mouse. */
class PagesForAllTest extends InBrowser {
    static final String AXE = "axe-core@4.14.1";
    private static final int THUMB = 44; // pixels, WCAG 2.5.5

    static Stream<Integer> lessons() {
        return Screens.withPages().stream();
    }

    @ParameterizedTest(name = "{0} axe finds nothing serious on the page, light and dark, large and"
            + " small; what can be touched is large enough for a thumb, and nothing is too wide")
    @MethodSource("lessons")
    @DisplayName("for all")
    void forAll(int lesson) throws IOException {
        String axe = Npm.file(AXE, "axe-core/axe.min.js");
        var findings = new ArrayList<String>();
        try (var server = RealLesson.solution(lesson)) {
            for (String theme : List.of("light", "dark")) {
                for (int width : List.of(1280, 390)) {
                    browser.forget();
                    browser.size(width, 844);
                    browser.theme(theme);
                    Screens.use(browser, lesson, server);
                    String where = theme + ", " + width + " wide: ";
                    if (width == 390) {
                        look(where, findings);
                        browser.click("#wire-open");
                        look(where + "open: ", findings);
                    }
                    browser.driver().executeScript(axe);
                    for (Object each : (List<?>) browser.driver().executeAsyncScript(RUN_AXE)) {
                        findings.add(where + each);
                    }
                }
            }
        }
        assertEquals("", String.join("\n", findings));
    }

    private void look(String where, List<String> findings) {
        for (Object each : (List<?>) browser.driver().executeScript(SMALL, THUMB)) {
            findings.add(where + "narrower or lower than " + THUMB + ": " + each);
        }
        if ((boolean) browser.script("document.documentElement.scrollWidth > innerWidth")) {
            findings.add(where + "too wide");
        }
    }

    static final String RUN_AXE = """
            const done = arguments[0];
            // It would fetch the style once more, and 05 and 06 may hold all six connections.
            const options = {resultTypes: ["violations"], preload: false};
            axe.run(document, options).then(({violations}) => done(
                violations.filter(each => ["serious", "critical"].includes(each.impact))
                    .flatMap(each => each.nodes.map(node =>
                        `${each.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`))));
            """;

    /** A box to tick is as large as its label. */
    private static final String SMALL = """
            const least = arguments[0];
            return [...document.querySelectorAll("button, input, select, summary, [role=option]")]
                .filter(each => each.checkVisibility())
                .map(each => ["checkbox", "radio"].includes(each.type)
                    ? each.closest("label") : each)
                .map(each => [each.outerHTML.slice(0, 100), each.getBoundingClientRect()])
                .filter(([, box]) => box.width + 0.5 < least || box.height + 0.5 < least)
                .map(([html, box]) =>
                    `${Math.round(box.width)} × ${Math.round(box.height)}: ${html}`);
            """;
}
