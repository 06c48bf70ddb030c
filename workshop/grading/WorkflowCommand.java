package workshop.grading;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code ./jbang grade workflow}: prints the file beside it. */
@Command(name = "workflow", mixinStandardHelpOptions = true,
        description = "Print a GitHub Actions workflow that grades on many machines.")
final class WorkflowCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        try (var text = WorkflowCommand.class.getResourceAsStream("grade.yml")) {
            System.out.write(text.readAllBytes());
            System.out.flush();
        }
        return 0;
    }
}
