package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import workshop.course.Slide;
import workshop.presenting.Deck;

/** The deck without a browser: how a file becomes slides, and what is served. */
@DisplayName("slides")
class SlidesTest {
    @TempDir
    Path root;

    private final HttpClient client = HttpClient.newHttpClient();
    private Deck deck;

    @AfterEach
    void close() {
        client.shutdownNow();
        if (deck != null) deck.close();
    }

    // ---- A file becomes slides ----

    @Test
    @DisplayName("a line --- ends a slide, and a line Note: begins its notes")
    void splits() {
        assertEquals(
                List.of(slide("# One", "say *this*\n\nand that"), slide("## Two", "")),
                Slide.in("# One\nNote:\nsay *this*\n\nand that\n---\n## Two\n"));
    }

    @Test
    @DisplayName("Windows' line ends, blanks at the end and a byte order mark change nothing")
    void splitsAsWindowsWrites() {
        assertEquals(List.of(slide("# One", "n"), slide("# Two", "")),
                Slide.in("\uFEFF# One\r\nNote: \r\nn\r\n--- \r\n# Two\r\n"));
    }

    @Test
    @DisplayName("inside a code fence --- and Note: are code")
    void leavesCodeAlone() {
        var fence = "````\n---\n```\nNote:\n---\n````";
        assertEquals(List.of(slide(fence, ""), slide("two", "")),
                Slide.in(fence + "\n---\ntwo"));
        assertEquals(List.of(slide("~~~\n---\n~~~", ""), slide("`a` ``` b", "")),
                Slide.in("~~~\n---\n~~~\n---\n`a` ``` b"));
    }

    @Test
    @DisplayName("a slide with nothing in it is left out; Note: in a sentence is text")
    void leavesNothingOut() {
        assertEquals(List.of(slide("a", ""), slide("Note: b", ""), slide("", "c")),
                Slide.in("---\n\n---\na\n---\n\n---\nNote: b\n---\nNote:\nc\n---\n"));
        assertEquals(List.of(), Slide.in(""));
    }

    @Test
    @DisplayName("a slide whose first line is Answer: is one; elsewhere Answer: is text")
    void hasAnswers() {
        assertEquals(List.of(slide("# One", ""), new Slide("## It", "n", true),
                slide("two\nAnswer:", "")),
                Slide.in("# One\n---\n\nAnswer: \n## It\nNote:\nn\n---\ntwo\nAnswer:"));
    }

    @Test
    @DisplayName("a heading Your turn 3.1 · 15 min gives an exercise to the class")
    void hasTurns() {
        assertEquals(Optional.of(new Slide.Turn("3.1", 15)),
                Slide.in("## Your turn 3.1 · 15 min\n\ntext").getFirst().turn());
        assertEquals(Optional.empty(), Slide.in("## Your turn").getFirst().turn());
        assertEquals(Optional.empty(),
                Slide.in("text\n\n## Your turn 3.1 · 15 min").getFirst().turn());
    }

    // ---- Slides become a page ----

    @Test
    @DisplayName("each slide is a section, the first one the title, and the presenter has notes")
    void writesSections() throws Exception {
        write("02", "# HTTP: *text* & rules {{slides}}\nWhy\nNote:\nSay **hi**\n"
                + "---\n## Two\n- a\n");
        var page = text("/02");
        assertEquals(2, page.split("<section ", -1).length - 1, page);
        assertTrue(page.contains("<title>02 · HTTP: text &amp; rules {{slides}}</title>"), page);
        assertTrue(page.contains("class=\"slide title\""), page);
        assertTrue(page.contains("<h1>HTTP: <em>text</em> &amp; rules {{slides}}</h1>"), page);
        assertTrue(onDesk("/desk/02").contains(
                "<aside class=\"notes\"><p>Say <strong>hi</strong></p>"));
        assertTrue(page.contains("aria-label=\"Two\""), page);
        assertTrue(page.contains("<html lang=\"en\" data-view=\"audience\">"), page);
    }

