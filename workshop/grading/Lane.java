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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import workshop.checking.LessonTests;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.grading.Grade.Judged;
import workshop.grading.JudgeProcess.Part;
import workshop.running.Children;
import workshop.running.Folders;
import workshop.running.Jvm;
import workshop.running.Sandbox;

/** One of several that grade side by side: starts and ends its judge. */
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

    /** A first look: what passes has passed, what fails is to be run {@link #again}. */
    List<Judged> look(int lesson, String text) throws InterruptedException {
        var all = LessonTests.of(lesson).orElseThrow().exercises();
        var judged = new ArrayList<>(ask(false, List.of(new Part(lesson, text,
                all.stream().map(LessonTests.ExerciseTests::id).toList()))).judged());
        for (var rest : all.subList(judged.size(), all.size())) {
            judged.add(new Judged(rest.id(), rest.title(), Status.FAILED,
                    "its turn did not come: the exercises before it took all of the lesson's "
                    + seconds + " s", false));
        }
        return judged;
    }

    /** @param look at this lesson, with something that failed */
    record Looked(int lesson, String text, List<Judged> look) {
        private Part part(Predicate<Judged> wanted) {
            return new Part(lesson, text, look.stream().filter(wanted).map(Judged::id).toList());
        }
    }

    /**
     * Runs once more what failed at the first look. Where it passes now, the reason may have been a
     * neighbour, or a server that another exercise had made unwell; so it is run a third time, and
     * is unstable if it fails then.
     *
     * @param all of one learner
     * @return the verdicts for each of them
     */
    List<List<Judged>> again(List<Looked> all) throws InterruptedException {
        Map<String, Judged> second = byId(ask(true, all.stream()
                .map(each -> each.part(Judged::open)).toList()));
        List<Part> passed = all.stream().map(each -> each.part(first -> first.open()
                && second.containsKey(first.id()) && second.get(first.id()).passed()))
                .filter(part -> !part.exercises().isEmpty()).toList();
        Map<String, Judged> third = passed.isEmpty() ? Map.of() : byId(ask(true, passed));
        return all.stream().map(each -> each.look.stream()
                .map(first -> inTheEnd(first, second.get(first.id()), third.get(first.id())))
                .toList()).toList();
    }

    /** @param second null, as {@code third}, where it was not run again */
    private static Judged inTheEnd(Judged first, Judged second, Judged third) {
        if (!first.open() || second == null) return first;
        if (third == null || third.passed()) return second;
        return new Judged(first.id(), first.title(), Status.PASSED, "it passed, but not each time"
                + " that it was run. Once:\n" + third.message(), true);
    }

    private static Map<String, Judged> byId(JudgeProcess.Answer answer) {
        return answer.judged().stream().collect(Collectors.toMap(Judged::id, each -> each));
    }

    /** BROKEN for all where the judge itself had to be ended. */
    private JudgeProcess.Answer ask(boolean again, List<Part> parts) throws InterruptedException {
        var job = new JudgeProcess.Job(again, parts, seconds * parts.size());
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
                var judged = JudgeProcess.JSON.readValue(line, JudgeProcess.Answer.class);
                if (judged.worn()) close(); // what one learner left must not be in another's way
                return judged;
            }
            close();
            return broken(job, Judged.NOT_JUDGED);
        } catch (TimeoutException endless) {
            close();
            return broken(job, "it took longer than " + (job.seconds() + GRACE_SECONDS)
                    + " s, and was given up.");
        } catch (IOException | ExecutionException gone) {
            close();
            return broken(job, Judged.NOT_JUDGED);
        }
    }

    private static JudgeProcess.Answer broken(JudgeProcess.Job job, String why) {
        return new JudgeProcess.Answer(job.parts().stream().flatMap(part ->
                LessonTests.of(part.lesson()).orElseThrow().exercises().stream()
                        .filter(each -> part.exercises().contains(each.id())))
                .map(each -> new Judged(each.id(), each.title(), Status.BROKEN, why, false))
                .toList(), false);
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
