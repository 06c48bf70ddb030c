package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WindowType;
import workshop.course.Course;
import workshop.presenting.Deck;
import workshop.presenting.LessonSlides;

/** The deck as people see it: keys, windows, and no slide that holds too much. */
@DisplayName("slides in a browser")
class SlidesBrowserTest {
    private static Browser browser;

    @TempDir
    Path root;

    private Deck deck;

    @BeforeAll
    static void openBrowser() {
        browser = Browser.open();
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) browser.close();
    }

    @BeforeEach
    void serve() throws IOException {
        Files.createDirectories(root.resolve("slides"));
        write("02", """
                # Two
                Note:
                Notes of the *first*
                ---
                ## Second
                ```java
                int i = 1;
                ```
                ```http
                GET / HTTP/1.1
                Host: a
                ```
                ---
                ## Third
                """);
        write("03", "# Three\n---\n## Its second");
        deck = Deck.serve(root, "127.0.0.1", 0);
        browser.forget();
        browser.size(1920, 1080);
    }

    @AfterEach
    void leave() {
        var windows = List.copyOf(browser.driver().getWindowHandles());
        for (var window : windows.subList(1, windows.size())) {
            browser.driver().switchTo().window(window).close();
        }
        browser.driver().switchTo().window(windows.getFirst()).get("about:blank");
        deck.close();
    }

    // ---- The slides of the course ----

    static Stream<String> lessons() throws IOException {
        return LessonSlides.numbers(course()).stream();
    }

    /** Letters at least so large, in pixels of a wall 1080 high. */
    private static final String SMALL = """
            const [picture, text, code, margin] = arguments;
            return [...document.querySelectorAll(".slide .page")].flatMap(page => {
                const found = [];
                page.parentElement.style.visibility = "visible";
                const nodes = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
                for (let node; (node = nodes.nextNode()); ) {
                    const at = node.parentElement;
                    if (!node.data.trim() || at.closest("style, title, desc")) continue;
                    if (getComputedStyle(at).visibility === "hidden") continue;
                    let size = parseFloat(getComputedStyle(at).fontSize) * 1080 / innerHeight;
                    const matrix = at.closest("svg") && at.getScreenCTM();
                    if (matrix) size *= Math.hypot(matrix.c, matrix.d);
                    const least = matrix ? picture : at.closest("figcaption, .map, .whose") ? margin
                        : at.closest("pre, table, code") ? code : text;
                    if (size < least - 0.05) {
                        found.push(`slide ${page.parentElement.dataset.number}: ${size.toFixed(1)}`
                            + ` < ${least}: ${node.data.trim().slice(0, 40)}`);
                    }
                }
                return found;
            });
            """;

    @ParameterizedTest(name = "lesson {0}: each slide fits a wall of 16:9 and 4:3 and a phone, and"
            + " is read from the last row")
    @MethodSource("lessons")
    void fits(String lesson) throws IOException {
        var slides = LessonSlides.read(course(), lesson);
        assertFalse(slides.slides().isEmpty(), "lesson " + lesson + " has no slides");
        try (var real = Deck.serve(course().root(), "127.0.0.1", 0)) {
            sit(real);
            for (var slide : slides.slides()) {
                slide.turn().ifPresent(turn -> browser.driver().executeAsyncScript("fetch("
                        + "'/desk/answers/" + turn.id() + "', {method: 'POST'})"
                        + ".then(arguments[0])"));
            }
            for (var size : List.of(List.of(1920, 1080), List.of(1280, 720), List.of(1024, 768),
                    List.of(390, 844))) {
                browser.size(size.getFirst(), size.getLast());
                open(real, "/" + lesson + "#/" + lesson + "/1");
                assertEquals("", script("document.documentElement.dataset.overflow"),
                        "slides of lesson " + lesson + " that hold too much at " + size);
                assertEquals(List.of(), script("[...document.images]"
                        + ".filter(i => !i.naturalWidth).map(i => i.src)"), "pictures missing");
                browser.expectQuiet();
                if (size.getFirst() == 390) continue;
                // A picture as wide as the slide has a quarter less room on 4:3.
                var least = size.getFirst() == 1024 ? new Object[] {18, 20, 14, 14}
                        : new Object[] {24, 24, 18, 16};
                assertEquals("", String.join("\n", ((List<?>) browser.driver()
                        .executeScript(SMALL, least)).stream().map(String::valueOf).toList()),
                        "letters too small, at " + size);
            }
            browser.size(1440, 900);
            open(real, "/desk/" + lesson);
            for (int slide = 1; slide <= slides.slides().size(); slide++) {
                script("location.hash = '#/" + lesson + "/" + slide + "'");
                atSlide("/desk", lesson, slide);
                assertFalse(slides.slides().get(slide - 1).notes().isEmpty()
                        != text(".said").equals("No notes."),
                        "notes of slide " + slide + ": " + text(".said"));
            }
            browser.expectQuiet();
            browser.driver().get("about:blank");
        }
    }

    @Test
    @DisplayName("the arrow key alone leads through the whole course and back, and shows no answer")
    void leads() throws IOException {
        var expected = new ArrayList<String>();
        for (var lesson : LessonSlides.numbers(course())) {
            var slides = LessonSlides.read(course(), lesson).slides();
            for (int i = 0; i < slides.size(); i++) {
                if (!slides.get(i).answer()) expected.add(lesson + "/" + (i + 1));
            }
        }
        try (var real = Deck.serve(course().root(), "127.0.0.1", 0)) {
            open(real, "/" + LessonSlides.numbers(course()).getFirst());
            assertEquals(expected, walked(Keys.ARROW_RIGHT));
            assertEquals(expected.reversed(), walked(Keys.ARROW_LEFT));
            browser.expectQuiet();
            browser.driver().get("about:blank");
        }
    }

    /** The slides that a key leads to, until it leads no further; their steps left out. */
    private static List<String> walked(Keys key) {
        var slides = new ArrayList<String>();
        for (String last = null, place; ; last = place) {
            place = (String) script("location.hash");
            if (place.equals(last)) return slides;
            var slide = place.replaceFirst("#/(\\d+/\\d+).*", "$1");
            if (slides.isEmpty() || !slides.getLast().equals(slide)) slides.add(slide);
            var shown = (String) script("document.querySelector('.current').className");
            assertFalse(shown.contains("answer"), slide + " shows an answer");
            press(key);
            browser.driver().executeAsyncScript("const done = arguments[0], was = '" + place + "';"
                    + "let tries = 0; const look = () => location.hash !== was || ++tries > 25"
                    + " ? done() : setTimeout(look, 8); look();");
        }
    }

    // ---- The deck itself ----

    @Test
    @DisplayName("keys go forward, back, to the ends, to all slides and back")
    void keys() throws IOException {
        open(deck, "/02");
        atSlide("02", 1);
        press(" ");
        atSlide("02", 2);
        press(Keys.PAGE_DOWN);
        atSlide("02", 3);
        press(Keys.ARROW_LEFT);
        atSlide("02", 2);
        press(Keys.HOME);
        atSlide("02", 1);
        press(Keys.END);
        atSlide("02", 3);
        press(Keys.ESCAPE);
        var third = "document.querySelector('[data-number=\"3\"]').getBoundingClientRect()";
        assertTrue((Boolean) script(third + ".width < innerWidth / 2"));
        browser.driver().findElement(By.cssSelector("[data-number='2']")).click();
        atSlide("02", 2);
        assertTrue((Boolean) script(third + ".width == innerWidth"));
        press("?");
        assertTrue((Boolean) script("document.querySelector('dialog').open"));
        press(Keys.ESCAPE);
        press("b");
        assertTrue((Boolean) script("document.documentElement"
                + ".hasAttribute('data-black')"));
        browser.expectQuiet();
    }

    @Test
    @DisplayName("a link to a slide works from the list, from another deck, and by hand")
    void deepLinks() throws IOException {
        open(deck, "/#/02/3");
        atSlide("02", 3);
        script("location.hash = '#/03/2'");
        atSlide("03", 2);
        assertEquals("03 · Three", browser.driver().getTitle());
        script("location.hash = '#/02/99'");
        atSlide("02", 3);
        browser.expectQuiet();
    }

    @Test
    @DisplayName("one slide is seen and read out, the others are not")
    void accessible() throws IOException {
        open(deck, "/02#/02/2");
        atSlide("02", 2);
        assertEquals("Slide 2 of 3: Second", script(
                "document.querySelector('[aria-live]').textContent"));
        assertEquals("2", script("document.activeElement.dataset.number"));
        assertEquals(List.of("2"), script("[...document.querySelectorAll('section')]"
                + ".filter(s => s.checkVisibility({visibilityProperty: true}))"
                + ".map(s => s.dataset.number)"));
        assertEquals(2L, script("document.querySelectorAll('.hljs').length"));
    }

    @Test
    @DisplayName("the presenter's window has notes and leads the audience's, and follows it")
    void presenter() throws IOException {
        sit(deck);
        open(deck, "/02");
        atSlide("02", 1);
        assertEquals(List.of(), browser.driver().findElements(By.cssSelector(".notes")));
        var audience = browser.driver().getWindowHandle();
        browser.driver().switchTo().newWindow(WindowType.TAB);
        browser.size(1440, 900);
        var presenter = browser.driver().getWindowHandle();
        open(deck, "/desk/02");
        atSlide("/desk", "02", 1);
        assertEquals("Notes of the first", text(".said"));
        assertEquals("Second", text(".next h2"));
        assertTrue(text(".clock").matches("\\d{1,2}:\\d\\d"), text(".clock"));
        press(Keys.ARROW_RIGHT);
        assertEquals("No notes.", text(".said"));

        browser.driver().switchTo().window(audience);
        atSlide("02", 2);
        press(Keys.ARROW_RIGHT);

        browser.driver().switchTo().window(presenter);
        atSlide("/desk", "02", 3);
        script("location.hash = '#/03/2'");
        atSlide("/desk", "03", 2);
        assertEquals(List.of(), browser.driver().findElements(By.cssSelector(".next")));

        browser.driver().switchTo().window(audience);
        atSlide("03", 2);
        browser.expectQuiet();
    }

    @Test
    @DisplayName("the token leaves the address at once; without it there is no desk")
    void door() {
        browser.forget();
        open("/desk#not-the-token");
        browser.awaitText("[role=status]", "an old one");
        open("/desk/02");
        assertEquals(List.of(), browser.driver().findElements(By.cssSelector("section")));
        sit(deck);
        assertEquals("/desk", script("location.pathname + location.hash"));
        assertEquals("", script("document.cookie"));
    }

    @Test
    @DisplayName("an answer is the presenter's until a shows it; then all windows have it")
    void answers() throws IOException {
        write("02", "# Two\n---\n## Your turn 2.1 · 5 min\n---\nAnswer:\n## It is 42\n---\n## End");
        sit(deck);
        open(deck, "/02#/02/2");
        atSlide("02", 2);
        var audience = browser.driver().getWindowHandle();
        browser.driver().switchTo().newWindow(WindowType.TAB);
        browser.size(1440, 900);
        var presenter = browser.driver().getWindowHandle();
        open(deck, "/desk/02#/02/2");
        press(Keys.ARROW_RIGHT);
        atSlide("/desk", "02", 3);
        assertEquals("It is 42", text(".current h2"));

        browser.driver().switchTo().window(audience);
        await("the audience's window to follow", () -> script("location.hash").equals("#/02/3"));
        assertEquals("Your turn 2.1 · 5 min", text(".current h2"));
        assertFalse(browser.driver().getPageSource().contains("It is 42"));

        browser.driver().switchTo().window(presenter);
        press("a");
        await("the mark to go", () -> script("document.querySelector('.withheld')") == null);
        browser.driver().switchTo().window(audience);
        await("the answer", () -> text(".current h2").equals("It is 42"));

        browser.driver().switchTo().window(presenter);
        press("a");
        browser.driver().switchTo().window(audience);
        await("the answer to go", () -> text(".current h2").startsWith("Your turn"));
        assertFalse(browser.driver().getPageSource().contains("It is 42"));
        press(Keys.ARROW_RIGHT);
        atSlide("02", 4);
        browser.expectQuiet();
    }

    @Test
    @DisplayName("step by step: parts of a picture appear and go, lines of code come to the front")
    void steps() throws IOException {
        write("02", """
                # Two
                ---
                <svg viewBox="0 0 1000 100" aria-label="x">
                <text id="one" y="50" data-step="1">one</text>
                <text id="till" y="50" data-until="2">till</text>
                </svg>

                ```java steps=1|2-3
                int i = 1;
                int j = 1;
                int k = 1;
                ```
                ---
                ## Third
                """);
        open(deck, "/02#/02/2");
        assertEquals("till ", seen());
        press(Keys.ARROW_RIGHT);
        assertEquals("one till mask", seen());
        assertEquals("#/02/2/1", script("location.hash"));
        press(Keys.ARROW_RIGHT);
        assertEquals("one mask", seen());
        press(Keys.ARROW_RIGHT);
        atSlide("02", 3);
        press(Keys.ARROW_LEFT);
        assertEquals("one mask", seen());
        open(deck, "/02#/02/2/1");
        assertEquals("one till mask", seen());
        open(deck, "/02?print");
        assertEquals("one ", seen());
        browser.expectQuiet();
    }

    private static String seen() {
        return (String) script("['one', 'till'].filter(id => document.getElementById(id)"
                + ".checkVisibility({visibilityProperty: true})).map(id => id + ' ').join('')"
                + " + (document.querySelector('[data-lines]').style.maskImage ? 'mask' : '')");
    }

    @Test
    @DisplayName("a saved file is shown at once in every window, at the same slide")
    void reloads() throws IOException {
        open(deck, "/02#/02/2");
        atSlide("02", 2);
        var first = browser.driver().getWindowHandle();
        browser.driver().switchTo().newWindow(WindowType.TAB);
        open(deck, "/02#/02/2");
        atSlide("02", 2);
        write("02", "# Two\n---\n## Second, *saved*\n---\n## Third");
        await("the saved slide", () -> text(".current h2").equals("Second, saved"));
        atSlide("02", 2);
        browser.driver().switchTo().window(first);
        await("the saved slide", () -> text(".current h2").equals("Second, saved"));
        browser.expectQuiet();
    }

    @Test
    @DisplayName("a slide that holds too much says so: too high, too wide, beyond a drawing's box")
    void overflow() throws IOException {
        write("02", "# Fine\n---\n## High\n" + "- a line\n".repeat(30)
                + "---\n## Wide\n```java\n" + "x".repeat(200) + "\n```\n"
                + "---\n## Drawn\n<svg viewBox=\"0 0 100 20\">\n<text x=\"60\" y=\"15\">"
                + "beyond the box</text>\n</svg>\n---\n## Fine\n" + "- a line\n".repeat(9));
        open(deck, "/02#/02/2");
        atSlide("02", 2);
        assertEquals("2 3 4", script("document.documentElement.dataset.overflow"));
        assertTrue(script("getComputedStyle(document.querySelector('.current .page'),"
                + "'::after').content").toString().contains("Too much for one slide"));
    }

    @Test
    @DisplayName("print shows every slide, one a page")
    void print() throws IOException {
        open(deck, "/02?print");
        assertEquals(List.of(true, true, true), script(
                "[...document.querySelectorAll('section')].map(s => s.checkVisibility("
                + "{visibilityProperty: true}))"));
        var pdf = browser.driver().print(new org.openqa.selenium.print.PrintOptions());
        assertTrue(pdf.getContent().length() > 1000);
        browser.expectQuiet();
    }

    private static Object script(String expression) {
        return browser.script(expression);
    }

    private static void await(String what, Callable<Boolean> holds) {
        Await.until(what, Duration.ofSeconds(5), holds);
    }

    private static Course course() {
        return Course.around(Path.of("")).orElseThrow();
    }

    private void write(String lesson, String markdown) throws IOException {
        Files.writeString(root.resolve("slides/lesson" + lesson + ".md"), markdown);
    }

    /** Lets this browser in as the presenter's. */
    private static void sit(Deck deck) {
        browser.visit("about:blank").visit("http://127.0.0.1:" + deck.port() + deck.deskPath());
        browser.find("[aria-label^=Present]");
    }

    private void open(String path) {
        browser.visit("about:blank").visit("http://127.0.0.1:" + deck.port() + path);
    }

    private static void open(Deck deck, String path) {
        browser.driver().get("about:blank"); // a hash alone would not load the page anew
        browser.driver().get("http://127.0.0.1:" + deck.port() + path);
        await("the deck has measured its slides", () -> script(
                "document.documentElement.dataset.overflow ?? null") != null);
    }

    private static void atSlide(String lesson, int slide) {
        atSlide("", lesson, slide);
    }

    private static void atSlide(String base, String lesson, int slide) {
        var place = base + "/" + lesson + "#/" + lesson + "/" + slide;
        await("the place " + place, () -> script(
                "location.pathname + location.hash").equals(place));
        assertEquals(List.of(String.valueOf(slide)), script("[...document"
                + ".querySelectorAll('.current')].map(s => s.dataset.number)"));
    }

    private static void press(CharSequence key) {
        browser.driver().switchTo().activeElement().sendKeys(key);
    }

    /** What is read there, in one step: the slides may be exchanged at any moment. */
    private static String text(String selector) {
        return (String) script(
                "document.querySelector(`" + selector + "`)?.innerText.trim() ?? ''");
    }
}
