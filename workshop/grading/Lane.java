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
import workshop.checking.ExerciseCatalog;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
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
    List<Verdict> look(int lesson, Attempt attempt) throws InterruptedException {
        var all = ExerciseCatalog.of(lesson).orElseThrow().exercises();
        var verdicts = new ArrayList<>(ask(false, List.of(new Part(lesson,
                attempt.text(), attempt.cells(),
                all.stream().map(ExerciseCatalog.ExerciseTests::id).toList()))).verdicts());
        for (var rest : all.subList(verdicts.size(), all.size())) {
            verdicts.add(rest.unrun(Status.FAILED, "its turn did not come: the exercises before it"
                    + " took all of the lesson's " + seconds + " s"));
        }
        return verdicts;
    }

    /** @param look at this lesson, with something that failed */
    record Looked(int lesson, Attempt attempt, List<Verdict> look) {
        private Part part(Predicate<Verdict> wanted) {
            return new Part(lesson, attempt.text(), attempt.cells(),
                    look.stream().filter(wanted).map(Verdict::id).toList());
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
    Map<String, Verdict> again(List<Looked> all) throws InterruptedException {
        List<Part> open = all.stream().map(each -> each.part(Grade::isOpen))
                .filter(part -> !part.exercises().isEmpty()).toList();
        Map<String, Verdict> second = byId(ask(true, open));
        List<Part> passed = all.stream().map(each -> each.part(first -> Grade.isOpen(first)
                && second.containsKey(first.id()) && second.get(first.id()).passed()))
                .filter(part -> !part.exercises().isEmpty()).toList();
        Map<String, Verdict> third = passed.isEmpty() ? Map.of() : byId(ask(true, passed));
        var verdicts = new HashMap<String, Verdict>();
        for (Looked looked : all) {
            looked.look.forEach(first -> verdicts.put(first.id(), looked.attempt.told(inTheEnd(
                    first, second.get(first.id()), third.get(first.id())))));
        }
        return verdicts;
    }

    /** @param second null, as {@code third}, where it was not run again */
    private static Verdict inTheEnd(Verdict first, Verdict second, Verdict third) {
        if (!Grade.isOpen(first) || second == null) return first;
        if (third == null || third.passed()) return second;
        return first.as(Status.UNSTABLE, "it passed, but not each time that it was run. Once:\n"
                + third.message());
    }

    private static Map<String, Verdict> byId(JudgeProcess.Answer answer) {
        return answer.verdicts().stream().collect(Collectors.toMap(Verdict::id, each -> each));
    }

    /**
     * One status for all where the judge itself ended, or had to be ended. What one learner left
     * must not be in another's way: a fresh one decides.
     */
    private JudgeProcess.Answer ask(boolean again, List<Part> parts) throws InterruptedException {
        var job = new JudgeProcess.Job(again, parts, seconds * parts.size());
        if (shelter.isOneForEach()) close();
        boolean used = judge.isUp();
        JudgeProcess.Answer answer = once(job);
        return used && answer.verdicts().stream().anyMatch(Grade::isNotJudged) ? once(job)
                : answer;
    }

    private JudgeProcess.Answer once(JudgeProcess.Job job) throws InterruptedException {
        try {
            return judge.ask(job, JudgeProcess.Answer.class, job.seconds() + GRACE_SECONDS);
        } catch (TimeoutException endless) {
            return all(job, Status.BROKEN, "it took longer than " + (job.seconds() + GRACE_SECONDS)
                    + " s, and was given up.");
        } catch (IOException | Asked.Ended gone) {
            return all(job, Status.NOT_JUDGED, "the judge ended over it; it was not judged.");
        }
    }

    private static JudgeProcess.Answer all(JudgeProcess.Job job, Status status, String why) {
        return new JudgeProcess.Answer(job.parts().stream().flatMap(part ->
                ExerciseCatalog.of(part.lesson()).orElseThrow().exercises().stream()
                        .filter(each -> part.exercises().contains(each.id())))
                .map(each -> each.unrun(status, why)).toList());
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