    @Test
    @DisplayName("code says its language, its width, and small below where it comes from")
    void writesCode() throws Exception {
        write("02", """
                ```java from=solutions/lesson02.java#readHead
                if (a < b && c) return "ü😀";
                \treturn;
                ```
                ```
                plain
                ```
                """);
        var page = text("/02");
        assertTrue(page.contains("<code class=\"language-java\">if (a &lt; b &amp;&amp; c) return "
                + "&quot;ü😀&quot;;\n    return;</code>"), page);
        assertTrue(page.contains("--columns:28\""), page);
        assertTrue(page.contains(
                "<figcaption>solutions/lesson02.java <b>readHead</b></figcaption>"), page);
        assertTrue(page.contains("<code class=\"language-plaintext\">plain</code></pre></figure>"),
                page);
    }

    @Test
    @DisplayName("HTML is shown as text, a comment not at all, a bad link goes nowhere")
    void escapes() throws Exception {
        write("02", """
                A List<String> and <b>bold</b>.

                <script>alert(1)</script>

                <!-- to the author -->

                [x](javascript:alert(1)) {{slides}}

                ```"><i> from="><i>
                ```
                """);
        var page = text("/02");
        assertTrue(page.contains("A List&lt;String&gt; and &lt;b&gt;bold&lt;/b&gt;."), page);
        assertTrue(page.contains("<p>&lt;script&gt;alert(1)&lt;/script&gt;"), page);
        assertFalse(page.contains("<script>"), page);
        assertFalse(page.contains("to the author"), page);
        assertFalse(page.contains("javascript:"), page);
        assertFalse(page.contains("<i>"), page);
        assertTrue(page.contains("{{slides}}"), page);
    }

    @Test
    @DisplayName("a drawing stays as it is, with blank lines in it and text around it")
    void draws() throws Exception {
        var svg = "<svg viewBox=\"0 0 9 9\"><g>\n\n  <path d=\"M0 0\"/>\n\n</g></svg>";
        write("02", "before\n" + svg + "\nafter *it*\n\n<svg/></svg>\n\n`<svg>`\n");
        var page = text("/02");
        assertTrue(page.contains("<p>before</p>\n" + svg + "\n<p>after <em>it</em></p>"), page);
        assertTrue(page.contains("<code>&lt;svg&gt;</code>"), page);
    }

    @Test
    @DisplayName("a table is one")
    void tabulates() throws Exception {
        write("02", "| a | b |\n|---|--:|\n| 1 | 2 |\n");
        var page = text("/02");
        assertTrue(page.contains("<th align=\"right\">b</th>"), page);
    }

    // ---- What is served ----

    @Test
    @DisplayName("the first page lists the lessons that have slides, by part")
    void lists() throws Exception {
        write("04", "# Polling <again>\n---\nx");
        write("01", "no heading");
        Files.writeString(root.resolve("slides/notes.md"), "# No lesson");
        var page = text("/");
        assertTrue(page.indexOf("Bytes</h2>") < page.indexOf("Asking</h2>"), page);
        assertTrue(page.contains("href=\"/04\">Polling &lt;again&gt;</a>"), page);
        assertTrue(page.contains("href=\"/01\">Lesson 01</a>"), page);
        assertTrue(page.contains("2 slides"), page);
        assertFalse(page.contains("No lesson") || page.contains("Together"), page);
    }

    @Test
    @DisplayName("without slides the first page says how to begin")
    void listsNothing() throws Exception {
        assertTrue(text("/").contains("No slides yet: write slides/lesson01.md."));
    }

    @Test
    @DisplayName("your turn: title, first sentences and the way to the page are the lesson's own")
    void derivesTurns() throws Exception {
        write("04", "# a\n---\n## Your turn 4.1 · 15 min\n---\n## Your turn 4.2 · 5 min\nMine.");
        Files.createDirectories(root.resolve("lessons"));
        Files.writeString(root.resolve("lessons/lesson04.java"), """
                // EXERCISE 4.1  Only what is <new>
                //   Make true  there is something to hear, and it is told at once,
                //              to all. %s
                //   Keep       nothing.
                //   Stuck?     jbang hint 4.1
                // END 4.1
                // EXERCISE 4.2  Say how often
                //   Make true  it is said.
                // END 4.2
                """.formatted("Then there is more to say than a class can read at once. ".repeat(3)
                        .replaceAll("(.{60,80}?) ", "$1\n//              ").strip()));
        var page = text("/04");
        assertTrue(page.contains("<h3>Only what is &lt;new&gt;</h3><p><strong>Make true"
                + "</strong> there is something to hear, and it is told at once, to all. Then"
                + " there is more to say than a class can read at once.</p>"), page);
        assertTrue(page.contains("<code>./jbang start 4.1</code></p>"), page);
        assertTrue(page.contains("<h3>Say how often</h3><p>Mine.</p>"), page);
        assertTrue(text("/").contains("exercises 20 min"));
    }

