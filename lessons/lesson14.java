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
//   Make true  what is said through one server is heard by all members on all servers, the sender
//              too, in the log's order; say returns once it has been heard here. A server that
//              starts later hears the log from its beginning.
//   ★          While the log is away a say is refused, and connections stay. Once it is back all
//              that was stored is heard, once, in order.
//   Keep       the signatures. bus.append("feed", said.line()) gives the new entry's id, and
//              log.await(id) what it says once it has come back. bus.after("feed", id) waits for
//              entries behind id, 0: from the beginning. Both throw Bus.Away. follow runs on a
//              thread of its own from the start on; call hear(Said.of(entry)) for each, in order.
//   Stuck?     jbang hint 14.1
final Bus mine = Bus.ofThisProcess(); // a log that no other server knows

Said say(Said said) throws Refused {
    synchronized (mine) {
        try {
            long id = mine.append("feed", said.line());
            hear(Said.of(new Bus.Entry(id, said.line())));
            return log.await(id);
        } catch (Bus.Away away) {
            throw new Refused("The log is out of reach: say it again later.");
        }
    }
}

void follow() throws Bus.Away, InterruptedException {
}
// END 14.1

// EXERCISE 14.2  Nothing twice
//   Make true  what a person says again with the same nonce is the message that was said first, as
//              long as that is among the last 10,000; other persons' nonces are others.
//   Keep       the signature. first is called on each server for each entry of the log, in its
//              order; it gives the message that this one repeats, or the message itself, which is
//              then told. said.nonce() is null where none was given. Kept.last(n) is a map of the n
//              entries that were used last.
//   Needs      14.1
//   Stuck?     jbang hint 14.2
Said first(Said said) {
    return said;
}
// END 14.2

// EXERCISE 14.3  Nothing missed
//   Make true  a join with after is told history before its ack: that room's messages with a larger
//              id, oldest first, at most the newest MOST_MESSAGES; live ones follow without gap or
//              repeat. complete is true only if none was cut off, and after is the newest id or the
//              log still has an id that is not larger.
//   ★          None comes live with an id up to after: this server may be behind the one that the
//              member has left.
//   Keep       the signatures; after is null where none was given. floor.enter(member, room) lets
//              the member hear what comes from then on; while join runs nothing comes.
//              log.of(room), log.oldest(), log.newest() tell what has been heard here. isNews is
//              asked for each member of a room before it is told.
//   Needs      14.1
//   Stuck?     jbang hint 14.3
void join(Member member, String room, Long after) throws Refused {
    floor.enter(member, room);
}

History history(String room, long after) {
    return new History(room, List.of(), true);
}

boolean isNews(Member member, Said said) {
    return true;
}
// END 14.3

// EXERCISE 14.4  Go gently
//   Make true  a server that is asked to end (SIGTERM, Ctrl-C) shuts its door at once: /ready and
//              the door say 503, /health 200. Each client gets close 1012, spread over DRAIN_MS. It
//              ends within DRAIN_MS and 1.5 s, also with a client that never answers.
//   Keep       the signature, and isLeaving: the door asks it. members are all who are connected,
//              and shrink as they go. Member.close(code, reason) says goodbye behind all that
//              waits; when leave returns the program ends, whoever is still there.
//   Stuck?     jbang hint 14.4
volatile boolean isLeaving;

void leave(Collection<Member> members) throws InterruptedException {
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
