package workshop.notebook;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Script;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.Folders;
import workshop.running.Given;

/**
 * {@code lessons/given}, compiled for cells: a folder on the kernel's class path. A kernel that
 * starts makes it anew where the sources have changed since.
 */
final class GivenClasses {
    private static final String MADE_OF = "made-of";

    private GivenClasses() {}

    /**
     * @param folder    on the class path
     * @param classPath what the sources may use
     * @throws IOException says what happened, why, and what to do next
     */
    static void refresh(Course course, Path folder, List<Path> classPath) throws IOException {
        try {
            String wanted = madeOf(course);
            if (isMadeOf(folder, wanted)) return;
            // Jupyter may start several kernels at once.
            try (var lock = FileChannel.open(folder.resolveSibling(folder.getFileName() + ".lock"),
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE); var _ = lock.lock()) {
                if (!isMadeOf(folder, wanted)) make(course, folder, classPath, wanted);
            }
        } catch (BrokenProgram | CourseException broken) {
            throw new IOException("cells cannot use lessons/given: " + broken.getMessage()
                    + "\nMend it, then restart the kernel; where a jar is missing: ./jbang"
                    + " notebooks --install-only");
        }
    }

    private static String madeOf(Course course) {
        var content = new StringBuilder();
        for (Source source : Script.ofAllGiven(course).given()) {
            content.append(source.file().getFileName()).append('\n').append(source.text());
        }
        return Folders.fingerprint(content.toString());
    }

    private static boolean isMadeOf(Path folder, String wanted) throws IOException {
        Path note = folder.resolve(MADE_OF);
        return Files.exists(note) && Files.readString(note).equals(wanted);
    }

    private static void make(Course course, Path folder, List<Path> classPath, String wanted)
            throws BrokenProgram, IOException {
        Path part = Files.createTempDirectory(folder.getParent(), "given.part");
        try {
            Given.compileAll(course, classPath, part);
            Files.writeString(part.resolve(MADE_OF), wanted);
            if (Files.exists(folder)) Folders.delete(folder);
            Files.move(part, folder, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            if (Files.exists(part)) Folders.delete(part);
        }
    }
}
