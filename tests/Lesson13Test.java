package tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.opentest4j.TestAbortedException;
import tests.clients.Answer;
import tests.clients.Door;
import tests.clients.Events;
import tests.clients.ForwardingProxy;
import tests.clients.Frame;
import tests.clients.RawClient;
import tests.clients.RawHttp;

/**
 * Knows a port, /login, /whoami and the /ws behind the door. Each test comes as somebody with a
 * fresh name. Where the server trusts this machine's address, the tests are its proxy.
 */
@ExtendWith(TargetResolver.class)
@Environment({"SECRET=only the tests know it", "TRUSTED=127.0.0.1, 10.0.0.7, 2001:db8::7",
        "PER_ADDRESS=40", "RATE=5", "BURST=20", "BEAT_MS=200"})
class Lesson13Test {
    private static final String JSON = "application/json";
    private static final long FREE_MS = 2_000; // within which a place is free again

    @Exercise(id = "13.1", title = "Only our pages",
            hints = {
                "Which requests have no Origin at all, and may they come in? And of those that have"
                    + " one: what must it be, down to the last letter?",
                "origins.isEmpty() is a client that is no browser. ours.contains(…) compares whole"
                    + " texts; startsWith, contains on a text, or a look at the host alone let"
                    + " somebody in whose address only looks like ours. And two Origin headers?",
                "return origins.isEmpty() || origins.size() == 1 &&"
                    + " ours.contains(origins.getFirst());"
            },
            starter = "it came in")
    class OnlyOurPages {
        @Test
        @DisplayName("13.1 a page from elsewhere gets 403, whoever looks at it")
        void elsewhere(Target target) {
            Door door = Door.of(target);
            String ours = ours(target);
            String cookie = door.login(target.word());
            for (String origin : List.of("http://evil.example", ours + ".evil.example",
                    "http://evil.example/?" + ours, ours.replace("//", "//evil.example@"),
                    "http://" + target.host(), "http://" + target.host() + ":1",
                    ours + "1", ours.replace("http:", "https:"), ours + "/",
                    "file://", "null")) {
                refused(target, cookie, List.of("Origin: " + origin), "the page comes from "
                        + origin + ", and " + ours + " is ours");
            }
        }

        @Test
        @DisplayName("13.1 an empty Origin, and two of them, are no origin of ours")
        void noOrigin(Target target) {
            String ours = "Origin: " + ours(target);
            String cookie = Door.of(target).login(target.word());
            refused(target, cookie, List.of("Origin: "), "its Origin is there, and empty");
            refused(target, cookie, List.of(ours, "Origin: http://evil.example"),
                    "it has two Origin headers");
            refused(target, cookie, List.of("Origin: http://evil.example", ours),
                    "it has two Origin headers");
            refused(target, cookie, List.of(ours, ours), "it has two Origin headers");
        }

        private static void refused(Target target, String cookie, List<String> origins,
                String why) {
            var headers = Stream.concat(Stream.of(cookie), origins.stream());
            Door door = Door.of(target);
            door.expectRefused(door.ask(headers.toArray(String[]::new)), 403, why);
        }

        @Test
        @DisplayName("13.1 our own page comes in, under each name that the server has")
        void ourOwn(Target target) {
            Door door = Door.of(target);
            String cookie = door.login(target.word());
            for (String host : List.of(target.http().authority(), target.word() + ".example:7013",
                    "localhost:" + target.port())) {
                Answer answer = door.askAt(host, cookie, "Origin: http://" + host);
                if (answer.status() == 101) continue;
                throw answer.fail("the page comes from http://" + host + ", where the server itself"
                        + " is, so it must come in, but got " + answer.status());
            }
        }

        @Test
        @DisplayName("13.1 a client without an Origin is no browser, and comes in")
        void noBrowser(Target target) {
            Door door = Door.of(target);
            Answer answer = door.askAt(target.http().authority(), door.login(target.word()));
            if (answer.status() == 101) return;
            throw answer.fail("a client without an Origin is no browser, so it must come in, but"
                    + " got " + answer.status());
        }

        @Test
        @DisplayName("13.1 the origin is asked for first: without a session it is 403 as well")
        void originFirst(Target target) {
            Door door = Door.of(target);
            door.expectRefused(door.ask("Origin: http://evil.example"), 403, "the page comes from"
                    + " http://evil.example, and that is asked before who it is");
        }
    }

