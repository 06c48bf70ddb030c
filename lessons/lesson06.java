///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES ../lessons/given/Bell.java ../lessons/given/Feed.java ../lessons/given/Jetty.java
//SOURCES ../lessons/given/Query.java ../lessons/given/Refusal.java ../lessons/given/Web.java
//FILES web/lesson06.html=../lessons/web/lesson06.html

// Lesson 06 — Server-Sent Events: one answer that never ends
//
// Lesson 05 answered when there was something, and then the client had to ask again, headers and
// all. Here the answer simply goes on: each message is a few lines of text in it, an event. Every
// browser reads that (EventSource), and after a break connects again and says where it was.
//
//   run    jbang lesson06.java           then open http://localhost:7006
//   check  jbang check 06
//
// Left out on purpose: to speak in the other direction (a POST does it; lesson 07 frees both).
// Javalin has an SseClient of its own; it knows no retry, and hides the format.

import com.fasterxml.jackson.databind.ObjectMapper;
import given.*;
import io.javalin.config.JavalinConfig;
import io.javalin.http.*;
import org.eclipse.jetty.io.EndPoint;

static final int PAGE = 100; // messages in one answer, or in one write to a listener
static final int HEARTBEAT_MS = Setting.of("HEARTBEAT_MS", 15_000); // proxies often wait for 30 s
static final int SLOW_MS = Setting.of("SLOW_MS", 5_000); // for one write to get nowhere

/** Who listens: a connection, and a place in the feed. Touched by its own thread alone. */
final class Listener {
    final EndPoint connection; // Jetty's end of it
    final OutputStream out;    // what is written here goes into the answer that never ends
    long place;    // the last message that was written to it
    int told = -1; // how many listen, as it was last told
    long beat;     // the last heartbeat that was written to it

    Listener(long place, Context ctx) throws IOException {
        this.place = place;
        connection = Jetty.connection(ctx);
        out = ctx.res().getOutputStream();
    }
}

final Feed feed = new Feed();  // feed.after(17, PAGE): what is newer; feed.newest(): the last id
final Bell bell = new Bell();  // rings whenever there may be something to write
final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
final ObjectMapper json = new ObjectMapper();

void main(String[] args) {
    Thread.startVirtualThread(() -> beat());
    Web.serve(7006, args, config -> routes(config));
}

/**
 * GET /events: a listener's whole life, on a virtual thread of its own: to wait, and to stand still
 * in a write, costs it a few KB and nobody else anything. Its place in the feed is taken before the
 * headers go, so what is posted after they arrived lies behind that place.
 */
void listen(Context ctx) throws IOException {
    var one = new Listener(place(ctx), ctx); // place may refuse: nothing was sent yet
    listeners.add(one);
    bell.ringSoon();
    try {
        open(ctx);
        write(one, opening() + "event: place\nid: " + one.place + "\ndata:\n\n"); // see 6.2
        stream(one);
    } catch (IOException | InterruptedException over) {
        return; // to leave is no mistake; nor is the end of the server
    } finally {
        listeners.remove(one);
        bell.ringSoon();
    }
}

// An event is lines of text: id: 17, event: message and data: {…}, each line of a longer text
// behind a data: of its own. An empty line ends it. write(one, text), below, sends what there is.
// bell.rung() tells how often the bell has rung, bell.await(heard) waits until it is more often.

// EXERCISE 6.1  Stream
//   Make true  GET /events answers with text/event-stream and no-cache, headers at once, then each
//              new message as an event: id, event: message, and the JSON as data, whatever stands
//              in it. What is posted after the headers arrived is heard once, in order, at once.
//   Keep       what calls presence and heartbeat, which 6.3 and 6.4 will fill.
//   Stuck?     jbang hint 6.1
String event(String name, Long id, String data) {
    return "data: " + data + "\n\n";
}

void open(Context ctx) {
    ctx.contentType("text/event-stream");
}

void stream(Listener one) throws IOException, InterruptedException {
    write(one, event("message", null, "This is the first event, and the last."));
    while (true) {
        long heard = bell.rung();
        var text = new StringBuilder(presence(one) + heartbeat(one));
        if (text.isEmpty()) bell.await(heard);
        else write(one, text.toString());
    }
}
// END 6.1

