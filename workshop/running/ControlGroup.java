package workshop.running;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the kernel counts for all processes of a program together, where we may ask it to: their
 * tasks and their memory, with what nobody sees who looks at the processes (files in memory,
 * buffers of sockets, inodes). Each program gets a control group of its own, version 1 or 2.
 *
 * <p>Root may mostly; others where their session was given groups to make. Elsewhere there are
 * {@code RLIMIT_NPROC}, which does not hold for root, and {@link Sandbox}'s own look at processes.
 *
 * <p>The group is named after the program's process, so that nothing need be remembered of it.
 */
final class ControlGroup {
    private static final String NAME = "sockets-to-rooms-";
    private static final Set<String> CONTROLLERS = Set.of("pids", "memory");
    private static final Set<String> LIMITED = new HashSet<>(); // what one of PARENTS has of them
    private static final Set<Path> PARENTS = parents();
    private static final int SWEEPS = 20;            // at the end, a second in all
    private static final long SWEEP_NANOS = 50_000_000;
    private static final int KERNELS_OWN = 64 << 20; // stacks of threads, page tables
    private static final int SOCKETS = 256 << 20;    // version 1 counts their buffers by themselves
    private static final Pattern KILLED = Pattern.compile("(?m)^oom_kill ([1-9]\\d*)$");

    // Its own first process makes the groups and enters them: whatever it starts is in them, too.
    // Each version, and each controller, has files of its own; what is not there is not limited.
    private static final String ENTER = """
            tasks=$1; bytes=$2; sockets=$3; shift 3
            limit() { if [ -e "$group/$1" ]; then echo "$2" > "$group/$1"; fi; }
            while [ "$1" != -- ]; do
              group="$1$$"; shift
              mkdir -p "$group"
              limit pids.max "$tasks"
              limit memory.max "$bytes"
              limit memory.swap.max 0
              limit memory.oom.group 1
              limit memory.limit_in_bytes "$bytes"
              limit memory.memsw.limit_in_bytes "$bytes"
              limit memory.kmem.tcp.limit_in_bytes "$sockets"
              echo 0 > "$group/cgroup.procs"
            done 2> /dev/null
            shift
            # And where the whole machine is out of memory, this one is to go, and no neighbour.
            echo 1000 > /proc/self/oom_score_adj
            exec "$@"
            """;

    private ControlGroup() {}

    /** Has what is left of all programs removed at the tool's end. */
    static void removeAtTheEnd() {
        // The class has seen to that when it was loaded.
    }

    /** Whether the kernel limits both the tasks and the memory of each program here. */
    static boolean limitsAll() {
        return LIMITED.containsAll(CONTROLLERS);
    }

    /** The words before a command. */
    static List<String> around(int tasks, int megabytes) {
        long bytes = ((long) megabytes << 20) + KERNELS_OWN;
        return Stream.of(Stream.of("sh", "-c", ENTER, "sh", "" + tasks, "" + bytes,
                        "" + SOCKETS),
                PARENTS.stream().map(parent -> parent.resolve(NAME).toString()), Stream.of("--"))
                .flatMap(each -> each).toList();
    }

    /** Lets the program start nothing more. */
    static void close(long pid) {
        for (Path parent : PARENTS) {
            Path max = parent.resolve(NAME + pid).resolve("pids.max");
            try {
                if (Files.exists(max)) Files.writeString(max, "0");
            } catch (IOException gone) {
                continue; // there is nothing to close
            }
        }
    }

    /** Whether the kernel ended some of the program, since it took more memory than it may. */
    static boolean tookTooMuch(long pid) {
        return PARENTS.stream().map(parent -> parent.resolve(NAME + pid))
                .flatMap(group -> Stream.of("memory.oom_control", "memory.events")
                        .map(group::resolve))
                .anyMatch(file -> {
                    try {
                        return KILLED.matcher(Files.readString(file)).find();
                    } catch (IOException otherVersion) {
                        return false;
                    }
                });
    }

    /**
     * To be called when the program is gone.
     *
     * @return whether its groups are gone as well; the kernel may need a moment more for that
     */
    static boolean remove(long pid) {
        boolean gone = true;
        for (Path parent : PARENTS) gone &= remove(parent.resolve(NAME + pid));
        return gone;
    }

    private static boolean remove(Path group) {
        try {
            Files.deleteIfExists(group);
            return true;
        } catch (IOException busy) {
            return false;
        }
    }

    // --- Where groups can be made --------------------------------------------------------------

    private static Set<Path> parents() {
        var found = new TreeSet<Path>();
        try (Stream<String> mounts = Files.lines(Path.of("/proc/mounts"))) {
            mounts.map(line -> line.split(" ")).forEach(mount -> {
                Path at = Path.of(mount[1]);
                switch (mount[2]) {
                    case "cgroup" -> {
                        for (String name : mount[3].split(",")) {
                            if (CONTROLLERS.contains(name)) add(found, at, name);
                        }
                    }
                    case "cgroup2" -> add(found, at, "");
                    default -> { /* files of another kind */ }
                }
            });
        } catch (IOException | RuntimeException none) {
            return Set.of();
        }
        sweep(found);
        Children.afterwards(() -> {
            for (int i = 0; i < SWEEPS && !sweep(found); i++) {
                LockSupport.parkNanos(SWEEP_NANOS);
            }
        });
        return found;
    }

    /**
     * Adds our own group, or the nearest above it, in which we can make others. In version 2 it
     * must pass its controllers on; one that holds processes, as ours does, cannot.
     *
     * @param controller of version 1; empty: version 2
     */
    private static void add(Set<Path> found, Path mount, String controller) {
        Path at = mount.resolve(own(controller).substring(1)).normalize();
        for (; at.startsWith(mount); at = at.getParent()) {
            if (!Files.isWritable(at) || !Files.isWritable(at.resolve("cgroup.procs"))) continue;
            Set<String> limited = controller.isEmpty() ? passedOn(at) : Set.of(controller);
            if (!limited.isEmpty()) {
                found.add(at);
                LIMITED.addAll(limited);
                return;
            }
        }
    }

    /** As /proc/self/cgroup has it: a line for each hierarchy, {@code 4:memory:/a/b}. */
    private static String own(String controller) {
        Pattern line = Pattern.compile("\\d+:([^:]*,)?" + controller + "(,[^:]*)?:(/.*)");
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/cgroup"))) {
            return lines.map(line::matcher).filter(Matcher::matches).findFirst()
                    .map(parts -> parts.group(3)).orElse("/");
        } catch (IOException untold) {
            return "/";
        }
    }

    private static Set<String> passedOn(Path group) {
        try {
            Set<String> on = new HashSet<>(CONTROLLERS);
            on.retainAll(List.of(Files.readString(group.resolve("cgroup.subtree_control"))
                    .strip().split(" ")));
            return on;
        } catch (IOException unreadable) {
            return Set.of();
        }
    }

    /**
     * Removes the groups of programs that are gone: what is killed leaves them to others.
     *
     * @return whether there is none left
     */
    private static boolean sweep(Set<Path> parents) {
        boolean none = true;
        for (Path parent : parents) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(parent, NAME + "*")) {
                for (Path each : left) {
                    String pid = each.getFileName().toString().substring(NAME.length());
                    if (!Files.exists(Path.of("/proc", pid))) none &= remove(each);
                }
            } catch (IOException unreadable) {
                continue; // an empty group costs nothing
            }
        }
        return none;
    }
}
