//DEPS io.javalin:javalin:7.2.3
//SOURCES BothWires.java
//SOURCES Hold.java
//SOURCES Session.java
//SOURCES Setting.java
package given;

import io.javalin.config.JavalinConfig;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.websocket.WsContext;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Engine.IO 4: sessions that poll, or live on a WebSocket, and carry messages. The answer of
 * exercises 11.1 to 11.5. A session's messages come one after the other.
 */
public final class Sessions<C> {
    private static final int MAX_PAYLOAD = 1_000_000; // bytes of a body or a frame
    private static final int GOODBYE_MS = 1_000;      // for the GET that fetches the last packet
    private static final int PING_INTERVAL_MS = Setting.of("PING_INTERVAL_MS", 25_000);
    private static final int PING_TIMEOUT_MS = Setting.of("PING_TIMEOUT_MS", 20_000);
    private static final int UPGRADE_TIMEOUT_MS = Setting.of("UPGRADE_TIMEOUT_MS", 10_000);

    /**
     * What a lesson does with sessions.
     *
     * @param opened a session has opened; gives what the lesson keeps of it
     * @param text   a text has come
     * @param binary a binary message has come
     * @param over   it is over, however that came; told once, on a thread of its own
     */
    public record Lesson<C>(Function<Session, C> opened, BiConsumer<C, String> text,
        BiConsumer<C, byte[]> binary, Consumer<C> over) {}

    private record Open(String sid, List<String> upgrades, int pingInterval, int pingTimeout,
        int maxPayload) {}

    private final Map<String, Session> sessions = new ConcurrentHashMap<>(); // by sid
    private final Lesson<C> lesson;

    private Sessions(Lesson<C> lesson) {
        this.lesson = lesson;
    }

    /** Serves sessions at this path. */
    public static <C> Sessions<C> at(JavalinConfig config, String path, Lesson<C> lesson) {
        var all = new Sessions<>(lesson);
        BothWires.at(config, path, MAX_PAYLOAD, new BothWires.Lesson<Session>(all::find,
            all::answer, all::connected, all::heard, all::ended));
        return all;
    }

    /** How many there are, on which wires: {@code sessions}, {@code polling}, {@code websocket}. */
    public Map<String, Long> stats() {
        long all = sessions.size();
        long polling = sessions.values().stream().filter(each -> each.socket == null).count();
        return Map.of("sessions", all, "polling", polling, "websocket", all - polling);
    }

    // --- 11.1 ---------------------------------------------------------------------------------

    private Session find(Context ctx, boolean isUpgrade) {
        if (!"4".equals(ctx.queryParam("EIO"))) {
            throw new Denied(5, "Unsupported protocol version");
        }
        boolean websocket = "websocket".equals(ctx.queryParam("transport"));
        if (!websocket && !"polling".equals(ctx.queryParam("transport"))) {
            throw new Denied(0, "Transport unknown");
        }
        String sid = ctx.queryParam("sid");
        Session session = sid == null ? null : sessions.get(sid);
        if (sid != null && session == null) throw new Denied(1, "Session ID unknown");
        boolean get = ctx.method() == HandlerType.GET;
        if (sid == null && !get) throw new Denied(2, "Bad handshake method");
        if (!get && ctx.method() != HandlerType.POST || websocket != isUpgrade) throw badRequest();
        return session;
    }

    private static Denied badRequest() {
        return new Denied(3, "Bad request");
    }

    private Session begin() {
        var bytes = new byte[15];
        new SecureRandom().nextBytes(bytes);
        var session = new Session(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
            this::forget);
        session.owner = lesson.opened.apply(session);
        sessions.put(session.sid, session);
        alive(session);
        return session;
    }

    private static String open(Session session, List<String> upgrades) {
        return StrictJson.text(new Open(session.sid, upgrades, PING_INTERVAL_MS, PING_TIMEOUT_MS,
            MAX_PAYLOAD));
    }

    // --- 11.2 ---------------------------------------------------------------------------------

    private void answer(Session session, Context ctx) throws IOException, InterruptedException {
        ctx.contentType("text/plain; charset=UTF-8").header("Cache-Control", "no-store");
        if (session == null) ctx.result("0" + open(begin(), List.of("websocket")));
        else if (ctx.method() == HandlerType.GET) get(session, ctx);
        else post(session, ctx);
    }

    private void get(Session session, Context ctx) throws InterruptedException {
        synchronized (session) {
            if (session.getting) session.end();
            if (session.over || session.socket != null) throw badRequest();
            session.getting = true;
            try {
                Hold.until(session, () -> !session.waiting.isEmpty() || session.over
                    || session.socket != null, () -> session.probed);
            } finally {
                session.getting = false;
            }
            if (session.socket != null) throw badRequest();
            if (session.over) ctx.result("1");
            else if (session.waiting.isEmpty()) ctx.result("6");
            else ctx.result(Packet.body(session.waiting));
            session.waiting.clear();
            if (session.leaving) session.end();
        }
    }

