///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES ../lessons/given/Web.java
//SOURCES ../lessons/given/Draft.java
//SOURCES ../lessons/given/Message.java
//SOURCES ../lessons/given/Refusal.java
//FILES web/lesson04.html=../lessons/web/lesson04.html

// Lesson 04 — Polling: ask again and again
//
// In lesson 03 the server could only answer, so a message waited until somebody asked. Here the
// clients ask by a clock. Each says what it has already, gets what is newer, and is told to slow
// down when all of them together ask too much.
//
//   run    jbang lesson04.java           then open http://localhost:7004
//   read   jbang lesson04.java client http://localhost:7004
//   check  jbang check 04
//
// Given, in given/: a message, a draft and a refusal, which are lesson 03's, and the start (Web).
// Left out on purpose: to be told in the moment in which something happens (lesson 05), and to
// change or delete a message (lesson 03 can).

import given.Draft;
import given.Listening;
import given.Message;
import given.Refusal;
import given.Setting;
import given.StrictJson;
import given.Web;
import io.javalin.config.JavalinConfig;
import io.javalin.http.*;
import java.net.http.*;

static final int PAGE = 100; // messages in one answer at most
static final int BUSY_PER_SECOND = Setting.of("BUSY_PER_SECOND", 200); // polls, of all together
static final int POLL_MS = Setting.of("POLL_MS", 1_000);     // from an answer to the next question
static final int BACKOFF_MS = Setting.of("BACKOFF_MS", 250); // the first wait while nobody answers

// The feed: message n stands at n − 1. Owned by whoever holds its lock.
final List<Message> feed = new ArrayList<>();

HttpClient http; // a client's; the server needs none

void main(String[] args) throws InterruptedException {
    if (args.length > 0 && args[0].equals("client")) {
        http = HttpClient.newHttpClient();
        client(server(args));
    } else {
        Web.serve(7004, args, this::configure);
    }
}

void configure(JavalinConfig config) {
    config.routes.before("/messages", this::admit);
    config.routes.get("/messages", this::list).head("/messages", this::list);
    config.routes.post("/messages", this::create);
    Refusal.answersWhatIsThrown(config); // new BadRequestResponse("…") is 400 and the sentence
    config.concurrency.useVirtualThreads = true; // a slow client holds up no thread of the machine
}

void create(Context ctx) throws IOException {
    Draft draft = Draft.of(ctx);
    synchronized (feed) {
        var message = new Message(feed.size() + 1, draft.from(), draft.text(), Message.now());
        feed.add(message);
        ctx.status(201).header("Location", "/messages?after=" + (message.id() - 1)).json(message);
    }
}

// ctx.queryParam("after") is a text, or null where it is missing. feed.subList(from, to) is a view:
// what is answered without the lock must be a copy, List.copyOf.

// EXERCISE 4.1  Only what is new
//   The cursor is the client's: the server remembers no reader, and any number of them may come
//   and go. An id of messages that are not there yet is a cursor like any other.
void list(Context ctx) {
    long after = cursor(ctx.queryParam("after"));
    ctx.header("Cache-Control", "no-store"); // news that a cache has kept is none
    List<Message> news;
    synchronized (feed) {
        int from = (int) Math.min(after, feed.size());
        news = List.copyOf(feed.subList(from, Math.min(feed.size(), from + PAGE)));
    }
    if (news.isEmpty()) ctx.status(204); // no Content: a head, and nothing to parse
    else ctx.json(news);
}

long cursor(String after) {
    if (after == null) return 0; // who knows nothing yet
    if (!after.matches("[0-9]{1,18}")) { // so many digits always fit into a long
        throw new BadRequestResponse("after is a whole number of 1 to 18 digits.");
    }
    return Long.parseLong(after);
}
// END 4.1

// ctx.method() is HandlerType.GET or another. new HttpResponseException(429, "…") has any status.
// System.nanoTime() is a clock that never jumps, unlike the time of day.

// EXERCISE 4.2  Say how often
//   The window slides: it remembers when the last polls were let in. Who is refused is not
//   remembered, or those who ask too often would shut the door for ever.
final Deque<Long> admitted = new ArrayDeque<>(); // nanoseconds; owned by whoever holds its lock

