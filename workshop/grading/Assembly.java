package workshop.grading;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.course.Region;
import workshop.course.Source;
import workshop.grading.Members.Member;

/**
 * A lesson's script as a notebook would have it: the starter, with what the learner declares in the
 * place of what it declares itself, and what it does not declare behind it. Of several of one key
 * the last counts, as in a kernel that has run the cells from first to last.
 *
 * @param text  the script
 * @param spans which of its lines are whose
 */
record Assembly(String text, List<Span> spans) {
    private static final Pattern ERROR = Pattern.compile("(?m)^\\S*lesson\\d\\d\\.java:(\\d+): ");

    /** Lines of the script, from 1, both inclusive. */
    record Span(int first, int last, Declared declared) {}

    private record Edit(int from, int to, Declared declared) {}

    /**
     * @param lesson   the starter
     * @param declared in the order of the notebook
     * @param without  those that a kernel would have refused
     * @param narrow   only what belongs to exercises, or is new, and the learner's own imports
     */
    static Assembly of(Source lesson, List<Declared> declared, Set<Declared> without,
            boolean narrow) {
        List<Member> members = Members.of(lesson.text()).orElse(List.of());
        var own = new HashMap<String, Member>();
        members.forEach(each -> own.put(each.key(), each));
        var last = new LinkedHashMap<String, Declared>();
        for (Declared each : declared) {
            if (each.isUnreadable() || without.contains(each)) continue;
            if (each.isImport() ? each.key().contains(" workshop.") || narrow && each.given()
                    : each.given()) continue;
            last.put(each.key(), each);
        }
        var edits = new ArrayList<Edit>();
        int head = members.stream().filter(each -> each.key().startsWith("import "))
                .mapToInt(Member::to).max().orElse(members.isEmpty() ? 0
                        : lineStart(lesson.text(), members.getFirst().from()));
        last.forEach((key, each) -> {
            Member replaced = own.get(key);
            if (replaced == null) {
                edits.add(each.isImport() ? new Edit(head, head, each)
                        : new Edit(lesson.text().length(), lesson.text().length(), each));
            } else if (!each.isImport() && (!each.exercise().isEmpty()
                    || !narrow && !replaced.constant() && !key.startsWith("main("))) {
                edits.add(new Edit(replaced.from(), replaced.to(), each));
            }
        });
        edits.sort(Comparator.comparingInt(Edit::from));
        var text = new StringBuilder();
        var spans = new ArrayList<Span>();
        int from = 0;
        for (Edit edit : edits) {
            if (edit.from < from) continue; // int a, b; of which both are replaced
            text.append(lesson.text(), from, edit.from);
            if (edit.from == edit.to) text.append('\n');
            int first = lines(text) + 1;
            text.append(edit.declared.text());
            spans.add(new Span(first, lines(text) + 1, edit.declared));
            if (edit.from == edit.to) text.append('\n');
            from = edit.to;
        }
        text.append(lesson.text(), from, lesson.text().length());
        return new Assembly(text.toString(), spans);
    }

    private static int lineStart(String text, int at) {
        return text.lastIndexOf('\n', at) + 1;
    }

    private static int lines(CharSequence text) {
        return (int) text.chars().filter(c -> c == '\n').count();
    }

    /** What a compiler's words are about, each with the words in the cell's own lines. */
    Map<Declared, String> blamed(String words) {
        var blamed = new LinkedHashMap<Declared, String>();
        Matcher error = ERROR.matcher(words);
        for (boolean more = error.find(); more; ) {
            int line = Integer.parseInt(error.group(1));
            int begin = error.end();
            more = error.find();
            String said = words.substring(begin, more ? error.start() : words.length())
                    .replaceFirst("(?s)\n… the first often.*", "").stripTrailing();
            spans.stream().filter(span -> span.first <= line && line <= span.last).findFirst()
                    .ifPresent(span -> blamed.putIfAbsent(span.declared, "it does not compile, in "
                            + span.declared.cell() + ", line "
                            + (span.declared.line() + line - span.first) + ":\n" + said));
        }
        return blamed;
    }

    /** Those who stand behind one of {@code refused} in its cell: a kernel did not come to them. */
    static Set<Declared> unreached(List<Declared> declared, Set<Declared> refused) {
        var unreached = new LinkedHashSet<Declared>();
        for (Declared bad : refused) {
            int at = declared.indexOf(bad);
            for (Declared each : declared.subList(at, declared.size())) {
                if (!each.cell().equals(bad.cell())) break;
                unreached.add(each);
            }
        }
        return unreached;
    }

    /** The exercise, by the key of what its region declares. */
    static Map<String, String> exercises(Source lesson) {
        var exercises = new HashMap<String, String>();
        int[] starts = lineStarts(lesson.text());
        for (Member each : Members.of(lesson.text()).orElse(List.of())) {
            for (Region region : lesson.regions()) {
                if (starts[region.firstLine() - 1] <= each.from()
                        && (region.lastLine() >= starts.length
                        || each.from() < starts[region.lastLine()])) {
                    exercises.put(each.key(), region.id());
                }
            }
        }
        return exercises;
    }

    private static int[] lineStarts(String text) {
        List<String> lines = Source.lines(text);
        int[] starts = new int[lines.size()];
        for (int i = 1; i < starts.length; i++) {
            starts[i] = starts[i - 1] + lines.get(i - 1).length();
        }
        return starts;
    }
}
