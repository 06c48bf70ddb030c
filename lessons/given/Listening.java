package given;

import module java.base;

/**
 * Where a program listens, and how it says so. No lesson teaches this: the port is the first
 * argument or the lesson's own, the host is 127.0.0.1 unless the environment names a {@code HOST}.
 */
public record Listening(String host, int port) {
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    /**
     * From the command line.
     *
     * @param usual the lesson's own port, 7005 in lesson 05; 0 takes a free one
     */
    public static Listening at(int usual, String... args) {
        String port = args.length == 0 ? "" + usual : args[0];
        if (args.length > 1 || !PORT.matcher(port).matches() || Integer.parseInt(port) > 65_535) {
            throw quit(2, "Give one port, 1 to 65535, or 0 for a free one: jbang " + script(usual)
                + " " + (usual + 1_000));
        }
        return new Listening(System.getenv().getOrDefault("HOST", "127.0.0.1"),
            Integer.parseInt(port));
    }

    private static String script(int usual) {
        return String.format(Locale.ROOT, "lesson%02d.java", usual % 100);
    }

    /** Whether everybody in the network can come, not only this machine. */
    public boolean isOpenToAll() {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    /** Prints the line that people and tools wait for: {@code listening on http://[::1]:7005}. */
    public void announce(String scheme, int bound) {
        String name = host.contains(":") ? "[" + host + "]" : host; // RFC 3986, section 3.2.2
        IO.println("listening on " + scheme + "://" + name + ":" + bound);
    }

    /** Ends the program: why it cannot listen, and what to do. */
    public IllegalStateException taken() {
        return quit(1, "Cannot listen on " + host + ", port " + port + ": taken, or no address of "
            + "this machine. Stop who has it, or name another port; 0 takes a free one.");
    }

    /** Ends the program with one sentence instead of a stack trace; does not return. */
    public static IllegalStateException quit(int code, String sentence) {
        System.err.println(sentence);
        System.exit(code);
        return new IllegalStateException("exit does not return");
    }
}
