//DEPS io.javalin:javalin:7.2.3
//SOURCES Setting.java
//SOURCES Web.java
//FILES web/elsewhere.html=../web/elsewhere.html
package given;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import java.util.Map;

/**
 * Somebody else's page: the same program serves it from another port, so from another origin. It
 * tries to speak on this server as whoever looks at it. No lesson teaches how it is served.
 */
public final class Elsewhere {
    private Javalin server;

    private Elsewhere() {}

    /** {@code GET /elsewhere} tells the port, and takes one the first time. */
    public static void at(JavalinConfig config) {
        var elsewhere = new Elsewhere();
        config.routes.get("/elsewhere", ctx -> ctx.json(Map.of("port", elsewhere.port())));
        config.events.serverStopping(elsewhere::stop);
    }

    private synchronized int port() {
        if (server == null) {
            ClassLoader program = Thread.currentThread().getContextClassLoader();
            server = Web.start(new Listening(Setting.text("HOST", "127.0.0.1"), 0), config ->
                config.routes.get("/",
                    ctx -> Web.file(ctx, program, "web/elsewhere.html", "text/html")));
        }
        return server.port();
    }

    private synchronized void stop() {
        if (server != null) server.stop();
    }
}
