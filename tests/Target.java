package tests;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.opentest4j.TestAbortedException;
import tests.clients.RawClient;
import tests.clients.RawHttp;

/**
 * All that a test knows of the program under test: where it listens, and with which limits it was
 * started. Any server that keeps the lesson's contract passes, whoever wrote and started it.
 *
 * @param limits what the program was started with; empty where somebody else started it
 * @param random seeded for this one test; the seed is told when the test fails
 * @param starter starts the program as a client, and counts its threads
 */
public record Target(String host, int port, Map<String, String> limits, Random random,
                     Starter starter) {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    /** The same, with other random numbers. */
    Target with(Random own) {
        return new Target(host, port, limits, own, starter);
    }

    /** A new TCP connection. Close it; an open one never disturbs the next test, though. */
    public RawClient connect() {
        return RawClient.connect(host, port);
    }

    /** HTTP/1.1 by hand, a connection for each request. */
    public RawHttp http() {
        return new RawHttp(this);
    }

    /** The limit that the program runs with, in the unit of its name. */
    public long limit(String name, long otherwise) {
        String value = limits.get(name);
        return value == null ? otherwise : Long.parseLong(value);
    }

    /**
     * The program under test as a client, for an exercise in which the test is the server.
     *
     * @throws TestAbortedException where the tests know a running server alone
     */
    public Starter.Started start(String... arguments) {
        return started(starter.start(arguments));
    }

    /** The same with more in its environment, limits of its own say. */
    public Starter.Started start(Map<String, String> environment, String... arguments) {
        return started(starter.start(environment, arguments));
    }

    private static Starter.Started started(Optional<Starter.Started> program) {
        return program.orElseThrow(() -> new TestAbortedException("here the test"
                + " is the server and your client is tested, so it needs the program itself:"
                + " check it without --url"));
    }

    /** As {@link Starter#threads}. */
    public OptionalInt threads() {
        return starter.threads();
    }

    /** A fresh word of eight letters: no answer to it can have been written down before. */
    public String word() {
        return random.ints(8, 0, LETTERS.length())
                .collect(StringBuilder::new, (word, i) -> word.append(LETTERS.charAt(i)),
                        StringBuilder::append)
                .toString();
    }

    /** A whole number from {@code from} to {@code to}, both included. */
    public int number(int from, int to) {
        return random.nextInt(from, to + 1);
    }
}
