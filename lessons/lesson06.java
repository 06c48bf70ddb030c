///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//DEPS org.slf4j:slf4j-simple:2.0.18
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.defaultLogLevel=error
//FILES web/lesson06.html=../lessons/web/lesson06.html
//FILES web/wire.css=../lessons/web/wire.css
//FILES web/wire.js=../lessons/web/wire.js

// Lesson 06 — Server-Sent Events: one answer that never ends
//
// Lesson 05 answered when there was something, and then the client had to ask again, headers and
// all. Here the answer simply goes on: each message is a few lines of text in it, an event. Every
// browser reads that (EventSource), and after a break connects again and says where it was.
//
//   run    jbang lesson06.java           then open http://localhost:7006
//   check  jbang check 06
//
// Left out on purpose: speaking in the other direction (a POST does it; lesson 07 frees both), and
// a disk (the feed grows in memory, a restart forgets it). Javalin has an SseClient of its own; it
// knows no retry, and hides the format that this lesson is about.

import com.fasterxml.jackson.core.*;
import com.fasterxml.jackson.databind.*;
import com.fasterxml.jackson.databind.cfg.*;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.*;
import io.javalin.json.JavalinJackson;
import io.javalin.router.EndpointNotFound;
import io.javalin.util.JavalinException;
import io.javalin.util.JavalinLogger;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** A message as everybody reads it. */
record Message(long id, String from, String text, String at) {}

/** What a client says of a message; id and time are the server's. */
record Draft(String from, String text) {}

/** The body of every refusal: one sentence for whoever reads it at the other end. */
record Refusal(String error) {}

static final int MAX_TEXT = 2_000;     // characters
static final int MAX_BODY = 64 * 1024; // bytes; 2,000 characters take 24,000 where all are escaped

static final int PAGE = 100;           // messages in one answer, or in one write to a listener

static final int HEARTBEAT_MS = setting("HEARTBEAT_MS", 15_000); // shorter than proxies wait: 30 s
static final int SLOW_MS = setting("SLOW_MS", 5_000); // for one write to get nowhere
static final int CHANGES_MS = 50;  // comings and goings within so long are told as one

/** A limit from the environment, so that a test need not wait as long as people do. */
static int setting(String name, int otherwise) {
    return Integer.parseInt(System.getenv().getOrDefault(name, "" + otherwise));
}

/** Who listens: a connection, and a place in the feed. Touched by its own thread alone. */
final class Listener {
    final Thread thread = Thread.currentThread();
    final EndPoint connection;
    final OutputStream out;
    long place;    // the last message that was written to it
    int told = -1; // how many listen, as it was last told
    long beat;     // the last heartbeat that was written to it

    Listener(long place, EndPoint connection, OutputStream out) {
        this.place = place;
        this.connection = connection;
        this.out = out;
    }
}

// The feed: message n stands at n − 1. Owned by whoever holds its lock.
final List<Message> feed = new ArrayList<>();

final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

// The bell: how often it has rung. It rings whenever there may be something to write.
final AtomicLong rung = new AtomicLong();
final AtomicBoolean changing = new AtomicBoolean(); // it will, for who came or went

final ObjectMapper json = mapper();

final Map<String, String> files = Map.of(
    "/", "text/html", "/wire.css", "text/css", "/wire.js", "text/javascript");

void main(String[] args) {
    String host = System.getenv().getOrDefault("HOST", "127.0.0.1");
    int port = port(args);
    Thread.startVirtualThread(this::beat);
    try {
        JavalinLogger.enabled = false; // why it cannot start is told once, below
        int listening = Javalin.create(this::configure).start(host, port).port();
        JavalinLogger.enabled = true;
        IO.println("listening on http://" + (host.contains(":") ? "[" + host + "]" : host)
            + ":" + listening);
    } catch (JavalinException taken) {
        quit(1, "Cannot listen on " + host + ", port " + port + ": taken, or no address of this "
            + "machine. Stop who has it, or choose another port: jbang lesson06.java 8006");
    }
}

