package workshop.running;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A server that runs, as its tests know it: a Java program or a command that we have started, a
 * cell of a notebook, a program that somebody else runs. What is not known of it, is not told.
 */
public interface Server extends AutoCloseable {
    String host();

    int port();

    /** What it was started with, {@code IDLE_MS=1500}; empty where that is unknown. */
    default Map<String, String> limits() {
        return Map.of();
    }

    default boolean isAlive() {
        return true;
    }

    /** A place in what it prints, to ask {@link #words} from. */
    default long position() {
        return 0;
    }

    /**
     * What it has printed since, and how it ended where it did: for a person, each line behind a
     * line's end; empty where there is nothing to tell.
     */
    default String words(long since) {
        return "";
    }

    /** Of it and all that it has started, the JVM's own among them; empty where nobody tells. */
    default OptionalInt threads() {
        return OptionalInt.empty();
    }

    /** The same program once more, as a client; empty where that cannot be done. */
    default Optional<Client> client(String... arguments) {
        return Optional.empty();
    }

    /** Whether the same program can be started once more, with an environment of its own. */
    default boolean startsMore() {
        return false;
    }

    /** The same with more in its environment. */
    default Optional<Client> client(Map<String, String> environment, String... arguments) {
        return Optional.empty();
    }

    /** Ends it, and all that it has started, where that is ours to do. */
    @Override
    default void close() {}

    /** A program that runs until it ends by itself or is closed; it leaves nothing behind. */
    interface Client extends AutoCloseable {
        /** All that it has printed so far; of very much the middle is left out. */
        String output();

        boolean isAlive();

        /** SIGTERM; false where that cannot be done. */
        default boolean askToEnd() {
            return false;
        }

        @Override
        void close();
    }

    /** One that somebody else runs. */
    static Server at(String host, int port) {
        return new Server() {
            @Override
            public String host() {
                return host;
            }

            @Override
            public int port() {
                return port;
            }
        };
    }
}
