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
        boolean wasBlank = false;
        while (true) {
            String now = read(file);
            boolean blank = now != null && now.isBlank();
            // Most who save empty a file first: only one that stays empty is a save.
            if (now != null && !now.equals(before) && (!blank || wasBlank)) return now;
            wasBlank = !saved.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS) && blank;
            saved.drainPermits();
        }
    }

    /** Null while there is nothing to read: some editors remove a file and write it anew. */
    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException between) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        watcher.close();
    }
}
