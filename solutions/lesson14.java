///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES ../lessons/given/Bus.java ../lessons/given/Doorkeeper.java
//SOURCES ../lessons/given/Floor.java ../lessons/given/Kept.java
//FILES web/lesson14.html=../lessons/web/lesson14.html

// Lesson 14 — Many servers: one room over several machines
//
// Lesson 13 ended with one process on one machine: when it stops, everybody is out, and when it is
// full, nobody comes in. Here several servers share one log. What is said through one is heard on
// all, a client that loses its server goes on at another, and a server may leave without a loss.
//
//   alone  jbang lesson14.java           then open http://localhost:7014
//   two    jbang redis                   or a real Redis; then, each in a terminal of its own:
//          REDIS_URL=redis://127.0.0.1:6379 SECRET=ours jbang lesson14.java
//          REDIS_URL=redis://127.0.0.1:6379 SECRET=ours jbang lesson14.java 8014
//          REDIS_URL=redis://127.0.0.1:6379 SECRET=ours jbang lesson14.java worker
//   check  jbang check 14
//
// Left out on purpose: more people than one log can carry. On paper, in the notebook: shards.

import given.*;
import io.javalin.http.Context;

/** What somebody missed in a room; complete: all of it. */
record History(String room, List<Said> messages, boolean complete) {}

static final int DRAIN_MS = Setting.of("DRAIN_MS", 500); // over which the goodbyes are spread
static final int AGAIN_MS = 100;                         // between two looks for a log that is away
static final int MOST_MESSAGES = 1_000;                  // of a history

// What all servers share, as far as the lesson has one: a stream, "feed", is its log.
final Bus bus = Bus.shared();
final Log log = new Log(bus, "feed"); // what of it this server has heard
final Jobs jobs = new Jobs(bus);      // work in the background, and how far it is
// Who is on this server, and what they ask for; its lock owns what the exercises keep, too.
final Floor floor = new Floor(bus, log, jobs,
    new Floor.Lesson(this::say, this::join, this::isNews, this::whyShut));

void main(String[] args) throws InterruptedException {
    jobs.work(); // whichever process is free
    if (List.of(args).equals(List.of("worker"))) {
        IO.println("working");
        Thread.currentThread().join(); // until it is ended
    }
    Thread.ofVirtual().name("follows the log").start(this::followed);
    Web.serve(7014, args, config -> {
        Entrance door = Entrance.at(config, Doorkeeper.locks(), floor);
        config.routes.get("/ready", this::ready).head("/ready", this::ready);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> left(door))); // SIGTERM and Ctrl-C
    });
}

// EXERCISE 14.1  Two servers, one room
//   Nobody is told anything when it is said, not even those who are here. It is told when it comes
//   back: all servers read one log, so all members hear in its order. A channel would be quicker to
//   write, but it forgets: what is told while a server is away is lost, and nobody knows.
Said say(Said said) throws Refused {
    try {
        return log.await(bus.append("feed", said.line()));
    } catch (Bus.Away away) {
        throw new Refused("The log is out of reach: say it again later.");
    }
}

void follow() throws Bus.Away, InterruptedException {
    long last = 0; // from the beginning: a server that comes later must know what was said before
    while (true) {
        try {
            for (Bus.Entry entry : bus.after("feed", last)) {
                hear(Said.of(entry));
                last = entry.id();
            }
        } catch (Bus.Away away) { // ★ we keep our place: nothing is missed, nothing comes twice
            Thread.sleep(AGAIN_MS);
        }
    }
}
// END 14.1

// EXERCISE 14.2  Nothing twice
//   An ack that does not come says nothing: was the message lost, or its ack? So a client says it
//   again, perhaps to another server. That the two are one can be seen in the log alone, which all
//   read in one order: so all agree which was the first, and no server has to ask another.
final Map<String, Said> firsts = Kept.last(10_000);

Said first(Said said) {
    if (said.nonce() == null) return said;
    Said first = firsts.putIfAbsent(said.from() + " " + said.nonce(), said);
    return first == null ? said : first;
}
// END 14.2

// EXERCISE 14.3  Nothing missed
//   The history is told and the room is entered under one lock: what is heard before stands in the
//   history, what is heard after it comes live. So there is no gap, and nothing comes twice.
final Map<Member, Map<String, Long>> seen = new WeakHashMap<>(); // by room; gone with the member

void join(Member member, String room, Long after) throws Refused {
    if (after != null) member.tell("history", history(room, after));
    seen.computeIfAbsent(member, _ -> new HashMap<>()).put(room, after == null ? 0L : after);
    floor.enter(member, room);
}

History history(String room, long after) {
    List<Said> missed = log.of(room).stream().filter(said -> said.id() > after).toList();
    boolean isKnown = after == log.newest() || log.oldest() > 0 && log.oldest() <= after;
    int cut = Math.max(0, missed.size() - MOST_MESSAGES);
    return new History(room, missed.subList(cut, missed.size()), isKnown && cut == 0);
}

// ★ This server may be behind the one that the member has left: then old news come live here.
boolean isNews(Member member, Said said) {
    return said.id() > seen.getOrDefault(member, Map.of()).getOrDefault(said.room(), 0L);
}
// END 14.3

// EXERCISE 14.4  Go gently
//   First nobody comes in any more, and whoever asks, a proxy say, hears it from the door. Then
//   each is told to come again, 1012, but not all at once: the other servers have to take them. At
//   last we wait for the answers, though not for ever: one who never answers holds nobody up.
volatile boolean isLeaving;

void leave(Collection<Member> members) throws InterruptedException {
    isLeaving = true;
    List<Member> all = List.copyOf(members);
    for (Member each : all) {
        each.close(1012, "This server stops: come again.");
        Thread.sleep(Duration.ofMillis(DRAIN_MS).dividedBy(all.size()));
    }
    for (Member late : members) late.close(1012, "This server stops."); // was in the door just now
    for (int tries = 0; tries < 100 && !members.isEmpty(); tries++) Thread.sleep(10);
}
// END 14.4

// ---- What drives the exercises. It may be skipped. --------------------------------------------

/** An entry of the log is there, the next one in its order: tells all here who are to hear it. */
void hear(Said said) {
    synchronized (floor) {
        Said first = first(said);
        if (first == said) floor.tell(said);
        log.add(said, first);
    }
}

void followed() {
    try {
        follow();
    } catch (Bus.Away away) {
        System.err.println("The log is out of reach, and nobody follows it any more: " + away);
    } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
    }
}

/** Why nobody may come in; null: the door is open. */
String whyShut() {
    if (isLeaving) return "This server stops: come again.";
    if (bus.whyAway() != null) return bus.whyAway();
    return log.isReadToItsEnd() ? null : "The log is not read to its end: come again.";
}

void ready(Context ctx) {
    String why = whyShut();
    ctx.contentType("text/plain; charset=utf-8").status(why == null ? 200 : 503)
        .result(why == null ? "ready" : why);
}

void left(Entrance door) {
    try {
        leave(door.members());
    } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
    }
    floor.leave();
}
