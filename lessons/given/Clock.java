package given;

import module java.base;

/** Calls back later, on one thread for all: so nothing that it calls may wait. */
public final class Clock {
    private static final ScheduledThreadPoolExecutor CLOCK = new ScheduledThreadPoolExecutor(1,
        Thread.ofPlatform().daemon().name("the clock").factory());

    static {
        CLOCK.setRemoveOnCancelPolicy(true); // or what was taken back would wait here
    }

    private Clock() {}

    /** In so many milliseconds, unless the result is cancelled before. */
    public static Future<?> after(int millis, Runnable step) {
        return CLOCK.schedule(() -> {
            try {
                step.run();
            } catch (RuntimeException mistake) {
                mistake.printStackTrace(); // else nobody would hear of it
            }
        }, millis, TimeUnit.MILLISECONDS);
    }

    /** Does nothing for so long, or until the thread is interrupted, which it stays. */
    public static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
