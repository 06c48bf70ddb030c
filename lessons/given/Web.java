//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//DEPS org.slf4j:slf4j-simple:2.0.18
//SOURCES Listening.java
//SOURCES Setting.java
//SOURCES Invitation.java
//FILES web/wire.css=../web/wire.css
//FILES web/wire.js=../web/wire.js
package given;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.NotImplementedResponse;
import io.javalin.json.JavalinJackson;
import io.javalin.util.JavalinException;
import io.javalin.util.JavalinLogger;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Javalin as all lessons use it: quiet at the start, nothing compressed, so that the wire stays
 * readable, and a sentence as JSON where a request cannot be read at all. What a lesson's paths do
 * is the lesson's own.
 */
public final class Web {
    /** Clients that may wait to be accepted; Jetty's own 50 are soon full when a crowd comes. */
    private static final int BACKLOG = 1_024;

    /** Bytes of a request's body; a text of 2,000 characters takes 24,000 where all are escaped. */
    private static final int MAX_BODY = 64 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, String> FILES = Map.of(
        "/", "text/html", "/wire.css", "text/css", "/wire.js", "text/javascript");

    static {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error"); // quiet, not silent
    }

    private Web() {}

    /**
     * Serves a lesson: its page at {@code /}, and what {@code lesson} adds. Prints where it
     * listens, or ends the program with a sentence.
     *
     * @param usual the lesson's own port, 7005 in lesson 05
     */
    public static void serve(int usual, String[] args, Consumer<JavalinConfig> lesson) {
        Listening at = Listening.at(usual, args);
        try {
            int bound = start(at, config -> {
                files(config, String.format(Locale.ROOT, "/lesson%02d.html", usual % 100));
                lesson.accept(config);
            }).port();
            at.announce("http", bound);
            if (at.isOpenToAll()) Invitation.print(bound);
        } catch (JavalinException taken) {
            throw at.taken();
        }
    }

    /** Serves what {@code lesson} adds on a free port of this machine; for notebooks. */
    public static Javalin onFreePort(Consumer<JavalinConfig> lesson) {
        return start(new Listening("127.0.0.1", 0), lesson);
    }

    static Javalin start(Listening at, Consumer<JavalinConfig> lesson) {
        JavalinLogger.enabled = false; // why it cannot start is told once, by us
        try {
            return Javalin.create(config -> {
                plain(config);
                lesson.accept(config);
            }).start(at.host(), at.port());
        } finally {
            JavalinLogger.enabled = true;
        }
    }

    private static void plain(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.jsonMapper(new JavalinJackson(JSON, true));
        config.http.defaultContentType = "application/json";
        config.http.maxRequestSize = MAX_BODY;
        config.http.prefer405over404 = true;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.jetty.addConnector((server, http) -> {
            var door = new ServerConnector(server, new HttpConnectionFactory(http));
            door.setHost(config.jetty.host);
            door.setPort(config.jetty.port);
            door.setAcceptQueueSize(BACKLOG);
            return door;
        });
        config.routes.before(ctx -> receive(ctx, config.http.maxRequestSize != MAX_BODY));
        config.routes.after(Web::sayLength);
        config.routes.exception(EOFException.class, (_, ctx) -> ctx.status(400).json(
            Map.of("error", "The body ended too soon, or its chunks cannot be read.")));
        config.routes.exception(Exception.class, Web::crash);
        config.jetty.modifyServer(server -> server.setErrorHandler(Web::refuseEarly));
        config.jetty.modifyServletContextHandler(
            context -> context.setErrorHandler(Web::refuseEarly));
    }

    /** What no handler needs to ask: that the body is not too long, and comes as we can read it. */
    private static void receive(Context ctx, boolean ownLimit) {
        String coding = ctx.header("Transfer-Encoding");
        if (coding != null && !coding.strip().equalsIgnoreCase("chunked")) {
            throw new NotImplementedResponse("Of transfer codings only chunked is known here.");
        }
        if (ownLimit) return; // who has set one reads, and refuses, by itself
        var tooLong = new ContentTooLargeResponse("A body has at most " + MAX_BODY + " bytes.");
        if (ctx.contentLength() > MAX_BODY) throw tooLong; // before a byte of it is read
        if (coding == null) return;
        try {
            ctx.bodyAsBytes(); // Javalin keeps it for the handler
        } catch (HttpResponseException tooManyChunks) {
            throw tooLong;
        }
    }

    /** Else Jetty sends what is longer than its buffer in chunks, and to a HEAD says no length. */
    private static void sayLength(Context ctx) throws IOException {
        if (ctx.resultInputStream() instanceof ByteArrayInputStream whole) {
            ctx.res().setContentLength(whole.available());
        }
    }

    /** A mistake is told here, where we can mend it, and not to the client. */
    private static void crash(Exception mistake, Context ctx) {
        tell(mistake);
        ctx.status(500).json(Map.of("error",
            "The server made a mistake; its own output says which."));
    }

    static void tell(Exception mistake) {
        StackTraceElement[] ours = Stream.of(mistake.getStackTrace()) // Javalin's and Jetty's own
            .filter(line -> !line.getClassName().contains(".")       // lines only hide them
                || line.getClassName().startsWith("given.")).toArray(StackTraceElement[]::new);
        if (ours.length > 0) mistake.setStackTrace(ours);
        mistake.printStackTrace();
    }

    /** What Jetty refuses before Javalin sees it, such as bytes that are no HTTP. */
    private static boolean refuseEarly(Request request, Response response, Callback done)
            throws IOException {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        Content.Sink.write(response, true, JSON.writeValueAsString(Map.of("error",
            "This is no request that the server can read: "
            + request.getAttribute(ErrorHandler.ERROR_MESSAGE) + ".")), done);
        return true;
    }

    /** The page, its style and its script lie on the class path: //FILES put them there. */
    private static void files(JavalinConfig config, String page) {
        ClassLoader program = Thread.currentThread().getContextClassLoader();
        FILES.forEach((path, type) -> {
            String name = "web" + (path.equals("/") ? page : path);
            config.routes.get(path, ctx -> file(ctx, program, name, type))
                .head(path, ctx -> file(ctx, program, name, type));
        });
    }

    static void file(Context ctx, ClassLoader program, String name, String type)
            throws IOException {
        try (InputStream file = program.getResourceAsStream(name)) {
            if (file == null) throw new NotFoundResponse("The file " + name + " is missing here.");
            ctx.contentType(type + "; charset=utf-8").result(file.readAllBytes());
        }
    }
}
