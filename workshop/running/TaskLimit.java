package workshop.running;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How many tasks (threads of all its processes) a program may have, where we are root: the kernel
 * keeps {@code RLIMIT_NPROC} for everybody else, but lets root fork until the machine is full. So
 * there each program gets a control group of its own, of the pids controller, version 1 or 2.
 *
 * <p>The group is named after the program's process, so that nothing need be remembered of it.
 */
final class TaskLimit {
    private static final String NAME = "sockets-to-rooms-";
    private static final Optional<Path> GROUPS = groups();

    // Its own first process makes the group and enters it: whatever it starts is in it, too.
    private static final String ENTER = """
            group="$0$$"; max=$1; shift
            { mkdir -p "$group" && echo "$max" > "$group/pids.max" && echo 0 > "$group/cgroup.procs"
            } 2> /dev/null
            exec "$@"
            """;

    private TaskLimit() {}

    /** The words before a command; none where there is no such limit to be had. */
    static List<String> around(int tasks) {
        return GROUPS.map(groups -> List.of("sh", "-c", ENTER, groups.resolve(NAME).toString(),
                "" + tasks)).orElse(List.of());
    }

    /** Lets the program start nothing more. */
    static void close(long pid) {
        GROUPS.map(groups -> groups.resolve(NAME + pid + "/pids.max")).ifPresent(max -> {
            try {
                if (Files.exists(max)) Files.writeString(max, "0");
            } catch (IOException gone) {
                return; // there is nothing to close
            }
        });
    }

    /** To be called when the program is gone. */
    static void remove(long pid) {
        GROUPS.ifPresent(groups -> remove(groups.resolve(NAME + pid)));
    }

    private static void remove(Path group) {
        try {
            Files.deleteIfExists(group);
        } catch (IOException busy) {
            return; // the next grader removes it
        }
    }

    /** The folder in which groups can be made. */
    private static Optional<Path> groups() {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/mounts"))) {
            Optional<Path> found = mounts.map(line -> line.split(" "))
                    .filter(mount -> hasPids(mount[2], Path.of(mount[1]), mount[3]))
                    .map(mount -> Path.of(mount[1])).filter(Files::isWritable).findFirst();
            found.ifPresent(groups -> {
                sweep(groups);
                Children.afterwards(() -> sweep(groups));
            });
            return found;
        } catch (IOException | RuntimeException none) {
            return Optional.empty();
        }
    }

    private static boolean hasPids(String type, Path mount, String options) {
        try {
            return switch (type) {
                case "cgroup" -> List.of(options.split(",")).contains("pids");
                case "cgroup2" -> List.of(Files.readString(mount.resolve("cgroup.subtree_control"))
                        .strip().split(" ")).contains("pids");
                default -> false;
            };
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Removes the groups of programs that are gone; a grader that is killed leaves such. */
    private static void sweep(Path groups) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(groups, NAME + "*")) {
            for (Path each : left) {
                String pid = each.getFileName().toString().substring(NAME.length());
                if (!Files.exists(Path.of("/proc", pid))) remove(each);
            }
        } catch (IOException unreadable) {
            return; // an empty group costs nothing
        }
    }
}