    @Exercise(id = "13.2", title = "Show who you are",
            hints = {
                "The server keeps no list. What must stand in the cookie, so that it knows later"
                    + " who that is, and until when? And what keeps people from writing another"
                    + " name into it?",
                "Sign name and expires together, with the dot between them: Secret.hmac(name +"
                    + " \".\" + expires). When a cookie comes back, split it at the dots, sign the"
                    + " first two parts again and compare what you get with the third, as text. For"
                    + " the star: each.close(1008, \"…\") for each whose visitor() is over.",
                "String signature(String says) { return"
                    + " Base64.getUrlEncoder().withoutPadding().encodeToString(Secret.hmac(says));"
                    + " } In visitor: String[] parts = cookie.split(\"\\\\.\", -1); not three:"
                    + " null; MessageDigest.isEqual(signature(parts[0] + \".\" +"
                    + " parts[1]).getBytes(), parts[2].getBytes()) is false: null;"
                    + " Instant.now().getEpochSecond() >= Long.parseLong(parts[1]): null; else new"
                    + " Visitor(parts[0], Long.parseLong(parts[1]))"
            },
            starter = "anybody can write")
    class ShowWhoYouAre {
        @Test
        @DisplayName("13.2 who says a name and proves nothing is nobody")
        void unsigned(Target target) {
            String name = target.word();
            for (String value : List.of(name, name + "." + later(), name + "." + later() + ".",
                    name + "." + later() + "." + target.word(), "", ".", "..", "....")) {
                nobody(target, value, "anybody can write the cookie session=" + value);
            }
        }

        @Test
        @DisplayName("13.2 the cookie: name, expires, signature, and who may see it")
        void cookie(Target target) {
            String name = target.word();
            long before = now();
            Answer answer = Door.of(target).askToLogin(name);
            long session = target.limit("SESSION_S", 43_200);
            long expires = answer.json().path("expires").asLong();
            if (!answer.json().path("name").asText().equals(name) || expires < before + session
                    || expires > now() + session) {
                throw answer.fail("a login answers {\"name\": \"" + name + "\", \"expires\": n}, n"
                        + " in Unix seconds, SESSION_S=" + session + " from now; but got "
                        + answer.json());
            }
            String whole = answer.header("Set-Cookie");
            if (whole == null) throw answer.fail("a login sets a cookie, but there is none");
            List<String> parts = Stream.of(whole.split(";")).map(String::strip).toList();
            if (!parts.getFirst().matches("session=" + name + "\\." + expires
                    + "\\.[A-Za-z0-9_-]{43}")) {
                throw answer.fail("the cookie is session=" + name + "." + expires
                        + ".<signature>, and an HMAC-SHA-256 in base64url without padding has 43"
                        + " letters; but it is " + parts.getFirst());
            }
            List<String> says = parts.stream().skip(1)
                    .map(part -> part.toLowerCase(Locale.ROOT)).toList();
            for (String part : List.of("Path=/", "HttpOnly", "SameSite=Strict",
                    "Max-Age=" + session)) {
                if (says.contains(part.toLowerCase(Locale.ROOT))) continue;
                throw answer.fail("behind the cookie's value stands “" + part + "”, but it is only"
                        + " “" + whole + "”");
            }
            if (says.contains("secure")) {
                throw answer.fail("a cookie that is Secure never comes back over http, and http is"
                        + " what this login came over");
            }
        }

        @Test
        @DisplayName("13.2 Secure stands there where the way is https")
        void secure(Target target) {
            String https = "X-Forwarded-Proto: https"; // means something only once 13.3 is solved
            boolean isSecure = target.http().get("/whoami", https).expectStatus(200).json()
                    .path("secure").asBoolean();
            Answer answer = Door.of(target).askToLogin(target.word(), https);
            String cookie = String.valueOf(answer.header("Set-Cookie")).toLowerCase(Locale.ROOT);
            if (cookie.matches(".*; *secure *(;.*)?") == isSecure) return;
            throw answer.fail("this login came over " + (isSecure ? "https, so the cookie must be"
                    : "http, so the cookie must not be") + " Secure");
        }

        @Test
        @DisplayName("13.2 who has logged in comes in, under that name, as often as it likes")
        void comesIn(Target target) {
            String name = target.word();
            String cookie = Door.of(target).login(name);
            for (int i = 0; i < 2; i++) {
                String known = whoami(target, cookie).path("name").asText();
                try (Events ada = Door.of(target).open(cookie)) {
                    ada.send("say", Map.of("to", name, "text", "hello"));
                    String from = ada.expect("said").path("from").asText();
                    if (from.equals(name) && known.equals(name)) continue;
                    throw ada.fail("who logged in as " + name + " is " + name + ", but a message is"
                            + " from " + from + ", and /whoami says " + known);
                }
            }
        }

        @Test
        @DisplayName("13.2 without a session: 401, and /whoami knows no name")
        void none(Target target) {
            Door door = Door.of(target);
            door.expectRefused(door.ask(), 401, "it has no session");
            door.expectRefused(door.ask("Cookie: theme=dark"), 401, "it has no session");
            Answer answer = target.http().get("/whoami").expectStatus(200);
            if (!answer.json().path("name").isNull()) {
                throw answer.fail("without a session nobody is here: \"name\": null");
            }
        }

