package workshop.grading;

import java.util.List;
import workshop.checking.Verdict;
import workshop.course.ExerciseId;
import workshop.grading.Submission.Attempt;

/**
 * What one learner's lesson came to, as it is kept in {@code OUT/results}.
 *
 * @param fingerprint of what was graded, and with what: the same is not graded again
 * @param when      it was handed in, in ISO-8601; what a due date is compared with
 * @param notes     for the teacher and the learner: what was odd about what was handed in
 */
public record Grade(String learner, int lesson, String fingerprint, String when,
                    List<String> notes, List<Judged> exercises) {
    /**
     * @param unstable it failed, was run once more, and passed: a person should look
     * @param from     the file that was judged, where there are several; else empty
     */
    public record Judged(String id, String title, Verdict.Status status, String message,
                         boolean unstable, String from) {
        /** All that is said of what is to be graded again. */
        static final String NOT_JUDGED = "the judge ended over it; it was not judged.";

        public boolean passed() {
            return status == Verdict.Status.PASSED;
        }

        /** It counts against the learner: not so what was only skipped. */
        boolean failed() {
            return status == Verdict.Status.FAILED || status == Verdict.Status.BROKEN;
        }

        /** To be run once more: it failed, or this machine could not judge it. */
        boolean open() {
            return !passed() && status != Verdict.Status.NOT_ATTEMPTED;
        }

        /** Where what it was judged by is as the starter has it, that is no mistake. */
        Judged of(Attempt attempt) {
            boolean untouched = failed() && !notJudged() && attempt.untouched().contains(
                    ExerciseId.of(id).core().toString());
            return new Judged(id, title, untouched ? Verdict.Status.NOT_ATTEMPTED : status,
                    untouched ? "not attempted" : message, unstable, attempt.path());
        }

        Judged better(Judged other) {
            return rank() <= other.rank() ? this : other;
        }

        private int rank() {
            return List.of(Verdict.Status.PASSED, Verdict.Status.FAILED, Verdict.Status.BROKEN,
                    Verdict.Status.SKIPPED, Verdict.Status.NOT_ATTEMPTED).indexOf(status);
        }

        boolean notJudged() {
            return message.equals(NOT_JUDGED);
        }
    }
}
