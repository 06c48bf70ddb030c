package workshop.grading;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;

/** {@code ./jbang grade merge OUT…}: the parts of a class become one report. */
@Command(name = "merge", mixinStandardHelpOptions = true,
        description = "Join the reports of several shards.")
final class MergeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "OUT", arity = "1..*", description = "Reports of ./jbang grade.")
    private List<Path> parts;

    @Option(names = "--out", defaultValue = "report",
            description = "Where the whole goes; default ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--similar", paramLabel = "DIR", description = "Also list which of the"
            + " submissions in DIR have code that is alike.")
    private Path similar;

    @Mixin
    private Shelter shelter;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Course course = Course.here();
        if (similar != null) {
            shelter.expect(course, List.of(Source.read(Similarity.script(course))),
                    "merge without --similar");
        }
        var whole = new Results(out);
        var lessons = new TreeSet<Integer>();
        var names = new LinkedHashMap<String, String>();
        var learners = new TreeMap<String, ClassOf.Learner>();
        var shards = new TreeSet<String>();
        ClassOf first = null;
        for (Path part : parts) {
            var results = new Results(part);
            ClassOf info = results.readClass();
            if (first == null) first = info;
            boolean same = info.points().equals(first.points()) && info.late() == first.late()
                    && Objects.equals(info.due(), first.due());
            if (!same) {
                throw new CourseException(part + " has other points or another due date than "
                        + parts.getFirst() + ".\nGrade all parts with the same.");
            }
            lessons.addAll(info.lessons());
            names.putAll(info.names());
            if (info.shard() != null) shards.add(info.shard());
            info.learners().forEach(each -> learners.put(each.id(), each));
            results.of(info).forEach(whole::keep);
        }
        expectAll(shards);
        var info = new ClassOf(List.copyOf(lessons), first.points(), names, first.due(),
                first.late(), List.copyOf(learners.values()), null);
        List<Submission> compared = similar == null ? null
                : new Submissions(course, info.lessons()).in(similar);
        whole.keep(info);
        return new Summary(course, whole, info).write(compared, shelter);
    }

    /** Whoever is in a part that was forgotten would have handed in nothing. */
    private static void expectAll(Set<String> shards) {
        if (shards.isEmpty()) return;
        String of = shards.iterator().next().replaceFirst(".*/", "/");
        List<String> missing = IntStream.rangeClosed(1, Integer.parseInt(of.substring(1)))
                .mapToObj(part -> part + of).filter(part -> !shards.contains(part)).toList();
        if (missing.isEmpty()) return;
        throw new CourseException("of the parts of this class " + String.join(", ", missing)
                + " is not given.\nName the reports of all of them.");
    }
}