void configure(JavalinConfig config) {
    config.routes.get("/messages", this::list).head("/messages", this::list);
    config.routes.post("/messages", this::create);
    config.routes.get("/events", this::listen).head("/events", this::open);
    config.routes.get("/stats", this::stats).head("/stats", this::stats);
    files.keySet().forEach(path -> config.routes.get(path, this::file).head(path, this::file));

    config.routes.exception(HttpResponseException.class, this::refuse);
    config.routes.exception(EOFException.class, this::cutShort);
    config.routes.exception(Exception.class, this::crash);
    config.jetty.modifyServer(server -> server.setErrorHandler(this::refuseEarly));
    config.jetty.modifyServletContextHandler(context -> context.setErrorHandler(this::refuseEarly));

    config.jsonMapper(new JavalinJackson(json, true));
    config.http.defaultContentType = "application/json";
    config.http.maxRequestSize = MAX_BODY;
    config.http.prefer405over404 = true;
    config.http.compressionStrategy = CompressionStrategy.NONE; // the wire stays readable
    config.concurrency.useVirtualThreads = true; // each listener has one, for as long as it listens
    config.startup.showJavalinBanner = false;
}

/** The page, its style and its script lie on the class path: //FILES put them there. */
void file(Context ctx) throws IOException {
    String name = ctx.path().equals("/") ? "/lesson06.html" : ctx.path();
    try (InputStream file = getClass().getResourceAsStream("/web" + name)) {
        if (file == null) throw new NotFoundResponse("The file web" + name + " is missing here.");
        ctx.contentType(files.get(ctx.path()) + "; charset=utf-8").result(file.readAllBytes());
    }
}

/** Handlers refuse by throwing: the exception becomes its status and one sentence. */
void refuse(HttpResponseException refusal, Context ctx) {
    String known = String.join(", ", refusal.getDetails().values()); // the methods, for a 405
    if (refusal instanceof MethodNotAllowedResponse) ctx.header("Allow", known);
    ctx.status(refusal.getStatus()).json(new Refusal(switch (refusal) {
        case EndpointNotFound _ -> "There is nothing at " + ctx.path() + ".";
        case MethodNotAllowedResponse _ -> ctx.path() + " answers " + known + ", nothing else.";
        default -> refusal.getMessage();
    }));
}

void cutShort(EOFException end, Context ctx) {
    ctx.status(400).json(new Refusal("The body ended before its announced length."));
}

void crash(Exception mistake, Context ctx) {
    mistake.setStackTrace(Stream.of(mistake.getStackTrace()) // Javalin's and Jetty's own lines
        .filter(line -> line.getClassName().startsWith(getClass().getName())) // only hide ours
        .toArray(StackTraceElement[]::new));
    mistake.printStackTrace(); // told here, where we can mend it, and not to the client
    ctx.status(500).json(new Refusal("The server made a mistake; its own output says which."));
}

/** What Jetty refuses before Javalin sees it, such as bytes that are no HTTP, looks the same. */
boolean refuseEarly(Request request, Response response, Callback done) throws IOException {
    var refusal = new Refusal("This is no request that the server can read: "
        + request.getAttribute(ErrorHandler.ERROR_MESSAGE) + ".");
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    Content.Sink.write(response, true, json.writeValueAsString(refusal), done);
    return true;
}

int port(String[] args) {
    String port = args.length == 0 ? "7006" : args[0];
    if (args.length > 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
        quit(2, "Give one port, 1 to 65535, or 0 for a free one: jbang lesson06.java 8006");
    }
    return Integer.parseInt(port);
}

void quit(int code, String sentence) {
    System.err.println(sentence);
    System.exit(code);
}

// Now, as in every message: UTC, whole seconds.
String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
}

