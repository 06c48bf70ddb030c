package workshop.running;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import workshop.course.Printable;

/**
 * A process of ours that answers one question after the other, each a line of JSON, and so its
 * answer. It starts with the first question, and again with the next one where it has ended.
 */
public final class Asked implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How it is started. */
    public interface Start {
        Process now() throws IOException;
    }

    /** It ended over a question; the message says why, where that is known. */
    public static final class Ended extends Exception {
        private static final long serialVersionUID = 1;

        Ended(String why) {
            super(why);
        }
    }

    private final Start start;
    private Process process;
    private BufferedReader answers;

    public Asked(Start start) {
        this.start = start;
    }

    /** Whether it has a process, which may remember earlier questions. */
    public boolean isUp() {
        return process != null && process.isAlive();
    }

    /** The number of its process, once it was asked something. */
    public long pid() {
        return process.pid();
    }

    /**
     * @throws Ended            where it ended instead of answering
     * @throws TimeoutException where it took longer than {@code seconds}, and was ended
     * @throws IOException      where it cannot be started
     */
    public <T> T ask(Object question, Class<T> type, long seconds)
            throws Ended, TimeoutException, IOException, InterruptedException {
        if (!isUp()) {
            process = start.now();
            answers = new BufferedReader(new InputStreamReader(process.getInputStream(),
                    StandardCharsets.UTF_8));
        }
        byte[] asked = (JSON.writeValueAsString(question) + "\n").getBytes(StandardCharsets.UTF_8);
        var answer = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> {
            try {
                process.getOutputStream().write(asked);
                process.getOutputStream().flush();
                answer.complete(answers.readLine());
            } catch (IOException | RuntimeException gone) {
                answer.complete(null);
            }
        });
        try {
            String line = answer.get(seconds, TimeUnit.SECONDS);
            if (line != null) return JSON.readValue(line, type);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } catch (TimeoutException endless) {
            close();
            throw endless;
        }
        String why = Children.guard(process).reason();
        close();
        throw new Ended(why);
    }

    @Override
    public void close() {
        if (process != null) Children.end(process);
        process = null;
    }

    /**
     * Inside: answers what comes on standard input until that ends, and then ends at once. Whatever
     * else prints to standard output says it to standard error from now on.
     */
    public static <T> void serve(Class<T> type, Function<T, Object> answer) {
        PrintStream answers = System.out;
        System.setOut(System.err);
        var questions = new LinkedBlockingQueue<String>();
        Thread.ofPlatform().start(() -> {
            try (var in = new BufferedReader(new InputStreamReader(System.in,
                    StandardCharsets.UTF_8))) {
                for (String line; (line = in.readLine()) != null; ) questions.add(line);
                System.exit(0);
            } catch (IOException gone) {
                System.exit(1);
            }
        });
        try {
            while (true) {
                Object said = answer.apply(JSON.readValue(questions.take(), type));
                answers.write((JSON.writeValueAsString(said) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
                answers.flush();
            }
        } catch (UncheckedIOException unable) { // the machine, or its walls
            System.err.println(Printable.line(unable.getMessage() + ": "
                    + unable.getCause().getMessage()));
        } catch (Throwable defect) { // whoever asks is told by our end
            defect.printStackTrace();
        }
        Runtime.getRuntime().halt(1);
    }
}
