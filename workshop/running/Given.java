package workshop.running;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import workshop.course.Course;
import workshop.course.Script;
import workshop.course.Source;

/** {@code lessons/given}, compiled once for all lessons that name the same of it. */
public final class Given {
    private final Course course;
    private final Javac javac;

    Given(Course course, Javac javac) {
        this.course = course;
        this.javac = javac;
    }

    /** Where the jars are kept, each under a name that tells what it was made of. */
    static Path folder(Course course) {
        return course.cache().resolve("given");
    }

    /**
     * The jar of what is given to {@code script}; empty where nothing is, and where it is not there
     * and cannot be made, since this process may not write to the cache.
     */
    List<Path> jar(Script script, List<Path> jars) throws BrokenProgram, IOException {
        if (script.given().isEmpty()) return List.of();
        var madeOf = new StringBuilder(Runtime.version() + " " + jars);
        for (Source source : script.given()) {
            madeOf.append('\n').append(source.file().getFileName()).append('\n')
                    .append(source.text());
        }
        Path jar = folder(course).resolve(Folders.fingerprint(madeOf.toString()) + ".jar");
        if (Files.exists(jar)) return List.of(jar);
        if (!isOurs()) return List.of();
        Path classes = Scratch.folder("given");
        try {
            compile(script, jars, classes);
            Folders.write(jar, packed(classes));
            return List.of(jar);
        } finally {
            Folders.delete(classes);
        }
    }

    /** Behind the sandbox's walls it is read-only. */
    private boolean isOurs() throws IOException {
        Path cache = folder(course);
        if (!Files.exists(cache) && Files.isWritable(course.cache().getParent())) {
            Files.createDirectories(cache);
        }
        return Files.isWritable(cache);
    }

    /** Compiles what is given to {@code script} into {@code classes}. */
    void compile(Script script, List<Path> jars, Path classes) throws BrokenProgram, IOException {
        if (script.given().isEmpty()) return;
        var units = script.given().stream().map(source ->
                Javac.unit("given/" + source.file().getFileName(), source)).toList();
        javac.compile(units, jars, classes);
    }

    /** Compiles all of it into {@code classes}, with its {@code //FILES}. */
    public static void compileAll(Course course, List<Path> classPath, Path classes)
            throws BrokenProgram, IOException {
        Script all = Script.ofAllGiven(course);
        try (var javac = new Javac()) {
            new Given(course, javac).compile(all, classPath, classes);
        }
        Resources.copy(course, all, classes);
    }

    /** The same classes make the same jar. */
    private static byte[] packed(Path folder) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes); Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                var entry = new ZipEntry(folder.relativize(file).toString().replace('\\', '/'));
                entry.setTime(0);
                jar.putNextEntry(entry);
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
