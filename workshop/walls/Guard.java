package workshop.walls;

/** Looks after one program, and ends it when it takes too much. */
public interface Guard {
    /** Of a program without walls: it may take what it likes. */
    Guard NONE = new Guard() {};

    /** {@code ": it was stopped, since …"}; empty where it was not. */
    default String reason() {
        return "";
    }

    /** To be told how many bytes it has printed so far. */
    default void printed(long bytes) {}

    /**
     * To be called where the program does not do what it should.
     *
     * @param said all its words
     * @throws java.io.UncheckedIOException where it did not even begin, since its walls cannot be
     *                                      made
     */
    default void expectBegun(String said) {}

    /**
     * Ends the program with all that it has started.
     *
     * @return whether its process will end by itself now; else it is the caller's to end
     */
    default boolean end() {
        return false;
    }
}
