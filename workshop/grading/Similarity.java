package workshop.grading;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Region;
import workshop.course.Source;
import workshop.grading.Submission.HandedIn;
import workshop.running.BrokenProgram;
import workshop.running.Children;
import workshop.running.Folders;
import workshop.running.Jvm;
import workshop.running.Program;
import workshop.running.Programs;
import workshop.walls.Walls;

/**
 * Groups of learners whose code of an exercise is alike, for a person to judge. JPlag compares, in
 * a process behind the walls, since it reads what strangers wrote; nothing leaves this
 * machine. What the starter gives to all is taken out.
 */
final class Similarity {
    private static final int LIKE = 60;              // percent, of the one or the other
    private static final int MOST_GROUPS = 20;       // of an exercise that are shown
    private static final int FEW = 5;                // learners: nothing is typical of fewer
    // A lesson has 20,000, and Similar.java limits the tokens. What is beyond was not written by
    // hand, and whoever made it would have the comparison of all others take for ever.
    private static final int MOST_CHARACTERS = 60_000;
    private static final int SECONDS = 600; // or, for a class of thousands, as the user says:
    static final String PATIENCE = "SIMILAR_SECONDS"; // a variable of the environment

    /**
     * @param ofFirst percent of the first one's code that is in the second's
     * @param tokens  how much that is: 20 are a few lines, which honest people may share
     */
    record Pair(String first, String second, int ofFirst, int ofSecond, int tokens) {
        int most() {
            return Math.max(ofFirst, ofSecond);
        }
    }

    /** Learners of whom each two are alike, most first; and the code of each. */
    record Group(SequencedMap<String, String> codes, List<Pair> pairs) {
        int most() {
            return pairs.getFirst().most();
        }
    }

    /**
     * An exercise.
     *
     * @param compared how many learners' code
     * @param typical  percent that half of all pairs are below: where it is high, there is one way
     *                 to write it
     * @param tooLarge whose code is more than anybody writes for it
     */
    record Alike(String exercise, int compared, int typical, List<Group> groups,
                 List<String> unread, List<String> tooLarge) {}

    /** An exercise's code, by number of the learner, and who has too much of it. */
    private record Codes(Map<Integer, String> compared, List<Integer> tooLarge) {}

    private static final String WORK = ".similar";

    private final Course course;
    private final Path work;
    private final Shelter shelter;
    private final int seconds;

    Similarity(Course course, Path out, Shelter shelter) {
        this.course = course;
        this.work = out.toAbsolutePath().resolve(WORK);
        this.shelter = shelter;
        this.seconds = secondsAllowed();
    }

    List<Alike> of(List<Submission> submissions, List<Integer> lessons) throws IOException {
        Folders.delete(work);
        try {
            // By exercise, then by number of the learner: no name becomes a file's.
            var codes = new LinkedHashMap<String, Codes>();
            for (int lesson : lessons) write(submissions, lesson, codes);
            if (codes.isEmpty()) return List.of();
            return read(run(), submissions, codes);
        } finally {
            Folders.delete(work);
        }
    }

