package workshop.grading;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.course.Starters;
import workshop.grading.Submission.Attempt;
import workshop.grading.Submission.HandedIn;

/** The files of one learner that are lessons, and which of them count. */
final class Attempts {
    private static final int MOST_BYTES = 256 << 10;      // of a script; a lesson has 20,000
    private static final int MOST_NOTEBOOK_BYTES = 16 << 20; // with the pictures of its outputs
    private static final int MOST = 8;                    // of one lesson that are read
    // What browsers and platforms put behind a name that is there already: (1), -1, copy, Kopie 2.
    private static final String AGAIN = "(?:\\s*\\((\\d{1,3})\\)|-(\\d{1,3})|(?:\\s*[-–_]\\s*|\\s+)"
            + "(?:copy|kopie|copie|copia|cópia)(?:\\s*\\(?(\\d{1,3})\\)?)?)?";
    private static final Pattern NAME =
            Pattern.compile("(?iu)lesson(\\d\\d)" + AGAIN + "\\.(java|ipynb)(?:\\.txt)?");

    private static final Map<Integer, Source> STARTERS = new HashMap<>();

    private record Found(Attempt attempt, String folder, boolean notebook, int again, long millis,
                         List<String> notes) {}

    private final Course course;
    private final Starters starters;
    private final Set<Integer> wanted;
    private final Map<Integer, Notebook> notebooks; // the course's own
    private final Map<Integer, List<Found>> found = new TreeMap<>();

    Attempts(Course course, Set<Integer> wanted, Map<Integer, Notebook> notebooks) {
        this.course = course;
        this.starters = Starters.of(course);
        this.wanted = wanted;
        this.notebooks = notebooks;
    }

    /** Whether a file of this name is a lesson. */
    static boolean isLesson(String name) {
        return NAME.matcher(name).matches();
    }

    /** So many bytes are to be read of it, and one more; 0: none. */
    int most(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) return 0;
        int lesson = Integer.parseInt(parts.group(1));
        if (!wanted.contains(lesson) || found.getOrDefault(lesson, List.of()).size() >= MOST) {
            return 0;
        }
        return isNotebook(name) ? MOST_NOTEBOOK_BYTES : MOST_BYTES;
    }

    private static boolean isNotebook(String name) {
        return name.toLowerCase(Locale.ROOT).contains(".ipynb");
    }

    /** @param path with / between its folders */
    void add(String path, byte[] bytes, long millis) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) return;
        int lesson = Integer.parseInt(parts.group(1));
        int again = 0;
        for (int group = 2; group <= 4; group++) {
            if (parts.group(group) != null) again = Integer.parseInt(parts.group(group));
        }
        boolean copy = !name.matches("(?i)lesson\\d\\d\\..*");
        var notes = new ArrayList<String>();
        boolean notebook = isNotebook(name);
        found.computeIfAbsent(lesson, _ -> new ArrayList<>()).add(new Found(
                attempt(lesson, path, bytes, notebook, notes),
                path.substring(0, path.length() - name.length()), notebook,
                copy ? Math.max(1, again) : 0, millis, notes));
    }

    private Attempt attempt(int lesson, String path, byte[] bytes, boolean notebook,
            List<String> notes) {
        int most = notebook ? MOST_NOTEBOOK_BYTES : MOST_BYTES;
        if (bytes.length > most) return refused(path, tooLarge(path + " has", most));
        String text = decoded(bytes);
        if (!notebook) {
            return text == null ? refused(path, path + " is not UTF-8 text.\nSave it as UTF-8.")
                    : new Attempt(path, text, List.of(), untouched(lesson, text), null);
        }
        try {
            Notebook given = notebooks.computeIfAbsent(lesson, _ -> new Notebook(course, lesson));
            List<Declared> cells = given.declared(text, notes);
            String script = Assembly.of(given.lesson(), cells, Set.of(), false).text();
            if (script.length() > MOST_BYTES) {
                return refused(path, tooLarge("the code in " + path + " has", MOST_BYTES));
            }
            var untouched = new ArrayList<>(untouched(lesson, script));
            cells.stream().filter(Declared::isUnreadable).map(Declared::exercise)
                    .forEach(untouched::remove);
            return new Attempt(path, script, cells, untouched, null);
        } catch (CourseException none) {
            return refused(path, none.getMessage());
        }
    }

    private static Attempt refused(String path, String why) {
        return new Attempt(path, null, List.of(), List.of(), why);
    }

    private Source starter(int lesson) {
        synchronized (STARTERS) {
            return STARTERS.computeIfAbsent(lesson,
                    _ -> Source.read(Course.script(course.lessons(), lesson)));
        }
    }

    private List<String> untouched(int lesson, String text) {
        try {
            return List.copyOf(starters.untouched(Source.of(starter(lesson).file(), text)));
        } catch (CourseException damaged) {
            return List.of(); // who takes the marks away has touched something
        }
    }

    /**
     * Which of them count. What is as the starter has it counts where there is nothing else; of a
     * name's copies the newest.
     */
    void into(Submission learner) {
        found.forEach((lesson, all) -> {
            int regions = starter(lesson).regions().size();
            var order = Comparator.comparing(Found::notebook)
                    .thenComparing(each -> each.folder.chars().filter(c -> c == '/').count())
                    .thenComparing(each -> each.attempt.path());
            List<Found> touched = all.stream()
                    .filter(each -> each.attempt.untouched().size() < Math.max(1, regions))
                    .sorted(order).toList();
            List<Found> some = touched.isEmpty()
                    ? all.stream().sorted(order).limit(1).toList() : newest(touched);
            var notes = new ArrayList<String>();
            if (touched.size() > 1) {
                notes.add("it is there more than once: " + paths(touched) + (some.size() == 1
                        ? "; " + some.getFirst().attempt.path() + " was graded"
                        : "; of each exercise the better verdict counts"));
            } else if (some.getFirst().again > 0) {
                notes.add(some.getFirst().attempt.path() + " was graded");
            }
            some.forEach(each -> each.notes.forEach(note -> notes.add(some.size() == 1 ? note
                    : each.attempt.path() + ": " + note)));
            learner.lessons().put(lesson, new HandedIn(lesson, some.stream()
                    .map(Found::attempt).toList(), some.stream().mapToLong(Found::millis).max()
                    .orElseThrow(), notes));
        });
    }

    private static List<Found> newest(List<Found> all) {
        var one = new HashSet<String>();
        return all.stream().sorted(Comparator.comparingInt(Found::again).reversed())
                .filter(each -> one.add(each.folder + each.notebook))
                .sorted(Comparator.comparingInt(all::indexOf)).toList();
    }

    private static String paths(List<Found> all) {
        return all.stream().map(each -> each.attempt.path()).collect(Collectors.joining(", "));
    }

    private static String tooLarge(String what, int most) {
        return String.format(Locale.ROOT, "%s more than %,d bytes, and was not read.", what, most)
                + "\nA lesson has some 20,000.";
    }

    /** Null where it is not UTF-8; without the mark that some editors put before it. */
    private static String decoded(byte[] bytes) {
        try {
            return Source.withoutMark(StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException other) {
            return null;
        }
    }
}
