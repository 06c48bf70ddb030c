package workshop.grading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Printable;
import workshop.course.Source;

/** What is left to do once a class is graded: the reports, the comparison, a few lines. */
record Summary(Course course, Results results, ClassOf info) {
    /** The grades are written, and what --similar was to find out is not known. */
    private static final int NOT_COMPARED = 3;

    /**
     * The grades first: whatever becomes of the comparison, they are whole.
     *
     * @param compared whose code to compare; null: nobody's
     * @return the exit code
     */
    int write(List<Submission> compared, Shelter shelter) throws IOException {
        List<Grade> grades = results.of(info);
        var reports = new Reports(results.out(), info, titles(), grades);
        reports.write();
        Similarity.delete(results.out()); // what another run found is not of this one
        boolean done = compared == null || compare(compared, shelter);
        if (!done) Similarity.delete(results.out()); // half of it
        else if (compared != null) reports.writeIndex(true);
        tell(grades);
        System.out.println("report: " + results.out().resolve("index.html"));
        return done ? 0 : NOT_COMPARED;
    }

    private Map<Integer, String> titles() {
        return info.lessons().stream().collect(Collectors.toMap(lesson -> lesson, lesson ->
                Source.read(Course.script(course.lessons(), lesson)).title()));
    }

    private boolean compare(List<Submission> all, Shelter shelter) {
        try {
            var alike = new Similarity(course, results.out(), shelter).of(all, info.lessons());
            Similarity.report(alike, info, results.out());
            long groups = alike.stream().mapToLong(each -> each.groups().size()).sum();
            System.out.println(groups == 0 ? "no two have similar code"
                    : "similar code for you to judge, " + groups
                            + (groups == 1 ? " group: " : " groups: ")
                            + results.out().resolve("similar.html"));
            var tooLarge = new TreeSet<String>();
            alike.forEach(each -> tooLarge.addAll(each.tooLarge()));
            if (!tooLarge.isEmpty()) {
                System.out.println("too large to compare, and left out of it: "
                        + Printable.line(String.join(", ", tooLarge)));
            }
            return true;
        } catch (CourseException | IOException | UncheckedIOException failed) {
            System.out.flush();
            System.err.println("The grades are written, but nobody's code was compared: "
                    + Printable.lines(failed.getMessage()));
            return false;
        }
    }

    private void tell(List<Grade> grades) {
        long unstable = grades.stream().flatMap(grade -> grade.exercises().stream())
                .filter(each -> each.status() == Status.UNSTABLE).count();
        if (unstable > 0) {
            System.out.println(unstable + " verdicts are unstable: passed, but not each time");
        }
        long open = grades.stream().filter(grade -> !grade.isWhole()).count();
        if (open > 0) {
            System.out.println(open + " lessons were not judged, since the judge ended over them."
                    + "\nGive the same command again: it grades these, and only these.");
        }
        Set<String> noted = new TreeSet<>();
        info.learners().stream().filter(each -> !each.notes().isEmpty())
                .forEach(each -> noted.add(each.id()));
        grades.stream().filter(each -> !each.notes().isEmpty())
                .forEach(each -> noted.add(each.learner()));
        if (!noted.isEmpty()) {
            System.out.println("notes on what " + noted.size() + (noted.size() == 1 ? " learner"
                    : " learners") + " handed in: see the remarks in the report");
        }
        if (!info.missing().isEmpty()) {
            System.out.println("nothing came from "
                    + Printable.line(String.join(", ", info.missing())));
        }
        info.learners().stream().map(ClassOf.Learner::id).filter(info::isUnknown)
                .forEach(each -> System.out.println("not in the roster: " + Printable.line(each)));
    }
}
