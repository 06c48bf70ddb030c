package workshop.authoring;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import workshop.course.Course;

/** A lesson is there in every medium, or not at all. */
final class LessonsAreComplete implements Check {
    private static final int FIRST_PAGE = 2; // a browser does not speak lesson 01's protocol

    @Override
    public void look(Tree tree, Findings findings) {
        Course course = tree.course();
        for (int lesson : tree.lessons()) {
            var parts = new ArrayList<>(List.of(Course.script(course.lessons(), lesson),
                    Course.script(course.solutions(), lesson), course.notebook(lesson),
                    course.slides(lesson), course.testFile(lesson), course.mutants(lesson)));
            if (lesson >= FIRST_PAGE) {
                parts.add(course.page(lesson));
            }
            for (Path part : parts) {
                if (Files.exists(part)) continue;
                findings.add(part, 0, "it is missing",
                        "Lesson " + lesson + " is there, and a lesson has all its parts.",
                        "Write it, or remove the lesson's other parts.");
            }
            if (Files.exists(course.testFile(lesson)) && tree.tests().apply(lesson).isEmpty()) {
                findings.add(course.testFile(lesson), 1, "the tests of lesson " + lesson
                        + " are not compiled", "The workshop has no class of that name.",
                        "Is the class called as its file, in the package tests?");
            }
        }
    }
}
