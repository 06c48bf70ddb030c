package workshop.notebook;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import workshop.course.Course;
import workshop.course.CourseException;

/** The process of a notebook's kernel: it serves one Jupyter, and ends when that is gone. */
public final class KernelMain {
    /** System properties: where the classes of {@code lessons/given} lie; the course's root. */
    static final String GIVEN = "workshop.given";
    static final String COURSE = "workshop.course";

    private KernelMain() {}

    /** @param arguments the connection file that Jupyter names */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        // A Jupyter that was killed tells nobody; its kernels, and their servers, end with it.
        ProcessHandle.current().parent()
                .ifPresent(jupyter -> jupyter.onExit().thenRun(() -> Runtime.getRuntime().halt(0)));
        refreshGiven();
        JavaKernel kernel = JavaKernel.with(System.getProperty("java.class.path"));
        var connection = new JupyterConnection(KernelConnectionProperties.parse(
                Files.readString(Path.of(arguments[0]))));
        kernel.becomeHandlerForConnection(connection); // before the first message can come
        connection.connect();
        connection.waitUntilClose();
        System.exit(0); // whatever threads the cells have left
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
}