/** Stores a message; ids start at 1 and grow by 1. */
Message store(Draft draft) {
    synchronized (feed) {
        var message = new Message(feed.size() + 1, draft.from(), draft.text(), now());
        feed.add(message);
        return message;
    }
}

/** The messages behind {@code after}, oldest first, at most so many. */
List<Message> after(long after, int most) {
    synchronized (feed) {
        int from = (int) Math.min(after, feed.size());
        return List.copyOf(feed.subList(from, Math.min(feed.size(), from + most)));
    }
}

/** The newest message's id; 0 where there is none. */
long newest() {
    synchronized (feed) {
        return feed.size();
    }
}

void create(Context ctx) throws IOException {
    Message message = store(draft(ctx));
    ring();
    ctx.status(201).header("Location", "/messages?after=" + (message.id() - 1)).json(message);
}

/** Lesson 04's answer, for whoever cannot listen. */
void list(Context ctx) {
    List<Message> page = after(number("after", ctx.queryParam("after")), PAGE);
    ctx.header("Cache-Control", "no-store");
    if (page.isEmpty()) ctx.status(204);
    else ctx.json(page);
}

/** How many listen. */
void stats(Context ctx) {
    ctx.header("Cache-Control", "no-store").json(Map.of("listeners", listeners.size()));
}

/** A whole number that a client may leave out. Our own rule: 1 to 18 ASCII digits. */
long number(String name, String text) {
    if (text == null) return 0;
    if (!text.matches("[0-9]{1,18}")) {
        throw new BadRequestResponse(name + " is a whole number of 1 to 18 digits.");
    }
    return Long.parseLong(text);
}

