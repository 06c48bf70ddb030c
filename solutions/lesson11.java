///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../lessons/given/Web.java
//SOURCES ../lessons/given/BothWires.java
//SOURCES ../lessons/given/Hold.java
//SOURCES ../lessons/given/Session.java
//SOURCES ../lessons/given/Line.java
//SOURCES ../lessons/given/Envelope.java
//SOURCES ../lessons/given/Feed.java
//SOURCES ../lessons/given/Roster.java
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//FILES web/lesson11.html=../lessons/web/lesson11.html

// Lesson 11 — Staying connected: heartbeat, reconnect, resume, fall back
//
// In lesson 10 whoever lost the connection lost messages, and where a proxy lets no WebSocket
// through there was nothing at all. Here a session outlives its wire: it begins with long polling,
// moves to WebSocket where that works, notices silence, and a client that comes back hears what it
// missed. The wire's rules are Engine.IO 4, on which lesson 12's Socket.IO stands.
//
//   run    jbang lesson11.java           then open http://localhost:7011
//   read   jbang lesson11.java client http://localhost:7011
//   check  jbang check 11
//
// Left out on purpose: rooms (lesson 10 has them, lesson 12 again), who may come in (lesson 13), a
// disk (a restart forgets the feed, and its new name says so).

import com.fasterxml.jackson.databind.JsonNode;
import given.*;
import io.javalin.config.JavalinConfig;
import io.javalin.http.*;
import io.javalin.websocket.*;

static final int MAX_PAYLOAD = 1_000_000; // bytes of a body or a frame
static final int PAGE = 100;              // messages in one answer to resume
static final int PING_INTERVAL_MS = Setting.of("PING_INTERVAL_MS", 25_000);
static final int PING_TIMEOUT_MS = Setting.of("PING_TIMEOUT_MS", 20_000); // for the pong
static final int UPGRADE_TIMEOUT_MS = Setting.of("UPGRADE_TIMEOUT_MS", 10_000);
static final int BACKOFF_MS = Setting.of("BACKOFF_MS", 250); // a client's first wait, as in 4.4

// given.Session is one client, whatever wire it is on; whoever holds its lock owns all of it.
final Map<String, Session> sessions = new ConcurrentHashMap<>(); // by sid
final Feed feed = new Feed();
final String feedName = UUID.randomUUID().toString();            // another one after each start
final Roster<Session> followers = new Roster<>();                // who hears what is said

void main(String[] args) throws Exception {
    if (args.length == 2 && args[0].equals("client")) client(args[1]);
    else Web.serve(7011, args, this::configure);
}

// EXERCISE 11.1  Open a session
//   The sid is all that tells one client from another, so nobody may guess it: 15 random bytes are
//   20 letters. What is wrong with a request is named in the protocol's own order.
String newSid() {
    var bytes = new byte[15];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
}

record Open(String sid, List<String> upgrades, int pingInterval, int pingTimeout, int maxPayload) {}

/** In the first packet to each client: who it is here, and what it must know of this server. */
String open(String sid, List<String> upgrades) {
    return StrictJson.text(new Open(sid, upgrades, PING_INTERVAL_MS, PING_TIMEOUT_MS,
        MAX_PAYLOAD));
}

/** The session that a request belongs to; null: it wants a new one. */
Session find(Context ctx, boolean isUpgrade) {
    if (!"4".equals(ctx.queryParam("EIO"))) throw new Denied(5, "Unsupported protocol version");
    boolean websocket = "websocket".equals(ctx.queryParam("transport"));
    boolean polling = "polling".equals(ctx.queryParam("transport"));
    if (!websocket && !polling) throw new Denied(0, "Transport unknown");
    String sid = ctx.queryParam("sid");
    Session session = sid == null ? null : sessions.get(sid);
    if (sid != null && session == null) throw new Denied(1, "Session ID unknown");
    boolean get = ctx.method() == HandlerType.GET;
    if (sid == null && !get) throw new Denied(2, "Bad handshake method");
    boolean method = get || ctx.method() == HandlerType.POST;
    if (!method || websocket != isUpgrade) throw new Denied(3, "Bad request");
    return session;
}
/** A new client; alive, as long as it answers. */
Session begin() {
    var session = new Session(newSid(), over -> forget(over));
    sessions.put(session.sid, session);
    alive(session);
    return session;
}
// END 11.1

