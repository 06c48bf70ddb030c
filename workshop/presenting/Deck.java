package workshop.presenting;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.io.EofException;
import workshop.course.Course;

/**
 * Shows the slides of the lessons in a browser. Nothing is fetched from elsewhere.
 *
 * <p>What is served:
 * <ul>
 *   <li>{@code /} lists the lessons that have slides, by part of the course;
 *   <li>{@code /02} is the deck of lesson 02 for the audience, {@code /02?print} one slide a page;
 *       {@code /00} is the opening;
 *   <li>{@code /desk} lists them for the presenter, who comes in by {@code /desk#TOKEN};
 *       {@code /desk/02} is the view with notes, answers, next slide and clock,
 *       {@code /desk/02?print} has the answers on paper, too;
 *   <li>{@code #/02/3} behind any of these goes to slide 3 of lesson 02, {@code #/02/3/2} to its
 *       second step;
 *   <li>{@code /img/…} is {@code slides/img/…}; {@code /changes} tells pages what was saved, or
 *       shown.
 * </ul>
 * Notes, and answers that were not shown yet, leave by {@code /desk/…} alone.
 *
 * <p>How slides are written: {@code slides/lessonNN.md}, markdown with tables.
 * <ul>
 *   <li>A line {@code ---} ends a slide; what follows a line {@code Note:} is for the presenter.
 *       The first slide is the title: a heading, and a sentence or two; where one is in the course
 *       is derived.
 *   <li>{@code ## Your turn 3.1 · 15 min} gives an exercise to the class. Its title, the first
 *       sentences of its contract and the way to its page are the lesson's own; text below the
 *       heading takes the contract's place.
 *   <li>A slide whose first line is {@code Answer:} is one to the exercise before it: the audience
 *       sees it once the presenter shows it.
 *   <li>A fence {@code ```java from=solutions/lesson02.java#readHead} shows its source below; with
 *       a word {@code steps=1-2|4|6-9} these lines come to the front one step after the other.
 *       Highlighted are {@code java}, {@code http}, {@code json}, {@code javascript},
 *       {@code html}, {@code bash} and some more; anything else stays plain.
 *   <li>A picture is {@code ![what it shows](img/name.svg)} with the file in {@code slides/img/};
 *       alone on its line it becomes part of the page. What has {@code data-step="2"} in a picture
 *       or a drawing appears with the second step; {@code data-until="2"} is gone from then on.
 *   <li>A drawing may stand in the text, from a line that begins with {@code <svg viewBox="…">}
 *       to one with {@code </svg>}; blank lines may be in it. It is as wide as the slide, or as
 *       high as the room that is left. A viewBox 1000 wide suits its letters (26, code 22). Its
 *       classes: {@code box}, {@code line}, {@code arrow} (a line with a head), {@code dashed};
 *       {@code strong} (in the part's colour), {@code quiet}, {@code up} (the client's, blue),
 *       {@code down} (the server's, orange), {@code wrong} (red); for text {@code code},
 *       {@code middle}, {@code end}. Say in {@code aria-label} what it shows.
 *   <li>Other HTML is shown as text.
 * </ul>
 * Letters grow or shrink a little to fill a slide, which holds at most 24 lines of code alone, or
 * 18 above three points. One that still holds too much gets a red edge that says so, and its
 * number stands in the page's {@code document.documentElement.dataset.overflow}, which is empty
 * when all is well.
 */
public final class Deck implements AutoCloseable {

    /** The port when none is named. */
    public static final int PORT = 7000;

    private static final int BREATH_MS = 10_000; // a window that is gone is noticed this late

    private static final String HIGHLIGHT = "/META-INF/resources/webjars/highlightjs/";

