//SOURCES Member.java
//SOURCES Visitor.java
package given;

import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The locks of a door. Lesson 13 teaches what they do; {@link Entrance} asks them in their order.
 *
 * @param isOurs   13.1: the values of a request's {@code Origin} headers, and our own origins: may
 *                 a page from there speak here?
 * @param cookie   13.2: the whole {@code Set-Cookie} of a visitor, and whether the way is secure
 * @param visitor  13.2: who it is whose cookie has this value; null: nobody
 * @param beat     13.2★: called every {@code BEAT_MS} with all who are in
 * @param address  13.3: the TCP peer, and the values of its {@code X-Forwarded-For} headers: where
 *                 the client really is
 * @param isSecure 13.3: the TCP peer, and its {@code X-Forwarded-Proto} or null: is it https?
 * @param retryMs  13.4: called for each frame: milliseconds until it may come, 0: now
 */
public record Locks(BiPredicate<List<String>, List<String>> isOurs,
    BiFunction<Visitor, Boolean, String> cookie, Function<String, Visitor> visitor,
    Consumer<Collection<Member>> beat, BiFunction<String, List<String>, String> address,
    BiPredicate<String, String> isSecure, ToLongFunction<Member> retryMs) {}
