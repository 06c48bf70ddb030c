///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../Workshop.java
//SOURCES *.java lessons/*.java
//DEPS org.seleniumhq.selenium:selenium-chrome-driver:4.52.0
//DEPS org.seleniumhq.selenium:selenium-support:4.52.0
//DEPS com.google.zxing:core:3.5.4
//DEPS io.socket:socket.io-client:2.1.2

package workshop.testing;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import workshop.checking.SourceOrder;

/** {@code ./jbang test [NAME…]}: all tests, or those of the classes with such names. */
@Command(name = "test", mixinStandardHelpOptions = true,
        description = "All tests, or those of the classes whose names contain a NAME. The last line"
                + " is “N passed, N failed”, and “, N skipped” where this machine lacks something.")
public final class TestAll implements Callable<Integer> {
    /** {@code BARS=full}: each bar in the length that it was set for, which takes minutes. */
    public static final boolean FULL = "full".equals(System.getenv("BARS"));

    private static final PrintStream OUT = System.out; // a test may put another in its place
    private static final int LANES = 3;     // on two cores: much of a test is waiting
    private static final String TEST_LIMIT = "2700 s"; // beyond every wait inside a test

    @Parameters(paramLabel = "NAME", description = "Parts of classes' names; default all.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--install", description = "Install first what the tests call and this machine"
            + " lacks: with apt or brew, else say what it is.")
    private boolean install; // ./jbang has done it: it needs some of that itself

    @Option(names = "--times", description = "One class after the other, and at the end how long"
            + " each took and how much of the processor, slowest first.")
    private boolean times;

    private TestAll() {}

    public static void main(String[] words) throws IOException {
        if (words.length > 0 && words[0].equals("screens")) { // ./jbang screens, an alias
            Screens.take(List.of(words).subList(1, words.length));
            System.exit(0);
        }
        System.exit(new CommandLine(new TestAll()).execute(words));
    }

    /** One more line for whoever reads the tests' output. */
    public static void tell(String line) {
        OUT.println("  " + line);
    }

    @Override
    public Integer call() throws IOException, URISyntaxException {
        List<Class<?>> all = classes();
        List<Class<?>> wanted = all.stream().filter(type -> names.isEmpty()
                || names.stream().anyMatch(name -> type.getSimpleName().contains(name))).toList();
        if (wanted.isEmpty()) {
            System.err.println("No test class has such a name. There are: " + String.join(", ",
                    all.stream().map(Class::getSimpleName).toList()));
            return 2;
        }
        int lanes = times ? 1 : LANES;
        var progress = new Progress(OUT, wanted, lanes);
        run(wanted.stream().sorted(Comparator.comparing(progress::expected).reversed()).toList(),
                lanes, progress);
        progress.end();
        if (times) OUT.println(progress.times());
        OUT.print(Needed.told());
        OUT.println(progress.sum());
        return progress.isGreen() ? 0 : 1;
    }

    /** Classes run side by side but what measures time, which JUnit runs alone. */
    private static void run(List<Class<?>> types, int lanes, Progress progress) {
        String parallel = "junit.jupiter.execution.parallel.";
        LauncherFactory.create(LauncherConfig.builder()
                .enableTestEngineAutoRegistration(false).addTestEngines(new JupiterTestEngine())
                .build()).execute(LauncherDiscoveryRequestBuilder.request()
                .selectors(types.stream().map(DiscoverySelectors::selectClass).toList())
                .configurationParameter("junit.jupiter.testmethod.order.default",
                        SourceOrder.class.getName())
                .configurationParameter("junit.jupiter.execution.timeout.default", TEST_LIMIT)
                .configurationParameter(parallel + "enabled", "true")
                .configurationParameter(parallel + "mode.default", "same_thread")
                .configurationParameter(parallel + "mode.classes.default", "concurrent")
                // Its threads never become more where a test waits for a thread of its own.
                .configurationParameter(parallel + "config.executor-service", "WORKER_THREAD_POOL")
                .configurationParameter(parallel + "config.strategy", "fixed")
                .configurationParameter(parallel + "config.fixed.parallelism", "" + lanes)
                .forExecution().listeners(progress).build());
    }

    /** The classes whose names end in {@code Test}, of this package and those below it. */
    private static List<Class<?>> classes() throws IOException, URISyntaxException {
        Path place = Path.of(TestAll.class.getProtectionDomain().getCodeSource().getLocation()
                .toURI());
        if (Files.isDirectory(place)) return classesIn(place);
        try (FileSystem jar = FileSystems.newFileSystem(place)) {
            return classesIn(jar.getPath("/"));
        }
    }

    private static List<Class<?>> classesIn(Path root) throws IOException {
        Path own = root.resolve(TestAll.class.getPackageName().replace('.', '/'));
        var found = new ArrayList<Class<?>>();
        try (Stream<Path> files = Files.walk(own)) {
            for (Path file : files.sorted().toList()) {
                if (!file.getFileName().toString().matches("[A-Za-z0-9]+Test\\.class")) continue;
                String name = root.relativize(file).toString().replace('\\', '/');
                found.add(Class.forName(name.replace(".class", "").replace('/', '.')));
            }
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException("its file lies here", impossible);
        }
        return found;
    }
}
