//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES Addresses.java
//SOURCES Clock.java
//SOURCES Envelope.java
//SOURCES Fields.java
//SOURCES Locks.java
//SOURCES Member.java
//SOURCES Refusal.java
//SOURCES Refused.java
//SOURCES Setting.java
//SOURCES Upgrade.java
//SOURCES Visitor.java
package given;

import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.UnsupportedMediaTypeResponse;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The frame of the door: {@code /ws} behind it, and {@code /login}, {@code /whoami}, {@code
 * /health}, {@code /stats}, {@code /metrics} beside it. It asks the locks in their order, and
 * counts; what each lock does is lesson 13's. Who may come in is decided before the upgrade: a
 * refusal is an HTTP answer, and costs no WebSocket.
 */
public final class Entrance {
    /** The cookie that a session travels in. */
    public static final String COOKIE = "session";

    private static final String WHO = "given.Entrance.who";
    private static final String WHERE = "given.Entrance.where";
    private static final String MEMBER = "given.Entrance.member";
    private static final int PING_S = 10; // less than Jetty's idle 30 s
    private static final List<String> ORIGINS = Setting.list("ORIGINS");
    private static final int SESSION_S = Setting.of("SESSION_S", 43_200);
    private static final int PER_ADDRESS = Setting.of("PER_ADDRESS", 1_000);
    private static final int BEAT_MS = Setting.of("BEAT_MS", 1_000);

    /** What is behind the door. Whoever does something there has its lock, {@code synchronized}. */
    public interface Inside {
        /** Somebody is in: says welcome, before anybody else can tell it something. */
        void came(Member member);

        /** Does what it asks for, and gives what its ack says; null: {@code {}}. */
        Object grant(Member member, String event, Fields data) throws Refused;

        /** Its connection is over, however that came. */
        void gone(Member member);

        /**
         * A frame that the limits let pass; is answered before the next one of this member. Is
         * called without the lock: what waits for others here holds nobody up.
         */
        default void heard(Member member, String frame) {
            synchronized (this) {
                if (member.isOver()) return;
                Envelope.answer(frame, member::send, (event, data) -> grant(member, event, data));
            }
        }

        /** Why nobody may come in just now: the door says it with 503, first of all; null: open. */
        default String whyShut() {
            return null;
        }

        /** Lines for {@code /metrics}, each with its end. */
        default String metrics() {
            return "";
        }
    }

    /** What a person is told who goes too fast, instead of an answer. */
    private record TooFast(String error, long retryMs) {}

    private record WhoAmI(String address, boolean secure, String name) {}

    private record Stats(int clients, long people, int addresses) {}

    private final Locks locks;
    private final Inside inside;
    private final Set<Member> members = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> places = new HashMap<>(); // taken, by address; its own lock
    private final Map<String, Long> counts = new ConcurrentHashMap<>(Map.of( // since the start
        "connections_total", 0L, "too_many_total", 0L,
        "events_total{result=\"accepted\"}", 0L, "events_total{result=\"limited\"}", 0L,
        "refused_total{status=\"403\"}", 0L, "refused_total{status=\"401\"}", 0L,
        "refused_total{status=\"429\"}", 0L));
    private volatile boolean isStopped;

    private Entrance(Locks locks, Inside inside) {
        this.locks = locks;
        this.inside = inside;
    }

    /** Sets the door up, with all that lessons before taught of a server with WebSocket. */
    public static Entrance at(JavalinConfig config, Locks locks, Inside inside) {
        var entrance = new Entrance(locks, inside);
        Upgrade.asLearned(config);
        config.routes.wsBeforeUpgrade("/ws", entrance::ask);
        config.routes.ws("/ws", entrance::live);
        config.routes.post("/login", entrance::login);
        both(config, "/whoami", ctx -> ctx.json(new WhoAmI(entrance.address(ctx),
            entrance.isSecure(ctx), entrance.name(ctx))));
        both(config, "/health", ctx -> ctx.contentType("text/plain; charset=utf-8").result("ok"));
        both(config, "/stats", ctx -> ctx.json(entrance.stats()));
        both(config, "/metrics", entrance::metrics);
        config.events.serverStarted(entrance::beat);
        config.events.serverStopped(() -> entrance.isStopped = true);
        return entrance;
    }

    /** All who are in just now. */
    public Collection<Member> members() {
        return Collections.unmodifiableSet(members);
    }

    private static void both(JavalinConfig config, String path, Handler handler) {
        config.routes.get(path, handler).head(path, handler);
    }

    // ---- before the upgrade -------------------------------------------------------------------

    private void ask(Context ctx) throws IOException {
        String shut = inside.whyShut();
        if (shut != null) throw later(ctx, 503, shut);
        List<String> ours = ORIGINS.isEmpty()
            ? List.of((isSecure(ctx) ? "https://" : "http://") + ctx.host()) : ORIGINS;
        if (!locks.isOurs().test(headers(ctx, "Origin"), ours)) {
            throw refused(ctx, 403, "Pages from elsewhere may not speak here.");
        }
        Visitor visitor = visitor(ctx);
        if (visitor == null) throw refused(ctx, 401, "Log in first: POST /login.");
        String address = address(ctx);
        synchronized (places) {
            if (places.getOrDefault(address, 0) >= PER_ADDRESS) throw later(ctx, 429,
                PER_ADDRESS + " connections of your address are open: close one of them.");
        }
        ctx.attribute(WHO, visitor);
        ctx.attribute(WHERE, address);
    }

    private HttpResponseException refused(Context ctx, int status, String sentence)
            throws IOException {
        count("refused_total{status=\"" + status + "\"}");
        return Upgrade.refused(ctx, status, sentence);
    }

