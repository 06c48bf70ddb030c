package workshop.presenting;

import io.javalin.http.Context;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The presenter's desk: who may sit at it, and which answers have been shown from it.
 *
 * <p>The token stands in the terminal alone. Behind the {@code #} of an address no browser sends
 * it; the page of {@code /desk} posts it once, and gets a cookie that no script can read.
 */
final class Desk {
    private final String token;
    private final Set<String> shown = ConcurrentHashMap.newKeySet(); // exercises: "4.1"

    Desk() {
        var random = new byte[18];
        new SecureRandom().nextBytes(random);
        token = Base64.getUrlEncoder().encodeToString(random);
    }

    String token() {
        return token;
    }

    Set<String> shown() {
        return shown;
    }

    boolean isShown(String exercise) {
        return shown.contains(exercise);
    }

    /** Lets in whoever knows the token. */
    boolean admit(Context context, String said) {
        if (!isToken(said.strip())) return false;
        context.header("Set-Cookie", cookie(context) + "=" + token
                + "; Path=/desk; HttpOnly; SameSite=Strict");
        return true;
    }

    boolean knows(Context context) {
        var sent = context.cookie(cookie(context));
        return sent != null && isToken(sent);
    }

    /** Whether the page that asks, if a page asks, is ours. */
    static boolean isOurs(Context context) {
        var origin = context.header("Origin");
        if (origin == null) return true;
        try {
            return context.header("Host") != null
                    && context.header("Host").equals(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    /** All ports of a host share their cookies. */
    private static String cookie(Context context) {
        return "desk-" + context.req().getLocalPort();
    }

    private boolean isToken(String said) {
        return MessageDigest.isEqual(said.getBytes(StandardCharsets.UTF_8),
                token.getBytes(StandardCharsets.UTF_8));
    }
}
