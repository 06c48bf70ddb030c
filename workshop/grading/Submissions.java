package workshop.grading;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import workshop.course.Course;
import workshop.course.CourseException;

/**
 * Reads what a class handed in. Nothing is unpacked and no link is followed: a file's bytes are
 * read up to a limit, whatever its name or its zip says about it.
 */
final class Submissions {
    private static final int MOST_ENTRIES = 10_000;       // that are looked at in a zip
    private static final int MOST_FILES = 1_000;          // that are looked at in a folder
    private static final int MOST_WALKED = 100_000;       // that lie in it, whatever they are
    private static final int MOST_DEPTH = 8;              // of folders in it
    private static final int MOST_COPIES = 3;             // of a lesson that one learner may have
    private static final int MOST_NOTES = 5;              // on one learner
    // Of the kit itself, whose clone some hand in; and of Jupyter's and a Mac's.
    private static final Set<String> NOT_THEIRS = Set.of("solutions", "tests", "workshop", "given",
            ".ipynb_checkpoints", "__MACOSX");
    private static final Pattern CODE = Pattern.compile("(?i).*\\.(java|ipynb)(\\.txt)?");

    private static final Pattern PACKED =
            Pattern.compile("(?i)(.+?)\\.(zip|rar|7z|tgz|tar|tar\\.\\w+|gz|xz|bz2)");

    private static final char UNREADABLE = '\uFFFD';
    private static final boolean UTF_8_NAMES =
            "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));
    private static final String NAMES_UNREADABLE = "with the language settings of this terminal"
            + " names with other letters than a to z cannot be read, and two learners could be"
            + " taken for one.\nSet LC_ALL to C.UTF-8, and give the command again.";

    // What Windows writes where an entry's name is not said to be UTF-8.
    private static final Charset OLD_NAMES = Charset.forName("IBM437");

    private final Course course;
    private final Set<Integer> wanted;
    private final Map<Integer, Notebook> notebooks = new HashMap<>(); // the course's own

    /** @param lessons to read; what else lies there is passed over */
    Submissions(Course course, List<Integer> lessons) {
        this.course = course;
        this.wanted = Set.copyOf(lessons);
    }

