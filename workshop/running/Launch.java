package workshop.running;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import workshop.course.Course;
import workshop.walls.Walls;

/** All that starts a program, as often as one likes. */
sealed interface Launch {
    /** What it is started with, added to this process' own environment. */
    Map<String, String> environment();

    /** The same with more in its environment. */
    Launch with(Map<String, String> more);

    /** A process of its own; both its streams are read as one. */
    Process start(String... arguments) throws IOException;

    /** Where a program is told its port, for whoever wrote it. */
    String portIs();

    /** What it runs behind. */
    Walls walls();

    private static Map<String, String> joined(Map<String, String> some, Map<String, String> more) {
        var all = new HashMap<>(some);
        all.putAll(more);
        return Map.copyOf(all);
    }

    record OfJava(Course course, Program program, AotCache caches,
                  Map<String, String> environment) implements Launch {
        @Override
        public Launch with(Map<String, String> more) {
            return new OfJava(course, program, caches, joined(environment, more));
        }

        @Override
        public Process start(String... arguments) throws IOException {
            return Jvm.start(course, program, caches, environment, List.of(arguments));
        }

        @Override
        public String portIs() {
            return "its first argument";
        }

        @Override
        public Walls walls() {
            return program.walls();
        }
    }

    /** A program in any language. */
    record OfCommand(List<String> words, Map<String, String> environment) implements Launch {
        private static final Pattern WORD =
                Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)"); // 'my server' is one

        static OfCommand of(String command, Map<String, String> environment) {
            var words = new ArrayList<String>();
            // Windows starts npm and its like through its shell alone.
            if (File.separatorChar == '\\') words.addAll(List.of("cmd", "/c"));
            WORD.matcher(command).results().forEach(word -> words.add(word.group()
                    .replaceFirst("^([\"'])(.*)\\1$", "$2")));
            return new OfCommand(List.copyOf(words), environment);
        }

        @Override
        public Launch with(Map<String, String> more) {
            return new OfCommand(words, joined(environment, more));
        }

        @Override
        public Process start(String... arguments) throws IOException {
            var all = new ArrayList<>(words);
            all.addAll(List.of(arguments));
            var builder = new ProcessBuilder(all).redirectErrorStream(true);
            Map<String, String> variables = builder.environment();
            variables.remove("HOST"); // the checked program stays on this machine
            variables.putAll(environment);
            if (arguments.length == 1) variables.put("PORT", arguments[0]);
            return Children.start(builder);
        }

        @Override
        public String portIs() {
            return "its last argument, and PORT in its environment";
        }

        @Override
        public Walls walls() {
            return Walls.NONE;
        }
    }
}
