package workshop.authoring;

import java.nio.file.Path;
import workshop.course.CourseException;
import workshop.course.Source;

/** Each right answer in another way is one that can be tried; {@link Trial} runs it. */
final class AnswersAreRight implements Check {
    @Override
    public void look(Tree tree, Findings findings) {
        for (int lesson : tree.lessons()) {
            Source solution = tree.script(tree.course().solutions(), lesson).orElse(null);
            if (solution == null) continue; // LessonsAreComplete tells that
            for (Path file : Mutant.filesIn(tree.course().answers(lesson))) {
                try {
                    Answer.read(file, solution);
                } catch (CourseException unreadable) {
                    findings.add(file, unreadable);
                }
            }
        }
    }
}
