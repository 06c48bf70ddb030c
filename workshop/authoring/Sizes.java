package workshop.authoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import workshop.course.Region;
import workshop.course.Source;

/**
 * How much of a lesson one has to read, and how soon the first exercise comes.
 *
 * @param lines   of the solution, blank ones and comments too
 * @param outside those of them that stand in no exercise
 * @param first   the line in which the first exercise begins; 0: there is none
 * @param cells   with code in the notebook before the first {@code check(…)}
 * @param code    their lines, without blank ones
 */
record Sizes(int lesson, int lines, int outside, int first, int cells, int code) {
    /** The first exercise begins on the third screen at the latest: before it is only preface. */
    static final int FIRST_WITHIN = 140;
    /** So many equal lines in two lessons are something that {@code lessons/given} should hold. */
    static final int EQUAL_RUN = 12;

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What a lesson may have at most, and why so much.
     *
     * @param outside lines outside of the exercises
     * @param cells   code cells before the notebook's first check
     * @param code    lines in them
     */
    record Limits(int outside, int cells, int code, String why) {
        static Limits of(int lesson) {
            return switch (lesson) {
                case 1 -> new Limits(145, 16, 120, "A socket and its client, in one sitting.");
                case 2, 7 -> new Limits(210, 20, 160, "A protocol is built by hand, each function"
                        + " on one screen; still in one sitting.");
                case 11 -> new Limits(150, 20, 165, "A protocol is built by hand, each function on"
                        + " one screen, as in 02 and 07.");
                case 12 -> new Limits(150, 20, 220, "A protocol is built by hand, and its six"
                        + " exercises are parts of one server: none answers without the others.");
                case 3, 4, 5, 6, 8, 9 -> new Limits(130, 16, 120, "One new idea, read in one"
                        + " sitting; what an earlier lesson taught comes from lessons/given.");
                default -> new Limits(150, 16, 120, "Several servers' worth of state, still read"
                        + " in one sitting; what an earlier lesson taught comes from"
                        + " lessons/given.");
            };
        }
    }

    /** Empty where the solution is missing. */
    static Optional<Sizes> of(Tree tree, int lesson) {
        return tree.script(tree.course().solutions(), lesson).map(solution -> {
            int lines = Source.lines(solution.text()).size();
            int inside = solution.regions().stream()
                    .mapToInt(region -> region.lastLine() - region.firstLine() + 1).sum();
            int first = solution.regions().stream().findFirst().map(Region::firstLine).orElse(0);
            List<String> before = beforeFirstCheck(tree.course().notebook(lesson));
            int code = (int) before.stream().flatMap(String::lines)
                    .filter(line -> !line.isBlank()).count();
            return new Sizes(lesson, lines, lines - inside, first, before.size(), code);
        });
    }

    private static List<String> beforeFirstCheck(Path notebook) {
        var cells = new ArrayList<String>();
        if (!Files.exists(notebook)) return cells;
        try {
            for (JsonNode cell : JSON.readTree(Tree.read(notebook)).path("cells")) {
                if (!cell.path("cell_type").asText().equals("code")) continue;
                JsonNode source = cell.path("source");
                var text = new StringBuilder(source.asText());
                source.forEach(line -> text.append(line.asText()));
                if (text.indexOf("check(\"") >= 0) break;
                cells.add(text.toString());
            }
            return cells;
        } catch (JsonProcessingException toldByQuotesMatch) {
            return cells;
        }
    }

    /** {@code ./jbang author sizes}. */
    static String table(Tree tree) {
        var table = new StringBuilder(
                "lesson   lines  outside regions  first exercise  before the first check\n");
        for (int lesson : tree.lessons()) {
            Limits limits = Limits.of(lesson);
            of(tree, lesson).ifPresent(size -> table.append(String.format(Locale.ROOT,
                    "  %02d    %6d  %5d of %4d    line %3d of %3d  %2d of %2d cells, %3d of %3d"
                    + " lines%s%n", lesson, size.lines, size.outside, limits.outside, size.first,
                    FIRST_WITHIN, size.cells, limits.cells, size.code, limits.code,
                    size.fits() ? "" : "   too long")));
        }
        return table.toString();
    }

    private boolean fits() {
        Limits limits = Limits.of(lesson);
        return outside <= limits.outside && first <= FIRST_WITHIN && cells <= limits.cells
                && code <= limits.code;
    }
}
