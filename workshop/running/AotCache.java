package workshop.running;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.Script;
import workshop.course.Source;

/**
 * Caches with which a JVM starts a lesson in half the time: the classes of its dependencies, loaded
 * and linked before (JEP 483, 514, 515). One for each set of jars, made once from a solution that
 * uses them, in the background. Where there is none, or a stale one, a program only starts slower.
 */
public final class AotCache {
    private static final long WRITE_SECONDS = 120;
    private static final Pattern HALF = Pattern.compile(".*\\.aot\\.(\\d{1,9})(\\..*)?");

    private final Course course;
    private final LessonCompiler compiler;
    private final Set<Path> begun = ConcurrentHashMap.newKeySet();

    public AotCache(Course course, LessonCompiler compiler) {
        this.course = course;
        this.compiler = compiler;
    }

    /** The cache for a program; null where there is none yet, or it is not worth having one. */
    Path find(Program program) {
        if (program.jars().isEmpty()) return null; // the JDK's own classes come with a cache
        Path cache = fileFor(program.jars(), program.options());
        return Files.isRegularFile(cache) ? cache : null;
    }

    /** Begins to make the cache of {@code lesson}'s jars, unless it is there. Returns at once. */
    public void makeInBackground(int lesson) {
        Thread.ofPlatform().daemon().name("make the AOT cache").start(() -> make(lesson));
    }

    /** Makes the cache of {@code lesson}'s jars unless it is there; false where that failed. */
    public boolean make(int lesson) {
        try {
            Source source = Source.read(Course.script(course.solutions(), lesson));
            List<Path> jars = compiler.prepare(source);
            Path cache = fileFor(jars, Script.of(course, source).runtimeOptions());
            if (jars.isEmpty() || Files.isRegularFile(cache)) return true;
            if (!begun.add(cache)) return false;
            try (Program program = compiler.compile(source, lesson)) {
                return record(program, cache);
            }
        } catch (BrokenProgram | IOException | RuntimeException notNow) {
            return false; // costs time, and nothing else
        }
    }

    private Path fileFor(List<Path> jars, List<String> options) {
        String made = jars + " " + options + " " + System.getProperty("java.home") + " "
                + System.getProperty("java.vm.version") + " " + Jvm.launcherJar(course);
        return course.cache().resolve("aot").resolve(Folders.fingerprint(made) + ".aot");
    }

    private boolean record(Program program, Path cache) throws IOException {
        Files.createDirectories(cache.getParent());
        deleteHalves(cache.getParent());
        Path half = cache.resolveSibling(cache.getFileName() + "." + ProcessHandle.current().pid());
        Process process = Children.start(new ProcessBuilder(Jvm.recording(course, program, half))
                .redirectErrorStream(true));
        try {
            use(portOf(process));
            process.getOutputStream().close(); // the launcher reads the end and exits in order
            process.getInputStream().transferTo(OutputStream.nullOutputStream());
            boolean written = process.waitFor(WRITE_SECONDS, TimeUnit.SECONDS)
                    && Files.exists(half);
            if (written) Folders.move(half, cache);
            return written;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            Children.end(process);
            Files.deleteIfExists(half);
        }
    }

    /** What a tool that was killed had begun to write: {@code ….aot.1234}, its process' number. */
    private static void deleteHalves(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Matcher half = HALF.matcher(file.getFileName().toString());
                if (half.matches() && ProcessHandle.of(Long.parseLong(half.group(1))).isEmpty()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** What a lesson says first: {@code listening on http://127.0.0.1:41234}. */
    private static int portOf(Process process) throws IOException {
        var reader = process.inputReader(StandardCharsets.UTF_8);
        for (String line; (line = reader.readLine()) != null; ) {
            int colon = line.lastIndexOf(':');
            if (line.startsWith("listening on ") && colon > 0) {
                return Integer.parseInt(line.substring(colon + 1).strip());
            }
        }
        throw new IOException("the program ended before it listened");
    }

    /** A page, and a message: what the first tests will load as well. */
    private static void use(int port) throws IOException {
        String body = "{\"from\":\"ada\",\"text\":\"hello\"}";
        String post = "POST /messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        String get = "GET /messages HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        for (String request : List.of(post, get)) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
                socket.setSoTimeout(5_000);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().readAllBytes();
            }
        }
    }
}
