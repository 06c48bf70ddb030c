package given;

import java.util.List;
import java.util.stream.Stream;

/**
 * A limit from the environment, so that a test need not wait as long as people do; in a notebook,
 * whose environment is the kernel's, from a system property of that name.
 */
public final class Setting {
    private Setting() {}

    /** The whole number that the variable {@code name} holds, or else {@code otherwise}. */
    public static int of(String name, int otherwise) {
        String value = text(name, "" + otherwise);
        if (value.matches("[0-9]{1,9}")) return Integer.parseInt(value);
        throw Listening.quit(2, name + " is a whole number, not '" + value + "': unset it, or set "
            + name + "=" + otherwise);
    }

    /** What it holds; {@code otherwise} where it is not there, or empty. */
    public static String text(String name, String otherwise) {
        String value = System.getProperty(name, System.getenv().getOrDefault(name, ""));
        return value.isEmpty() ? otherwise : value;
    }

    /** What it holds between commas, without blanks around each. */
    public static List<String> list(String name) {
        return Stream.of(text(name, "").split(",")).map(String::strip)
            .filter(each -> !each.isEmpty()).toList();
    }
}