    @Test
    @DisplayName("the title says where one is in the course, and decks follow each other")
    void youAreHere() throws Exception {
        for (var lesson : List.of("01", "02", "03")) write(lesson, "# " + lesson);
        Files.writeString(root.resolve("slides/opening.md"), "# Welcome");
        var page = text("/02");
        assertTrue(page.contains("<li class=\"past\">01</li><li aria-current=\"step\">02</li></ol>"
                + "</li><li data-part=\"Asking\"><span>Asking</span><ol><li>03</li>"), page);
        assertTrue(page.contains("data-before=\"01\" data-after=\"03\""), page);
        assertTrue(text("/00").contains("data-before=\"\" data-after=\"01\""));
    }

    @Test
    @DisplayName("a picture alone on its line becomes part of the page, its style its own")
    void takesPicturesIn() throws Exception {
        write("02", "# a\n---\n![shows \"it\"](img/a.svg)\n---\n![far](img/../../b.svg)");
        Files.createDirectories(root.resolve("slides/img"));
        Files.writeString(root.resolve("slides/img/a.svg"), """
                <?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" \
                viewBox="0 0 9 9" role="img"><style>text { fill: red }
                @media (prefers-color-scheme: dark) { text { fill: blue } svg { fill: #fff } }
                </style><g data-step="1"/></svg>""");
        var page = text("/02");
        assertTrue(page.contains("<svg class=\"picture\" role=\"img\""
                + " aria-label=\"shows &quot;it&quot;\" viewBox=\"0 0 9 9\">"
                + "<style>@scope {text { fill: red }\n\n}</style><g "), page);
        assertTrue(page.contains("class=\"slide full\""), page);
        assertTrue(page.contains("<img src=\"img/../../b.svg\""), page);
    }

    @Test
    @DisplayName("print is a view of the same address; the presenter's has the answers, too")
    void prints() throws Exception {
        write("02", "# a\n---\n## Your turn 2.1 · 5 min\n---\nAnswer:\nforty-two\nNote:\nhush");
        assertTrue(text("/02?print").contains("data-view=\"print\""));
        assertFalse(text("/02?print").contains("forty-two"));
        var page = onDesk("/desk/02?print");
        assertTrue(page.contains("data-view=\"print\"") && page.contains("forty-two"), page);
        assertFalse(page.contains("hush"), page);
    }

    // ---- The presenter's desk ----

    @Test
    @DisplayName("what is for the presenter reaches nobody else: no note, no answer, in no answer")
    void keepsSecrets() throws Exception {
        write("02", "# a\nNote:\nhush\n---\n## Your turn 2.1 · 5 min\nNote:\nhush\n---\nAnswer:\n"
                + "## forty-two\n\nforty-two\nNote:\nhush\n---\n## Next\nNote:\nhush");
        for (var path : List.of("/", "/02", "/02?print", "/02?presenter", "/desk", "/desk/02",
                "/desk/02?print", "/desk/xx", "/changes")) {
            var text = path.equals("/changes") ? changes().readLine() : get(path).body();
            assertFalse(text.contains("hush") || text.contains("forty-two"), path + ": " + text);
        }
        assertEquals(403, get("/desk/02").statusCode());
        var page = onDesk("/desk/02");
        assertTrue(page.contains("hush") && page.contains("forty-two"), page);
        assertTrue(page.contains("data-view=\"presenter\""), page);
        assertTrue(text("/02").contains("<section class=\"slide withheld\" data-number=\"3\" "
                + "data-exercise=\"2.1\" aria-label=\"The answer comes later\"></section>"));
    }

    @Test
    @Timeout(10)
    @DisplayName("an answer that is shown is told to all and theirs until it is taken back")
    void showsAnswers() throws Exception {
        write("02", "# a\n---\n## Your turn 2.1 · 5 min\n---\nAnswer:\nforty-two\n---\n"
                + "## Your turn 2.2 · 5 min\n---\nAnswer:\nforty-three");
        try (var events = changes()) {
            assertEquals(": watching", events.readLine());
            assertEquals(204, desk("POST", "/desk/answers/2.1", cookie()).statusCode());
            String line;
            do {
                line = events.readLine();
            } while (line != null && !line.startsWith("event"));
            assertEquals("event: changed", line);
        }
        assertTrue(text("/02").contains("forty-two") && !text("/02").contains("forty-three"));
        assertEquals(204, desk("DELETE", "/desk/answers/2.1", cookie()).statusCode());
        assertFalse(text("/02").contains("forty-two"));
        assertEquals(403, desk("POST", "/desk/answers/2.1", "").statusCode());
        assertEquals(404, desk("POST", "/desk/answers/x", cookie()).statusCode());
        assertFalse(text("/02").contains("forty-two"));
    }

