package workshop.authoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.running.Folders;

/**
 * {@code ./jbang author new 15}: a lesson in every medium, small and whole. It runs, its one
 * exercise is decided by a test, and {@code author check} finds nothing; what its author has to
 * write stands where it belongs.
 */
public final class NewLesson {
    private static final String SCRIPT = """
            ///usr/bin/env jbang "$0" "$@" ; exit $?
            //JAVA 25+
            //DEPS io.javalin:javalin:7.2.3
            //DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
            //DEPS org.slf4j:slf4j-simple:2.0.18
            //RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.defaultLogLevel=error
            //SOURCES ../lessons/given/Web.java
            //FILES web/lesson{NN}.html=../lessons/web/lesson{NN}.html

            // Lesson {NN} — {TITLE}
            //
            // What the last lesson lacked, in a sentence. What this one adds, in another.
            //
            //   run    jbang lesson{NN}.java           then open http://localhost:70{NN}
            //   check  jbang check {NN}
            //
            // Left out on purpose: what, and which lesson mends it.

            import given.Web;
            import io.javalin.config.JavalinConfig;
            import io.javalin.http.Context;

            void main(String[] args) {
                Web.serve(70{NN}, args, this::configure);
            }

            // EXERCISE {N}.1  Greet
            //   Make true  GET /greeting?name=ada answers “hello, ada”.
            //   Keep       the signature.
            //   Stuck?     jbang hint {N}.1
            {ANSWER}
            // END {N}.1

            // ---- What drives the exercises; one may skip it ------------------------------------

            void configure(JavalinConfig config) {
                config.routes.get("/greeting", this::greet);
            }
            """;
    private static final String UNSOLVED = """
            void greet(Context ctx) {
                ctx.result("hello");
            }""";
    private static final String SOLVED = """
            void greet(Context ctx) {
                ctx.result("hello, " + ctx.queryParam("name"));
            }""";
    private static final String MUTANT = """
            // MUTANT {N}.1  {WRONG}
            // SAYS   {SAYS}
            // EXERCISE {N}.1  Greet
            void greet(Context ctx) {
                ctx.result({RESULT});
            }
            // END {N}.1
            """;
    private static final String TEST = """
            package tests;

            import org.junit.jupiter.api.DisplayName;
            import org.junit.jupiter.api.Test;
            import org.junit.jupiter.api.extension.ExtendWith;

            /** Knows a port, and the path /greeting. */
            @ExtendWith(TargetResolver.class)
            class Lesson{NN}Test {
                @Exercise(id = "{N}.1", title = "Greet",
                        hints = {
                            "The name travels in the address, behind the question mark. Where does"
                                + " a handler find it?",
                            "ctx.queryParam(name) reads one, ctx.result(text) answers.",
                            "ctx.result(\\"hello, \\" + ctx.queryParam(\\"name\\"));"
                        },
                        starter = "expected the body “hello, ")
                class Greet {
                    @Test
                    @DisplayName("{N}.1 who says a name is greeted by it")
                    void greetsByName(Target target) {
                        String name = target.word();
                        target.http().get("/greeting?name=" + name).expectStatus(200)
                                .expectBody("hello, " + name);
                    }
                }
            }
            """;
    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{NN} {TITLE}</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="/wire.css">
            </head>
            <body>
            <header>
                <h1><small>Lesson {NN}</small>{TITLE}</h1>
            </header>

            <main>
                <section class="card">
                    <form id="form">
                        <label class="grow">Name
                            <input id="name" autocomplete="off" autofocus></label>
                        <button class="main">Greet</button>
                    </form>
                    <p id="answer" role="status"></p>
                </section>
                <aside id="wire" class="card" aria-label="On the wire"></aside>
            </main>

            <footer>The limit that the next lesson removes.</footer>

            <script type="module">
            import { wirePanel } from "/wire.js";

            const wire = wirePanel(document.getElementById("wire"));
            const name = document.getElementById("name");

