package workshop.grading;

import java.util.List;
import java.util.SequencedMap;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;
import workshop.course.ExerciseId;

/**
 * What one learner handed in.
 *
 * @param learner the folder's or the zip file's name, as it is
 * @param lessons by number
 * @param notes   what was odd about all of it: a link that leads away, a zip that is damaged
 */
public record Submission(String learner, SequencedMap<Integer, HandedIn> lessons,
                         List<String> notes) {
    /**
     * One lesson.
     *
     * @param attempts where it is there more than once, those that differ from the starter; of
     *                 each exercise the better verdict counts
     * @param millis   when the last of them was handed in
     */
    public record HandedIn(int lesson, List<Attempt> attempts, long millis, List<String> notes) {
        Attempt first() {
            return attempts.getFirst();
        }
    }

    /**
     * One file of a lesson.
     *
     * @param path      in the folder, or in the zip
     * @param text      the script; of a notebook, what it was made into; null where {@code refusal}
     * @param cells     what a notebook declares; none where it is a script
     * @param untouched the exercises whose regions are as the starter has them
     * @param refusal   why it cannot be graded; null where it can
     */
    public record Attempt(String path, String text, List<Declared> cells, List<String> untouched,
                          String refusal) {
        /** Where what it was judged by is as the starter has it, that is no mistake. */
        Verdict told(Verdict verdict) {
            boolean begun = !untouched.contains(ExerciseId.of(verdict.id()).core().toString());
            return begun || !verdict.failed() ? verdict
                    : verdict.as(Status.NOT_ATTEMPTED, "not attempted");
        }
    }
}