    @Test
    @DisplayName("the token opens the desk, a wrong one does not; no script reads its cookie")
    void admits() throws Exception {
        write("02", "# a");
        for (var wrong : List.of("", "x", token().substring(1), token() + "A")) {
            var answer = client.send(request("/desk").POST(BodyPublishers.ofString(wrong)).build(),
                    BodyHandlers.ofString());
            assertEquals(403, answer.statusCode());
            assertEquals(Optional.empty(), answer.headers().firstValue("Set-Cookie"));
        }
        var answer = client.send(request("/desk").POST(BodyPublishers.ofString(token())).build(),
                BodyHandlers.ofString());
        var cookie = answer.headers().firstValue("Set-Cookie").orElse("");
        assertTrue(cookie.endsWith("; Path=/desk; HttpOnly; SameSite=Strict"), cookie);
        assertTrue(onDesk("/desk").contains("href=\"/desk/02\""));
        assertEquals(403, desk("GET", "/desk/02", cookie().replace("=", "=x")).statusCode());
    }

    @Test
    @DisplayName("a page of another site may ask for nothing, with the cookie neither")
    void refusesOrigins() throws Exception {
        write("02", "# a");
        var ours = "http://127.0.0.1:" + deckPort();
        for (var origin : List.of("http://evil.example", "http://127.0.0.1:1", "null",
                "http://localhost:" + deckPort(), ours)) {
            for (var path : List.of("/desk/02", "/02", "/changes?x", "/desk")) {
                if (path.startsWith("/changes") && origin.equals(ours)) continue; // it never ends
                var answer = client.send(request(path).header("Origin", origin)
                        .header("Cookie", cookie()).build(), BodyHandlers.ofString());
                assertEquals(origin.equals(ours) ? 200 : 403, answer.statusCode(), origin + path);
            }
        }
        assertTrue(get("/02").headers().firstValue("Content-Security-Policy").orElse("")
                .contains("frame-ancestors 'none'"));
    }

    @Test
    @DisplayName("nothing comes from elsewhere, and no script of a slide's own runs")
    void isOffline() throws Exception {
        write("02", "# a");
        for (var path : List.of("/", "/02", "/web/deck.css", "/web/deck.js", "/web/desk.js",
                "/web/index.js", "/desk/02")) {
            assertFalse(onDesk(path).matches("(?s).*https?://.*"), path);
        }
        assertTrue(text("/web/highlight.js").contains("Highlight.js v"));
        assertTrue(text("/web/http.js").contains("http"));
        var policy = get("/02").headers().firstValue("Content-Security-Policy").orElse("");
        assertTrue(policy.startsWith("default-src 'self';"), policy);
        assertFalse(policy.contains("script-src"), policy);
    }

    @Test
    @DisplayName("pictures come from slides/img alone, whatever the path")
    void keepsToItsFolder() throws Exception {
        write("02", "secret");
        var img = Files.createDirectories(root.resolve("slides/img/deep"));
        Files.writeString(img.resolve("a b.svg"), "<svg/>");
        Files.writeString(img.resolve("x.txt"), "secret");
        Files.writeString(root.resolve("secret.svg"), "secret");
        Files.createSymbolicLink(img.resolve("out.svg"), root.resolve("secret.svg"));
        var picture = get("/img/deep/a%20b.svg");
        assertEquals(200, picture.statusCode());
        assertEquals("image/svg+xml", picture.headers().firstValue("Content-Type").orElse(""));
        for (var path : List.of("/img/deep/x.txt", "/img/deep/out.svg", "/img/deep", "/img/",
                "/img/none.svg", "/img/../lesson02.md", "/img/%2e%2e/lesson02.md",
                "/img/..%2flesson02.md", "/img/..%5clesson02.md", "/img/%00.svg",
                "/img/" + root.resolve("secret.svg"), "/img//etc/hostname",
                "/web/../Deck.class", "/web/Deck.class", "/web/deck.html")) {
            var answer = get(path);
            assertTrue(answer.statusCode() == 404 || answer.statusCode() == 400,
                    path + " answered " + answer.statusCode());
            assertFalse(answer.body().startsWith("secret"), path);
        }
    }

