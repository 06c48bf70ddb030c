package workshop.grading;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import workshop.checking.LessonTests;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Printable;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.Programs;
import workshop.running.Sandbox;

/** {@code ./jbang grade DIR}: a class at once. */
@Command(name = "grade", mixinStandardHelpOptions = true,
        subcommands = {GradeCommand.Merge.class, GradeCommand.Workflow.class},
        description = "Grade a class: DIR/<learner>/lessonNN.java, a notebook, or a zip for each.")
public final class GradeCommand implements Callable<Integer> {
    private static final Pattern SHARD = Pattern.compile("([1-9]\\d{0,3})/([1-9]\\d{0,3})");
    private static final Pattern LESSONS =
            Pattern.compile("\\s*(\\d{1,2})(?:\\s*[-–]\\s*(\\d{1,2}))?\\s*");
    private static final Pattern PERCENT = Pattern.compile("\\s*(\\d{1,3})\\s*%?\\s*");
    /** The grades are written, and what --similar was to find out is not known. */
    private static final int NOT_COMPARED = 3;
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

    @Option(names = "--unsafe", description = "Run the programs without any walls around them.")
    private boolean unsafe;

    @Option(names = "--sandbox", paramLabel = "WHAT", defaultValue = "bubblewrap",
            description = "bubblewrap, docker or podman; default ${DEFAULT-VALUE}. The latter two"
            + " run the whole grader in a container.")
    private String sandbox;

