package given;

import module java.base;

/**
 * Holds a GET. The condition is lesson 05's; what is given is a race that two connections make: a
 * GET that the client sent before its 5 may arrive after it, or just before. So a GET that comes
 * while its session is about to move is held for a moment only.
 */
public final class Hold {
    private static final int OVERTAKEN_MS = 100;

    private Hold() {}

    /**
     * Waits until {@code ready}, or until the session moves; the caller holds {@code lock}, gives
     * it back while it waits, and whoever changes what is asked calls {@code lock.notifyAll()}.
     */
    public static void until(Object lock, BooleanSupplier ready, BooleanSupplier moves)
            throws InterruptedException {
        boolean moved = moves.getAsBoolean();
        long end = System.nanoTime() + OVERTAKEN_MS * 1_000_000L;
        while (!ready.getAsBoolean()) {
            long left = moved ? Math.ceilDiv(end - System.nanoTime(), 1_000_000) : 0;
            if (moves.getAsBoolean() && left <= 0) return;
            lock.wait(Math.max(0, left));
        }
    }
}