        @Test
        @DisplayName("13.2 whatever is changed in a cookie, it is nobody's")
        void changed(Target target) {
            String name = target.word() + target.number(1, 9);
            String eve = target.word();
            String value = value(Door.of(target).login(name));
            String[] parts = (value + ".-.-").split("\\.");
            String expires = parts[1];
            String signature = parts[2];
            var changed = new LinkedHashMap<String, String>();
            changed.put(eve + "." + expires + "." + signature, "another name");
            changed.put(name + "." + (Long.parseLong("0" + expires.replaceAll("[^0-9]", "")) + 1)
                    + "." + signature, "a later end");
            changed.put(name + ".0" + expires + "." + signature, "an end that is written another"
                    + " way");
            int digit = name.length() - 1;
            changed.put(name.substring(0, digit) + "." + name.charAt(digit) + expires + "."
                    + signature, "a dot that has moved: sign what stands before and behind it, and"
                    + " the dot");
            changed.put(value + "=", "padding behind it");
            changed.put(value + "." + signature, "a fourth part");
            changed.put("." + value, "an empty part before it");
            changed.put(value.substring(0, value.length() - 1), "its last letter missing");
            changed.put(name + "." + expires + "." + signature.toUpperCase(Locale.ROOT),
                    "a signature in capitals");
            int at = target.number(0, 40);
            changed.put(name + "." + expires + "." + signature.substring(0, at)
                    + (signature.charAt(at) == 'A' ? 'B' : 'A') + signature.substring(at + 1),
                    "another letter in the signature");
            char last = signature.charAt(signature.length() - 1);
            for (char other : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                    .toCharArray()) {
                if (other == last) continue;
                changed.put(value.substring(0, value.length() - 1) + other, "another last letter"
                        + " (it may stand for the same bytes: compare texts)");
            }
            changed.forEach((cookie, what) -> {
                if (whoami(target, "Cookie: session=" + cookie).path("name").isNull()) return;
                nobody(target, cookie, "the cookie was changed, it has " + what);
            });
        }

        @Test
        @DisplayName("13.2 another server with the same SECRET accepts it, and no other's")
        void anotherServer(Target target) {
            String secret = target.limits().get("SECRET");
            if (secret == null) return; // somebody else's server, and its secret is no one's here
            String name = target.word();
            for (int i = 0; i < 12; i++) { // each letter of base64url is in one of them
                String cookie = "Cookie: session=" + made(name + i, now() + 60, secret);
                if (whoami(target, cookie).path("name").asText().equals(name + i)) continue;
                throw Door.of(target).ask(cookie).fail("another server with the same SECRET signed"
                        + " this cookie, so it is " + name + i + "'s: base64url without padding of"
                        + " HMAC-SHA-256 over “" + name + i + ".<expires>”");
            }
            nobody(target, made(name, now() + 60, secret + "x"), "the cookie was signed with"
                    + " another SECRET");
        }

        @Test
        @DisplayName("13.2 an expired cookie is nobody's")
        void expired(Target target) {
            String secret = target.limits().get("SECRET");
            if (secret == null) return;
            for (long ago : List.of(0, 1, 3_600, 1_000_000)) {
                nobody(target, made(target.word(), now() - ago, secret), "the cookie's session"
                        + " ended " + ago + " s ago");
            }
        }

        @Test
        @DisplayName("13.2 a session comes in its cookie, never in the address")
        void neverInTheAddress(Target target) {
            String value = value(Door.of(target).login(target.word()));
            Answer answer = target.http().get("/whoami?session=" + value + "&cookie=" + value);
            if (answer.expectStatus(200).json().path("name").isNull()) return;
            throw answer.fail("a session in the address is logged by each proxy: it counts for"
                    + " nothing there");
        }

        @Test
        @DisplayName("13.2 what is no login is refused with a sentence")
        void noLogin(Target target) {
            for (String body : List.of("", "{", "[]", "{}", "{\"name\": 7}", "{\"name\": \"\"}",
                    "{\"name\": \"a.b\"}", "{\"name\": \"" + "x".repeat(21) + "\"}")) {
                Answer answer = target.http().post("/login", JSON, body).expectStatus(400);
                if (!answer.json().path("error").isTextual()
                        || answer.header("Set-Cookie") != null) {
                    throw answer.fail("“" + body + "” is no login: {\"error\": …}, and no cookie");
                }
            }
            target.http().post("/login", "text/plain", "{\"name\": \"ada\"}").expectStatus(415);
        }

