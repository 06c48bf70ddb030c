///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES ../lessons/given/Web.java
//SOURCES ../lessons/given/Table.java
//FILES web/lesson03.html=../lessons/web/lesson03.html

// Lesson 03 — HTTP with Javalin: resources and JSON
//
// Lesson 02 read requests byte by byte: hundreds of lines before the first message. Here Javalin
// (on Jetty) speaks HTTP, Jackson speaks JSON, and what remains is the idea: a message is a
// resource. It has an address, and a few methods that mean the same everywhere.
//
//   run    jbang lesson03.java           then open http://localhost:7003
//   check  jbang check 03
//
// Given, in given/: the start, the page and what Jetty refuses by itself (Web), and the table.
// Left out on purpose: telling the others (lessons 04 to 06), who may write (lesson 13), and a
// disk (a restart forgets everything).

import com.fasterxml.jackson.core.*;
import com.fasterxml.jackson.databind.*;
import com.fasterxml.jackson.databind.cfg.*;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import given.Table;
import given.Web;
import io.javalin.config.JavalinConfig;
import io.javalin.http.*;
import io.javalin.router.EndpointNotFound;

/** A message as everybody reads it; {@code at} is UTC, in whole seconds. */
record Message(long id, String from, String text, String at) {}

/** What a client says of a message; id and time are the server's. */
record Draft(String from, String text) {}

/** The body of every refusal: one sentence for whoever reads it at the other end. */
record Refusal(String error) {}

static final int MAX_TEXT = 2_000; // characters (code points) of a text

// Shared by all requests, and each of them has a thread of its own. The table has the ids, too:
// lastId() is the last one that was given, lastId(7) says that 7 is. One call is one step.
final Table<Message> messages = new Table<>();

final ObjectMapper json = mapper();

void main(String[] args) {
    Web.serve(7003, args, this::configure);
}

/** The paths, and who answers them. To HEAD it is GET's answer, whose body Jetty leaves out. */
void configure(JavalinConfig config) {
    config.routes.get("/messages", this::list).head("/messages", this::list);
    config.routes.post("/messages", this::create);
    config.routes.get("/messages/{id}", this::read).head("/messages/{id}", this::read);
    config.routes.put("/messages/{id}", this::replace);
    config.routes.delete("/messages/{id}", this::delete);
    config.routes.exception(HttpResponseException.class, this::refuse);
    config.concurrency.useVirtualThreads = true; // a slow client holds up no thread of the machine
}

/** A handler refuses by throwing: the exception becomes its status and one sentence. */
void refuse(HttpResponseException refusal, Context ctx) {
    String known = String.join(", ", refusal.getDetails().values()); // the methods, for a 405
    if (refusal instanceof MethodNotAllowedResponse) ctx.header("Allow", known);
    ctx.status(refusal.getStatus()).json(new Refusal(switch (refusal) {
        case EndpointNotFound _ -> "There is nothing at " + ctx.path() + ".";
        case MethodNotAllowedResponse _ -> ctx.path() + " answers " + known + ", nothing else.";
        default -> refusal.getMessage();
    }));
}

// EXERCISE 3.1  Create
//   A POST to the list makes a new resource below it: 201 says that, Location says where. The
//   body is the message as it was stored, since only the server knows its id and its time.
void create(Context ctx) throws IOException {
    Message message = store(draft(ctx));
    ctx.status(201).header("Location", "/messages/" + message.id()).json(message);
}
// END 3.1

// A handler refuses with throw new BadRequestResponse("…"), which is 400, or with a
// ContentTooLargeResponse (413) or an UnsupportedMediaTypeResponse (415). ctx.contentType() is null
// where there is none. readValue throws a JsonProcessingException for what is no JSON; the one for
// JSON of another shape is its child JsonMappingException. The JSON null makes a null.
//
// Jackson is friendly: it reads 5 as "5", takes the second of two equal fields, and stops where the
// object ends. What makes the mapper strict, by name: StreamReadFeature.STRICT_DUPLICATE_DETECTION
// and DeserializationFeature.FAIL_ON_TRAILING_TOKENS, to enable; withCoercionConfig(
// LogicalType.Textual, …) with setCoercion(CoercionInputShape.Integer, CoercionAction.Fail), and
// the same for Float and Boolean.

// EXERCISE 3.2  Refuse
//   A server that guesses hides its clients' mistakes from them, so it refuses instead. The 415
//   keeps strangers out, too: a browser lets any site post text/plain here, but not JSON.
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

// The table's get, computeIfPresent and remove are a map's: null says that nothing was there.
// ctx.pathParam("id") is what stands in the address; Long.parseLong throws at what is no number.

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

// RFC 9110, section 8.8.3: a tag in quotes names a state. One way to such a name is a hash:
// MessageDigest.getInstance("SHA-256").digest(bytes), as letters by HexFormat.of().formatHex(…).
// json.writeValueAsBytes(messages.values()) are the bytes of the list, and ctx.result sends bytes.

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
//   To take the next id is three steps: look, add one, say that it is given. Between them others
//   would look, too, so one thread at a time takes them. All who write take the same lock.
Message store(Draft draft) {
    synchronized (messages) {
        long id = messages.lastId() + 1;
        messages.lastId(id);
        var message = new Message(id, draft.from(), draft.text(), now());
        messages.put(id, message);
        return message;
    }
}
// END 3.5

// ---- what drives them: nothing to learn here ----------------------------------------------------

String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
}
