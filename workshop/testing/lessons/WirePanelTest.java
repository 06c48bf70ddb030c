package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;
import workshop.testing.Await;
import workshop.testing.RealLesson;
import workshop.wire.Message;
import workshop.wire.Speaker;
import workshop.wire.WireTap;

/**
 * The panel “On the wire” of the lessons' pages, held against a tap on the same wire: it shows each
 * exchange, with the same bytes, and nothing as seen to be right before it has come.
 */
class WirePanelTest extends InBrowser {
    /** A row of the log: what one sees of it, and the bytes that a click shows. */
    record Row(int number, String arrow, String what, long up, long down, String state,
            List<String> headings, List<String> texts) {}

    // --- None lost, and the same bytes --------------------------------------------------------

    @Test
    @DisplayName("the log shows each request of a scripted minute, with the bytes that the tap"
            + " counts")
    void requests() throws IOException {
        try (var server = RealLesson.solution(4); var tap = WireTap.of(server.port())) {
            browser.visit(url(tap)).awaitText("#state", "asked");
            new Select(browser.find("#every")).selectByVisibleText("0.2 s");
            for (String text : List.of("hello", "grüße, ☂", HTML)) {
                say(text);
                browser.awaitText("#messages li:last-child .what", text);
            }
            browser.find("#mischief button").click();
            browser.awaitText("#notice", "400");
            new Select(browser.find("#every")).selectByVisibleText("never");
            browser.awaitText("#state", "not asking");
            List<Row> rows = settled();
            List<Message> said = tap.messages().stream()
                    .filter(each -> !isOfThePage(each)).toList();
            List<Message> requests = said.stream()
                    .filter(each -> each.kind() instanceof Message.Request).toList();
            assertEquals(requests.size(), rows.size(), () -> "rows: " + rows);
            assertTrue(rows.size() > 5, "a script of " + rows.size() + " exchanges");
            var left = new ArrayList<>(rows); // two connections may have been overtaken
            for (Message request : requests) {
                var kind = (Message.Request) request.kind();
                Message answer = answerTo(request, said);
                String what = kind.method() + " " + kind.target() + " "
                        + ((Message.Answer) answer.kind()).status();
                Row row = left.stream().filter(each -> each.what().equals(what)
                        && each.headings().getFirst().contains(body(request))
                        && each.headings().getLast().contains(body(answer)))
                        .findFirst().orElseThrow(() -> new AssertionError("no row for " + what
                                + " with " + body(request) + " and " + body(answer)
                                + " among\n" + left));
                left.remove(row);
                assertEquals("↑", row.arrow());
                assertEquals("answered", row.state());
                assertTrue(row.up() <= request.bytes() && row.up() > request.payloadBytes(),
                        () -> "at least: " + row + ", the tap: " + request.bytes());
                assertTrue(row.down() <= answer.bytes() && row.down() > answer.payloadBytes(),
                        () -> "at least: " + row + ", the tap: " + answer.bytes());
                assertTrue(row.texts().getFirst().contains(text(request)), row::toString);
                assertTrue(row.texts().getLast().contains(text(answer)), row::toString);
            }
            assertEquals(rows.size(), number("#wire-requests"));
            assertEquals(rows.stream().mapToLong(Row::up).sum(), number("#wire-up"));
            assertEquals(rows.stream().mapToLong(Row::down).sum(), number("#wire-down"));
            assertFalse(browser.all("#wire-last b, #wire-last img").stream().findAny().isPresent(),
                    "people's text became HTML");
        }
    }

