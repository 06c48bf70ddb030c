package workshop.testing;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Tells what each class of tests found once it is through, and how long the rest will take. */
final class Progress implements TestExecutionListener {
    private static final long WORTH_TELLING_MS = 2_000;
    private static final double UNKNOWN_S = 10; // a new class
    private static final Path USUAL = MadeUp.real().root().resolve(
            "workshop/testing/seconds.properties");
    private static final Path TIMES = MadeUp.real().cache().resolve("test-seconds.properties");
    private static final Path OF_PROCESS = Path.of("/proc/self/stat");
    private static final double TICKS_A_SECOND = 100; // as Linux tells all programs

    private final PrintStream out;
    private final int lanes;
    private final Properties seconds = new Properties();
    private final Map<String, Count> counts = new LinkedHashMap<>();
    private final long start = System.nanoTime();
    private TestPlan plan;

    /** One class. */
    private static final class Count {
        private final StringBuilder told = new StringBuilder();
        private final Map<String, Integer> reasons = new LinkedHashMap<>(); // and tests left out
        private int passed;
        private int failed;
        private int skipped;
        private long begun;     // 0: not yet
        private double cpuBefore;
        private long testBegun;
        private double wall = -1;
        private double cpu;
    }

    /** @param lanes classes that run at a time */
    Progress(PrintStream out, Collection<Class<?>> types, int lanes) {
        this.out = out;
        this.lanes = lanes;
        types.forEach(type -> counts.put(type.getSimpleName(), new Count()));
        for (Path file : List.of(USUAL, TIMES)) {
            if (!Files.exists(file)) continue;
            try (var saved = Files.newBufferedReader(file)) {
                seconds.load(saved);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }

    /** The seconds that a class took the last time, here or elsewhere. */
    double expected(Class<?> type) {
        return expected(type.getSimpleName());
    }

    private double expected(String name) {
        return Double.parseDouble(seconds.getProperty(name, "" + UNKNOWN_S));
    }

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        this.plan = plan;
    }

    @Override
    public synchronized void executionStarted(TestIdentifier test) {
        Count count = countOf(test);
        if (count == null) return;
        if (count.begun == 0) {
            count.begun = System.nanoTime();
            count.cpuBefore = cpuSeconds();
        }
        if (test.isTest()) count.testBegun = System.nanoTime();
    }

    @Override
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Count count = countOf(test);
        if (count == null) return;
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (test.isTest()) pass(count, test);
            }
            case FAILED -> fail(count, test.getDisplayName(), words(result));
            case ABORTED -> {
                int tests = test.isTest() ? 1 : (int) plan.getDescendants(test).stream()
                        .filter(TestIdentifier::isTest).count();
                count.skipped += tests;
                count.reasons.merge(result.getThrowable().map(Throwable::getMessage).orElse(""),
                        tests, Integer::sum);
            }
        }
        if (isClass(test)) through(classOf(test), count);
    }

    private static void pass(Count count, TestIdentifier test) {
        count.passed++;
        long millis = (System.nanoTime() - count.testBegun) / 1_000_000;
        if (millis < WORTH_TELLING_MS) return;
        count.told.append(String.format(Locale.ROOT, "  ✓ %s (%.1f s)%n", test.getDisplayName(),
                millis / 1e3));
    }

    @Override
    public synchronized void executionSkipped(TestIdentifier test, String reason) {
        fail(countOf(test), test.getDisplayName(), "was switched off: " + reason);
    }

    private static void fail(Count count, String name, String words) {
        count.failed++;
        count.told.append("  ✗ ").append(name).append('\n').append(words.indent(6));
    }

    private void through(String name, Count count) {
        if (count.passed + count.failed + count.skipped == 0) fail(count, name, "no test ran");
        count.reasons.forEach((reason, tests) -> count.told.append("  – ").append(tests)
                .append(tests == 1 ? " test" : " tests").append(" cannot be told on this machine: ")
                .append(reason).append('\n'));
        count.wall = (System.nanoTime() - count.begun) / 1e9;
        count.cpu = cpuSeconds() - count.cpuBefore;
        if (count.failed == 0) seconds.setProperty(name, String.format(Locale.ROOT, "%.1f",
                count.wall));
        long done = counts.values().stream().filter(each -> each.wall >= 0).count();
        out.printf(Locale.ROOT, "%s: %s, in %.1f s%s%n%s%n", name, sum(List.of(count)), count.wall,
                counts.size() == 1 ? "" : String.format(Locale.ROOT, "   (%d of %d%s)", done,
                counts.size(), left()), count.told);
    }

    /** From what each class took the last time, in the proportion that holds today. */
    private String left() {
        double known = 0;
        double took = 0;
        double rest = 0;
        double longest = 0;
        for (Map.Entry<String, Count> each : counts.entrySet()) {
            double usual = expected(each.getKey());
            if (each.getValue().wall >= 0) {
                known += usual;
                took += each.getValue().wall;
            } else {
                double since = each.getValue().begun == 0 ? 0
                        : (System.nanoTime() - each.getValue().begun) / 1e9;
                double still = Math.max(usual - since, 1);
                rest += still;
                longest = Math.max(longest, still);
            }
        }
        if (rest == 0) return "";
        double left = Math.max(rest / lanes, longest) * (known > 0 ? took / known : 1);
        return left < 60 ? ", less than a minute left" : String.format(Locale.ROOT,
                ", about %.0f min left", Math.ceil(left / 60));
    }

    /** Remembers the times, for the next run. */
    synchronized void end() {
        out.printf(Locale.ROOT, "All in %.1f s%n", (System.nanoTime() - start) / 1e9);
        counts.entrySet().stream().filter(each -> each.getValue().wall < 0).forEach(each -> {
            fail(each.getValue(), each.getKey(), "no test ran");
            out.println(each.getKey() + ": no test ran");
        });
        try {
            Files.createDirectories(TIMES.getParent());
            try (var file = Files.newBufferedWriter(TIMES)) {
                seconds.store(file, null);
            }
        } catch (IOException unwritable) {
            out.println("The times are not kept: " + unwritable);
        }
    }

    /** Slowest first. Ended children count as the class that they ended in. */
    synchronized String times() {
        return "\nclass                              wall       CPU\n" + counts.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, Count> each) ->
                        each.getValue().wall).reversed())
                .map(each -> String.format(Locale.ROOT, "%-30s %6.1f s  %6.1f s%n", each.getKey(),
                        each.getValue().wall, each.getValue().cpu)).collect(Collectors.joining())
                + String.format(Locale.ROOT, "%-30s %6.1f s  %6.1f s%n", "all",
                counts.values().stream().mapToDouble(each -> each.wall).sum(),
                counts.values().stream().mapToDouble(each -> each.cpu).sum());
    }

    /** {@code 12 passed, 0 failed}, and what was skipped where something was. */
    synchronized String sum() {
        return sum(counts.values());
    }

    private static String sum(Collection<Count> counts) {
        int passed = counts.stream().mapToInt(each -> each.passed).sum();
        int failed = counts.stream().mapToInt(each -> each.failed).sum();
        int skipped = counts.stream().mapToInt(each -> each.skipped).sum();
        return passed + " passed, " + failed + " failed"
                + (skipped == 0 ? "" : ", " + skipped + " skipped");
    }

    /** Whether something ran, and nothing failed. */
    synchronized boolean isGreen() {
        return counts.values().stream().allMatch(each -> each.failed == 0)
                && counts.values().stream().anyMatch(each -> each.passed + each.skipped > 0);
    }

    private Count countOf(TestIdentifier test) {
        return counts.get(classOf(test));
    }

    /** The simple name of the class that a test or container belongs to; empty for the engine. */
    private String classOf(TestIdentifier test) {
        TestIdentifier at = test;
        while (!isClass(at)) {
            if (at.getParentId().isEmpty()) return "";
            at = plan.getTestIdentifier(at.getParentIdObject().orElseThrow());
        }
        return ((ClassSource) at.getSource().orElseThrow()).getJavaClass().getSimpleName();
    }

    /** A class that stands by itself: its parent is the engine. */
    private boolean isClass(TestIdentifier test) {
        return test.getSource().orElse(null) instanceof ClassSource
                && test.getParentIdObject().map(plan::getTestIdentifier)
                .map(parent -> parent.getParentIdObject().isEmpty()).orElse(false);
    }

    /** Of this process, and of its children that have ended, where the system tells. */
    private static double cpuSeconds() {
        try {
            if (Files.exists(OF_PROCESS)) {
                String stat = Files.readString(OF_PROCESS);
                return Stream.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ")).skip(11)
                        .limit(4).mapToLong(Long::parseLong).sum() / TICKS_A_SECOND;
            }
        } catch (IOException notToday) {
            throw new UncheckedIOException(notToday);
        }
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime() / 1e9;
    }

    /** The message, where it stands in our own code, and what caused it. */
    private static String words(TestExecutionResult result) {
        Throwable thrown = result.getThrowable().orElse(null);
        if (thrown == null) return "no reason was given";
        var words = new StringBuilder();
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at != thrown) words.append("\ncaused by ");
            words.append(at instanceof AssertionError && at.getMessage() != null
                    ? at.getMessage() : at.toString());
            Stream.of(at.getStackTrace())
                    .filter(frame -> frame.getClassName().startsWith("workshop."))
                    .limit(3).forEach(frame -> words.append("\n  at ").append(frame));
        }
        return words.toString();
    }
}
