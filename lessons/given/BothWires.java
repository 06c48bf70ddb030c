//DEPS io.javalin:javalin:7.2.3
//SOURCES Clock.java
//SOURCES Denied.java
//SOURCES Packet.java
//SOURCES Refusal.java
//SOURCES StrictJson.java
//SOURCES Upgrade.java
package given;

import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.websocket.WsContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.websocket.api.Callback;

/**
 * One path for both wires: requests, and a WebSocket. No lesson teaches how Javalin is told so, nor
 * that a WebSocket is refused in another way than a request.
 *
 * @param <S> what a client is to the lesson; each WebSocket belongs to one
 */
public final class BothWires<S> {
    private static final String OWNER = "given.BothWires";
    private static final int GOODBYE_MS = 1_000; // for the client's close frame

    /** The session that a request, or a handshake, belongs to; null: it wants a new one. */
    public interface Find<S> {
        /** @throws Denied before anything has happened */
        S find(Context ctx, boolean isUpgrade);
    }

    /** Answers a request. */
    public interface Answer<S> {
        void answer(S session, Context ctx) throws IOException, InterruptedException;
    }

    /** A WebSocket is open; gives the session that it belongs to. */
    public interface Connected<S> {
        S connected(S session, WsContext socket);
    }

    /** A message has come on a WebSocket; null: one that is no packet. */
    public interface Heard<S> {
        void heard(S session, WsContext socket, Packet packet);
    }

    /** A WebSocket has ended, with a close frame or without; perhaps told twice. */
    public interface Ended<S> {
        void ended(S session, WsContext socket);
    }

    /** What the lesson does. */
    public record Lesson<S>(Find<S> find, Answer<S> answer, Connected<S> connected,
        Heard<S> heard, Ended<S> ended) {}

    private final Lesson<S> lesson;

    private BothWires(Lesson<S> lesson) {
        this.lesson = lesson;
    }

    /** @param most bytes of a message on the WebSocket; one more closes it with 1009 */
    public static <S> void at(JavalinConfig config, String path, int most, Lesson<S> lesson) {
        var wires = new BothWires<>(lesson);
        Upgrade.isChecked(config);
        Refusal.answersWhatIsThrown(config);
        for (HandlerType method : HandlerType.commonHttp()) {
            config.routes.addHttpHandler(method, path,
                ctx -> lesson.answer.answer(lesson.find.find(ctx, false), ctx));
        }
        config.http.maxRequestSize = most; // answer looks itself: a session may end with it
        config.routes.exception(Denied.class,
            (denied, ctx) -> ctx.status(400).json(denied.body()));
        config.routes.wsBeforeUpgrade(path, wires::beforeUpgrade);
        config.routes.ws(path, ws -> {
            ws.onConnect(socket -> socket.attribute(OWNER,
                lesson.connected.connected(socket.attribute(OWNER), socket)));
            ws.onMessage(socket -> wires.heard(socket, Packet.decode(socket.message())));
            ws.onBinaryMessage(socket -> wires.heard(socket, binary(socket.data())));
            ws.onClose(wires::ended);
            ws.onError(wires::ended); // where TCP broke, onClose is called as well
        });
        config.jetty.modifyWebSocketServletFactory(jetty -> {
            jetty.setMaxTextMessageSize(most);
            jetty.setMaxBinaryMessageSize(most);
        });
        config.concurrency.useVirtualThreads = true; // a held GET holds no thread of the machine
    }

    private void beforeUpgrade(Context ctx) throws IOException {
        try {
            ctx.attribute(OWNER, lesson.find.find(ctx, true));
        } catch (Denied denied) {
            ctx.res().setContentType("application/json"); // Javalin writes no body here
            ctx.res().getWriter().print(StrictJson.text(denied.body()));
            throw new BadRequestResponse();
        }
    }

    private void heard(WsContext socket, Packet packet) {
        lesson.heard.heard(socket.attribute(OWNER), socket, packet);
    }

    private void ended(WsContext socket) {
        S session = socket.attribute(OWNER);
        if (session != null) lesson.ended.ended(session, socket);
    }

    private static Packet binary(ByteBuffer data) {
        var bytes = new byte[data.remaining()]; // the buffer is Jetty's
        data.get(bytes);
        return Packet.binary(bytes);
    }

    /** Ends a WebSocket: with a close frame, and a second later without its answer. */
    public static void hangUp(WsContext socket) {
        socket.session.close(1000, "", Callback.NOOP);
        Clock.after(GOODBYE_MS, socket.session::disconnect);
    }
}
