//DEPS io.javalin:javalin:7.2.3
//SOURCES Clock.java
//SOURCES Envelope.java
//SOURCES Outbox.java
//SOURCES Visitor.java
package given;

import io.javalin.websocket.WsContext;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One connection of a person, from its welcome to its end: as {@link Client}, the answer of 8.1,
 * and somebody's. A person may have many. Two are never equal.
 */
public final class Member {
    private static final int GOODBYE_MS = 1_000; // for the client's own close frame
    private static final AtomicLong LAST = new AtomicLong();

    private final String id = "#" + LAST.incrementAndGet();
    private final Visitor visitor;
    private final String address;
    private final WsContext socket;
    private final Outbox outbox;
    private final Runnable ended;
    private volatile boolean isToldToGo;
    private volatile boolean isOver;
    private volatile int refusals;

    /** @param ended called once, on a thread of its own, when the connection is over */
    Member(WsContext socket, Visitor visitor, String address, Runnable ended) {
        this.socket = socket;
        this.visitor = visitor;
        this.address = address;
        this.ended = ended;
        this.outbox = new Outbox(socket, this::end);
    }

    /** Its name on this server, {@code #3}; nobody else's. */
    public String id() {
        return id;
    }

    /** The person's name. */
    public String name() {
        return visitor.name();
    }

    /** Who it is, and until when. */
    public Visitor visitor() {
        return visitor;
    }

    /** Where it is, as 13.3 says. */
    public String address() {
        return address;
    }

    /** So many of its frames, the last ones, were refused by 13.4; one that was not begins anew. */
    public int refusals() {
        return refusals;
    }

    /** Whether the server has said goodbye: what it says from then on is heard by nobody. */
    boolean isToldToGo() {
        return isToldToGo;
    }

    /** Whether it hears no more. */
    public boolean isOver() {
        return isOver;
    }

    /** Sends an event; never waits. */
    public void tell(String event, Object data) {
        send(Envelope.frame(event, data));
    }

    /** Sends a text frame; never waits. */
    public void send(String frame) {
        outbox.send(frame);
    }

    /** Says goodbye, behind all that waits for it, and hangs up a second later in any case. */
    public void close(int code, String reason) {
        isToldToGo = true;
        outbox.close(code, reason);
        Clock.after(GOODBYE_MS, () -> Thread.startVirtualThread(() -> {
            socket.session.disconnect();
            end();
        }));
    }

    /** A frame was taken, or refused. */
    void heard(boolean refused) {
        refusals = refused ? refusals + 1 : 0;
    }

    /** Its connection is over; may be told twice. */
    void end() {
        synchronized (this) {
            if (isOver) return;
            isOver = true;
        }
        ended.run();
    }
}
