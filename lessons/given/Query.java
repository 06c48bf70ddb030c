//DEPS io.javalin:javalin:7.2.3
package given;

import io.javalin.http.BadRequestResponse;

/** What stands behind the ? of an address. The answer of exercise 4.1. */
public final class Query {
    private Query() {}

    /**
     * A whole number that a client may leave out: 1 to 18 ASCII digits, which always fit a long.
     *
     * @param text null where it was left out: 0
     * @throws BadRequestResponse for anything else
     */
    public static long number(String name, String text) {
        if (text == null) return 0;
        if (text.matches("[0-9]{1,18}")) return Long.parseLong(text);
        throw new BadRequestResponse(name + " is a whole number of 1 to 18 digits.");
    }
}
