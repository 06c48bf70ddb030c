package workshop.running;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import workshop.walls.Guard;
import workshop.walls.Walls;

/**
 * Every process that the tool has started. When the tool ends in order (also by Ctrl-C) they are
 * ended first; when it is killed, the {@link Launcher} in each sees its input end.
 */
public final class Children {
    private static final Map<Process, Guard> ALIVE = new ConcurrentHashMap<>();
    private static final List<Runnable> AFTERWARDS = new CopyOnWriteArrayList<>();
    private static final long END_SECONDS = 5;

    // Linux counts the thread as the parent: what shall die with its parent (bwrap does) would die
    // with the thread that started it. This one lives as long as the tool.
    private static final Executor STARTER = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("start processes").factory());
    private static boolean ending; // only that thread looks at it

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            // What is started from now on would be nobody's to end.
            CompletableFuture.runAsync(() -> ending = true, STARTER).join();
            ALIVE.keySet().forEach(Children::end);
            AFTERWARDS.forEach(Runnable::run);
        }));
    }

    private Children() {}

    /** @throws IOException also where the tool is about to end */
    public static Process start(ProcessBuilder builder) throws IOException {
        return start(builder, Walls.NONE);
    }

    /** @param walls that stand around the builder's command already */
    public static Process start(ProcessBuilder builder, Walls walls) throws IOException {
        try {
            return CompletableFuture.supplyAsync(() -> {
                try {
                    if (ending) throw new IOException("the tool is about to end");
                    Process process = builder.start();
                    ALIVE.put(process, walls.guard(process));
                    return process;
                } catch (IOException none) {
                    throw new UncheckedIOException(none);
                }
            }, STARTER).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof UncheckedIOException none) throw none.getCause();
            throw failed;
        }
    }

    /** Who looks after a process until it is ended. */
    public static Guard guard(Process process) {
        return ALIVE.getOrDefault(process, Guard.NONE);
    }

    /** Has this done at the tool's end, once all processes are gone. */
    static void afterwards(Runnable work) {
        AFTERWARDS.add(work);
    }

    /** Ends a process and whatever it has started, and waits until it is gone. */
    public static void end(Process process) {
        try {
            if (!guard(process).end() || !process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                process.waitFor(END_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException hurry) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        ALIVE.remove(process);
    }
}