    @Option(names = "--seconds", defaultValue = "180",
            description = "For one run of one learner's lesson, as long as it fails; default"
            + " ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--megabytes", defaultValue = "800",
            description = "Memory of one program; default ${DEFAULT-VALUE}.")
    private int megabytes;

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
        if (jobs < 1 || seconds < 1 || megabytes < 64) {
            throw new CourseException("--jobs and --seconds are at least 1, --megabytes at least"
                    + " 64.");
        }
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
        boolean container = sandbox.equals("docker") || sandbox.equals("podman");
        if (!container && !sandbox.equals("bubblewrap")) {
            throw new CourseException("--sandbox " + sandbox + " is unknown.\nThere are bubblewrap,"
                    + " docker and podman; --unsafe does without.");
        }
        if (container && unsafe) {
            throw new CourseException("--sandbox and --unsafe say opposite things. Write one.");
        }
        if (container) return inContainer(course);
        if (!unsafe) needWalls("write --sandbox docker");
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
            if (unsafe) System.out.println(UNSAFE);
            Thread stopped = new Thread(() -> System.out.println("stopped; the same command goes on"
                    + " with what is not graded yet"));
            Runtime.getRuntime().addShutdownHook(stopped);
            var results = new Results(out);
            results.deleteHalves();
            results.keep(info);
            boolean goesOn;
            try {
                new Grader(course, results, new Grader.Limits(jobs, seconds,
                        unsafe ? 0 : megabytes), System.out).grade(part, info.lessons(), fresh);
            } finally {
                goesOn = notStopped(stopped); // also where it failed: that says its own words
            }
            if (!goesOn) return 130;
            return report(results, info, similar ? all : null, unsafe, course);
        }
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
        System.out.println("not graded, since it lies in no learner's folder: " + list(own));
    }

    /** The hook is for one who breaks off; once that is so it cannot be taken back. */
    static boolean notStopped(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            return false;
        }
    }

    private int inContainer(Course course) throws IOException, InterruptedException {
        if (File.separatorChar == '\\') {
            throw new CourseException("a container has no paths of Windows.\nGive the same command"
                    + " in WSL; there bubblewrap does, too.");
        }
        Files.createDirectories(out);
        try (var programs = new Programs(course)) { // while there is a network
            for (int lesson : present(course)) {
                programs.fetch(Source.read(Course.script(course.solutions(), lesson)));
            }
            if (similar) programs.fetch(Source.read(Similarity.script(course)));
        } catch (BrokenProgram missing) {
            throw new CourseException(missing.getMessage());
        }
        var words = new ArrayList<>(List.of(absolute(dir), "--out", absolute(out), "--jobs",
                "" + jobs, "--seconds", "" + seconds, "--megabytes", "" + megabytes, "--late",
                "" + late(), "--lessons", present(course).stream().map(String::valueOf)
                        .collect(Collectors.joining(","))));
        var read = new ArrayList<>(List.of(Path.of(absolute(dir))));
        Map<String, Path> files = new LinkedHashMap<>();
        if (roster != null) files.put("--roster", roster);
        if (points != null) files.put("--points", points);
        files.forEach((option, file) -> {
            words.addAll(List.of(option, absolute(file)));
            read.add(Path.of(absolute(file)));
        });
        if (due != null) words.addAll(List.of("--due", due));
        if (shard != null) words.addAll(List.of("--shard", shard));
        if (fresh) words.add("--fresh");
        if (similar) words.add("--similar");
        var container = new Container(sandbox, course);
        return container.grade(container.run(container.jars(), read, Path.of(absolute(out)), jobs,
                megabytes, words));
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }

    /** On a disk that is full even the compiler fails, and a learner would have it on the page. */
    private void needRoom() throws IOException {
        long free = Files.getFileStore(out).getUsableSpace() >> 20;
        if (free >= ROOM_MB) return;
        throw new CourseException("there are only " + free + " MB left on the disk of " + out
                + ".\nGrading may need " + ROOM_MB + ": make room, or give another --out.");
    }

    /** @param elsewhere what to do on systems that have no bubblewrap */
    private static void needWalls(String elsewhere) {
        String missing = Sandbox.missing();
        if (missing.isEmpty()) return;
        String container = System.getProperty(Container.AROUND);
        throw new CourseException("submissions are foreign code, and there are no walls here to run"
                + " it behind: " + missing + (container != null
                ? "\nIn its containers " + container + " lets no program make namespaces. On Ubuntu"
                + " this may help:\nsudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
                : "\nOn Linux, install bubblewrap; elsewhere " + elsewhere + ".\nOr add --unsafe,"
                + " on a machine with nothing on it to lose."));
    }

    /**
     * The grades first: whatever becomes of the comparison, they are whole.
     *
     * @param compared whose code to compare; null: nobody's
     * @return the exit code
     */
    private static int report(Results results, ClassOf info, List<Submission> compared,
            boolean unsafe, Course course) throws IOException {
        List<Grade> grades = results.of(info);
        var reports = new Reports(results.out(), info, grades);
        reports.write();
        Similarity.delete(results.out()); // what another run found is not of this one
        boolean done = compared == null || compare(course, compared, info, results.out(), unsafe);
        if (!done) Similarity.delete(results.out()); // half of it
        else if (compared != null) reports.writeIndex(true);
        tell(grades, info, System.out);
        System.out.println("report: " + results.out().resolve("index.html"));
        return done ? 0 : NOT_COMPARED;
    }

    private static boolean compare(Course course, List<Submission> all, ClassOf info, Path out,
            boolean unsafe) {
        try {
            var alike = new Similarity(course, out, !unsafe).of(all, info.lessons());
            Similarity.report(alike, info, out);
            long groups = alike.stream().mapToLong(each -> each.groups().size()).sum();
            System.out.println(groups == 0 ? "no two have similar code"
                    : "similar code for you to judge, " + groups
                            + (groups == 1 ? " group: " : " groups: ")
                            + out.resolve("similar.html"));
            var tooLarge = new TreeSet<String>();
            alike.forEach(each -> tooLarge.addAll(each.tooLarge()));
            if (!tooLarge.isEmpty()) {
                System.out.println("too large to compare, and left out of it: "
                        + list(tooLarge));
            }
            return true;
        } catch (CourseException | IOException | UncheckedIOException failed) {
            System.out.flush();
            System.err.println("The grades are written, but nobody's code was compared: "
                    + Printable.lines(failed.getMessage()));
            return false;
        }
    }

    private static void tell(List<Grade> grades, ClassOf info, PrintStream to) {
        long unstable = grades.stream().flatMap(grade -> grade.exercises().stream())
                .filter(Grade.Judged::unstable).count();
        if (unstable > 0) {
            to.println(unstable + " verdicts are unstable: passed, but not each time");
        }
        long open = grades.stream().filter(grade -> grade.exercises().stream()
                .anyMatch(Grade.Judged::notJudged)).count();
        if (open > 0) {
            to.println(open + " lessons were not judged, since the judge ended over them.\nGive the"
                    + " same command again: it grades these, and only these.");
        }
        Set<String> noted = new TreeSet<>();
        info.learners().stream().filter(each -> !each.notes().isEmpty())
                .forEach(each -> noted.add(each.id()));
        grades.stream().filter(each -> !each.notes().isEmpty())
                .forEach(each -> noted.add(each.learner()));
        if (!noted.isEmpty()) {
            to.println("notes on what " + noted.size() + (noted.size() == 1 ? " learner"
                    : " learners") + " handed in: see the remarks in the report");
        }
        if (!info.missing().isEmpty()) {
            to.println("nothing came from " + list(info.missing()));
        }
        info.learners().stream().map(ClassOf.Learner::id).filter(info::isUnknown)
                .forEach(each -> to.println("not in the roster: " + Printable.line(each)));
    }

    private static String list(Collection<String> names) {
        return Printable.line(String.join(", ", names));
    }

    private List<Integer> present(Course course) {
        List<Integer> here = Course.numbersIn(course.lessons()).stream()
                .filter(lesson -> LessonTests.of(lesson).isPresent()).toList();
        if (lessons.isEmpty()) return here;
        var wanted = new TreeSet<Integer>();
        for (String word : lessons) {
            Matcher ends = LESSONS.matcher(word);
            int first = ends.matches() ? Integer.parseInt(ends.group(1)) : 0;
            int last = !ends.matches() || ends.group(2) == null ? first
                    : Integer.parseInt(ends.group(2));
            if (!ends.matches() || last < first) {
                throw new CourseException("--lessons " + String.join(",", lessons) + ": “" + word
                        + "” names no lessons.\nWrite 3, or 1,4, or 1-3.");
            }
            for (int lesson = first; lesson <= last; lesson++) {
                if (!here.contains(lesson)) {
                    throw new CourseException("there is no lesson " + lesson + ".\nHere are "
                            + here.getFirst() + " to " + here.getLast() + ".");
                }
                wanted.add(lesson);
            }
        }
        return List.copyOf(wanted);
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

    @Command(name = "merge", mixinStandardHelpOptions = true,
            description = "Join the reports of several shards.")
    static final class Merge implements Callable<Integer> {
        @Parameters(paramLabel = "OUT", arity = "1..*", description = "Reports of ./jbang grade.")
        private List<Path> parts;

        @Option(names = "--out", defaultValue = "report",
                description = "Where the whole goes; default ${DEFAULT-VALUE}.")
        private Path out;

        @Option(names = "--similar", paramLabel = "DIR", description = "Also list which of the"
                + " submissions in DIR have code that is alike.")
        private Path similar;

        @Option(names = "--unsafe", description = "Let --similar read them without walls.")
        private boolean unsafe;

        @Override
        public Integer call() throws IOException {
            Course course = Course.here();
            if (similar != null && !unsafe) needWalls("merge without --similar");
            var whole = new Results(out);
            var lessons = new TreeSet<Integer>();
            var names = new LinkedHashMap<String, String>();
            var learners = new TreeMap<String, ClassOf.Learner>();
            var shards = new TreeSet<String>();
            ClassOf first = null;
            for (Path part : parts) {
                var results = new Results(part);
                ClassOf info = results.readClass();
                if (first == null) first = info;
                boolean same = info.points().equals(first.points()) && info.late() == first.late()
                        && java.util.Objects.equals(info.due(), first.due());
                if (!same) {
                    throw new CourseException(part + " has other points or another due date than "
                            + parts.getFirst() + ".\nGrade all parts with the same.");
                }
                lessons.addAll(info.lessons());
                names.putAll(info.names());
                if (info.shard() != null) shards.add(info.shard());
                info.learners().forEach(each -> learners.put(each.id(), each));
                results.of(info).forEach(whole::keep);
            }
            expectAll(shards);
            var info = new ClassOf(List.copyOf(lessons), first.points(), names, first.due(),
                    first.late(), List.copyOf(learners.values()), null);
            List<Submission> compared = similar == null ? null
                    : new Submissions(course, info.lessons()).in(similar);
            whole.keep(info);
            return report(whole, info, compared, unsafe, course);
        }

        /** Whoever is in a part that was forgotten would have handed in nothing. */
        private static void expectAll(Set<String> shards) {
            if (shards.isEmpty()) return;
            String of = shards.iterator().next().replaceFirst(".*/", "/");
            List<String> missing = IntStream.rangeClosed(1, Integer.parseInt(of.substring(1)))
                    .mapToObj(part -> part + of).filter(part -> !shards.contains(part)).toList();
            if (missing.isEmpty()) return;
            throw new CourseException("of the parts of this class " + String.join(", ", missing)
                    + " is not given.\nName the reports of all of them.");
        }
    }

    @Command(name = "workflow", mixinStandardHelpOptions = true,
            description = "Print a GitHub Actions workflow that grades on many machines.")
    static final class Workflow implements Callable<Integer> {
        private static final String TEXT = """
                # .github/workflows/grade.yml of a repository that holds this workshop and a folder
                # submissions/. Written by: ./jbang grade workflow
                name: grade
                on: workflow_dispatch
                permissions:
                  contents: read
                jobs:
                  part:
                    runs-on: ubuntu-latest
                    strategy:
                      fail-fast: false
                      matrix:
                        part: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
                    steps:
                      - uses: actions/checkout@v4
                      - uses: actions/setup-java@v4
                        with:
                          distribution: temurin
                          java-version: 25
                      # Ubuntu lets no unprivileged program make namespaces unless told so.
                      - run: sudo apt-get update && sudo apt-get install -y bubblewrap
                      - run: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
                      - run: ./jbang grade submissions --out part --shard ${{ matrix.part }}/10
                      - uses: actions/upload-artifact@v4
                        with:
                          name: part-${{ matrix.part }}
                          path: part
                  report:
                    needs: part
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/checkout@v4
                      - uses: actions/setup-java@v4
                        with:
                          distribution: temurin
                          java-version: 25
                      - uses: actions/download-artifact@v4
                        with:
                          path: parts
                      - run: ./jbang grade merge parts/* --out report
                      - uses: actions/upload-artifact@v4
                        with:
                          name: report
                          path: report
                """;

        @Override
        public Integer call() {
            System.out.print(TEXT);
            return 0;
        }
    }
}
