package workshop.presenting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happens to the slides, for all who listen: one thread looks at the folder, however many
 * they are, and none looks while nobody listens.
 */
final class Changes implements AutoCloseable {
    private static final int LOOK_MS = 250; // how often the files are looked at

    private final Path folder;

    // All below belongs to whoever holds the lock on `this`.
    private long count;
    private int listeners;
    private boolean looking;
    private boolean closed;

    Changes(Path folder) {
        this.folder = folder;
    }

    /** Somebody listens from now on, until {@link #leave}. @return what has been told so far */
    synchronized long enter() throws IOException {
        if (!looking && !closed) {
            var first = stamps();
            looking = true;
            Thread.ofVirtual().name("slides: looks for what was saved").start(() -> look(first));
        }
        listeners++;
        return count;
    }

    synchronized void leave() {
        listeners--;
    }

    /** Tells all. */
    synchronized void tell() {
        count++;
        notifyAll();
    }

    /**
     * Waits for something new.
     *
     * @param heard what one knows already
     * @return what there is now, {@code heard} when nothing came for so long, -1 after the end
     */
    synchronized long await(long heard, int millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000L;
        for (long left; count == heard && !closed
                && (left = (end - System.nanoTime()) / 1_000_000) > 0; ) {
            wait(left);
        }
        return closed ? -1 : count;
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void look(Map<Path, String> first) {
        var seen = first;
        try {
            while (goesOn()) {
                Thread.sleep(LOOK_MS);
                var now = stamps();
                if (!now.equals(seen)) tell();
                seen = now;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (IOException unreadable) {
            tell(); // each page asks anew, and is told what is wrong
            synchronized (this) {
                looking = false; // the next who listens begins again
            }
        }
    }

    private synchronized boolean goesOn() {
        looking = listeners > 0 && !closed;
        return looking;
    }

    private Map<Path, String> stamps() throws IOException {
        var stamps = new TreeMap<Path, String>();
        if (!Files.isDirectory(folder)) return stamps;
        try (var files = Files.walk(folder)) {
            for (var file : (Iterable<Path>) files::iterator) {
                try {
                    stamps.put(file, Files.getLastModifiedTime(file) + " " + Files.size(file));
                } catch (NoSuchFileException e) {
                    // Taken away since it was listed, as editors do when they save: look again.
                }
            }
        }
        return stamps;
    }
}
