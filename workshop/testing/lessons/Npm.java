package workshop.testing.lessons;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import workshop.testing.Command;
import workshop.testing.MadeUp;
import workshop.testing.Needed;

/**
 * Clients of other makers, which run on Node.js: packages of npm at one fixed version each, fetched
 * once into {@code .workshop/npm}.
 */
final class Npm {
    private static final Duration PATIENCE = Duration.ofMinutes(2); // for a slow network

    private Npm() {}

    /**
     * A script that may import this package.
     *
     * @param pinned {@code "eventsource@3.0.7"}
     * @param script the text of an ES module
     */
    static synchronized Command script(String pinned, String script, String... arguments) {
        String node = Needed.program("node");
        Path folder = installed(pinned);
        try {
            Path file = Files.createTempFile(folder, "script", ".mjs"); // imports look beside it
            file.toFile().deleteOnExit();
            Files.writeString(file, script);
            return Command.of(Stream.concat(Stream.of(node, file.toString()),
                    Stream.of(arguments)).toList()).in(folder);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /**
     * A file of this package, for a browser.
     *
     * @param file {@code "axe-core/axe.min.js"}, as it lies among the modules
     */
    static synchronized String file(String pinned, String file) {
        try {
            return Files.readString(installed(pinned).resolve("node_modules").resolve(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Path installed(String pinned) {
        Path folder = MadeUp.real().cache().resolve("npm").resolve(pinned.replace('/', '-'));
        Path done = folder.resolve("installed");
        if (Files.exists(done)) return folder;
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("package.json"), "{\"private\": true}\n");
            Command.of(Needed.program("npm"), "install", "--no-audit", "--no-fund",
                    "--ignore-scripts", "--save-exact", pinned).in(folder).run(PATIENCE)
                    .expectExit(0);
            Files.writeString(done, pinned + "\n"); // half an installation is none
            return folder;
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
