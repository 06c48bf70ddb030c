package workshop.grading;

import java.util.List;
import java.util.SequencedMap;

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
     * @param name     the file's
     * @param text     the script; of a notebook, what it was made into; null where {@code refusal}
     * @param millis   when it was handed in
     * @param refusal  why it cannot be graded; null where it can
     */
    public record HandedIn(int lesson, String name, String text, long millis, List<String> notes,
                           String refusal) {}
}
