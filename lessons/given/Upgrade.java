//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES Heard.java
//SOURCES Refusal.java
//SOURCES Web.java
package given;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Asks of an upgrade to WebSocket what the standard asks (RFC 6455, section 4.2.1), before Javalin
 * and Jetty, which ask for less, see it. The answer of exercise 7.1.
 */
public final class Upgrade extends Handler.Wrapper {
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

    /** Bytes of UTF-8 in one message. */
    public static final int MAX_TEXT = 65_536;

    private Upgrade() {}

    /**
     * All that lessons before 09 taught of a server with WebSocket: refusals with a sentence (3.2),
     * threads that cost little (5.4), the handshake (7.1), the size of messages (8.4).
     */
    public static void asLearned(JavalinConfig config) {
        Refusal.answersWhatIsThrown(config);
        config.concurrency.useVirtualThreads = true;
        isChecked(config);
        config.jetty.modifyWebSocketServletFactory(jetty -> jetty.setMaxTextMessageSize(MAX_TEXT));
    }

    /** From here on a handshake with a fault gets an answer that names it, and no connection. */
    public static void isChecked(JavalinConfig config) {
        config.jetty.modifyServer(server -> server.insertHandler(new Upgrade()));
        config.routes.wsBeforeUpgrade(ctx -> {
            ctx.req().getSession().invalidate(); // Javalin makes one each time: it would stay,
            for (String header : List.of("Set-Cookie", "Expires", "Content-Type")) {
                ctx.res().setHeader(header, null); // and so would its cookie; none has a meaning
            }
            Heard.keep(ctx);
        });
        config.routes.wsException(Exception.class, (mistake, _) -> Web.tell(mistake));
    }

    /** Instead of a 101; throw it in a {@code wsBeforeUpgrade}, where Javalin writes no body. */
    public static HttpResponseException refused(Context ctx, int status, String sentence)
            throws IOException {
        ctx.res().setContentType("application/json");
        ctx.res().getOutputStream().write(new ObjectMapper().writeValueAsBytes(
            new Refusal(sentence)));
        return new HttpResponseException(status, sentence);
    }

    @Override
    public boolean handle(Request request, Response response, Callback done) throws Exception {
        HttpFields headers = request.getHeaders();
        boolean isHandshake = headers.contains(HttpHeader.UPGRADE, "websocket")
            || headers.contains(HttpHeader.SEC_WEBSOCKET_KEY);
        if (!isHandshake) return super.handle(request, response, done);
        if (!request.getMethod().equals("GET")
            || request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_1_1) {
            return refuse(400, "A handshake begins with GET, in HTTP/1.1.", response, done);
        }
        if (!headers.contains(HttpHeader.UPGRADE, "websocket")) {
            return refuse(400, "A handshake has the header Upgrade: websocket.", response, done);
        }
        if (!headers.contains(HttpHeader.CONNECTION, "upgrade")) {
            return refuse(400, "A handshake has the header Connection: Upgrade.", response, done);
        }
        if (!headers.getValuesList(HttpHeader.SEC_WEBSOCKET_VERSION).equals(List.of("13"))) {
            response.getHeaders().put(HttpHeader.UPGRADE, "websocket")
                .put(HttpHeader.CONNECTION, "upgrade").put(HttpHeader.SEC_WEBSOCKET_VERSION, "13");
            return refuse(426, "Speak version 13 of WebSocket.", response, done);
        }
        List<String> keys = headers.getValuesList(HttpHeader.SEC_WEBSOCKET_KEY);
        if (keys.size() != 1 || !KEY.matcher(keys.getFirst()).matches()) {
            return refuse(400, "A handshake has one Sec-WebSocket-Key: 16 bytes in base64.",
                response, done);
        }
        return super.handle(plain(request), response, done);
    }

    /** As if nothing was offered: Javalin takes any subprotocol, and Jetty compresses. */
    private static Request plain(Request request) {
        HttpFields plain = HttpFields.build(request.getHeaders())
            .remove(HttpHeader.SEC_WEBSOCKET_SUBPROTOCOL)
            .remove(HttpHeader.SEC_WEBSOCKET_EXTENSIONS).asImmutable();
        return new Request.Wrapper(request) {
            @Override
            public HttpFields getHeaders() {
                return plain;
            }
        };
    }

    private static boolean refuse(int status, String sentence, Response response, Callback done)
            throws IOException {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        Content.Sink.write(response, true,
            new ObjectMapper().writeValueAsString(new Refusal(sentence)), done);
        return true;
    }
}