    /** Pages may load nothing but what is served here, and run no script of a slide's own. */
    private static final String POLICY = "default-src 'self'; img-src 'self' data:; "
            + "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; "
            + "form-action 'self'; frame-ancestors 'none'";

    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css; charset=utf-8", "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml", "png", "image/png", "jpg", "image/jpeg",
            "jpeg", "image/jpeg", "gif", "image/gif", "webp", "image/webp");

    private final Course course;
    private final Desk desk = new Desk();
    private final Changes changes;
    private final Javalin server;

    private Deck(Path root) {
        course = new Course(root.toAbsolutePath().normalize());
        changes = new Changes(course.slides());
        server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.concurrency.useVirtualThreads = true;
            config.router.ignoreTrailingSlashes = false; // /02/ would miss its pictures
            routes(config.routes);
        });
    }

    /**
     * Starts serving; the slides are read anew at each request.
     *
     * @param root the workshop's root, in which {@code slides/} lies
     * @param host the address to bind to, {@code 127.0.0.1} for this machine alone
     * @param port the port, 0 for a free one
     * @throws IllegalArgumentException when the port is no port
     * @throws UncheckedIOException when the port is taken or the host is none of this machine's;
     *         the message says what to do
     */
    public static Deck serve(Path root, String host, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "There is no port " + port + ": name one from 1 to 65535, 0 for a free one.");
        }
        // Javalin logs a failed start, and calls every failure to bind a taken port; so try first.
        try (var probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new UncheckedIOException(why(host, port, e), e);
        }
        var deck = new Deck(root);
        deck.server.start(host, port);
        return deck;
    }

    private static String why(String host, int port, IOException failure) {
        if (failure instanceof BindException && failure.getMessage().contains("in use")) {
            return ("Port %s is taken, perhaps by slides that are open already: close them, "
                    + "or name another port, 0 for a free one.").formatted(port);
        }
        return ("Slides cannot be served on %s, port %s (%s): take an address of this machine as "
                + "HOST, 127.0.0.1 say, and a port of 1024 or more.")
                .formatted(host, port, failure.getMessage());
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** Where the presenter comes in: {@code /desk#} and a word that nobody can guess. */
    public String deskPath() {
        return "/desk#" + desk.token();
    }

    /** Stops serving and frees the port. */
    @Override
    public void close() {
        changes.close();
        server.stop();
    }

    private void routes(RoutesConfig routes) {
        routes.before(context -> {
            context.header("Content-Security-Policy", POLICY)
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Cross-Origin-Resource-Policy", "same-origin")
                    .header("Referrer-Policy", "no-referrer")
                    .header("Cache-Control", "no-cache");
            if (!Desk.isOurs(context)) {
                context.status(403).result("A page of another site may not ask here.\n")
                        .skipRemainingHandlers();
            }
        });
        routes.before("/desk/*", this::presenterOnly);
        routes.get("/", context -> index(context, false));
        routes.get("/changes", this::tellChanges);
        routes.get("/desk", this::door);
        routes.post("/desk", context ->
                context.status(desk.admit(context, context.body()) ? 204 : 403));
        routes.post("/desk/answers/{exercise}", context -> show(context, true));
        routes.delete("/desk/answers/{exercise}", context -> show(context, false));
        routes.get("/desk/{lesson}", context -> lesson(context, true));
        routes.get("/web/{name}", Deck::web);
        routes.get("/img/<name>", this::image);
        routes.get("/{lesson}", context -> lesson(context, false)); // last: it takes anything
        routes.exception(IOException.class, (e, context) -> context.status(500)
                .result("The slides cannot be read: " + e.getMessage() + "\n"));
        routes.error(404, context -> context.contentType("text/plain; charset=utf-8")
                .result("There is nothing at " + context.path() + ". All slides: /\n"));
    }

    // ---- For the presenter alone ----

    private void presenterOnly(Context context) {
        context.header("Cache-Control", "no-store");
        if (desk.knows(context)) return;
        context.status(403).contentType("text/plain; charset=utf-8")
                .result("This is the presenter's. The terminal that runs ./jbang slides names"
                        + " the address that opens it.\n")
                .skipRemainingHandlers();
    }

    /** The list, for whoever has been let in; for others the page that posts their token. */
    private void door(Context context) throws IOException {
        context.header("Cache-Control", "no-store");
        if (desk.knows(context)) index(context, true);
        else page(context, "desk.html", Map.of());
    }

    private void show(Context context, boolean now) {
        var exercise = context.pathParam("exercise");
        if (!exercise.matches("[0-9]{1,2}\\.[0-9]{1,2}")) {
            context.status(404);
            return;
        }
        if (now ? desk.shown().add(exercise) : desk.shown().remove(exercise)) changes.tell();
        context.status(204);
    }

    // ---- For all ----

    private void index(Context context, boolean presenter) throws IOException {
        var parts = new EnumMap<Part, List<String>>(Part.class);
        for (var number : LessonSlides.numbers(course)) {
            var lesson = LessonSlides.read(course, number);
            var ways = presenter ? """
                    <a href="/desk/%1$s" aria-label="Present %2$s">present</a> · \
                    <a href="/%1$s?print" aria-label="Print %2$s">print</a> · \
                    <a href="/desk/%1$s?print" aria-label="Print %2$s, with answers">with \
                    answers</a>""" : """
                    <a href="/%1$s?print" aria-label="Print %2$s">print</a>""";
            parts.computeIfAbsent(lesson.part(), _ -> new ArrayList<>()).add("""
                    <li><span class="number">%1$s</span>
                    <a class="open" href="/%1$s">%2$s</a>
                    <span class="ways">%3$d slides%4$s · %5$s</span></li>
                    """.formatted(number, Markdown.escape(lesson.title()), lesson.count(),
                    lesson.minutes() == 0 ? "" : " · exercises " + lesson.minutes() + " min",
                    ways.formatted(number, "lesson " + number)));
        }
        var list = new StringBuilder();
        parts.forEach((part, lessons) -> list.append("""
                <section data-part="%1$s"><h2>%1$s</h2><ol>
                %2$s</ol></section>
                """.formatted(part.title(), String.join("", lessons))));
        if (parts.isEmpty()) list.append("<p>No slides yet: write slides/lesson01.md.</p>");
        page(context, "index.html", Map.of("lessons", list.toString()));
    }

    private void lesson(Context context, boolean presenter) throws IOException {
        var number = context.pathParam("lesson");
        var numbers = LessonSlides.numbers(course);
        int at = numbers.indexOf(number);
        if (at < 0) {
            context.status(404);
            return;
        }
        LessonSlides lesson;
        try {
            lesson = LessonSlides.read(course, number);
        } catch (NoSuchFileException e) {
            context.status(404);
            return;
        }
        boolean print = context.queryParamMap().containsKey("print");
        page(context, "deck.html", Map.of(
                "view", print ? "print" : presenter ? "presenter" : "audience",
                "lesson", number, "part", lesson.part().title(),
                "before", at > 0 ? numbers.get(at - 1) : "",
                "after", at + 1 < numbers.size() ? numbers.get(at + 1) : "",
                "title", Markdown.escape(lesson.title()),
                "slides", presenter && print ? lesson.html(false, _ -> true)
                        : lesson.html(presenter, desk::isShown)));
    }

    /** Fills the {@code {{places}}} of a page, all at once: none in what an author wrote. */
    private static void page(Context context, String name, Map<String, String> content)
            throws IOException {
        context.contentType("text/html; charset=utf-8").result(PLACE.matcher(text(name))
                .replaceAll(place -> Matcher.quoteReplacement(content.get(place.group(1)))));
    }

    private static void web(Context context) throws IOException {
        var name = context.pathParam("name");
        var resource = switch (name) {
            case "deck.css", "deck.js", "desk.js", "index.js" -> name;
            case "highlight.js" -> highlight("highlight.min.js");
            case "http.js" -> highlight("languages/http.min.js");
            default -> null;
        };
        if (resource == null) {
            context.status(404);
            return;
        }
        send(context, name, text(resource).getBytes(StandardCharsets.UTF_8));
    }

    /** The WebJar's own word for its version, so that none stands here. */
    private static String highlight(String file) throws IOException {
        var properties = new Properties();
        var name = "/META-INF/maven/org.webjars/highlightjs/pom.properties";
        try (var in = Deck.class.getResourceAsStream(name)) {
            if (in == null) throw new IOException("highlight.js is not on the class path");
            properties.load(in);
        }
        return HIGHLIGHT + properties.getProperty("version") + "/" + file;
    }

    private void image(Context context) throws IOException {
        var folder = course.slides().resolve("img");
        try {
            var file = folder.resolve(context.pathParam("name")).toRealPath();
            if (file.startsWith(folder.toRealPath()) && Files.isRegularFile(file)
                    && TYPES.containsKey(ending(file.toString()))) {
                send(context, file.toString(), Files.readAllBytes(file));
                return;
            }
        } catch (NoSuchFileException | InvalidPathException e) {
            // Not there, or not even a name of a file: both are answered below.
        }
        context.status(404);
    }

    /**
     * Server-Sent Events: tells a page that something was saved or shown, until the page or the
     * deck ends. Each page has a virtual thread, so that a stuck page holds up no other; one looks
     * at the files for all. (Javalin's own SSE handler wants to be left at once, and trips over one
     * that stays.)
     */
    private void tellChanges(Context page) throws IOException {
        page.contentType("text/event-stream");
        long heard = changes.enter();
        try {
            send(page, ": watching");
            for (long now; (now = changes.await(heard, BREATH_MS)) >= 0; heard = now) {
                send(page, now == heard ? ": still here" : "event: changed\ndata: slides");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server stops
        } catch (EofException e) {
            // The page was closed: nobody is left to tell.
        } finally {
            changes.leave();
        }
    }

    private static void send(Context page, String event) throws IOException {
        page.res().getOutputStream().write((event + "\n\n").getBytes(StandardCharsets.UTF_8));
        page.res().flushBuffer();
    }

    private static String text(String resource) throws IOException {
        try (var in = Deck.class.getResourceAsStream(resource)) {
            if (in == null) throw new IOException(resource + " is not on the class path");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void send(Context context, String name, byte[] bytes) {
        context.contentType(TYPES.get(ending(name))).result(bytes);
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
