package workshop.checking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Does this machine give the judge its turns? A thread that should wake each 50 ms notes how late
 * it is; and Linux tells how long anybody waited for a core. On a machine that is too busy what is
 * slow must not be taken for what is wrong.
 */
final class Stalls {
    private static final long WAKE_NANOS = 50_000_000;
    private static final long LONG_NANOS = 300_000_000;  // one such wait can spoil a test
    private static final long NOTED_NANOS = 100_000_000;
    private static final double LATE_SHARE = 0.2;        // so much of the time, in small pieces
    // Somebody waited for a core, and did so before: a test's own clients take both for a moment.
    private static final double PRESSED_SHARE = 0.7;
    private static final double PRESSED_BEFORE = 50;     // percent, of the last 10 s
    /** How its words begin. */
    static final String BUSY = "this machine was busy";

    private static final Path PRESSURE = Path.of("/proc/pressure/cpu");
    private static final Pattern SOME =
            Pattern.compile("(?m)^some avg10=([\\d.]+) .*total=(\\d+)$");

    private static final List<Stalls> WATCHING = new CopyOnWriteArrayList<>();
    private static Thread ticker;

    private final long start = System.nanoTime();
    private final Optional<Pressure> before = pressure();
    private long longest;
    private long late;
    private long lasted;
    private double pressed;

    private Stalls() {}

    static Stalls watch() {
        var stalls = new Stalls();
        WATCHING.add(stalls);
        startTicker();
        return stalls;
    }

    private static synchronized void startTicker() {
        if (ticker != null) return;
        ticker = Thread.ofPlatform().daemon().name("notice stalls").priority(Thread.MAX_PRIORITY)
                .start(Stalls::tick);
    }

    private static void tick() {
        for (long due = System.nanoTime() + WAKE_NANOS; ; due = System.nanoTime() + WAKE_NANOS) {
            LockSupport.parkNanos(WAKE_NANOS);
            long late = Math.max(0, System.nanoTime() - due);
            for (Stalls each : WATCHING) each.note(late);
        }
    }

    private synchronized void note(long nanos) {
        longest = Math.max(longest, nanos);
        late += nanos;
    }

    /** @param micros that somebody waited, since the machine's start */
    private record Pressure(double ofLately, long micros) {}

    private static Optional<Pressure> pressure() {
        try {
            Matcher some = SOME.matcher(Files.readString(PRESSURE));
            return some.find() ? Optional.of(new Pressure(Double.parseDouble(some.group(1)),
                    Long.parseLong(some.group(2)))) : Optional.empty();
        } catch (IOException untold) {
            return Optional.empty(); // another system, or a kernel that does not count it
        }
    }

    synchronized void end() {
        WATCHING.remove(this);
        lasted = Math.max(1, System.nanoTime() - start);
        Optional<Pressure> now = pressure();
        if (now.isEmpty() || before.isEmpty() || before.get().ofLately < PRESSED_BEFORE) return;
        pressed = (now.get().micros - before.get().micros) * 1_000.0 / lasted;
    }

    synchronized boolean spoilt() {
        return longest >= LONG_NANOS || late >= lasted * LATE_SHARE || pressed >= PRESSED_SHARE;
    }

    /** For whoever cannot tell slow from wrong either. */
    synchronized String words() {
        String late = longest < NOTED_NANOS && pressed > 0 ? "" : String.format(Locale.ROOT,
                "the judge itself was up to %.1f s late", longest / 1e9);
        String waited = pressed <= 0 ? "" : String.format(Locale.ROOT,
                "programs waited for a core %.0f %% of the time", Math.min(1, pressed) * 100);
        return BUSY + ": " + late + (late.isEmpty() || waited.isEmpty() ? "" : ", and ") + waited;
    }
}
