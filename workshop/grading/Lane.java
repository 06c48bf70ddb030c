package workshop.grading;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import workshop.checking.LessonTests;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.grading.Grade.Judged;
import workshop.running.Children;
import workshop.running.Folders;
import workshop.running.Jvm;
import workshop.running.Sandbox;

/**
 * One of several that grade side by side, each on cores of its own: starts and ends its judge. Two
 * on a core were a fifth faster, and made right answers fail.
 */
final class Lane implements AutoCloseable {
    // Its own start, compiling, and one exercise that began in time, on a machine that is busy.
    private static final int GRACE_SECONDS = 150;

    private final List<String> command;
    private final Path folder;
    private final int seconds;
    private Process judge;
    private BufferedReader answers;

    /** @param limits no megabytes: no sandbox */
    Lane(Course course, Path folder, Grader.Limits limits, List<Integer> cores) {
        this.folder = folder;
        seconds = limits.seconds();
        String classPath = Arrays.stream(System.getProperty("java.class.path")
                .split(File.pathSeparator)).map(each -> Path.of(each).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        var words = new ArrayList<>(List.of(Jvm.java(),
                "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", classPath,
                JudgeProcess.class.getName(), course.root().toString(), folder.toString()));
        boolean walls = limits.megabytes() > 0;
        if (walls) words.addAll(List.of("" + limits.megabytes(), "" + limits.seconds()));
        command = walls ? Sandbox.withoutNetwork(words, cores) : words;
    }

    /** The verdicts; what failed was run once more. */
    List<Judged> judge(int lesson, String text) throws InterruptedException {
        long start = System.nanoTime();
        JudgeProcess.Answer first = ask(new JudgeProcess.Job(lesson, text, seconds, List.of()));
        long taken = (System.nanoTime() - start) / 1_000_000_000L;
        List<String> failed = first.judged().stream().filter(each -> each.status() == Status.FAILED
                || each.status() == Status.BROKEN).map(Judged::id).toList();
        if (failed.isEmpty() || !first.compiled() || judge == null || taken >= seconds) {
            return complete(lesson, first.judged(), List.of());
        }
        return complete(lesson, first.judged(), ask(new JudgeProcess.Job(lesson, text,
                (int) (seconds - taken), failed)).judged());
    }

    /** Bad luck must cost nobody a point, and a program that fails at times must be seen. */
    private List<Judged> complete(int lesson, List<Judged> first, List<Judged> again) {
        var judged = new ArrayList<Judged>();
        for (Judged each : first) {
            boolean unstable = again.stream().anyMatch(second -> second.id().equals(each.id())
                    && second.passed());
            judged.add(!unstable ? each : new Judged(each.id(), each.title(), Status.PASSED,
                    "it passed only when it was run once more. At first:\n"
                    + each.message(), true));
        }
        var all = LessonTests.of(lesson).orElseThrow().exercises();
        for (var rest : all.subList(first.size(), all.size())) {
            judged.add(new Judged(rest.id(), rest.title(), Status.FAILED,
                    "its turn did not come: the exercises before it took all of the lesson's "
                    + seconds + " s", false));
        }
        return judged;
    }

    /** BROKEN for all where the judge itself had to be ended. */
    private JudgeProcess.Answer ask(JudgeProcess.Job job) throws InterruptedException {
        var answer = new CompletableFuture<String>();
        try {
            if (judge == null || !judge.isAlive()) start();
            Process asked = judge;
            BufferedReader from = answers;
            Thread.ofVirtual().start(() -> {
                try {
                    asked.getOutputStream().write((JudgeProcess.JSON.writeValueAsString(job)
                            + "\n").getBytes(StandardCharsets.UTF_8));
                    asked.getOutputStream().flush();
                    answer.complete(from.readLine());
                } catch (IOException gone) {
                    answer.completeExceptionally(gone);
                }
            });
            String line = answer.get(job.seconds() + GRACE_SECONDS, TimeUnit.SECONDS);
            if (line != null) {
                return JudgeProcess.JSON.readValue(line, JudgeProcess.Answer.class);
            }
            close();
            return broken(job, "the judge ended over it; it was not judged.");
        } catch (TimeoutException endless) {
            close();
            return broken(job, "it took longer than " + (job.seconds() + GRACE_SECONDS)
                    + " s, and was given up.");
        } catch (IOException | ExecutionException gone) {
            close();
            return broken(job, "the judge ended over it; it was not judged.");
        }
    }

    private static JudgeProcess.Answer broken(JudgeProcess.Job job, String why) {
        return new JudgeProcess.Answer(true, LessonTests.of(job.lesson()).orElseThrow().exercises()
                .stream().map(exercise -> new Judged(exercise.id(), exercise.title(),
                        Status.BROKEN, why, false)).toList());
    }

    private void start() throws IOException {
        judge = Children.start(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT));
        answers = new BufferedReader(new InputStreamReader(judge.getInputStream(),
                StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        if (judge != null) Children.end(judge);
        judge = null;
        Folders.delete(folder);
    }
}
