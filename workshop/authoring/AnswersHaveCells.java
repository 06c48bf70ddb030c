package workshop.authoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import workshop.course.Course;
import workshop.course.Region;
import workshop.course.Source;

/** A notebook has one cell of code for each exercise: called answer-3-1, and marked in line 1. */
final class AnswersHaveCells implements Check {
    @Override
    public void look(Tree tree, Findings findings) {
        Course course = tree.course();
        for (int lesson : tree.lessons()) {
            Path notebook = tree.course().notebook(lesson);
            if (!Files.exists(notebook)) continue; // which another check tells
            Source script = tree.script(course.lessons(), lesson).orElse(null);
            if (script == null) continue; // which another check tells, too
            for (Region region : script.regions()) {
                String id = "answer-" + region.id().replace('.', '-');
                List<String> cells = marked(notebook, "// from lessons/" + Course.name(lesson)
                        + ".java#" + region.id());
                if (cells == null || cells.equals(List.of(id))) continue;
                findings.add(notebook, 0, "exercise " + region.id() + " has the cells " + cells,
                        "Graders and learners look for one, of code, whose id is " + id + ".",
                        "Give one cell the mark of " + region.id() + " as its first line, and that"
                                + " id.");
            }
        }
    }

    /** Null where it cannot be read. */
    private static List<String> marked(Path notebook, String mark) {
        try {
            var ids = new ArrayList<String>();
            for (JsonNode cell : new ObjectMapper().readTree(notebook.toFile()).path("cells")) {
                JsonNode source = cell.path("source");
                String first = (source.isTextual() ? source.asText() : source.path(0).asText())
                        .lines().findFirst().orElse("").strip();
                if (cell.path("cell_type").asText().equals("code") && first.equals(mark)) {
                    ids.add(cell.path("id").asText());
                }
            }
            return ids;
        } catch (IOException toldByQuotesMatch) {
            return null;
        }
    }
}
