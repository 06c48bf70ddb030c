package workshop.checking;

import java.util.HashMap;
import java.util.Map;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.checking.Verdict.Status;
import workshop.course.ExerciseId;
import workshop.running.BrokenProgram;

/**
 * Judges one exercise after the other, and says where one fails because another is not solved yet:
 * "solve 2.1 first". A star whose core does not hold is not judged at all.
 */
final class Turns implements Judging {
    private final Judging judging;
    private final boolean asksOthers;
    private final Map<ExerciseId, Verdict> known = new HashMap<>();

    /** @param asksOthers whether those that a failed one needs are judged for that alone */
    Turns(Judging judging, boolean asksOthers) {
        this.judging = judging;
        this.asksOthers = asksOthers;
    }

    @Override
    public Verdict judge(ExerciseTests exercise) throws BrokenProgram {
        if (exercise.isStar()) {
            ExerciseId core = exercise.exercise().core();
            if (!of(exercise, core).passed()) {
                return exercise.unrun(Status.SKIPPED, "solve " + core + " first");
            }
        }
        Verdict verdict = judging.judge(exercise);
        known.put(exercise.exercise(), verdict);
        if (verdict.status() != Status.FAILED) return verdict;
        for (ExerciseId needed : exercise.needs()) {
            if (!asksOthers && !known.containsKey(needed)) continue;
            if (of(exercise, needed).holds()) continue;
            return verdict.as(Status.FAILED, "solve " + needed + " first: " + exercise.id()
                    + " needs it\n" + verdict.message());
        }
        return verdict;
    }

    private Verdict of(ExerciseTests one, ExerciseId other) throws BrokenProgram {
        Verdict before = known.get(other);
        if (before != null) return before;
        Verdict verdict = judging.judge(ExerciseCatalog.beside(one, other));
        known.put(other, verdict);
        return verdict;
    }
}