    @Test
    @DisplayName("the log shows each event of a stream as an event, with the bytes of its data")
    void events() throws IOException {
        try (var server = RealLesson.solution(6); var tap = WireTap.of(server.port())) {
            browser.visit(url(tap)).awaitText("#state", "listening");
            for (String text : List.of("hello", "grüße, ☂", HTML)) {
                say(text);
                browser.awaitText("#notice", "here").awaitText("#messages li:last-child .what",
                        text);
            }
            List<Row> rows = settled().stream().filter(row -> row.arrow().equals("↓")).toList();
            List<Message> told = tap.messages().stream()
                    .filter(each -> each.kind() instanceof Message.Event event && !event.comment()
                            && each.payloadBytes() > 0).toList();
            assertEquals(told.size(), rows.size(), () -> "rows: " + rows);
            assertEquals(told.size(), number("#wire-events"));
            for (int i = 0; i < told.size(); i++) {
                Message event = told.get(i);
                Row row = rows.get(i);
                String what = "event " + ((Message.Event) event.kind()).event();
                assertTrue(row.what().startsWith(what), row::toString);
                assertEquals("arrived", row.state());
                assertTrue(row.headings().getFirst().endsWith(bytes(event.payloadBytes(), "data")),
                        () -> row + ", the tap: " + event.payloadBytes());
                assertTrue(row.down() <= event.bytes(), () -> row + ", the tap: " + event.bytes());
                assertTrue(row.texts().getFirst().contains(text(event)), row::toString);
            }
        }
    }

    @Test
    @DisplayName("the log shows each frame, its close too, with exactly the bytes that the tap"
            + " counts")
    void frames() throws IOException {
        try (var server = RealLesson.solution(7); var tap = WireTap.of(server.port())) {
            browser.visit(url(tap)).awaitText("#state", "connected");
            for (String text : List.of("hello", "grüße, ☂", HTML)) {
                browser.find("#text").clear();
                browser.find("#text").sendKeys(text, Keys.ENTER);
                browser.awaitText("#frames", text);
            }
            for (String words : List.of("200 letters", "70,000 letters", "five bytes, binary",
                    "close 4321, with a reason")) {
                browser.all("#samples button").stream()
                        .filter(each -> each.getText().equals(words)).findFirst().orElseThrow()
                        .click();
            }
            browser.awaitText("#notice", "Closed with 4321");
            List<Row> rows = settled().stream().skip(1).toList(); // the upgrade
            for (Speaker speaker : List.of(Speaker.CLIENT, Speaker.SERVER)) {
                boolean isUp = speaker == Speaker.CLIENT;
                List<Message> frames = tap.messages().stream().filter(each -> each.speaker()
                        == speaker && each.kind() instanceof Message.Frame).toList();
                List<Row> its = rows.stream()
                        .filter(row -> row.arrow().equals(isUp ? "↑" : "↓")).toList();
                assertEquals(frames.stream().map(Message::bytes).toList(),
                        its.stream().map(isUp ? Row::up : Row::down).toList(),
                        () -> "rows: " + its);
                for (int i = 0; i < frames.size(); i++) {
                    int row = i;
                    String name = ((Message.Frame) frames.get(i).kind()).name();
                    assertTrue(its.get(i).headings().getFirst().contains(name + " frame"),
                            () -> its.get(row).toString());
                    assertEquals(isUp ? "sent" : "arrived", its.get(i).state());
                }
            }
            assertEquals(rows.size(), number("#wire-frames"));
        }
    }

    @Test
    @DisplayName("an event that was asked for is answered by its ack, in the row and not before")
    void acks() throws IOException {
        try (var server = RealLesson.solution(9); var gate = Gate.before(server.port())) {
            browser.visit(gate.url("/")).awaitText("#state", "connected");
            browser.awaitText("#wire-log", "welcome");
            gate.shut();
            browser.find("#name").sendKeys("ada", Keys.ENTER);
            browser.awaitText("#wire-log li:last-child", "hello, id 1")
                    .awaitText("#wire-log li:last-child", "sent");
            gate.open();
            browser.awaitText("#wire-log", "ack 1");
            Row hello = rows().stream().filter(row -> row.what().equals("hello, id 1")).findFirst()
                    .orElseThrow();
            assertEquals("answered", hello.state());
            assertEquals(2, hello.texts().size(), "its row shows the ack, too");
        }
    }

