package workshop.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * What the tests call that is not ours, as {@code needed.txt} lists it. What this machine lacks is
 * left out, and told at the end; in CI it must be there.
 */
public final class Needed {
    private static final boolean CI = System.getenv("CI") != null;
    private static final boolean LINUX = System.getProperty("os.name").equals("Linux");
    private static final Path LIST = MadeUp.real().root().resolve("workshop/testing/needed.txt");

    /** What a test has missed, and what for. */
    private static final Map<String, String> MISSED = new ConcurrentSkipListMap<>();

    private Needed() {}

    /** The program, which has one of these names; the first stands in the list. */
    public static String program(String... names) {
        return find(names).orElseThrow(() -> missing(names[0]));
    }

    /** The program, where this machine has it. */
    public static Optional<String> find(String... names) {
        List<String> folders = List.of(System.getenv("PATH").split(File.pathSeparator));
        return Stream.of(names).flatMap(name -> name.contains("/") ? Stream.of(Path.of(name))
                        : folders.stream().flatMap(folder -> Stream.of("", ".exe", ".cmd")
                                .map(end -> Path.of(folder, name + end))))
                .filter(Files::isExecutable).map(Path::toString).findFirst();
    }

    /** Leaves a test out, since {@code name} is not here; fails in CI. */
    public static RuntimeException missing(String name) {
        String purpose = lines().filter(line -> line[0].equals(name)).map(line -> line[3])
                .findFirst().orElseThrow();
        if (CI) throw new AssertionError("there is no " + name + ", which " + purpose
                + ", and in CI nothing may be left out: ./jbang test --install");
        MISSED.put(name, purpose);
        return new TestAbortedException("there is no " + name + ", which " + purpose);
    }

    /** Says what was missed and how to mend it; nothing where nothing was. */
    public static String told() {
        if (MISSED.isEmpty()) return "";
        return "Left out, since this machine lacks it: " + MISSED.entrySet().stream()
                .map(each -> each.getKey() + " (" + each.getValue() + ")")
                .collect(Collectors.joining(", ")) + ".\nInstall it: "
                + (LINUX || find("brew").isPresent() ? "./jbang test --install"
                : "with your system's packages; workshop/testing/needed.txt lists them") + "\n";
    }

    private static Stream<String[]> lines() {
        try {
            return Files.readAllLines(LIST).stream().filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" {2,}", 4));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
