package workshop.grading;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import workshop.course.Printable;
import workshop.running.Folders;

/**
 * The report's pages, from the templates in {@code web/}. Each is one file that needs no other: to
 * hand back, to mail, to print. Whatever a learner has written, nothing is fetched from elsewhere
 * and no script runs but ours.
 */
final class Pages {
    private static final Mustache.Escaper HTML = Escapers.simple(new String[][] {{"&", "&amp;"},
        {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
    private static final Mustache.Compiler MUSTACHE = Mustache.compiler()
            .withEscaper(Pages::escaped).emptyStringIsFalse(true).nullValue("");

    private Pages() {}

    /** Fills the template {@code web/<template>.html} and the frame around it. */
    static void write(Path file, String template, String title, Object view) {
        String script = resource("report.js");
        String page = filled("frame", Map.of("title", title, "style", resource("report.css"),
                "script", script, "scriptHash", sha256(script), "body", filled(template, view)));
        Folders.write(file, page.getBytes(StandardCharsets.UTF_8));
    }

    private static String filled(String template, Object view) {
        return MUSTACHE.compile(resource(template + ".html")).execute(view);
    }

    /** The one place where a text becomes HTML. */
    private static String escaped(String text) {
        return HTML.escape(characters(text));
    }

    /** As a page or XML may have it: those also lack two that are no characters. */
    static String characters(String text) {
        return Printable.lines(text).replace('\uFFFE', '·').replace('\uFFFF', '·');
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("each Java platform has SHA-256", impossible);
        }
    }

    private static String resource(String name) {
        try (var in = Pages.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + name, unreadable);
        }
    }
}
