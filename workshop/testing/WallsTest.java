package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import workshop.grading.OtherUser;
import workshop.running.Children;
import workshop.walls.Bubblewrap;
import workshop.walls.Guard;
import workshop.walls.Walls;

/** What stands around one program: in each of the two ways that there are on Linux. */
class WallsTest {
    private static final int MB = 300;

    @TempDir
    Path folder;

    private record Ended(int code, String words, String reason) {}

    private static Walls walls(String kind) throws IOException {
        if (kind.equals("bubblewrap")) {
            WallsHere.need();
            return new Bubblewrap(MB, 20, false);
        }
        assumeTrue(Files.exists(Path.of("/usr/bin/setpriv"))
                && System.getProperty("user.name").equals("root"), "only root gives users away");
        return new OtherUser(MB, 20, 0);
    }

    private Ended run(Walls kind, String script) throws Exception {
        Walls walls = kind.forOne();
        Process process = Children.start(new ProcessBuilder(walls.around(
                List.of("sh", "-c", script), List.of(), List.of(), Map.of("GIVEN", "yes")))
                .redirectErrorStream(true), walls);
        try {
            Guard guard = Children.guard(process);
            String words = new String(process.getInputStream().readAllBytes());
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), "it was not ended");
            return new Ended(process.exitValue(), words, guard.reason());
        } finally {
            Children.end(process);
        }
    }

    @BeforeEach
    void hide() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(folder.resolve("secret"), "secret");
    }

    @ParameterizedTest(name = "{0}: its own environment, and no other''s file, process or power")
    @CsvSource({"bubblewrap", "other user"})
    void nothingOfOurs(String kind) throws Exception {
        Walls walls = walls(kind);
        assertEquals("yes\n", run(walls, "echo $GIVEN").words);
        assertEquals("none\n", run(walls, "echo ${JAVA_HOME:-none}").words);
        assertNotEquals(0, run(walls, "cat " + folder.resolve("secret")).code);
        assertNotEquals(0, run(walls, "kill -0 " + ProcessHandle.current().pid()).code);
        assertNotEquals(0, run(walls, "cat /proc/" + ProcessHandle.current().pid()
                + "/environ").code);
        assertNotEquals(0, run(walls, "echo x > /usr/written").code);
        assertNotEquals(0, run(walls, "echo x > /proc/sys/kernel/core_pattern").code);
    }

    @ParameterizedTest(name = "{0}: who takes {1} is stopped, and told so")
    @CsvSource(delimiter = '|', value = {
        "bubblewrap| processes| while :; do sleep 100 & done",
        "bubblewrap| memory|    a=x; while :; do a=$a$a; done",
        "other user| processes| while :; do sleep 100 & done",
        "other user| memory|    a=x; while :; do a=$a$a; done"})
    void tooMuch(String kind, String what, String script) throws Exception {
        Ended ended = run(walls(kind), script);
        assertTrue(ended.reason.contains(what) || ended.reason.contains("killed"),
                ended.toString());
        assertNotEquals(0, ended.code);
    }

    @ParameterizedTest(name = "{0}: what it has left running ends with it")
    @CsvSource({"bubblewrap", "other user"})
    void daemon(String kind) throws Exception {
        run(walls(kind), "setsid nohup sleep 7654123 > /dev/null 2>&1 &");
        Await.until("the daemon's end", Duration.ofSeconds(5), () -> ProcessHandle.allProcesses()
                .noneMatch(each -> each.info().commandLine().orElse("").contains("7654123")));
    }

    @ParameterizedTest(name = "{0}: a file is at most 64 MB, and so is /tmp")
    @CsvSource({"bubblewrap", "other user"})
    void disk(String kind) throws Exception {
        Ended ended = run(walls(kind), "head -c 80000000 /dev/zero > /tmp/workshop-much;"
                + " wc -c < /tmp/workshop-much; rm /tmp/workshop-much");
        assertTrue(Long.parseLong(ended.words.strip().lines().reduce((_, last) -> last)
                .orElse("0")) <= 64 << 20, ended.toString());
    }

    @Test
    @DisplayName("who says that there are no walls is not believed where there are")
    void pretends() throws Exception {
        Walls walls = walls("bubblewrap").forOne();
        Process process = Children.start(new ProcessBuilder(walls.around(List.of("true"),
                List.of(), List.of(), Map.of())), walls);
        try {
            Children.guard(process).expectBegun("bwrap: no namespaces");
        } finally {
            Children.end(process);
        }
    }

    @Test
    @DisplayName("what no process shows is counted, too, where systemd makes control groups")
    void memoryOfTheKernel() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/run/systemd/system"))
                && Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")),
                "there is no systemd here, or none with control groups of version 2");
        Ended ended = run(walls("bubblewrap"), """
                for folder in /tmp /dev/shm /home/learner; do
                  head -c 60000000 /dev/zero > $folder/file
                done
                exec sleep 1000""");
        assertFalse(ended.reason.isEmpty(), ended.toString());
    }
}
