package workshop.grading;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import workshop.checking.ExerciseCatalog;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Lessons;
import workshop.course.Printable;
import workshop.course.Source;

/** {@code ./jbang grade DIR}: a class at once. */
@Command(name = "grade", mixinStandardHelpOptions = true,
        subcommands = {MergeCommand.class, WorkflowCommand.class},
        description = "Grade a class: DIR/<learner>/lessonNN.java, a notebook, or a zip for each.")
public final class GradeCommand implements Callable<Integer> {
    private static final Pattern SHARD = Pattern.compile("([1-9]\\d{0,3})/([1-9]\\d{0,3})");
    private static final Pattern PERCENT = Pattern.compile("\\s*(\\d{1,3})\\s*%?\\s*");
    private static final int ROOM_MB = 500;
    private static final String UNSAFE = """
            --unsafe: the programs run as you, with your files and your network.
            Not protected: what you can read, change or send. They still have a process, a folder
            and a port of their own, a time, and a memory of 1 GB each.""";

    @Parameters(paramLabel = "DIR", arity = "0..1",
            description = "One folder, or one zip, for each learner.")
    private Path dir;

    @Option(names = "--out", defaultValue = "report", description = "Where the"
            + " report goes; default ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--jobs", paramLabel = "N", description = "How many at a time; default two a"
            + " core.")
    private int jobs = 2 * Runtime.getRuntime().availableProcessors();

    @Option(names = "--lessons", paramLabel = "NN|NN-NN", split = ",",
            description = "Which lessons: 1,4 or 1-3; default all that are here.")
    private List<String> lessons = new ArrayList<>();

    @Option(names = "--roster", description = "id,name of all learners; default DIR/roster.csv.")
    private Path roster;

    @Option(names = "--points", description = "id,points of exercises; default DIR/points.csv.")
    private Path points;

    @Option(names = "--due", description = "2026-11-30 or 2026-11-30T18:00, in your time zone.")
    private String due;

    @Option(names = "--late", paramLabel = "PERCENT", defaultValue = "0",
            description = "Taken off a lesson for each day, or part of one, behind --due.")
    private String late;

    @Option(names = "--shard", paramLabel = "I/N", description = "Only one part of N.")
    private String shard;

    @Option(names = "--similar", description = "Also list who has code that is alike, for you to"
            + " judge; with JPlag, on this machine.")
    private boolean similar;

    @Option(names = "--fresh", description = "Grade everything again.")
    private boolean fresh;

    @Mixin
    private Shelter shelter;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Course course = Course.here();
        if (dir == null) {
            throw new CourseException("grade which folder? Write ./jbang grade submissions, where"
                    + " a folder or a zip lies for each learner.");
        }
        if (similar && shard != null) {
            throw new CourseException("--similar compares all with all, and a shard is a part."
                    + "\nWrite ./jbang grade merge OUT… --similar " + dir + " at the end.");
        }
        if (jobs < 1) throw new CourseException("--jobs is at least 1.");
        if (late() > 0 && due == null) throw new CourseException("--late needs a --due date.");
        List<Submission> all = new Submissions(course, present(course)).in(dir);
        expectClass(all);
        if (all.isEmpty()) {
            throw new CourseException("no folder and no zip of a learner lies in " + dir
                    + ".\nGive the folder that holds one of them for each learner.");
        }
        if (out.toAbsolutePath().normalize().startsWith(dir.toAbsolutePath().normalize())) {
            throw new CourseException("the report would lie among the submissions: --out " + out
                    + "\nName a folder outside of " + dir + ".");
        }
        shelter.expect(course, needed(course), "write --sandbox docker");
        List<Submission> part = shard(all);
        var info = new ClassOf(present(course), pointsOf(), namesOf(), instant(due), late(),
                part.stream().map(each -> new ClassOf.Learner(each.learner(), each.notes()))
                        .toList(), shard);
        Files.createDirectories(out);
        try (var channel = FileChannel.open(out.resolve(".lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new CourseException("another ./jbang grade writes into " + out + " now.");
            }
            needRoom();
            if (shelter.isUnsafe()) System.out.println(UNSAFE);
            Thread stopped = new Thread(() -> System.out.println("stopped; the same command goes on"
                    + " with what is not graded yet"));
            Runtime.getRuntime().addShutdownHook(stopped);
            var results = new Results(out);
            results.deleteHalves();
            results.keep(info);
            boolean goesOn;
            try {
                new Grader(course, results, shelter, jobs, System.out)
                        .grade(part, info.lessons(), fresh);
            } finally {
                goesOn = notStopped(stopped); // also where it failed: that says its own words
            }
            if (!goesOn) return 130;
            return new Summary(course, results, info).write(similar ? all : null, shelter);
        }
    }

