package given;

import module java.base;

/**
 * Makes what is given slow where the tests ask for it ({@code STATE_PAUSE_MS}), as a disk or a
 * database would be. Then two threads that meet do meet, each time and on each machine, and an
 * answer that is right only by luck shows that it is wrong.
 */
public final class Pause {
    private static final int MS = Setting.of("STATE_PAUSE_MS", 0);
    private static final int LOCK_MS = Setting.of("LOCK_PAUSE_MS", 0);

    private Pause() {}

    /** Whether a test asked for it. */
    static boolean isOn() {
        return MS > 0;
    }

    static void here() {
        rest(MS);
    }

    /**
     * Rests behind a lock that this thread has just left ({@code LOCK_PAUSE_MS}): whoever waited
     * for it comes in. The tests put it there, no lesson calls it.
     */
    public static void outside() {
        rest(LOCK_MS);
    }

    private static void rest(int ms) {
        if (ms == 0) return;
        long end = System.nanoTime() + ms * 1_000_000L;
        for (long left = ms * 1_000_000L; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left); // may come back early, and does when interrupted
            if (Thread.currentThread().isInterrupted()) return;
        }
    }
}