    @Test
    @DisplayName("a page tells the log in a few lines what packets mean, and which wire they take")
    void packets() throws IOException {
        try (var server = RealLesson.solution(7)) {
            browser.visit(server.url("/")).awaitText("#state", "connected");
            browser.driver().executeAsyncScript("""
                    const done = arguments[0];
                    import("/wire.js").then(({wirePanel}) => {
                        document.querySelector("#wire").remove();
                        const place = document.createElement("aside");
                        place.id = "wire";
                        document.querySelector("main").append(place);
                        const wire = wirePanel(place);
                        const read = (text, direction) => ({
                            what: text[0] === "2" ? "ping" : "message",
                            asks: direction === "up" ? text : undefined,
                            answers: direction === "down" ? text : undefined,
                            fields: [[text[0], "packet"], [text.slice(1), "payload"]],
                        });
                        for (const via of ["A", "B"]) {
                            const socket = wire.socket("/ws", {read, via});
                            socket.addEventListener("open", () => socket.send("2probe " + via));
                        }
                        const own = wire.log("up", "by hand", {via: "C"});
                        own.show({direction: "up", heading: "↑ by hand", text: "x"});
                        own.sent(10);
                        own.answered(20);
                        done();
                    });
                    """);
            browser.await("both pings", () -> rows().stream()
                    .filter(row -> row.what().matches("[AB] ping")
                            && row.state().equals("answered")).count() == 2);
            Row hand = rows().stream().filter(row -> row.what().equals("C by hand")).findFirst()
                    .orElseThrow();
            assertEquals(List.of(10L, 20L), List.of(hand.up(), hand.down()));
            browser.find("#wire-filter").sendKeys("probe B");
            browser.await("B's question and answer", () -> visible().size() == 2);
            visible().getFirst().click();
            browser.awaitText("#wire-last .wire-fields", "2\npacket\nprobe B\npayload");
            browser.expectQuiet();
        }
    }

    // --- Honest -------------------------------------------------------------------------------

    @Test
    @DisplayName("nothing turns green before it has arrived, on any page")
    void greenOnlyAfterwards() throws IOException {
        Map<Integer, Runnable> pages = new TreeMap<>();
        pages.put(2, () -> browser.find("#again").click());
        for (int lesson : List.of(3, 4, 5, 6)) pages.put(lesson, () -> say("is it there?"));
        pages.put(7, () -> browser.find("#text").sendKeys("is it there?", Keys.ENTER));
        pages.put(8, () -> say("is it there?"));
        pages.put(9, () -> browser.find("#name").sendKeys("ada", Keys.ENTER));
        pages.put(10, () -> browser.find("#join").click());
        for (var page : pages.entrySet()) {
            int lesson = page.getKey();
            try (var server = RealLesson.solution(lesson);
                    var gate = Gate.before(server.port())) {
                browser.visit(gate.url("/"));
                if (lesson == 10) browser.find("#rooms-tab").click();
                if (lesson == 5) say("a first");
                browser.await("a first answer on page " + lesson,
                        () -> browser.all("#wire-log [data-state=answered]").size() > 0);
                if (lesson == 4) new Select(browser.find("#every")).selectByVisibleText("never");
                List<Row> before = settled();
                gate.shut();
                browser.driver().executeScript(WATCH_GREEN);
                page.getValue().run();
                browser.await("the exchange on page " + lesson, () -> rowCount() > before.size());
                // A moment that the page has for being wrong; what proves the test is below.
                browser.driver().executeAsyncScript("setTimeout(arguments[0], 700)");
                assertEquals(List.of(), browser.script("window.turnedGreen"), "page " + lesson);
                gate.open();
                browser.await("green on page " + lesson, () -> lesson == 7 // an echo is no ack
                        ? browser.find("#wire-log li:last-child").getText().contains("arrived")
                        : !((List<?>) browser.script("window.turnedGreen")).isEmpty());
            }
        }
    }

