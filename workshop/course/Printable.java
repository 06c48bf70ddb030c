package workshop.course;

import java.util.regex.Pattern;

/**
 * Text that somebody else wrote, as it may go to a terminal or a page: with a dot for whatever
 * would move the cursor, colour the line, or turn its letters round.
 */
public final class Printable {
    // Unicode's controls and formats, line ends of its own, and halves of letters. Two formats join
    // letters or keep them apart, in Persian names and in emoji, and stay.
    private static final String UNSAFE = "\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}&&[^\u200C\u200D]";
    private static final Pattern IN_LINE = Pattern.compile("[" + UNSAFE + "]");
    private static final Pattern IN_LINES = Pattern.compile("[" + UNSAFE + "&&[^\n\t]]");

    private Printable() {}

    /** One line, whatever stands in {@code text}: a name. */
    public static String line(String text) {
        return IN_LINE.matcher(text).replaceAll("·");
    }

    /** With its lines and tabs: a message. */
    public static String lines(String text) {
        return IN_LINES.matcher(text.replace("\r\n", "\n")).replaceAll("·");
    }
}
