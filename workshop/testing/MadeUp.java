package workshop.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import workshop.course.Course;
import workshop.course.Source;
import workshop.running.BrokenProgram;
import workshop.running.LessonRun;
import workshop.running.Program;
import workshop.running.Programs;

/** Lessons that nobody should write, and a workshop in a folder of its own where they are run. */
public final class MadeUp implements AutoCloseable {
    /** The number of lessons that are made up. */
    public static final int NUMBER = 1;

    /** Answers each line with {@code did: <line>}; before that, does what {@code first} says. */
    public static String echo(String first) {
        return """
                import java.net.*;

                void main(String[] args) throws Exception {
                    %s
                    var here = InetAddress.getByName("127.0.0.1");
                    try (var server = new ServerSocket(Integer.parseInt(args[0]), 500, here)) {
                        IO.println("listening on tcp://127.0.0.1:" + server.getLocalPort());
                        while (true) {
                            Socket client = server.accept();
                            Thread.startVirtualThread(() -> answer(client));
                        }
                    }
                }

                void answer(Socket client) {
                    try (client) {
                        var in = new BufferedReader(new InputStreamReader(client.getInputStream()));
                        for (String line; (line = in.readLine()) != null; ) {
                            client.getOutputStream().write(("did: " + line + "\\n").getBytes());
                        }
                    } catch (IOException gone) {
                        IO.println("a client is gone: " + gone);
                    }
                }
                """.formatted(first);
    }

    private final Course course;
    private final Programs programs;

    /** A workshop in {@code folder}, which is empty: the real one's wrapper, and no lessons. */
    public MadeUp(Path folder) throws IOException {
        this.course = new Course(folder);
        for (Path each : java.util.List.of(course.lessons(), course.solutions())) {
            Files.createDirectories(each);
        }
        Files.writeString(course.catalog(), "{\"aliases\": {}}");
        Path real = real().wrapper();
        boolean windows = real.toString().endsWith(".cmd");
        Files.writeString(course.wrapper(), windows ? "@call \"" + real + "\" %*\r\n"
                : "#!/bin/sh\nexec '" + real + "' \"$@\"\n");
        if (!course.wrapper().toFile().setExecutable(true)) {
            throw new IOException("cannot make " + course.wrapper() + " executable");
        }
        this.programs = new Programs(course);
    }

    /** The workshop that these tests belong to. */
    public static Course real() {
        return Course.around(Path.of("")).orElseThrow();
    }

    public Course course() {
        return course;
    }

    public Programs programs() {
        return programs;
    }

    /** A lesson that stands in this workshop, with this text. */
    public Source source(String text) {
        Path file = Course.script(course.lessons(), NUMBER);
        try {
            Files.writeString(file, text);
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
        return Source.of(file, text);
    }

    public Program compile(String text) throws BrokenProgram {
        return programs.compile(source(text), NUMBER);
    }

    public LessonRun start(Program program) throws BrokenProgram {
        return programs.start(program, Map.of());
    }

    @Override
    public void close() throws IOException {
        programs.close();
    }
}
