package tests.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.locks.LockSupport;
import tests.Target;

/** How many clients a server says it has: {@code GET /stats} answers {@code {"clients": n}}. */
public final class ClientCount {
    private static final long SOON_NS = 2_000_000_000L;

    private final Target target;

    public ClientCount(Target target) {
        this.target = target;
    }

    public int now() {
        Answer answer = target.http().get("/stats").expectStatus(200);
        JsonNode clients = answer.json().path("clients");
        if (!clients.isIntegralNumber()) throw answer.fail("expected {\"clients\": n}");
        return clients.asInt();
    }

    /** How many are there, once those of the last test have gone: they have 2 s to be forgotten. */
    public int settled() {
        int last = now();
        for (long since = System.nanoTime(); last > 0; ) {
            if (System.nanoTime() - since > SOON_NS) return last; // others, or who never goes
            LockSupport.parkNanos(10_000_000);
            int next = now();
            if (next != last) since = System.nanoTime();
            last = next;
        }
        return last;
    }

    /**
     * Waits up to 2 s until there are so many.
     *
     * @param why     what has happened, for the failure: {@code "client 2 has closed"}
     * @param present whose pings are answered meanwhile, so that nobody takes them for dead
     */
    public void await(int wanted, String why, RawWebSocket... present) {
        long deadline = System.nanoTime() + SOON_NS;
        int count = now();
        while (count != wanted) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(String.format("%s, and 2 seconds later GET /stats counts"
                        + " %d too %s: it must say {\"clients\": %d}, but it says %d", why,
                        Math.abs(count - wanted), count > wanted ? "many" : "few", wanted, count));
            }
            for (RawWebSocket each : present) each.answerPingsAtHand();
            LockSupport.parkNanos(10_000_000);
            count = now();
        }
    }
}
