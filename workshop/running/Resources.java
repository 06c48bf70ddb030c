package workshop.running;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import workshop.course.Course;
import workshop.course.Directives;
import workshop.course.Script;
import workshop.course.Source;

/** The {@code //FILES} of a script, and of what is given to it, beside its classes. */
final class Resources {
    private static final int FILES_BYTES = 16 << 20; // all together

    private Resources() {}

    /** A script outside the tree (a submission, a copy) has its files from the lessons' folder. */
    static void copy(Course course, Script script, Path classes)
            throws BrokenProgram, IOException {
        int left = FILES_BYTES;
        for (Source source : script.sources().toList()) {
            left = copy(course, source, classes, left);
        }
    }

    /** @return how many bytes may still follow */
    private static int copy(Course course, Source source, Path classes, int most)
            throws BrokenProgram, IOException {
        int left = most;
        Path own = source.file().toAbsolutePath().getParent();
        for (Directives.Resource resource : source.directives().files()) {
            var places = new ArrayList<>(List.of(resource.in(own), resource.in(course.lessons())));
            // Not from elsewhere: a submission could have itself given what only we can read.
            Path found = places.stream().filter(Files::isRegularFile)
                    .filter(file -> file.startsWith(own) || file.startsWith(course.lessons()))
                    .findFirst().orElseThrow(() -> new BrokenProgram("//FILES " + resource.name()
                            + " names a file that is not there, or in no lesson's folder: "
                            + resource.in(own)
                            + "\nPut the line back as it was; git diff shows it."));
            Path copy = classes.resolve(resource.name()).normalize();
            if (!copy.startsWith(classes.normalize())) {
                throw new BrokenProgram("//FILES " + resource.name() + " leads out of the program");
            }
            try (InputStream in = Files.newInputStream(found)) { // some in /proc have no end
                byte[] bytes = in.readNBytes(left + 1);
                left -= bytes.length;
                if (left < 0) {
                    throw new BrokenProgram("the //FILES have more than " + (FILES_BYTES >> 20)
                            + " MB.\nThe lessons' own are a page each.");
                }
                Files.createDirectories(copy.getParent());
                Files.write(copy, bytes, StandardOpenOption.CREATE_NEW);
            }
        }
        return left;
    }
}
