package workshop.grading;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.running.Dependencies;
import workshop.walls.Walls;

/**
 * A container of Docker or Podman, where bubblewrap is not to be had: on macOS, say. Each judge has
 * one, with the engine's own profiles, without a network, and all of it read-only; and a new one
 * for the next learner. Inside it the judge is root and each program another user, who can reach
 * neither the judge nor {@code /judge}, where the tests are.
 *
 * @param tool      {@code docker} or {@code podman}
 * @param image     with a JDK 25 and util-linux
 * @param megabytes of one program
 * @param seconds   that a program has to compile, to start; that a command has in all
 */
public record Container(String tool, String image, Course course, int megabytes, int seconds)
        implements Walls {
    public static final String IMAGE = System.getenv().getOrDefault("GRADE_IMAGE",
            "docker.io/library/eclipse-temurin:25-jdk");
    /** Where the judge works inside; the programs' classes are there. */
    static final String WORK = "/work";
    private static final String HIDDEN = "/judge";
    private static final int JUDGE_MB = 1_000;   // judge and compiler beside the programs
    private static final int TASKS = 7_000;
    private static final int FILES = 8_192;      // and connections, of one process
    private static final int TRIAL_SECONDS = 60; // on macOS all this is a virtual machine's

    /** Has the image fetched, the one step with a network; with a sentence where that fails. */
    void prepare() throws IOException, InterruptedException {
        try (Stream<Path> kept = Files.walk(course.cache())) { // which another user is to read
            for (Path each : kept.toList()) {
                Set<PosixFilePermission> may = Files.getPosixFilePermissions(each);
                if (may.add(PosixFilePermission.OTHERS_READ)) {
                    Files.setPosixFilePermissions(each, may);
                }
            }
        }
        if (said("image", "inspect", image).isPresent()) return;
        if (said("version").isEmpty()) {
            throw new CourseException(tool + " is not here, or does not answer.\nInstall and start"
                    + " it (Docker Desktop, or podman machine start), or grade on Linux with"
                    + " bubblewrap.");
        }
        System.out.println("fetching the image " + image + ", once …");
        try {
            if (new ProcessBuilder(tool, "pull", image).inheritIO().start().waitFor() == 0) return;
        } catch (IOException gone) {
            throw new CourseException("cannot run " + tool + ": " + gone.getMessage());
        }
        throw new CourseException(tool + " could not fetch the image " + image
                + "\nIts own words stand above; it needs a network, once.");
    }

    private Optional<String> said(String... words) throws InterruptedException {
        var line = Stream.concat(Stream.of(tool), Stream.of(words)).toList();
        try {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes()).strip();
            return process.waitFor() == 0 ? Optional.of(said) : Optional.empty();
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    /** Empty where a container runs; else why not. */
    String missing() {
        try {
            Process process = new ProcessBuilder(run(List.of(), List.of(), List.of("true")))
                    .redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return tool + " does not answer";
            }
            String said = new String(process.getInputStream().readAllBytes()).strip();
            return process.exitValue() == 0 ? "" : said.isEmpty() ? tool + " fails" : said;
        } catch (IOException none) {
            return "cannot run " + tool + ": " + none.getMessage();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** A judge, who starts and ends foreign programs. It ends when its input does. */
    List<String> judge(List<String> command, String classPath) throws IOException {
        Path own = Path.of(codeOfOurs()).toAbsolutePath();
        var seen = new LinkedHashSet<>(Dependencies.found(course));
        Stream.of(classPath.split(File.pathSeparator)).map(Path::of)
                .filter(jar -> Files.exists(jar) && !jar.equals(own)).forEach(seen::add);
        seen.addAll(List.of(course.catalog(), course.lessons(), course.cache()));
        var options = new ArrayList<>(List.of("--user", "0:0", "--tmpfs", HIDDEN + ":mode=0700",
                "--tmpfs", WORK + ":size=256m,mode=0755", "--cpus", "1"));
        for (String power : List.of("SETUID", "SETGID", "KILL", "CHOWN", "FOWNER",
                "DAC_OVERRIDE")) {
            options.addAll(List.of("--cap-add", power));
        }
        options.addAll(mount(own, HIDDEN + own));
        var words = new ArrayList<>(command);
        words.set(0, "java");
        words.replaceAll(word -> word.equals(classPath)
                ? classPath.replace(own.toString(), HIDDEN + own) : word);
        return run(options, List.copyOf(seen), words);
    }

    private static java.net.URI codeOfOurs() {
        try {
            return Container.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        } catch (java.net.URISyntaxException impossible) {
            throw new AssertionError("a class is loaded from a file", impossible);
        }
    }

    /** A command of Java's that reads what strangers wrote, and starts nothing. */
    @Override
    public List<String> around(List<String> command, List<Path> seen, List<Path> written,
            Map<String, String> environment) {
        var words = new ArrayList<>(List.of("timeout", "-k", "5", "" + seconds));
        words.addAll(command);
        words.set(4, "java");
        return run(List.of(), seen, words);
    }

    @Override
    public long atMost(long most) {
        return Math.min(seconds, most);
    }

    private List<String> run(List<String> options, List<Path> seen, List<String> words) {
        var line = new ArrayList<>(List.of(tool, "run", "--rm", "--interactive", "--init",
                "--pull", "never", "--network", "none", "--read-only",
                "--tmpfs", "/tmp:size=128m,mode=1777",
                "--tmpfs", "/root:mode=0755", "--cap-drop", "ALL",
                "--security-opt", "no-new-privileges",
                "--memory", JudgeProcess.AT_ONCE * megabytes + JUDGE_MB + "m",
                "--pids-limit", "" + TASKS, "--ulimit", "nofile=" + FILES + ":" + FILES,
                "--ulimit", "nproc=" + 2 * TASKS + ":" + 2 * TASKS, "--env", "LC_ALL=C.UTF-8"));
        if (tool.equals("podman")) line.addAll(List.of("--security-opt", "label=disable"));
        line.addAll(options);
        seen.stream().distinct().forEach(each -> line.addAll(mount(each.toAbsolutePath(),
                each.toAbsolutePath().toString())));
        line.add(image);
        line.addAll(words);
        return line;
    }

    /** A comma parts the words of --mount, which can't be told otherwise to each Podman. */
    private static List<String> mount(Path path, String target) {
        String at = path.toString();
        if (!at.contains(",") && !at.contains("\"")) {
            return List.of("--mount", "type=bind,source=" + at + ",target=" + target
                    + ",readonly");
        }
        if (!at.contains(":")) return List.of("--volume", at + ":" + target + ":ro");
        throw new CourseException("a container can't be given " + at + ".\nGive it a name without"
                + " a comma or quotes beside a colon.");
    }
}