        @Test
        @Star
        @DisplayName("13.2 when a session ends, its connections are closed with 1008")
        void ends(Target target) {
            String secret = target.limits().get("SECRET");
            if (secret == null) {
                throw new TestAbortedException("a session that ends within two seconds can be made"
                        + " only with the server's SECRET: check it without --url");
            }
            String name = target.word();
            Door door = Door.of(target);
            try (Events longer = door.enter(name)) {
                long seconds = 2;
                while (!endWith(target, door, name, seconds, secret)) seconds *= 2;
                longer.send("rooms", Map.of());
                longer.expect("rooms"); // the same person, in a session that goes on
            }
        }

        /** False where this machine was so busy that the session was over before it began. */
        private static boolean endWith(Target target, Door door, String name, long seconds,
                String secret) {
            long end = now() + seconds;
            String cookie = "Cookie: session=" + made(name, end, secret);
            try (Events one = door.open(cookie); Events two = door.open(cookie)) {
                long millis = end * 1_000 - Instant.now().toEpochMilli()
                        + target.limit("BEAT_MS", 1_000) + 1_000;
                for (Events each : List.of(one, two)) {
                    Frame came = each.socket().frameOrEnd(Duration.ofMillis(millis + 1_000));
                    if (came == null || came.opcode() != Frame.CLOSE
                            || came.closeCode() != 1008) {
                        throw each.fail("its session is over, so its connection must be closed with"
                                + " 1008, but got " + (came == null ? "nothing" : came));
                    }
                    if (Instant.now().getEpochSecond() < end) {
                        throw each.fail("it was closed before its session ended");
                    }
                }
                return true;
            } catch (AssertionError failed) {
                if (failed.getMessage().contains("401") && now() >= end) return false;
                throw failed;
            }
        }
    }

    @Exercise(id = "13.3", title = "Whose address is it",
            hints = {
                "Each proxy writes at the end of the list whom it has seen. Which of the entries"
                    + " has a proxy of ours written, and which may a client have made up?",
                "Begin with the peer and go from the right: while the one that you have is trusted,"
                    + " take the entry before it. List.of(text.split(\",\")).reversed() goes"
                    + " backwards. For the star: String.join(\",\", forwarded) makes one list of"
                    + " all lines, and Addresses.literal(hop.strip()) is null where the walk ends.",
                "String address = peer; for (String hop : List.of(String.join(\",\","
                    + " forwarded).split(\",\")).reversed()) { if (!TRUSTED.contains(address))"
                    + " break; String before = Addresses.literal(hop.strip()); if (before == null)"
                    + " break; address = before; } return address; and isSecure: return"
                    + " TRUSTED.contains(peer) && \"https\".equals(proto);"
            },
            starter = "behind the proxy")
    class WhoseAddress {
        @Test
        @DisplayName("13.3 behind a proxy each has an address, and places, of its own")
        void places(Target target) {
            long most = target.limit("PER_ADDRESS", 1_000);
            if (knowsNoProxy(target) || most > 100) return; // 1,001 connections are a bar's
            try (var proxy = ForwardingProxy.to(target)) {
                Target outside = proxy.outside(target);
                Door door = Door.of(outside);
                String cookie = Door.of(target).login(target.word());
                String crowd = outer(target);
                String other = outer(target);
                proxy.saying(crowd);
                var open = new ArrayList<Events>();
                try {
                    while (open.size() < most) open.add(enter(open.size(), crowd, door, cookie));
                    proxy.saying(other);
                    open.add(enter(0, other, door, cookie));
                    proxy.saying(crowd);
                    Answer late = door.expectRefused(door.ask(cookie), 429, most + " connections of"
                            + " " + crowd + " are open, PER_ADDRESS=" + most);
                    late.expectHeader("Retry-After", "1");
                    open.getFirst().close();
                    long end = System.nanoTime() + FREE_MS * 1_000_000;
                    while (door.ask(cookie).status() != 101) {
                        if (System.nanoTime() > end) {
                            throw late.fail("a connection of " + crowd + " has ended, so its place"
                                    + " is free within 2 s");
                        }
                        LockSupport.parkNanos(20_000_000);
                    }
                } finally {
                    open.forEach(Events::close);
                }
            }
        }

        private static Events enter(int before, String address, Door door, String cookie) {
            try {
                return door.open(cookie);
            } catch (AssertionError refused) {
                String said = refused.getMessage();
                String why = said.contains("429") ? "behind the proxy everybody is one address: "
                        + address + " has " + before + " connections, and is shut out for what"
                        + " others have open" : said.contains("403") ? "our page comes through a"
                        + " proxy that says “X-Forwarded-Proto: http”, but as a page from http it"
                        + " is refused" : null;
                if (why == null) throw refused;
                throw new AssertionError(why + "\n" + said, refused);
            }
        }

