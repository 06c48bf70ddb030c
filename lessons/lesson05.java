///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//DEPS org.slf4j:slf4j-simple:2.0.18
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.defaultLogLevel=error
//FILES web/lesson05.html=../lessons/web/lesson05.html
//FILES web/wire.css=../lessons/web/wire.css
//FILES web/wire.js=../lessons/web/wire.js

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
import java.lang.management.ManagementFactory;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** A message as everybody reads it. */
record Message(long id, String from, String text, String at) {}

/** What a client says of a message; id and time are the server's. */
record Draft(String from, String text) {}

/** The body of every refusal: one sentence for whoever reads it at the other end. */
record Refusal(String error) {}

/** How many requests are held, and how many of the system's threads the server has for them. */
record Stats(int waiting, int threads) {}

static final int MAX_TEXT = 2_000;     // characters
static final int MAX_BODY = 64 * 1024; // bytes; 2,000 characters take 24,000 where all are escaped
static final int PAGE = 100;           // messages in one answer, as in lesson 04
static final int MAX_WAIT = 60;        // seconds; many a proxy gives up at 60
static final int LOOK_MS = 500;        // between two looks for those who left
static final int DOOR = 1_024;         // clients who wait to be accepted; Jetty's own 50 are soon
                                       // full when a crowd comes, and the rest try again in 1 s

// The feed: message n stands at n − 1. Read and written by whoever holds its own lock.
final List<Message> feed = new ArrayList<>();

// The bell rings once, with the next message; then there is a new one for the message after it.
final AtomicReference<CountDownLatch> bell = new AtomicReference<>(new CountDownLatch(1));

// The requests that are held now, each with its thread. Many come and go at once.
final Map<Context, Thread> waiting = new ConcurrentHashMap<>();

final ObjectMapper json = mapper();

final Map<String, String> files = Map.of(
    "/", "text/html", "/wire.css", "text/css", "/wire.js", "text/javascript");

void main(String[] args) {
    String host = System.getenv().getOrDefault("HOST", "127.0.0.1");
    int port = port(args);
    Thread.startVirtualThread(this::lookAround);
    try {
        JavalinLogger.enabled = false; // why it cannot start is told once, below
        int listening = Javalin.create(this::configure).start(host, port).port();
        JavalinLogger.enabled = true;
        IO.println("listening on http://" + (host.contains(":") ? "[" + host + "]" : host)
            + ":" + listening);
    } catch (JavalinException taken) {
        quit(1, "Cannot listen on " + host + ", port " + port + ": taken, or no address of this "
            + "machine. Stop who has it, or choose another port: jbang lesson05.java 8005");
    }
}

void configure(JavalinConfig config) {
    config.routes.get("/messages", this::list).head("/messages", this::list);
    config.routes.post("/messages", this::create);
    config.routes.get("/stats", this::stats).head("/stats", this::stats);
    files.keySet().forEach(path -> config.routes.get(path, this::file).head(path, this::file));

    config.routes.exception(HttpResponseException.class, this::refuse);
    config.routes.exception(EOFException.class, this::cutShort);
    config.routes.exception(Exception.class, this::crash);
    config.jetty.modifyServer(server -> server.setErrorHandler(this::refuseEarly));
    config.jetty.modifyServletContextHandler(context -> context.setErrorHandler(this::refuseEarly));
    config.jetty.addConnector((server, http) -> {
        var door = new ServerConnector(server, new HttpConnectionFactory(http));
        door.setHost(config.jetty.host);
        door.setPort(config.jetty.port);
        door.setAcceptQueueSize(DOOR);
        return door;
    });

    config.jsonMapper(new JavalinJackson(json, true));
    config.http.defaultContentType = "application/json";
    config.http.maxRequestSize = MAX_BODY;
    config.http.prefer405over404 = true;
    config.http.compressionStrategy = CompressionStrategy.NONE; // the wire stays readable
    config.startup.showJavalinBanner = false;
    chooseThreads(config);
}

