//DEPS io.javalin:javalin:7.2.3
package given;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.router.EndpointNotFound;

/**
 * The body of every refusal: one sentence for whoever reads it at the other end. The answer of
 * exercise 3.2.
 */
public record Refusal(String error) {
    /** From here on a handler refuses by throwing: the exception becomes its status and body. */
    public static void answersWhatIsThrown(JavalinConfig config) {
        config.routes.exception(HttpResponseException.class, Refusal::answer);
    }

    private static void answer(HttpResponseException refusal, Context ctx) {
        String known = String.join(", ", refusal.getDetails().values()); // the methods, for a 405
        if (refusal instanceof MethodNotAllowedResponse) ctx.header("Allow", known);
        ctx.status(refusal.getStatus()).json(new Refusal(switch (refusal) {
            case EndpointNotFound _ -> "There is nothing at " + ctx.path() + ".";
            case MethodNotAllowedResponse _ -> ctx.path() + " answers " + known + ", nothing else.";
            default -> refusal.getMessage();
        }));
    }
}
