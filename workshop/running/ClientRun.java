package workshop.running;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A program that runs as a client, in a process of its own: nobody waits for it to listen. */
final class ClientRun implements Server.Client {
    private final Process process;
    private final Output output;

    private ClientRun(Process process) {
        this.process = process;
        this.output = new Output(process.getInputStream(),
                Children.guard(process)::printed);
    }

    static ClientRun start(Launch launch, String... arguments) {
        try {
            return new ClientRun(launch.start(arguments));
        } catch (IOException notStarted) {
            throw new UncheckedIOException("cannot start a Java process", notStarted);
        }
    }

    @Override
    public String output() {
        return output.since(0);
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Behind walls the program is a child of them; what the walls are told never reaches it. */
    @Override
    public boolean askToEnd() {
        if (!process.supportsNormalTermination()) return false;
        return process.descendants().filter(each -> each.children().findAny().isEmpty())
                .findFirst().orElse(process.toHandle()).destroy();
    }

    /** Ends the process with all that it has started. */
    @Override
    public void close() {
        Children.end(process);
    }
}
