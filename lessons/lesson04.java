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
//   Make true  GET /messages?after=17 answers the messages with a larger id, oldest first, at most
//              PAGE of them; 204 without a body where there are none, in an empty feed too. Without
//              after it begins at 0; 400 where after is anything but 1 to 18 ASCII digits, empty
//              too. Both answers say Cache-Control: no-store.
//   Keep       the server remembers no reader: all that it needs stands in the request.
//   Stuck?     jbang hint 4.1
void list(Context ctx) {
    synchronized (feed) {
        ctx.json(feed);
    }
}
// END 4.1

// ctx.method() is HandlerType.GET or another. new HttpResponseException(429, "…") has any status.
// System.nanoTime() is a clock that never jumps, unlike the time of day.

// EXERCISE 4.2  Say how often
//   Make true  more than BUSY_PER_SECOND polls in a second, of all clients together, are too many:
//              the rest get 429 with Retry-After: 1. So many are always answered, also while more
//              arrive. No POST is ever refused for it.
//   Keep       this runs before each request to /messages; what it throws is the answer.
//   Stuck?     jbang hint 4.2
void admit(Context ctx) {
}
// END 4.2

// Where many ask, a server says when to come back: Retry-After: 3, in seconds, or as a date,
// Sun, 22 Nov 2026 10:15:30 GMT, which is DateTimeFormatter.RFC_1123_DATE_TIME. In the client,
// answer.statusCode() and answer.headers().firstValue("Retry-After") tell; messages(answer.body())
// makes a list of the body.

// EXERCISE 4.3  A client that asks well
//   Make true  the client prints each message once, from the first, in order, as from: text. It
//              asks with after=, each POLL_MS, and at once where a page was full. On 429 or 503 it
//              waits as many seconds as Retry-After says.
//   Keep       ask, which is exercise 4.4, and messages.
//   ★          Retry-After may be a date: it waits until then.
//   Stuck?     jbang hint 4.3
void client(URI server) throws InterruptedException {
    while (true) {
        HttpResponse<byte[]> answer = ask(server.resolve("/messages"));
        for (Message message : messages(answer.body())) {
            System.out.println(message.from() + ": " + message.text());
        }
        Thread.sleep(POLL_MS);
    }
}
// END 4.3

// http.send throws an IOException where there is no answer: nobody listens, the connection broke,
// or the answer ended too soon. Whoever tries again waits longer each time: BACKOFF_MS, twice that,
// four times, and never more than 32 times. Chance: ThreadLocalRandom.current().nextLong(from, to)
// draws a number, to itself never.

// EXERCISE 4.4  A client that never gives up
//   Make true  while there is no answer the client tries again. It waits at random between half and
//              all of BACKOFF_MS, doubled after each try, up to 32 × BACKOFF_MS; after an answer it
//              begins anew. It goes on where it was.
//   Keep       the signature: who calls it gets an answer, however long that takes.
//   Stuck?     jbang hint 4.4
HttpResponse<byte[]> ask(URI address) throws InterruptedException {
    var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
    try {
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException noAnswer) {
        throw new UncheckedIOException("No answer, so the client gives up.", noAnswer);
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
