package tests.clients;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.opentest4j.TestAbortedException;
import tests.Starter;
import tests.Target;

/**
 * Several servers of the program under test, which have one Redis and one secret: lesson 14. They
 * are started, killed and asked to end as the test wants it, and leave nothing behind.
 */
public final class Servers implements AutoCloseable {
    private static final Pattern LISTENS = Pattern.compile("listening on http://[^\\s]*:(\\d+)");
    private static final String REAL = "CHECK_REDIS_URL";
    private static final long START_MS = 20_000;
    private static final long READY_MS = 5_000;

    /** One of them. Its target starts nothing more. */
    public record One(Target target, Starter.Started process) {
        /** At once, as a machine that fails. */
        public void kill() {
            process.close();
        }

        /** Says what it has printed, beside a failure. */
        public String words() {
            String words = process.output();
            return words.isBlank() ? "" : "\nit printed:\n" + words.strip();
        }
    }

    private final SharedRedis redis = redisOfOurs();
    private final Target target;
    private final Map<String, String> environment = new HashMap<>();
    private final List<One> all = new ArrayList<>();

    private Servers(Target target) {
        this.target = target;
        environment.put("REDIS_URL", redis.url());
        environment.put("SECRET", target.word());
        environment.put("STATE_PAUSE_MS", "20"); // of what is read: no order is right by luck
    }

    /** None yet, and a Redis of their own. */
    public static Servers of(Target target) {
        return new Servers(target);
    }

    public SharedRedis redis() {
        return redis;
    }

    /** The tests' own, unless whoever checks names a real one, which is there for tests alone. */
    private static SharedRedis redisOfOurs() {
        String real = System.getenv(REAL);
        return real == null || real.isEmpty() ? SmallRedis.start() : RedisBehind.of(real);
    }

    /** One more, which lets people in already. */
    public One start() {
        One one = launch("0");
        long deadline = System.nanoTime() + READY_MS * 1_000_000;
        while (true) {
            int status = one.target.http().get("/ready").status();
            if (status == 200) return one;
            if (System.nanoTime() > deadline) {
                throw new AssertionError("a server that starts must be ready once it has read the"
                        + " log from its beginning to its end, but " + READY_MS / 1_000 + " s later"
                        + " /ready still answers " + status + one.words());
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** One that need not be ready. */
    public One launch(String port) {
        Starter.Started process = startWith(port);
        long deadline = System.nanoTime() + START_MS * 1_000_000;
        while (true) {
            Matcher listens = LISTENS.matcher(process.output());
            if (listens.find()) {
                var its = new Target(target.host(), Integer.parseInt(listens.group(1)),
                        target.limits(), target.random(), Starter.NONE);
                var one = new One(its, process);
                all.add(one);
                return one;
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                String words = process.output();
                process.close();
                throw new AssertionError("a server that is started with port " + port + " prints"
                        + " “listening on http://127.0.0.1:…”, but "
                        + (words.isBlank() ? "it printed nothing" : "it printed:\n" + words));
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** The program with these arguments, and all that the servers have in their environment. */
    public Starter.Started startWith(String... arguments) {
        return target.starter().start(environment, arguments).orElseThrow(() ->
                new TestAbortedException("here the test starts several servers of yours, so it"
                        + " needs the program itself: check it without --url"));
    }

    @Override
    public void close() {
        all.forEach(One::kill);
        redis.close();
    }
}
