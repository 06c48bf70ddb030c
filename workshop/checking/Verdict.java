package workshop.checking;

import com.fasterxml.jackson.annotation.JsonIgnore;
import workshop.course.ExerciseId;

/**
 * What the tests say of one exercise.
 *
 * @param millis  how long its tests took; 0 for {@link Status#BROKEN}
 * @param message empty where it passed; else one sentence first, then the wire and the program's
 *                own words
 */
public record Verdict(String id, String title, Status status, long millis, String message) {
    /** The better ones first. */
    public enum Status {
        PASSED,
        /** It failed, was run once more, and passed: a person should look. */
        UNSTABLE,
        FAILED,
        /** The program does not compile, does not start, or does not listen. */
        BROKEN,
        /** The judge itself ended over it, which says nothing of the exercise. */
        NOT_JUDGED,
        /** Cannot be judged in this way; the message says in which it can. */
        SKIPPED,
        /** Its region is as the starter has it, and does not solve it. */
        NOT_ATTEMPTED
    }

    /** The same exercise, told in another way. */
    public Verdict as(Status status, String message) {
        return new Verdict(id, title, status, millis, message);
    }

    public boolean passed() {
        return status == Status.PASSED || status == Status.UNSTABLE;
    }

    /** It counts against the learner. */
    public boolean failed() {
        return status == Status.FAILED || status == Status.BROKEN;
    }

    @JsonIgnore
    public boolean isStar() {
        return ExerciseId.of(id).star();
    }

    /** Nothing speaks against it: it passed, or was not asked. */
    public boolean holds() {
        return passed() || status == Status.SKIPPED;
    }
}
