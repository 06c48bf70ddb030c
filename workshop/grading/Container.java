package workshop.grading;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.running.Children;
import workshop.running.Dependencies;

/**
 * The whole grader in a container of Docker or Podman, where bubblewrap is not to be had: on macOS,
 * say. Inside it stands bubblewrap, and so the walls between two submissions are the same; around
 * it stands the container, without a network, which sees this course, its jars and the submissions
 * read-only and may write the report and {@code .workshop}.
 *
 * @param tool {@code docker} or {@code podman}
 */
public record Container(String tool, Course course) {
    /** The property that says, inside, what stands around it: {@code docker} or {@code podman}. */
    static final String AROUND = "workshop.container";
    public static final String IMAGE = "sockets-to-rooms-grade:25";
    public static final String IMAGE_FILE = """
            FROM docker.io/library/eclipse-temurin:25-jdk
            RUN apt-get update \\
             && apt-get install -y --no-install-recommends bubblewrap util-linux \\
             && rm -rf /var/lib/apt/lists/*
            """;
    private static final int JUDGE_MB = 900;     // judge and compiler beside the programs
    private static final int OWN_MB = 600;
    private static final int END_SECONDS = 10;   // for the programs behind its walls
    private static final int KILLED = 137;       // as a shell counts: 128, and signal 9
    private static final Set<Integer> NOT_STARTED = Set.of(125, 126, 127); // Docker's and Podman's
    private static final String NAME = "sockets-to-rooms-grade-" + UUID.randomUUID();

    /** Makes the image from {@link #IMAGE_FILE} on its input; the one step with a network. */
    public List<String> build() {
        return List.of(tool, "build", "--quiet", "--tag", IMAGE, "-");
    }

    /**
     * @param jars    all that the tool and the lessons are made of
     * @param read    files and folders of the teacher
     * @param written the report's folder
     * @param words   of {@code grade}, with absolute paths
     */
    public List<String> run(Set<Path> jars, List<Path> read, Path written, int jobs, int megabytes,
            List<String> words) {
        boolean podman = tool.equals("podman");
        var line = new ArrayList<>(List.of(tool, "run", "--rm", "--name", NAME, "--init",
                "--pull", "never", "--network", "none", "--read-only", "--tmpfs", "/tmp",
                "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
                // Inside, bubblewrap makes namespaces and mounts of its own, as any user may. The
                // default profiles of containers forbid just that.
                "--security-opt", "seccomp=unconfined",
                "--security-opt", podman ? "unmask=ALL" : "systempaths=unconfined",
                "--security-opt", podman ? "label=disable" : "apparmor=unconfined",
                "--memory", jobs * (JudgeProcess.AT_ONCE * megabytes + JUDGE_MB) + OWN_MB + "m",
                "--pids-limit", "" + jobs * 7_000,
                "--env", "LC_ALL=C.UTF-8", "--workdir", course.root().toString()));
        boolean rootless = podman && !System.getProperty("user.name").equals("root");
        if (rootless) line.addAll(List.of("--userns", "keep-id"));
        else user().ifPresent(id -> {
            line.addAll(List.of("--user", id));
            // What makes a namespace of users as root must be allowed to map root into it.
            if (id.startsWith("0:")) line.addAll(List.of("--cap-add", "SETFCAP"));
        });
        var seen = new LinkedHashSet<Path>(List.of(course.root()));
        seen.addAll(jars);
        seen.addAll(read);
        seen.forEach(each -> line.addAll(mount(each, true)));
        for (Path each : List.of(course.cache(), written)) line.addAll(mount(each, false));
        String patience = System.getenv(Similarity.PATIENCE);
        if (patience != null) line.addAll(List.of("--env", Similarity.PATIENCE + "=" + patience));
        line.addAll(List.of(IMAGE, "java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-D" + AROUND + "=" + tool, "-Duser.timezone=" + ZoneId.systemDefault(),
                "-Dstdout.encoding=UTF-8", "-cp", System.getProperty("java.class.path"),
                "workshop.Workshop", "grade"));
        line.addAll(words);
        return line;
    }

