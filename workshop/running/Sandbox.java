package workshop.running;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Walls around foreign code, on Linux by bubblewrap: a program sees the system read-only, the files
 * that it is made of, an empty home and an empty /tmp in memory, and no process but its own.
 *
 * <p>How the judge reaches a program that has no network. The judge's own JVM is started in a
 * network of its own ({@link #withoutNetwork}), which has loopback and nothing else, and each
 * program gets namespaces of its own for everything <em>but</em> the network. So both share one
 * loopback, and the tests speak to the program as they always do; it finds nobody else there, since
 * each judge has another loopback. It can neither see nor signal the judge, which lives in another
 * process and mount namespace, and the verdicts leave by the judge's standard output, a pipe that
 * no program holds. A relay would have been one more thing between the test and the bytes.
 *
 * @param megabytes of memory, for all processes of one program together
 * @param seconds   that it may take to compile, and to start
 */
public record Sandbox(int megabytes, int seconds) {
    private static final int TMP_BYTES = 64 << 20;   // /tmp and the home, each
    private static final int PROCESSES = 64;
    private static final int THREADS = 4_096;        // a thread a client is a right answer
    private static final long PRINTED = 64L << 20;   // bytes
    private static final long LOOK_MS = 100;

    private static final long PAGE = 4096;

    private record Watched(Process process, Sandbox limits) {}

    private static final Map<Long, Watched> WATCHED = new ConcurrentHashMap<>();
    private static final Map<Long, Output> OUTPUTS = new ConcurrentHashMap<>();
    private static final Map<Process, String> REASONS = new ConcurrentHashMap<>();
    private static Thread watcher;

    // Processes that belong to none of ours, so that a look need not read of them all again. A
    // number may come to somebody else: they are forgotten often, and with each new program.
    private static final Set<String> FOREIGN = ConcurrentHashMap.newKeySet();
    private static final int LOOKS_KEPT = 20;
    private static int started; // programs; guarded by FOREIGN

    /** Empty where bubblewrap works here; else why not. */
    public static String missing() {
        try {
            var words = new ArrayList<>(outside(List.of()));
            words.addAll(List.of("bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/",
                    "--proc", "/proc", "true"));
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes()).strip();
            return process.waitFor() == 0 ? "" : said.isEmpty() ? "bwrap fails" : said;
        } catch (IOException none) {
            return "there is no bwrap (Debian: apt-get install bubblewrap)";
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** {@code command} on a loopback of its own; on {@code cores}, where any are named. */
    public static List<String> withoutNetwork(List<String> command, List<Integer> cores) {
        var words = outside(cores);
        words.addAll(command);
        return words;
    }

    private static List<String> outside(List<Integer> cores) {
        var words = new ArrayList<String>();
        if (!cores.isEmpty()) {
            words.addAll(List.of("taskset", "-c",
                    String.join(",", cores.stream().map(String::valueOf).toList())));
        }
        words.addAll(List.of("bwrap", "--unshare-net", "--die-with-parent", "--dev-bind", "/", "/",
                "--"));
        return words;
    }

    /**
     * @param seen        files and folders that it may read, where they are
     * @param written     folders that it may write into
     * @param environment all that it finds in its environment beside PATH and HOME
     */
    public List<String> around(List<String> command, List<Path> seen, List<Path> written,
            Map<String, String> environment) {
        var words = new ArrayList<>(List.of("prlimit", "--core=0", "--fsize=" + TMP_BYTES,
                "--nproc=" + THREADS, "--nofile=8192", "--",
                "bwrap", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts",
                "--unshare-cgroup-try", "--uid", "1000", "--gid", "1000", "--hostname", "learner",
                "--cap-drop", "ALL", "--new-session", "--die-with-parent",
                "--proc", "/proc", "--dev", "/dev",
                "--size", "" + TMP_BYTES, "--tmpfs", "/tmp",
                "--size", "" + TMP_BYTES, "--tmpfs", "/home/learner",
                "--clearenv", "--setenv", "PATH", "/usr/bin:/bin",
                "--setenv", "HOME", "/home/learner", "--setenv", "LANG", "C.UTF-8"));
        for (String folder : List.of("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32")) {
            Path path = Path.of(folder);
            if (Files.isSymbolicLink(path)) {
                words.addAll(List.of("--symlink", target(path), folder));
            } else if (Files.isDirectory(path)) {
                words.addAll(List.of("--ro-bind", folder, folder));
            }
        }
        // Of /etc what a JVM reads, and no more: passwords and keys of the machine lie there.
        for (Path each : etc()) words.addAll(List.of("--ro-bind", "" + each, "" + each));
        var readable = new ArrayList<>(seen);
        readable.add(Path.of(System.getProperty("java.home")));
        for (Path each : readable) {
            Path real = each.toAbsolutePath();
            words.addAll(List.of("--ro-bind", "" + real, "" + real));
        }
        for (Path each : written) words.addAll(List.of("--bind", "" + each, "" + each));
        environment.forEach((name, value) -> words.addAll(List.of("--setenv", name, value)));
        words.addAll(List.of("--chdir", "/home/learner", "--"));
        words.addAll(command);
        return words;
    }

    private static void forgetForeign() {
        synchronized (FOREIGN) {
            started++;
            FOREIGN.clear();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            throw new java.io.UncheckedIOException("cannot read " + link, gone);
        }
    }

    private static List<Path> etc() {
        File[] java = new File("/etc").listFiles((_, name) -> name.startsWith("java"));
        return Stream.concat(Stream.of("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime",
                        "/etc/hosts", "/etc/nsswitch.conf").map(Path::of),
                        Stream.of(java == null ? new File[0] : java).map(File::toPath))
                .filter(Files::exists).toList();
    }

    // --- Limits that the kernel keeps for each process only are kept here for all of them -----

    /** Ends {@code process} with all that it has started as soon as they take too much. */
    public void watch(Process process) {
        WATCHED.put(process.pid(), new Watched(process, this));
        forgetForeign();
        process.onExit().thenRun(() -> {
            WATCHED.remove(process.pid());
            OUTPUTS.remove(process.pid());
        });
        synchronized (Sandbox.class) {
            if (watcher != null) return;
            watcher = Thread.ofPlatform().daemon().name("watch the sandboxes")
                    .start(Sandbox::look);
            watcher.setPriority(Thread.MAX_PRIORITY);
        }
    }

    static void watchOutput(Process process, Output output) {
        if (WATCHED.containsKey(process.pid())) OUTPUTS.put(process.pid(), output);
    }

    /** {@code ": it took more than …"}; empty where it was not ended here. */
    public static String reason(Process process) {
        return REASONS.getOrDefault(process, "");
    }

    private static void look() {
        for (int looks = 1; ; looks++) {
            try {
                Thread.sleep(LOOK_MS);
            } catch (InterruptedException end) {
                return;
            }
            if (WATCHED.isEmpty()) continue;
            if (looks % LOOKS_KEPT == 0) forgetForeign();
            Map<Long, Taken> taken = taken();
            WATCHED.forEach((pid, watched) -> {
                String why = tooMuch(taken.getOrDefault(pid, new Taken()), watched.limits,
                        OUTPUTS.get(pid));
                if (why == null) return;
                REASONS.put(watched.process, ": " + why);
                watched.process.destroyForcibly();
            });
        }
    }

    private static String tooMuch(Taken taken, Sandbox limits, Output output) {
        if (taken.bytes > (long) limits.megabytes << 20) {
            return "it was stopped, since it took more than " + limits.megabytes + " MB of memory";
        }
        if (taken.processes > PROCESSES) {
            return "it was stopped, since it had more than " + PROCESSES + " processes";
        }
        if (taken.threads > THREADS) {
            return "it was stopped, since it had more than " + THREADS + " threads";
        }
        if (output != null && output.position() > PRINTED) {
            return "it was stopped, since it printed more than " + (PRINTED >> 20) + " MB";
        }
        return null;
    }

    private static final class Taken {
        private long bytes;
        private int processes;
        private int threads;
    }

    /** What each watched process takes, with all its descendants: one walk through /proc. */
    private static Map<Long, Taken> taken() {
        int before;
        synchronized (FOREIGN) {
            before = started;
        }
        var foreign = new ArrayList<String>();
        var parents = new HashMap<Long, Long>();
        var own = new HashMap<Long, long[]>(); // pages, threads
        String[] names = new File("/proc").list((_, name) -> Character.isDigit(name.charAt(0)));
        for (String name : names == null ? new String[0] : names) {
            if (FOREIGN.contains(name)) continue;
            try {
                String stat = Files.readString(Path.of("/proc", name, "stat"),
                        java.nio.charset.StandardCharsets.ISO_8859_1);
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                long pid = Long.parseLong(name);
                parents.put(pid, Long.parseLong(fields[1]));
                own.put(pid, new long[] {Long.parseLong(fields[21]), Long.parseLong(fields[17])});
            } catch (IOException | RuntimeException gone) {
                continue; // it ended while we looked
            }
        }
        var all = new HashMap<Long, Taken>();
        own.forEach((pid, numbers) -> {
            Long at = pid;
            boolean ours = false;
            for (int depth = 0; at != null && depth < 200; depth++, at = parents.get(at)) {
                if (!WATCHED.containsKey(at)) continue;
                Taken sum = all.computeIfAbsent(at, _ -> new Taken());
                sum.bytes += numbers[0] * PAGE;
                sum.threads += (int) numbers[1];
                sum.processes++;
                ours = true;
                break;
            }
            if (!ours) foreign.add("" + pid);
        });
        synchronized (FOREIGN) {
            if (before == started) FOREIGN.addAll(foreign);
        }
        return all;
    }
}
