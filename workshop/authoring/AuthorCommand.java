package workshop.authoring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Lessons;

/** {@code ./jbang author …}: for those who write lessons. */
@Command(name = "author", mixinStandardHelpOptions = true,
        description = "For those who write lessons: does all of it hold, and how fast is it?",
        subcommands = {AuthorCommand.CheckAll.class, AuthorCommand.Sync.class,
                AuthorCommand.New.class, AuthorCommand.Size.class, AuthorCommand.Measure.class,
                AuthorCommand.Capture.class})
public final class AuthorCommand implements Runnable {
    /** Something was found, or a bar was missed. */
    private static final int NO = 1;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(),
                "author what? Write ./jbang author check, sync, new, sizes, bench or captures.");
    }

    @Command(name = "check", mixinStandardHelpOptions = true,
            description = "Everything that must hold in the course; what does not, and the mend.")
    static final class CheckAll implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "NN", description = "Lessons; default all.")
        private List<String> words = new ArrayList<>();

        @Option(names = "--jobs", defaultValue = "2", paramLabel = "N",
                description = "Programs that run at a time (default: ${DEFAULT-VALUE}).")
        private int jobs;

        @Option(names = "--quick", description = "Only what is seen without running a lesson.")
        private boolean quick;

        @Option(names = "--sample", paramLabel = "N", description = "Run all starters and"
                + " solutions, and of the programs between them and the wrong answers only N,"
                + " drawn by chance: all take long. SEED draws the same again.")
        private Integer sample;

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (jobs < 1) throw new CourseException("--jobs " + jobs + ": run at least one.");
            List<String> commands = spec.root().subcommands().keySet().stream().toList();
            var check = new AuthorCheck(tree(words), commands, System.out);
            if (sample != null && sample < 0) {
                throw new CourseException("--sample " + sample + ": draw 0 or more.");
            }
            return check.run(quick ? 0 : jobs, sample == null ? Integer.MAX_VALUE : sample)
                    .isEmpty() ? 0 : NO;
        }
    }

    @Command(name = "sync", mixinStandardHelpOptions = true,
            description = "Write anew what stands in two places: the common parts of lessons, and"
                    + " the code in slides and notebooks, and what their exercises ask for.")
    static final class Sync implements Callable<Integer> {
        @Parameters(paramLabel = "NN", description = "Lessons; default all.")
        private List<String> words = new ArrayList<>();

        @Override
        public Integer call() {
            return new AuthorSync(tree(words), System.out).run() ? 0 : NO;
        }
    }

    @Command(name = "new", mixinStandardHelpOptions = true,
            description = "A new lesson in every medium: small, and whole already.")
    static final class New implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "NN", description = "Its number.")
        private int lesson;

        @Parameters(index = "1", arity = "0..1", paramLabel = "TITLE",
                defaultValue = "Its title: and what it is about",
                description = "Its title (default: ${DEFAULT-VALUE}).")
        private String title;

        @Override
        public Integer call() {
            if (lesson < 1 || lesson > 99) {
                throw new CourseException("“" + lesson + "” is no lesson's number: 1 to 99.");
            }
            Tree tree = tree(List.of());
            for (Path file : new NewLesson(tree, lesson, title).write()) {
                System.out.println(tree.name(file));
            }
            new AuthorSync(tree(List.of()).only(List.of(lesson)), System.out).run();
            System.out.println(NewLesson.next(lesson));
            return 0;
        }
    }

    @Command(name = "sizes", mixinStandardHelpOptions = true,
            description = "How long each lesson is, and how soon its first exercise comes.")
    static final class Size implements Callable<Integer> {
        @Parameters(paramLabel = "NN", description = "Lessons; default all.")
        private List<String> words = new ArrayList<>();

        @Override
        public Integer call() {
            System.out.print(Sizes.table(tree(words)));
            return 0;
        }
    }

    @Command(name = "bench", mixinStandardHelpOptions = true,
            description = "From save to verdict must take at most half as long as jbang takes to"
                    + " a lesson's first byte.")
    static final class Measure implements Callable<Integer> {
        @Parameters(paramLabel = "NN", description = "Lessons; default all.")
        private List<String> words = new ArrayList<>();

        @Option(names = "--runs", defaultValue = "10", paramLabel = "N",
                description = "How often each is measured (default: ${DEFAULT-VALUE}).")
        private int runs;

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (runs < 1) throw new CourseException("--runs " + runs + ": measure at least once.");
            Tree tree = tree(words);
            return new AuthorBench(tree, System.out).run(runs) ? 0 : NO;
        }
    }

    @Command(name = "captures", mixinStandardHelpOptions = true,
            description = "Make the pictures in slides/img anew: each from a real exchange with a"
                    + " solution.")
    static final class Capture implements Callable<Integer> {
        @Parameters(paramLabel = "NN", description = "Lessons; default all.")
        private List<String> words = new ArrayList<>();

        @Override
        public Integer call() throws IOException {
            new Captures(tree(words), System.out).run();
            return 0;
        }
    }

    private static Tree tree(List<String> words) {
        Tree all = Tree.of(Course.here());
        return all.only(Lessons.of(words, all.lessons()));
    }
}
