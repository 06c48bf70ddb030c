package workshop.running;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Folders for what is needed only while the tool runs, such as compiled classes. They are gone when
 * it has ended, also by Ctrl-C; what a killed one left goes when the next one begins.
 */
final class Scratch {
    private static final Pattern NAME = Pattern.compile("workshop-(\\d+)-.*"); // the tool's process
    private static final AtomicReference<Path> OURS = new AtomicReference<>();

    private Scratch() {}

    /** A new, empty folder. */
    static Path folder(String name) throws IOException {
        return Files.createTempDirectory(ours(), name + "-");
    }

    private static synchronized Path ours() throws IOException {
        Path ours = OURS.get();
        if (ours != null) return ours;
        ours = Files.createTempDirectory("workshop-" + ProcessHandle.current().pid() + "-");
        OURS.set(ours);
        Children.afterwards(() -> Folders.delete(OURS.get())); // they could write there again
        deleteOthers(ours.getParent());
        return ours;
    }

    private static void deleteOthers(Path temporary) {
        try (Stream<Path> all = Files.list(temporary)) {
            all.filter(Scratch::isLeftBehind).forEach(Folders::delete);
        } catch (IOException unreadable) {
            // Then it stays: what lies there harms nobody.
        }
    }

    private static boolean isLeftBehind(Path folder) {
        Matcher name = NAME.matcher(folder.getFileName().toString());
        return name.matches() && name.group(1).length() < 10
                && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
    }
}
