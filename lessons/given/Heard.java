//DEPS io.javalin:javalin:7.2.3
package given;

import io.javalin.http.Context;
import io.javalin.websocket.WsContext;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;

/**
 * How much has been heard of a client. Javalin has no handler for pongs, but Jetty counts the bytes
 * that come in on each connection: of a pong, a message, or a part of one. Exercise 8.5 uses it.
 */
public final class Heard {
    private static final String PLACE = "given.Heard";

    private Heard() {}

    /** The end point is the same before and after the upgrade; afterwards nobody tells it. */
    static void keep(Context upgrade) {
        upgrade.attribute(PLACE, ServletContextRequest.getServletContextRequest(upgrade.req())
            .getConnectionMetaData().getConnection().getEndPoint());
    }

    /** So many bytes have come from this client; whatever it says makes it more. */
    public static long bytesFrom(WsContext client) {
        EndPoint connection = client.attribute(PLACE);
        return connection.getConnection().getBytesIn();
    }
}
