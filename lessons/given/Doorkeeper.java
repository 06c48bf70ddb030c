//SOURCES Locks.java
//SOURCES Addresses.java
//SOURCES Secret.java
package given;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All locks of the door, shut. The answers of exercises 13.1 to 13.4. */
public final class Doorkeeper {
    private static final int SESSION_S = Setting.of("SESSION_S", 43_200);
    private static final Set<String> TRUSTED = Addresses.setting("TRUSTED");
    private static final int RATE = Setting.of("RATE", 20);    // events a second
    private static final int BURST = Setting.of("BURST", 100); // at once

    /** What one person may still send. */
    private static final class Bucket {
        private double tokens = BURST;
        private long at = System.nanoTime();
    }

    private final Map<String, Bucket> buckets = new HashMap<>(); // by the person's name

    private Doorkeeper() {}

    public static Locks locks() {
        var keeper = new Doorkeeper();
        return new Locks(Doorkeeper::isOurs, Doorkeeper::cookie, Doorkeeper::visitor, keeper::beat,
            Doorkeeper::address, (peer, proto) -> TRUSTED.contains(peer) && "https".equals(proto),
            keeper::retryMs);
    }

    private static boolean isOurs(List<String> origins, List<String> ours) {
        return origins.isEmpty() || origins.size() == 1 && ours.contains(origins.getFirst());
    }

    private static String cookie(Visitor visitor, boolean isSecure) {
        String says = visitor.name() + "." + visitor.expires();
        return "session=" + says + "." + signature(says) + "; Path=/; HttpOnly; SameSite=Strict; "
            + "Max-Age=" + SESSION_S + (isSecure ? "; Secure" : "");
    }

    private static String signature(String says) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Secret.hmac(says));
    }

    private static Visitor visitor(String cookie) {
        String[] parts = cookie.split("\\.", -1);
        if (parts.length != 3) return null;
        byte[] right = signature(parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(right, parts[2].getBytes(StandardCharsets.UTF_8))) return null;
        var visitor = new Visitor(parts[0], Long.parseLong(parts[1]));
        return isOver(visitor) ? null : visitor;
    }

    private static boolean isOver(Visitor visitor) {
        return Instant.now().getEpochSecond() >= visitor.expires();
    }

    private void beat(Collection<Member> members) {
        for (Member each : members) {
            if (isOver(each.visitor())) each.close(1008, "Your session has ended: log in again.");
        }
        long now = System.nanoTime(); // a full bucket is like none
        buckets.values().removeIf(each -> (now - each.at) / 1e9 * RATE >= BURST);
    }

    private static String address(String peer, List<String> forwarded) {
        String address = peer;
        for (String hop : List.of(String.join(",", forwarded).split(",")).reversed()) {
            if (!TRUSTED.contains(address)) break; // nobody vouches for what stands before it
            String before = Addresses.literal(hop.strip());
            if (before == null) break;
            address = before;
        }
        return address;
    }

    private long retryMs(Member member) {
        Bucket bucket = buckets.computeIfAbsent(member.name(), _ -> new Bucket());
        long now = System.nanoTime();
        bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / 1e9 * RATE);
        bucket.at = now;
        if (bucket.tokens >= 1) {
            bucket.tokens -= 1;
            return 0;
        }
        if (member.refusals() >= BURST) member.close(1008, "You did not stop.");
        return (long) Math.ceil((1 - bucket.tokens) * 1_000 / RATE);
    }
}