    /** Watches what is green, by its colour, and writes down what was not so at the beginning. */
    private static final String WATCH_GREEN = """
            const probe = document.createElement("i");
            probe.style.color = "var(--good)";
            document.body.append(probe);
            const green = getComputedStyle(probe).color;
            probe.remove();
            const all = () => [...document.querySelectorAll("body *")].filter(each =>
                each.checkVisibility() && (getComputedStyle(each).color === green
                    || getComputedStyle(each, "::before").backgroundColor === green
                    || getComputedStyle(each).fill === green)
                && !(each.parentElement && getComputedStyle(each.parentElement).color === green));
            const name = each => (each.id || each.className) + " "
                + (each.id === "state" ? "" : each.closest("li")?.id ?? each.textContent);
            const before = new Set(all().map(name));
            window.turnedGreen = [];
            setInterval(() => {
                for (const each of all().map(name)) {
                    if (!before.has(each)) window.turnedGreen.push(each);
                }
            }, 20);
            """;

    @Test
    @DisplayName("an error goes once the server is back, and its messages are shown anew")
    void errorsGo() throws IOException {
        for (int lesson : List.of(4, 5)) {
            try (var gate = Gate.before(1)) {
                try (var server = RealLesson.solution(lesson)) {
                    gate.leadTo(server.port());
                    browser.visit(gate.url("/"));
                    say("before");
                    browser.awaitText("#messages", "before");
                }
                browser.awaitText("#notice", "No answer.").awaitText("#state", "no answer");
                browser.awaitText("#wire-log", "broken");
                try (var server = RealLesson.solution(lesson)) {
                    gate.leadTo(server.port());
                    browser.await("no error any more", () -> !browser.find("#state").getText()
                            .equals("no answer"));
                    say("after");
                    browser.await("the new server's messages alone", () -> browser
                            .all("#messages .what").stream().map(WebElement::getText).toList()
                            .equals(List.of("after")));
                    assertFalse(browser.find("#notice").getText().contains("No answer"));
                }
            }
        }
    }

    // --- The log itself -------------------------------------------------------------------------

    @Test
    @DisplayName("keys alone choose an exchange, filter, pause and go on; 50 are kept")
    void steered() throws IOException {
        try (var server = RealLesson.solution(3)) {
            browser.visit(server.url("/")).awaitText("#wire-log", "GET /messages");
            say("one");
            browser.awaitText("#wire-last", "POST /messages HTTP/1.1\\r\\n");
            browser.find("#wire-log").sendKeys(Keys.ARROW_UP, Keys.ARROW_UP);
            browser.awaitText("#wire-last", "GET /messages HTTP/1.1\\r\\n");
            assertTrue(browser.find("#wire-log li:first-child").getDomAttribute("aria-selected")
                    .equals("true"));
            say("two"); // who reads an old one goes on reading it
            browser.await("three exchanges", () -> rowCount() == 3);
            browser.awaitText("#wire-last", "GET /messages HTTP/1.1\\r\\n");
            browser.find("#wire-log").sendKeys(Keys.ESCAPE);
            browser.awaitText("#wire-last", "two");
            browser.find("#wire-filter").sendKeys("“none”");
            browser.await("no row", () -> visible().isEmpty());
            browser.find("#wire-filter").clear();
            browser.find("#wire-filter").sendKeys("\"two\"");
            browser.await("one row", () -> visible().size() == 1);
            browser.find("#wire-filter").clear();
            browser.find("#wire-filter").sendKeys(" ", Keys.BACK_SPACE); // clear() tells nobody
            browser.find("#wire-pause").sendKeys(Keys.ENTER);
            say("three");
            browser.awaitText("#wire-pause", "1 new");
            assertEquals(3, rowCount());
            browser.find("#wire-pause").sendKeys(Keys.ENTER);
            browser.await("all four", () -> rowCount() == 4);
            browser.find("#crowd").click();
            browser.awaitText("#notice", "200 stored");
            browser.await("the last 50", () -> rowCount() == 50 && browser
                    .find("#wire-log li:last-child .wire-number").getText().equals("205"));
            WebElement log = browser.find("#wire-log");
            assertTrue((boolean) browser.script("arguments[0].scrollHeight - arguments[0].scrollTop"
                    + " - arguments[0].clientHeight < 2", log), "the newest is visible");
            browser.expectQuiet();
        }
    }