            document.getElementById("form").addEventListener("submit", async event => {
                event.preventDefault();
                const answer = await wire.fetch("/greeting?name=" + encodeURIComponent(name.value));
                document.getElementById("answer").textContent = answer.text;
            });
            </script>
            </body>
            </html>
            """;
    private static final String SLIDES = """
            # {TITLE}

            What the last lesson lacked, in a sentence.

            Note:
            What to show first, and what to ask.

            ---

            ## The idea

            One picture: `./jbang author captures {NN}` draws a real exchange once it has a line in
            Captures.

            Note:
            What is behind it.

            ---

            ## Your turn {N}.1 · 15 min

            Note:
            Let them look at the page before they look at the test.

            ---

            Answer:
            ## What it takes

            ```java from=solutions/lesson{NN}.java#greet
            {ANSWER}
            ```

            Note:
            What may go wrong here.

            ---

            ## Where it breaks

            The limit that the next lesson removes.

            Note:
            The question that leads on.
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Tree tree;
    private final String number;
    private final int lesson;
    private final String title;

    public NewLesson(Tree tree, int lesson, String title) {
        this.tree = tree;
        this.lesson = lesson;
        this.number = String.format(Locale.ROOT, "%02d", lesson);
        this.title = title;
    }

    /** Gives the files it wrote. Nothing is written where one of them is there already. */
    public List<Path> write() {
        Course course = tree.course();
        var files = new LinkedHashMap<Path, String>();
        files.put(Course.script(course.solutions(), lesson), SCRIPT.replace("{ANSWER}", SOLVED));
        files.put(Course.script(course.lessons(), lesson), SCRIPT.replace("{ANSWER}", UNSOLVED));
        files.put(tree.course().page(lesson), PAGE);
        files.put(tree.course().testFile(lesson), TEST);
        files.put(course.mutants(lesson).resolve(lesson + ".1-greets-nobody.java"),
                mutant("Greets all alike.", "expected the body “hello, ", "\"hello, you\""));
        files.put(course.mutants(lesson).resolve(lesson + ".1-no-comma.java"),
                mutant("Forgets the comma.", "but got “hello ",
                        "\"hello \" + ctx.queryParam(\"name\")"));
        files.put(tree.course().notebook(lesson), notebook());
        files.put(tree.course().slides(lesson), SLIDES.replace("{ANSWER}", SOLVED));
        for (Path file : files.keySet()) {
            if (!Files.exists(file)) continue;
            throw new CourseException(tree.name(file) + " is there already, so lesson " + lesson
                    + " is none that is new.");
        }
        files.forEach((file, text) ->
                Folders.write(file, filled(text).getBytes(StandardCharsets.UTF_8)));
        return List.copyOf(files.keySet());
    }

    private static String mutant(String wrong, String says, String result) {
        return MUTANT.replace("{WRONG}", wrong).replace("{SAYS}", says).replace("{RESULT}", result);
    }

    private String filled(String text) {
        return text.replace("{NN}", number).replace("{N}", "" + lesson).replace("{TITLE}", title);
    }

