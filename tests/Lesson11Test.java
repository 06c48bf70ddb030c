package tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tests.clients.Answer;
import tests.clients.Engine;
import tests.clients.Engine.Asked;
import tests.clients.Frame;
import tests.clients.RawClient;
import tests.clients.RawHttp;
import tests.clients.RawWebSocket;
import tests.clients.WebSocketServer;
import tests.clients.WebSocketServer.Talk;

/** Knows a port, Engine.IO 4 at /engine.io/, the events resume and say, and GET /stats. */
@ExtendWith(TargetResolver.class)
@Environment({"PING_INTERVAL_MS=1200", "PING_TIMEOUT_MS=1800", "UPGRADE_TIMEOUT_MS=600",
    "BACKOFF_MS=250", "STATE_PAUSE_MS=1"})
class Lesson11Test {
    private static final String PATH = "/engine.io/";
    private static final String POLLING = PATH + "?EIO=4&transport=polling";
    private static final String WEBSOCKET = PATH + "?EIO=4&transport=websocket";
    private static final int MAX_PAYLOAD = 1_000_000;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofSeconds(2);

    @Exercise(id = "11.1", title = "Open a session",
            hints = {
                "Two things are missing: a sid that nobody can guess, and the five keys that a"
                    + " client needs. And whoever names a session that is not there must hear so,"
                    + " not get a new one.",
                "new SecureRandom().nextBytes(bytes) fills 15 bytes, Base64.getUrlEncoder()"
                    + ".withoutPadding() makes 20 letters of them. A record with the five keys as"
                    + " components becomes the JSON. find asks ctx.queryParam(\"EIO\") and so on,"
                    + " in the order of the contract; ctx.method() is a HandlerType.",
                "if (!\"4\".equals(ctx.queryParam(\"EIO\"))) throw new Denied(5, \"Unsupported"
                    + " protocol version\"); then the transport, neither \"polling\" nor"
                    + " \"websocket\": 0; then sid != null && sessions.get(sid) == null: 1; sid =="
                    + " null and not GET: 2; \"websocket\".equals(transport) != isUpgrade, or a"
                    + " method that is neither GET nor POST: 3."
            },
            starter = "these five keys")
    class Open {
        private static final int SIDS = 20;
        private static final int DIFFER = 8; // letters of two sids, at least

        @Test
        @DisplayName("11.1 a GET opens a session, and says the five keys")
        void opensByPolling(Target target) {
            Answer answer = target.http().get(POLLING).expectStatus(200);
            JsonNode open = Engine.opened(answer.text(), answer::fail);
            expectKeys(target, open, List.of("websocket"), answer::fail);
            String type = String.valueOf(answer.header("Content-Type"))
                    .replace(" ", "").toLowerCase(java.util.Locale.ROOT);
            if (!type.equals("text/plain;charset=utf-8")) {
                throw answer.fail("packets are text: expected Content-Type: text/plain;"
                        + " charset=UTF-8, but got " + answer.header("Content-Type"));
            }
            answer.expectHeader("Cache-Control", "no-store");
        }

        @Test
        @DisplayName("11.1 on a WebSocket the same is the first frame, with no upgrades")
        void opensOnWebSocket(Target target) {
            try (RawWebSocket socket = RawWebSocket.open(target, WEBSOCKET)) {
                JsonNode open = Engine.opened(socket.message().text(), socket::fail);
                expectKeys(target, open, List.of(), socket::fail);
            }
        }

        private static void expectKeys(Target target, JsonNode open, List<String> upgrades,
                Engine.Failing failing) {
            var wanted = new TreeSet<>(Set.of("sid", "upgrades", "pingInterval", "pingTimeout",
                    "maxPayload"));
            var keys = new TreeSet<String>();
            open.fieldNames().forEachRemaining(keys::add);
            if (!keys.equals(wanted)) {
                throw failing.fail("an open packet has these five keys, " + wanted + ", but got "
                        + keys);
            }
            var offered = new ArrayList<String>();
            open.path("upgrades").forEach(each -> offered.add(each.asText()));
            if (!open.path("upgrades").isArray() || !offered.equals(upgrades)) {
                throw failing.fail("upgrades is " + upgrades + " here, but got "
                        + open.path("upgrades"));
            }
            expectNumber(open, "pingInterval", target.limit("PING_INTERVAL_MS", 25_000), failing);
            expectNumber(open, "pingTimeout", target.limit("PING_TIMEOUT_MS", 20_000), failing);
            expectNumber(open, "maxPayload", MAX_PAYLOAD, failing);
        }

        private static void expectNumber(JsonNode open, String key, long wanted,
                Engine.Failing failing) {
            if (open.path(key).isIntegralNumber() && open.path(key).asLong() == wanted) return;
            throw failing.fail(key + " is " + wanted + " (milliseconds, or bytes), but got "
                    + open.path(key));
        }

        @Test
        @DisplayName("11.1 a sid is new each time, and nobody can guess it")
        void sidsAreRandom(Target target) {
            var sids = new ArrayList<String>();
            for (int i = 0; i < SIDS; i++) {
                Answer answer = target.http().get(POLLING).expectStatus(200);
                String sid = Engine.opened(answer.text(), answer::fail).path("sid").asText();
                if (!sid.matches("[A-Za-z0-9_-]{16,}")) {
                    throw answer.fail("a sid has 16 or more of A–Z, a–z, 0–9, - and _, but got “"
                            + sid + "”");
                }
                for (String before : sids) {
                    if (differ(before, sid) >= DIFFER) continue;
                    throw answer.fail("who has the sid “" + before + "” can guess “" + sid
                            + "”: a sid is random, not counted and not the same for all");
                }
                sids.add(sid);
            }
        }

        private static int differ(String one, String other) {
            int differ = Math.abs(one.length() - other.length());
            for (int i = 0; i < Math.min(one.length(), other.length()); i++) {
                if (one.charAt(i) != other.charAt(i)) differ++;
            }
            return differ;
        }

        @Test
        @DisplayName("11.1 what is not known is refused with 400 and a sentence: sid, transport,"
                + " EIO")
        void refusesTheUnknown(Target target) {
            for (String query : List.of("EIO=4&transport=polling&sid=" + target.word(),
                    "EIO=4&transport=" + target.word(), "EIO=4", "EIO=3&transport=polling",
                    "transport=polling", "")) {
                Answer answer = target.http().get(PATH + "?" + query);
                if (answer.status() != 400) {
                    throw answer.fail("“?" + query + "” is refused with 400, but got "
                            + answer.status());
                }
                expectBody(answer);
            }
            for (String query : List.of("EIO=4&transport=websocket&sid=" + target.word(),
                    "EIO=4&transport=" + target.word(), "EIO=3&transport=websocket")) {
                Answer answer = upgrade(target, query);
                if (answer.status() != 400) {
                    throw answer.fail("the upgrade of “?" + query + "” is refused with 400, but"
                            + " got " + answer.status());
                }
                answer.client().close();
            }
        }

        private static JsonNode expectBody(Answer answer) {
            JsonNode body = answer.json();
            if (body.path("code").isIntegralNumber() && body.path("message").isTextual()) {
                return body;
            }
            throw answer.fail("a refusal's body is {\"code\": number, \"message\": text}, but got "
                    + answer.text());
        }

        private static Answer upgrade(Target target, String query) {
            return RawWebSocket.ask(target, RawWebSocket.request(PATH + "?" + query,
                    target.http().authority(), RawWebSocket.freshKey()));
        }

        private static final String VERSION = "Unsupported protocol version";

        private static final String SID = "<its sid>";

        private record Bad(String method, String query, int code, String message) {}

