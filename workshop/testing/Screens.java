package workshop.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WindowType;
import workshop.course.Course;
import workshop.course.Lessons;
import workshop.course.Slide;
import workshop.presenting.Deck;
import workshop.presenting.LessonSlides;
import workshop.running.Folders;

/**
 * {@code ./jbang screens [OUT] [slides] [NN…]}: a picture of each page in use, on a laptop, a
 * projector and a phone, light and dark, to be looked at; or of each slide, and of each of its
 * steps, answers too. {@code OUT/index.html} shows them all. {@code ./jbang screens README} takes
 * those of {@code docs/pictures} anew.
 */
public final class Screens {
    private enum Screen {
        LAPTOP(1280, 900), PROJECTOR(1920, 1080), PHONE(390, 844);

        final int width;
        final int height;

        Screen(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    private static final int README_PAGE = 9;
    private static final int README_NOTEBOOK = 1;
    private static final List<String> THEMES = List.of("light", "dark");

    private final Browser browser;
    private final Path out;
    private final List<String> names = new ArrayList<>();

    private Screens(Browser browser, Path out) {
        this.browser = browser;
        this.out = out;
    }

    /** @param words where to, then the lessons, all without any; or README, for its pictures */
    public static void take(List<String> words) throws IOException {
        if (words.equals(List.of("README"))) {
            readme();
            return;
        }
        Path out = words.isEmpty() ? MadeUp.real().cache().resolve("screens")
                : Path.of(words.getFirst());
        boolean slides = words.size() > 1 && words.get(1).equals("slides");
        List<Integer> lessons = Lessons.of(words.stream().skip(slides ? 2 : 1).toList(), slides
                ? LessonSlides.numbers(MadeUp.real()).stream().map(Integer::valueOf).toList()
                : withPages());
        Files.createDirectories(out);
        try (var browser = Browser.open()) {
            var screens = new Screens(browser, out);
            if (slides) screens.ofSlides(lessons);
            else for (int lesson : lessons) screens.of(lesson);
            screens.index();
        }
        System.out.println("Look at " + out.resolve("index.html").toAbsolutePath());
    }

    /** The pictures that README shows, of a page, a notebook and a report. */
    private static void readme() throws IOException {
        Path out = Files.createDirectories(MadeUp.real().root().resolve("docs/pictures"));
        Path work = Files.createTempDirectory("screens");
        try (var browser = Browser.open(); var server = RealLesson.solution(README_PAGE)) {
            var screens = new Screens(browser, out);
            browser.size(1200, 760);
            use(browser, README_PAGE, server);
            screens.picture("page");
            browser.forget();
            browser.size(1200, 620);
            browser.visit(MadeUpReport.in(work).resolve("index.html").toUri().toString());
            screens.picture("report");
            browser.forget();
            browser.size(900, 760);
            browser.visit(executed(README_NOTEBOOK, work).toUri().toString());
            browser.driver().executeScript("document.querySelector(arguments[0])"
                    + ".scrollIntoView()", "details");
            browser.driver().executeScript("scrollBy(0, -420)");
            screens.picture("notebook");
        } finally {
            Folders.delete(work);
        }
        System.out.println("Look at " + out);
    }

    /** A notebook's page with all that its cells show, from a kernel that nobody else has. */
    private static Path executed(int lesson, Path work) {
        Command.tool("notebooks", "--install-only").in(MadeUp.real().root())
                .with("JUPYTER_DATA_DIR", work.toString()).run(Duration.ofMinutes(2))
                .expectExit(0);
        Command.of(Needed.program("jupyter-nbconvert"), "--to", "html", "--execute",
                        "--allow-errors", "--output-dir", work.toString(),
                        MadeUp.real().notebook(lesson).toString())
                .with("JUPYTER_DATA_DIR", work.toString()).run(Duration.ofMinutes(4))
                .expectExit(0);
        return work.resolve(Course.name(lesson) + ".html");
    }

    /** The lessons that have a page. */
    public static List<Integer> withPages() {
        return IntStream.rangeClosed(1, 99).boxed().filter(lesson -> Files.exists(
                MadeUp.real().lessons().resolve("web/" + Course.name(lesson) + ".html"))).toList();
    }

    private void of(int lesson) throws IOException {
        try (var server = RealLesson.solution(lesson)) {
            for (Screen screen : Screen.values()) {
                for (String theme : THEMES) {
                    browser.forget();
                    browser.size(screen.width, screen.height);
                    browser.theme(theme);
                    use(browser, lesson, server);
                    String name = "%s-%d-%s".formatted(Course.name(lesson), screen.width, theme);
                    picture(name);
                    if (screen != Screen.PHONE) continue;
                    browser.find("#wire-open").sendKeys(Keys.ENTER);
                    picture(name + "-open");
                }
            }
        }
    }

    /** From the first slide on with the arrow key, until there are no more. */
    private void ofSlides(List<Integer> lessons) throws IOException {
        Course course = MadeUp.real();
        try (var deck = Deck.serve(course.root(), "127.0.0.1", 0)) {
            String address = "http://127.0.0.1:" + deck.port();
            browser.size(Screen.PROJECTOR.width, Screen.PROJECTOR.height);
            browser.visit(address + deck.deskPath());
            browser.find("[aria-label^=Present]");
            for (String number : LessonSlides.numbers(course)) {
                if (!lessons.contains(Integer.valueOf(number))) continue;
                for (Slide slide : LessonSlides.read(course, number).slides()) {
                    slide.turn().ifPresent(turn -> browser.driver().executeAsyncScript(
                            "fetch('/desk/answers/" + turn.id() + "', {method: 'POST'})"
                            + ".then(arguments[0])"));
                }
                browser.visit("about:blank").visit(address + "/" + number);
                browser.find(".current");
                for (String at = "", place; !at.equals(place = place())
                        && place.startsWith("/" + number); at = place) {
                    picture("slides" + place.replaceAll("[^0-9]+", "-"));
                    browser.driver().switchTo().activeElement().sendKeys(Keys.ARROW_RIGHT);
                    browser.driver().executeAsyncScript("setTimeout(arguments[0], 100)");
                }
            }
        }
    }

    private String place() {
        return (String) browser.script("location.hash.slice(1)");
    }

    private void picture(String name) throws IOException {
        browser.driver().executeAsyncScript("setTimeout(arguments[0], 400)"); // what moves, rests
        Files.write(out.resolve(name + ".png"),
                browser.driver().getScreenshotAs(OutputType.BYTES));
        names.add(name);
    }

    private void index() throws IOException {
        var html = new StringBuilder("<!doctype html><meta charset=utf-8><title>Screens</title>"
                + "<style>body{font:16px system-ui;background:#888}img{max-width:48%;margin:4px;"
                + "vertical-align:top}</style>\n");
        names.forEach(name -> html.append("<a href=\"%1$s.png\"><img src=\"%1$s.png\" alt=\"%1$s\""
                + " loading=lazy></a>%n".formatted(name)));
        Files.writeString(out.resolve("index.html"), html);
    }

    // --- Each page as it is used ----------------------------------------------------------------

    /** Opens the page of a lesson, and does there what one does. */
    public static void use(Browser browser, int lesson, RealLesson server) {
        browser.visit(server.url("/"));
        switch (lesson) {
            case 2 -> say(browser, "hello, world", "#notice", "201");
            case 3 -> {
                say(browser, "hello, world", "#notice", "Stored");
                browser.click("#mischief button");
                browser.awaitText("#notice", "400");
            }
            case 4 -> say(browser, "hello, world", "#notice", "later");
            case 5 -> {
                say(browser, "hello, world", "#notice", "here");
                browser.click("#six-more");
                browser.awaitText("#questions", "waits in the browser");
            }
            case 6 -> {
                say(browser, "hello, world", "#notice", "here");
                browser.click("#six-more");
                browser.awaitText("#streams", "7 waits");
                say(browser, "into the queue", "#notice", "waits, too");
            }
            case 7 -> {
                browser.awaitText("#state", "connected");
                say(browser, "hello", "#frames", "hello");
                browser.click(browser.all("#samples button").get(2));
            }
            case 8 -> {
                browser.awaitText("#state", "connected");
                say(browser, "hello, world", "#notice", "Acknowledged");
                browser.click("#mischief button");
                browser.awaitText("#notice", "sing");
            }
            case 9 -> {
                browser.awaitText("#state", "connected");
                String name = "ada-" + System.nanoTime() % 1_000_000;
                browser.find("#name").sendKeys(name, Keys.ENTER);
                browser.awaitText("#notice", "You are");
                say(browser, "hello, world", "#notice", "The server has it");
                browser.find("#slider").sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
            }
            case 10 -> game(browser, server);
            case 11 -> {
                browser.awaitText("#carrier", "WebSocket");
                say(browser, "hello, world", "#notice", "Acknowledged");
                browser.click("#cut");
                browser.awaitText("#state", "connected");
            }
            case 12 -> {
                browser.awaitText("#state", "connected");
                say(browser, "hello, world", "#notice", "Acknowledged");
            }
            case 13 -> door(browser);
            case 14 -> {
                browser.find("#name").sendKeys("ada", Keys.ENTER);
                browser.awaitText("#state", "ada");
                browser.find("#text").sendKeys("hello, world", Keys.ENTER);
                browser.awaitText("#messages", "hello, world");
                browser.click("#work");
                browser.awaitText("#job", "is done");
            }
            default -> browser.awaitText("#wire-log", "↑");
        }
    }

    private static void say(Browser browser, String text, String where, String awaited) {
        browser.find("#text").sendKeys(text, Keys.ENTER);
        browser.awaitText(where, awaited);
    }

    private static void door(Browser browser) {
        browser.awaitText("#my-address", "127.0.0.1");
        browser.find("#name").clear();
        browser.find("#name").sendKeys("ada-" + System.nanoTime() % 1_000_000, Keys.ENTER);
        browser.awaitText("#state", "inside");
        browser.click("#lock-page button");
        browser.awaitText("#lock-page .seen", "stayed shut");
        browser.click("#lock-pace button");
        browser.awaitText("#lock-pace .seen", "refused");
    }

    private static void game(Browser browser, RealLesson server) {
        String first = browser.driver().getWindowHandle();
        Map<String, String> seats = Map.of("ada", "red", "bob", "blue");
        for (String name : List.of("ada", "bob")) {
            if (name.equals("bob")) {
                browser.driver().switchTo().newWindow(WindowType.TAB);
                browser.visit(server.url("/"));
            }
            browser.awaitText("#state", "connected twice");
            browser.find("#name").sendKeys(name);
            browser.click("[name=team][value=" + seats.get(name) + "]");
            browser.click("#spymaster");
            browser.find("#spykey").sendKeys("swordfish");
            browser.click("#sit");
            browser.awaitText("#game-notice", "You are in");
        }
        browser.driver().switchTo().window(first);
        browser.awaitText("#people", "bob");
        browser.click("#deal");
        browser.awaitText("#turn", "is next");
    }
}
