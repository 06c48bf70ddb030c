package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every page, in use: for whoever cannot see it, sees little, or has a thumb and no mouse. */
class PagesForAllTest extends InBrowser {
    private static final String AXE = "axe-core@4.14.1";
    private static final int THUMB = 44; // pixels, WCAG 2.5.5

    static Stream<Integer> lessons() {
        return Screens.withPages().stream();
    }

    @ParameterizedTest(name = "{0} axe finds nothing serious on the page, light and dark, large and"
            + " small")
    @MethodSource("lessons")
    @DisplayName("axe")
    void axe(int lesson) throws IOException {
        String axe = Npm.file(AXE, "axe-core/axe.min.js");
        var findings = new ArrayList<String>();
        try (var server = RealLesson.solution(lesson)) {
            for (String theme : List.of("light", "dark")) {
                for (int width : List.of(1280, 390)) {
                    browser.forget();
                    browser.size(width, 844);
                    browser.theme(theme);
                    Screens.use(browser, lesson, server);
                    if (width == 390) browser.click("#wire-open");
                    browser.driver().executeScript(axe);
                    for (Object each : (List<?>) browser.driver().executeAsyncScript(RUN_AXE)) {
                        findings.add(theme + ", " + width + " wide: " + each);
                    }
                }
            }
        }
        assertEquals("", String.join("\n", findings));
    }

    private static final String RUN_AXE = """
            const done = arguments[0];
            axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => done(
                violations.filter(each => ["serious", "critical"].includes(each.impact))
                    .flatMap(each => each.nodes.map(node =>
                        `${each.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`))));
            """;

    @ParameterizedTest(name = "{0} whatever can be touched is large enough for a thumb, and nothing"
            + " is scrolled sideways")
    @MethodSource("lessons")
    @DisplayName("thumbs")
    void thumbs(int lesson) throws IOException {
        try (var server = RealLesson.solution(lesson)) {
            browser.size(390, 844);
            Screens.use(browser, lesson, server);
            for (boolean open : List.of(false, true)) {
                if (open) browser.click("#wire-open");
                assertEquals(List.of(), browser.driver().executeScript(SMALL, THUMB),
                        "narrower or lower than " + THUMB);
                assertTrue((boolean) browser.script(
                        "document.documentElement.scrollWidth <= innerWidth"), "too wide");
            }
        }
    }

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
