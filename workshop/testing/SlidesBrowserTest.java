package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        return LessonSlides.numbers(course().slides()).stream();
    }

    @ParameterizedTest(allowZeroInvocations = true, // before the first lesson has slides
            name = "lesson {0}: each slide fits a wall of 16:9 and 4:3 and a phone")
    @MethodSource("lessons")
    void fits(String lesson) throws IOException {
        var slides = LessonSlides.read(course().slides(), lesson).slides();
        assertFalse(slides.isEmpty(), "slides/lesson" + lesson + ".md has no slides");
        try (var real = Deck.serve(course().root(), "127.0.0.1", 0)) {
            for (var size : List.of(List.of(1920, 1080), List.of(1024, 768), List.of(390, 844))) {
                browser.size(size.getFirst(), size.getLast());
                open(real, "/" + lesson + "#/" + lesson + "/1");
                assertEquals("", script("document.documentElement.dataset.overflow"),
                        "slides of lesson " + lesson + " that hold too much at " + size);
                assertEquals(List.of(), script("[...document.images]"
                        + ".filter(i => !i.naturalWidth).map(i => i.src)"), "pictures missing");
                browser.expectQuiet();
            }
            browser.size(1440, 900);
            open(real, "/" + lesson + "?presenter");
            for (int slide = 1; slide <= slides.size(); slide++) {
                atSlide(lesson, slide);
                assertFalse(slides.get(slide - 1).notes().isEmpty() != text(".said").equals(
                        "No notes."), "notes of slide " + slide + ": " + text(".said"));
                press(Keys.ARROW_RIGHT);
            }
            atSlide(lesson, slides.size()); // it stays at the last
            browser.expectQuiet();
            browser.driver().get("about:blank");
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
        open(deck, "/02");
        atSlide("02", 1);
        assertEquals("", browser.driver().findElement(By.cssSelector(".notes")).getText());
        var audience = browser.driver().getWindowHandle();
        browser.driver().switchTo().newWindow(WindowType.TAB);
        browser.size(1440, 900);
        var presenter = browser.driver().getWindowHandle();
        open(deck, "/02?presenter");
        atSlide("02", 1);
        assertEquals("Notes of the first", text(".said"));
        assertEquals("Second", text(".next h2"));
        assertTrue(text(".clock").matches("\\d{1,2}:\\d\\d"), text(".clock"));
        press(Keys.ARROW_RIGHT);
        assertEquals("No notes.", text(".said"));

        browser.driver().switchTo().window(audience);
        atSlide("02", 2);
        press(Keys.ARROW_RIGHT);

        browser.driver().switchTo().window(presenter);
        atSlide("02", 3);
        assertEquals(List.of(), browser.driver().findElements(By.cssSelector(".next")));
        script("location.hash = '#/03/2'");
        atSlide("03", 2);

        browser.driver().switchTo().window(audience);
        atSlide("03", 2);
        browser.expectQuiet();
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

    private static void open(Deck deck, String path) {
        browser.driver().get("about:blank"); // a hash alone would not load the page anew
        browser.driver().get("http://127.0.0.1:" + deck.port() + path);
        await("the deck has measured its slides", () -> script(
                "document.documentElement.dataset.overflow ?? null") != null);
    }

    private static void atSlide(String lesson, int slide) {
        var place = "/" + lesson + "#/" + lesson + "/" + slide;
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
