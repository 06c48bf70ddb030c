package workshop.learning;

import io.methvin.watcher.DirectoryWatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Tells when a file in a folder was saved, as the system tells it. */
final class Saves implements AutoCloseable {
    /** Network folders and some containers tell nothing: look at least this often. */
    private static final long LOOK_MS = 1_000;

    private final DirectoryWatcher watcher;
    private final Semaphore saved = new Semaphore(0);

    Saves(Path folder) throws IOException {
        watcher = DirectoryWatcher.builder().path(folder).fileHashing(false)
                .listener(event -> saved.release()).build();
        watcher.watchAsync(work -> Thread.ofPlatform().daemon().name("watch saves").start(work));
    }

    /** The text of {@code file} as soon as it is another than {@code before}. */
    String await(Path file, String before) throws InterruptedException {
        while (true) {
            String now = read(file);
            if (now != null && !now.equals(before)) return now;
            saved.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS);
            saved.drainPermits();
        }
    }

    /** Null while there is nothing to read: some editors remove a file and write it anew. */
    static String read(Path file) {
        try {
            String text = Files.readString(file);
            return text.isBlank() ? null : text;
        } catch (IOException between) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        watcher.close();
    }
}
