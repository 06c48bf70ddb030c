package workshop.wire;

import java.io.PrintStream;
import java.time.Instant;

/** {@code ./jbang wire}: a tap whose messages are printed as they happen, and sums at the end. */
public final class WireWatch implements WireTap.Listener {
    /** What is printed. */
    public enum How { TEXT, JSON, RAW }

    private final How how;
    private final PrintStream out;
    // The clock of what is printed is the tap's, which exists only once it listens.
    private volatile WireTap.Listener printer = new WireTap.Listener() {};
    private final Object ready = new Object();

    private WireWatch(How how, PrintStream out) {
        this.how = how;
        this.out = out;
    }

    /** @param out where it is printed */
    public static WireWatch as(How how, PrintStream out) {
        return new WireWatch(how, out);
    }

    /** Starts, and ends when the process does, with the sums as the last words. */
    public void watch(int target, int port) {
        synchronized (ready) {
            WireTap tap = WireTap.of(target, port, this);
            Instant start = tap.startTime();
            var json = new WireJson(out, start);
            printer = switch (how) {
                case TEXT -> new WireText(out, start, isColourful());
                case JSON -> json;
                case RAW -> new WireHex(out, start);
            };
            if (how == How.JSON) {
                json.listening(tap.port(), target);
            } else {
                out.println("The tap listens on 127.0.0.1:" + tap.port() + " and passes all on to "
                        + "127.0.0.1:" + target + ".  Talk to http://127.0.0.1:" + tap.port()
                        + "/ (Ctrl-C ends)");
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                tap.close();
                Totals totals = tap.totals();
                if (how == How.JSON) json.totals(totals);
                else out.println("\n" + totals);
                out.flush();
            }, "sums"));
        }
    }

    /** Only on a terminal, and not where {@code NO_COLOR} is set. */
    private static boolean isColourful() {
        return System.console() != null && System.console().isTerminal()
                && System.getenv("NO_COLOR") == null;
    }

    @Override
    public void bytes(int connection, Speaker speaker, double atMillis, byte[] bytes) {
        printer().bytes(connection, speaker, atMillis, bytes);
    }

    @Override
    public void message(Message message) {
        printer().message(message);
    }

    @Override
    public void soFar(Message message) {
        printer().soFar(message);
    }

    private WireTap.Listener printer() {
        synchronized (ready) {
            return printer;
        }
    }
}