// EXERCISE 11.2  Long polling, both ways
//   Two requests make one wire: a GET that is held until there is something, and a POST each time
//   that the client speaks. Two GETs at once would share the packets between them, and nobody could
//   say in which order those come: the second one ends the session. What is in a body is read
//   first, as a whole, and done then: a bad packet lets none before it pass.
void answer(Session session, Context ctx) throws IOException, InterruptedException {
    ctx.contentType("text/plain; charset=UTF-8").header("Cache-Control", "no-store");
    if (session == null) {
        ctx.result("0" + open(begin().sid, List.of("websocket")));
    } else if (ctx.method() == HandlerType.GET) {
        get(session, ctx);
        answered(session);
    } else {
        post(session, ctx);
    }
}

void get(Session session, Context ctx) throws InterruptedException {
    synchronized (session) {
        if (session.getting) session.end();
        if (session.over || session.socket != null) throw new Denied(3, "Bad request");
        session.getting = true;
        try {
            Hold.until(session, () -> !session.waiting.isEmpty() || session.over
                || session.socket != null, () -> session.probed);
        } finally {
            session.getting = false;
        }
        if (session.socket != null) throw new Denied(3, "Bad request"); // it has moved
        if (session.over) ctx.result("1");
        else if (session.waiting.isEmpty()) ctx.result("6");
        else ctx.result(Packet.body(session.waiting));
        session.waiting.clear();
    }
}

void post(Session session, Context ctx) throws IOException {
    synchronized (session) {
        if (session.posting) session.end();
        if (session.over || session.socket != null) throw new Denied(3, "Bad request");
        session.posting = true;
    }
    byte[] body = ctx.req().getInputStream().readNBytes(MAX_PAYLOAD + 1);
    List<Packet> packets = Packet.decodeBody(body);
    boolean good = packets != null && packets.stream().allMatch(each -> mayCome(each));
    synchronized (session) {
        session.posting = false;
        if (!good || body.length > MAX_PAYLOAD) session.end();
    }
    if (body.length > MAX_PAYLOAD) throw new ContentTooLargeResponse();
    if (session.over) throw new Denied(3, "Bad request");
    for (Packet packet : packets) take(session, packet);
    ctx.result("ok");
}

boolean mayCome(Packet packet) {
    return switch (packet.type()) {
        case Packet.CLOSE, Packet.PONG, Packet.MESSAGE -> true;
        default -> false;
    };
}
// END 11.2

// EXERCISE 11.3  Heartbeat
//   TCP tells nobody that the other end is gone; only who asks hears it. The server asks, and sets
//   an alarm for the answer: nothing but a pong takes it back. What else a client says proves that
//   its voice works, not that it hears us.
void alive(Session session) {
    synchronized (session) {
        if (session.over) return;
        if (session.alarm != null) session.alarm.cancel(false);
        session.alarm = Clock.after(PING_INTERVAL_MS, () -> ping(session));
    }
}

void ping(Session session) {
    synchronized (session) {
        if (session.over) return;
        session.send(new Packet(Packet.PING));
        session.alarm = Clock.after(PING_TIMEOUT_MS, () -> session.end());
    }
}
// END 11.3

// EXERCISE 11.4  Move to WebSocket
//   The client tries the new wire while it still lives on the old one: 2probe goes there and
//   3probe comes back, so it works in both directions. Then the held GET gets a 6, for a wire may
//   only be left when it is empty, and with 5 the session has moved. What waited goes first.
void tryOut(Session session, WsContext socket) {
    synchronized (session) {
        if (session.over || session.socket != null || session.tried != null) {
            BothWires.hangUp(socket);
            return;
        }
        session.tried = socket;
        Clock.after(UPGRADE_TIMEOUT_MS, () -> giveUp(session, socket));
    }
}

