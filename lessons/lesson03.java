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
//   Make true  POST /messages answers 201 with Location: /messages/<id> and the stored message,
//              so that the page can show it without asking for the list again.
//   Keep       store and draft; they come later.
//   Stuck?     jbang hint 3.1
void create(Context ctx) throws IOException {
    store(draft(ctx));
    ctx.contentType("text/plain").result("stored");
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
//   Make true  400 for a blank or missing field, and the sentence names it; 400 for what is no JSON
//              object; 413 for a text of more than MAX_TEXT characters; 415 for another or no
//              Content-Type (any case and parameters are fine). Nothing here is a 500.
//   Keep       other members are ignored. The page's box "Misbehave" sends such requests.
//   ★          400 for a field that is no text (5, true), one that is there twice, and anything
//              behind the object.
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

// The table's get, computeIfPresent and remove are a map's: null says that nothing was there.
// ctx.pathParam("id") is what stands in the address; Long.parseLong throws at what is no number.

// EXERCISE 3.3  Read, replace, delete
//   Make true  GET and PUT of /messages/{id} answer 200 and the message, DELETE 204. An id that is
//              not there: 404, a second DELETE too. An id that is no number: 400. A PUT changes
//              from and text alone, and the same PUT again nothing more.
//   Keep       what draft refuses is refused here, too. An id is never given again.
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

// RFC 9110, section 8.8.3: a tag in quotes names a state. One way to such a name is a hash:
// MessageDigest.getInstance("SHA-256").digest(bytes), as letters by HexFormat.of().formatHex(…).
// json.writeValueAsBytes(messages.values()) are the bytes of the list, and ctx.result sends bytes.

// EXERCISE 3.4  Let caches help
//   Make true  the list has an ETag in quotes. To If-None-Match with that tag the answer is 304
//              with the ETag and without a body, until a message changes. A refused request, or a
//              PUT of what is there already, changes nothing.
//   Keep       the list itself.
//   ★          the tag also stands in a list of tags, or is weak (W/"…"); and * is any state.
//   Stuck?     jbang hint 3.4
void list(Context ctx) throws Exception {
    ctx.json(messages.values());
}
// END 3.4

// EXERCISE 3.5  Many writers
//   Make true  200 messages posted at once are all stored, once each, with 200 consecutive ids.
//   Keep       the signature; the last id stays in messages.lastId(), which a restart would find.
//              The tests make the table as slow as a disk, so that writers do meet, and who leaves
//              a lock comes back late. STATE_PAUSE_MS=2 jbang lesson03.java is as slow, where the
//              page posts 200 at once.
//   Stuck?     jbang hint 3.5
Message store(Draft draft) {
    long id = messages.lastId() + 1;
    messages.lastId(id);
    var message = new Message(id, draft.from(), draft.text(), now());
    messages.put(id, message);
    return message;
}
// END 3.5

// ---- what drives them: nothing to learn here ----------------------------------------------------

String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
}
