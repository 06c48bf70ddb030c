///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES ../lessons/given/Feed.java ../lessons/given/Jetty.java ../lessons/given/Query.java
//SOURCES ../lessons/given/Refusal.java ../lessons/given/Waiting.java ../lessons/given/Web.java
//FILES web/lesson05.html=../lessons/web/lesson05.html

// Lesson 05 — Long polling: ask, and wait
//
// Lesson 04 asked again and again: late by half an interval, and mostly for nothing. Here the
// server keeps a question until it has an answer, so the news comes at once. It still comes as an
// answer, and any HTTP client can ask.
//
//   run    jbang lesson05.java           then open http://localhost:7005
//   check  jbang check 05
//
// Left out on purpose: to go on speaking after the answer (lesson 06), a limit to how many may
// wait (lesson 13), and a disk (the feed grows in memory, a restart forgets it).

import given.*;
import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import java.lang.management.ManagementFactory;

static final int PAGE = 100;    // messages in one answer, as in lesson 04
static final int MAX_WAIT = 60; // seconds; many a proxy gives up at 60
static final int LOOK_MS = 500; // between two looks for those who left

final Feed feed = new Feed();          // feed.after(17, PAGE): what is newer than message 17
final Waiting waiting = new Waiting(); // the requests that are held now, each with its thread

void main(String[] args) {
    Thread.startVirtualThread(() -> lookAround());
    Web.serve(7005, args, config -> routes(config));
}

/** GET /messages: what is there, or what comes while the client is willing to wait. */
void list(Context ctx) {
    long until = until(ctx);
    long after = Query.number("after", ctx.queryParam("after"));
    List<Message> page = List.of();
    try {
        page = hold(ctx, after, until);
    } catch (InterruptedException hungUp) {
        // Nobody is there to read the answer. One who only ended its half gets the 204.
    }
    ctx.header("Cache-Control", "no-store");
    if (page.isEmpty()) ctx.status(204);
    else ctx.json(page);
}

/** POST /messages */
void create(Context ctx) throws IOException {
    Message message = feed.add(Draft.of(ctx));
    ring();
    ctx.status(201).header("Location", "/messages?after=" + (message.id() - 1)).json(message);
}

// To hold a request is not to return yet: its thread waits, and the client with it. Whoever waits
// is on a list, and whoever stores a message wakes all who are on it: waiting.wakeAll().

// EXERCISE 5.1  Hold the request
//   Make true  GET /messages?after=17&wait=25 answers within a second of a message newer than 17.
//              Everyone who waits gets it; a message that is not newer wakes nobody.
//   Keep       the signatures. next waits for a message, whichever it is; left says for how many
//              milliseconds still; create calls ring when a message is stored.
//   Stuck?     jbang hint 5.1
List<Message> hold(Context ctx, long after, long until) throws InterruptedException {
    return feed.after(after, PAGE);
}

void ring() {
}
// END 5.1

// Query.number(name, text) reads a whole number of 1 to 18 digits, 0 where the text is null; else
// it refuses with 400. new BadRequestResponse("why"), thrown, does so too. System.nanoTime() is
// the clock for spans of time: nobody sets it back.

// EXERCISE 5.2  Not for ever
//   Make true  204 after wait whole seconds, whatever others do. wait is 0 to 60, else 400, and
//              that is checked before anything else. Without wait the answer comes at once.
//   Keep       the signatures; what until and left hand to each other is yours.
//   Needs      5.1
//   Stuck?     jbang hint 5.2
long until(Context ctx) {
    return ctx.queryParam("wait") == null ? 0 : 3_600_000; // an hour, whatever was asked
}

/** Milliseconds; until they are over, the request is held. */
long left(long until) {
    return until;
}
// END 5.2

// waiting.take(ctx) puts a request on the list. place.sleep(ms) returns when it is woken, or after
// so long; at once, if it was woken since it is on the list. try (var place = …) takes it off.

// EXERCISE 5.3  Nothing falls into the gap
//   Make true  a message that is posted at the very instant of asking is answered within 2 seconds,
//              each time. No reader misses, repeats or reorders one, however many write.
//   Keep       the signature.
//   Needs      5.1
//   Stuck?     jbang hint 5.3
List<Message> next(Context ctx, long after, long until) throws InterruptedException {
    List<Message> there = feed.after(after, PAGE);
    if (!there.isEmpty() || left(until) <= 0) return there;
    try (Waiting.Place place = waiting.take(ctx)) {
        place.sleep(left(until));
    }
    return feed.after(after, PAGE);
}
// END 5.3

// Each request keeps a thread while it waits. One of the system's (a platform thread) takes about
// 1 MB of addresses for its stack, and Jetty, the server below Javalin, has 250 of them: client 251
// is not even heard. Since Java 21 there are virtual threads: one that waits is an object of a few
// KB. config.concurrency.useVirtualThreads gives each request one; config.jetty.threadPool takes
// any pool.

// EXERCISE 5.4  Waiting is cheap
//   Make true  1,000 requests wait while the server has fewer than 300 platform threads. GET /stats
//              tells both: {"waiting": 1000, "threads": 13}.
//   Keep       the signature; routes calls it. Nothing set: Jetty has up to 250 threads.
//   Needs      5.1
//   Stuck?     jbang hint 5.4
void chooseThreads(JavalinConfig config) {
}
// END 5.4

// Jetty does not say that a client has gone: it reads a connection only once the request before is
// answered. There are two ways to learn it. To speak: 102 Processing, an interim answer, fails
// once the client is gone, but costs bytes each time, and Python's http.client takes it for the
// answer. So we read: Jetty.hungUp(ctx) looks for one byte, and waits for none. Two readers would
// tear a connection's bytes apart: waiting.forEach(…) lets nobody leave the list, and so nobody
// answer, while it is at its request. place.interrupt() wakes that one alone; list does the rest.

// EXERCISE 5.5  The ones who left are forgotten
//   Make true  after 100 clients closed or reset their connections, waiting is 0 within 2 seconds.
//              Whoever still waits is not disturbed.
//   Keep       the signature; main starts it on a virtual thread.
//   Needs      5.1
//   Stuck?     jbang hint 5.5
void lookAround() {
}
// END 5.5

// ---- What drives them: not needed to solve them ------------------------------------------------

/** How many requests are held, and how many of the system's threads the server has for them. */
record Stats(int waiting, int threads) {}

void stats(Context ctx) {
    int threads = ManagementFactory.getThreadMXBean().getThreadCount(); // no virtual ones
    ctx.header("Cache-Control", "no-store").json(new Stats(waiting.size(), threads));
}

void routes(JavalinConfig config) {
    config.routes.get("/messages", ctx -> list(ctx)).head("/messages", ctx -> list(ctx));
    config.routes.post("/messages", ctx -> create(ctx));
    config.routes.get("/stats", ctx -> stats(ctx)).head("/stats", ctx -> stats(ctx));
    Refusal.answersWhatIsThrown(config);
    chooseThreads(config);
}
