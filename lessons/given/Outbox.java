//DEPS io.javalin:javalin:7.2.3
package given;

import io.javalin.websocket.WsContext;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.websocket.api.Callback;

/**
 * What is on its way to one client. Nobody who sends ever waits, and no more than {@value #MOST}
 * frames wait beyond what the network has taken: the one too many closes with 1013, behind all that
 * is there. So what a client gets has no hole. The answer of exercise 9.4. Any thread may call it.
 */
public final class Outbox {
    public static final int MOST = 256;
    private static final int TRY_AGAIN_LATER = 1013; // the close code (RFC 6455, IANA)

    private final WsContext client;
    private final int most;
    private final Runnable gone;
    private final AtomicInteger waiting = new AtomicInteger(); // the network has not taken them
    private boolean isClosed; // it gets nothing more

    /**
     * @param gone called once this client is cut off, or a send has failed; perhaps twice, always
     *     on a thread of its own, so never in the middle of a loop over other clients
     */
    public Outbox(WsContext client, Runnable gone) {
        this(client, MOST, gone);
    }

    /** @param most frames that may wait, instead of {@value #MOST} */
    public Outbox(WsContext client, int most, Runnable gone) {
        this.client = client;
        this.most = most;
        this.gone = gone;
    }

    /** A text frame, after those before it. */
    public synchronized void send(String frame) {
        if (takesOneMore()) client.session.sendText(frame, done());
    }

    /** A binary frame, after those before it. */
    public synchronized void send(byte[] frame) {
        if (takesOneMore()) client.session.sendBinary(ByteBuffer.wrap(frame), done());
    }

    private boolean takesOneMore() {
        if (isClosed) return false;
        if (waiting.incrementAndGet() <= most) return true;
        close(TRY_AGAIN_LATER, "You read too slowly: come again.");
        told();
        return false;
    }

    private Callback done() {
        return Callback.from(waiting::decrementAndGet, _ -> told());
    }

    /** Says goodbye, after all that waits; what is sent from now on is sent to nobody. */
    public synchronized void close(int code, String reason) {
        if (isClosed) return;
        isClosed = true;
        client.disableAutomaticPings(); // they would keep the connection from being idle
        client.closeSession(code, reason);
    }

    private void told() {
        Thread.startVirtualThread(gone);
    }
}
