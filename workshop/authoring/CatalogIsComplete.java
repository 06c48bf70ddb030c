package workshop.authoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every script and every command can be called by name, and says what it does. */
final class CatalogIsComplete implements Check {
    private static final String TOOL = "workshop/Workshop.java";
    private static final Set<String> OF_JBANG = Set.of("run", "build", "edit", "init", "alias",
            "template", "catalog", "trust", "cache", "completion", "jdk", "version", "wrapper",
            "info", "app", "export", "config", "deps");

    private final List<String> commands;

    /** @param commands of {@code Workshop} */
    CatalogIsComplete(List<String> commands) {
        this.commands = commands;
    }

    @Override
    public void look(Tree tree, Findings findings) {
        Path catalog = tree.course().catalog();
        JsonNode aliases;
        try {
            aliases = new ObjectMapper().readTree(Tree.read(catalog)).path("aliases");
        } catch (JsonProcessingException broken) {
            findings.add(catalog, broken.getLocation().getLineNr(), "this is no JSON",
                    broken.getOriginalMessage().replaceFirst(" \\(for .*", ""),
                    "Mend it; until then JBang knows no name.");
            return;
        }
        Map<String, Catalog.Alias> wanted = Catalog.ofLessons(tree);
        commands.forEach(command -> wanted.put(command, new Catalog.Alias(TOOL, "")));
        wanted.forEach((name, due) -> {
            JsonNode alias = aliases.path(name);
            boolean same = due.description().isEmpty()
                    || alias.path("description").asText().equals(due.description());
            if (alias.path("script-ref").asText().equals(due.script()) && same) return;
            findings.add(catalog, Tree.lineOf(catalog, '"' + name + '"'), alias.isMissingNode()
                    ? "there is no alias “" + name + "” for " + due.script()
                    : "the alias “" + name + "” is not what follows from " + due.script(),
                    "./jbang " + name + " is how people would call it.",
                    due.script().equals(TOOL) ? "Add \"" + name
                    + "\" with its script-ref, description and arguments."
                    : "Write it anew: ./jbang author sync");
        });
        for (Map.Entry<String, JsonNode> alias : aliases.properties()) {
            isSound(tree, alias.getKey(), alias.getValue(), findings);
        }
    }

    private void isSound(Tree tree, String name, JsonNode alias, Findings findings) {
        Path catalog = tree.course().catalog();
        int line = Tree.lineOf(catalog, '"' + name + "\":");
        String script = alias.path("script-ref").asText();
        String argument = alias.path("arguments").path(0).asText();
        if (alias.path("description").asText().isBlank()) {
            findings.add(catalog, line, "the alias “" + name + "” has no description",
                    "Nobody learns from the list of aliases what it does.", "Add one line.");
        }
        if (!Files.isRegularFile(tree.course().root().resolve(script))) {
            findings.add(catalog, line, "the alias “" + name + "” leads to no file: " + script,
                    "./jbang " + name + " fails.", "Name the right file, or remove the alias.");
        }
        if (OF_JBANG.contains(name)) {
            findings.add(catalog, line, "the alias “" + name + "” is a command of JBang itself",
                    "./jbang " + name + " runs that one, never ours.", "Choose another name.");
        }
        if (script.equals(TOOL) && !(argument.equals(name) && commands.contains(name))) {
            findings.add(catalog, line, "the alias “" + name + "” starts the command “" + argument
                    + "” of the workshop", "Its commands are " + String.join(", ", commands)
                    + "; each has an alias of its own name.",
                    "Write \"arguments\": [\"" + name + "\"], or remove the alias.");
        }
    }
}
