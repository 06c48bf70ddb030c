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
//   Make true  GET ?EIO=4&transport=polling opens a session: 200, and as text the packet 0 with
//              sid, upgrades (["websocket"]), pingInterval, pingTimeout (in ms) and maxPayload,
//              these five keys. On a WebSocket it is the first frame, upgrades are empty. A sid has
//              16 or more of A–Z, a–z, 0–9, - and _, at random. An unknown sid, transport or EIO is
//              refused with 400.
//   Know       throw new Denied(1, "Session ID unknown") answers 400 with that code and message,
//              before an upgrade, too. SecureRandom and Base64.getUrlEncoder() make a sid. A query
//              parameter that is missing is null.
//   ★          Refused in this order: EIO is not 4 (5, Unsupported protocol version); transport is
//              neither polling nor websocket (0, Transport unknown); the sid is unknown (1, Session
//              ID unknown); no sid and not GET (2, Bad handshake method); a transport that is not
//              the request's, or a method other than GET and POST (3, Bad request).
//   Keep       the signatures; answer and connected call begin where find gives null.
//   Stuck?     jbang hint 11.1
String newSid() {
    return "a-session-of-lesson-11";
}

/** In the first packet to each client: who it is here, and what it must know of this server. */
String open(String sid, List<String> upgrades) {
    return StrictJson.text(Map.of("sid", sid));
}

/** The session that a request belongs to; null: it wants a new one. */
Session find(Context ctx, boolean isUpgrade) {
    String sid = ctx.queryParam("sid");
    return sid == null ? null : sessions.get(sid);
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
//   Make true  A POST with a sid: all its packets are done in order, then 200 and ok. A GET answers
//              all that waits for the session, in order; where nothing waits it is held until
//              something comes.
//   Know       Packet.decodeBody reads a body, Packet.body writes one; U+001E stands between two
//              packets. take does what a packet asks for. Hold.until(lock, ready, moves) waits
//              under a lock, and but a moment where the session moves (11.4): for a race that needs
//              no solving here. Whoever ends a session, or lets it move, wakes who waits.
//   ★          A second GET while one is held: it gets 400 (3), the first 1, the session is over;
//              so with a second POST while the first one's body is still coming. An empty packet,
//              one that no client may send (only 1, 3, 4, b), bad base64: 400 (3), over. More than
//              MAX_PAYLOAD bytes: 413, over. On a session that has moved to WebSocket: 400 (3).
//   Keep       the signatures. A session's fields belong to whoever holds its lock.
//   Needs      11.1
//   Stuck?     jbang hint 11.2
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
    ctx.result("6");
}

void post(Session session, Context ctx) throws IOException {
    ctx.result("ok");
}
// END 11.2

// EXERCISE 11.3  Heartbeat
//   Make true  2 goes out PING_INTERVAL_MS after the opening, or the last 3; where no 3 comes
//              within PING_TIMEOUT_MS after it the session is over, at most a second late.
//   Know       begin calls alive, and take does for each 3. Clock.after(millis, () -> …) calls back
//              later, and cancel(false) of what it gives takes that back. end ends a session.
//   ★          Also if the client sends other packets, or neither reads nor answers.
//   Keep       the signature; alarm is yours.
//   Needs      11.2
//   Stuck?     jbang hint 11.3
void alive(Session session) {
}
// END 11.3

// EXERCISE 11.4  Move to WebSocket
//   Make true  A WebSocket with the sid of a polling session says nothing. 2probe is answered
//              3probe, and a held GET 6; a GET that comes later and finds nothing gets 6 within a
//              second. After 5 the session lives there: first what waits, then the rest, nothing
//              lost, doubled or in another order; HTTP with the sid gets 400 (3), a GET still held,
//              too.
//   Know       get (11.2) looks at probed and socket, once somebody calls session.notifyAll().
//              socket.send writes a frame, BothWires.hangUp ends a WebSocket; live makes it the
//              session's wire, and from then on send goes there.
//   ★          Anything else instead, the end of that WebSocket, or no 5 within UPGRADE_TIMEOUT_MS:
//              only it is closed; polling goes on and may try again. Another WebSocket with the
//              sid, while one is tried or after: 101, then closed; the first goes on.
//   Keep       the signatures. Compare sockets with equals: each handler gets one of its own.
//   Needs      11.2
//   Stuck?     jbang hint 11.4
void tryOut(Session session, WsContext socket) {
    BothWires.hangUp(socket);
}

