package workshop.running;

/**
 * A program that does not compile, does not start, or does not listen. The message is the
 * compiler's or the program's own words, after one line of ours that says what happened.
 */
public final class BrokenProgram extends Exception {
    private static final long serialVersionUID = 1;

    public BrokenProgram(String message) {
        super(message);
    }
}
