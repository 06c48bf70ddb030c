package workshop.grading;

import java.util.List;
import workshop.checking.Verdict;

/**
 * What one learner's lesson came to, as it is kept in {@code OUT/results}.
 *
 * @param mark      what was graded, and with what: the same mark is not graded again
 * @param handedIn  when, in ISO-8601; what a due date is compared with
 * @param notes     for the teacher and the learner: what was odd about what was handed in
 */
public record Grade(String learner, int lesson, String mark, String handedIn, List<String> notes,
                    List<Judged> exercises) {
    /**
     * @param unstable it failed, was run once more, and passed: a person should look
     */
    public record Judged(String id, String title, Verdict.Status status, String message,
                         boolean unstable) {
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
            return !passed();
        }

        boolean notJudged() {
            return message.equals(NOT_JUDGED);
        }
    }
}
