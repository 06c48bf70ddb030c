package workshop.checking;

import java.util.Set;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.ExerciseId;
import workshop.course.Source;
import workshop.course.Starters;

/**
 * An exercise that nobody has begun is not wrong: where a region is as the course gave it, what
 * its tests say is no failure. Where they pass nonetheless, it has passed.
 */
public final class Untouched {
    private final Set<String> exercises;
    private final boolean all;

    private Untouched(Set<String> exercises, boolean all) {
        this.exercises = exercises;
        this.all = all;
    }

    public static Untouched in(Course course, Source own) {
        Set<String> exercises = Starters.of(course).untouched(own);
        return new Untouched(exercises, exercises.size() == own.regions().size());
    }

    /** The verdict, as far as it can be one: with its words, which tell what there is to do. */
    public Verdict judged(Verdict verdict) {
        boolean wrong = verdict.status() == Status.FAILED
                // Where nothing is touched, nobody else is to blame: that must be told.
                || verdict.status() == Status.BROKEN && !all;
        if (!wrong || !exercises.contains(ExerciseId.of(verdict.id()).core().toString())) {
            return verdict;
        }
        return verdict.as(Status.NOT_ATTEMPTED, verdict.message());
    }
}
