package workshop.course;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A lesson's script as text, with the exercises' regions found in it.
 *
 * @param file    where it was read from, for messages
 * @param regions in the order of the file
 */
public record Source(Path file, String text, List<Region> regions) {
    private static final Pattern BEGIN =
            Pattern.compile("\\s*// EXERCISE (" + ExerciseId.PATTERN + ")  (.*\\S)\\s*");
    private static final Pattern ALMOST = Pattern.compile("\\s*//\\s*EXERCISE\\b.*");
    private static final Pattern END =
            Pattern.compile("\\s*// END (" + ExerciseId.PATTERN + ")\\s*");
    private static final Pattern HEADER = Pattern.compile("(?m)^// Lesson \\d\\d — (.*\\S)\\s*$");
    /** What git puts around two versions that it could not join. */
    private static final Pattern CONFLICT = Pattern.compile("(<{7}|>{7}|\\|{7})( .*)?|={7}");

    /** @throws CourseException where the file is missing, is no UTF-8, or a region is not closed */
    public static Source read(Path file) {
        return of(file, textOf(file));
    }

    /** @throws CourseException where the file is missing, or is no UTF-8 */
    public static String textOf(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new CourseException("there is no file " + file
                    + "\nIs the name right? A lesson is called lessonNN.java, lesson03.java say.");
        } catch (MalformedInputException notUtf8) {
            throw new CourseException(file + " is not UTF-8 text.\nSave it as UTF-8.");
        } catch (IOException unreadable) {
            throw new CourseException("cannot read " + file + ": " + unreadable);
        }
    }

    /** @param text with or without the mark that some editors put before it */
    public static Source of(Path file, String text) {
        String bare = withoutMark(text);
        return new Source(file, bare, findRegions(file, bare));
    }

    /** Without the byte order mark, which says that it is UTF-8 and is no part of the text. */
    public static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static List<Region> findRegions(Path file, String text) {
        var regions = new ArrayList<Region>();
        var seen = new HashSet<String>();
        Matcher open = null;
        int openLine = 0;
        var body = new StringBuilder();
        int number = 0;
        for (String line : lines(text)) {
            number++;
            String bare = line.stripTrailing();
            if (CONFLICT.matcher(bare).matches()) throw new CourseException(file + ":" + number
                    + ": git has left two versions here, with its marks <<<<<<<, ======= and"
                    + " >>>>>>> around them.\nKeep the lines that you want, delete the marks, and"
                    + " save.");
            Matcher begin = BEGIN.matcher(bare);
            Matcher end = END.matcher(bare);
            if (begin.matches()) {
                if (open != null) throw broken(file, openLine, open, "is not closed");
                if (!seen.add(begin.group(1))) throw broken(file, number, begin, "is here again");
                open = begin;
                openLine = number;
                body.setLength(0);
            } else if (ALMOST.matcher(bare).matches()) {
                throw new CourseException(file + ":" + number + ": no exercise begins like this: "
                        + bare.strip() + "\nWrite “// EXERCISE 5.2  Its title”, with two blanks"
                        + " before the title.");
            }
            if (open != null) body.append(line);
            if (end.matches()) {
                if (open == null || !open.group(1).equals(end.group(1))) {
                    throw new CourseException(file + ":" + number + ": “// END " + end.group(1)
                            + "” closes no exercise.\nPut the line “// EXERCISE " + end.group(1)
                            + "  …” back before it; git diff shows what was changed.");
                }
                regions.add(new Region(open.group(1), open.group(2), openLine, number,
                        body.toString()));
                open = null;
            }
        }
        if (open != null) throw broken(file, openLine, open, "is not closed");
        return List.copyOf(regions);
    }

    private static CourseException broken(Path file, int line, Matcher begin, String what) {
        String id = begin.group(1);
        return new CourseException(file + ":" + line + ": exercise " + id + " " + what
                + ".\nEach exercise has one line “// EXERCISE " + id + "  …” and one line “// END "
                + id + "”; git diff shows what was changed.");
    }

    /** {@code TCP: a socket is a pipe of bytes}, as its header says; empty where it has none. */
    public String title() {
        Matcher header = HEADER.matcher(text);
        return header.find() ? header.group(1) : "";
    }

    public Optional<Region> region(String id) {
        return regions.stream().filter(region -> region.id().equals(id)).findFirst();
    }

    /**
     * A piece of code that slides and notebooks show: of {@code "2.1"} the region's code, of
     * {@code "readHead"} the method, record or field of that name, from its first word to its end.
     */
    public Optional<String> piece(String name) {
        return region(name).map(Region::code)
                .or(() -> Optional.ofNullable(Declarations.of(text).get(name)));
    }

    /** All pieces that the script has, by name. */
    public SequencedMap<String, String> pieces() {
        var pieces = new LinkedHashMap<String, String>();
        regions.forEach(region -> pieces.put(region.id(), region.code()));
        pieces.putAll(Declarations.of(text));
        return pieces;
    }

    /**
     * Where an exercise has a bracket without its partner, in words that show the place; of all
     * that a compiler says then little is true.
     */
    public Optional<String> unbalanced() {
        List<String> all = lines(text);
        for (Region region : regions) {
            Optional<Brackets.Fault> found = Brackets.fault(region.text());
            if (found.isEmpty()) continue;
            Brackets.Fault fault = found.get();
            int line = region.firstLine() + fault.line();
            return Optional.of((fault.opens()
                    ? "a " + fault.bracket() + " of exercise " + region.id() + " has no "
                        + fault.partner() + " before // END " + region.id()
                    : "a " + fault.bracket() + " of exercise " + region.id() + " closes nothing")
                    + "\n" + Course.shown(file) + ":" + line + ": this one"
                    + "\n    " + all.get(line - 1).stripTrailing().replace('\t', ' ')
                    + "\n    " + " ".repeat(fault.column()) + "^");
        }
        return Optional.empty();
    }

    /** This source with the text of some regions exchanged; regions that are not named stay. */
    public Source with(Map<String, String> texts) {
        var out = new StringBuilder();
        var byFirstLine = new HashMap<Integer, Region>();
        regions.forEach(region -> byFirstLine.put(region.firstLine(), region));
        List<String> lines = lines(text);
        for (int i = 0; i < lines.size(); i++) {
            Region region = byFirstLine.get(i + 1);
            if (region == null) {
                out.append(lines.get(i));
            } else {
                out.append(texts.getOrDefault(region.id(), region.text()));
                i = region.lastLine() - 1;
            }
        }
        return of(file, out.toString());
    }

    /** What the script asks of JBang in its {@code //} lines. */
    public Directives directives() {
        return Directives.of(this);
    }

    /** The lines of {@code text}, each with its end as it stands. */
    public static List<String> lines(String text) {
        var lines = new ArrayList<String>();
        int from = 0;
        for (int at; (at = text.indexOf('\n', from)) >= 0; from = at + 1) {
            lines.add(text.substring(from, at + 1));
        }
        if (from < text.length()) lines.add(text.substring(from));
        return lines;
    }

    /** The text as the file's bytes. */
    public byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
