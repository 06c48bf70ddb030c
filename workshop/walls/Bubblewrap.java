package workshop.walls;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Walls on Linux, by bubblewrap: a program sees the system read-only, the files that it is made of,
 * an empty home and an empty /tmp in memory, and no process but its own.
 *
 * <p>How the judge reaches a program that has no network. The judge's own JVM is started in a
 * network of its own ({@link #judge}), which has loopback and nothing else, and each program gets
 * namespaces of its own for everything <em>but</em> the network. So both share one loopback, and
 * the tests speak to the program as they always do; it finds nobody else there, since each judge
 * has another loopback. It can neither see nor signal the judge, and the verdicts leave by the
 * judge's standard output, a pipe that no program holds.
 *
 * <p>Where systemd can be asked, the kernel counts a program's memory and tasks in a control group
 * of its own, files in memory and buffers of sockets among them; everywhere {@link Watch} looks.
 *
 * @param megabytes of memory, for all processes of one program together
 * @param seconds   that it may take to compile, and to start
 * @param alone     without the judge's loopback, too
 */
public record Bubblewrap(int megabytes, int seconds, boolean alone) implements Walls {
    private static final int TMP_BYTES = 64 << 20;   // /tmp and the home, each; and a file
    private static final int TASKS = Watch.THREADS + Watch.PROCESSES;
    // Some kernels count this one for all programs of a user: none must take another one's.
    private static final int USERS_TASKS = 6 * TASKS;
    private static final int OPEN_FILES = 8_192;     // and connections, of one process
    private static final int KERNELS_OWN = 64;       // MB: stacks of threads, page tables
    private static final int TRIAL_SECONDS = 10;
    private static final Bubblewrap TRIED = new Bubblewrap(64, TRIAL_SECONDS, false);

    /** Whether systemd puts programs into control groups here; tried once, when it is needed. */
    private static final class Groups {
        private static final boolean THERE = Files.isDirectory(Path.of("/run/systemd/system"))
                && Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) // version 2
                && failure(TRIED.inGroup(List.of("true"))).isEmpty();
    }

    private List<String> inGroup(List<String> command) {
        var words = new ArrayList<>(List.of("systemd-run", "--scope", "--quiet", "--collect",
                System.getProperty("user.name").equals("root") ? "--system" : "--user",
                "-p", "MemorySwapMax=0", "-p", "MemoryMax=" + (megabytes + KERNELS_OWN) + "M",
                "-p", "TasksMax=" + TASKS, "--"));
        words.addAll(command);
        return words;
    }

    /** Empty where programs can be run behind these walls, just as they will be; else why not. */
    public static String missing() {
        return failure(judge(TRIED.around(List.of("true"), List.of(), List.of(), Map.of()),
                List.of()));
    }

    private static String failure(List<String> words) {
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            if (!process.waitFor(TRIAL_SECONDS, java.util.concurrent.TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return words.getFirst() + " waits for the kernel, and that does not answer";
            }
            String said = new String(process.getInputStream().readAllBytes()).strip();
            return process.exitValue() == 0 ? "" : said.isEmpty() ? words + " fails" : said;
        } catch (IOException none) {
            return "there is no bwrap (Debian: apt-get install bubblewrap)";
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** {@code command} on a loopback of its own; on {@code cores}, where any are named. */
    public static List<String> judge(List<String> command, List<Integer> cores) {
        var words = new ArrayList<String>();
        if (!cores.isEmpty()) {
            words.addAll(List.of("taskset", "-c",
                    String.join(",", cores.stream().map(String::valueOf).toList())));
        }
        words.addAll(List.of("bwrap", "--unshare-net", "--die-with-parent",
                "--dev-bind", "/", "/", "--"));
        words.addAll(command);
        return words;
    }

    @Override
    public List<String> around(List<String> command, List<Path> seen, List<Path> written,
            Map<String, String> environment) {
        // Where the whole machine is out of memory, this one is to go, and no neighbour.
        var words = new ArrayList<>(List.of("choom", "-n", "1000", "--", "bwrap",
                "--unshare-user", "--unshare-pid", "--unshare-ipc",
                "--unshare-uts", "--unshare-cgroup-try", "--uid", "1000", "--gid", "1000",
                "--hostname", "learner", "--cap-drop", "ALL", "--new-session", "--die-with-parent",
                // Read-only: to the kernel a program of root's is root's, and /proc/sys is root's.
                "--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev",
                "--size", "" + TMP_BYTES, "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
                "--size", "" + TMP_BYTES, "--tmpfs", "/tmp",
                "--size", "" + TMP_BYTES, "--tmpfs", "/home/learner",
                "--clearenv", "--setenv", "PATH", "/usr/bin:/bin",
                "--setenv", "HOME", "/home/learner", "--setenv", "LANG", "C.UTF-8"));
        if (alone) words.add("--unshare-net");
        for (String folder : List.of("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32")) {
            words.addAll(Files.isSymbolicLink(Path.of(folder)) // as /bin, in most systems
                    ? List.of("--symlink", "usr" + folder, folder)
                    : List.of("--ro-bind-try", folder, folder));
        }
        // Of /etc what a JVM reads, and no more: passwords and keys of the machine lie there.
        String[] java = new File("/etc").list((_, name) -> name.startsWith("java"));
        Stream.concat(Stream.of("ld.so.cache", "alternatives", "localtime", "hosts",
                "nsswitch.conf"), Stream.of(java)).map("/etc/"::concat)
                .forEach(each -> words.addAll(List.of("--ro-bind-try", each, each)));
        Stream.concat(seen.stream(), Stream.of(Path.of(System.getProperty("java.home"))))
                .map(each -> each.toAbsolutePath().toString())
                .forEach(each -> words.addAll(List.of("--ro-bind", each, each)));
        for (Path each : written) words.addAll(List.of("--bind", "" + each, "" + each));
        environment.forEach((name, value) -> words.addAll(List.of("--setenv", name, value)));
        // What all this is mounted on is a file system in memory, too, and has no size.
        words.addAll(List.of("--remount-ro", "/", "--chdir", "/home/learner", "--"));
        words.addAll(limited(command));
        return Groups.THERE ? inGroup(words) : words;
    }

    /** With the kernel's limits for one process, and for one user, which do not hold for root. */
    public static List<String> limited(List<String> command) {
        var words = new ArrayList<>(List.of("prlimit", "--core=0", "--fsize=" + TMP_BYTES,
                "--nproc=" + atMost("Max processes", USERS_TASKS),
                "--nofile=" + atMost("Max open files", OPEN_FILES), "--"));
        words.addAll(command);
        return words;
    }

    /** So many, or what this system allows: it tells in /proc/self/limits, soft and hard. */
    private static long atMost(String limit, long wanted) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            String hard = lines.filter(line -> line.startsWith(limit)).findFirst().orElse("")
                    .substring(limit.length()).strip().split(" +")[1];
            return hard.equals("unlimited") ? wanted : Math.min(wanted, Long.parseLong(hard));
        } catch (IOException | RuntimeException untold) {
            return wanted;
        }
    }

    @Override
    public long atMost(long most) {
        return Math.min(seconds, most);
    }

    @Override
    public Guard guard(Process process) {
        long pid = process.pid();
        return new Watch(process, megabytes, new Watch.Reach() {
            /** The first process behind the walls: with it the kernel ends all others there. */
            private String first() throws IOException {
                return Files.readString(Path.of("/proc/" + pid + "/task/" + pid + "/children"))
                        .strip();
            }

            /** Its own /proc, in which bwrap has mounted what belongs to it and no more. */
            @Override
            public Path proc() throws IOException {
                return Path.of("/proc", first(), "root", "proc");
            }

            @Override
            public void hurry() throws IOException {
                new ProcessBuilder("renice", "-n", "-20", "-p", first()).start();
            }

            /** bwrap, outside, ended before the first would leave the others to die by and by. */
            @Override
            public boolean end() throws IOException {
                String first = first();
                return !first.isEmpty() && ProcessHandle.of(Long.parseLong(first))
                        .filter(ProcessHandle::destroyForcibly).isPresent();
            }

            @Override
            public String missing() {
                return Bubblewrap.missing();
            }
        });
    }
}
