///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../Workshop.java
//SOURCES *.java
//DEPS org.seleniumhq.selenium:selenium-chrome-driver:4.52.0
//DEPS org.seleniumhq.selenium:selenium-support:4.52.0
//DEPS com.google.zxing:core:3.5.4

package workshop.testing;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * {@code ./jbang test [NAME…]}: all tests of the tool itself, or those of the classes whose names
 * contain a NAME. The last line is {@code N passed, N failed}.
 */
public final class TestAll {
    /** {@code BARS=full}: each bar in the length that it was set for, which takes minutes. */
    static final boolean FULL = "full".equals(System.getenv("BARS"));

    private static final PrintStream OUT = System.out; // a test may put another in its place
    private static final int LANES = 2;
    private static final String TEST_LIMIT = "2700 s"; // beyond every wait inside a test

    private TestAll() {}

    public static void main(String[] names) throws Exception {
        List<Class<?>> all = classes();
        List<Class<?>> wanted = all.stream().filter(type -> names.length == 0
                || Stream.of(names).anyMatch(name -> type.getSimpleName().contains(name))).toList();
        if (wanted.isEmpty()) {
            System.err.println("No test class has such a name. There are: " + String.join(", ",
                    all.stream().map(Class::getSimpleName).toList()));
            System.exit(2);
        }
        long start = System.nanoTime();
        int passed = 0;
        int failed = 0;
        for (Count each : runAll(wanted)) {
            passed += each.passed;
            failed += each.failed;
        }
        OUT.printf(Locale.ROOT, "All in %.1f s%n", (System.nanoTime() - start) / 1e9);
        OUT.println(passed + " passed, " + failed + " failed");
        System.exit(failed == 0 && passed > 0 ? 0 : 1);
    }

    /** One more line for whoever reads the tests' output. */
    static void tell(String line) {
        OUT.println("  " + line);
    }

    /** What measures time runs first and alone; of the others, which mostly wait, two at a time. */
    private static List<Count> runAll(List<Class<?>> types)
            throws InterruptedException, ExecutionException {
        var counts = new ArrayList<Count>();
        var running = new ArrayList<Future<Count>>();
        try (var lanes = Executors.newFixedThreadPool(LANES)) {
            for (Class<?> type : types) {
                if (type.isAnnotationPresent(Isolated.class)) counts.add(run(type));
            }
            for (Class<?> type : types) {
                if (type.isAnnotationPresent(Isolated.class)) continue;
                running.add(lanes.submit(() -> run(type)));
            }
            for (Future<Count> each : running) counts.add(each.get());
        }
        return counts;
    }

    /** The classes of this package whose names end in {@code Test}. */
    private static List<Class<?>> classes()
            throws IOException, URISyntaxException, ClassNotFoundException {
        Path place = Path.of(TestAll.class.getProtectionDomain().getCodeSource().getLocation()
                .toURI());
        if (Files.isDirectory(place)) return classesIn(place);
        try (var jar = FileSystems.newFileSystem(place)) {
            return classesIn(jar.getPath("/"));
        }
    }

    private static List<Class<?>> classesIn(Path root)
            throws IOException, ClassNotFoundException {
        String own = TestAll.class.getPackageName();
        var found = new ArrayList<Class<?>>();
        try (Stream<Path> files = Files.list(root.resolve(own.replace('.', '/')))) {
            for (String file : files.map(path -> path.getFileName().toString()).sorted().toList()) {
                if (!file.matches("[A-Za-z0-9]+Test\\.class")) continue;
                found.add(Class.forName(own + "." + file.replace(".class", "")));
            }
        }
        return found;
    }

    private static Count run(Class<?> type) {
        Launcher junit = LauncherFactory.create(LauncherConfig.builder()
                .enableTestEngineAutoRegistration(false).addTestEngines(new JupiterTestEngine())
                .build());
        var count = new Count();
        long start = System.nanoTime();
        junit.execute(LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(type))
                .configurationParameter("junit.jupiter.testmethod.order.default",
                        workshop.checking.SourceOrder.class.getName())
                .configurationParameter("junit.jupiter.execution.timeout.default", TEST_LIMIT)
                .forExecution().listeners(count).build());
        if (count.passed + count.failed + count.notHere == 0) {
            count.fail(type.getSimpleName(), "no test ran");
        }
        OUT.printf(Locale.ROOT, "%s: %d passed, %d failed, in %.1f s%n%s%n",
                type.getSimpleName(), count.passed, count.failed,
                (System.nanoTime() - start) / 1e9, count.told);
        return count;
    }

    private static final class Count implements TestExecutionListener {
        private static final long WORTH_TELLING_MS = 2_000;

        private int passed;
        private int failed;
        private int notHere;
        private long started;
        private final StringBuilder told = new StringBuilder();

        @Override
        public void executionStarted(TestIdentifier test) {
            if (test.isTest()) started = System.nanoTime();
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            switch (result.getStatus()) {
                case SUCCESSFUL -> {
                    if (!test.isTest()) return;
                    passed++;
                    long millis = (System.nanoTime() - started) / 1_000_000;
                    if (millis >= WORTH_TELLING_MS) {
                        told.append(String.format(Locale.ROOT, "  ✓ %s (%.1f s)%n",
                                test.getDisplayName(), millis / 1e3));
                    }
                }
                case FAILED -> fail(test.getDisplayName(), words(result));
                case ABORTED -> {
                    notHere++;
                    told.append("  – ").append(test.getDisplayName())
                            .append(": cannot be told on this machine: ")
                            .append(result.getThrowable().map(Throwable::getMessage).orElse(""))
                            .append('\n');
                }
            }
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            fail(test.getDisplayName(), "was skipped: " + reason);
        }

        private void fail(String name, String words) {
            failed++;
            told.append("  ✗ ").append(name).append('\n').append(words.indent(6));
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
}