    private String notebook() {
        String contract = Source.of(Path.of("lesson.java"), filled(SCRIPT)).regions().getFirst()
                .contract().markdown();
        ObjectNode notebook = JSON.createObjectNode();
        ArrayNode cells = notebook.putArray("cells");
        text(cells, "title", """
                # Lesson {NN} — {TITLE}

                Run each cell with <kbd>Shift</kbd>+<kbd>Enter</kbd>, change it, run it again. The \
                server lives in this notebook.

                The same lesson as a script, with a page for the browser, is \
                `lessons/lesson{NN}.java`. Here `check("{N}.1")` runs the tests that \
                `./jbang start` runs there.""");
        text(cells, "why", "## 1 · Why\n\nWhat the last lesson could not do, in three sentences.");
        text(cells, "try", "## 2 · Try it\n\nAll imports stand in the first cell, since JShell"
                + " forgets its variables when a later one adds an import.");
        code(cells, "imports", """
                import given.Web;
                import io.javalin.http.Context;
                import java.util.Map;
                import static workshop.notebook.Cells.chart;
                import static workshop.notebook.Cells.check;
                import static workshop.notebook.Cells.dial;
                import static workshop.notebook.Cells.serverAt;
                import static workshop.notebook.Cells.stopServer;""");
        code(cells, "answer-{N}-1", "// from lessons/lesson{NN}.java#{N}.1\n" + UNSOLVED);
        text(cells, "try-start", "`restart` starts a server on a free port with the handler as it"
                + " is now, and stops the one before.");
        code(cells, "start", """
                void restart() {
                    var app = Web.onFreePort(config ->
                        config.routes.get("/greeting", ctx -> greet(ctx)));
                    serverAt(app.port(), app::stop);
                }

                restart();""");
        text(cells, "bytes", "## 3 · Look at the bytes");
        code(cells, "draw", """
                var talk = dial().send("GET /greeting?name=ada HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n"
                    + "Connection: close\\r\\n\\r\\n").hear();
                talk.print().close();""");
        text(cells, "turn", "## 4 · Your turn\n\nChange the handler's cell above, run it, then run"
                + " the `check` below. Stuck? `./jbang hint {N}.1` in a terminal.");
        text(cells, "turn-1", contract);
        code(cells, "check-{N}-1", "restart();\ncheck(\"{N}.1\");");
        text(cells, "cost", "## 5 · What it costs\n\nA small measurement, drawn.");
        code(cells, "measure", "chart(\"bytes\", Map.of(\"there\", talk.bytesSent(), \"back\","
                + " talk.bytesReceived()));");
        text(cells, "breaks", "## 6 · Where it breaks\n\nThe limit that leads on.");
        text(cells, "read-on", "## 7 · Read on\n\nThe standard's sections, and its names for"
                + " things.\n\nThe last cell stops the server.");
        code(cells, "stop", "stopServer();");
        ObjectNode metadata = notebook.putObject("metadata");
        metadata.putObject("kernelspec").put("display_name", "Java").put("language", "java")
                .put("name", "java");
        metadata.putObject("language_info").put("file_extension", ".java")
                .put("mimetype", "text/x-java-source").put("name", "java");
        notebook.put("nbformat", 4).put("nbformat_minor", 5);
        return printed(notebook);
    }

    private static void text(ArrayNode cells, String id, String text) {
        source(cells.addObject().put("cell_type", "markdown").put("id", id)
                .set("metadata", JSON.createObjectNode()), text);
    }

    private static void code(ArrayNode cells, String id, String text) {
        ObjectNode cell = cells.addObject().put("cell_type", "code").putNull("execution_count")
                .put("id", id).set("metadata", JSON.createObjectNode());
        cell.putArray("outputs");
        source(cell, text);
    }

    private static void source(ObjectNode cell, String text) {
        ArrayNode lines = cell.putArray("source");
        Source.lines(text).forEach(lines::add);
    }

    /** As Jupyter writes it. */
    private static String printed(ObjectNode notebook) {
        var indent = new DefaultIndenter(" ", "\n");
        var printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withArrayEmptySeparator("").withObjectEmptySeparator(""));
        printer.indentObjectsWith(indent);
        printer.indentArraysWith(indent);
        try {
            return JSON.writer(printer).writeValueAsString(notebook) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new AssertionError("a tree of ours is JSON", impossible);
        }
    }

    /** What remains for its author, beside filling it. */
    static String next(int lesson) {
        return """

                Lesson %1$02d runs as it is: ./jbang lesson%1$02d, ./jbang author check %1$02d.
                Write it from solutions/lesson%1$02d.java on: ./jbang author sync %1$02d carries \
                what is common to the others.
                Then give it a row in README.md, and a place in slides/course.svg."""
                .formatted(lesson);
    }
}
