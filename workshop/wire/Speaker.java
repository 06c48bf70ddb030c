package workshop.wire;

import java.util.List;

/**
 * Who speaks, and how that looks everywhere: the client is blue and speaks up, the server orange
 * and down. {@link #NOTE} is an event of the connection itself: opened, ended, reset.
 */
public enum Speaker {
    CLIENT("↑", "the client", "#1d5fbf", "34"),
    SERVER("↓", "the server", "#b3470f", "38;5;166"),
    NOTE("·", "the connection", "#7b8794", "2");

    private final String arrow;
    private final String words;
    private final String colour;
    private final String onTerminal;

    Speaker(String arrow, String words, String colour, String onTerminal) {
        this.arrow = arrow;
        this.words = words;
        this.colour = colour;
        this.onTerminal = onTerminal;
    }

    public String arrow() {
        return arrow;
    }

    /** {@code the client}. */
    public String words() {
        return words;
    }

    /**
     * Who speaks in a line of a failure's wire, {@code "  ↑ GET / HTTP/1.1"}; what is set in below
     * an arrow's line goes on with it.
     *
     * @param before who spoke in the line above; null: nobody
     * @return null for nobody
     */
    public static Speaker in(String line, Speaker before) {
        for (Speaker each : List.of(CLIENT, SERVER)) {
            if (line.stripLeading().startsWith(each.arrow + " ")) return each;
        }
        return line.startsWith("    ") ? before : null;
    }

    /** Appends what it said: its arrow before the first line, the others below that one. */
    public void show(List<String> lines, StringBuilder out) {
        String mark = arrow + " ";
        for (String line : lines) {
            out.append(mark).append(line).append('\n');
            mark = "  ";
        }
    }

    /** As HTML and SVG have it. */
    public String colour() {
        return colour;
    }

    /** The parameters of ANSI's SGR, {@code ESC [ … m}. */
    public String onTerminal() {
        return onTerminal;
    }
}
