//SOURCES Listening.java
//SOURCES Setting.java
package given;

import module java.base;

/** Addresses as text, as headers have them. No lesson teaches how they are written. */
public final class Addresses {
    private static final Pattern FOUR = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern SIX = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private Addresses() {}

    /**
     * An IPv4 or IPv6 address in one spelling, so that two can be compared as texts; asks nobody.
     *
     * @return null where the text is none: a name, a port behind it, {@code unknown}
     */
    public static String literal(String text) {
        if (!FOUR.matcher(text).matches() && !SIX.matcher(text).matches()) return null;
        try {
            return InetAddress.ofLiteral(text).getHostAddress();
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    /** Whether it is this machine's own. */
    public static boolean isLoopback(String literal) {
        return InetAddress.ofLiteral(literal).isLoopbackAddress();
    }

    /** Those that an environment variable names, with commas; else the program ends. */
    public static Set<String> setting(String name) {
        var all = new LinkedHashSet<String>();
        for (String each : Setting.list(name)) {
            String literal = literal(each);
            if (literal == null) {
                throw Listening.quit(2, name + " names addresses, with commas, and “" + each
                    + "” is none: " + name + "=127.0.0.1,::1, say");
            }
            all.add(literal);
        }
        return all;
    }
}