/** The page, its style and its script lie on the class path: //FILES put them there. */
void file(Context ctx) throws IOException {
    String name = ctx.path().equals("/") ? "/lesson05.html" : ctx.path();
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
    String port = args.length == 0 ? "7005" : args[0];
    if (args.length > 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
        quit(2, "Give one port, 1 to 65535, or 0 for a free one: jbang lesson05.java 8005");
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

void create(Context ctx) throws IOException {
    Message message = store(draft(ctx));
    ring();
    ctx.status(201).header("Location", "/messages?after=" + (message.id() - 1)).json(message);
}

/** What is there, or what comes while the client is willing to wait. */
void list(Context ctx) throws IOException {
    long until = until(ctx);
    long after = number("after", ctx.queryParam("after"));
    List<Message> page = List.of();
    waiting.put(ctx, Thread.currentThread());
    try {
        page = hold(after, until);
    } catch (InterruptedException hungUp) {
        // Nobody is there to read the answer. One who only ended its half gets the 204.
    } finally {
        waiting.remove(ctx);
    }
    ctx.header("Cache-Control", "no-store");
    if (page.isEmpty()) ctx.status(204);
    else ctx.outputStream().write(json.writeValueAsBytes(page)); // ctx.json takes 8 KB each time
}

void stats(Context ctx) {
    int threads = ManagementFactory.getThreadMXBean().getThreadCount(); // no virtual ones
    ctx.header("Cache-Control", "no-store").json(new Stats(waiting.size(), threads));
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
 * Whether the client of a held request has gone. Jetty does not say: it reads a connection only
 * once the request before is answered. There are two ways to learn it. To speak: 102 Processing,
 * an interim answer, fails once the client is gone. It costs bytes each time, and Python's
 * http.client takes it for the answer. So we read: one byte at most, which waits for nothing, and
 * less than none is the end. A byte that did come belongs to the client's next request and is
 * given back. Only for a request that waits, and while nobody can answer it: two readers of one
 * connection would tear its bytes apart.
 */
boolean hungUp(Context ctx) {
    Connection connection = ServletContextRequest.getServletContextRequest(ctx.req())
        .getConnectionMetaData().getConnection();
    try {
        var next = BufferUtil.allocate(1);
        if (connection.getEndPoint().fill(next) < 0) return true;
        if (next.hasRemaining()) ((Connection.UpgradeTo) connection).onUpgradeTo(next);
        return false;
    } catch (IOException reset) {
        return true;
    }
}

// EXERCISE 5.1  Hold the request
//   Make true  GET /messages?after=17&wait=25 answers within a second of a message newer than 17.
//              Everyone who waits gets it; a message that is not newer wakes nobody.
//   Keep       the signatures. next waits for the bell, left says for how long still, create
//              calls ring when a message is stored.
//   Stuck?     jbang hint 5.1
List<Message> hold(long after, long until) throws InterruptedException {
    return after(after, PAGE);
}

void ring() {
}
// END 5.1

// EXERCISE 5.2  Not for ever
//   Make true  204 after wait whole seconds, whatever others do. wait is 0 to 60, else 400, and
//              that is checked before anything else. Without wait the answer comes at once.
//   Keep       the signatures; what until and left hand to each other is yours.
//   Stuck?     jbang hint 5.2
long until(Context ctx) {
    return ctx.queryParam("wait") == null ? 0 : 3_600_000; // an hour, whatever was asked
}

/** Milliseconds; until they are over, the request is held. */
long left(long until) {
    return until;
}
// END 5.2

// EXERCISE 5.3  Nothing falls into the gap
//   Make true  a message that is posted at the very instant of asking is answered within 2 seconds,
//              each time. No reader misses, repeats or reorders one, however many write.
//   Keep       the signature. The pause may go or stay; it only makes the gap easier to see.
//   Stuck?     jbang hint 5.3
List<Message> next(long after, long until) throws InterruptedException {
    List<Message> there = after(after, PAGE);
    if (!there.isEmpty() || left(until) <= 0) return there;
    Thread.sleep(2); // as a line in a log would take
    bell.get().await(left(until), TimeUnit.MILLISECONDS);
    return after(after, PAGE);
}
// END 5.3

// EXERCISE 5.4  Waiting is cheap
//   Make true  1,000 requests wait while the server has fewer than 300 platform threads. GET /stats
//              tells both: {"waiting": 1000, "threads": 13}.
//   Keep       the signature; configure calls it. Nothing set: Jetty has up to 250 threads.
//   Stuck?     jbang hint 5.4
void chooseThreads(JavalinConfig config) {
}
// END 5.4

// EXERCISE 5.5  The ones who left are forgotten
//   Make true  after 100 clients closed or reset their connections, waiting is 0 within 2 seconds.
//              Whoever still waits is not disturbed.
//   Keep       the signature; main starts it on a virtual thread. hungUp tells of one request.
//   Stuck?     jbang hint 5.5
void lookAround() {
}
// END 5.5