    private void write(List<Submission> submissions, int lesson,
            Map<String, Codes> codes) {
        Source starter = Source.read(Course.script(course.lessons(), lesson));
        for (Region region : starter.regions()) {
            var some = new TreeMap<Integer, String>();
            var tooLarge = new ArrayList<Integer>();
            for (int i = 0; i < submissions.size(); i++) {
                HandedIn handedIn = submissions.get(i).lessons().get(lesson);
                if (handedIn == null || handedIn.first().text() == null) continue;
                String code = code(handedIn.first().text(), region.id());
                if (code.length() > MOST_CHARACTERS) tooLarge.add(i);
                else if (!code.strip().equals(region.code().strip())) some.put(i, code);
            }
            if (some.size() + tooLarge.size() < 2) continue;
            codes.put(region.id(), new Codes(some, tooLarge));
            Path folder = work.resolve(region.id());
            Folders.write(folder.resolve("base/a.java"), starter.bytes());
            some.forEach((number, code) -> Folders.write(folder.resolve("all/" + number
                    + "/a.java"), code.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Who takes the marks of an exercise away is compared with all that is in the file. */
    private static String code(String text, String exercise) {
        try {
            return Source.of(Path.of("a.java"), text).region(exercise).map(Region::code)
                    .orElse(text);
        } catch (CourseException damaged) {
            return text;
        }
    }

    /** No part of the tool: it is compiled when it is asked for, and then JPlag is fetched. */
    static Path script(Course course) {
        return course.root().resolve("workshop").resolve("Similar.java");
    }

    private String run() throws IOException {
        Source script = Source.read(script(course));
        try (var programs = new Programs(course); Program similar = programs.compile(script,
                0)) {
            String classPath = Stream.concat(similar.jars().stream(), Stream.of(similar.classes()))
                    .map(Path::toString).collect(Collectors.joining(File.pathSeparator));
            var words = new ArrayList<>(List.of(Jvm.java(), "-Xmx1g", "-XX:+UseSerialGC"));
            words.addAll(similar.options());
            words.addAll(List.of("-cp", classPath, similar.mainClass(), work.toString()));
            Walls around = shelter.ofReader(course, seconds);
            var seen = new ArrayList<>(similar.jars());
            seen.addAll(List.of(similar.classes(), work));
            Path answer = work.resolve("pairs");
            Process process = Children.start(new ProcessBuilder(around.around(words, seen,
                    List.of(), Map.of())).redirectOutput(answer.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD), around);
            try {
                process.getOutputStream().close();
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    throw new CourseException("it was stopped after " + seconds + " s.\nGive the"
                            + " same command with SIMILAR_SECONDS=" + Math.max(1, seconds) * 3
                            + " before it, or with --lessons 1, say.");
                }
                if (process.exitValue() == 0) return Files.readString(answer);
                throw new CourseException("JPlag failed" + Children.guard(process).reason()
                        + "\nGive the same command with --lessons 1, say, to see which it is.");
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new CourseException("it was interrupted.");
            } finally {
                Children.end(process);
            }
        } catch (BrokenProgram missing) {
            throw new CourseException("it needs JPlag, which is fetched once: "
                    + missing.getMessage());
        }
    }

    private static int secondsAllowed() {
        String given = System.getenv(PATIENCE);
        if (given == null) return SECONDS;
        if (given.matches("\\d{1,6}")) return Integer.parseInt(given);
        throw new CourseException("SIMILAR_SECONDS=" + given + " is no number of seconds.");
    }

    private static List<Alike> read(String answer, List<Submission> submissions,
            Map<String, Codes> codes) {
        var pairs = new HashMap<String, List<Pair>>();
        var unread = new HashMap<String, List<Integer>>();
        for (String line : answer.lines().toList()) {
            String[] words = line.split("\t");
            String exercise = words[0];
            if (words[1].equals("unread") || words[1].equals("large")) {
                int learner = Integer.parseInt(words[2]);
                Codes all = codes.get(exercise);
                all.compared.remove(learner);
                if (words[1].equals("large")) all.tooLarge.add(learner);
                else unread.computeIfAbsent(exercise, _ -> new ArrayList<>()).add(learner);
                continue;
            }
            // In the order of the learners, so that two runs say the same.
            boolean turned = Integer.parseInt(words[1]) > Integer.parseInt(words[2]);
            int first = Integer.parseInt(words[turned ? 2 : 1]);
            int second = Integer.parseInt(words[turned ? 1 : 2]);
            pairs.computeIfAbsent(exercise, _ -> new ArrayList<>()).add(new Pair(
                    submissions.get(first).learner(), submissions.get(second).learner(),
                    Integer.parseInt(words[turned ? 4 : 3]),
                    Integer.parseInt(words[turned ? 3 : 4]), Integer.parseInt(words[5])));
        }
        var all = new ArrayList<Alike>();
        codes.forEach((exercise, some) -> {
            List<Pair> its = pairs.getOrDefault(exercise, List.of());
            int[] shares = its.stream().mapToInt(Pair::most).sorted().toArray();
            var code = new HashMap<String, String>();
            some.compared.forEach((i, text) -> code.put(submissions.get(i).learner(), text));
            all.add(new Alike(exercise, some.compared.size(),
                    shares.length == 0 ? 0 : shares[shares.length / 2],
                    groups(its.stream().filter(pair -> pair.most() >= LIKE)
                            .sorted(Comparator.comparingInt(Pair::most)
                                    .thenComparingInt(Pair::tokens).reversed()
                                    .thenComparing(Pair::first).thenComparing(Pair::second))
                            .toList(), code),
                    learners(unread.getOrDefault(exercise, List.of()), submissions),
                    learners(some.tooLarge, submissions)));
        });
        return all;
    }

    /**
     * Two groups become one only where each of the one is like each of the other: else a chain of
     * chance likenesses would soon bind the class together. What is left of the pairs, between
     * groups, are groups of two.
     *
     * @param pairs those that are alike, most first
     */
    private static List<Group> groups(List<Pair> pairs, Map<String, String> codes) {
        var alike = new HashMap<String, Set<String>>();
        var of = new HashMap<String, TreeSet<String>>();
        for (Pair pair : pairs) {
            alike.computeIfAbsent(pair.first, _ -> new HashSet<>()).add(pair.second);
            alike.computeIfAbsent(pair.second, _ -> new HashSet<>()).add(pair.first);
        }
        for (Pair pair : pairs) {
            TreeSet<String> one = of.computeIfAbsent(pair.first, name -> set(name));
            TreeSet<String> other = of.computeIfAbsent(pair.second, name -> set(name));
            if (one == other
                    || !one.stream().allMatch(each -> alike.get(each).containsAll(other))) continue;
            one.addAll(other);
            other.forEach(each -> of.put(each, one));
        }
        var groups = new LinkedHashMap<Set<String>, List<Pair>>(); // as their first pairs are
        for (Pair pair : pairs) {
            Set<String> group = of.get(pair.first);
            groups.computeIfAbsent(group.contains(pair.second) ? group
                    : new TreeSet<>(List.of(pair.first, pair.second)), _ -> new ArrayList<>())
                    .add(pair);
        }
        return groups.entrySet().stream().limit(MOST_GROUPS).map(each -> {
            var own = new LinkedHashMap<String, String>();
            each.getKey().forEach(learner -> own.put(learner, codes.get(learner)));
            return new Group(own, each.getValue());
        }).toList();
    }

    private static TreeSet<String> set(String one) {
        return new TreeSet<>(List.of(one));
    }

    private static List<String> learners(List<Integer> numbers, List<Submission> submissions) {
        return numbers.stream().sorted().map(number -> submissions.get(number).learner()).toList();
    }

    // --- What is written -------------------------------------------------------------------------

    private static final List<String> FILES =
            List.of("similar.html", "similar.json", "similar.csv");

    /** All that another run has written, also one that was stopped. */
    static void delete(Path out) throws IOException {
        for (String file : FILES) Files.deleteIfExists(out.resolve(file));
        Folders.delete(out.resolve(WORK));
    }

    static void report(List<Alike> all, ClassOf info, Path out) {
        var rows = new ArrayList<List<String>>(List.of(List.of("exercise", "learner", "other",
                "percent of learner", "percent of other", "tokens", "group")));
        for (Alike each : all) {
            for (int i = 0; i < each.groups.size(); i++) {
                for (Pair pair : each.groups.get(i).pairs) {
                    rows.add(List.of(each.exercise, pair.first, pair.second, "" + pair.ofFirst,
                            "" + pair.ofSecond, "" + pair.tokens, "" + (i + 1)));
                }
            }
        }
        Folders.write(out.resolve("similar.csv"), Csv.of(rows).getBytes(StandardCharsets.UTF_8));
        Folders.write(out.resolve("similar.json"), Results.json(Map.of("exercises", all)));
        Pages.write(out.resolve("similar.html"), "similar", "Similar code", page(all, info));
    }

    private record Page(boolean none, int least, List<Part> exercises) {}

    private record Part(String id, String title, String typical, List<LeftOut> leftOut,
                        List<GroupPart> groups) {}

    /** A learner as the roster names them, too. */
    private record Shown(String id, String name) {}

    private record LeftOut(String why, List<Shown> learners) {}

    private record GroupPart(int most, List<Shown> learners, String share, List<Code> codes) {}

    /** Whoever has the same text, to the letter, is named above it together. */
    private record Code(boolean same, List<Shown> learners, String code) {}

    private static Page page(List<Alike> all, ClassOf info) {
        var titles = new HashMap<String, String>();
        info.exercises().forEach(each -> titles.put(each.id(), each.title()));
        return new Page(all.stream().allMatch(each -> each.groups.isEmpty()), LIKE, all.stream()
                .filter(each -> !each.groups.isEmpty() || !each.unread.isEmpty()
                        || !each.tooLarge.isEmpty())
                .map(each -> new Part(each.exercise, titles.get(each.exercise), typical(each),
                        Stream.of(new LeftOut("Could not be read", shown(each.unread, info)),
                                new LeftOut("Too large to compare", shown(each.tooLarge, info)))
                                .filter(some -> !some.learners.isEmpty()).toList(),
                        each.groups.stream().map(group -> part(group, info)).toList())).toList());
    }

    private static String typical(Alike each) {
        String compared = each.compared == 1 ? "1 learner compared"
                : each.compared + " learners compared";
        if (each.compared < FEW) return compared + ": too few to tell what is typical.";
        compared += "; two of them typically share " + (each.typical == 0 ? "nothing"
                : each.typical + "%") + ".";
        return each.typical < LIKE ? compared : compared + " So likeness alone says little here.";
    }

    private static List<Shown> shown(Collection<String> learners, ClassOf info) {
        return learners.stream().map(each -> new Shown(each, info.otherName(each))).toList();
    }

    private static GroupPart part(Group group, ClassOf info) {
        var sameText = new LinkedHashMap<String, List<String>>();
        group.codes.forEach((learner, code) -> sameText
                .computeIfAbsent(code, _ -> new ArrayList<>()).add(learner));
        return new GroupPart(group.most(), shown(group.codes.keySet(), info),
                group.codes.size() == 2 ? ofPair(group.pairs.getFirst()) : ofMany(group),
                sameText.entrySet().stream().map(each -> new Code(each.getValue().size() > 1,
                        shown(each.getValue(), info), each.getKey())).toList());
    }

    private static String ofPair(Pair pair) {
        return pair.ofFirst + "% of the one, " + pair.ofSecond + "% of the other, " + pair.tokens
                + " tokens";
    }

    private static String ofMany(Group group) {
        int least = group.pairs.stream().mapToInt(Pair::most).min().orElseThrow();
        int tokens = group.pairs.stream().mapToInt(Pair::tokens).min().orElseThrow();
        return "any two of the " + group.codes.size() + " by " + (least == group.most() ? ""
                : least + " to ") + group.most() + "%, at least " + tokens + " tokens";
    }
}