void admit(Context ctx) {
    if (!ctx.method().equals(HandlerType.GET)) return; // to speak is always allowed
    long now = System.nanoTime();
    synchronized (admitted) {
        boolean full = admitted.size() == BUSY_PER_SECOND;
        if (!full || now - admitted.peekFirst() >= 1_000_000_000) {
            if (full) admitted.removeFirst();
            admitted.addLast(now);
            return;
        }
    }
    ctx.header("Retry-After", "1").header("Cache-Control", "no-store");
    throw new HttpResponseException(429, "More than " + BUSY_PER_SECOND + " polls in a second: "
        + "ask again in one.");
}
// END 4.2

// Where many ask, a server says when to come back: Retry-After: 3, in seconds, or as a date,
// Sun, 22 Nov 2026 10:15:30 GMT, which is DateTimeFormatter.RFC_1123_DATE_TIME. In the client,
// answer.statusCode() and answer.headers().firstValue("Retry-After") tell; messages(answer.body())
// makes a list of the body.

// EXERCISE 4.3  A client that asks well
//   All that a reader must remember is the last id that it has printed. Where a page was full
//   there is more, so it asks at once; else it has time, and a server that is busy says how much.
void client(URI server) throws InterruptedException {
    long after = 0;
    while (true) {
        HttpResponse<byte[]> answer = ask(server.resolve("/messages?after=" + after));
        long wait = POLL_MS;
        if (answer.statusCode() == 200) {
            List<Message> news = messages(answer.body());
            for (Message message : news) {
                if (message.id() <= after) continue; // a server may repeat itself; we do not
                System.out.println(message.from() + ": " + message.text());
                after = message.id();
            }
            if (news.size() >= PAGE) wait = 0;
        } else if (answer.statusCode() == 429 || answer.statusCode() == 503) {
            wait = retryAfterMs(answer.headers().firstValue("Retry-After").orElse(""));
        }
        Thread.sleep(wait);
    }
}

/** RFC 9110, section 10.2.3: so many seconds, or a date until which to wait. */
long retryAfterMs(String value) {
    if (value.matches("[0-9]{1,9}")) return 1_000 * Long.parseLong(value);
    try {
        var then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
        return Math.max(0, Duration.between(Instant.now(), then).toMillis() + 1); // not a bit early
    } catch (DateTimeParseException neither) {
        return POLL_MS;
    }
}
// END 4.3

// http.send throws an IOException where there is no answer: nobody listens, the connection broke,
// or the answer ended too soon. Whoever tries again waits longer each time: BACKOFF_MS, twice that,
// four times, and never more than 32 times. Chance: ThreadLocalRandom.current().nextLong(from, to)
// draws a number, to itself never.

// EXERCISE 4.4  A client that never gives up
//   Each wait is twice as long as the one before, up to a limit: a server that comes up again is
//   not knocked over by those who waited for it. Half of each is left to chance, else all who lost
//   it at the same moment would come back at the same moment, again and again.
HttpResponse<byte[]> ask(URI address) throws InterruptedException {
    var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
    for (long wait = BACKOFF_MS; ; wait = Math.min(2 * wait, 32L * BACKOFF_MS)) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException noAnswer) {
            Thread.sleep(ThreadLocalRandom.current().nextLong(wait / 2, wait + 1));
        }
    }
}
// END 4.4

// ---- what drives them: nothing to learn here ----------------------------------------------------

/** The address whose feed a client reads: a server's root, with or without a last slash. */
URI server(String[] args) {
    String root = args.length == 2 ? args[1].replaceFirst("/+$", "") : "";
    if (!root.matches("https?://[^/?#\\s]+")) {
        throw Listening.quit(2, "Give a client its server's address, and nothing else: "
            + "jbang lesson04.java client http://localhost:7004");
    }
    // In UTF-8 whatever this machine's own letters are: who pipes it on can rely on that.
    System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    return URI.create(root);
}

/** What a client reads in an answer's body. */
List<Message> messages(byte[] body) {
    try {
        return List.of(StrictJson.MAPPER.readValue(body, Message[].class));
    } catch (IOException noMessages) {
        System.err.println("This was no list of messages: " + noMessages.getMessage());
        return List.of(); // the next answer may be one
    }
}
