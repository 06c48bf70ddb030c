package workshop.grading;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.Jvm;
import workshop.running.Programs;
import workshop.walls.Bubblewrap;
import workshop.walls.Walls;

/** Where foreign programs run, as a command's options say: behind which walls, within what. */
final class Shelter {
    private static final int SEVERAL_MB = 2_048; // of a comparison of a whole class

    @Option(names = "--unsafe", description = "Run the programs without any walls around them.")
    private boolean unsafe;

    @Option(names = "--sandbox", paramLabel = "WHAT", defaultValue = "bubblewrap",
            description = "bubblewrap, docker or podman; default ${DEFAULT-VALUE}. The latter two"
            + " run each judge with its programs in a container.")
    private String sandbox;

    @Option(names = "--seconds", defaultValue = "180",
            description = "For one run of one learner's lesson, as long as it fails; default"
            + " ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--megabytes", defaultValue = "800",
            description = "Memory of one program; default ${DEFAULT-VALUE}.")
    private int megabytes;

    int seconds() {
        return seconds;
    }

    boolean isUnsafe() {
        return unsafe;
    }

    /** Other limits may give other verdicts; other walls shall not. */
    String mark() {
        return seconds + " " + (unsafe ? 0 : megabytes);
    }

    private boolean isContainer() {
        return sandbox.equals("docker") || sandbox.equals("podman");
    }

    private Container container(Course course, int forMegabytes, int forSeconds) {
        return new Container(sandbox, Container.IMAGE, course, forMegabytes, forSeconds);
    }

    /**
     * Makes sure that foreign code can be run.
     *
     * @param elsewhere what to do on systems that have no bubblewrap
     * @throws CourseException where it can't, or where the options are odd
     */
    void expect(Course course, List<Source> needed, String elsewhere)
            throws IOException, InterruptedException {
        if (seconds < 1 || megabytes < 64) {
            throw new CourseException("--seconds is at least 1, --megabytes at least 64.");
        }
        if (!isContainer() && !sandbox.equals("bubblewrap")) {
            throw new CourseException("--sandbox " + sandbox + " is unknown.\nThere are bubblewrap,"
                    + " docker and podman; --unsafe does without.");
        }
        if (isContainer() && unsafe) {
            throw new CourseException("--sandbox and --unsafe say opposite things. Write one.");
        }
        if (unsafe) return;
        if (isContainer()) prepareContainer(course, needed);
        String missing = missing(course);
        if (missing.isEmpty()) return;
        throw new CourseException("submissions are foreign code, and there are no walls here to run"
                + " it behind: " + missing + (isContainer() ? "" : "\nOn Linux, install bubblewrap;"
                + " elsewhere " + elsewhere + ".\nOr add --unsafe, on a machine with nothing on it"
                + " to lose."));
    }

    private void prepareContainer(Course course, List<Source> needed)
            throws IOException, InterruptedException {
        if (File.separatorChar == '\\') {
            throw new CourseException("a container has no paths of Windows.\nGive the same command"
                    + " in WSL; there bubblewrap does, too.");
        }
        try (var programs = new Programs(course)) { // while there is a network
            for (Source each : needed) programs.fetch(each);
        } catch (BrokenProgram missing) {
            throw new CourseException(missing.getMessage());
        }
        container(course, megabytes, seconds).prepare();
    }

    /** Why foreign code cannot be run here now; empty: it can. */
    String missing(Course course) {
        return unsafe ? "" : isContainer() ? container(course, megabytes, seconds).missing()
                : Bubblewrap.missing();
    }

    /** Whether each learner is to have a judge that no other had. */
    boolean isOneForEach() {
        return isContainer();
    }

    /** The words that start a judge. */
    List<String> judge(Course course, Path folder, List<Integer> cores) throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path")
                .split(File.pathSeparator)).map(each -> Path.of(each).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        var words = new ArrayList<>(List.of(Jvm.java(),
                "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", classPath,
                JudgeProcess.class.getName(), course.root().toString(),
                isContainer() ? Container.WORK : folder.toString()));
        if (unsafe) return words;
        words.addAll(List.of(sandbox, "" + megabytes, "" + seconds));
        return isContainer() ? container(course, megabytes, seconds).judge(words, classPath)
                : Bubblewrap.judge(words, cores);
    }

    /** The walls of the programs, as a judge is told of them: {@code bubblewrap 800 180}. */
    static Walls walls(List<String> words) {
        if (words.isEmpty()) return Walls.NONE;
        int megabytes = Integer.parseInt(words.get(1));
        int seconds = Integer.parseInt(words.get(2));
        return words.getFirst().equals("bubblewrap") ? new Bubblewrap(megabytes, seconds, false)
                : new OtherUser(megabytes, seconds, 0);
    }

    /** The walls around one that reads what all have written, and reaches nobody. */
    Walls ofReader(Course course, int forSeconds) {
        return unsafe ? Walls.NONE : isContainer() ? container(course, SEVERAL_MB, forSeconds)
                : new Bubblewrap(SEVERAL_MB, forSeconds, true);
    }
}
