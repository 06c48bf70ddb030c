package workshop.presenting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Contract;
import workshop.course.Slide;
import workshop.course.Source;

/**
 * The slides of one lesson, read from {@code slides/lessonNN.md}; those of the opening, number 00,
 * from {@code slides/opening.md}.
 *
 * @param number the lesson, two digits
 * @param slides in the order in which they are shown; the first is the title
 */
public record LessonSlides(Course course, String number, List<Slide> slides) {
    /** What comes before the first lesson. */
    public static final String OPENING = "00";

    private static final Pattern FILE = Pattern.compile("lesson(\\d\\d)\\.md");
    private static final String OPENING_FILE = "opening.md";
    private static final Pattern SENTENCE = Pattern.compile("(?<=[.?!;]) +(?=[^ ])");
    private static final int BRIEF = 165; // letters of a contract, two lines or three

    /** The numbers of the decks that there are, in order; none where there is no folder. */
    public static List<String> numbers(Course course) throws IOException {
        var folder = course.slides();
        if (!Files.isDirectory(folder)) return List.of();
        var numbers = new ArrayList<String>();
        if (Files.exists(folder.resolve(OPENING_FILE))) numbers.add(OPENING);
        try (var files = Files.list(folder)) {
            files.map(file -> FILE.matcher(file.getFileName().toString()))
                    .filter(name -> name.matches()).map(name -> name.group(1)).sorted()
                    .forEach(numbers::add);
        }
        return numbers;
    }

    /**
     * Reads the slides of a lesson.
     *
     * @throws java.nio.file.NoSuchFileException when the lesson has none
     */
    public static LessonSlides read(Course course, String number) throws IOException {
        var name = number.equals(OPENING) ? OPENING_FILE : "lesson" + number + ".md";
        var text = Files.readString(course.slides().resolve(name));
        return new LessonSlides(course, number, Slide.in(text));
    }

    /** The heading of the first slide, or the lesson's number when there is none. */
    public String title() {
        var title = slides.isEmpty() ? "" : Markdown.title(slides.getFirst().text());
        return title.isEmpty() ? "Lesson " + number : title;
    }

    /** The part of the course that the lesson belongs to. */
    public Part part() {
        return Part.of(Integer.parseInt(number));
    }

    /** How many of its slides are no answers. */
    public int count() {
        return (int) slides.stream().filter(slide -> !slide.answer()).count();
    }

    /** How long its exercises take. */
    public int minutes() {
        return slides.stream().flatMap(slide -> slide.turn().stream())
                .mapToInt(Slide.Turn::minutes).sum();
    }

    /**
     * One {@code <section>} a slide.
     *
     * @param notes whether they are in it
     * @param shown of which exercises the answers are in it; of the others their places are
     */
    String html(boolean notes, Predicate<String> shown) throws IOException {
        var sections = new ArrayList<String>();
        var exercise = "";
        for (int i = 0; i < slides.size(); i++) {
            var slide = slides.get(i);
            exercise = slide.turn().map(Slide.Turn::id).orElse(slide.answer() ? exercise : "");
            boolean withheld = slide.answer() && !shown.test(exercise);
            sections.add(withheld && !notes ? place(i, exercise)
                    : section(i, exercise, withheld, notes));
        }
        return String.join("\n", sections);
    }

    /** Where an answer will be, with nothing of it. */
    private String place(int index, String exercise) {
        return """
                <section class="slide withheld" data-number="%d" data-exercise="%s" \
                aria-label="The answer comes later"></section>""".formatted(index + 1, exercise);
    }