    @Test
    @DisplayName("on a phone the log is a strip at the bottom, which opens")
    void strip() throws IOException {
        try (var server = RealLesson.solution(3)) {
            browser.size(390, 844);
            browser.visit(server.url("/")).awaitText("#wire-open", "GET /messages")
                    .awaitText("#wire-open", "answered");
            assertFalse(browser.find("#wire-log").isDisplayed());
            browser.find("#wire-open").sendKeys(Keys.ENTER);
            browser.awaitText("#wire-last", "HTTP/1.1 200 OK\\r\\n");
            assertEquals("true", browser.find("#wire-open").getDomAttribute("aria-expanded"));
            assertTrue(browser.find("#wire-log li").getSize().height >= 44, "for a thumb");
            browser.find("#wire-open").sendKeys(Keys.ENTER);
            assertFalse(browser.find("#wire-log").isDisplayed());
        }
    }

    // --- What the tests share -------------------------------------------------------------------

    private static String url(WireTap tap) {
        return "http://127.0.0.1:" + tap.port() + "/";
    }

    private void say(String text) {
        browser.find("#text").sendKeys(text, Keys.ENTER);
    }

    private static boolean isOfThePage(Message message) {
        return message.kind() instanceof Message.Request request
                && List.of("/", "/wire.css", "/wire.js", "/favicon.ico").contains(request.target());
    }

    private static Message answerTo(Message request, List<Message> said) {
        int number = ((Message.Request) request.kind()).number();
        return said.stream().filter(each -> each.connection() == request.connection()
                && each.kind() instanceof Message.Answer answer && answer.number() == number)
                .findFirst().orElseThrow(() -> new AssertionError("no answer to " + request));
    }

    private static String body(Message message) {
        return bytes(message.payloadBytes(), "body");
    }

    private static String bytes(long count, String of) {
        return count == 0 ? "no " + of : String.format(java.util.Locale.ROOT, "%,d %s of %s", count,
                count == 1 ? "byte" : "bytes", of);
    }

    private static String text(Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    private int rowCount() {
        return browser.all("#wire-log li").size();
    }

    private List<WebElement> visible() {
        return browser.all("#wire-log li").stream().filter(WebElement::isDisplayed).toList();
    }

    private long number(String css) {
        return Long.parseLong(browser.find(css).getText().replaceAll("\\D", ""));
    }

    /** The rows, once nothing is under way any more that will be over soon. */
    private List<Row> settled() {
        Await.until("rows that stay", Duration.ofSeconds(5), () -> {
            List<Row> first = rows();
            browser.driver().executeAsyncScript("setTimeout(arguments[0], 150)");
            return !first.isEmpty() && first.equals(rows());
        });
        return rows();
    }

    /** All rows, and of each the bytes that a click on it shows. */
    @SuppressWarnings("unchecked")
    private List<Row> rows() {
        var rows = new ArrayList<Row>();
        for (Object each : (List<Object>) browser.driver().executeScript(READ_ROWS)) {
            var row = (Map<String, Object>) each;
            rows.add(new Row(((Long) row.get("number")).intValue(), (String) row.get("arrow"),
                    (String) row.get("what"), (Long) row.get("up"), (Long) row.get("down"),
                    (String) row.get("state"), (List<String>) row.get("headings"),
                    (List<String>) row.get("texts")));
        }
        return rows;
    }

    private static final String READ_ROWS = """
            const digits = text => Number(text.replace(/[^0-9]/g, "") || 0);
            const all = [...document.querySelectorAll("#wire-log li")].map(row => {
                row.click();
                const of = css => [...document.querySelectorAll("#wire-last " + css)];
                const words = row.querySelector(".wire-what");
                return {number: Number(row.dataset.number), state: row.dataset.state,
                    arrow: row.querySelector(".wire-arrow").textContent,
                    what: [...words.children].map(each => each.textContent).join(" "),
                    up: digits(row.querySelector(".wire-up").textContent),
                    down: digits(row.querySelector(".wire-down").textContent),
                    headings: of("h4").map(each => each.textContent),
                    texts: of("pre").map(each =>
                        each.textContent.replaceAll(/\\\\r\\\\n\\n|\\\\n\\n/g, "\\n"))};
            });
            document.querySelector("#wire-follow").click();
            return all;
            """;
}
