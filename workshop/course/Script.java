package workshop.course;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A lesson's script, with all that its {@code //SOURCES} name of {@code lessons/given}, and what
 * those name in turn.
 *
 * @param given in the order in which they were named; each once
 */
public record Script(Source lesson, List<Source> given) {
    /**
     * Whatever folder a script writes before a file's name, it gets the course's own: a script that
     * somebody handed in has none beside it, or not the one that it is judged with.
     *
     * @throws CourseException where a name is none of {@code lessons/given}
     */
    public static Script of(Course course, Source lesson) {
        var given = new LinkedHashMap<String, Source>();
        var open = new ArrayDeque<>(List.of(lesson));
        while (!open.isEmpty()) {
            Source next = open.remove();
            for (String named : next.directives().sources()) {
                String name = named.substring(named.lastIndexOf('/') + 1);
                if (given.containsKey(name)) continue;
                given.put(name, read(course, next, named, name));
                open.add(given.get(name));
            }
        }
        return new Script(lesson, List.copyOf(given.values()));
    }

    /** All of {@code lessons/given}, as one lesson would have it that names them all. */
    public static Script ofAllGiven(Course course) {
        var all = new StringBuilder();
        if (Files.isDirectory(course.given())) {
            try (Stream<Path> files = Files.list(course.given())) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java")).sorted()
                        .forEach(name -> all.append("//SOURCES given/").append(name).append('\n'));
            } catch (java.io.IOException unreadable) {
                throw new CourseException("cannot read " + course.given() + ": " + unreadable);
            }
        }
        return of(course, Source.of(course.lessons().resolve("all.java"), all.toString()));
    }

    private static Source read(Course course, Source naming, String named, String name) {
        Path file = course.given().resolve(name).normalize();
        if (!name.endsWith(".java") || !Files.isRegularFile(file)) {
            throw new CourseException(Course.shown(naming.file()) + ": //SOURCES " + named
                    + " names no file of lessons/given."
                    + "\nPut the line back as it was; git diff shows it.");
        }
        return Source.read(file);
    }

    /** The lesson's own first, as JBang orders them; each once. */
    public List<String> dependencies() {
        return all(Directives::dependencies);
    }

    public List<String> runtimeOptions() {
        return all(Directives::runtimeOptions);
    }

    private List<String> all(Function<Directives, List<String>> asked) {
        return sources().flatMap(each -> asked.apply(each.directives()).stream()).distinct()
                .toList();
    }

    /** The lesson, then what is given to it. */
    public Stream<Source> sources() {
        return Stream.concat(Stream.of(lesson), given.stream());
    }
}