void heardWhileTried(Session session, WsContext socket, Packet packet) {
    String frame = packet == null ? "" : packet.encoded();
    synchronized (session) {
        if (!socket.equals(session.tried)) return; // refused, and not closed so far
        if (frame.equals("2probe") && !session.probed) {
            session.probed = true;
            socket.send("3probe");
        } else if (frame.equals("5") && session.probed) {
            session.tried = null;
            session.live(socket);
            for (Packet each : session.waiting) session.send(each);
            session.waiting.clear();
        } else {
            giveUp(session, socket);
        }
        session.notifyAll(); // a held GET looks again
    }
}

void giveUp(Session session, WsContext socket) {
    synchronized (session) {
        if (!socket.equals(session.tried)) return; // the session lives on it, or it is gone
        session.tried = null;
        session.probed = false;
        BothWires.hangUp(socket);
    }
}
// END 11.4

// EXERCISE 11.5  Goodbye
//   Who says 1 is not lost but gone. On polling it has a question open, or on its way, and a
//   question is answered, with a 6: so the session lives for that answer and no longer. A WebSocket
//   that ends without a word is the same, for there is nothing that it could come back to.
static final int GOODBYE_MS = 1_000; // for the GET that fetches the last packet

void goodbye(Session session) {
    synchronized (session) {
        if (session.socket != null) {
            session.end();
            return;
        }
        session.leaving = true;
        session.waiting.clear();
        session.send(new Packet(Packet.NOOP));
        Clock.after(GOODBYE_MS, () -> session.end());
    }
}

/** A GET has got its answer. */
void answered(Session session) {
    if (session.leaving) session.end();
}

/** The WebSocket that it lives on has ended, with a close frame or without. */
void ended(Session session) {
    session.end();
}

/** A frame that no client may send: whoever sends it speaks another language. */
void strange(Session session) {
    session.end();
}
// END 11.5

// EXERCISE 11.6  Nothing missed, nothing twice
//   Between “what I missed” and “what comes” lies a gap, in which a message is lost or comes twice.
//   One lock closes it: a message is stored and told in one step, and what was missed is read and
//   following begins in one. The ack may get lost where the message did not: so a sender names
//   what it says, and may say it again.
Object grant(Session session, String event, Fields data) throws Refused {
    return switch (event) {
        case "say" -> say(new Draft(data.text("from"), data.text("text")),
            data.has("nonce") ? data.text("nonce") : null);
        case "resume" -> resume(session,
            data.has("after") ? data.number("after", 0, Long.MAX_VALUE) : null,
            data.has("feed") ? data.text("feed") : null);
        default -> throw Envelope.unknown(event);
    };
}

static final int NONCES = 1_000; // that are remembered

final Map<String, Message> nonces = new LinkedHashMap<>() { // belongs to the lock of feed
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Message> eldest) {
        return size() > NONCES;
    }
};

Message say(Draft draft, String nonce) {
    synchronized (feed) {
        if (nonce != null && nonces.containsKey(nonce)) return nonces.get(nonce);
        Message message = feed.add(draft);
        if (nonce != null) nonces.put(nonce, message);
        for (Session each : followers) tell(each, "said", message);
        return message;
    }
}

/** @param after null: from now on; @param of the name of the feed that it counts in; null: ours */
Object resume(Session session, Long after, String of) {
    synchronized (feed) {
        tell(session, "feed", Map.of("name", feedName));
        followers.remove(session);
        List<Message> missed = List.of();
        if (after != null) {
            boolean known = (of == null || of.equals(feedName)) && after <= feed.newest();
            missed = feed.after(known ? after : 0, PAGE);
        }
        for (Message each : missed) tell(session, "said", each);
        boolean more = !missed.isEmpty() && missed.getLast().id() < feed.newest();
        if (!more) followers.add(session);
        return Map.of("more", more);
    }
}
// END 11.6

// EXERCISE 11.7  A client that comes back
//   All that it must remember is the last id that it printed, and of which feed: a server that was
//   started anew has other messages under the same ids. Silence that lasts longer than the server's
//   ping and its patience together means that the line is dead, whatever TCP believes.
static final int OPEN_MS = 10_000; // for the server's first packet

long heard;     // the last id that was printed
String heardOf; // the name of its feed; null: of none so far