    private String section(int index, String exercise, boolean withheld, boolean notes)
            throws IOException {
        var slide = slides.get(index);
        var page = Markdown.page(slide.text(), new Pictures(course));
        var name = page.title().isEmpty() ? "Slide " + (index + 1) : page.title();
        var turn = slide.turn();
        var said = slide.notes().isEmpty() || !notes ? ""
                : "<aside class=\"notes\">" + Markdown.html(slide.notes()) + "</aside>";
        var kind = new ArrayList<>(List.of("slide"));
        if (index == 0) kind.add("title");
        if (turn.isPresent()) kind.add("turn");
        if (slide.answer()) kind.add("answer");
        if (withheld) kind.add("withheld");
        if (page.isPicture()) kind.add("full");
        var body = turn.isPresent() ? turn(turn.get(), page.body()) : page.body();
        return """
                <section class="%s" data-lesson="%s" data-part="%s" data-foot="%s" \
                data-number="%s"%s aria-roledescription="slide" aria-label="%s" tabindex="-1">
                <div class="page">%s%s<div class="body">%s</div>%s</div>%s
                </section>""".formatted(String.join(" ", kind), number, part().title(),
                Markdown.escape(title()), index + 1,
                exercise.isEmpty() ? "" : " data-exercise=\"" + exercise + "\"",
                Markdown.escape(name), index > 0 ? "" : band(),
                slide.answer() ? "<p class=\"whose\">Answer " + exercise + "</p>" + page.heading()
                        : page.heading(),
                body, index > 0 ? "" : map(), said);
    }

    private String band() {
        return "<div class=\"band\" aria-hidden=\"true\"><b>"
                + (number.equals(OPENING) ? "→" : number) + "</b><span>" + part().title()
                + "</span></div>";
    }

    /** You are here. */
    private String map() throws IOException {
        var html = new StringBuilder();
        Part last = null;
        for (var each : numbers(course)) {
            if (each.equals(OPENING)) continue;
            var part = Part.of(Integer.parseInt(each));
            if (part != last) {
                html.append(last == null ? "" : "</ol></li>").append("<li data-part=\"")
                        .append(part.title()).append("\"><span>").append(part.title())
                        .append("</span><ol>");
            }
            last = part;
            html.append("<li").append(each.equals(number) ? " aria-current=\"step\""
                    : each.compareTo(number) < 0 ? " class=\"past\"" : "")
                    .append('>').append(each).append("</li>");
        }
        return last == null ? "" : "<div class=\"map\" role=\"group\" aria-label=\"You are here\">"
                + "<ol>" + html + "</ol></li></ol></div>";
    }

    // ---- Your turn ----

    /** The exercise's title and the beginning of its contract, and how one gets there. */
    private String turn(Slide.Turn turn, String own) {
        int lesson = Integer.parseInt(turn.id().split("\\.")[0]);
        var contract = contract(lesson, turn.id());
        var title = contract == null ? "" : "<h3>" + Markdown.escape(contract.title()) + "</h3>";
        var asked = !own.isBlank() || contract == null ? own
                : "<p><strong>Make true</strong> " + Markdown.escape(brief(contract)) + "</p>";
        var page = Files.exists(course.page(lesson))
                ? "<span>http://localhost:" + Course.port(lesson) + "</span>" : "";
        return title + asked + "<p class=\"way\"><code>./jbang start " + turn.id() + "</code>"
                + page + "</p>";
    }

    private Contract contract(int lesson, String id) {
        var script = Course.script(course.lessons(), lesson);
        if (!Files.isRegularFile(script)) return null;
        try {
            return Source.read(script).region(id).map(region -> region.contract()).orElse(null);
        } catch (CourseException toldByAuthorCheck) {
            return null;
        }
    }

    /** The first sentences of what is to be made true, as far as a class can read them at once. */
    static String brief(Contract contract) {
        var parts = SENTENCE.split(contract.clauses().stream()
                .filter(clause -> clause.label().equals("Make true"))
                .map(Contract.Clause::text).findFirst().orElse(""));
        int most = IntStream.rangeClosed(1, parts.length)
                .filter(count -> count == 1 || joined(parts, count).length() <= BRIEF)
                .max().orElse(0);
        var text = joined(parts, most);
        return text.endsWith(";") ? text.substring(0, text.length() - 1) + " …" : text;
    }

    private static String joined(String[] parts, int count) {
        return String.join(" ", List.of(parts).subList(0, count));
    }

    /** The pictures that a slide may take in. */
    private record Pictures(Course course) implements Markdown.Pictures {
        @Override
        public String read(String name) throws IOException {
            Path folder = course.slides().toRealPath();
            Path file = course.slides().resolve(name);
            return Files.isRegularFile(file) && file.toRealPath().startsWith(folder)
                    ? Files.readString(file) : null;
        }
    }
}