        @Test
        @Star
        @DisplayName("11.1 refusals have their number and words, in one order")
        void refusesInOrder(Target target) {
            String nobody = target.word();
            for (Bad bad : List.of(
                    new Bad("GET", "EIO=3&transport=x&sid=y", 5, VERSION),
                    new Bad("PUT", "EIO=44&transport=polling", 5, VERSION),
                    new Bad("POST", "transport=polling", 5, VERSION),
                    new Bad("GET", "EIO=4&transport=Polling&sid=" + nobody, 0,
                            "Transport unknown"),
                    new Bad("POST", "EIO=4", 0, "Transport unknown"),
                    new Bad("PUT", "EIO=4&transport=websocket&sid=" + nobody, 1,
                            "Session ID unknown"),
                    new Bad("POST", "EIO=4&transport=polling&sid=" + nobody, 1,
                            "Session ID unknown"),
                    new Bad("GET", "EIO=4&transport=polling&sid=", 1, "Session ID unknown"),
                    new Bad("POST", "EIO=4&transport=polling", 2, "Bad handshake method"),
                    new Bad("PUT", "EIO=4&transport=websocket", 2, "Bad handshake method"),
                    new Bad("DELETE", "EIO=4&transport=polling&sid=" + SID, 3,
                            "Bad request"),
                    new Bad("GET", "EIO=4&transport=websocket", 3, "Bad request"),
                    new Bad("GET", "EIO=4&transport=websocket&sid=" + SID, 3,
                            "Bad request"))) {
                byte[] body = bad.method().equals("GET") ? null : new byte[0];
                if (!bad.query().endsWith(SID)) {
                    expect(bad, target.http().request(bad.method(), PATH + "?" + bad.query(),
                            body));
                    continue;
                }
                try (Engine polls = Engine.polling(target, PATH)) { // so none lives for long
                    expect(bad, target.http().request(bad.method(), PATH + "?"
                            + bad.query().replace(SID, polls.sid()), body));
                }
            }
            for (Bad bad : List.of(
                    new Bad("GET", "EIO=5&transport=polling", 5, VERSION),
                    new Bad("GET", "EIO=4&transport=ws&sid=" + nobody, 0, "Transport unknown"),
                    new Bad("GET", "EIO=4&transport=polling&sid=" + nobody, 1,
                            "Session ID unknown"),
                    new Bad("GET", "EIO=4&transport=polling", 3, "Bad request"))) {
                Answer answer = upgrade(target, bad.query());
                if (answer.status() == 101) {
                    throw answer.fail("the upgrade of “?" + bad.query() + "” is refused, "
                            + bad.message() + ", but got 101");
                }
                answer.client().close();
                answer.expectStatus(400);
            }
        }

        private static void expect(Bad bad, Answer answer) {
            String what = bad.method() + " ?" + bad.query();
            if (answer.status() != 400) {
                throw answer.fail(what + " is refused with 400, but got " + answer.status());
            }
            JsonNode body = expectBody(answer);
            if (body.path("code").asInt() == bad.code()
                    && body.path("message").asText().equals(bad.message())) return;
            throw answer.fail(what + " is refused with " + bad.code() + ", " + bad.message()
                    + ", but got " + answer.text());
        }
    }

    @Exercise(id = "11.2", title = "Long polling, both ways", needs = "11.1",
            hints = {
                "post is a loop: the packets of a body, one after the other, to take. get is lesson"
                    + " 05 again: under the session's lock wait until something waits for the"
                    + " client, then give all of it and forget it.",
                "Hold.until(session, () -> …, () -> session.probed) waits; its first question is"
                    + " what ends the waiting: waiting is not empty, over, or socket is there."
                    + " Behind it a session that has moved answers with Denied(3, \"Bad request\"),"
                    + " one that is over with 1, and one with nothing with 6. getting says that a"
                    + " GET is held, posting that a body is coming.",
                "synchronized (session) { if (session.getting) session.end(); if (session.over"
                    + " || session.socket != null) throw new Denied(3, \"Bad request\");"
                    + " session.getting = true; try { Hold.until(…); } finally { session.getting ="
                    + " false; } … ctx.result(Packet.body(session.waiting));"
                    + " session.waiting.clear(); } — post: readNBytes(MAX_PAYLOAD + 1) outside of"
                    + " the lock, decodeBody, look at all packets, then for each take."
            },
            starter = "so a GET is held")
    class Polling {
        @Test
        @DisplayName("11.2 a GET is held until there is something for it")
        void holds(Target target) {
            try (Engine session = Engine.polling(target, PATH); Asked held = session.ask()) {
                held.expectHeld("nothing waits for this session");
                String word = target.word();
                session.send("4" + word);
                held.answer().expectStatus(200).expectBody("4" + word);
            }
        }

        @Test
        @DisplayName("11.2 a POST is answered ok, and its packets come back in order, text and"
                + " binary, in one body")
        void echoes(Target target) {
            try (Engine session = Engine.polling(target, PATH)) {
                byte[] bytes = new byte[300];
                target.random().nextBytes(bytes);
                String binary = "b" + Base64.getEncoder().encodeToString(bytes);
                String text = "4" + target.word() + " Grüße, 你好 👋\r\n";
                session.send(text, binary, "4", "4" + target.word());
                Answer answer = session.get().expectStatus(200);
                List<String> packets = List.of(answer.text().split(Engine.SEPARATOR, -1));
                if (packets.size() < 4) {
                    throw answer.fail("four packets waited, so a GET answers four, with U+001E"
                            + " between them, but got " + packets.size());
                }
                if (!packets.subList(0, 3).equals(List.of(text, binary, "4"))) {
                    throw answer.fail("the packets come back in their order and as they were,"
                            + " but got " + answer.text());
                }
            }
        }

        @Test
        @DisplayName("11.2 all that waits comes with the next GET, in order, and once")
        void keeps(Target target) {
            try (Engine session = Engine.polling(target, PATH);
                    Engine other = Engine.polling(target, PATH)) {
                var all = new ArrayList<String>();
                for (int i = 0; i < 30; i++) {
                    String packet = "4" + i + " " + target.word();
                    all.add(packet);
                    session.send(packet);
                }
                other.send("4" + target.word());
                Answer answer = session.get().expectStatus(200);
                var came = new ArrayList<>(List.of(answer.text().split(Engine.SEPARATOR, -1)));
                came.removeIf("2"::equals);
                if (!came.equals(all)) {
                    throw answer.fail("30 packets waited for this session, so one GET answers all"
                            + " of them, in order, but got " + came.size());
                }
                String next = "4" + target.word();
                session.send(next);
                session.expect(next, "what was answered once does not come again");
            }
        }

        @Test
        @DisplayName("11.2 a thousand packets in one body are no trouble")
        void takesMany(Target target) {
            try (Engine session = Engine.polling(target, PATH)) {
                var all = new String[1_000];
                for (int i = 0; i < all.length; i++) all[i] = "4" + i;
                session.send(all);
                for (String each : all) session.expect(each, "1,000 packets came in one body");
            }
        }

        @Test
        @Star
        @DisplayName("11.2 of two GETs at once the second is refused, the first gets 1, and the"
                + " session is over")
        void refusesTwoGets(Target target) {
            Engine session = Engine.polling(target, PATH);
            try (Asked first = session.ask()) {
                first.expectHeld("nothing waits for this session");
                Answer second = session.get();
                boolean swapped = second.status() == 200 && second.text().equals("1");
                if (second.status() != 400 && !swapped) { // where they came the other way round
                    throw second.fail("a second GET while one is held is refused with 400, but got"
                            + " " + second.status() + " " + second.text());
                }
                Answer answer = first.answer();
                if (swapped ? answer.status() != 400
                        : answer.status() != 200 || !answer.text().equals("1")) {
                    throw answer.fail("the first of two GETs gets 1, a close, the second 400, but"
                            + " got " + answer.status() + " “" + answer.text() + "”, and "
                            + second.status());
                }
                expectOver(target, session, "two GETs came at once");
            }
        }

        @Test
        @Star
        @DisplayName("11.2 a second POST while the first one's body is coming ends the session")
        void refusesTwoPosts(Target target) {
            Engine session = Engine.polling(target, PATH);
            try (RawClient first = target.connect()) {
                first.send("POST " + session.address() + " HTTP/1.1\r\nHost: "
                        + target.http().authority() + "\r\nContent-Length: 6\r\n\r\n4hal");
                awaitPosting(target, session);
                expectOver(target, session, "two POSTs came at once");
                Answer answer = RawHttp.answer(first.send("lo"), "POST");
                if (answer.status() != 400) {
                    throw answer.fail("the session ended while this body came, so it is refused"
                            + " with 400, but got " + answer.status());
                }
            }
        }