    /** A comma parts the words of --mount, which can't be told otherwise to each Podman. */
    private static List<String> mount(Path path, boolean readOnly) {
        String at = path.toString();
        if (!at.contains(",") && !at.contains("\"")) {
            return List.of("--mount", "type=bind,source=" + at + ",target=" + at
                    + (readOnly ? ",readonly" : ""));
        }
        if (!at.contains(":")) return List.of("--volume", at + ":" + at + (readOnly ? ":ro" : ""));
        throw new CourseException("a container can't be given " + at + ".\nGive it a name without"
                + " a comma or quotes beside a colon.");
    }

    /** So that the report belongs to whoever asked for it. */
    private java.util.Optional<String> user() {
        try {
            return java.util.Optional.of(Files.getAttribute(course.root(), "unix:uid") + ":"
                    + Files.getAttribute(course.root(), "unix:gid"));
        } catch (IOException | UnsupportedOperationException windows) {
            return java.util.Optional.empty();
        }
    }

    /** The jars on our class path, and those that were found for the lessons. */
    Set<Path> jars() throws IOException {
        var jars = new LinkedHashSet<>(Dependencies.found(course));
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
                .filter(Files::exists).map(Path::toAbsolutePath).forEach(jars::add);
        return jars;
    }

    /** Builds the image where it is not there yet, and runs; gives the exit code. */
    int grade(List<String> run) throws IOException, InterruptedException {
        if (!succeeds(ProcessBuilder.Redirect.DISCARD, "image", "inspect", IMAGE)) {
            if (!succeeds(ProcessBuilder.Redirect.INHERIT, "version")) {
                throw new CourseException(tool + " is here, but does not answer; its own words"
                        + " stand above.\nStart it (Docker Desktop, or podman machine start), or"
                        + " grade on Linux with bubblewrap.");
            }
            System.out.println("building the image " + IMAGE + ", once …");
            if (!builds()) {
                throw new CourseException(tool + " could not build the image " + IMAGE
                        + "\nIts own words stand above; it needs a network, once.");
            }
        }
        int code = inForeground(run);
        if (NOT_STARTED.contains(code)) {
            throw new CourseException(tool + " could not run the container, and nothing is graded;"
                    + "\nits own words stand above.");
        }
        if (code != KILLED) return code;
        System.out.flush();
        System.err.println("The container was killed, mostly since its memory was full.\nThe same"
                + " command goes on; give it fewer --jobs, or " + tool + " more memory.");
        return 1;
    }

    private boolean succeeds(ProcessBuilder.Redirect complaints, String... words)
            throws InterruptedException {
        var line = new ArrayList<>(List.of(tool));
        line.addAll(List.of(words));
        try {
            Process process = Children.start(new ProcessBuilder(line).redirectError(complaints)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD));
            process.getOutputStream().close();
            return process.waitFor() == 0;
        } catch (IOException none) {
            throw new CourseException("cannot run " + tool + ": " + none.getMessage()
                    + "\nInstall it, or grade on Linux with bubblewrap.");
        }
    }

    private boolean builds() throws IOException, InterruptedException {
        Process build = Children.start(new ProcessBuilder(build()).inheritIO()
                .redirectInput(ProcessBuilder.Redirect.PIPE));
        try (var in = build.getOutputStream()) {
            in.write(IMAGE_FILE.getBytes(StandardCharsets.UTF_8));
        } catch (IOException ended) {
            build.waitFor();
            return false; // before it had read all: what is wrong it says itself
        }
        return build.waitFor() == 0;
    }

    /**
     * What we start is a client, and hands signals on to the container; killed, as Children would,
     * it leaves that one to grade alone.
     */
    private int inForeground(List<String> run) throws IOException, InterruptedException {
        Process client = new ProcessBuilder(run).inheritIO()
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null"))).start();
        Thread stopped = new Thread(() -> {
            try {
                client.destroy();
                client.waitFor(END_SECONDS, TimeUnit.SECONDS);
                new ProcessBuilder(tool, "rm", "--force", NAME) // mostly it is gone by now
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                        .waitFor(END_SECONDS, TimeUnit.SECONDS);
            } catch (IOException | InterruptedException hurry) {
                return; // the client is all that we can still end
            } finally {
                client.destroyForcibly();
            }
        });
        Runtime.getRuntime().addShutdownHook(stopped);
        int code = client.waitFor();
        GradeCommand.notStopped(stopped);
        return code;
    }
}