        @Test
        @DisplayName("13.3 the address is the last that is no proxy of ours")
        void walk(Target target) {
            String client = outer(target);
            String forged = outer(target);
            is(target, "127.0.0.1", "there is no X-Forwarded-For");
            is(target, client, "our proxy says it", client);
            is(target, client, "what stands before it was made up by the client",
                    forged + ", " + client);
            is(target, client, "10.0.0.7 is a proxy of ours, too", client + ", 10.0.0.7");
            is(target, client, "10.0.0.7 is a proxy of ours, and what stands before the client's"
                    + " address was made up by the client", forged + ", " + client + ", 10.0.0.7");
            is(target, client, "the client has made up a proxy of ours",
                    forged + ",10.0.0.7,\t" + client + " ,10.0.0.7");
        }

        @Test
        @DisplayName("13.3 who is no proxy of ours may say what it likes")
        void untrusted(Target target) {
            String own = "127.0.0.2";
            for (String header : List.of("X-Forwarded-For: " + outer(target),
                    "X-Forwarded-For: 10.0.0.7", "X-Forwarded-Proto: https")) {
                try (RawClient client = RawClient.connectFrom(own, target.host(), target.port())) {
                    if (client == null) return; // no second address here; elsewhere there is
                    client.send("GET /whoami HTTP/1.1\r\nHost: " + target.http().authority()
                            + "\r\nConnection: close\r\n" + header + "\r\n\r\n");
                    Answer answer = RawHttp.answer(client, "GET");
                    JsonNode who = answer.expectStatus(200).json();
                    if (!who.path("address").asText().equals(own)) {
                        throw answer.fail("a client at " + own + ", which is not one of TRUSTED,"
                                + " says “" + header + "” and is believed: "
                                + who.path("address"));
                    }
                    if (who.path("secure").asBoolean()) {
                        throw answer.fail("a client at " + own + ", which is not one of TRUSTED,"
                                + " says “" + header + "” and is believed");
                    }
                }
            }
        }

        @Test
        @DisplayName("13.3 secure is what a proxy of ours says that it is")
        void secure(Target target) {
            if (knowsNoProxy(target)) return;
            var says = new LinkedHashMap<String, Boolean>();
            says.put("X-Forwarded-Proto: https", true);
            says.put("X-Forwarded-Proto: http", false);
            says.put("X-Forwarded-Proto: httpsx", false);
            says.put("X-Forwarded-Protocol: https", false);
            says.forEach((header, isSecure) -> {
                Answer answer = target.http().get("/whoami", header).expectStatus(200);
                if (answer.json().path("secure").asBoolean(!isSecure) == isSecure) return;
                throw answer.fail("a proxy of ours says “" + header + "”, so \"secure\" is "
                        + isSecure);
            });
            String cookie = Door.of(target).login(target.word());
            String host = target.http().authority();
            Answer answer = Door.of(target).ask(cookie, "X-Forwarded-Proto: https",
                    "Origin: https://" + host);
            if (answer.status() == 101) return;
            throw answer.fail("behind a proxy with https our page comes from https://" + host
                    + ", so it must come in, but got " + answer.status());
        }

        @Test
        @Star
        @DisplayName("13.3 all lines are one list")
        void oneList(Target target) {
            String client = outer(target);
            is(target, client, "two lines are one list, in their order", client, "10.0.0.7");
            is(target, client, "two lines are one list, in their order", outer(target), client);
            is(target, client, "three lines are one list, in their order",
                    outer(target) + "," + client, "10.0.0.7, 127.0.0.1", "10.0.0.7");
        }

        @Test
        @Star
        @DisplayName("13.3 if all are trusted, it is the leftmost")
        void allTrusted(Target target) {
            is(target, "10.0.0.7", "all in the list are proxies of ours", "10.0.0.7, 127.0.0.1");
            is(target, "10.0.0.7", "all in the list are proxies of ours", "10.0.0.7");
        }

        @Test
        @Star
        @DisplayName("13.3 what is no address ends the walk, and no name is looked up")
        void noAddress(Target target) {
            String client = outer(target);
            for (String word : List.of("unknown", "localhost", client + ":4711", "[::1]",
                    "1.2.3", "0x7f.1.1.1", "300.1.1.1", "_hidden", "\"127.0.0.1\"")) {
                is(target, "127.0.0.1", "“" + word + "” is no address, so the walk ends before it",
                        client + ", " + word);
                is(target, "10.0.0.7", "“" + word + "” is no address, so the walk ends before it",
                        client + ", " + word + ", 10.0.0.7");
            }
        }

