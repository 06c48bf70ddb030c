///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//DEPS org.slf4j:slf4j-simple:2.0.18
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.defaultLogLevel=error
//FILES web/lesson03.html=../lessons/web/lesson03.html
//FILES web/wire.css=../lessons/web/wire.css
//FILES web/wire.js=../lessons/web/wire.js

// Lesson 03 — HTTP with Javalin: resources and JSON
//
// Lesson 02 read requests byte by byte: hundreds of lines before the first message. Here Javalin
// (on Jetty) speaks HTTP, Jackson speaks JSON, and what remains is the idea: a message is a
// resource. It has an address, and a few methods that mean the same everywhere.
//
//   run    jbang lesson03.java           then open http://localhost:7003
//   check  jbang check 03
//
// Left out on purpose: telling the others (lessons 04 to 06), who may write (lesson 13), and a
// disk (a restart forgets everything).

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

// Many threads read and write at once. In the order of the ids, as the list shows them.
final Map<Long, Message> messages = new ConcurrentSkipListMap<>();

final ObjectMapper json = mapper();

final Map<String, String> files = Map.of(
    "/", "text/html", "/wire.css", "text/css", "/wire.js", "text/javascript");

void main(String[] args) {
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
            + "machine. Stop who has it, or choose another port: jbang lesson03.java 8003");
    }
}

void configure(JavalinConfig config) {
    config.routes.get("/messages", this::list).head("/messages", this::list);
    config.routes.post("/messages", this::create);
    config.routes.get("/messages/{id}", this::read).head("/messages/{id}", this::read);
    config.routes.put("/messages/{id}", this::replace);
    config.routes.delete("/messages/{id}", this::delete);
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

/** The page, its style and its script lie on the class path: //FILES put them there. */
void file(Context ctx) throws IOException {
    String name = ctx.path().equals("/") ? "/lesson03.html" : ctx.path();
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
    String port = args.length == 0 ? "7003" : args[0];
    if (args.length > 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
        quit(2, "Give one port, 1 to 65535, or 0 for a free one: jbang lesson03.java 8003");
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

// EXERCISE 3.1  Create
//   Make true  POST /messages answers 201 with Location: /messages/<id> and the stored message,
//              so that the page can show it without asking for the list again.
//   Keep       store and draft; they come later.
//   Stuck?     jbang hint 3.1
void create(Context ctx) throws IOException {
    store(draft(ctx));
    ctx.contentType("text/plain").result("stored");
}
// END 3.1

// EXERCISE 3.2  Refuse
//   Make true  400 for a blank or missing field and for one that is no text (the sentence names
//              it), for broken JSON and for anything behind the object; 413 for a text of more than
//              MAX_TEXT characters; 415 for another or no Content-Type. Nothing here is a 500.
//   Keep       other members are ignored. The page's box "Misbehave" sends such requests.
//   Stuck?     jbang hint 3.2
ObjectMapper mapper() {
    return JsonMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // a newer client knows more
        .build();
}

Draft draft(Context ctx) throws IOException {
    return json.readValue(ctx.bodyAsBytes(), Draft.class);
}
// END 3.2

// EXERCISE 3.3  Read, replace, delete
//   Make true  GET and PUT of /messages/{id} answer 200 and the message, DELETE 204. An id that is
//              not there: 404. An id that is no number: 400. A PUT changes from and text alone.
//   Keep       what draft refuses is refused here, too.
//   Stuck?     jbang hint 3.3
void read(Context ctx) {
    throw new NotImplementedResponse("Nobody wrote the GET of one message yet.");
}

void replace(Context ctx) throws IOException {
    throw new NotImplementedResponse("Nobody wrote the PUT of a message yet.");
}

void delete(Context ctx) {
    throw new NotImplementedResponse("Nobody wrote the DELETE of a message yet.");
}
// END 3.3

// EXERCISE 3.4  Let caches help
//   Make true  the list has an ETag in quotes. Asked with If-None-Match and that tag (alone, in a
//              list of tags, or weak: W/"…") or with *, the answer is 304 with the ETag and no
//              body, until a message changes. A refused request changes nothing.
//   Keep       the list itself.
//   Stuck?     jbang hint 3.4
void list(Context ctx) throws Exception {
    ctx.json(messages.values());
}
// END 3.4

// EXERCISE 3.5  Many writers
//   Make true  200 messages posted at once are all stored, once each, with 200 consecutive ids. No
//              id is ever given twice, not even when its message has been deleted.
//   Keep       the signature. The pause may go or stay; it only makes the mistake easier to see.
//   Stuck?     jbang hint 3.5
Message store(Draft draft) {
    long id = messages.size() + 1;
    LockSupport.parkNanos(2_000_000); // 2 ms, as a disk would take
    var message = new Message(id, draft.from(), draft.text(), now());
    messages.put(id, message);
    return message;
}
// END 3.5
