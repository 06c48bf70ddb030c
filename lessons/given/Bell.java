//SOURCES Pause.java
package given;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Rings whenever there may be something to write, and counts how often it has. Exercise 6.1 works
 * on it: who knows how often it had rung before it looked misses no ring. Any thread may call it.
 */
public final class Bell {
    private static final long SOON_NS = 50_000_000; // what rings within so long rings as one

    /** The next ring, which is not heard yet. */
    private record Ring(long number, CountDownLatch heard) {
        Ring(long number) {
            this(number, new CountDownLatch(1));
        }
    }

    private final AtomicReference<Ring> next = new AtomicReference<>(new Ring(1));

    private final AtomicBoolean soon = new AtomicBoolean(); // it will ring within SOON_NS

    public void ring() {
        next.getAndUpdate(ring -> new Ring(ring.number + 1)).heard.countDown();
        Pause.here();
    }

    /** Rings a moment later, once for all who ask for it meanwhile: a ring wakes everybody. */
    public void ringSoon() {
        if (soon.getAndSet(true)) return; // the ring that is under way tells of this one, too
        Thread.startVirtualThread(() -> {
            LockSupport.parkNanos(SOON_NS);
            soon.set(false);
            ring();
        });
    }

    /** How often it has rung. */
    public long rung() {
        Pause.here();
        return next.get().number - 1;
    }

    /** Waits until it has rung more than {@code heard} times. */
    public void await(long heard) throws InterruptedException {
        Ring ring = next.get();
        if (ring.number - 1 <= heard) ring.heard.await();
    }
}
