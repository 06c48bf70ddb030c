package workshop.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import workshop.running.Server;

/** A server in the cells of a notebook, and how it is stopped. */
final class CellServer implements Server {
    static final String HOST = "127.0.0.1";

    private static final int PRINTED_LINES = 8;     // of its own words, beside a failure

    private final int port;
    private final AutoCloseable stop;
    private final Map<String, String> limits;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    CellServer(int port, AutoCloseable stop, Map<String, String> limits) {
        this.port = port;
        this.stop = stop;
        this.limits = limits;
    }

    /**
     * Has what it prints meanwhile told apart: it prints into the very cell in which it is judged,
     * and what it says then stands beside a failure only.
     */
    void listenTo(Runnable judging) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        var aside = new PrintStream(printed, true, UTF_8);
        System.setOut(aside);
        System.setErr(aside);
        try {
            judging.run();
        } finally {
            System.setOut(out);
            System.setErr(err);
            printed.reset();
        }
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Map<String, String> limits() {
        return limits;
    }

    @Override
    public long position() {
        return printed.size();
    }

    @Override
    public String words(long since) {
        byte[] all = printed.toByteArray();
        List<String> lines = new String(all, (int) since, all.length - (int) since, UTF_8).strip()
                .lines().toList();
        if (lines.isEmpty()) return "";
        int from = Math.max(0, lines.size() - PRINTED_LINES);
        return "\nthe server printed"
                + (from > 0 ? " (the last " + PRINTED_LINES + " lines)" : "") + "\n  "
                + String.join("\n  ", lines.subList(from, lines.size()));
    }

    /** A lesson's client is started with {@code client URL}; the notebook's gets the URL. */
    @Override
    public Optional<Client> client(String... arguments) {
        return Cells.client().map(told -> new CellClient(told, arguments[arguments.length - 1]));
    }

    @Override
    public void close() {
        try {
            stop.close();
        } catch (Exception failed) {
            System.out.println("The server on port " + port + " did not stop: " + failed);
        }
    }
}
