//DEPS io.javalin:javalin:7.2.3
//SOURCES BothWires.java
//SOURCES Outbox.java
package given;

import io.javalin.websocket.WsContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * One client, whatever wire it is on: what is known of it, how packets get there, and its end. When
 * any of that happens is what lesson 11 is about. Whoever holds its lock owns all of it.
 */
public final class Session {
    /** Packets that may wait for one client; one POST may ask for 1,000 answers. */
    private static final int MAX_WAITING = 10_000;

    public final String sid;
    /** What waits for the next GET. */
    public final Deque<Packet> waiting = new ArrayDeque<>();
    /** A GET is held; a POST's body is coming. */
    public boolean getting, posting;
    /** The WebSocket that it lives on; null: it is polling. */
    public WsContext socket;
    /** A WebSocket to which it may move; null: none. */
    public WsContext tried;
    /** That one has said 2probe. */
    public boolean probed;
    /** It has said goodbye. */
    public boolean leaving;
    public boolean over;
    /** The heartbeat's next step. */
    public Future<?> alarm;
    /** What a lesson keeps of it. */
    public Object owner;

    private final Consumer<Session> ended;
    private Outbox outbox;

    /** @param ended is called at its end, once, with its lock held */
    public Session(String sid, Consumer<Session> ended) {
        this.sid = sid;
        this.ended = ended;
    }

    /** From now on this WebSocket is its wire. */
    public synchronized void live(WsContext on) {
        outbox = new Outbox(on, MAX_WAITING, this::end);
        socket = on;
    }

    /** Sends it, on the wire that it is on: now, or with the next GET. Never waits. */
    public synchronized void send(Packet packet) {
        if (over) return;
        if (socket != null) {
            if (packet.isBinary()) outbox.send(packet.binary());
            else outbox.send(packet.encoded());
            return;
        }
        if (waiting.size() == MAX_WAITING) end();
        waiting.add(packet);
        notifyAll();
    }

    /** A text, then what belongs to it as binary messages, with nothing between them. */
    public synchronized void send(String text, List<byte[]> attachments) {
        send(new Packet(Packet.MESSAGE, text));
        for (byte[] each : attachments) send(Packet.binary(each));
    }

    /** Ends it: nothing of it stays, and its wires end. */
    public synchronized void end() {
        if (over) return;
        over = true;
        if (alarm != null) alarm.cancel(false);
        if (tried != null) BothWires.hangUp(tried);
        if (socket != null) BothWires.hangUp(socket);
        ended.accept(this);
        notifyAll();
    }
}
