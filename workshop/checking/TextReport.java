package workshop.checking;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import workshop.checking.Verdict.Status;

/** Verdicts for people; coloured only on a terminal, and not where {@code NO_COLOR} is set. */
public final class TextReport {
    private static final String BROKEN_AS_BEFORE = "the same";
    private static final String INDENT = "      ";
    private static final int WIDTH = 110;
    private static final int NARROW = 40; // below that no line says anything

    private final PrintStream out;
    private final boolean whole;
    private final boolean terminal = System.console() != null && System.console().isTerminal();
    private final boolean colour = terminal && System.getenv("NO_COLOR") == null;
    private String lastMessage = "";
    private boolean toldOne;

    public TextReport(PrintStream out) {
        this(out, false);
    }

    /** @param whole every failure's story, every byte of it; else the first one's, in brief */
    public TextReport(PrintStream out, boolean whole) {
        this.out = out;
        this.whole = whole;
    }

    /** One line for a verdict, and below it why it is not better. */
    public void add(Verdict verdict) {
        String mark = switch (verdict.status()) {
            case PASSED -> paint("32", verdict.isStar() ? "★" : "✓");
            case SKIPPED, NOT_ATTEMPTED -> "–";
            case FAILED -> paint("31", verdict.isStar() ? "☆" : "✗");
            case BROKEN -> paint("31", "!");
        };
        String time = verdict.status() == Status.BROKEN ? "" : verdict.millis() + " ms";
        out.printf(Locale.ROOT, "  %s %-5s %-38s %8s%n", mark, verdict.id(), verdict.title(), time);
        if (verdict.passed()) return;
        lines(verdict).forEach(line -> out.println(INDENT + line));
        lastMessage = verdict.message();
    }

    private List<String> lines(Verdict verdict) {
        if (verdict.status() != Status.FAILED) {
            return verdict.message().equals(lastMessage) ? List.of(BROKEN_AS_BEFORE)
                    : verdict.message().lines().toList();
        }
        List<String> lines = new Brief(width() - INDENT.length()).lines(verdict.message(), whole);
        boolean first = !toldOne;
        toldOne = true;
        return first || whole ? lines : lines.subList(0, 1);
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
            return size.length == 2 ? Math.max(NARROW, Integer.parseInt(size[1])) : WIDTH;
        } catch (IOException | NumberFormatException untold) {
            return WIDTH;
        }
    }

    /**
     * {@code 4 of 5 exercises solved in 1.9 s, and 1 of 2 stars}; an exercise that was skipped
     * counts for neither.
     */
    public void sum(List<Verdict> all, long millis) {
        List<Verdict> cores = all.stream().filter(verdict -> !verdict.isStar()).toList();
        List<Verdict> stars = all.stream().filter(Verdict::isStar).toList();
        long skipped = cores.stream().filter(each -> each.status() == Status.SKIPPED).count();
        out.println();
        if (!cores.isEmpty()) {
            out.printf(Locale.ROOT, "%d of %d exercises solved in %.1f s%s%s%n", passed(cores),
                    cores.size() - skipped, millis / 1000.0,
                    skipped == 0 ? "" : ", " + skipped + " skipped", stars.isEmpty() ? ""
                    : ", and " + passed(stars) + " of " + stars.size() + " stars");
        } else {
            out.printf(Locale.ROOT, "%d of %d stars in %.1f s%n", passed(stars), stars.size(),
                    millis / 1000.0);
        }
        all.stream().filter(verdict -> verdict.status() == Status.FAILED).findFirst()
                .ifPresent(verdict -> out.println("stuck? ./jbang hint " + verdict.id()));
    }

    private static long passed(List<Verdict> verdicts) {
        return verdicts.stream().filter(Verdict::passed).count();
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
