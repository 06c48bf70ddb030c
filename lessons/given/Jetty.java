//DEPS io.javalin:javalin:7.2.3
package given;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;

/** What Jetty, the server below Javalin, knows of the connection that a request came on. */
public final class Jetty {
    private Jetty() {}

    /** The server's end of it. Lesson 06 sets its limit: {@code setIdleTimeout}. */
    public static EndPoint connection(Context ctx) {
        return of(ctx).getEndPoint();
    }

    /**
     * Whether the client of a held request has gone; lesson 05 says why that is a question. Reads
     * one byte at most, which waits for nothing: less than none is the end. A byte that did come
     * belongs to the client's next request and is given back. Only for a request that waits, and
     * while nobody can answer it: two readers of one connection would tear its bytes apart.
     */
    public static boolean hungUp(Context ctx) {
        Connection connection = of(ctx);
        try {
            ByteBuffer next = BufferUtil.allocate(1);
            if (connection.getEndPoint().fill(next) < 0) return true;
            if (next.hasRemaining()) ((Connection.UpgradeTo) connection).onUpgradeTo(next);
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static Connection of(Context ctx) {
        return ServletContextRequest.getServletContextRequest(ctx.req()).getConnectionMetaData()
            .getConnection();
    }
}
