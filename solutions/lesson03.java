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
//   A POST to the list makes a new resource below it: 201 says that, Location says where. The
//   body is the message as it was stored, since only the server knows its id and its time.
void create(Context ctx) throws IOException {
    Message message = store(draft(ctx));
    ctx.status(201).header("Location", "/messages/" + message.id()).json(message);
}
// END 3.1

// EXERCISE 3.2  Refuse
//   Jackson is friendly: it reads 5 as "5", a missing field as null, and stops where the object
//   ends. A server that guesses hides its clients' mistakes from them, so it refuses instead.
//   The 415 keeps strangers out, too: a browser lets any site post text/plain here, but not JSON.
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
    // A character is what people count, so a smiley is one, though Java keeps it in two chars.
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
// END 3.2

// EXERCISE 3.3  Read, replace, delete
//   One address, three methods. PUT and DELETE are idempotent: sent twice, they leave what one
//   leaves, so a client that heard no answer may send again. With POST it would say it twice.
long id(Context ctx) {
    String id = ctx.pathParam("id");
    if (!id.matches("[0-9]{1,18}")) throw new BadRequestResponse("The id " + id + " is no number.");
    return Long.parseLong(id);
}

NotFoundResponse missing(Context ctx) {
    return new NotFoundResponse("There is no message " + ctx.pathParam("id") + ".");
}

void read(Context ctx) {
    Message message = messages.get(id(ctx));
    if (message == null) throw missing(ctx);
    ctx.json(message);
}

void replace(Context ctx) throws IOException {
    long id = id(ctx);
    Draft draft = draft(ctx);
    // One step: between a get and a put somebody could delete it, and the put would undo that.
    Message replaced = messages.computeIfPresent(id,
        (_, old) -> new Message(id, draft.from(), draft.text(), old.at()));
    if (replaced == null) throw missing(ctx);
    ctx.json(replaced);
}

void delete(Context ctx) {
    if (messages.remove(id(ctx)) == null) throw missing(ctx);
    ctx.status(204);
}
// END 3.3

// EXERCISE 3.4  Let caches help
//   The ETag names this very state of the list. A hash of the bytes changes exactly when they do,
//   whoever changed them; a counter would start again with the server and name two states alike.
//   It saves the wire, not the work: the list is still written each time, to be hashed.
void list(Context ctx) throws Exception {
    byte[] list = json.writeValueAsBytes(messages.values());
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(list);
    String etag = '"' + HexFormat.of().formatHex(hash, 0, 12) + '"';
    ctx.header("ETag", etag).header("Cache-Control", "no-cache"); // keep it, and ask each time
    if (knows(ctx, etag)) {
        ctx.status(304).res().setContentLength(list.length); // what a 200 would say, not 0
    } else {
        ctx.result(list);
    }
}

/** RFC 9110, section 13.1.2: a list of tags, compared weakly, or a star for any state. */
boolean knows(Context ctx, String etag) {
    return Collections.list(ctx.req().getHeaders("If-None-Match")).stream()
        .flatMap(line -> Stream.of(line.split(",")))
        .map(tag -> tag.strip().replaceFirst("^W/", ""))
        .anyMatch(tag -> tag.equals("*") || tag.equals(etag));
}
// END 3.4

// EXERCISE 3.5  Many writers
//   To take the next id and to use it is one step, which one thread takes at a time. The size of
//   the map is no source of ids: two writers can read the same, and each DELETE lowers it.
long lastId; // owned by whoever holds the lock of messages

Message store(Draft draft) {
    synchronized (messages) {
        var message = new Message(++lastId, draft.from(), draft.text(), now());
        messages.put(message.id(), message);
        return message;
    }
}
// END 3.5
