package workshop.running;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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
    static final int PROCESSES = 64;
    private static final int THREADS = 2_048;        // a thread a client is a right answer
    private static final int TASKS = THREADS + PROCESSES;
    // The kernel counts this one for all programs of a user: a program must not take another one's.
    private static final int USERS_TASKS = 6 * TASKS;
    private static final int OPEN_FILES = 8_192;     // and connections
    private static final int FILES = 10_000;         // of all its processes
    // The kernel limits what selectors watch for all programs of a user together, and bytes that
    // nobody reads for all of a machine: a neighbour would fail.
    static final long WATCHES = 100_000;
    private static final long UNREAD = 64L << 20;
    private static final int ENDED = 5_000;          // connections; of some 12,000 ports
    private static final long PRINTED = 64L << 20;   // bytes
    private static final long LOOK_MS = 100;
    private static final int LOOKS_A_LOOK_AT_FILES = 5;
    private static final Pattern ROOT = Pattern.compile("(?m)^Uid:\\s+0\\s");
    private static final Pattern POWER = Pattern.compile("(?m)^CapEff:\\s+(\\p{XDigit}+)$");
    private static final long SYS_ADMIN = 1L << 21;  // capabilities(7)

    private static final Sandbox TRIED = new Sandbox(64, 10); // for a command that does nothing

    // What a process of ours is until it is the program, and how each of these complains.
    private static final Set<String> WALLS = Set.of("sh", "prlimit", "bwrap");
    private static final Pattern FAILED = Pattern.compile("^(sh|prlimit|bwrap): ");

    private record Watched(Process process, Sandbox limits) {}

    private static final Map<Long, Watched> WATCHED = new ConcurrentHashMap<>();
    private static final Map<Long, Output> OUTPUTS = new ConcurrentHashMap<>();
    private static final Map<Process, String> REASONS = new ConcurrentHashMap<>();
    private static final Set<Long> GONE = ConcurrentHashMap.newKeySet(); // but not their groups
    private static Thread watcher;

    /** Empty where programs can be run behind these walls, just as they will be; else why not. */
    public static String missing() {
        try {
            var words = outside(List.of());
            words.addAll(TRIED.around(List.of("true"), List.of(), List.of(), Map.of()));
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            if (!process.waitFor(TRIED.seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "bwrap waits for the kernel, and that does not answer";
            }
            String said = new String(process.getInputStream().readAllBytes()).strip();
            return process.exitValue() == 0 ? "" : said.isEmpty() ? "bwrap fails" : said;
        } catch (IOException none) {
            return "there is no bwrap (Debian: apt-get install bubblewrap)";
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
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

    /** The cores that this process may use, as Linux numbers them: {@code 0-3,8}. */
    public static List<Integer> cores() {
        String name = "Cpus_allowed_list:";
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String list = lines.filter(line -> line.startsWith(name)).findFirst().orElseThrow();
            return Stream.of(list.substring(name.length()).strip().split(",")).flatMap(part -> {
                String[] ends = part.split("-");
                return IntStream.rangeClosed(Integer.parseInt(ends[0]),
                        Integer.parseInt(ends[ends.length - 1])).boxed();
            }).toList();
        } catch (IOException | RuntimeException untold) {
            return IntStream.range(0, Runtime.getRuntime().availableProcessors()).boxed().toList();
        }
    }

    /** {@code command} on a loopback of its own; on {@code cores}, where any are named. */
    public static List<String> withoutNetwork(List<String> command, List<Integer> cores) {
        ControlGroup.removeAtTheEnd();
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
        words.addAll(List.of("bwrap", "--unshare-net", "--die-with-parent",
                "--dev-bind", "/", "/"));
        if (isPowerlessRoot()) words.add("--unshare-user");
        words.add("--");
        return words;
    }

    /**
     * Root in a container, say. To anyone else bwrap gives a namespace of users, in which one may
     * make the others; of root it thinks that it needs none.
     */
    private static boolean isPowerlessRoot() {
        try {
            String status = Files.readString(Path.of("/proc/self/status"));
            Matcher power = POWER.matcher(status);
            return ROOT.matcher(status).find() && power.find()
                    && (Long.parseUnsignedLong(power.group(1), 16) & SYS_ADMIN) == 0;
        } catch (IOException untold) {
            return false;
        }
    }

    /**
     * @param seen        files and folders that it may read, where they are
     * @param written     folders that it may write into
     * @param environment all that it finds in its environment beside PATH and HOME
     */
    public List<String> around(List<String> command, List<Path> seen, List<Path> written,
            Map<String, String> environment) {
        var words = new ArrayList<>(ControlGroup.around(TASKS, megabytes));
        Optional<Path> filter = SystemCalls.filter();
        filter.ifPresent(file -> words.addAll(List.of("sh", "-c", "exec 9< \"$0\"; exec \"$@\"",
                file.toString())));
        words.addAll(List.of("prlimit", "--core=0", "--fsize=" + TMP_BYTES,
                "--nproc=" + atMost("Max processes", USERS_TASKS),
                "--nofile=" + atMost("Max open files", OPEN_FILES), "--"));
        words.addAll(List.of("bwrap", "--unshare-user", "--unshare-pid", "--unshare-ipc",
                "--unshare-uts", "--unshare-cgroup-try", "--uid", "1000", "--gid", "1000",
                "--hostname", "learner", "--cap-drop", "ALL", "--new-session", "--die-with-parent",
                // Read-only: to the kernel a program of root's is root's, and /proc/sys is root's.
                "--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev",
                "--size", "" + TMP_BYTES, "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
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
        if (filter.isPresent()) words.addAll(List.of("--seccomp", "9"));
        // What all this is mounted on is a file system in memory, too, and has no size.
        words.addAll(List.of("--remount-ro", "/", "--chdir", "/home/learner", "--"));
        words.addAll(command);
        return words;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            throw new UncheckedIOException("cannot read " + link, gone);
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
        Usage.forgetOthers();
        process.onExit().thenRun(() -> {
            long pid = process.pid();
            if (ControlGroup.tookTooMuch(pid)) REASONS.putIfAbsent(process, ": " + tooMuchMemory());
            WATCHED.remove(pid);
            OUTPUTS.remove(pid);
            if (!ControlGroup.remove(pid)) GONE.add(pid);
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

    /**
     * Ends a program behind walls, if this is one. Its first process is ended, and the kernel ends
     * with it all that it has started; bwrap, outside, ends by itself when nothing is left of them.
     * Ended first, it would leave them to die while others start.
     *
     * @return whether {@code process} will end by itself
     */
    static boolean end(Process process) {
        if (!WATCHED.containsKey(process.pid())) return false;
        ControlGroup.close(process.pid());
        var first = childrenOf(process);
        first.forEach(ProcessHandle::destroyForcibly);
        if (first.isEmpty()) process.destroyForcibly(); // it had not begun
        return true;
    }

    /** The kernel tells them at once; to find them among thousands takes long. */
    private static List<ProcessHandle> childrenOf(Process process) {
        long pid = process.pid();
        try {
            return Stream.of(Files.readString(Path.of("/proc/" + pid + "/task/" + pid
                    + "/children")).split(" ")).filter(child -> !child.isBlank())
                    .flatMap(child -> ProcessHandle.of(Long.parseLong(child)).stream()).toList();
        } catch (IOException | RuntimeException unknown) {
            return process.children().toList();
        }
    }

    /**
     * To be called for a program behind walls that does not listen.
     *
     * @param said all its words
     * @throws UncheckedIOException where it did not even begin, since its walls could not be made
     */
    public static void expectUp(Process process, String said) {
        if (FAILED.matcher(said).find()) throw noWalls(said);
        if (said.isBlank() && reason(process).isEmpty() && process.isAlive()
                && !begun(process.toHandle())) {
            throw noWalls("the kernel does not answer");
        }
    }

    private static UncheckedIOException noWalls(String why) {
        return new UncheckedIOException("the walls could not be made", new IOException(why));
    }

    private static boolean begun(ProcessHandle process) {
        try {
            String name = Files.readString(Path.of("/proc", "" + process.pid(), "comm")).strip();
            return !WALLS.contains(name) || process.children().anyMatch(Sandbox::begun);
        } catch (IOException gone) {
            return false;
        }
    }

    /**
     * Whether so much is left of programs that are gone that the next one may not find a port: then
     * it needs another network, {@link #withoutNetwork}.
     */
    public static boolean isWorn() {
        return Usage.endedConnections() > ENDED;
    }

    /** {@code ": it took more than …"}; empty where it was not ended here. */
    public static String reason(Process process) {
        Watched watched = WATCHED.get(process.pid());
        if (watched != null && ControlGroup.tookTooMuch(process.pid())) {
            REASONS.putIfAbsent(process, ": " + watched.limits.tooMuchMemory());
        }
        return REASONS.getOrDefault(process, "");
    }

    private static void look() {
        boolean ended = false;
        for (int looks = 1; ; looks++) {
            try {
                if (!ended) Thread.sleep(LOOK_MS);
                ended = false;
                GONE.removeIf(ControlGroup::remove);
                if (WATCHED.isEmpty()) continue;
                ended = endThoseWhoTakeTooMuch(looks % LOOKS_A_LOOK_AT_FILES == 0);
            } catch (InterruptedException end) {
                return;
            } catch (OutOfMemoryError | RuntimeException once) {
                // Beside it the judge may have run out of memory, and is to go on: so the next look
                // must come. What was missed now is seen then.
                ended = false;
            }
        }
    }

    private static boolean endThoseWhoTakeTooMuch(boolean withFiles) {
        boolean ended = false;
        boolean unread = Usage.isUnread(UNREAD, withFiles);
        // What the kernel limits we need not look at as often.
        Map<Long, Usage> all = withFiles || unread || !ControlGroup.limitsAll()
                ? Usage.of(WATCHED.keySet(), withFiles || unread) : Map.of();
        // Whose the bytes are nobody says: who has about as many connections as any.
        long most = all.values().stream().mapToLong(Usage::files).max().orElse(0);
        for (Watched watched : WATCHED.values()) {
            long pid = watched.process.pid();
            String why = ControlGroup.tookTooMuch(pid) ? watched.limits.tooMuchMemory()
                    : watched.limits.tooMuch(all.getOrDefault(pid, new Usage()),
                            OUTPUTS.get(pid));
            if (why == null && unread && all.containsKey(pid) && all.get(pid).files() > most / 2) {
                why = "it was stopped, since more than " + (UNREAD >> 20)
                        + " MB waited in its connections to be read";
            }
            if (why == null) continue;
            if (REASONS.putIfAbsent(watched.process, ": " + why) == null) ended = true;
            end(watched.process);
        }
        return ended;
    }

    private String tooMuchMemory() {
        return "it was stopped, since it took more than " + megabytes + " MB of memory";
    }

    /** Null: it did not. */
    private String tooMuch(Usage usage, Output output) {
        if (usage.bytes() > (long) megabytes << 20) return tooMuchMemory();
        if (usage.processes() > PROCESSES) {
            return "it was stopped, since it had more than " + PROCESSES + " processes";
        }
        if (usage.threads() > THREADS) {
            return "it was stopped, since it had more than " + THREADS + " threads";
        }
        if (usage.files() > FILES) {
            return "it was stopped, since it had more than " + FILES + " files and connections";
        }
        if (usage.hides()) return "it was stopped, since it hid what it had open";
        if (usage.watches() > WATCHES) {
            return "it was stopped, since its selectors watched more than " + WATCHES + " files";
        }
        if (output != null && output.position() > PRINTED) {
            return "it was stopped, since it printed more than " + (PRINTED >> 20) + " MB";
        }
        return null;
    }
}
