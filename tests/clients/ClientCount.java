package tests.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.locks.LockSupport;
import tests.Target;

/** How many clients a server says it has: {@code GET /stats} answers {@code {"clients": n}}. */
public final class ClientCount {
    private static final long SOON_NS = 2_000_000_000L;
    private static final int CALM = 5; // times in a row that the count is the same

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

    /** How many are there, once those of the last test have gone. */
    public int settled() {
        int last = now();
        for (int same = 0; same < CALM; ) {
            LockSupport.parkNanos(20_000_000);
            int next = now();
            same = next == last ? same + 1 : 0;
            last = next;
        }
        return last;
    }

    /**
     * Waits up to 2 s until there are so many.
     *
     * @param why what has happened, for the failure: {@code "one has come"}
     */
    public void await(int wanted, String why) {
        long deadline = System.nanoTime() + SOON_NS;
        int count = now();
        while (count != wanted) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(why + ", so GET /stats says " + wanted
                        + " within 2 seconds, but it says " + count);
            }
            LockSupport.parkNanos(10_000_000);
            count = now();
        }
    }
}
