package workshop.learning;

import io.methvin.watcher.DirectoryWatcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import workshop.course.CourseException;
import workshop.course.Source;

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

    /**
     * The text of {@code file} as soon as it is another than {@code before}, or can be read again.
     *
     * @param unreadable is told why the file cannot be read, once, where it stays so: some editors
     *                   remove a file and write it anew
     */
    String await(Path file, String before, Consumer<String> unreadable)
            throws InterruptedException {
        boolean wasBlank = false;
        String was = null;  // why it could not be read, when it was looked at last
        String told = null; // and what was told of that
        while (true) {
            String now = null;
            String why = null;
            try {
                now = Source.textOf(file);
            } catch (CourseException cannot) {
                why = cannot.getMessage();
            }
            boolean blank = now != null && now.isBlank();
            boolean another = told != null || now != null && !now.equals(before);
            // Most who save empty a file first: only one that stays empty is a save.
            if (now != null && another && (!blank || wasBlank)) return now;
            if (why != null && why.equals(was) && !why.equals(told)) {
                unreadable.accept(why);
                told = why;
            }
            boolean quiet = !saved.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS);
            wasBlank = quiet && blank;
            was = quiet ? why : null;
            saved.drainPermits();
        }
    }

    /** Whether the file has that text now. */
    static boolean isStill(Path file, String text) {
        try {
            return Source.textOf(file).equals(text);
        } catch (CourseException between) {
            return false; // it is being saved, or cannot be read: await tells that
        }
    }

    @Override
    public void close() throws IOException {
        watcher.close();
    }
}
