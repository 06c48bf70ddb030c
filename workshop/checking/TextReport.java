package workshop.checking;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import workshop.checking.Verdict.Status;
import workshop.wire.Speaker;

/**
 * Verdicts for people: a line for each, then the whole story of the first failure. Coloured only on
 * a terminal, and not where {@code NO_COLOR} is set.
 */
public final class TextReport {
    private static final String INDENT = "      ";
    private static final String AS_GIVEN = "as the course gives it, its tests say:";
    private static final int WIDTH = 110;
    private static final int NARROW = 40;  // below that no line says anything
    private static final int TITLE = 38;   // columns, where there are so many
    private static final int BESIDE = 16;  // for a time, or a word instead
    private static final int REASON = 40;  // columns at least, else none stands in the line

    private static final String RED = "31";
    private static final String GREEN = "32";
    private static final String PALE = "2";
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean whole;
    private final boolean terminal = System.console() != null && System.console().isTerminal()
            && !"dumb".equals(System.getenv("TERM"));
    private final boolean colour = terminal && System.getenv("NO_COLOR") == null;
    private final int width = width();
    private final List<Verdict> untold = new ArrayList<>(); // whose story may have to be told
    private int expected;
    private int told;
    private String lastReason = "";

    public TextReport(PrintStream out) {
        this(out, false);
    }

    /** @param whole every failure's story, every byte of it; else the first one's, in brief */
    public TextReport(PrintStream out, boolean whole) {
        this.out = out;
        this.whole = whole;
    }

    /** Says, on a terminal, how many of so many are done, until all are. */
    public void expect(int verdicts) {
        expected = verdicts;
    }

    /** Above the verdicts of a lesson. */
    public void headline(String text) {
        out.print(terminal ? CLEAR_LINE : "");
        out.println("\n" + text);
        sayHowFar();
    }

    /** One line for a verdict. */
    public void add(Verdict verdict) {
        boolean first = untold.stream().noneMatch(Verdict::failed);
        untold.add(verdict);
        told++;
        String mark = mark(verdict);
        int columns = Math.max(8, Math.min(TITLE, width - BESIDE - 12));
        String line = String.format(Locale.ROOT, "  %s %-5s %-" + columns + "s %" + BESIDE + "s",
                mark, verdict.id(), verdict.title(), beside(verdict));
        out.print(terminal ? CLEAR_LINE : "");
        out.println(line.stripTrailing() + (first || !verdict.failed() ? "" : reason(verdict,
                width - line.length() + mark.length() - 3)));
        if (verdict.status() == Status.SKIPPED && verdict.message().length() > BESIDE) {
            verdict.message().lines().forEach(each -> tell(each, ""));
        }
        sayHowFar();
    }

    private String mark(Verdict verdict) {
        return switch (verdict.status()) {
            case PASSED, UNSTABLE -> paint(GREEN, verdict.isStar() ? "★" : "✓");
            case SKIPPED, NOT_ATTEMPTED -> "–";
            case FAILED -> paint(RED, verdict.isStar() ? "☆" : "✗");
            case BROKEN, NOT_JUDGED -> paint(RED, "!");
        };
    }

    private static String beside(Verdict verdict) {
        return switch (verdict.status()) {
            case PASSED, UNSTABLE, FAILED -> verdict.millis() + " ms";
            case NOT_ATTEMPTED -> "not attempted";
            case BROKEN -> "does not run";
            case NOT_JUDGED -> "not judged";
            case SKIPPED -> verdict.message().length() > BESIDE ? "skipped" : verdict.message();
        };
    }

    /** In what is left of a line: why those fail that have no story. */
    private String reason(Verdict verdict, int room) {
        String why = verdict.message().lines().findFirst().orElse("");
        if (room < REASON || why.equals(lastReason)) return "";
        lastReason = why;
        return "   " + (why.length() <= room ? why : why.substring(0, room - 1) + "…");
    }

    private void sayHowFar() {
        if (!terminal || told >= expected) return;
        out.print(paint(PALE, "  … " + told + " of " + expected));
        out.flush();
    }

