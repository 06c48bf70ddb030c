package workshop.running;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.walls.Walls;

/** The command line that starts a program in a process of its own. */
public final class Jvm {
    private static final String LAUNCHER = Launcher.class.getName();

    // An AOT cache holds for the options that it was recorded with. A lesson lives for seconds:
    // the quick compiler and the small collector start sooner and leave the cores to the tests.
    private static final List<String> OPTIONS = List.of(
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g",
            "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8");

    private Jvm() {}

    /** A process of its own that runs {@code program}; both its streams are read as one. */
    static Process start(Course course, Program program, AotCache caches,
            Map<String, String> environment, List<String> arguments) throws IOException {
        Path cache = caches.find(program);
        List<String> command = command(course, program, cache, arguments);
        var seen = new ArrayList<>(program.jars());
        seen.addAll(program.given());
        seen.addAll(List.of(launcherJar(course), program.classes()));
        if (cache != null) seen.add(cache);
        Walls walls = program.walls().forOne();
        var builder = new ProcessBuilder(walls.around(command, seen, List.of(), environment))
                .directory(program.classes().toFile()).redirectErrorStream(true);
        Map<String, String> variables = builder.environment();
        variables.remove("HOST"); // the checked program stays on this machine
        variables.remove("JAVA_TOOL_OPTIONS"); // and says nothing but its own words
        variables.putAll(environment);
        return Children.start(builder, walls);
    }

    /** @param cache an AOT cache made for these jars, or null */
    static List<String> command(Course course, Program program, Path cache,
            List<String> arguments) {
        var command = new ArrayList<>(List.of(java()));
        command.addAll(OPTIONS);
        // A cache that does not fit is passed over; -Xlog keeps the JVM from saying so.
        if (cache != null) command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:disable"));
        // A judge may be bound to a core. Then the JDK has one carrier for all virtual threads, and
        // a client that never pauses keeps it from all others: that is no learner's fault.
        if (Runtime.getRuntime().availableProcessors() == 1) {
            command.add("-XX:ActiveProcessorCount=2");
        }
        command.addAll(program.options());
        command.addAll(List.of("-cp", join(Stream.concat(cached(course, program), own(program))),
                LAUNCHER, program.mainClass()));
        command.addAll(arguments);
        return command;
    }

    /** The command whose orderly exit writes {@code cache}. */
    static List<String> recording(Course course, Program program, Path cache) {
        var command = new ArrayList<>(List.of(java()));
        command.addAll(OPTIONS);
        command.add("-XX:AOTCacheOutput=" + cache);
        command.addAll(program.options());
        command.addAll(List.of("-cp", join(cached(course, program)), LAUNCHER,
                "--classes", join(own(program)), program.mainClass(), "0"));
        return command;
    }

    /**
     * The class path of the cache: the launcher, then the jars. It must be the beginning of the
     * program's, and all lessons with the same jars share it; so what is given, which differs from
     * lesson to lesson, comes behind it.
     */
    private static Stream<Path> cached(Course course, Program program) {
        return Stream.concat(Stream.of(launcherJar(course)), program.jars().stream());
    }

    private static Stream<Path> own(Program program) {
        return Stream.concat(program.given().stream(), Stream.of(program.classes()));
    }

    private static String join(Stream<Path> paths) {
        return paths.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** A jar with the launcher's class alone: nothing else of this tool is the learner's to see. */
    static Path launcherJar(Course course) {
        try (InputStream own = Launcher.class.getResourceAsStream("Launcher.class")) {
            byte[] code = own.readAllBytes();
            Path jar = course.cache().resolve("launcher-" + Folders.fingerprint(
                    java.util.HexFormat.of().formatHex(code)) + ".jar");
            if (!Files.exists(jar)) {
                var bytes = new ByteArrayOutputStream();
                try (var out = new JarOutputStream(bytes)) {
                    out.putNextEntry(new JarEntry(LAUNCHER.replace('.', '/') + ".class"));
                    out.write(code);
                }
                Folders.write(jar, bytes.toByteArray());
            }
            return jar;
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException("cannot make the launcher's jar", unreadable);
        }
    }
}
