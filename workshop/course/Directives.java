package workshop.course;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The {@code //} lines at the head of a script that JBang obeys, as far as this course uses them.
 *
 * @param sources        {@code //SOURCES}, as they are written
 * @param dependencies   {@code //DEPS}: group:artifact:version
 * @param files          {@code //FILES}
 * @param runtimeOptions {@code //RUNTIME_OPTIONS} (or {@code //JAVA_OPTIONS}): for the JVM
 */
public record Directives(List<String> sources, List<String> dependencies, List<Resource> files,
                         List<String> runtimeOptions) {
    /** What would change how a program is compiled or run, and is not done. */
    private static final Set<String> UNSUPPORTED = Set.of("//PREVIEW", "//REPOS", "//MODULE",
            "//JAVAC_OPTIONS", "//COMPILE_OPTIONS", "//JAVAAGENT", "//MANIFEST", "//MAIN");

    /**
     * A file that the program finds on its class path.
     *
     * @param name on the class path, {@code web/lesson03.html}
     * @param from relative to the script, {@code ../lessons/web/lesson03.html}
     */
    public record Resource(String name, String from) {
        /** The file for a script that lies in {@code folder}. */
        public Path in(Path folder) {
            return folder.resolve(from).normalize();
        }
    }

    static Directives of(Source source) {
        var sources = new ArrayList<String>();
        var dependencies = new ArrayList<String>();
        var files = new ArrayList<Resource>();
        var options = new ArrayList<String>();
        int number = 0;
        for (String line : Source.lines(source.text())) {
            number++;
            if (!line.startsWith("//")) continue;
            // As JBang reads them: a comment may follow, and several stand with commas or blanks.
            String[] words = line.split("\\s//\\s", 2)[0].strip().split("[\\s,;]+");
            List<String> arguments = words[0].endsWith("_OPTIONS")
                    ? List.of(line.strip().split("\\s+")).stream().skip(1).toList()
                    : List.of(words).subList(1, words.length);
            if (UNSUPPORTED.contains(words[0])) {
                throw new CourseException(source.file() + ":" + number + ": " + words[0]
                        + " is not supported here, though JBang knows it.\nNo lesson needs it:"
                        + " take the line out.");
            }
            switch (words[0]) {
                case "//SOURCES" -> sources.addAll(arguments);
                case "//DEPS" -> dependencies.addAll(arguments);
                case "//FILES" -> arguments.forEach(argument -> files.add(resource(argument)));
                case "//RUNTIME_OPTIONS", "//JAVA_OPTIONS" -> options.addAll(arguments);
                default -> { /* code, or a directive that concerns JBang alone */ }
            }
        }
        return new Directives(List.copyOf(sources), List.copyOf(dependencies), List.copyOf(files),
                List.copyOf(options));
    }

    private static Resource resource(String argument) {
        int equals = argument.indexOf('=');
        return equals < 0 ? new Resource(argument, argument)
                : new Resource(argument.substring(0, equals), argument.substring(equals + 1));
    }
}
