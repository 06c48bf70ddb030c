package workshop.authoring;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import workshop.course.CourseException;

/** Collects what the checks find; several of them may look at the same time. */
public final class Findings {
    private final List<Finding> all = new ArrayList<>();

    /** A line of 0 means the whole file. What was said of a place before is not said again. */
    synchronized void add(Path file, int line, String what, String why, String mend) {
        boolean known = all.stream().anyMatch(each -> each.file().equals(file)
                && each.line() == line && each.what().equals(what));
        if (!known) all.add(new Finding(file, line, what, why, mend));
    }

    /** For a file that cannot be read as what it is; the exception's words name line and mend. */
    void add(Path file, CourseException unreadable) {
        String[] words = unreadable.getMessage().split("\n", 2);
        String what = words[0].startsWith(file.toString())
                ? words[0].substring(file.toString().length()).replaceFirst("^:\\s*", "")
                : words[0];
        var place = java.util.regex.Pattern.compile("^(\\d+): (.*)").matcher(what);
        boolean placed = place.matches();
        add(file, placed ? Integer.parseInt(place.group(1)) : 0, placed ? place.group(2) : what,
                "Nothing else can be checked in it.",
                words.length > 1 ? words[1].replace('\n', ' ') : "Mend the file.");
    }

    void addAll(Findings others) {
        others.all().forEach(each ->
                add(each.file(), each.line(), each.what(), each.why(), each.mend()));
    }

    public synchronized List<Finding> all() {
        return List.copyOf(all);
    }

    synchronized int count() {
        return all.size();
    }
}