        /** A second POST, until it is seen that the first has begun. */
        private static void awaitPosting(Target target, Engine session) {
            long deadline = System.nanoTime() + SOON.toNanos();
            while (session.post("4x").status() == 200) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("a second POST while the first one's body is still"
                            + " coming is refused with 400, but it was answered 200");
                }
            }
        }

        @Test
        @Star
        @DisplayName("11.2 a body that is none ends the session, and none of its packets is done")
        void refusesBadBodies(Target target) {
            var bad = new LinkedHashMap<String, String>();
            bad.put("", "an empty body");
            bad.put("4a" + Engine.SEPARATOR, "an empty packet");
            bad.put("abc", "a packet without a number");
            bad.put("4a" + Engine.SEPARATOR + "9", "a packet with another number");
            for (String type : List.of("0", "2", "5", "6", "2probe")) {
                bad.put("4a" + Engine.SEPARATOR + type, "the packet " + type
                        + ", which no client may send here");
            }
            bad.put("4a" + Engine.SEPARATOR + "bAQID*", "base64 that is none");
            bad.forEach((body, what) -> {
                Engine session = Engine.polling(target, PATH);
                Answer answer = session.post(body);
                if (answer.status() != 400) {
                    throw answer.fail(what + " is refused with 400, but got " + answer.status());
                }
                expectOver(target, session, what + " came");
            });
        }

        @Test
        @Star
        @DisplayName("11.2 exactly 1,000,000 bytes pass, one more gets 413 and ends the session")
        void limitsBodies(Target target) {
            try (Engine session = Engine.polling(target, PATH)) {
                Answer taken = session.post("4" + "x".repeat(MAX_PAYLOAD - 1));
                if (taken.status() != 200) {
                    throw taken.fail("a body of exactly 1,000,000 bytes is taken, but got "
                            + taken.status());
                }
                int length = session.next().length();
                if (length != MAX_PAYLOAD) {
                    throw session.fail("a body of exactly 1,000,000 bytes comes back whole, but "
                            + length + " letters came");
                }
            }
            Engine session = Engine.polling(target, PATH);
            Answer answer = session.post("4" + "x".repeat(MAX_PAYLOAD));
            if (answer.status() != 413) {
                throw answer.fail("a body of 1,000,001 bytes is refused with 413, but got "
                        + answer.status());
            }
            expectOver(target, session, "a body was too long");
        }

        @Test
        @Star
        @DisplayName("11.2 line ends inside of base64 are skipped")
        void skipsLineEnds(Target target) {
            try (Engine session = Engine.polling(target, PATH)) {
                session.send("bAQID\nBAUG\r\nBw==\n");
                session.expect("bAQIDBAUGBw==", "Java's own client breaks base64 into lines");
            }
        }
    }

    @Exercise(id = "11.3", title = "Heartbeat", needs = "11.2",
            hints = {
                "Two times follow each other: PING_INTERVAL_MS until the server asks, and then"
                    + " PING_TIMEOUT_MS for the answer. A 3 begins anew with the first.",
                "Clock.after(PING_INTERVAL_MS, () -> ping(session)) calls a method of yours later."
                    + " It sends new Packet(Packet.PING), and sets the next alarm, which ends the"
                    + " session. alive takes back whichever alarm is set: session.alarm.cancel("
                    + "false).",
                "void alive(Session session) { synchronized (session) { if (session.over) return;"
                    + " if (session.alarm != null) session.alarm.cancel(false); session.alarm ="
                    + " Clock.after(PING_INTERVAL_MS, () -> ping(session)); } } — ping: under the"
                    + " lock and unless over, session.send(new Packet(Packet.PING)) and"
                    + " session.alarm = Clock.after(PING_TIMEOUT_MS, () -> session.end());"
            },
            starter = "no ping came")
    class Heartbeat {
        @Test
        @DisplayName("11.3 a ping goes out PING_INTERVAL_MS after the opening, and after each pong")
        void pings(Target target) {
            long interval = target.limit("PING_INTERVAL_MS", 25_000);
            long opened = System.nanoTime();
            try (Engine polls = Engine.polling(target, PATH); Asked held = polls.ask();
                    Engine lives = Engine.webSocket(target, PATH)) {
                expectPing(lives, opened, interval, "the opening");
                long ponged = System.nanoTime();
                lives.send("3");
                Answer answer = held.answerWithin(SOON, "PING_INTERVAL_MS=" + interval
                        + ", and no ping came to the held GET of a session that polls");
                if (answer.status() != 200 || !answer.text().equals("2")) {
                    throw answer.fail("PING_INTERVAL_MS=" + interval + ", and no ping came to the"
                            + " held GET, but " + answer.status() + " “" + answer.text() + "”");
                }
                expectPing(lives, ponged, interval, "the last pong");
            }
        }

        private static void expectPing(Engine session, long since, long interval, String what) {
            Frame frame = session.socket().frameOrEnd(Duration.ofMillis(interval + 1_000));
            if (frame == null || !frame.text().equals("2")) {
                throw session.fail("PING_INTERVAL_MS=" + interval + ", and no ping came in "
                        + (interval + 1_000) + " ms after " + what
                        + (frame == null ? "" : ", but " + frame));
            }
            expectNotEarly(since, interval, session::fail);
        }

        private static void expectNotEarly(long since, long interval, Engine.Failing failing) {
            long after = (System.nanoTime() - since) / 1_000_000;
            if (after >= interval - 20) return;
            throw failing.fail("PING_INTERVAL_MS=" + interval + ", but a ping came after " + after
                    + " ms");
        }

        @Test
        @DisplayName("11.3 without a pong in PING_TIMEOUT_MS the session is over")
        void countsOut(Target target) {
            long limit = target.limit("PING_INTERVAL_MS", 25_000)
                    + target.limit("PING_TIMEOUT_MS", 20_000);
            Engine silent = Engine.polling(target, PATH);
            Engine held = Engine.polling(target, PATH);
            long since = System.nanoTime();
            try (Engine mute = Engine.webSocket(target, PATH)) {
                answer(held, "2");
                Answer closed;
                try (Asked last = held.ask()) {
                    closed = last.answerWithin(SOON.plusMillis(limit).minusNanos(System.nanoTime()
                            - since), "no pong came in PING_TIMEOUT_MS="
                            + target.limit("PING_TIMEOUT_MS", 20_000) + " after the ping, so the"
                            + " session is over and its held GET gets 1, but it is still held");
                }
                if (!closed.text().equals("1")) {
                    throw closed.fail("a GET that is held when its session ends gets 1, but got “"
                            + closed.text() + "”");
                }
                long after = (System.nanoTime() - since) / 1_000_000;
                if (after < limit - 100) {
                    throw closed.fail("a client has PING_TIMEOUT_MS for its pong, so it is counted"
                            + " out " + limit + " ms after the opening, but it was after " + after);
                }
                while (mute.socket().frameOrEnd(Duration.ofMillis(1_500)) != null) {
                    if (System.nanoTime() - since < (limit + 2_000) * 1_000_000) continue;
                    throw mute.fail("no pong came, so the WebSocket is closed within a second of"
                            + " its time, but it is still open");
                }
                expectOver(target, silent, "no pong came in PING_TIMEOUT_MS");
            }
        }

        private static void answer(Engine session, String wanted) {
            Answer answer = session.get().expectStatus(200);
            if (answer.text().equals(wanted)) return;
            throw answer.fail("no ping came to the held GET, but “" + answer.text() + "”");
        }

        @Test
        @Star
        @DisplayName("11.3 what else a client sends is no pong, and who does not read is no other"
                + " case")
        void onlyPongsCount(Target target) {
            long limit = target.limit("PING_INTERVAL_MS", 25_000)
                    + target.limit("PING_TIMEOUT_MS", 20_000);
            Engine talks = Engine.polling(target, PATH);
            long since = System.nanoTime();
            try (RawWebSocket deaf = RawWebSocket.open(target.host(), target.port(), 4_096,
                    WEBSOCKET)) {
                Engine.opened(deaf.message().text(), deaf::fail);
                while (talks.post("4" + target.word()).status() == 200) {
                    deaf.sendText("4" + "x".repeat(1_000));
                    if (System.nanoTime() - since > (limit + 1_500) * 1_000_000) {
                        throw new AssertionError("a client that sends messages but no pong is"
                                + " counted out " + limit + " ms after the opening, a second late"
                                + " at most, but it still is there");
                    }
                    LockSupport.parkNanos(20_000_000);
                }
                awaitNoWebSocket(target, 0, "a client neither read nor answered");
            }
        }
    }

    @Exercise(id = "11.4", title = "Move to WebSocket", needs = "11.2",
            hints = {
                "Think of three states: only polling; polling, with a WebSocket that is tried; on"
                    + " the WebSocket. The probe changes nothing but that the held GET comes home"
                    + " empty. The 5 changes everything, in one step under the session's lock.",
                "tryOut keeps the socket in tried, unless there is one, or the session has moved."
                    + " heardWhileTried: 2probe sets probed, sends 3probe and wakes the held GET"
                    + " with session.notifyAll(); 5 calls live, then send for all that waits."
                    + " giveUp asks first whether this is the one that is tried.",
                "synchronized (session) { if (!socket.equals(session.tried)) return; if ("
                    + "frame.equals(\"2probe\") && !session.probed) { session.probed = true;"
                    + " socket.send(\"3probe\"); } else if (frame.equals(\"5\") &&"
                    + " session.probed) { session.tried = null; session.live(socket); for (Packet"
                    + " each : session.waiting) session.send(each); session.waiting.clear(); }"
                    + " else giveUp(session, socket); session.notifyAll(); } — packet.encoded() is"
                    + " the frame; null is none."
            },
            starter = "so a GET is held")
    class Move {
        private static final int RACES = 20;

        @Test
        @DisplayName("11.4 a probe is answered, and the held GET comes home with 6")
        void probes(Target target) {
            int pings = 0;
            while (!comesHome(target)) {
                if (++pings < 3) continue; // it was time for a ping
                throw new AssertionError("the client has probed the WebSocket, so its held GET"
                        + " gets 6 at once, but three times it was held until the next ping");
            }
            try (Engine session = Engine.polling(target, PATH);
                    RawWebSocket tried = session.tryWebSocket()) {
                tried.sendText("2probe").expectText("3probe");
                try (Asked later = session.ask()) {
                    Answer next = RawHttp.answer(later.client().within(SOON), "GET");
                    if (next.status() != 200 || !next.text().equals("6")) {
                        throw next.fail("a GET that comes after the probe and finds nothing"
                                + " gets 6 within a second, but got " + next.status() + " “"
                                + next.text() + "”");
                    }
                }
                String word = "4" + target.word();
                session.send(word);
                Answer polled = session.get().expectStatus(200);
                if (!polled.text().equals(word)) {
                    throw polled.fail("before the 5 the session still polls, so what waits"
                            + " comes with a GET, but got “" + polled.text() + "”");
                }
                tried.sendText("5").sendText("4end").expectText("4end");
                session.movedTo(tried);
            }
        }

        /** False where a ping came to the held GET instead of the 6. */
        private static boolean comesHome(Target target) {
            try (Engine session = Engine.polling(target, PATH); Asked held = session.ask()) {
                held.expectHeld("nothing waits for this session");
                try (RawWebSocket tried = session.tryWebSocket()) {
                    tried.sendText("2probe").expectText("3probe");
                    Answer answer = held.answerWithin(SOON, "the client has probed the WebSocket,"
                            + " so its held GET gets 6, but it is still held");
                    if (answer.text().equals("2")) return false;
                    if (answer.status() == 200 && answer.text().equals("6")) return true;
                    throw answer.fail("the client has probed the WebSocket, so its held GET gets 6"
                            + " (it moves with the 5, no sooner), but got " + answer.status()
                            + " “" + answer.text() + "”");
                }
            }
        }

        @Test
        @DisplayName("11.4 after 5 comes first what waited, then the rest, and HTTP is refused")
        void moves(Target target) {
            try (Engine session = Engine.polling(target, PATH)) {
                RawWebSocket tried = session.tryWebSocket();
                tried.sendText("2probe").expectText("3probe");
                var all = new ArrayList<String>();
                for (int i = 0; i < 20; i++) all.add("4waited " + i + " " + target.word());
                session.send(all.toArray(String[]::new));
                session.send("bAQIDBA==");
                tried.send(Frame.text("5"), Frame.text("4behind"));
                session.movedTo(tried);
                for (String each : all) session.expect(each, "what waited comes first, in order");
                session.expect("bAQIDBA==", "what waited comes first, binary as a binary frame");
                session.expect("4behind", "what was sent behind the 5 comes behind what waited");
                for (Answer answer : List.of(session.get(), session.post("4over http"))) {
                    if (answer.status() == 400) continue;
                    throw answer.fail("the session lives on its WebSocket now, so HTTP with its sid"
                            + " is refused with 400, but got " + answer.status() + " “"
                            + answer.text() + "”");
                }
                session.send("4end").expect("4end", "the session goes on, on its WebSocket");
            }
        }

        @Test
        @DisplayName("11.4 a GET that races with the 5 is answered within a second, each time")
        void racesWithGets(Target target) {
            for (int i = 0; i < RACES; i++) {
                try (Engine session = Engine.polling(target, PATH)) {
                    RawWebSocket tried = session.tryWebSocket();
                    tried.sendText("2probe").expectText("3probe");
                    try (RawClient client = target.connect()) {
                        byte[] get = ("GET " + session.address() + " HTTP/1.1\r\nHost: "
                                + target.http().authority() + "\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII);
                        if (i % 2 == 0) client.send(get);
                        tried.sendText("5");
                        if (i % 2 != 0) client.send(get);
                        session.movedTo(tried);
                        if (client.isSilent(SOON)) {
                            throw client.fail("a GET that came beside the 5 is answered within a"
                                    + " second, with 6 or 400, but it is held for ever (try "
                                    + (i + 1) + " of " + RACES + ")");
                        }
                        Answer answer = RawHttp.answer(client, "GET");
                        if (answer.status() != 400 && !answer.text().equals("6")) {
                            throw answer.fail("a GET that came beside the 5 gets 6, or 400, but got"
                                    + " " + answer.status() + " “" + answer.text() + "”");
                        }
                    }
                    session.send("4end").expect("4end", "the session has moved");
                }
            }
        }

        @Test
        @DisplayName("11.4 a GET that is held when the 5 comes is refused, not forgotten")
        void endsHeldGets(Target target) {
            try (Engine session = Engine.polling(target, PATH)) {
                RawWebSocket tried = session.tryWebSocket();
                try (Asked held = session.ask()) {
                    held.expectHeld("nothing waits for this session");
                    tried.send(Frame.text("2probe"), Frame.text("5"));
                    tried.expectText("3probe");
                    session.movedTo(tried);
                    Answer answer = held.answerWithin(SECOND, "a GET held while the session moves"
                            + " gets 6, or 400, but a second after the 5 it is still held");
                    if (answer.status() != 400 && !answer.text().equals("6")) {
                        throw answer.fail("a GET held while the session moves gets 6, or 400, but"
                                + " got " + answer.status() + " “" + answer.text() + "”");
                    }
                }
                session.send("4end").expect("4end", "the session has moved");
            }
        }

        @Test
        @Star
        @DisplayName("11.4 a WebSocket that says something else, or ends, is given up; polling goes"
                + " on and may try again")
        void givesUp(Target target) {
            try (Engine session = Engine.polling(target, PATH)) {
                for (List<Frame> wrong : List.of(List.of(Frame.text("4hello")),
                        List.of(Frame.text("5")), List.of(Frame.text("2probe "), Frame.text("5")),
                        List.of(Frame.binary(new byte[] {1})), List.of(Frame.text("")),
                        List.of(Frame.text("2probe"), Frame.text("4x")))) {
                    try (RawWebSocket tried = session.tryWebSocket()) {
                        tried.send(wrong.toArray(Frame[]::new));
                        expectClosed(tried, "a WebSocket that is tried says 2probe, then 5;"
                                + " this one said " + wrong.getLast());
                    }
                    expectPolls(target, session);
                }
                session.tryWebSocket().close();
                RawWebSocket reset = session.tryWebSocket();
                reset.sendText("2probe").expectText("3probe");
                reset.reset();
                expectPolls(target, session);
                session.move().send("4moved").expect("4moved", "polling may try again");
            }
        }

        private static void expectPolls(Target target, Engine session) {
            String word = "4" + target.word();
            Answer posted = session.post(word);
            if (posted.status() != 200) {
                throw posted.fail("a WebSocket that was only tried is given up, and polling goes"
                        + " on, but a POST of the session got " + posted.status());
            }
            for (int tries = 0; tries < 3; tries++) {
                String came = session.next();
                if (came.equals(word)) return;
                if (!came.equals("6")) throw session.fail("polling goes on, but got “" + came
                        + "”");
            }
            throw session.fail("polling goes on, but nothing came but 6");
        }

        @Test
        @Star
        @DisplayName("11.4 without a 5 in UPGRADE_TIMEOUT_MS only the WebSocket is closed")
        void triesNotForEver(Target target) {
            long limit = target.limit("UPGRADE_TIMEOUT_MS", 10_000);
            try (Engine session = Engine.polling(target, PATH);
                    RawWebSocket tried = session.tryWebSocket()) {
                tried.sendText("2probe").expectText("3probe");
                long since = System.nanoTime();
                Frame closes = tried.frameOrEnd(Duration.ofMillis(limit + 1_000));
                if (!isClose(tried, closes)) {
                    throw tried.fail("UPGRADE_TIMEOUT_MS=" + limit + ", and no 5 came, so the"
                            + " WebSocket is closed, but a second later it is still open");
                }
                long after = (System.nanoTime() - since) / 1_000_000;
                if (after < limit - 200) {
                    throw tried.fail("UPGRADE_TIMEOUT_MS=" + limit + ", but the WebSocket was"
                            + " closed after " + after + " ms");
                }
                expectPolls(target, session);
            }
        }

        @Test
        @Star
        @DisplayName("11.4 another WebSocket with the sid is closed, and the first goes on")
        void refusesASecond(Target target) {
            try (Engine session = Engine.polling(target, PATH)) {
                RawWebSocket first = session.tryWebSocket();
                first.sendText("2probe").expectText("3probe");
                try (RawWebSocket second = session.tryWebSocket()) {
                    second.sendText("2probe");
                    expectClosed(second, "a second WebSocket came while one is tried");
                }
                first.sendText("5");
                session.movedTo(first);
                expectGoesOn(session, "while it was tried");
                try (RawWebSocket third = session.tryWebSocket()) {
                    third.sendText("2probe");
                    expectClosed(third, "a second WebSocket came after the session had moved");
                }
                expectGoesOn(session, "after the session had moved to it");
            }
        }

        private static void expectGoesOn(Engine session, String when) {
            session.send("4on");
            Frame frame = session.socket().frameOrEnd(SOON);
            while (frame != null && frame.text().equals("2")) { // a ping
                session.send("3");
                frame = session.socket().frameOrEnd(SOON);
            }
            if (frame != null && frame.text().equals("4on")) return;
            throw session.fail("another WebSocket with the sid came " + when + ", and only that"
                    + " one is closed: the first goes on, but to “4on” it said "
                    + (frame == null ? "nothing" : "" + frame));
        }

        private static void expectClosed(RawWebSocket socket, String why) {
            long deadline = System.nanoTime() + SOON.toNanos() + 1_000_000_000L;
            while (true) {
                Frame frame = socket.frameOrEnd(SOON);
                if (frame == null || frame.opcode() == Frame.CLOSE) break;
                if (System.nanoTime() > deadline || frame.text().equals("4hello")) {
                    throw socket.fail(why + ", so it is closed, but " + frame + " came");
                }
            }
            if (socket.client().isSilent(SOON)) {
                throw socket.fail(why + ", so it is closed, but it stays open");
            }
        }
    }

    @Exercise(id = "11.5", title = "Goodbye", needs = "11.4",
            hints = {
                "Who polls has a question open, or on its way. It wants an answer, and then the"
                    + " session may go. Who is on a WebSocket has none: it may go now.",
                "goodbye on polling: what waits is forgotten, a 6 is put there with send, and a"
                    + " field remembers that the session leaves, so that answered can end it."
                    + " Clock.after(1_000, …) ends it where no GET comes. ended: there is nothing"
                    + " that such a session could come back to.",
                "if (session.socket != null) { session.end(); return; } session.leaving = true;"
                    + " session.waiting.clear(); session.send(new Packet(Packet.NOOP));"
                    + " Clock.after(1_000, () -> session.end()); — answered: if (session.leaving)"
                    + " session.end(); — ended and strange: session.end();"
            },
            starter = "so a GET is held")
    class Goodbye {
        @Test
        @DisplayName("11.5 1 while a GET is held: it gets 6, and the session is over")
        void endsWithTheHeldGet(Target target) {
            Engine session = Engine.polling(target, PATH);
            try (Asked held = session.ask()) {
                held.expectHeld("nothing waits for this session");
                session.send("1");
                if (held.client().isSilent(SOON)) {
                    throw held.client().fail("the client said goodbye, so its held GET gets 6, but"
                            + " it is still held");
                }
                Answer answer = held.answer();
                if (answer.status() != 200 || !answer.text().equals("6")) {
                    throw answer.fail("the client said goodbye, so its held GET gets 6, but got "
                            + answer.status() + " “" + answer.text() + "”");
                }
                expectOver(target, session, "the client said goodbye");
            }
        }

        @Test
        @DisplayName("11.5 1 while no GET is held: the next one gets 6, and the session is over")
        void endsWithTheNextGet(Target target) {
            Engine session = Engine.polling(target, PATH);
            session.send("4" + target.word(), "1");
            Answer answer = session.get();
            if (answer.status() != 200 || !answer.text().equals("6")) {
                throw answer.fail("the client said goodbye, so its next GET gets 6 and nothing"
                        + " else, but got " + answer.status() + " “" + answer.text() + "”");
            }
            expectOver(target, session, "the client said goodbye");
        }

        @Test
        @DisplayName("11.5 1 and no GET any more: the session is over all the same")
        void endsWithoutAGet(Target target) {
            Engine session = Engine.polling(target, PATH);
            session.send("1");
            // Later its heartbeat would end it.
            expectOver(target, session, "the client said goodbye, and no GET came within a second",
                    SOON);
        }

        @Test
        @DisplayName("11.5 on a WebSocket the session is over with 1, and with the end of TCP")
        void endsOnWebSocket(Target target) {
            try (Engine stays = Engine.webSocket(target, PATH)) {
                try (Engine ends = Engine.webSocket(target, PATH)) {
                    ends.socket().client().close();
                    expectOver(target, ends, "its WebSocket's TCP has ended", SECOND);
                }
                try (Engine resets = Engine.polling(target, PATH).move()) {
                    resets.send("4on").expect("4on", "it lives on its WebSocket");
                    resets.socket().reset();
                    expectOver(target, resets, "its WebSocket's TCP was reset", SECOND);
                }
                stays.send("4on").expect("4on", "nobody else notices");
                try (Engine says = Engine.webSocket(target, PATH)) {
                    says.send("1");
                    expectOver(target, says, "the client said goodbye", SOON);
                    if (!isClose(says.socket(), says.socket().frameOrEnd(SOON))) {
                        throw says.fail("the client said goodbye, so its WebSocket is closed, but"
                                + " it stays open");
                    }
                }
                stays.send("4on").expect("4on", "nobody else notices");
            }
        }

        @Test
        @Star
        @DisplayName("11.5 a frame that is no packet ends the session")
        void endsWithNonsense(Target target) {
            for (String frame : List.of("abc", "", "9", " 4a", "2", "6", "0{}")) {
                try (Engine session = Engine.webSocket(target, PATH)) {
                    session.socket().sendText(frame);
                    expectOver(target, session, "the frame “" + frame + "”, which no client may"
                            + " send, came");
                }
            }
        }
    }

    @Exercise(id = "11.6", title = "Nothing missed, nothing twice", needs = "11.2",
            hints = {
                "Draw it: you read what is there; somebody says something; you begin to follow."
                    + " Where is that message? And the other way round: you follow, then you read:"
                    + " how often does it come?",
                "One lock for three things: to store and tell a message, to read what was missed,"
                    + " to begin to follow. synchronized (feed) will do. A page that is not the"
                    + " last ends with more: true, and then nobody follows yet.",
                "resume: synchronized (feed) { tell(session, \"feed\", Map.of(\"name\", feedName));"
                    + " followers.remove(session); List<Message> missed = after == null ? List.of()"
                    + " : feed.after(known ? after : 0, PAGE); tell each as said; boolean more ="
                    + " !missed.isEmpty() && missed.getLast().id() < feed.newest(); if (!more)"
                    + " followers.add(session); return Map.of(\"more\", more); } — say, under the"
                    + " same lock: the nonce known? its message; else add, remember, tell all."
            },
            starter = "expected the event “feed”")
    class Resume {
        private static final int MANY = 150;
        private static final int WRITERS = 4;
        private static final int READERS = 6;
        private static final int EACH = 40;
        private static final int ROUNDS = 15;
        private static final int MEET = 8; // in each of them

        @Test
        @DisplayName("11.6 what is said is heard by all who follow, and by nobody else")
        void follows(Target target) {
            try (Engine ada = Engine.webSocket(target, PATH);
                    Engine bob = Engine.polling(target, PATH);
                    Engine mute = Engine.webSocket(target, PATH)) {
                resume(ada, Map.of());
                resume(bob, Map.of());
                for (int i = 0; i < 3; i++) {
                    String text = target.word();
                    JsonNode ack = say(i == 1 ? mute : ada, target.word(), text, null);
                    for (Engine hears : List.of(ada, bob)) {
                        JsonNode said = said(hears);
                        if (!said.equals(ack)) {
                            throw hears.fail("the ack of say is the message that all hear, "
                                    + said + ", but it was " + ack);
                        }
                        if (!said.path("text").asText().equals(text)) {
                            throw hears.fail("expected the text “" + text + "” but got " + said);
                        }
                    }
                }
                mute.send("4end").expect("4end", "who has not resumed hears nothing");
            }
        }

        @Test
        @DisplayName("11.6 after brings what is newer, oldest first, 100 at a time, then one"
                + " follows")
        void pages(Target target) {
            try (Engine writer = Engine.webSocket(target, PATH);
                    Engine reader = Engine.polling(target, PATH)) {
                long first = say(writer, "ada", target.word(), null).path("id").asLong();
                for (int i = 1; i < MANY; i++) {
                    writer.sendEvent("say", Map.of("from", "ada", "text", "n" + i), i);
                }
                for (int i = 1; i < MANY; i++) writer.expectEvent("ack");
                long heard = first - 1;
                boolean more = true;
                for (int page = 1; more; page++) {
                    reader.sendEvent("resume", Map.of("after", heard), page);
                    reader.expectEvent("feed");
                    int count = 0;
                    JsonNode next;
                    while ((next = reader.nextEvent()).path("event").asText().equals("said")) {
                        heard = expectNext(reader, heard, next.path("data"));
                        count++;
                    }
                    more = next.path("data").path("more").asBoolean();
                    if (count > 100 || page == 1 && (count != 100 || !more)) {
                        throw reader.fail(MANY + " messages were missed, so the first page has 100"
                                + " and the ack says {\"more\": true}, but " + count
                                + " came and the ack is " + next.path("data"));
                    }
                }
                if (heard < first + MANY - 1) {
                    throw reader.fail("the ack says {\"more\": false}, but message "
                            + (first + MANY - 1) + " did not come");
                }
                say(writer, "ada", target.word(), null);
                expectNext(reader, heard, said(reader));
            }
        }

        @Test
        @DisplayName("11.6 a cursor of another feed, or beyond the newest, is 0")
        void beginsAnew(Target target) {
            try (Engine client = Engine.webSocket(target, PATH)) {
                long id = say(client, "ada", target.word(), null).path("id").asLong();
                String name = resume(client, Map.of()).path("name").asText();
                if (name.isBlank()) throw client.fail("feed says its name, {\"name\": text}");
                for (Map<String, ?> where : List.of(Map.of("after", id, "feed", target.word()),
                        Map.of("after", id + 1), Map.of("after", 999_999_999L, "feed", name),
                        Map.of("after", 0))) {
                    client.sendEvent("resume", where, 7);
                    client.expectEvent("feed");
                    JsonNode next = client.nextEvent();
                    if (next.path("data").path("id").asLong() != 1) {
                        throw client.fail("resume " + where + " is as after 0, so the first that"
                                + " comes is message 1, but got " + next);
                    }
                    while (!next.path("event").asText().equals("ack")) next = client.nextEvent();
                }
                client.sendEvent("resume", Map.of("after", id, "feed", name), 8);
                client.expectEvent("feed");
                JsonNode next = client.nextEvent();
                if (next.path("data").path("id").asLong() == 1) {
                    throw client.fail("resume with this run's own feed goes on after " + id
                            + ", but it began anew");
                }
            }
        }

        @Test
        @DisplayName("11.6 a message said at the very moment of resuming is heard once, each time")
        void atTheVeryMoment(Target target) {
            try (Engine writer = Engine.webSocket(target, PATH)) {
                long last = say(writer, "ada", target.word(), null).path("id").asLong();
                for (int round = 0; round < ROUNDS; round++) {
                    last = resumeAmid(target, writer, last);
                }
            }
        }

        /**
         * One after the other resumes, and amid them a message is said. So it meets each of them
         * at another moment: before it looks, behind that it follows, and between the two. A second
         * message shows who missed the first.
         *
         * @return the second message's id
         */
        private static long resumeAmid(Target target, Engine writer, long last) {
            // All together as long as eight of the pauses that what is given makes.
            int step = 1 + 2_000_000 * Math.max(1, (int) target.limit("STATE_PAUSE_MS", 0));
            int amid = target.number(MEET / 2, MEET - 2);
            var readers = new ArrayList<Engine>();
            try {
                for (int i = 0; i < MEET; i++) readers.add(Engine.webSocket(target, PATH));
                for (int i = 0; i < MEET; i++) {
                    if (i == amid) writer.sendEvent("say", Map.of("from", "ada", "text", "x"), 0);
                    readers.get(i).sendEvent("resume", Map.of("after", last), 0);
                    LockSupport.parkNanos(target.random().nextInt(step));
                }
                writer.expectEvent("ack");
                var heard = new ArrayList<Long>();
                for (Engine each : readers) heard.add(untilAck(each, last));
                long second = say(writer, "ada", "y", null).path("id").asLong();
                for (int i = 0; i < MEET; i++) {
                    for (long id = heard.get(i); id < second; ) {
                        id = expectNext(readers.get(i), id, said(readers.get(i)));
                    }
                }
                return second;
            } finally {
                readers.forEach(Engine::close);
            }
        }

        /** What comes until it is known that one follows; gives the last id that was heard. */
        private static long untilAck(Engine reader, long last) {
            long heard = last;
            reader.expectEvent("feed");
            while (true) {
                JsonNode next = reader.nextEvent();
                if (next.path("event").asText().equals("said")) {
                    heard = expectNext(reader, heard, next.path("data"));
                } else if (next.path("data").path("more").asBoolean()) {
                    reader.sendEvent("resume", Map.of("after", heard), 0);
                    reader.expectEvent("feed");
                } else {
                    return heard;
                }
            }
        }

        @Test
        @DisplayName("11.6 under traffic nobody misses, repeats or reorders a message")
        void closesTheGap(Target target) {
            String crowd = target.word();
            var talks = new ArrayList<Callable<Void>>();
            for (int i = 0; i < READERS; i++) {
                boolean polls = i % 2 == 0;
                talks.add(() -> {
                    read(target, polls, crowd);
                    return null;
                });
            }
            for (int i = 0; i < WRITERS; i++) {
                talks.add(() -> {
                    try (Engine writer = Engine.webSocket(target, PATH)) {
                        for (int n = 0; n < EACH; n++) say(writer, crowd, "n" + n, null);
                    }
                    return null;
                });
            }
            atOnce(talks);
        }

        /** Comes in the middle of the talk, again and again, and hears all of the crowd. */
        private static void read(Target target, boolean polls, String crowd) {
            long heard = 0;
            int ofCrowd = 0;
            String name = null;
            for (int visit = 0; ofCrowd < WRITERS * EACH; visit++) {
                try (Engine reader = polls ? Engine.polling(target, PATH)
                        : Engine.webSocket(target, PATH)) {
                    reader.sendEvent("resume", name == null ? Map.of("after", 0)
                            : Map.of("after", heard, "feed", name), 0);
                    name = reader.expectEvent("feed").path("name").asText();
                    boolean follows = false;
                    for (int n = 0; ofCrowd < WRITERS * EACH && (n < 25 || visit > 3); ) {
                        JsonNode next = reader.nextEvent();
                        if (next.path("event").asText().equals("said")) {
                            heard = expectNext(reader, heard, next.path("data"));
                            if (next.path("data").path("from").asText().equals(crowd)) ofCrowd++;
                            if (follows) n++;
                        } else if (next.path("data").path("more").asBoolean()) {
                            reader.sendEvent("resume", Map.of("after", heard, "feed", name), 1);
                        } else {
                            follows |= next.path("event").asText().equals("ack");
                        }
                    }
                }
            }
        }

        @Test
        @Star
        @DisplayName("11.6 the same nonce again is the same message, on any connection")
        void knowsNonces(Target target) {
            String nonce = target.word();
            try (Engine ada = Engine.webSocket(target, PATH);
                    Engine again = Engine.polling(target, PATH);
                    Engine hears = Engine.webSocket(target, PATH)) {
                resume(hears, Map.of());
                JsonNode first = say(ada, "ada", target.word(), nonce);
                for (Engine each : List.of(ada, again)) {
                    JsonNode ack = say(each, "eve", target.word(), nonce);
                    if (!ack.equals(first)) {
                        throw each.fail("the nonce “" + nonce + "” is known, so its ack is the"
                                + " first one's, " + first + ", but got " + ack);
                    }
                }
                long heard = expectNext(hears, first.path("id").asLong() - 1, said(hears));
                for (int sent = 0; sent < 999; ) { // few at a time: who waits answers no pings
                    var some = new String[Math.min(25, 999 - sent)];
                    for (int i = 0; i < some.length; i++) {
                        some[i] = "4" + Engine.event("say", Map.of("from", "ada", "text", "x",
                                "nonce", nonce + "-" + sent++), i);
                    }
                    again.send(some);
                    for (String _ : some) again.expectEvent("ack");
                    for (String _ : some) heard = expectNext(hears, heard, said(hears));
                }
                try (Engine last = Engine.webSocket(target, PATH)) {
                    JsonNode ack = say(last, "eve", target.word(), nonce);
                    if (!ack.equals(first)) {
                        throw last.fail("the nonce “" + nonce + "” is among the last 1,000, so its"
                                + " ack is the first one's, " + first + ", but got " + ack);
                    }
                    say(last, "ada", "end", null);
                }
                expectNext(hears, heard, said(hears));
            }
        }

        private static JsonNode resume(Engine session, Map<String, ?> where) {
            session.sendEvent("resume", where, 0);
            JsonNode feed = session.expectEvent("feed");
            JsonNode ack = session.expectEvent("ack");
            if (!ack.path("more").isBoolean() || ack.path("more").asBoolean()) {
                throw session.fail("resume without after is followed by the ack {\"more\": false},"
                        + " but got " + ack);
            }
            return feed;
        }

        /** Gives the ack; what is heard meanwhile stays for others to read. */
        private static JsonNode say(Engine session, String from, String text, String nonce) {
            var data = new LinkedHashMap<String, Object>(Map.of("from", from, "text", text));
            if (nonce != null) data.put("nonce", nonce);
            session.sendEvent("say", data, 1);
            while (true) {
                JsonNode next = session.nextEvent();
                String event = next.path("event").asText();
                if (event.equals("said")) {
                    SAID.computeIfAbsent(session, _ -> new java.util.ArrayDeque<>())
                            .add(next.path("data"));
                } else if (event.equals("ack")) {
                    if (next.path("data").path("id").isIntegralNumber()) return next.path("data");
                    throw session.fail("the ack of say is the message, with its id, but got "
                            + next.path("data"));
                } else {
                    throw session.fail("say is answered with an ack, but got " + next);
                }
            }
        }

        private static final Map<Engine, java.util.Deque<JsonNode>> SAID =
                java.util.Collections.synchronizedMap(new java.util.WeakHashMap<>());

        private static JsonNode said(Engine session) {
            java.util.Deque<JsonNode> before = SAID.get(session);
            if (before != null && !before.isEmpty()) return before.remove();
            return session.expectEvent("said");
        }

        private static long expectNext(Engine session, long heard, JsonNode said) {
            long id = said.path("id").asLong();
            if (id == heard + 1) return id;
            throw session.fail("after message " + heard + " comes " + (heard + 1) + ", but got "
                    + said + ": " + (id > heard ? "one is missing, it fell into the gap"
                    : "it was told twice"));
        }
    }

    @Exercise(id = "11.7", title = "A client that comes back",
            hints = {
                "A loop around all of it: connect, resume, listen; where any of that ends, wait and"
                    + " begin again. What must outlive a connection? The last id, the feed's"
                    + " name, and how long to wait.",
                "line.next(ms) gives null after so long a silence, and at the connection's end:"
                    + " both are the same to you. 2 is answered with 3. On feed with another name"
                    + " the cursor is 0 again; said with an id that is not larger is no news; an"
                    + " ack with more: true wants another resume.",
                "for (long wait = BACKOFF_MS; ; wait = Math.min(2 * wait, 32L * BACKOFF_MS)) { try"
                    + " (Line line = Line.to(…)) { read the open packet; wait = BACKOFF_MS; send"
                    + " resume with after and, once known, feed; for (String frame; (frame ="
                    + " line.next(interval + timeout)) != null; ) … }"
                    + " catch (IOException lost) { /* again, below */ }"
                    + " Thread.sleep(ThreadLocalRandom.current().nextLong(wait / 2, wait + 1)); }"
            },
            starter = "awaited resume after 3")
    class ComesBack {
        private static final int START_MS = 12_000; // a client's start on a busy machine
        private static final int LATE_MS = 2_000;
        private static final int INTERVAL = 300;
        private static final int TIMEOUT = 300;

        @Test
        @DisplayName("11.7 the client answers pings, prints each message once, and comes back with"
                + " its cursor")
        void comesBack(Target target) {
            try (var server = new WebSocketServer();
                    Starter.Started client = target.start("client", server.url())) {
                var lines = new ArrayList<String>();
                String feed = target.word();
                Talk talk = take(server, START_MS);
                expectResume(server, talk, 0, null);
                talk.say(event("feed", Map.of("name", feed), null));
                for (int id = 1; id <= 3; id++) lines.add(tell(target, talk, id));
                talk.say(event("ack", Map.of("more", true), 1));
                expectResume(server, talk, 3, feed);
                talk.say(event("feed", Map.of("name", feed), null));
                lines.add(tell(target, talk, 4));
                talk.say(event("ack", Map.of("more", false), 1)).say("2");
                expectPong(server, talk);
                lines.add(tell(target, talk, 5));
                talk.say("2");
                expectPong(server, talk);
                expectPrinted(server, client, lines);

                talk.hangUp();
                talk = take(server, LATE_MS);
                expectResume(server, talk, 5, feed);
                talk.say(event("feed", Map.of("name", feed), null));
                talk.say(message(5, "ada", "told twice"));
                lines.add(tell(target, talk, 6));
                talk.say(event("ack", Map.of("more", false), 1));
                expectPrinted(server, client, lines);

                // Now it says nothing any more, as a cable that was pulled out.
                if (!talk.ends(INTERVAL + TIMEOUT + LATE_MS)) {
                    throw server.fail("nothing came for pingInterval + pingTimeout, "
                            + (INTERVAL + TIMEOUT) + " ms, so the connection is lost, but the"
                            + " client keeps it");
                }
                talk = take(server, LATE_MS);
                expectResume(server, talk, 6, feed);
                talk.say(event("feed", Map.of("name", target.word()), null));
                for (int id = 1; id <= 2; id++) lines.add(tell(target, talk, id));
                talk.say(event("ack", Map.of("more", false), 1));
                expectPrinted(server, client, lines, "the feed has another name now, so its"
                        + " messages are new, whatever their ids: ");
            }
        }

        @Test
        @DisplayName("11.7 between tries it waits longer and longer; an open packet resets that")
        void backsOff(Target target) {
            long first = target.limit("BACKOFF_MS", 250);
            try (var server = new WebSocketServer();
                    Starter.Started _ = target.start("client", server.url())) {
                long before = server.refuse(START_MS, "the client connects");
                for (int i = 0; i < 3; i++) {
                    long most = first << i;
                    long next = server.refuse(most + LATE_MS, "after " + (i + 1)
                            + " tries in vain the client tries again");
                    long gap = (next - before) / 1_000_000;
                    if (gap < most / 2 - 5) {
                        throw server.fail("after " + (i + 1) + " tries in vain the wait is at least"
                                + " half of " + most + " ms (BACKOFF_MS=" + first + ", doubled each"
                                + " time), but it was " + gap);
                    }
                    before = next;
                }
                Talk talk = take(server, 32 * first + LATE_MS);
                expectResume(server, talk, 0, null);
                talk.hangUp();
                long ended = System.nanoTime();
                Talk again = take(server, LATE_MS, "an open packet came, so the waits begin anew"
                        + " with " + first + " ms, and the client tries again");
                long gap = (again.nanos() - ended) / 1_000_000;
                if (gap > first * 4) { // without that it would be half of 8 times, or more
                    throw server.fail("an open packet came, so the waits begin anew with "
                            + first + " ms, but the next try came after " + gap);
                }
                expectResume(server, again, 0, null);
            }
        }

        private static Talk take(WebSocketServer server, long millis) {
            return take(server, millis, "a client that has lost its connection comes back");
        }

        private static Talk take(WebSocketServer server, long millis, String why) {
            Talk talk = server.take(millis, WEBSOCKET, why);
            talk.say("0{\"sid\":\"abc\",\"upgrades\":[],\"pingInterval\":" + INTERVAL
                    + ",\"pingTimeout\":" + TIMEOUT + ",\"maxPayload\":1000000}");
            return talk;
        }

        private static void expectPong(WebSocketServer server, Talk talk) {
            String pong = talk.hear(LATE_MS, "3, for a client answers a ping with a pong");
            if (!pong.equals("3")) {
                throw server.fail("a client answers a ping with a pong, 3, but it said “" + pong
                        + "”");
            }
        }

        private static void expectResume(WebSocketServer server, Talk talk, long after,
                String feed) {
            String said = talk.hear(LATE_MS, "resume after " + after);
            JsonNode envelope = said.startsWith("4") ? tests.clients.Events.parsed(
                    said.substring(1)) : com.fasterxml.jackson.databind.node.MissingNode
                    .getInstance();
            JsonNode data = envelope.path("data");
            boolean right = envelope.path("event").asText().equals("resume")
                    && data.path("after").isIntegralNumber() && data.path("after").asLong() == after
                    && (feed == null || data.path("feed").asText().equals(feed));
            if (right) return;
            throw server.fail("expected resume with after " + after + (feed == null ? ""
                    : " and the feed “" + feed + "”") + ", but the client said “" + said + "”");
        }

        /** Tells a message; gives the line that the client prints. */
        private static String tell(Target target, Talk talk, long id) {
            String from = target.word() + "ë";
            String text = "Grüße, " + target.word() + " 👋";
            talk.say(message(id, from, text));
            return from + ": " + text;
        }

        private static String message(long id, String from, String text) {
            return event("said", Map.of("id", id, "from", from, "text", text, "at",
                    "2026-11-22T10:15:30Z"), null);
        }

        private static String event(String event, Map<String, ?> data, Object id) {
            return "4" + Engine.event(event, data, id);
        }

        private static void expectPrinted(WebSocketServer server, Starter.Started client,
                List<String> lines) {
            expectPrinted(server, client, lines, "");
        }

        private static void expectPrinted(WebSocketServer server, Starter.Started client,
                List<String> lines, String why) {
            long deadline = System.nanoTime() + LATE_MS * 1_000_000L;
            List<String> printed;
            while ((printed = printed(client)).size() < lines.size()
                    && System.nanoTime() < deadline && client.isAlive()) {
                LockSupport.parkNanos(10_000_000);
            }
            if (printed.equals(lines)) return;
            throw server.fail(why + "the client prints each message once, in order, as <from>:"
                    + " <text>: expected " + lines.size() + " lines, the last “" + lines.getLast()
                    + "”, but it printed " + printed.size() + (printed.isEmpty() ? ""
                    : ", the last “" + printed.getLast() + "”")
                    + (client.isAlive() ? "" : ", and has ended"));
        }

        private static List<String> printed(Starter.Started client) {
            String output = client.output();
            int end = output.lastIndexOf('\n');
            return end < 0 ? List.of() : List.of(output.substring(0, end).split("\n"));
        }
    }

    /** A close frame, or the end without one; null is silence, or that end. */
    private static boolean isClose(RawWebSocket socket, Frame frame) {
        return frame == null ? socket.client().isOver() : frame.opcode() == Frame.CLOSE;
    }

    // ---- Counting ---------------------------------------------------------------------------

    private static int stats(Target target, String key) {
        Answer answer = target.http().get("/stats").expectStatus(200);
        JsonNode count = answer.json().path(key);
        if (!count.isIntegralNumber()) {
            throw answer.fail("expected {\"sessions\", \"polling\", \"websocket\"}, three numbers");
        }
        return count.asInt();
    }

    private static void await(Target target, String key, int wanted, Duration limit, String why) {
        long deadline = System.nanoTime() + limit.toNanos();
        int count;
        while ((count = stats(target, key)) > wanted) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(why + ", so GET /stats forgets it within 2 seconds, but it"
                        + " still counts " + count + " " + key + ", not " + wanted);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static void awaitNoWebSocket(Target target, int wanted, String why) {
        await(target, "websocket", wanted, SOON.plusSeconds(1), why);
    }

    /** Its sid is unknown within two seconds: a WebSocket with it is refused. */
    private static void expectOver(Target target, Engine session, String why) {
        expectOver(target, session, why, Duration.ofDays(1));
    }

    /** @param most from now on; later a ping fails, or has no pong, and that ends it as well */
    private static void expectOver(Target target, Engine session, String why, Duration most) {
        long begun = System.nanoTime();
        while (true) {
            Answer answer = RawWebSocket.ask(target, RawWebSocket.request(WEBSOCKET + "&sid="
                    + session.sid(), target.http().authority(), RawWebSocket.freshKey()));
            answer.client().close();
            long took = System.nanoTime() - begun;
            if (answer.status() == 400) {
                if (took < most.toNanos()) return;
                throw answer.fail(why + ", so the session is over and its sid unknown (400), but"
                        + " that took " + took / 1_000_000 + " ms: until the heartbeat ended it?");
            }
            if (took > SOON.toNanos()) {
                throw answer.fail(why + ", so the session is over and its sid unknown (400) within"
                        + " 2 seconds, but it is still there");
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static void atOnce(List<Callable<Void>> talks) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Void>>();
            for (Callable<Void> talk : talks) all.add(threads.submit(talk));
            AssertionError failure = null;
            for (Future<Void> each : all) {
                try {
                    each.get(25, TimeUnit.SECONDS);
                } catch (ExecutionException failed) {
                    if (failure == null) failure = failed.getCause() instanceof AssertionError first
                            ? first : new AssertionError(failed.getCause());
                } catch (Exception late) {
                    if (failure == null) failure = new AssertionError("a reader was not told all"
                            + " messages in 25 s: one fell into the gap", late);
                }
            }
            threads.shutdownNow();
            if (failure != null) throw failure;
        }
    }
}