        @Test
        @Star
        @DisplayName("13.3 IPv6, in whatever spelling")
        void six(Target target) {
            is(target, "2001:db8::9", "it is an IPv6 address", "2001:DB8:0::9");
            is(target, "2001:db8::9", "2001:db8::7 is a proxy of ours", "2001:db8::9, 2001:db8::7");
            is(target, "2001:db8::9", "2001:db8::7 is a proxy of ours, however it is written",
                    "2001:db8::9, 2001:0DB8:0:0:0:0:0:7");
        }

        private static void is(Target target, String expected, String why, String... lines) {
            if (knowsNoProxy(target)) return;
            Answer answer = target.http().get("/whoami", Stream.of(lines)
                    .map(line -> "X-Forwarded-For: " + line).toArray(String[]::new));
            String came = answer.expectStatus(200).json().path("address").asText();
            if (isSame(expected, came)) return;
            throw answer.fail((lines.length == 0 ? "" : "X-Forwarded-For: "
                    + String.join(" | ", lines) + " — ") + why + ", so behind the proxy the address"
                    + " is " + expected + ", not " + came);
        }

        private static boolean isSame(String expected, String came) {
            try {
                return came.matches("[0-9A-Fa-f:.]+")
                        && InetAddress.ofLiteral(came).equals(InetAddress.ofLiteral(expected));
            } catch (IllegalArgumentException none) {
                return false;
            }
        }

        /** An address somewhere in the world, from a range that is kept for examples. */
        private static String outer(Target target) {
            return "203.0.113." + target.number(1, 254);
        }

        /** With --url: whom that server trusts, nobody here can know. */
        private static boolean knowsNoProxy(Target target) {
            return !target.limits().getOrDefault("TRUSTED", "").contains("127.0.0.1");
        }
    }

    @Exercise(id = "13.4", title = "Not so fast",
            hints = {
                "Think of a bucket with BURST tokens that gets RATE new ones a second, up to BURST;"
                    + " each event takes one. Whose bucket is it, when a person has ten"
                    + " connections? And when somebody hangs up and comes again?",
                "A map from names to buckets. Nothing needs to run in the background: whoever looks"
                    + " into a bucket fills it first, by the time since the last look: tokens +"
                    + " seconds * RATE, at most BURST. A refused event takes nothing. For the star:"
                    + " member.refusals() >= BURST.",
                "long now = System.nanoTime(); Bucket bucket ="
                    + " buckets.computeIfAbsent(member.name(), _ -> new Bucket());"
                    + " bucket.tokens = Math.min(BURST, bucket.tokens + (now -"
                    + " bucket.at) / 1e9 * RATE); bucket.at = now; if (bucket.tokens >= 1) {"
                    + " bucket.tokens -= 1; return 0; } return (long) Math.ceil((1 -"
                    + " bucket.tokens) * 1_000 / RATE); where class Bucket has double tokens ="
                    + " BURST; long at = System.nanoTime();"
            },
            starter = "at once")
    class NotSoFast {
        @Test
        @DisplayName("13.4 so many at once are taken, and hardly more")
        void soManyAtOnce(Target target) {
            try (Events ada = Door.of(target).enter(target.word())) {
                long begun = System.nanoTime();
                int sent = burst(target) * 3 / 2;
                flood(ada, sent);
                expectAccepted(target, ada, accepted(target, ada, sent), begun, burst(target),
                        "one connection sent");
            }
        }

        @Test
        @DisplayName("13.4 ten connections of a person are not ten times as fast")
        void tenConnections(Target target) {
            Door door = Door.of(target);
            String name = target.word();
            String cookie = door.login(name);
            List<Events> all = IntStream.range(0, 10).mapToObj(_ -> door.open(cookie)).toList();
            try (Events other = door.enter(target.word())) {
                int each = burst(target) / 2;
                long begun = System.nanoTime();
                all.forEach(ada -> flood(ada, each));
                int accepted = all.stream().mapToInt(ada -> accepted(target, ada, each)).sum();
                expectAccepted(target, all.getFirst(), accepted, begun, burst(target),
                        "ten connections of one person together sent");
                flood(other, 3);
                if (accepted(target, other, 3) < 3) {
                    throw other.fail("somebody else was too fast, and this person is refused for"
                            + " it");
                }
            } finally {
                all.forEach(Events::close);
            }
        }

        @Test
        @DisplayName("13.4 hanging up, coming again and logging in anew change nothing")
        void comesAgain(Target target) {
            Door door = Door.of(target);
            String name = target.word();
            String cookie = door.login(name);
            long begun = System.nanoTime();
            int accepted = 0;
            int tries = 4;
            for (int i = 0; i < tries; i++) {
                try (Events ada = door.open(i == tries - 1 ? door.login(name) : cookie)) {
                    int sent = i == 0 ? burst(target) : burst(target) / 2;
                    flood(ada, sent);
                    accepted += accepted(target, ada, sent);
                    if (i < tries - 1) continue;
                    expectAccepted(target, ada, accepted, begun, burst(target), "one person, who"
                            + " hung up and came again three times, sent");
                }
            }
        }

