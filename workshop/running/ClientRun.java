package workshop.running;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import workshop.course.Course;

/** A lesson that runs as a client, in a process of its own: nobody waits for it to listen. */
public final class ClientRun implements AutoCloseable {
    private final Process process;
    private final Output output;

    private ClientRun(Process process) {
        this.process = process;
        this.output = new Output(process.getInputStream());
    }

    /** @param environment added to this process' own */
    public static ClientRun start(Course course, Program program, AotCache caches,
            Map<String, String> environment, String... arguments) {
        try {
            return new ClientRun(Jvm.start(course, program, caches, environment,
                    List.of(arguments)));
        } catch (IOException notStarted) {
            throw new UncheckedIOException("cannot start a Java process", notStarted);
        }
    }

    /** All that it has printed so far; of very much the middle is left out. */
    public String output() {
        return output.since(0);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the process with all that it has started. */
    @Override
    public void close() {
        Children.end(process);
    }
}
