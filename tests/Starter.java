package tests;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whoever started the program under test. It can be started once more, with other arguments than a
 * port: as a client, to which a test plays the server.
 */
@FunctionalInterface
public interface Starter {
    /** Where the test is pointed at a server that runs already. */
    Starter NONE = _ -> Optional.empty();

    /** Returns at once; what does not start ends, and has said why. Empty where nothing can be. */
    Optional<Started> start(String... arguments);

    /** Whether anything can be started at all. */
    default boolean canStart() {
        return false;
    }

    /** The same with more in its environment, {@code REDIS_URL} say. */
    default Optional<Started> start(Map<String, String> environment, String... arguments) {
        return Optional.empty();
    }

    /**
     * How many threads the server under test has just now, the JVM's own among them, as the
     * operating system counts them; empty where that does not tell.
     */
    default OptionalInt threads() {
        return OptionalInt.empty();
    }

    /** A program that runs until it ends by itself or is closed; it leaves nothing behind. */
    interface Started extends AutoCloseable {
        /** All that it has printed so far, on either stream, with {@code \n} as line ends. */
        String output();

        boolean isAlive();

        /** SIGTERM; false where a program cannot be asked to end (Windows). */
        default boolean askToEnd() {
            return false;
        }

        /** At once, as a machine that fails. */
        @Override
        void close();
    }
}
