package workshop.checking;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import workshop.checking.Verdict.Status;

/** Verdicts for people; coloured only on a terminal, and not where {@code NO_COLOR} is set. */
public final class TextReport {
    private static final String BROKEN_AS_BEFORE = "the same";

    private final PrintStream out;
    private final boolean colour;
    private String lastMessage = "";

    public TextReport(PrintStream out) {
        this.out = out;
        this.colour = System.console() != null && System.console().isTerminal()
                && System.getenv("NO_COLOR") == null;
    }

    /** One line for a verdict, and below it why it is not better. */
    public void add(Verdict verdict) {
        String mark = switch (verdict.status()) {
            case PASSED -> paint("32", verdict.isStar() ? "★" : "✓");
            case SKIPPED -> "–";
            case FAILED -> paint("31", verdict.isStar() ? "☆" : "✗");
            case BROKEN -> paint("31", "!");
        };
        String time = verdict.status() == Status.BROKEN ? "" : verdict.millis() + " ms";
        out.printf("  %s %-5s %-38s %8s%n", mark, verdict.id(), verdict.title(), time);
        if (verdict.passed()) return;
        boolean again = verdict.status() == Status.BROKEN && verdict.message().equals(lastMessage);
        String message = again ? BROKEN_AS_BEFORE : verdict.message();
        message.lines().forEach(line -> out.println("      " + line));
        lastMessage = verdict.message();
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
