package workshop.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, not for a time. */
public final class Await {
    private static final long LOOK_NANOS = 10_000_000; // between two looks

    private Await() {}

    /** @param what for the failure: {@code awaited <what> for 5 s} */
    public static void until(String what, Duration limit, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("awaited " + what + " for " + limit.toMillis() / 1000.0
                        + " s");
            }
            LockSupport.parkNanos(LOOK_NANOS);
            if (Thread.interrupted()) throw new AssertionError("interrupted, awaiting " + what);
        }
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (RuntimeException defect) {
            throw defect;
        } catch (Exception notYet) {
            return false;
        }
    }
}
