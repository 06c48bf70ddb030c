package workshop.grading;

import java.util.List;
import java.util.Map;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;

/**
 * What one learner's lesson came to, as it is kept in {@code OUT/results}.
 *
 * @param fingerprint of what was graded, and with what: the same is not graded again
 * @param when        it was handed in, in ISO-8601; what a due date is compared with
 * @param notes       for the teacher and the learner: what was odd about what was handed in
 * @param from        by exercise, the file that it was judged by
 */
public record Grade(String learner, int lesson, String fingerprint, String when,
                    List<String> notes, List<Verdict> exercises, Map<String, String> from) {
    /** To be run once more: it failed, or this machine could not judge it. */
    static boolean isOpen(Verdict verdict) {
        return !verdict.passed() && verdict.status() != Status.NOT_ATTEMPTED;
    }

    /** The next run judges it anew. */
    static boolean isNotJudged(Verdict verdict) {
        return verdict.status() == Status.NOT_JUDGED;
    }

    boolean isWhole() {
        return exercises.stream().noneMatch(Grade::isNotJudged);
    }
}
