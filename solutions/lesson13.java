///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES ../lessons/given/Elsewhere.java ../lessons/given/Entrance.java
//SOURCES ../lessons/given/Secret.java ../lessons/given/Talk.java
//FILES web/lesson13.html=../lessons/web/lesson13.html

// Lesson 13 — At the door: origins, sessions, addresses, limits
//
// In lesson 12 everybody could come in, from any page, under any name, and as often as they liked.
// Here a door stands before the WebSocket. It has four locks: which page speaks, who that is, from
// where, and how fast. Three of them are asked before the upgrade, so a refusal is plain HTTP.
//
//   run    jbang lesson13.java           then open http://localhost:7013
//   check  jbang check 13
//   proxy  TRUSTED=127.0.0.1 jbang lesson13.java    behind an nginx on this machine: see
//                                                   lessons/given/nginx.conf
//
// Left out on purpose: passwords (who says “ada” is ada: take what your platform has), more than
// one server (lesson 14).

import given.*;

static final Set<String> TRUSTED = Addresses.setting("TRUSTED"); // proxies of ours, no one else's
static final int SESSION_S = Setting.of("SESSION_S", 43_200);    // half a day
static final int RATE = Setting.of("RATE", 20);    // events a second that a person may send, and
static final int BURST = Setting.of("BURST", 100); // so many at once, after a pause

void main(String[] args) {
    Web.serve(7013, args, config -> {
        Entrance.at(config, locks(), new Talk()); // what is behind the door: lesson 10's rooms
        Elsewhere.at(config);                     // a page that attacks, for the button
    });
}

// The frame is given: Entrance asks the locks in this order, 403, 401, 429, and says the sentence;
// 429 where PER_ADDRESS connections of one address are open. All that is said to the server, and
// each beat, comes one after the other: no lock below needs a lock of its own.
Locks locks() {
    return new Locks(this::isOurs, this::cookie, this::visitor, this::beat, this::address,
        this::isSecure, this::retryMs);
}

// EXERCISE 13.1  Only our pages
//   A browser sends cookies along with any page's WebSocket, and no rule of same origin holds it
//   back. But it says whose page asks, in Origin, and no script can change that. Who is no browser
//   may lie here, and has no cookie of anybody else to misuse. “Begins with” would let in
//   http://localhost:7013.evil.example, so only equal is equal.
boolean isOurs(List<String> origins, List<String> ours) {
    return origins.isEmpty() || origins.size() == 1 && ours.contains(origins.getFirst());
}
// END 13.1

// EXERCISE 13.2  Show who you are
//   The server keeps no list of sessions: what it must know stands in the cookie, and what nobody
//   may change there is signed. The dots are signed, too: a name has none, so the text can be read
//   in one way only. The signature is compared as text, since base64 has several spellings of the
//   same bytes, and in a time that does not tell how much of it was right.
String cookie(Visitor visitor, boolean isSecure) {
    String says = visitor.name() + "." + visitor.expires();
    return "session=" + says + "." + signature(says) + "; Path=/; HttpOnly; SameSite=Strict; "
        + "Max-Age=" + SESSION_S + (isSecure ? "; Secure" : "");
}

Visitor visitor(String cookie) {
    String[] parts = cookie.split("\\.", -1);
    if (parts.length != 3) return null;
    byte[] right = signature(parts[0] + "." + parts[1]).getBytes();
    if (!MessageDigest.isEqual(right, parts[2].getBytes())) return null;
    var visitor = new Visitor(parts[0], Long.parseLong(parts[1])); // we wrote it: it is a number
    return isOver(visitor) ? null : visitor;
}

String signature(String says) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Secret.hmac(says));
}

boolean isOver(Visitor visitor) {
    return Instant.now().getEpochSecond() >= visitor.expires();
}

// ★ The door is asked once; a connection may outlive the session that opened it.
void beat(Collection<Member> members) {
    for (Member each : members) {
        if (isOver(each.visitor())) each.close(1008, "Your session has ended: log in again.");
    }
}
// END 13.2

// EXERCISE 13.3  Whose address is it
//   Each proxy writes behind what was there already whom it has seen itself. So only the last word
//   is our proxy's; what stands before it was said by whom our proxy names, and counts only if
//   that is a proxy of ours, too. The leftmost is whatever the client has made up.
String address(String peer, List<String> forwarded) {
    String address = peer;
    for (String hop : List.of(String.join(",", forwarded).split(",")).reversed()) {
        if (!TRUSTED.contains(address)) break; // nobody vouches for what it says
        String before = Addresses.literal(hop.strip());
        if (before == null) break; // no address: a name would cost a question to DNS, each time
        address = before;
    }
    return address;
}

boolean isSecure(String peer, String proto) {
    return TRUSTED.contains(peer) && "https".equals(proto);
}
// END 13.3

// EXERCISE 13.4  Not so fast
//   A bucket holds BURST tokens and gets RATE a second; an event takes one. It is the person's, not
//   the connection's: else ten connections are ten times as fast, and hanging up fills it. It is
//   filled when somebody looks, so whoever is silent costs no time. Nor memory: a full bucket is
//   like none, and is forgotten when the next new person comes.
class Bucket {
    double tokens = BURST;
    long at = System.nanoTime(); // not the time of day: that may jump

    double fill(long now) {
        tokens = Math.min(BURST, tokens + (now - at) / 1e9 * RATE);
        at = now;
        return tokens;
    }
}

final Map<String, Bucket> buckets = new HashMap<>(); // by person

long retryMs(Member member) {
    long now = System.nanoTime();
    if (!buckets.containsKey(member.name())) buckets.values().removeIf(b -> b.fill(now) == BURST);
    Bucket bucket = buckets.computeIfAbsent(member.name(), _ -> new Bucket());
    if (bucket.fill(now) >= 1) {
        bucket.tokens -= 1;
        return 0;
    }
    if (member.refusals() >= BURST) member.close(1008, "You did not stop."); // ★
    return (long) Math.ceil((1 - bucket.tokens) * 1_000 / RATE);
}
// END 13.4
