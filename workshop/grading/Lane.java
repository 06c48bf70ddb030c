package workshop.grading;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import workshop.checking.LessonTests;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.grading.Grade.Judged;
import workshop.grading.JudgeProcess.Part;
import workshop.grading.Submission.Attempt;
import workshop.running.Asked;
import workshop.running.Children;
import workshop.running.Folders;

/** One of several that grade side by side: starts and ends its judge. */
final class Lane implements AutoCloseable {
    // Its own start, compiling, and one exercise that began in time, on a machine that is busy.
    private static final int GRACE_SECONDS = 150;

    private final Course course;
    private final Path folder;
    private final Shelter shelter;
    private final List<Integer> cores;
    private final int seconds;
    private final Asked judge = new Asked(this::start);

    Lane(Course course, Path folder, Shelter shelter, List<Integer> cores) {
        this.course = course;
        this.folder = folder;
        this.shelter = shelter;
        this.cores = cores;
        seconds = shelter.seconds();
    }

    /** A first look: what passes has passed, what fails is to be run {@link #again}. */
    List<Judged> look(int lesson, Attempt attempt) throws InterruptedException {
        var all = LessonTests.of(lesson).orElseThrow().exercises();
        var judged = new ArrayList<>(ask(false, List.of(new Part(lesson,
                attempt.text(), attempt.cells(),
                all.stream().map(LessonTests.ExerciseTests::id).toList()))).judged());
        for (var rest : all.subList(judged.size(), all.size())) {
            judged.add(new Judged(rest.id(), rest.title(), Status.FAILED,
                    "its turn did not come: the exercises before it took all of the lesson's "
                    + seconds + " s", false, ""));
        }
        return judged;
    }

    /** @param look at this lesson, with something that failed */
    record Looked(int lesson, Attempt attempt, List<Judged> look) {
        private Part part(Predicate<Judged> wanted) {
            return new Part(lesson, attempt.text(), attempt.cells(),
                    look.stream().filter(wanted).map(Judged::id).toList());
        }
    }

    /**
     * Runs once more what failed at the first look. Where it passes now, the reason may have been a
     * neighbour, or a server that another exercise had made unwell; so it is run a third time, and
     * is unstable if it fails then.
     *
     * @param all of one learner
     * @return the verdicts, by exercise
     */
    Map<String, Judged> again(List<Looked> all) throws InterruptedException {
        List<Part> open = all.stream().map(each -> each.part(Judged::open))
                .filter(part -> !part.exercises().isEmpty()).toList();
        Map<String, Judged> second = byId(ask(true, open));
        List<Part> passed = all.stream().map(each -> each.part(first -> first.open()
                && second.containsKey(first.id()) && second.get(first.id()).passed()))
                .filter(part -> !part.exercises().isEmpty()).toList();
        Map<String, Judged> third = passed.isEmpty() ? Map.of() : byId(ask(true, passed));
        var judged = new HashMap<String, Judged>();
        for (Looked looked : all) {
            looked.look.forEach(first -> judged.put(first.id(), inTheEnd(first,
                    second.get(first.id()), third.get(first.id())).of(looked.attempt)));
        }
        return judged;
    }

    /** @param second null, as {@code third}, where it was not run again */
    private static Judged inTheEnd(Judged first, Judged second, Judged third) {
        if (!first.open() || second == null) return first;
        if (third == null || third.passed()) return second;
        return new Judged(first.id(), first.title(), Status.PASSED, "it passed, but not each time"
                + " that it was run. Once:\n" + third.message(), true, first.from());
    }

    private static Map<String, Judged> byId(JudgeProcess.Answer answer) {
        return answer.judged().stream().collect(Collectors.toMap(Judged::id, each -> each));
    }

    /**
     * BROKEN for all where the judge itself had to be ended. What one learner left must not be in
     * another's way: where it ended, a fresh one decides.
     */
    private JudgeProcess.Answer ask(boolean again, List<Part> parts) throws InterruptedException {
        var job = new JudgeProcess.Job(again, parts, seconds * parts.size());
        if (shelter.isOneForEach()) close();
        boolean used = judge.isUp();
        JudgeProcess.Answer answer = once(job);
        return used && answer.judged().stream().anyMatch(Judged::notJudged) ? once(job) : answer;
    }

    private JudgeProcess.Answer once(JudgeProcess.Job job) throws InterruptedException {
        try {
            return judge.ask(job, JudgeProcess.Answer.class, job.seconds() + GRACE_SECONDS);
        } catch (TimeoutException endless) {
            return broken(job, "it took longer than " + (job.seconds() + GRACE_SECONDS)
                    + " s, and was given up.");
        } catch (IOException | Asked.Ended gone) {
            return broken(job, Judged.NOT_JUDGED);
        }
    }

    private static JudgeProcess.Answer broken(JudgeProcess.Job job, String why) {
        return new JudgeProcess.Answer(job.parts().stream().flatMap(part ->
                LessonTests.of(part.lesson()).orElseThrow().exercises().stream()
                        .filter(each -> part.exercises().contains(each.id())))
                .map(each -> new Judged(each.id(), each.title(), Status.BROKEN, why, false,
                        ""))
                .toList());
    }

    private Process start() throws IOException {
        return Children.start(new ProcessBuilder(shelter.judge(course, folder, cores))
                .redirectError(ProcessBuilder.Redirect.INHERIT));
    }

    @Override
    public void close() {
        judge.close();
        Folders.delete(folder);
    }
}