        @Test
        @DisplayName("13.4 tokens come back continuously, and never more than BURST")
        void refills(Target target) {
            int burst = burst(target);
            try (Events ada = Door.of(target).enter(target.word())) {
                flood(ada, 1);
                accepted(target, ada, 1);
                pause(1_000); // would be RATE tokens beyond BURST
                long begun = System.nanoTime();
                flood(ada, burst * 3 / 2);
                expectAccepted(target, ada, accepted(target, ada, burst * 3 / 2), begun, burst,
                        "after a second of silence one connection sent");
                int rate = rate(target);
                begun = System.nanoTime();
                pause(1_000);
                flood(ada, rate + burst / 2);
                expectAccepted(target, ada, accepted(target, ada, rate + burst / 2), begun,
                        Math.min(burst, rate) - 1, "a second after the last token was taken, one"
                                + " connection sent");
            }
        }

        @Test
        @DisplayName("13.4 a refusal costs nothing: after retryMs the next one is taken")
        void retryMs(Target target) {
            try (Events ada = Door.of(target).enter(target.word())) {
                flood(ada, burst(target) + 5);
                accepted(target, ada, burst(target) + 5);
                long retryMs = 0;
                for (int i = 0; i < 3; i++) { // each one costs nothing
                    flood(ada, 1);
                    JsonNode data = answered(ada);
                    if (data.has("retryMs")) {
                        retryMs = expectSoon(target, ada, data.path("retryMs"));
                    }
                    pause(20);
                }
                pause(retryMs);
                flood(ada, 1);
                if (accepted(target, ada, 1) == 0) {
                    throw ada.fail("it waited for as many milliseconds as retryMs said, " + retryMs
                            + ", and is refused again");
                }
            }
        }

        @Test
        @DisplayName("13.4 every frame counts, nonsense and binary too")
        void everyFrame(Target target) {
            int burst = burst(target);
            try (Events ada = Door.of(target).enter(target.word())) {
                long begun = System.nanoTime();
                int sent = burst * 3 / 2;
                for (int i = 0; i < sent; i++) {
                    if (i % 3 == 0) ada.sendRaw("{\"event\": ");
                    else if (i % 3 == 1) ada.socket().sendBinary(new byte[3]);
                    else ada.send("no-such-event", Map.of());
                }
                expectAccepted(target, ada, accepted(target, ada, sent), begun, burst,
                        "one connection sent nonsense,");
            }
        }

        @Test
        @DisplayName("13.4 what is refused changes nothing, and is told by error or ack")
        void changesNothing(Target target) {
            Door door = Door.of(target);
            String room = target.word();
            String name = target.word();
            int sent = burst(target) * 3 / 2;
            try (Events ada = door.enter(name); Events bob = door.enter(target.word())) {
                for (Events each : List.of(ada, bob)) {
                    each.send("join", Map.of("room", room), 1);
                    each.expectAck(1);
                }
                for (int i = 0; i < sent; i++) {
                    ada.send("say", Map.of("room", room, "text", "" + i), i % 2 == 0 ? i : null);
                }
                var taken = new ArrayList<String>();
                for (int acks = 0, errors = 0; acks < sent / 2 || errors + taken.size() < sent; ) {
                    JsonNode came = ada.next();
                    JsonNode data = came.path("data");
                    switch (came.path("event").asText()) {
                        case "said" -> taken.add(data.path("text").asText());
                        case "ack" -> {
                            acks++;
                            if (data.has("error")) errors++;
                        }
                        default -> errors++;
                    }
                    if (data.has("error") && (data.path("error").asText().isBlank()
                            || data.path("retryMs").asLong() <= 0)) {
                        throw ada.fail("what was too fast is answered with {\"error\": …,"
                                + " \"retryMs\": n}, n at least 1, but got " + came);
                    }
                }
                for (String text : taken) {
                    if (bob.expect("said").path("text").asText().equals(text)) continue;
                    throw bob.fail("what was refused was heard by others all the same");
                }
                bob.send("rooms", Map.of());
                bob.expect("rooms");
            }
        }