    private void post(Session session, Context ctx) throws IOException {
        synchronized (session) {
            if (session.posting) session.end();
            if (session.over || session.socket != null) throw badRequest();
            session.posting = true;
        }
        byte[] body = ctx.req().getInputStream().readNBytes(MAX_PAYLOAD + 1);
        List<Packet> packets = Packet.decodeBody(body);
        boolean good = packets != null && packets.stream().allMatch(Sessions::mayCome);
        synchronized (session) {
            session.posting = false;
            if (!good || body.length > MAX_PAYLOAD) session.end();
            if (body.length > MAX_PAYLOAD) throw new ContentTooLargeResponse();
            if (session.over) throw badRequest();
        }
        for (Packet packet : packets) take(session, packet);
        ctx.result("ok");
    }

    private static boolean mayCome(Packet packet) {
        return switch (packet.type()) {
            case Packet.CLOSE, Packet.PONG, Packet.MESSAGE -> true;
            default -> false;
        };
    }

    // --- 11.3 ---------------------------------------------------------------------------------

    private void alive(Session session) {
        synchronized (session) {
            if (session.over) return;
            if (session.alarm != null) session.alarm.cancel(false);
            session.alarm = Clock.after(PING_INTERVAL_MS, () -> ping(session));
        }
    }

    private void ping(Session session) {
        synchronized (session) {
            if (session.over) return;
            session.send(new Packet(Packet.PING));
            session.alarm = Clock.after(PING_TIMEOUT_MS, session::end);
        }
    }

    // --- 11.4 ---------------------------------------------------------------------------------

    private Session connected(Session known, WsContext socket) {
        if (known != null) {
            tryOut(known, socket);
            return known;
        }
        Session session = begin();
        session.live(socket);
        session.send(new Packet(Packet.OPEN, open(session, List.of())));
        return session;
    }

    private void tryOut(Session session, WsContext socket) {
        synchronized (session) {
            if (session.over || session.socket != null || session.tried != null) {
                BothWires.hangUp(socket);
                return;
            }
            session.tried = socket;
            Clock.after(UPGRADE_TIMEOUT_MS, () -> giveUp(session, socket));
        }
    }

    private void heardWhileTried(Session session, WsContext socket, Packet packet) {
        String frame = packet == null ? "" : packet.encoded();
        synchronized (session) {
            boolean tried = socket.equals(session.tried);
            if (tried && frame.equals("2probe") && !session.probed) {
                session.probed = true;
                socket.send("3probe");
            } else if (tried && frame.equals("5") && session.probed) {
                session.tried = null;
                session.live(socket);
                session.waiting.forEach(session::send);
                session.waiting.clear();
            } else {
                giveUp(session, socket);
            }
            session.notifyAll();
        }
    }

    private void giveUp(Session session, WsContext socket) {
        synchronized (session) {
            if (!socket.equals(session.tried)) return;
            session.tried = null;
            session.probed = false;
            BothWires.hangUp(socket);
        }
    }

    // --- 11.5 ---------------------------------------------------------------------------------

    private void heard(Session session, WsContext socket, Packet packet) {
        if (!socket.equals(session.socket)) heardWhileTried(session, socket, packet);
        else if (packet == null || !mayCome(packet)) session.end();
        else take(session, packet);
    }

    @SuppressWarnings("unchecked") // begin has put it there
    private void take(Session session, Packet packet) {
        switch (packet.type()) {
            case Packet.PONG -> alive(session);
            case Packet.CLOSE -> goodbye(session);
            default -> {
                synchronized (session.owner) { // a POST may still be at work when a frame comes
                    if (session.over || session.leaving) return;
                    if (packet.isBinary()) lesson.binary.accept((C) session.owner, packet.binary());
                    else lesson.text.accept((C) session.owner, packet.text());
                }
            }
        }
    }

    private void goodbye(Session session) {
        synchronized (session) {
            if (session.socket != null) {
                session.end();
                return;
            }
            session.leaving = true;
            session.waiting.clear();
            session.send(new Packet(Packet.NOOP));
            Clock.after(GOODBYE_MS, session::end);
        }
    }

    private void ended(Session session, WsContext socket) {
        if (socket.equals(session.socket)) session.end();
        else giveUp(session, socket);
    }

    @SuppressWarnings("unchecked") // begin has put it there
    private void forget(Session session) {
        sessions.remove(session.sid);
        C owner = (C) session.owner;
        Thread.startVirtualThread(() -> lesson.over.accept(owner));
    }
}