void client(String server) throws InterruptedException {
    heard = 0;
    heardOf = null;
    for (long wait = BACKOFF_MS; ; wait = Math.min(2 * wait, 32L * BACKOFF_MS)) {
        try (Line line = Line.to(server, "/engine.io/?EIO=4&transport=websocket")) {
            long patience = patience(line.next(OPEN_MS));
            wait = BACKOFF_MS;
            goOn(line);
            for (String frame; (frame = line.next(patience)) != null; ) {
                if (frame.equals("2")) line.send("3");
                else if (frame.startsWith("4{")) hear(line, StrictJson.tree(frame.substring(1)));
            }
        } catch (IOException noLine) {
            // Nobody there, or no longer: in a moment, perhaps.
        }
        Thread.sleep(ThreadLocalRandom.current().nextLong(wait / 2, wait + 1));
    }
}

/** Milliseconds until silence means that the line is dead, as the open packet has them. */
long patience(String open) throws IOException {
    if (open == null || !open.startsWith("0{")) throw new IOException("no open packet came");
    JsonNode times = StrictJson.tree(open.substring(1));
    return times.path("pingInterval").asLong() + times.path("pingTimeout").asLong();
}

/** From where it is. */
void goOn(Line line) throws IOException, InterruptedException {
    var where = new LinkedHashMap<String, Object>(Map.of("after", heard));
    if (heardOf != null) where.put("feed", heardOf);
    line.send("4" + StrictJson.text(Map.of("event", "resume", "data", where, "id", 1)));
}

void hear(Line line, JsonNode envelope) throws IOException, InterruptedException {
    JsonNode data = envelope.path("data");
    switch (envelope.path("event").asText()) {
        case "feed" -> {
            String name = data.path("name").asText();
            if (!name.equals(heardOf)) heard = 0;
            heardOf = name;
        }
        case "said" -> {
            if (data.path("id").asLong() <= heard) return; // a server may repeat itself; we do not
            heard = data.path("id").asLong();
            IO.println(data.path("from").asText() + ": " + data.path("text").asText());
        }
        case "ack" -> {
            if (data.path("more").asBoolean()) goOn(line);
        }
        default -> { } // a reader waits for nothing else
    }
}
// END 11.7

// ------------- What drives the exercises. They can be solved without reading on.

void configure(JavalinConfig config) {
    Handler stats = ctx -> ctx.json(stats());
    config.routes.get("/stats", stats).head("/stats", stats);
    BothWires.at(config, "/engine.io/", MAX_PAYLOAD, new BothWires.Lesson<>(this::find,
        this::answer, this::connected, this::heard, this::closed));
}

Map<String, Long> stats() {
    long all = sessions.size();
    long polling = sessions.values().stream().filter(each -> each.socket == null).count();
    return Map.of("sessions", all, "polling", polling, "websocket", all - polling);
}

Session connected(Session known, WsContext socket) {
    if (known != null) {
        tryOut(known, socket);
        return known;
    }
    Session session = begin();
    session.live(socket);
    session.send(new Packet(Packet.OPEN, open(session.sid, List.of())));
    return session;
}

/** A WebSocket has ended, with a close frame or without. */
void closed(Session session, WsContext socket) {
    if (socket.equals(session.socket)) ended(session);
    else giveUp(session, socket);
}

void heard(Session session, WsContext socket, Packet packet) {
    if (!socket.equals(session.socket)) heardWhileTried(session, socket, packet);
    else if (packet == null) strange(session);
    else take(session, packet);
}

/** Does what a packet asks for, whichever wire it came on. */
void take(Session session, Packet packet) {
    switch (packet.type()) {
        case Packet.PONG -> alive(session);
        case Packet.CLOSE -> goodbye(session);
        case Packet.MESSAGE -> {
            if (packet.isBinary() || !packet.text().startsWith("{")) session.send(packet);
            else Envelope.answer(packet.text(), frame -> session.send(new Packet(Packet.MESSAGE,
                frame)), (event, data) -> grant(session, event, data));
        }
        default -> strange(session);
    }
}

void tell(Session session, String event, Object data) {
    session.send(new Packet(Packet.MESSAGE, Envelope.frame(event, data)));
}

/** It is over. */
void forget(Session session) {
    sessions.remove(session.sid, session);
    followers.remove(session);
}