    /** In the order of their names. */
    List<Submission> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new CourseException("there is no folder " + folder
                    + "\nGive the folder that holds one folder, or one zip, for each learner.");
        }
        var all = new TreeMap<String, Submission>();
        Path onlyZip = null;
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.sorted().toList()) {
                String name = entry.getFileName().toString();
                if (name.startsWith(".") || name.equals("__MACOSX")) continue;
                boolean directory = Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
                boolean zip = !directory && name.toLowerCase(Locale.ROOT).endsWith(".zip");
                Matcher packed = PACKED.matcher(name);
                boolean file = !directory && packed.matches();
                if (!file && !directory && !Files.isSymbolicLink(entry)) continue; // roster.csv
                String learner = ClassOf.composed(file ? packed.group(1) : name);
                if (name.indexOf(UNREADABLE) >= 0) {
                    if (!UTF_8_NAMES) throw new CourseException(NAMES_UNREADABLE);
                    while (all.containsKey(learner)) learner += "'"; // two may look the same
                }
                Submission found = file && !zip ? notUnpacked(learner, name)
                        : read(learner, entry, zip);
                all.merge(learner, found, Submissions::together);
                if (zip) onlyZip = entry;
            }
        }
        if (all.size() == 1 && onlyZip != null) expectOneLearner(onlyZip);
        return List.copyOf(all.values());
    }

    private static Submission notUnpacked(String learner, String name) {
        return new Submission(learner, new TreeMap<>(), new ArrayList<>(List.of(notRead(name))));
    }

    private static String notRead(String name) {
        return name + " is no zip, and was not read: unpack it into a folder";
    }

    /** A platform's export is one zip, and is easily taken for a folder of them. */
    private static void expectOneLearner(Path file) {
        var folders = new TreeMap<String, Set<String>>(); // by the name of what lies in them
        try (var zip = open(file)) {
            zip.stream().limit(MOST_ENTRIES).map(ZipEntry::getName).forEach(path -> {
                String name = last(path).toLowerCase(Locale.ROOT);
                boolean packed = name.endsWith(".zip");
                if (!packed && !Attempts.isLesson(name)) return;
                folders.computeIfAbsent(packed ? "zip" : name, _ -> new TreeSet<>()).add(path);
            });
        } catch (IOException | RuntimeException damaged) {
            return; // which is told on the learner's page
        }
        if (folders.values().stream().allMatch(same -> same.size() < MOST_COPIES)) return;
        throw new CourseException(file + " seems to hold the work of a whole class."
                + "\nUnpack it, and give the folder that holds a folder or a zip for each.");
    }

    /** A zip from Windows may have its separators. */
    private static String last(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    /** A folder and a zip of one learner: the folder counts, the zip adds what it lacks. */
    private static Submission together(Submission one, Submission other) {
        noteOnce("there is more than one folder or archive of this learner", one);
        other.lessons().forEach(one.lessons()::putIfAbsent);
        one.notes().addAll(other.notes());
        return one;
    }

    private Submission read(String learner, Path entry, boolean zip) {
        var found = new Submission(learner, new TreeMap<>(), new ArrayList<>());
        var lessons = new Attempts(course, wanted, notebooks);
        if (Files.isSymbolicLink(entry)) {
            found.notes().add("it is a link that leads elsewhere, and was not followed");
        } else if (zip && !Files.isRegularFile(entry)) {
            found.notes().add("it is no file that could be read");
        } else if (zip) {
            readZip(entry, "", found, lessons);
        } else {
            readFolder(entry, found, lessons);
        }
        lessons.into(found);
        return found;
    }

    private void readFolder(Path folder, Submission into, Attempts lessons) {
        try (Stream<Path> files = Files.walk(folder, MOST_DEPTH)) {
            // As in a zip: what lies less deep counts. Only what could be handed in counts towards
            // the limit: beside the lessons may lie thousands of files of Git's.
            List<Path> walked = files.limit(MOST_WALKED + 1).toList();
            List<Path> named = walked.stream().filter(file -> isNamedForUs(file.getFileName()
                    .toString()) && isTheirs(shown(folder, file))).toList();
            if (walked.size() > MOST_WALKED || named.size() > MOST_FILES) {
                into.notes().add("there are too many files in it; not all were looked at");
            }
            for (Path file : named.stream()
                    .sorted(Comparator.comparing(Path::getNameCount)
                            .thenComparing(Comparator.naturalOrder()))
                    .limit(MOST_FILES).toList()) {
                String name = file.getFileName().toString();
                if (Files.isSymbolicLink(file)) {
                    if (Attempts.isLesson(name)) {
                        into.notes().add(name + " is a link that leads elsewhere, and was not"
                                + " followed");
                    }
                } else if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    if (Attempts.isLesson(name)) {
                        noteOnce(name + " is no file, and was not read", into);
                    }
                } else if (name.toLowerCase(Locale.ROOT).endsWith(".zip")) {
                    readZip(file, shown(folder, file) + "/", into, lessons);
                } else if (PACKED.matcher(name).matches()) {
                    noteOnce(notRead(name), into);
                } else if (Attempts.isLesson(name)) {
                    int most = lessons.most(name);
                    if (most == 0) continue;
                    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                        lessons.add(shown(folder, file), in.readNBytes(most + 1),
                                Files.getLastModifiedTime(file).toMillis());
                    }
                } else {
                    noteOther(name, into);
                }
            }
        } catch (IOException | UncheckedIOException unreadable) {
            into.notes().add("it could not be read: " + unreadable.getMessage());
        }
    }

    private static boolean isNamedForUs(String name) {
        return CODE.matcher(name).matches() || PACKED.matcher(name).matches();
    }

    /** As a learner knows it: from the own folder on. */
    private static String shown(Path folder, Path file) {
        return folder.relativize(file).toString().replace(File.separatorChar, '/');
    }

    private static boolean isTheirs(String path) {
        return Stream.of(path.split("[/\\\\]")).noneMatch(NOT_THEIRS::contains);
    }

    /** Code such as {@code Lesson1.java} was meant to be handed in, and would be missed. */
    private static void noteOther(String name, Submission into) {
        if (name.startsWith(".")) return;
        noteOnce(name + " is not named lessonNN.java or lessonNN.ipynb, and was not looked at",
                into);
    }

    private static void noteOnce(String note, Submission into) {
        if (into.notes().size() < MOST_NOTES && !into.notes().contains(note)) {
            into.notes().add(note);
        }
    }

    /** @param at before the paths in it */
    private void readZip(Path file, String at, Submission into, Attempts lessons) {
        String shown = file.getFileName().toString();
        try (var zip = open(file)) {
            // Of two files with one name that counts which lies less deep: a copy lies deeper.
            List<? extends ZipEntry> entries = zip.stream()
                    .filter(entry -> !entry.isDirectory() && isNamedForUs(last(entry.getName())))
                    .limit(MOST_ENTRIES)
                    .sorted(Comparator.comparingLong((ZipEntry entry) -> depth(entry.getName()))
                            .thenComparing(ZipEntry::getName)).toList();
            for (ZipEntry entry : entries) {
                String name = last(entry.getName());
                if (!isTheirs(entry.getName())) continue;
                if (PACKED.matcher(name).matches()) {
                    noteOnce(name + " lies in " + shown + ", and was not read: unpack that", into);
                    continue;
                } else if (!Attempts.isLesson(name)) {
                    noteOther(name, into);
                    continue;
                }
                int most = lessons.most(name);
                if (most == 0) continue;
                try (InputStream in = zip.getInputStream(entry)) {
                    // An entry's own date is whatever the learner wrote there.
                    lessons.add(at + entry.getName().replace('\\', '/'), in.readNBytes(most + 1),
                            Files.getLastModifiedTime(file).toMillis());
                }
            }
            if (entries.size() == MOST_ENTRIES) {
                noteOnce(shown + " has " + MOST_ENTRIES + " sources or more; not all were looked"
                        + " at", into);
            }
        } catch (IOException | RuntimeException damaged) {
            String why = String.valueOf(damaged.getMessage());
            noteOnce(shown + " cannot be read as a zip: " + (why.contains("encrypted")
                    ? "it has a password; unpack it into a folder" : why), into);
        }
    }

    private static ZipFile open(Path file) throws IOException {
        try {
            return new ZipFile(file.toFile());
        } catch (ZipException maybeItsNames) {
            return new ZipFile(file.toFile(), OLD_NAMES);
        }
    }

    private static long depth(String name) {
        return name.chars().filter(c -> c == '/' || c == '\\').count();
    }
}
