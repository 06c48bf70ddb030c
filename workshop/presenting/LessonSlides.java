package workshop.presenting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The slides of one lesson, read from {@code slides/lessonNN.md}.
 *
 * @param number the lesson, two digits
 * @param slides in the order in which they are shown; the first is the title
 */
public record LessonSlides(String number, List<Slide> slides) {

    private static final Pattern FILE = Pattern.compile("lesson(\\d\\d)\\.md");

    /** The numbers of the lessons that have slides, in order; none where there is no folder. */
    public static List<String> numbers(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return List.of();
        try (var files = Files.list(folder)) {
            return files.map(file -> FILE.matcher(file.getFileName().toString()))
                    .filter(name -> name.matches()).map(name -> name.group(1)).sorted().toList();
        }
    }

    /**
     * Reads the slides of a lesson.
     *
     * @throws java.nio.file.NoSuchFileException when the lesson has none
     */
    public static LessonSlides read(Path folder, String number) throws IOException {
        var file = folder.resolve("lesson" + number + ".md");
        return new LessonSlides(number, Slide.in(Files.readString(file)));
    }

    /** The heading of the first slide, or the lesson's number when there is none. */
    public String title() {
        var title = slides.isEmpty() ? "" : Markdown.page(slides.getFirst().text()).title();
        return title.isEmpty() ? "Lesson " + number : title;
    }

    /** The part of the course that the lesson belongs to. */
    public Part part() {
        return Part.of(Integer.parseInt(number));
    }

    /** One {@code <section>} a slide, its notes inside. */
    public String html() {
        var sections = new ArrayList<String>();
        for (int i = 0; i < slides.size(); i++) sections.add(section(i));
        return String.join("\n", sections);
    }

    private String section(int index) {
        var slide = slides.get(index);
        var page = Markdown.page(slide.text());
        var name = page.title().isEmpty() ? "Slide " + (index + 1) : page.title();
        var notes = slide.notes().isEmpty() ? ""
                : "<aside class=\"notes\">" + Markdown.html(slide.notes()) + "</aside>";
        var band = index > 0 ? "" : "<div class=\"band\" aria-hidden=\"true\"><b>" + number
                + "</b><span>" + part().title() + "</span></div>";
        return """
                <section class="slide%s" data-lesson="%s" data-part="%s" data-foot="%s" \
                data-number="%s" aria-roledescription="slide" aria-label="%s" tabindex="-1">
                <div class="page">%s%s<div class="body">%s</div></div>%s
                </section>""".formatted(index == 0 ? " title" : "", number, part().title(),
                Markdown.escape(title()), index + 1, Markdown.escape(name),
                band, page.heading(), page.body(), notes);
    }
}