    /** What is to be fetched while there is a network. */
    private List<Source> needed(Course course) {
        var needed = new ArrayList<Source>();
        present(course).forEach(lesson ->
                needed.add(Source.read(Course.script(course.solutions(), lesson))));
        if (similar) needed.add(Source.read(Similarity.script(course)));
        return needed;
    }

    /** One learner's own folder is easily given for that of the class. */
    private void expectClass(List<Submission> all) throws IOException {
        List<String> own;
        try (Stream<Path> files = Files.list(dir)) {
            own = files.map(each -> each.getFileName().toString())
                    .filter(name -> name.matches("(?i)lesson\\d\\d\\.(java|ipynb)")).sorted()
                    .toList();
        }
        if (own.isEmpty()) return;
        if (all.stream().allMatch(each -> each.lessons().isEmpty())) {
            Path above = dir.normalize().getParent();
            throw new CourseException(own.getFirst() + " lies in " + dir + " itself: that is the"
                    + " folder of one learner.\nGive the folder that holds one for each: ./jbang"
                    + " grade " + (above != null ? above : dir.resolve(".."))
                    + "\nTo see this one's work alone: ./jbang check --dir " + dir);
        }
        System.out.println("not graded, since it lies in no learner's folder: "
                + Printable.line(String.join(", ", own)));
    }

    /** The hook is for one who breaks off; once that is so it cannot be taken back. */
    static boolean notStopped(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            return false;
        }
    }

    /** On a disk that is full even the compiler fails, and a learner would have it on the page. */
    private void needRoom() throws IOException {
        long free = Files.getFileStore(out).getUsableSpace() >> 20;
        if (free >= ROOM_MB) return;
        throw new CourseException("there are only " + free + " MB left on the disk of " + out
                + ".\nGrading may need " + ROOM_MB + ": make room, or give another --out.");
    }

    private List<Integer> present(Course course) {
        return Lessons.of(lessons, Course.numbersIn(course.lessons()).stream()
                .filter(lesson -> ExerciseCatalog.of(lesson).isPresent()).toList());
    }

    private int late() {
        Matcher percent = PERCENT.matcher(late);
        if (percent.matches() && Integer.parseInt(percent.group(1)) <= 100) {
            return Integer.parseInt(percent.group(1));
        }
        throw new CourseException("--late " + late + " is no share of the points.\nWrite --late 10"
                + " for 10 percent, of 0 to 100.");
    }

    private Map<String, String> namesOf() {
        Path file = roster != null ? roster : dir.resolve("roster.csv");
        return roster != null || Files.isRegularFile(file) ? ClassOf.roster(file) : Map.of();
    }

    private Map<String, Double> pointsOf() {
        Path file = points != null ? points : dir.resolve("points.csv");
        return points != null || Files.isRegularFile(file) ? ClassOf.points(file) : Map.of();
    }

    private static String instant(String due) {
        if (due == null) return null;
        try {
            LocalDateTime time = due.contains("T") ? LocalDateTime.parse(due)
                    : LocalDate.parse(due).plusDays(1).atStartOfDay(); // the whole day is in time
            return time.atZone(ZoneId.systemDefault()).toInstant().toString();
        } catch (DateTimeParseException wrong) {
            throw new CourseException("--due " + due + " is no date.\nWrite 2026-11-30 or"
                    + " 2026-11-30T18:00.");
        }
    }

    private List<Submission> shard(List<Submission> all) {
        if (shard == null) return all;
        Matcher parts = SHARD.matcher(shard);
        if (!parts.matches()
                || Integer.parseInt(parts.group(1)) > Integer.parseInt(parts.group(2))) {
            throw new CourseException("--shard " + shard + " is no part.\nWrite 3/20 for the third"
                    + " of twenty.");
        }
        int part = Integer.parseInt(parts.group(1)) - 1;
        int count = Integer.parseInt(parts.group(2));
        return IntStream.range(0, all.size()).filter(i -> i % count == part).mapToObj(all::get)
                .toList();
    }
}