/** @param packet null: what came is none */
void heardWhileTried(Session session, WsContext socket, Packet packet) {
}

void giveUp(Session session, WsContext socket) {
}
// END 11.4

// EXERCISE 11.5  Goodbye
//   Make true  1 on polling: the held GET, or else the next one within a second, gets 6, then the
//              session is over. On a WebSocket it is over at once; and so it is when its
//              WebSocket's TCP ends or is reset.
//   Know       take calls goodbye for a 1. answered is called behind each GET's answer, ended when
//              the WebSocket that a session lives on has ended.
//   ★          And after a frame that is no packet: strange is called for it.
//   Keep       the signatures.
//   Needs      11.4
//   Stuck?     jbang hint 11.5
void goodbye(Session session) {
}

/** A GET has got its answer. */
void answered(Session session) {
}

/** The WebSocket that it lives on has ended, with a close frame or without. */
void ended(Session session) {
}

/** A frame that no client may send. */
void strange(Session session) {
}
// END 11.5

// EXERCISE 11.6  Nothing missed, nothing twice
//   Make true  resume {"after"?, "feed"?} sends feed {"name"}, then said for each message after
//              that id, oldest first, at most PAGE; the ack says {"more": true}: ask again, or
//              false: from here on one follows, without gap or repeat. Without after: from now on.
//              An after beyond the newest, or another run's feed: as 0. Whoever has not resumed
//              hears nothing. say {"from", "text", "nonce"?}: stored, heard by all who follow; the
//              ack is it.
//   Know       feed.add, feed.after and feed.newest are the log; tell sends an event; what is
//              returned is the ack's data. feed and followers are slow where the tests ask for it.
//   ★          The same nonce again, on any connection, among the last 1,000: the same ack, and
//              nothing else happens.
//   Keep       the signatures.
//   Needs      11.2
//   Stuck?     jbang hint 11.6
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

Object say(Draft draft, String nonce) {
    return feed.add(draft);
}

/** @param after null: from now on; @param of the name of the feed that it counts in; null: ours */
Object resume(Session session, Long after, String of) {
    followers.add(session);
    return Map.of("more", false);
}
// END 11.6

// EXERCISE 11.7  A client that comes back
//   Make true  jbang lesson11.java client URL prints each message once, in order, as <from>:
//              <text>. It resumes from 0, then from its cursor with the feed's name, and at 0 again
//              when the name changes; answers 2 with 3; goes on when a connection is lost: when it
//              ends, or nothing came for pingInterval + pingTimeout. Between tries it waits as in
//              4.4 (at random between half and all of BACKOFF_MS, doubled up to 32 times that); an
//              open packet resets that.
//   Know       Line.to throws an IOException where nobody answers; next(ms) gives null where
//              nothing came in that time, or the connection has ended.
//   Keep       the signature, and the path: straight to WebSocket.
//   Stuck?     jbang hint 11.7
void client(String server) throws InterruptedException {
    try (Line line = Line.to(server, "/engine.io/?EIO=4&transport=websocket")) {
        line.next(10_000); // the open packet
        line.send("4{\"event\": \"resume\", \"data\": {\"after\": 0}, \"id\": 1}");
        for (String frame; (frame = line.next(60_000)) != null; ) {
            JsonNode envelope = StrictJson.tree(frame.substring(1));
            JsonNode data = envelope.path("data");
            if (!envelope.path("event").asText().equals("said")) continue;
            IO.println(data.path("from").asText() + ": " + data.path("text").asText());
        }
    } catch (IOException lost) {
        System.err.println("The connection is lost: " + lost.getMessage());
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
