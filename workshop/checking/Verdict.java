package workshop.checking;

import workshop.course.ExerciseId;

/**
 * What the tests say of one exercise.
 *
 * @param millis  how long its tests took; 0 for {@link Status#BROKEN}
 * @param message empty where it passed; else one sentence first, then the wire and the program's
 *                own words
 */
public record Verdict(String id, String title, Status status, long millis, String message) {
    public enum Status {
        PASSED,
        FAILED,
        /** Cannot be judged in this way; the message says in which it can. */
        SKIPPED,
        /** Its region is as the starter has it, and does not solve it. */
        NOT_ATTEMPTED,
        /** The program does not compile, does not start, or does not listen. */
        BROKEN
    }

    public boolean passed() {
        return status == Status.PASSED;
    }

    public boolean isStar() {
        return ExerciseId.of(id).star();
    }

    /** Nothing speaks against it: it passed, or was not asked. */
    public boolean holds() {
        return passed() || status == Status.SKIPPED;
    }
}
