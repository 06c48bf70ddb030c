package workshop.grading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import workshop.walls.Bubblewrap;
import workshop.walls.Guard;
import workshop.walls.Walls;
import workshop.walls.Watch;

/**
 * Walls inside a container, whose engine forbids others: each program runs as a user of its own,
 * without any power, and cannot signal the judge, look into it, or read what is the judge's alone.
 * Network, files and memory are the container's to limit.
 *
 * @param user the number of its user; 0: none yet
 */
public record OtherUser(int megabytes, int seconds, int user) implements Walls {
    private static final AtomicInteger USERS = new AtomicInteger(20_000);

    @Override
    public Walls forOne() {
        return new OtherUser(megabytes, seconds, USERS.incrementAndGet());
    }

    /** It runs our code alone, which no program's user may read. */
    @Override
    public Walls ofCompiler() {
        return NONE;
    }

    @Override
    public List<String> around(List<String> command, List<Path> seen, List<Path> written,
            Map<String, String> environment) {
        seen.forEach(OtherUser::show);
        var words = new ArrayList<>(List.of("env", "-i", "PATH=/usr/bin:/bin", "HOME=/tmp",
                "LANG=C.UTF-8"));
        environment.forEach((name, value) -> words.add(name + "=" + value));
        words.addAll(Bubblewrap.limited(command));
        return as(words);
    }

    /** A folder for a while is its maker's alone at first. */
    private static void show(Path made) {
        try {
            for (Path at = made; at != null; at = at.getParent()) {
                var its = Files.getPosixFilePermissions(at);
                if (its.addAll(PosixFilePermissions.fromString("---r-xr-x"))
                        && Files.isDirectory(at)) Files.setPosixFilePermissions(at, its);
            }
        } catch (IOException gone) {
            throw new java.io.UncheckedIOException("cannot show " + made, gone);
        }
    }

    private List<String> as(List<String> command) {
        var words = new ArrayList<>(List.of("setpriv", "--reuid", "" + user, "--regid", "" + user,
                "--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all",
                "--"));
        words.addAll(command);
        return words;
    }

    @Override
    public Guard guard(Process process) {
        return new Watch(process, megabytes, new Watch.Reach() {
            @Override
            public boolean isIts(String status) {
                return status.contains("\nUid:\t" + user + "\t");
            }

            @Override
            public boolean end() throws IOException {
                return new ProcessBuilder(as(List.of("sh", "-c", "kill -9 -1"))).start()
                        .pid() > 0;
            }
        });
    }

    @Override
    public long atMost(long most) {
        return Math.min(seconds, most);
    }
}
