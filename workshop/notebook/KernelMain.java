package workshop.notebook;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.CourseException;

/**
 * Starts the kernel's own main method, sees to it that its threads listen, and ends when Jupyter is
 * gone.
 *
 * <p>The kernel (3.0.1) has two races at its start, and after either the notebook waits for ever;
 * measured on a busy machine, one start in four. A listening thread looks whether it shall run
 * before that has been said, and ends: it is run again here. And it may get Jupyter's first message
 * before the kernel knows what to do with messages, and dies of a {@code NullPointerException}: it
 * goes on here, and Jupyter asks again each second.
 */
public final class KernelMain {
    private static final String MAIN = "org.rapaio.jupyter.kernel.MainApp";
    /** System properties: where the classes of {@code lessons/given} lie; the course's root. */
    static final String GIVEN = "workshop.given";
    static final String COURSE = "workshop.course";

    private static final String LISTENER = "org.rapaio.jupyter.kernel.channels.LoopThread";
    private static final long LOOK_NANOS = 20_000_000;
    private static final int LOOKS = 250;      // 5 s after the last thread was started

    private KernelMain() {}

    /** @param arguments the connection file that Jupyter names */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread.setDefaultUncaughtExceptionHandler((thread, death) -> {
            if (thread.getClass().getName().equals(LISTENER)) listen(thread);
            else death.printStackTrace();
        });
        // A Jupyter that was killed tells nobody; its kernels, and their servers, end with it.
        ProcessHandle.current().parent()
                .ifPresent(jupyter -> jupyter.onExit().thenRun(() -> Runtime.getRuntime().halt(0)));
        refreshGiven();
        Thread.ofPlatform().daemon().start(KernelMain::revive);
        Class.forName(MAIN).getMethod("main", String[].class).invoke(null, (Object) arguments);
    }

    private static void refreshGiven() {
        String folder = System.getProperty(GIVEN);
        if (folder == null) return;
        try {
            List<Path> jars = Stream.of(System.getProperty("java.class.path")
                    .split(File.pathSeparator)).filter(entry -> entry.endsWith(".jar"))
                    .map(Path::of).sorted().toList();
            GivenClasses.refresh(course(), Path.of(folder), jars);
        } catch (IOException | CourseException older) {
            System.err.println(older.getMessage()); // then cells have what there was before
        }
    }

    /** The one that the notebook lies in, or else the one that the kernel was installed from. */
    static Course course() {
        return Course.around(Path.of("")).orElseGet(() -> {
            String root = System.getProperty(COURSE);
            return root == null ? Course.here() : new Course(Path.of(root));
        });
    }

    /** Runs a listener's loop until it was told to end, on whichever thread calls this. */
    private static void listen(Thread listener) {
        while (true) {
            try {
                listener.run();
                return;
            } catch (RuntimeException tooEarly) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    private static void revive() {
        try {
            Object kernel = Class.forName(MAIN).getField("kernel").get(null);
            Object channels;
            while ((channels = kernel.getClass().getMethod("channels").invoke(kernel)) == null) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            List<Thread> listeners = listeners(channels);
            var revived = new HashSet<Thread>();
            for (int look = 0; look < LOOKS; look++) {
                for (Thread listener : listeners) {
                    if (!listener.isAlive() && revived.add(listener)) {
                        Thread.ofPlatform().name(listener.getName()).start(() -> listen(listener));
                    }
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        } catch (ReflectiveOperationException otherVersion) {
            // A kernel that is built otherwise has races of its own, or none: nothing to do here.
            return;
        }
    }

    private static List<Thread> listeners(Object channels) throws ReflectiveOperationException {
        Field all = channels.getClass().getDeclaredField("channels");
        all.setAccessible(true);
        var listeners = new ArrayList<Thread>();
        for (Object channel : (Iterable<?>) all.get(channels)) {
            for (Field field : channel.getClass().getDeclaredFields()) {
                if (!field.getType().getName().equals(LISTENER)) continue;
                field.setAccessible(true);
                if (field.get(channel) instanceof Thread listener) listeners.add(listener);
            }
        }
        return listeners;
    }
}
