//DEPS io.javalin:javalin:7.2.3
//SOURCES Envelope.java
//SOURCES Outbox.java
package given;

import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The other end of one connection, from its first moment to its end, however that comes. The answer
 * of exercise 8.1, with what 8.5 and 9.4 add: it is pinged, and its frames wait in an outbox. Two
 * are never equal.
 */
public final class Client {
    /** Does what a client asks for; what it gives is the ack's data, null: {@code {}}. */
    public interface Asks<W> {
        Object grant(W world, Client client, String event, Fields data) throws Refused;
    }

    private static final int PING_S = 10; // less than Jetty's idle 30 s
    private static final AtomicLong LAST = new AtomicLong();
    private static final AtomicInteger CONNECTED = new AtomicInteger();

    private final String id = "#" + LAST.incrementAndGet(); // never a name: exercises 9.2 and 10.1
    private final WsContext socket;
    private final Outbox outbox;
    private final Runnable gone;
    private volatile boolean isOver;

    private <W> Client(WsContext socket, W world, BiConsumer<W, Client> gone) {
        this.socket = socket;
        this.outbox = new Outbox(socket, this::end);
        this.gone = () -> {
            synchronized (world) {
                gone.accept(world, this);
            }
        };
    }

    /**
     * Gives each connection its life, in a world that it shares with others. One thing after the
     * other happens in a world (the answer of exercise 9.1): who does something there has its lock.
     *
     * @param world the one of a connection, by what {@code wsBeforeUpgrade} has left with it
     * @param came  tells it welcome, before anybody else can tell it something
     * @param asks  is called with each event
     * @param gone  is called once, on a thread of its own, so never in the middle of a loop
     */
    public static <W> void live(WsConfig ws, Function<WsContext, W> world,
            BiConsumer<W, Client> came, Asks<W> asks, BiConsumer<W, Client> gone) {
        ws.onConnect(socket -> {
            W its = world.apply(socket);
            var client = new Client(socket, its, gone);
            socket.attribute("given.Client", client);
            socket.enableAutomaticPings(PING_S, TimeUnit.SECONDS);
            CONNECTED.incrementAndGet();
            synchronized (its) {
                came.accept(its, client);
            }
        });
        ws.onMessage(socket -> {
            W its = world.apply(socket);
            synchronized (its) {
                of(socket).received(socket.message(), its, asks);
            }
        });
        ws.onBinaryMessage(socket -> of(socket).tell("error",
            new Refusal("Send events as text, not binary.")));
        ws.onClose(socket -> Thread.startVirtualThread(of(socket)::end));
        ws.onError(socket -> Thread.startVirtualThread(of(socket)::end));
    }

    /** How many are connected, wherever. */
    public static int connected() {
        return CONNECTED.get();
    }

    /** Its name here, {@code #3}, which nobody else ever has. */
    public String id() {
        return id;
    }

    /** Sends an event; never waits. */
    public void tell(String event, Object data) {
        outbox.send(Envelope.frame(event, data));
    }

    /** Says goodbye, behind all that waits for it. */
    public void close(int code, String reason) {
        outbox.close(code, reason);
    }

    private <W> void received(String frame, W world, Asks<W> asks) {
        Envelope.answer(frame, outbox::send, (event, data) -> {
            if (isOver) throw new Refused("You are gone."); // a ghost comes into no room
            return asks.grant(world, this, event, data);
        });
    }

    private void end() {
        synchronized (this) {
            if (isOver) return; // where TCP broke it is told twice
            isOver = true;
        }
        CONNECTED.decrementAndGet();
        gone.run();
    }

    private static Client of(WsContext socket) {
        return socket.attribute("given.Client");
    }
}
