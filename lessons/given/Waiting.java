//DEPS io.javalin:javalin:7.2.3
//SOURCES Pause.java
package given;

import io.javalin.http.Context;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The list of who waits: the requests that are held, each with its thread. Exercises 5.1, 5.3 and
 * 5.5 work on it. Who is on the list is woken; who comes later is not. Any thread may call it.
 */
public final class Waiting {
    private final Map<Place, Place> places = new ConcurrentHashMap<>();

    /** A request on the list. Whoever took the place leaves it: {@code try (var place = …)}. */
    public final class Place implements AutoCloseable {
        private final Context request;
        private final Thread thread = Thread.currentThread();
        private final CountDownLatch woken = new CountDownLatch(1);

        private Place(Context request) {
            this.request = request;
        }

        public Context request() {
            return request;
        }

        /** Until it is woken, at most so long; at once, if that was since the place was taken. */
        public void sleep(long millis) throws InterruptedException {
            woken.await(millis, TimeUnit.MILLISECONDS);
        }

        /** Wakes this one alone, for good: its sleep ends with an InterruptedException. */
        public void interrupt() {
            thread.interrupt();
        }

        @Override
        public void close() {
            if (Thread.currentThread() != thread) {
                throw new IllegalStateException("Only who took a place can leave it: its thread "
                    + "would sleep on, and nobody could wake it. To send it away, interrupt it.");
            }
            places.remove(this);
        }
    }

    /** Puts a request on the list, with the thread that calls. */
    public Place take(Context request) {
        Pause.here(); // before it: who looked before this has looked long ago
        var place = new Place(request);
        places.put(place, place);
        return place;
    }

    /** Wakes all that are on the list now. */
    public void wakeAll() {
        for (Place place : places.keySet()) place.woken.countDown();
        Pause.here();
    }

    /** Does this for each; meanwhile that one cannot leave, so nobody answers its request. */
    public void forEach(Consumer<Place> what) {
        for (Place each : places.keySet()) {
            places.computeIfPresent(each, (_, place) -> {
                what.accept(place);
                return place;
            });
        }
    }

    /** How many are on the list. */
    public int size() {
        return places.size();
    }
}
