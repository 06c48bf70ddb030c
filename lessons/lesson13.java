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
//   Make true  a page may speak here if its origin is exactly one of ours. A client without any
//              Origin is no browser, and passes. All else is refused: null, an empty one, two.
//   Keep       the signature. origins are the values of all Origin headers of a request; ours are
//              ORIGINS, or where that is empty the one that this request itself was sent to, such
//              as http://localhost:7013. The door says 403 where you say false.
//   Stuck?     jbang hint 13.1
boolean isOurs(List<String> origins, List<String> ours) {
    return true;
}
// END 13.1

// EXERCISE 13.2  Show who you are
//   Make true  the cookie is session=<name>.<expires>.<signature>; the signature is base64url
//              without padding of HMAC-SHA-256 over <name>.<expires>. Behind it stand Path=/,
//              HttpOnly, SameSite=Strict, Max-Age=SESSION_S, and where isSecure also Secure. Any
//              other value, a changed or an expired one is nobody's.
//   ★          When a session ends, its connections are closed with 1008 at the next beat.
//   Keep       the signatures; null stands for nobody, and the door says 401. expires is in Unix
//              seconds, and over at that second: Instant.now().getEpochSecond(). Secret.hmac(text)
//              gives 32 bytes; Base64.getUrlEncoder().withoutPadding() makes text of them. Compare
//              with MessageDigest.isEqual(bytes, bytes): it takes as long wherever they differ.
//              beat is called every BEAT_MS with all who are in: each.visitor(), each.close(…).
//   Stuck?     jbang hint 13.2
String cookie(Visitor visitor, boolean isSecure) {
    return "session=" + visitor.name() + "." + visitor.expires() + "; Path=/";
}

/** Who has a cookie with this value. So far everybody is who they say. */
Visitor visitor(String cookie) {
    return new Visitor(cookie.split("\\.", 2)[0], Long.MAX_VALUE);
}

void beat(Collection<Member> members) {
}
// END 13.2

// EXERCISE 13.3  Whose address is it
//   Make true  a client's address is that of the TCP peer. But where the peer is one of TRUSTED:
//              walk X-Forwarded-For from the right, and take the first that is not of TRUSTED.
//              Secure is https as X-Forwarded-Proto, from a peer that is one of TRUSTED.
//   ★          All X-Forwarded-For lines are one list; if all in it are trusted, take the leftmost;
//              what is no address ends the walk before it.
//   Keep       the signatures. forwarded are the values of all X-Forwarded-For headers, such as
//              “203.0.113.7, 10.0.0.2”: each proxy writes at the end whom it has seen. proto is
//              null where there is no such header. Addresses.literal(text) gives an address in one
//              spelling, as TRUSTED has it, or null where the text is none.
//   Stuck?     jbang hint 13.3
String address(String peer, List<String> forwarded) {
    return peer;
}

boolean isSecure(String peer, String proto) {
    return false;
}
// END 13.3

// EXERCISE 13.4  Not so fast
//   Make true  a person may send BURST events at once and RATE a second more, continuously, over
//              all connections together; hanging up changes nothing. What is too much is refused,
//              costs nothing, and is told the milliseconds to the next token, rounded up.
//   ★          After BURST refusals in a row, the next closes that connection with 1008.
//   Keep       the signature: it is called once for each frame, and gives 0 where that may come.
//              The door answers the others with what you give, as retryMs. member.name() is the
//              person; member.refusals() says how many frames of this connection, the last ones,
//              were refused; member.close(1008, "…") ends it. System.nanoTime() never jumps.
//   Stuck?     jbang hint 13.4
long retryMs(Member member) {
    return 0;
}
// END 13.4
