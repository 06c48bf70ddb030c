package given;

/**
 * What a client asked for is not granted; the sentence says why, to whoever reads it at the other
 * end. The answer of exercise 8.2.
 */
public final class Refused extends Exception {
    public Refused(String sentence) {
        super(sentence);
    }

    /** A refusal never repeats 10,000 letters. */
    public static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