// A client that is cut off before its first message has seen no id, and would miss what comes
// meanwhile. So listen, above, begins with an event of its own, which tells the place alone.
//
// ctx.header(name) and ctx.queryParam(name) are null where there is none. Query.number(name, text)
// reads a whole number of 1 to 18 digits, 0 where the text is null; else it refuses with 400.

// EXERCISE 6.2  Resume
//   Make true  Last-Event-ID: 17 starts the stream with message 18, 0 with the first; an id larger
//              than the newest means that the server was restarted: all of it. No number: 400.
//              ?lastEventId=17 does the same; the header beats it. With neither: the next message.
//   Keep       what it returns: the id behind which the listener goes on.
//   Needs      6.1
//   Stuck?     jbang hint 6.2
long place(Context ctx) {
    return feed.newest();
}
// END 6.2

// EXERCISE 6.3  Named events
//   Make true  when a listener comes or goes, all of them get event: presence with the data
//              {"listeners": n} and without an id; the one who comes gets it, too.
//   Keep       the bell rings for comings and goings already. "" stands for nothing to tell.
//   Needs      6.1
//   Stuck?     jbang hint 6.3
String presence(Listener one) throws IOException {
    return "";
}
// END 6.3

// TCP tells nobody that the other side is gone; only who speaks hears it, and not at once: the
// first write after the end succeeds and is answered with a reset, the second fails. A line that
// begins with a colon is a comment, which every client drops: ":\n\n" says nothing, and speaks. A
// line retry: 1000 tells a browser after how many milliseconds to connect again.

// EXERCISE 6.4  Alive
//   Make true  retry: stands once, before the first event. In each HEARTBEAT_MS, the first too, one
//              comment line comes at least, whatever else is sent, and two at most.
//   Keep       beat runs on a thread of its own from the start; heartbeat is asked at each ring.
//   ★          who is gone is counted out within two heartbeats and a second.
//   Needs      6.1
//   Stuck?     jbang hint 6.4
void beat() {
}

String opening() {
    return "";
}

String heartbeat(Listener one) {
    return "";
}
// END 6.4

// A write stands still once the buffers between us and who does not read are full (here after some
// 2.8 MB). one.connection.setIdleTimeout(ms): when a write has got no byte further for so long,
// Jetty ends the connection, and the write throws. 0 takes the limit away.

// EXERCISE 6.5  One slow reader
//   Make true  a listener that stops reading delays no other, and is dropped once a write to it has
//              got nowhere for SLOW_MS, not before. One that has nothing to get is not slow.
//   Keep       the flush: an event that waits in a buffer is no news.
//   Needs      6.1
//   Stuck?     jbang hint 6.5
void write(Listener one, String text) throws IOException {
    synchronized (listeners) { // one after the other, so that nobody's lines are mixed
        one.out.write(text.getBytes(StandardCharsets.UTF_8));
        one.out.flush();
    }
}
// END 6.5

// ---- What drives them: not needed to solve them ------------------------------------------------

/** POST /messages */
void create(Context ctx) throws IOException {
    Message message = feed.add(Draft.of(ctx));
    bell.ring();
    ctx.status(201).header("Location", "/messages?after=" + (message.id() - 1)).json(message);
}

/** GET /messages: lesson 04's answer, for whoever cannot listen. */
void list(Context ctx) {
    List<Message> page = feed.after(Query.number("after", ctx.queryParam("after")), PAGE);
    ctx.header("Cache-Control", "no-store");
    if (page.isEmpty()) ctx.status(204);
    else ctx.json(page);
}

void routes(JavalinConfig config) {
    Handler stats = ctx -> ctx.header("Cache-Control", "no-store")
        .json(Map.of("listeners", listeners.size()));
    config.routes.get("/stats", stats).head("/stats", stats);
    config.routes.get("/events", ctx -> listen(ctx)).head("/events", ctx -> open(ctx));
    config.routes.get("/messages", ctx -> list(ctx)).head("/messages", ctx -> list(ctx));
    config.routes.post("/messages", ctx -> create(ctx));
    config.concurrency.useVirtualThreads = true; // each listener has one, for as long as it listens
    Refusal.answersWhatIsThrown(config);
}
