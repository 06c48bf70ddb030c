///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//DEPS org.slf4j:slf4j-simple:2.0.18
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.defaultLogLevel=error
//FILES web/lesson04.html=../lessons/web/lesson04.html
//FILES web/wire.css=../lessons/web/wire.css
//FILES web/wire.js=../lessons/web/wire.js

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
// Left out on purpose: to be told in the moment in which something happens (lesson 05), and to
// change or delete a message (lesson 03 can).

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
import java.net.http.*;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
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
static final int PAGE = 100;           // messages in one answer at most
static final int BUSY_PER_SECOND = setting("BUSY_PER_SECOND", 200); // polls, of all together
static final int POLL_MS = setting("POLL_MS", 1_000);      // from a client's answer to its question
static final int BACKOFF_MS = setting("BACKOFF_MS", 250);  // the first wait while nobody answers

// The feed: message n stands at n − 1. Owned by whoever holds its lock.
final List<Message> feed = new ArrayList<>();

final ObjectMapper json = mapper();

HttpClient http; // a client's; the server needs none

final Map<String, String> files = Map.of(
    "/", "text/html", "/wire.css", "text/css", "/wire.js", "text/javascript");

void main(String[] args) throws InterruptedException {
    if (args.length == 2 && args[0].equals("client")) {
        // In UTF-8 whatever this machine's own letters are: who pipes it on can rely on that.
        System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        http = HttpClient.newHttpClient();
        client(server(args[1]));
        return;
    }
    String host = System.getenv().getOrDefault("HOST", "127.0.0.1");
    int port = port(args);
    try {
        JavalinLogger.enabled = false; // why it cannot start is told once, below
        int listening = Javalin.create(this::configure).start(host, port).port();
        JavalinLogger.enabled = true;
        IO.println("listening on http://" + (host.contains(":") ? "[" + host + "]" : host)
            + ":" + listening);
    } catch (JavalinException taken) {
        quit(1, "Cannot listen on " + host + ", port " + port + ": taken, or no address of this "
            + "machine. Stop who has it, or choose another port: jbang lesson04.java 8004");
    }
}

void configure(JavalinConfig config) {
    config.routes.before("/messages", this::admit);
    config.routes.get("/messages", this::list).post("/messages", this::create);
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
    config.concurrency.useVirtualThreads = true; // a slow client holds up no thread of the machine
    config.startup.showJavalinBanner = false;
}

void create(Context ctx) throws IOException {
    Draft draft = draft(ctx);
    synchronized (feed) {
        var message = new Message(feed.size() + 1, draft.from(), draft.text(), now());
        feed.add(message);
        ctx.status(201).header("Location", "/messages?after=" + (message.id() - 1)).json(message);
    }
}

/** The page, its style and its script lie on the class path: //FILES put them there. */
void file(Context ctx) throws IOException {
    String name = ctx.path().equals("/") ? "/lesson04.html" : ctx.path();
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
    String port = args.length == 0 ? "7004" : args[0];
    if (args.length > 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
        quit(2, "Give one port, 1 to 65535, or 0 for a free one: jbang lesson04.java 8004, or "
            + "read a feed: jbang lesson04.java client http://localhost:7004");
    }
    return Integer.parseInt(port);
}

/** The address whose feed a client reads; its root, so that a last slash may be there or not. */
URI server(String address) {
    String root = address.replaceFirst("/+$", "");
    if (!root.matches("https?://[^/?#\\s]+")) {
        quit(2, "“" + address + "” is no server's address: client http://localhost:7004, say.");
    }
    return URI.create(root);
}

/** What a client reads in an answer's body. */
List<Message> messages(byte[] body) {
    try {
        return List.of(json.readValue(body, Message[].class));
    } catch (IOException noMessages) {
        System.err.println("This was no list of messages: " + noMessages.getMessage());
        return List.of(); // the next answer may be one
    }
}

/** A limit from the environment, so that a test need not wait as long as people do. */
static int setting(String name, int otherwise) {
    return Integer.parseInt(System.getenv().getOrDefault(name, "" + otherwise));
}

void quit(int code, String sentence) {
    System.err.println(sentence);
    System.exit(code);
}

// Now, as in every message: UTC, whole seconds.
String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
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

// EXERCISE 4.1  Only what is new
//   Make true  GET /messages?after=17 answers the messages with a larger id, oldest first, at most
//              PAGE of them; 204 without a body where there are none, in an empty feed too. Without
//              after it begins at 0; 400 where after is anything but 1 to 18 digits, empty too.
//              Both answers say Cache-Control: no-store.
//   Keep       the server remembers no reader: all that it needs stands in the request.
//   Stuck?     jbang hint 4.1
void list(Context ctx) {
    synchronized (feed) {
        ctx.json(feed);
    }
}
// END 4.1

// EXERCISE 4.2  Say how often
//   Make true  more than BUSY_PER_SECOND polls in a second, of all clients together, are too many:
//              the rest get 429 with Retry-After: 1. So many are always answered, also while more
//              arrive. No POST is ever refused for it.
//   Keep       this runs before each request to /messages; what it throws is the answer.
//   Stuck?     jbang hint 4.2
void admit(Context ctx) {
}
// END 4.2

// EXERCISE 4.3  A client that asks well
//   Make true  the client prints each message once, from the first, in order, as from: text. It
//              asks with after=, each POLL_MS, and at once where a page was full. On 429 or 503 it
//              waits as Retry-After says, in seconds or up to a date.
//   Keep       ask, which is exercise 4.4, and messages.
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

// EXERCISE 4.4  A client that never gives up
//   Make true  while there is no answer the client tries again. It waits at random between half and
//              all of BACKOFF_MS, doubled after each try, up to 32 times that; after an answer it
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