// What lesson 03's exercise 3.2 asked for.
ObjectMapper mapper() {
    return JsonMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // a newer client knows more
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .withCoercionConfig(LogicalType.Textual, texts -> texts
            .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .build();
}

Draft draft(Context ctx) throws IOException {
    String type = Objects.requireNonNullElse(ctx.contentType(), "").split(";")[0].strip();
    if (!type.equalsIgnoreCase("application/json")) {
        throw new UnsupportedMediaTypeResponse("Send JSON, and Content-Type: application/json.");
    }
    if (ctx.contentLength() > MAX_BODY) { // said before a byte of it is read
        throw new ContentTooLargeResponse("A body has at most " + MAX_BODY + " bytes.");
    }
    Draft draft;
    try {
        draft = json.readValue(ctx.bodyAsBytes(), Draft.class); // bytes: JSON is always UTF-8
    } catch (JsonMappingException mismatch) {
        throw new BadRequestResponse(mismatch.getPath().stream().findFirst()
            .map(place -> "The field " + place.getFieldName() + " must be a text.")
            .orElse("Send one JSON object with the fields from and text."));
    } catch (JsonProcessingException broken) {
        JsonLocation place = broken.getLocation(); // none where it nests deeper than Jackson goes
        throw new BadRequestResponse(place == null ? "This JSON nests too deep."
            : "This is no JSON from line " + place.getLineNr() + ", column " + place.getColumnNr()
            + " on.");
    }
    if (draft == null) throw new BadRequestResponse("Send one JSON object, not null.");
    requireText("from", draft.from());
    requireText("text", draft.text());
    if (draft.text().codePointCount(0, draft.text().length()) > MAX_TEXT) {
        throw new ContentTooLargeResponse("A text has at most " + MAX_TEXT + " characters.");
    }
    return draft;
}

void requireText(String field, String value) {
    if (value == null || value.isBlank()) {
        throw new BadRequestResponse("The field " + field + " is missing or blank.");
    }
}

/**
 * A listener's whole life, on a virtual thread of its own: to wait, and to stand still in a write,
 * costs it a few KB and nobody else anything. Its place in the feed is taken before the headers
 * go, so what is posted after they arrived lies behind that place.
 */
void listen(Context ctx) {
    long place = place(ctx); // may refuse: nothing was sent yet
    try {
        var one = new Listener(place, connection(ctx), ctx.res().getOutputStream());
        listeners.add(one);
        changed();
        try {
            open(ctx);
            stream(one);
        } finally {
            listeners.remove(one);
            changed();
        }
    } catch (IOException | InterruptedException over) {
        return; // to leave is no mistake; nor is the end of the server
    }
}

/** Jetty's own end of the connection that this request came on. */
EndPoint connection(Context ctx) {
    return ServletContextRequest.getServletContextRequest(ctx.req()).getConnectionMetaData()
        .getConnection().getEndPoint();
}

void ring() {
    rung.incrementAndGet();
    for (Listener each : listeners) LockSupport.unpark(each.thread);
}

/** Rings for comings and goings, once for all within CHANGES_MS: a ring wakes every listener. */
void changed() {
    if (changing.getAndSet(true)) return; // the ring that is under way tells of this one, too
    Thread.startVirtualThread(() -> {
        LockSupport.parkNanos(CHANGES_MS * 1_000_000L);
        changing.set(false);
        ring();
    });
}

/** Waits until the bell has rung more than {@code heard} times. */
void await(long heard) throws InterruptedException {
    while (rung.get() == heard) {
        LockSupport.park(); // an unpark that comes before it is not lost
        if (Thread.interrupted()) throw new InterruptedException();
    }
}

// EXERCISE 6.1  Stream
//   Make true  GET /events answers with text/event-stream and no-cache, headers at once, then each
//              new message as an event: id, event: message, and the JSON as data, whatever stands
//              in it. None is missed that was posted after the headers arrived.
//   Keep       the loop's order, the bell first. It calls what 6.3 and 6.4 will fill.
//   Stuck?     jbang hint 6.1
String event(String name, Long id, String data) {
    return "data: " + data + "\n\n";
}

void open(Context ctx) throws IOException {
    ctx.contentType("text/event-stream");
}

void stream(Listener one) throws IOException, InterruptedException {
    write(one, opening() + event("message", null, "This is the first event, and the last."));
    while (true) {
        long heard = rung.get();
        var text = new StringBuilder(presence(one) + heartbeat(one));
        if (text.isEmpty()) await(heard);
        else write(one, text.toString());
    }
}
// END 6.1

// EXERCISE 6.2  Resume
//   Make true  Last-Event-ID: 17 starts the stream with message 18, 0 with the first; an id larger
//              than the newest means that the server was restarted: all of it. No number: 400.
//              ?lastEventId=17 does the same; the header beats it. With neither: the next message.
//   Keep       what it returns: the id behind which the listener goes on.
//   Stuck?     jbang hint 6.2
long place(Context ctx) {
    return newest();
}
// END 6.2

// EXERCISE 6.3  Named events
//   Make true  when a listener comes or goes, all of them get event: presence with the data
//              {"listeners": n} and without an id; the one who comes gets it, too.
//   Keep       the bell rings for comings and goings already. "" stands for nothing to tell.
//   Stuck?     jbang hint 6.3
String presence(Listener one) throws IOException {
    return "";
}
// END 6.3

// EXERCISE 6.4  Alive
//   Make true  retry: stands once, before the first event. A comment line comes at least once in
//              HEARTBEAT_MS, whatever else is sent. Who is gone is counted out within two of them
//              and a second.
//   Keep       beat runs on a thread of its own from the start; heartbeat is asked at each ring.
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

// EXERCISE 6.5  One slow reader
//   Make true  a listener that stops reading delays no other. Once a write to it has got nowhere
//              for SLOW_MS it is dropped. One that has nothing to get is not slow.
//   Keep       the flush: an event that waits in a buffer is no news.
//   Stuck?     jbang hint 6.5
void write(Listener one, String text) throws IOException {
    synchronized (listeners) { // one after the other, so that nobody's lines are mixed
        one.out.write(text.getBytes(StandardCharsets.UTF_8));
        one.out.flush();
    }
}
// END 6.5
