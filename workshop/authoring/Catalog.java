package workshop.authoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter.NopIndenter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import workshop.course.Course;

/** What {@code jbang-catalog.json} says of the lessons follows from the lessons. */
final class Catalog {
    private static final Pattern OF_LESSON = Pattern.compile("(lesson|solution)\\d\\d");
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One name that people can call.
     *
     * @param script      from the root
     * @param description empty where the script has no header to take it from
     */
    record Alias(String script, String description) {}

    private Catalog() {}

    /** A name for each lesson and each solution that is there. */
    static Map<String, Alias> ofLessons(Tree tree) {
        var lessons = new LinkedHashMap<String, Alias>();
        var solutions = new LinkedHashMap<String, Alias>();
        for (int lesson : tree.lessons()) {
            String number = "lesson " + String.format(Locale.ROOT, "%02d", lesson);
            tree.script(tree.course().lessons(), lesson).ifPresent(script -> lessons.put(
                    Course.name(lesson), new Alias(tree.name(script.file()), script.title()
                            .isEmpty() ? "" : number + ", " + script.title() + ": run it [PORT]")));
            tree.script(tree.course().solutions(), lesson).ifPresent(script -> solutions.put(
                    String.format(Locale.ROOT,
                            "solution%02d", lesson), new Alias(tree.name(script.file()),
                            number + ", solved: run it [PORT]")));
        }
        lessons.putAll(solutions);
        return lessons;
    }

    /** The catalog's text with the lessons' names as they follow; all others stay. */
    static String synced(Tree tree) throws JsonProcessingException {
        Path file = tree.course().catalog();
        String text = Tree.read(file);
        var catalog = (ObjectNode) JSON.readTree(text);
        var before = catalog.deepCopy();
        ObjectNode aliases = JSON.createObjectNode();
        ofLessons(tree).forEach((name, alias) -> aliases.putObject(name)
                .put("script-ref", alias.script()).put("description", !alias.description().isEmpty()
                        ? alias.description() : catalog.path("aliases").path(name)
                        .path("description").asText(alias.script() + ": run it [PORT]")));
        catalog.path("aliases").properties().stream()
                .filter(each -> !OF_LESSON.matcher(each.getKey()).matches())
                .forEach(each -> aliases.set(each.getKey(), each.getValue()));
        catalog.set("aliases", aliases);
        if (catalog.equals(before)) return text;
        var printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        printer.indentArraysWith(NopIndenter.instance);
        return JSON.writer(printer).writeValueAsString(catalog) + "\n";
    }
}