    private HttpResponseException later(Context ctx, int status, String sentence)
            throws IOException {
        ctx.res().setHeader("Retry-After", "1");
        return refused(ctx, status, sentence);
    }

    private Visitor visitor(Context ctx) {
        String value = ctx.cookie(COOKIE);
        return value == null ? null : locks.visitor().apply(value);
    }

    private String name(Context ctx) {
        Visitor visitor = visitor(ctx);
        return visitor == null ? null : visitor.name();
    }

    private String address(Context ctx) {
        return locks.address().apply(peer(ctx), headers(ctx, "X-Forwarded-For"));
    }

    private boolean isSecure(Context ctx) {
        return locks.isSecure().test(peer(ctx), ctx.header("X-Forwarded-Proto"));
    }

    private static String peer(Context ctx) {
        return Addresses.literal(ctx.ip().replaceAll("^\\[|]$", "")); // Jetty writes [::1]
    }

    private static List<String> headers(Context ctx, String name) {
        return Collections.list(ctx.req().getHeaders(name));
    }

    // ---- behind it ----------------------------------------------------------------------------

    private void live(WsConfig ws) {
        ws.onConnect(this::enter);
        ws.onMessage(socket -> heard(socket, socket.message()));
        ws.onBinaryMessage(socket -> heard(socket, null));
        ws.onClose(this::leave);
        ws.onError(this::leave);
    }

    private void enter(WsContext socket) {
        String address = socket.attribute(WHERE);
        synchronized (places) {
            // Between the question before the upgrade and now others may have passed, too.
            if (places.getOrDefault(address, 0) >= PER_ADDRESS) {
                count("too_many_total");
                socket.closeSession(1013, "Too many connections of your address.");
                Clock.after(1_000, socket.session::disconnect);
                return;
            }
            places.merge(address, 1, Integer::sum);
        }
        count("connections_total");
        var its = new Member[1];
        its[0] = new Member(socket, socket.attribute(WHO), address, () -> gone(its[0]));
        socket.attribute(MEMBER, its[0]);
        socket.enableAutomaticPings(PING_S, TimeUnit.SECONDS);
        synchronized (inside) {
            members.add(its[0]);
            inside.came(its[0]);
        }
    }

    private void gone(Member member) {
        members.remove(member);
        synchronized (places) {
            places.computeIfPresent(member.address(), (_, taken) -> taken == 1 ? null : taken - 1);
        }
        synchronized (inside) {
            inside.gone(member);
        }
    }

    private void leave(WsContext socket) {
        Member member = socket.attribute(MEMBER);
        if (member != null) Thread.startVirtualThread(member::end);
    }

    /** @param frame null: a binary one */
    private void heard(WsContext socket, String frame) {
        Member member = socket.attribute(MEMBER);
        // One too many, on its way out; or one that goes on after the goodbye. It is read all the
        // same: what is unread would reset the connection, and the goodbye would be lost.
        if (member == null || member.isToldToGo()) return;
        synchronized (inside) {
            if (member.isOver()) return;
            long retryMs = locks.retryMs().applyAsLong(member);
            member.heard(retryMs > 0);
            count("events_total{result=\"" + (retryMs > 0 ? "limited" : "accepted") + "\"}");
            if (retryMs > 0) {
                Envelope.refuse(Objects.requireNonNullElse(frame, ""), member::send,
                    new TooFast("Not so fast: wait " + retryMs + " ms.", retryMs));
            } else if (frame == null) {
                member.tell("error", new Refusal("Send events as text, not binary."));
            }
            if (retryMs > 0 || frame == null) return;
        }
        inside.heard(member, frame);
    }

    private void beat() {
        Clock.after(BEAT_MS, () -> Thread.startVirtualThread(() -> {
            if (isStopped) return;
            try {
                synchronized (inside) {
                    locks.beat().accept(List.copyOf(members));
                }
            } finally {
                beat();
            }
        }));
    }

    // ---- beside it ----------------------------------------------------------------------------

    private void login(Context ctx) {
        String type = Objects.requireNonNullElse(ctx.contentType(), "").split(";")[0].strip();
        if (!type.equalsIgnoreCase("application/json")) {
            throw new UnsupportedMediaTypeResponse(
                "Send JSON, and Content-Type: application/json.");
        }
        try {
            String name = Fields.of(new String(ctx.bodyAsBytes(), StandardCharsets.UTF_8))
                .name("name");
            // No password: who says that it is ada is ada. The lesson is what comes after that.
            var visitor = new Visitor(name, Instant.now().getEpochSecond() + SESSION_S);
            ctx.header("Set-Cookie", locks.cookie().apply(visitor, isSecure(ctx))).json(visitor);
        } catch (Refused refused) {
            throw new BadRequestResponse(refused.getMessage());
        }
    }

    private Stats stats() {
        synchronized (places) {
            return new Stats(members.size(), members.stream().map(Member::name).distinct().count(),
                places.size());
        }
    }

    /** What Prometheus reads; for this machine alone, and not for whoever a proxy brings. */
    private void metrics(Context ctx) {
        if (!Addresses.isLoopback(address(ctx))) {
            throw new NotFoundResponse("There is nothing at /metrics.");
        }
        var text = new StringBuilder("# TYPE door_clients gauge\ndoor_clients " + members.size()
            + "\n");
        String last = "";
        for (var count : new TreeMap<>(counts).entrySet()) {
            String name = "door_" + count.getKey().replaceFirst("\\{.*", "");
            if (!name.equals(last)) text.append("# TYPE ").append(name).append(" counter\n");
            last = name;
            text.append("door_").append(count.getKey()).append(' ').append(count.getValue())
                .append('\n');
        }
        ctx.contentType("text/plain; version=0.0.4; charset=utf-8")
            .result(text + inside.metrics());
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }
}