    /**
     * Why the first of those that failed did so; of those that nobody has begun, where none failed.
     * What was told is told.
     */
    public void story() {
        if (whole) {
            var once = new HashSet<String>();
            untold.stream().filter(Verdict::failed).filter(each -> once.add(each.message()))
                    .forEach(this::story);
        } else {
            first(Status.FAILED, Status.BROKEN).or(() -> first(Status.NOT_ATTEMPTED))
                    .ifPresent(this::story);
        }
        untold.clear();
    }

    private void story(Verdict verdict) {
        out.print(terminal ? CLEAR_LINE : "");
        if (untold.getLast() != verdict || whole && untold.size() > 1) {
            out.printf(Locale.ROOT, "%n  %s %-5s %s%n", mark(verdict), verdict.id(),
                    verdict.title());
        }
        if (verdict.status() == Status.NOT_ATTEMPTED) tell(AS_GIVEN, "");
        List<String> lines = verdict.status() == Status.BROKEN
                ? verdict.message().lines().toList()
                : new Brief(width - INDENT.length()).lines(verdict.message(), whole);
        Speaker speaker = null;
        for (String line : lines) {
            speaker = Speaker.in(line, speaker);
            tell(line, speaker == null ? "" : speaker.onTerminal());
        }
    }

    private void tell(String line, String tint) {
        List<String> parts = whole ? List.of(line)
                : Brief.wrapped(line, width - INDENT.length());
        parts.forEach(part -> out.println((INDENT + paint(tint, part)).stripTrailing()));
    }

    private Optional<Verdict> first(Status... some) {
        return untold.stream().filter(each -> List.of(some).contains(each.status())).findFirst();
    }

    /** Of the terminal, as it or its shell tells; else as wide as this course's own lines. */
    private int width() {
        String columns = System.getenv("COLUMNS");
        if (columns != null && columns.matches("[1-9]\\d{1,3}")) {
            return Math.max(NARROW, Integer.parseInt(columns));
        }
        if (!terminal || File.separatorChar == '\\') return WIDTH;
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty")).start();
            String[] size = new String(stty.getInputStream().readAllBytes()).strip().split(" ");
            int told = size.length == 2 ? Integer.parseInt(size[1]) : 0;
            return told == 0 ? WIDTH : Math.max(NARROW, told);
        } catch (IOException | NumberFormatException untold) {
            return WIDTH;
        }
    }

    /**
     * {@code 4 of 5 exercises solved in 1.9 s, and 1 of 2 stars}; an exercise that was skipped
     * counts for neither.
     */
    public void sum(List<Verdict> all, long millis) {
        story();
        List<Verdict> cores = all.stream().filter(verdict -> !verdict.isStar()).toList();
        List<Verdict> stars = all.stream().filter(Verdict::isStar).toList();
        out.println();
        if (!cores.isEmpty()) {
            out.printf(Locale.ROOT, "%d of %d exercises solved in %.1f s%s%s%s%n",
                    count(cores, Status.PASSED), cores.size() - count(cores, Status.SKIPPED),
                    millis / 1000.0, counted(cores, Status.SKIPPED, "skipped"),
                    counted(cores, Status.NOT_ATTEMPTED, "not attempted"), stars.isEmpty() ? ""
                    : ", and " + count(stars, Status.PASSED) + " of " + stars.size() + " stars");
        } else {
            out.printf(Locale.ROOT, "%d of %d stars in %.1f s%n", count(stars, Status.PASSED),
                    stars.size(), millis / 1000.0);
        }
        Optional<Verdict> failed = all.stream()
                .filter(each -> each.status() == Status.FAILED).findFirst();
        if (failed.isPresent()) {
            out.println("stuck? ./jbang hint " + failed.get().id());
            return;
        }
        all.stream().filter(each -> each.status() == Status.NOT_ATTEMPTED).findFirst()
                .ifPresent(next -> out.println("next: ./jbang start " + next.id()
                        + "   stuck? ./jbang hint " + next.id()));
    }

    private static long count(List<Verdict> verdicts, Status status) {
        return verdicts.stream().filter(each -> each.status() == status).count();
    }

    private static String counted(List<Verdict> verdicts, Status status, String word) {
        long count = count(verdicts, status);
        return count == 0 ? "" : ", " + count + " " + word;
    }

    private String paint(String code, String text) {
        return colour && !code.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
