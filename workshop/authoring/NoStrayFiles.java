package workshop.authoring;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Every file stands where a reader of the design would look for it. */
final class NoStrayFiles implements Check {
    private static final String ROOMS = "course|running|checking|learning|grading|presenting"
            + "|notebook|wire|authoring|testing|walls";

    private static final List<Pattern> PLACES = List.of(
            "docs/[a-z]+\\.md|docs/pictures/[a-z]+\\.png",
            "README\\.md|LICENSE|\\.gitignore|\\.gitattributes|\\.ci/run",
            "jbang|jbang\\.cmd|jbang-catalog\\.json",
            "(lessons|solutions)/lesson\\d\\d\\.java",
            "lessons/given/([A-Z]\\w*\\.java|nginx\\.conf)",
            "lessons/web/(lesson\\d\\d\\.html|elsewhere\\.html|[a-z]+\\.(css|js))",
            "notebooks/lesson\\d\\d\\.ipynb",
            "slides/(opening\\.md|lesson\\d\\d\\.md|(img/)?[a-z0-9-]+\\.svg)",
            "tests/[A-Z]\\w*\\.java",
            "tests/clients/[A-Z]\\w*\\.java",
            "tests/mutants/lesson\\d\\d/\\d{1,2}\\.\\d{1,2}s?-[a-z0-9-]+\\.java",
            "tests/answers/lesson\\d\\d/[a-z0-9-]+\\.java",
            "workshop/[A-Z]\\w*\\.java|workshop/(versions|starters)\\.txt",
            "workshop/testing/(?:needed\\.txt|seconds\\.properties)|"
            + "workshop/testing/lessons/[A-Z]\\w*\\.java",
            "workshop/(" + ROOMS + ")/[A-Z]\\w*\\.java",
            "workshop/(" + ROOMS + ")/web/[a-z-]+\\.(html|css|js|svg|yml)"
    ).stream().map(Pattern::compile).toList();

    @Override
    public void look(Tree tree, Findings findings) {
        for (Path file : tree.files()) {
            String name = tree.name(file);
            if (PLACES.stream().anyMatch(place -> place.matcher(name).matches())) continue;
            findings.add(file, 0, "nobody would look for this file here",
                    "The tree has a place for each kind of file, and this is none of them.",
                    "Move or remove it; a new kind gets a line in NoStrayFiles.");
        }
    }
}
