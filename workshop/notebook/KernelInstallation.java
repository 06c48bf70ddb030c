package workshop.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarOutputStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import workshop.course.Course;
import workshop.course.Script;
import workshop.running.BrokenProgram;
import workshop.running.Dependencies;

/**
 * Installs the Java kernel for this user: a kernelspec named {@code java}, and beside it everything
 * that it runs with.
 *
 * <pre>
 * …/jupyter/kernels/java/
 *   kernel.json        which JDK, which class path
 *   lib/               the kernel, and what cells may use: Javalin, Jackson, our own package
 *   given/             lessons/given, compiled; a kernel that starts makes it anew where it must
 * </pre>
 *
 * <p>Everything is a copy, so notebooks open offline and outlive JBang's cache. Cells, JUnit and
 * its services are in one class loader.
 */
public final class KernelInstallation {
    private static final String MAIN = KernelMain.class.getName();

    private final Path root;
    private final Map<String, String> environment;
    private final List<Path> classPath;

    private KernelInstallation(Path root, Map<String, String> environment, List<Path> classPath) {
        this.root = root;
        this.environment = environment;
        this.classPath = classPath;
    }

    /**
     * Installs the kernel with the class path of this very process, run by this very JDK.
     *
     * @param root the repository
     * @return the folder of the kernelspec
     * @throws IOException says what happened, why, and what to do next
     */
    public static Path install(Path root) throws IOException {
        var classPath = new ArrayList<Path>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.isEmpty()) classPath.add(Path.of(entry));
        }
        var course = new Course(root);
        for (Path jar : jars(course, Script.ofAllGiven(course).dependencies())) {
            if (!classPath.contains(jar)) classPath.add(jar);
        }
        Path spec = install(root, System.getenv(), classPath);
        GivenClasses.refresh(course, spec.resolve("given"), classPath);
        return spec;
    }

    private static List<Path> jars(Course course, List<String> dependencies) throws IOException {
        try {
            return new Dependencies(course).jars(dependencies);
        } catch (BrokenProgram missing) {
            throw new IOException("The Java kernel cannot be installed: " + missing.getMessage());
        }
    }

    /** The same for another environment (its HOME decides where to) and class path. */
    public static Path install(Path root, Map<String, String> environment, List<Path> classPath)
            throws IOException {
        return new KernelInstallation(root, environment, classPath).install();
    }

    private Path install() throws IOException {
        Path spec = jupyterData().resolve("kernels").resolve("java");
        try {
            Files.createDirectories(spec);
        } catch (IOException refused) {
            throw new IOException("The Java kernel cannot be installed: the folder " + spec
                    + " cannot be made (" + refused.getMessage() + ").\n"
                    + "Make it yourself, or name another place in JUPYTER_DATA_DIR.");
        }
        keepForeign(spec);
        copyLibraries(spec.resolve("lib"));
        Files.createDirectories(spec.resolve("given"));
        replace(spec.resolve("kernel.json"), specification(spec));
        return spec;
    }

    /** Where Jupyter looks for what belongs to this user. */
    private Path jupyterData() {
        String given = environment.get("JUPYTER_DATA_DIR");
        if (given != null && !given.isBlank()) return Path.of(given);
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (system.startsWith("mac")) return Path.of(home, "Library", "Jupyter");
        if (system.startsWith("windows")) {
            String roaming = environment.get("APPDATA");
            return roaming == null ? Path.of(home, ".jupyter", "data")
                    : Path.of(roaming, "jupyter");
        }
        String data = environment.get("XDG_DATA_HOME");
        return data == null || data.isBlank() ? Path.of(home, ".local", "share", "jupyter")
                : Path.of(data, "jupyter");
    }

    /** IJava and JJava are named java too: theirs is set aside, not lost. */
    private void keepForeign(Path spec) throws IOException {
        Path json = spec.resolve("kernel.json");
        if (!Files.exists(json) || Files.readString(json).contains(MAIN)) return;
        Path aside = spec.resolve("kernel.json.before-workshop");
        Files.move(json, aside, StandardCopyOption.REPLACE_EXISTING);
        System.out.println("Another kernel named java was there; it is set aside as " + aside
                + ".");
    }

    private String specification(Path spec) {
        String java = Path.of(System.getProperty("java.home"), "bin",
                isWindows() ? "java.exe" : "java").toString();
        List<String> command = List.of(java,
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",      // a short life of small cells
                "-Djava.awt.headless=true",                         // charts need no display
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-D" + KernelMain.COURSE + "=" + root.toAbsolutePath(),
                "-D" + KernelMain.GIVEN + "=" + spec.resolve("given"),
                "-cp", spec.resolve("lib") + File.separator + "*" + File.pathSeparator
                       + spec.resolve("given"),
                MAIN, "{connection_file}");
        var json = JsonNodeFactory.instance.objectNode().put("display_name", "Java")
                .put("language", "java").put("interrupt_mode", "message");
        command.forEach(json.putArray("argv")::add);
        return json.toPrettyString() + "\n";
    }

    /**
     * Copies each jar under a name that holds its checksum: a running kernel keeps the jars it
     * started with, and what is there already is not copied again.
     */
    private void copyLibraries(Path lib) throws IOException {
        Files.createDirectories(lib);
        Set<Path> wanted = new HashSet<>();
        for (Path entry : classPath) {
            if (Files.isDirectory(entry)) {
                wanted.add(place(lib, "classes", packed(entry)));
            } else if (entry.toString().endsWith(".jar") && Files.isRegularFile(entry)) {
                String name = entry.getFileName().toString();
                wanted.add(place(lib, name.substring(0, name.length() - ".jar".length()),
                        Files.readAllBytes(entry)));
            }
        }
        try (var files = Files.list(lib)) {
            for (Path old : files.filter(file -> !wanted.contains(file)).toList()) {
                try {
                    Files.delete(old);
                } catch (IOException inUse) {
                    // Windows keeps it while a kernel runs with it; the next one tries again.
                    continue;
                }
            }
        }
    }

    private static Path place(Path lib, String name, byte[] jar) throws IOException {
        var checksum = new CRC32();
        checksum.update(jar);
        Path file = lib.resolve(String.format(Locale.ROOT,
                "%s.%08x.jar", name, checksum.getValue()));
        if (!Files.isRegularFile(file) || Files.size(file) != jar.length) {
            Path part = lib.resolve(file.getFileName() + ".part");
            Files.write(part, jar);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    private static byte[] packed(Path folder) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes); var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                var entry = new ZipEntry(folder.relativize(file).toString().replace('\\', '/'));
                entry.setTime(0);   // the same classes make the same jar
                jar.putNextEntry(entry);
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static void replace(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, text.getBytes(UTF_8));
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isWindows() {
        return File.separatorChar == '\\';
    }
}