        @Test
        @Star
        @DisplayName("13.4 who does not stop is closed with 1008; the person's others stay")
        void closed(Target target) {
            Door door = Door.of(target);
            int burst = burst(target);
            String cookie = door.login(target.word());
            try (Events ada = door.open(cookie); Events hers = door.open(cookie);
                    Events bob = door.enter(target.word())) {
                flood(hers, 1);
                answered(hers);
                for (int i = 0; i < 10; i++) flood(ada, burst);
                int refused = 0; // the last ones, without one that was taken between them
                while (true) {
                    Frame came = ada.socket().message();
                    if (came.opcode() == Frame.CLOSE) {
                        if (came.closeCode() == 1008) break;
                        throw ada.fail("who does not stop is closed with 1008, but got " + came);
                    }
                    refused = came.text().contains("\"retryMs\"") ? refused + 1 : 0;
                    if (refused > burst + 1) {
                        throw ada.fail(refused + " events in a row were refused, BURST=" + burst
                                + ", so the connection must be closed with 1008");
                    }
                }
                if (refused < burst) {
                    throw ada.fail("it was closed after " + refused + " refusals in a row, but"
                            + " BURST=" + burst + " are borne");
                }
                for (Events each : List.of(hers, bob)) {
                    flood(each, 1);
                    answered(each); // refused or not, it is still there
                }
            }
        }

        @Test
        @Star
        @DisplayName("13.4 one that was taken begins the count of refusals anew")
        void forgives(Target target) {
            int burst = burst(target);
            try (Events ada = Door.of(target).enter(target.word())) {
                flood(ada, burst);
                accepted(target, ada, burst);
                for (int refused = 0; refused < 2 * burst; ) {
                    int some = burst / 2;
                    flood(ada, some);
                    refused += some - accepted(target, ada, some);
                    pause(1_000 / rate(target) + 20);
                    flood(ada, 1);
                    accepted(target, ada, 1);
                }
            }
        }

        private static void flood(Events client, int events) {
            for (int i = 0; i < events; i++) client.send("no-such-event", Map.of(), i);
        }

        /** The data of the next answer. */
        private static JsonNode answered(Events client) {
            JsonNode came = client.next();
            JsonNode data = came.path("data");
            if (data.path("error").isTextual()) return data;
            throw client.fail("an event that nobody knows is answered by an error, or its ack, with"
                    + " a sentence; but got " + came);
        }

        /** Reads so many answers; gives how many of the events were not too fast. */
        private static int accepted(Target target, Events client, int answers) {
            int accepted = 0;
            for (int i = 0; i < answers; i++) {
                JsonNode data = answered(client);
                if (!data.has("retryMs")) {
                    accepted++;
                } else {
                    expectSoon(target, client, data.path("retryMs"));
                }
            }
            return accepted;
        }

        /** To the next token it is at most as long as one takes to come. */
        private static long expectSoon(Target target, Events client, JsonNode retryMs) {
            long most = 1_000 / rate(target) + 1;
            if (retryMs.isIntegralNumber() && retryMs.asLong() >= 1 && retryMs.asLong() <= most) {
                return retryMs.asLong();
            }
            throw client.fail("RATE=" + rate(target) + ", and a refusal costs nothing, so the next"
                    + " token is at most " + most + " ms away; but retryMs is " + retryMs);
        }

        /** @param begun before the first of them was sent: meanwhile tokens have come, too */
        private static void expectAccepted(Target target, Events client, int accepted, long begun,
                int least, String who) {
            double seconds = (System.nanoTime() - begun) / 1e9;
            int most = (int) (Math.min(least, burst(target)) + rate(target) * seconds + 1);
            String limits = " (BURST=" + burst(target) + ", RATE=" + rate(target) + ")";
            if (accepted > most) {
                throw client.fail(String.format(Locale.ROOT, "%s too much at once, and %d were"
                        + " accepted: in %.1f s that is at most %d%s", who, accepted, seconds,
                        most, limits));
            }
            if (accepted < least) {
                throw client.fail(who + " events, and only " + accepted + " were accepted: at"
                        + " least " + least + " may come" + limits);
            }
        }

        private static int burst(Target target) {
            return (int) target.limit("BURST", 100);
        }

        private static int rate(Target target) {
            return (int) target.limit("RATE", 20);
        }
    }

    // ---- what the tests share -----------------------------------------------------------------

    private static String ours(Target target) {
        return "http://" + target.http().authority();
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static long later() {
        return now() + 3_600;
    }

    /** Behind “Cookie: session=”. */
    private static String value(String cookie) {
        return cookie.substring("Cookie: session=".length());
    }

    private static JsonNode whoami(Target target, String cookie) {
        return target.http().get("/whoami", cookie).expectStatus(200).json();
    }

    private static void nobody(Target target, String value, String why) {
        Door door = Door.of(target);
        door.expectRefused(door.ask("Cookie: session=" + value), 401, why);
    }

    /** The cookie of a server that has this secret. */
    private static String made(String name, long expires, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            String says = name + "." + expires;
            return says + "." + Base64.getUrlEncoder().withoutPadding()
                    .encodeToString(mac.doFinal(says.getBytes(UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible); // each JDK has it
        }
    }

    private static void pause(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left; (left = end - System.nanoTime()) > 0; ) LockSupport.parkNanos(left);
    }
}