    @Test
    @DisplayName("what is not there answers 404 and says where all slides are")
    void missing() throws Exception {
        for (var path : List.of("/03", "/2", "/002", "/xx", "/favicon.ico", "/02/", "/٠٢")) {
            write("02", "# a");
            var answer = get(path);
            assertEquals(404, answer.statusCode(), path);
            assertTrue(answer.body().contains("All slides: /"), answer.body());
        }
    }

    @Test
    @DisplayName("slides that are no UTF-8 answer 500 with a sentence; the next request is well")
    void unreadable() throws Exception {
        write("02", "# a");
        Files.write(root.resolve("slides/lesson03.md"), new byte[] {(byte) 0xC3, 0x28});
        var answer = get("/03");
        assertEquals(500, answer.statusCode());
        assertTrue(answer.body().startsWith("The slides cannot be read"), answer.body());
        assertEquals(200, get("/02").statusCode());
    }

    @Test
    @Timeout(10)
    @DisplayName("a save is told to the pages that are open")
    void tellsChanges() throws Exception {
        write("02", "# a");
        try (var events = changes()) {
            assertEquals(": watching", events.readLine());
            write("02", "# a saved one");
            String line;
            do {
                line = events.readLine();
            } while (line != null && !line.startsWith("event"));
            assertEquals("event: changed", line);
            assertTrue(text("/02").contains("a saved one"));
        }
    }

    @Test
    @Timeout(10)
    @DisplayName("it stops within two seconds, pages that listen or not, and frees its port")
    void stops() throws Exception {
        write("02", "# a");
        try (var events = changes()) {
            events.readLine();
            int port = deck.port();
            long start = System.nanoTime();
            deck.close();
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis < 2_000, "it took " + millis + " ms");
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        }
    }

    @Test
    @DisplayName("a taken port, no port and a strange host say in one sentence what to do")
    void refusesPorts() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var e = assertThrows(UncheckedIOException.class,
                    () -> Deck.serve(root, "127.0.0.1", taken.getLocalPort()));
            assertEquals("Port " + taken.getLocalPort() + " is taken, perhaps by slides that are "
                    + "open already: close them, or name another port, 0 for a free one.",
                    e.getMessage());
        }
        var e = assertThrows(UncheckedIOException.class, () -> Deck.serve(root, "192.0.2.1", 0));
        assertTrue(e.getMessage().contains("192.0.2.1"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Deck.serve(root, "127.0.0.1", 65_536));
        assertThrows(IllegalArgumentException.class, () -> Deck.serve(root, "127.0.0.1", -1));
    }

    private static Slide slide(String text, String notes) {
        return new Slide(text, notes, false);
    }

    private void write(String lesson, String markdown) throws IOException {
        Files.createDirectories(root.resolve("slides"));
        Files.writeString(root.resolve("slides/lesson" + lesson + ".md"), markdown);
    }

    private HttpRequest.Builder request(String path) {
        if (deck == null) deck = Deck.serve(root, "127.0.0.1", 0);
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + deck.port() + path))
                .timeout(Duration.ofSeconds(5));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private String text(String path) throws IOException, InterruptedException {
        var answer = get(path);
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.body();
    }

    private int deckPort() {
        request("/");
        return deck.port();
    }

    private String token() {
        request("/");
        return deck.deskPath().substring("/desk#".length());
    }

    private String cookie() {
        return "desk-" + deckPort() + "=" + token();
    }

    private HttpResponse<String> desk(String method, String path, String cookie)
            throws IOException, InterruptedException {
        var request = request(path).method(method, BodyPublishers.noBody());
        if (!cookie.isEmpty()) request.header("Cookie", cookie);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private String onDesk(String path) throws IOException, InterruptedException {
        var answer = desk("GET", path, cookie());
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.body();
    }

    private BufferedReader changes() throws IOException, InterruptedException {
        var answer = client.send(request("/changes").header("Accept", "text/event-stream").build(),
                BodyHandlers.ofInputStream());
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }
}
