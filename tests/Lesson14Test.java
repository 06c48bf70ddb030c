package tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.opentest4j.TestAbortedException;
import tests.clients.At;
import tests.clients.Door;
import tests.clients.Events;
import tests.clients.RawWebSocket;
import tests.clients.Servers;

/**
 * Knows a port, the door of lesson 13, and the events behind it; and that the program can be
 * started more than once, with one REDIS_URL. Names, rooms and texts are fresh, so others may be
 * there as well. That something is not heard is proven by the next that is. The servers of a test
 * share a small Redis; with CHECK_REDIS_URL in the environment a real one, kept for such tests.
 */
@ExtendWith(TargetResolver.class)
@Environment({"BEAT_MS=300", "DRAIN_MS=1000", "STEP_MS=20", "RATE=1000", "BURST=1000",
        "REDIS_URL="})
class Lesson14Test {
    private static final long SOON_MS = 3_000; // a second, and two for a busy machine
    private static final int BURST = 90; // of one person: a server that somebody runs allows 100

    /** Somebody who has come in, and what the welcome said. */
    private record Guest(Events events, JsonNode welcome) implements AutoCloseable {
        static Guest enter(Target target, String name) {
            String cookie = Door.of(target).login(name);
            RawWebSocket socket = RawWebSocket.open(target, "/ws", cookie).answeringPings();
            try {
                Events events = Events.over(socket);
                return new Guest(events, events.expect("welcome"));
            } catch (Throwable failed) {
                socket.close();
                throw failed;
            }
        }

        /** Is refused nothing; gives the ack's data. Events that come before it are passed over. */
        JsonNode ask(String event, Map<String, ?> data) {
            JsonNode ack = tell(event, data);
            if (!ack.has("error")) return ack;
            throw fail(event + " " + data + " was refused: " + ack.path("error").asText());
        }

        /** Gives the ack's data, refused or not. */
        JsonNode tell(String event, Map<String, ?> data) {
            events.send(event, data, 7);
            while (true) {
                JsonNode came = events.next();
                if (came.path("event").asText().equals("ack")) return came.path("data");
            }
        }

        Guest join(String room) {
            ask("join", Map.of("room", room));
            return this;
        }

        /** Says it in a room; gives what the ack says. Its own said stands before the ack. */
        JsonNode say(String room, String text) {
            events.send("say", Map.of("room", room, "text", text), 7);
            JsonNode said = hears(room, text);
            JsonNode ack = events.expectAck(7);
            if (!ack.equals(said)) {
                throw fail("the ack has the data of the said, " + said + ", but got " + ack);
            }
            return ack;
        }

        /** The next event is this message. */
        JsonNode hears(String room, String text) {
            JsonNode said = events.expect("said");
            if (!said.path("text").asText().equals(text)
                    || !said.path("room").asText().equals(room)) {
                throw fail("must hear “" + text + "” in " + room + ", but heard " + said);
            }
            return said;
        }

        void refused(String event, Map<String, ?> data, String named) {
            JsonNode ack = tell(event, data);
            if (!ack.has("error")) throw fail(event + " " + data + " must be refused");
            events.expectSentence(event + " " + data, ack, named);
        }

        AssertionError fail(String sentence) {
            return events.fail(sentence);
        }

        @Override
        public void close() {
            events.close();
        }
    }

    private static String room(Target target) {
        return "r-" + target.word();
    }

    private static void pause(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left; (left = end - System.nanoTime()) > 0; ) LockSupport.parkNanos(left);
    }

    /** Two servers that all tests of an exercise have in common, started when the first asks. */
    abstract static class OnTwo {
        private Servers servers;
        private Servers.One here;
        private Servers.One there;

        Servers servers(Target target) {
            if (servers == null) servers = Servers.of(target);
            return servers;
        }

        Target here(Target target) {
            if (here == null) here = servers(target).start();
            return here.target().with(target.random());
        }

        Target there(Target target) {
            here(target);
            if (there == null) there = servers(target).start();
            return there.target().with(target.random());
        }

        @AfterAll
        void end() {
            if (servers != null) servers.close();
        }
    }

    @Exercise(id = "14.1", title = "Two servers, one room",
            hints = {
                "Whom may a server tell that something was said, and when, so that all members on"
                    + " all servers hear one order? What does a server have to know of what was"
                    + " said before it was started?",
                "bus.append(\"feed\", said.line()) gives the entry's id, and log.await(id) waits"
                    + " until it has come back here. In follow a loop asks bus.after(\"feed\","
                    + " last), from 0 on, and calls hear(Said.of(entry)) for each.",
                "say: try { return log.await(bus.append(\"feed\", said.line())); } catch (Bus.Away"
                    + " away) { throw new Refused(\"…\"); } follow: long last = 0; while (true) for"
                    + " (Bus.Entry entry : bus.after(\"feed\", last)) { hear(Said.of(entry)); last"
                    + " = entry.id(); }"
            },
            starHints = {
                "bus.after throws while Redis is away, and then your loop is over. Where is its"
                    + " place meanwhile?",
                "catch (Bus.Away away) inside of while (true), wait AGAIN_MS, and go on. last stays"
                    + " outside of the loop, and grows with each entry, not with each answer."
            },
            starter = "on the other server")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class TwoServers extends OnTwo {
        @Test
        @DisplayName("14.1 what is said through one server is heard on both, and then acked")
        void bothHear(Target target) {
            String room = room(target);
            try (var ada = Guest.enter(here(target), "ada"); var bob = Guest.enter(there(target),
                    "bob")) {
                ada.join(room);
                bob.join(room);
                String text = target.word() + " 👋 <b>\"\\";
                long before = System.currentTimeMillis();
                JsonNode said = ada.say(room, text);
                At.expectNow(said.path("at"), ada::fail);
                if (!said.path("from").asText().equals("ada")) {
                    throw ada.fail("from is the person's name, but got " + said);
                }
                long millis = said.path("id").asLong() / 1_000;
                if (Math.abs(millis - before) > 60_000) {
                    throw ada.fail("an id is milliseconds since 1970 × 1,000 and a count, but got "
                            + said.path("id"));
                }
                JsonNode first = awaitSaid(bob, text);
                if (!first.equals(said)) {
                    throw bob.fail("the other server tells the same message, " + said + ", but"
                            + " there it is " + first);
                }
                JsonNode back = bob.say(room, target.word());
                ada.hears(room, back.path("text").asText());
                if (back.path("id").asLong() <= said.path("id").asLong()) {
                    throw ada.fail("ids grow over all servers: after " + said.path("id") + " came "
                            + back.path("id"));
                }
            }
        }

        /** It must come within the time that is soon. */
        private static JsonNode awaitSaid(Guest guest, String text) {
            JsonNode came;
            try {
                came = guest.events.socket().json(Duration.ofMillis(SOON_MS));
            } catch (AssertionError silence) {
                throw guest.fail("a member on the other server must hear “" + text + "”, but for"
                        + " 3 s it heard nothing");
            }
            if (came.path("event").asText().equals("said")) return came.path("data");
            throw guest.fail("a member on the other server must hear “" + text + "”, but got "
                    + came);
        }

        @Test
        @DisplayName("14.1 a server that starts later has read the log; a killed one is forgotten")
        void comesLater(Target target) {
            String room = room(target);
            try (var ada = Guest.enter(here(target), "a-" + target.word())) {
                ada.join(room);
                JsonNode before = ada.say(room, target.word());
                Servers.One later = servers(target).start();
                try (var bob = Guest.enter(later.target(), "b-" + target.word())) {
                    if (bob.welcome.path("newest").asLong() < before.path("id").asLong()) {
                        throw bob.fail("the welcome's newest is an id of the log, at least "
                                + before.path("id") + ", but it was " + bob.welcome);
                    }
                    bob.join(room);
                    String text = target.word();
                    ada.say(room, text);
                    bob.hears(room, text); // and nothing old
                    awaitSize(ada, room, 2, "two are in the room, each on its server", 1_000);
                    later.kill();
                    awaitSize(ada, room, 1, "the other one's server was killed, and BEAT_MS=300",
                            3 * 300 + 1_000);
                    text = target.word();
                    ada.say(room, text);
                } finally {
                    later.kill();
                }
            }
        }

        @Test
        @DisplayName("14.1 all members hear in one order, whoever speaks, and wherever")
        void oneOrder(Target target) {
            String room = room(target);
            int each = 25;
            try (var ada = Guest.enter(here(target), "a-" + target.word());
                    var bob = Guest.enter(there(target), "b-" + target.word());
                    var eve = Guest.enter(here(target), "c-" + target.word());
                    var fay = Guest.enter(there(target), "d-" + target.word())) {
                var all = List.of(ada, bob, eve, fay);
                all.forEach(guest -> guest.join(room));
                for (Guest guest : all) {
                    Thread.startVirtualThread(() -> {
                        for (int i = 0; i < each; i++) {
                            guest.events.send("say", Map.of("room", room, "text",
                                    guest.welcome.path("name").asText() + i));
                        }
                    });
                }
                List<String> first = null;
                for (Guest guest : all) {
                    var order = new ArrayList<String>();
                    long last = 0;
                    for (int i = 0; i < all.size() * each; i++) {
                        JsonNode said = guest.events.expect("said");
                        order.add(said.path("text").asText());
                        if (said.path("id").asLong() <= last) {
                            throw guest.fail("all members hear in the log's order, so ids grow,"
                                    + " but after " + last + " came " + said);
                        }
                        last = said.path("id").asLong();
                    }
                    if (first == null) first = order;
                    for (int i = 0; i < order.size(); i++) {
                        if (first.get(i).equals(order.get(i))) continue;
                        throw guest.fail("all members hear in the log's order, on all servers, but"
                                + " message number " + (i + 1) + " is “" + first.get(i)
                                + "” for one and “" + order.get(i) + "” for another");
                    }
                }
            }
        }

        @Test
        @DisplayName("14.1 what is said to a person is heard wherever that one is, and by no other")
        void toPerson(Target target) {
            String name = "a-" + target.word();
            try (var ada = Guest.enter(here(target), name); var too = Guest.enter(there(target),
                    name); var bob = Guest.enter(there(target), "b-" + target.word());
                    var eve = Guest.enter(here(target), "c-" + target.word())) {
                String text = target.word();
                bob.ask("say", Map.of("to", name, "text", text));
                for (Guest each : List.of(ada, too)) {
                    JsonNode said = each.events.expect("said");
                    if (said.path("text").asText().equals(text)) continue;
                    throw each.fail("must hear “" + text + "”, but heard " + said);
                }
                for (Guest each : List.of(bob, eve)) {
                    each.events.send("no-such-event", Map.of(), 9);
                    JsonNode came = each.events.next();
                    if (!came.path("event").asText().equals("said")) continue;
                    throw each.fail("what is said to one person is heard by that one alone, but"
                            + " got " + came);
                }
            }
        }

        private static void awaitSize(Guest guest, String room, int size, String why, long limit) {
            long deadline = System.nanoTime() + (limit + SOON_MS) * 1_000_000;
            while (true) {
                guest.events.send("rooms", Map.of());
                int came = 0;
                JsonNode list = guest.events.expect("rooms");
                for (JsonNode each : list.path("rooms")) {
                    if (each.path("room").asText().equals(room)) came = each.path("size").asInt();
                }
                if (came == size) return;
                if (System.nanoTime() > deadline) {
                    throw guest.fail(why + ", so within " + limit + " ms rooms tells " + room
                            + " with " + size + ", but there it has " + came);
                }
                pause(20);
            }
        }

        @Test
        @DisplayName("14.1 how far a job is reaches its person alone, wherever that one is")
        void works(Target target) {
            String name = "a-" + target.word();
            Starter.Started worker = servers(target).startWith("worker");
            try (var ada = Guest.enter(here(target), name); var too = Guest.enter(there(target),
                    name); var bob = Guest.enter(there(target), "b-" + target.word())) {
                ada.events.send("work", Map.of("steps", 3), 7);
                for (Guest each : List.of(ada, too)) {
                    for (int done = 1; done <= 3; ) {
                        JsonNode came = each.events.next();
                        if (came.path("event").asText().equals("ack")) continue;
                        String event = done < 3 ? "progress" : "done";
                        if (!came.path("event").asText().equals(event)
                                || came.path("data").path("done").asInt() != done++
                                || came.path("data").path("of").asInt() != 3) {
                            throw each.fail("a job of 3 steps tells progress, progress and done, "
                                    + "but got " + came);
                        }
                    }
                }
                bob.events.send("no-such-event", Map.of(), 9);
                bob.events.expectAck(9);
                ada.refused("work", Map.of("steps", 0), "steps");
                ada.refused("work", Map.of("steps", 101), "steps");
                long deadline = System.nanoTime() + 15_000_000_000L;
                while (!worker.output().contains("working")) {
                    if (System.nanoTime() > deadline || !worker.isAlive()) {
                        throw new AssertionError("the program with the argument worker prints"
                                + " “working”, but it printed “" + worker.output() + "”");
                    }
                    pause(20);
                }
            } finally {
                worker.close();
            }
        }

        @Test
        @DisplayName("14.1 with REDIS_URL and without SECRET it does not start")
        void wantsSecret(Target target) {
            try (Starter.Started without = target.starter().start(Map.of("REDIS_URL",
                    servers(target).redis().url(), "SECRET", ""), "0").orElseThrow(
                    () -> new TestAbortedException("needs the program itself"))) {
                long deadline = System.nanoTime() + 15_000_000_000L;
                while (without.isAlive()) {
                    if (System.nanoTime() > deadline) {
                        throw new AssertionError("with REDIS_URL and without SECRET the program"
                                + " must end with a sentence: no other server knew its sessions");
                    }
                    pause(20);
                }
            }
        }

        @Star
        @Test
        @DisplayName("14.1★ after a cut of all connections to Redis each message comes once")
        void cut(Target target) {
            String room = room(target);
            try (var ada = Guest.enter(here(target), "a-" + target.word());
                    var bob = Guest.enter(there(target), "b-" + target.word())) {
                ada.join(room);
                bob.join(room);
                for (int round = 0; round < 3; round++) {
                    String text = target.word();
                    sayAgainAndAgain(ada, room, text);
                    bob.hears(room, text);
                    text = target.word();
                    ada.say(room, text);
                    bob.hears(room, text);
                    servers(target).redis().cut();
                }
            }
        }

        @Star
        @Test
        @DisplayName("14.1★ while Redis is away a say is refused, and connections stay")
        void away(Target target) {
            String room = room(target);
            for (Target each : List.of(here(target), there(target))) {
                awaitReady(each, 200, "Redis is there");
            }
            try (var ada = Guest.enter(here(target), "a-" + target.word());
                    var bob = Guest.enter(there(target), "b-" + target.word())) {
                ada.join(room);
                bob.join(room);
                for (String how : List.of("away", "full")) {
                    if (how.equals("away")) servers(target).redis().away();
                    else servers(target).redis().full(true);
                    ada.refused("say", Map.of("room", room, "text", "lost"), null);
                    bob.refused("say", Map.of("room", room, "text", "lost"), null);
                    if (how.equals("away")) awaitReady(here(target), 503, "Redis is away");
                    servers(target).redis().back();
                    servers(target).redis().full(false);
                    awaitReady(here(target), 200, "Redis is back");
                    awaitReady(there(target), 200, "Redis is back");
                    for (Guest each : List.of(ada, bob)) {
                        String text = target.word();
                        each.say(room, text);
                        (each == ada ? bob : ada).hears(room, text);
                    }
                }
            }
        }

        private void awaitReady(Target server, int status, String why) {
            long deadline = System.nanoTime() + SOON_MS * 1_000_000;
            while (server.http().get("/ready").status() != status) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(why + ", so within a second /ready answers " + status
                            + ", but 3 s later it does not");
                }
                pause(20);
            }
        }

        /** Refused ones may be said again: what refuses has not stored it. */
        private static void sayAgainAndAgain(Guest guest, String room, String text) {
            long deadline = System.nanoTime() + SOON_MS * 1_000_000;
            while (true) {
                guest.events.send("say", Map.of("room", room, "text", text, "nonce", text), 7);
                JsonNode came = guest.events.next();
                if (came.path("event").asText().equals("said")) {
                    if (!came.path("data").path("text").asText().equals(text)) {
                        throw guest.fail("after the connection to Redis was cut an old message came"
                                + " again: " + came.path("data"));
                    }
                    guest.events.expectAck(7);
                    return;
                }
                if (System.nanoTime() > deadline) {
                    throw guest.fail("within a second after a cut a say is taken again, but got "
                            + came);
                }
                pause(20);
            }
        }
    }

    @Exercise(id = "14.2", title = "Nothing twice", needs = "14.1",
            hints = {
                "Two entries of the log are one message. Who sees both, on each server, in the"
                    + " same order? Whose nonce is it?",
                "A map from the sender and the nonce to the first message with them; putIfAbsent"
                    + " gives what was there before, or null. Kept.last(10_000) makes one that"
                    + " forgets.",
                "final Map<String, Said> firsts = Kept.last(10_000); in first: if (said.nonce() =="
                    + " null) return said; Said first = firsts.putIfAbsent(said.from() + \" \" +"
                    + " said.nonce(), said); return first == null ? said : first;"
            },
            starter = "is heard once")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class NothingTwice extends OnTwo {
        @Test
        @DisplayName("14.2 what is said again with its nonce is heard once, and acked as the first")
        void once(Target target) {
            String room = room(target);
            String name = "a-" + target.word();
            try (var ada = Guest.enter(target, name); var bob = Guest.enter(target,
                    "b-" + target.word())) {
                ada.join(room);
                bob.join(room);
                once(target, room, ada, ada, bob);
                try (var again = Guest.enter(target, name)) { // on another connection
                    again.join(room);
                    once(target, room, ada, again.join(room), bob);
                }
            }
        }

        private static void once(Target target, String room, Guest first, Guest second,
                Guest hearer) {
            String nonce = target.word() + "!~";
            String text = target.word();
            JsonNode one = first.ask("say", Map.of("room", room, "text", text, "nonce", nonce));
            hearer.hears(room, text);
            JsonNode two = second.ask("say", Map.of("room", room, "text", text, "nonce", nonce));
            String next = target.word();
            first.ask("say", Map.of("room", room, "text", next));
            JsonNode came = hearer.events.expect("said");
            if (came.path("text").asText().equals(text)) {
                throw hearer.fail("what one person says twice with one nonce is heard once, but “"
                        + text + "” came again");
            }
            if (!two.equals(one)) {
                throw second.fail("what is said again is acked with the data of the first, " + one
                        + ", but got " + two);
            }
        }

        @Test
        @DisplayName("14.2 another nonce, none, or another person's is another message")
        void others(Target target) {
            String room = room(target);
            try (var ada = Guest.enter(target, "a-" + target.word());
                    var bob = Guest.enter(target, "b-" + target.word())) {
                ada.join(room);
                bob.join(room);
                String nonce = target.word();
                String text = target.word();
                ada.ask("say", Map.of("room", room, "text", text, "nonce", nonce));
                bob.hears(room, text);
                bob.events.send("say", Map.of("room", room, "text", text, "nonce", nonce), 7);
                heardToo(bob, text, "another person has said it with the same nonce");
                ada.ask("say", Map.of("room", room, "text", text, "nonce", nonce + "2"));
                heardToo(bob, text, "it was said again with another nonce");
                for (int i = 0; i < 2; i++) {
                    ada.ask("say", Map.of("room", room, "text", text));
                    heardToo(bob, text, "it was said without a nonce");
                }
                ada.ask("say", Map.of("room", room, "text", text, "nonce", nonce));
                String last = target.word();
                ada.ask("say", Map.of("room", room, "text", last));
                heardToo(bob, last, "it is another message");
            }
        }

        private static void heardToo(Guest guest, String text, String why) {
            guest.events.send("no-such-event", Map.of(), 9);
            while (true) {
                JsonNode came = guest.events.next();
                if (came.path("event").asText().equals("ack")
                        && came.path("data").has("error")) {
                    throw guest.fail(why + ", so it is heard, but it was not");
                }
                if (!came.path("event").asText().equals("said")) continue;
                if (!came.path("data").path("text").asText().equals(text)) {
                    throw guest.fail("must hear “" + text + "” as the next, since " + why
                            + ", but heard " + came.path("data"));
                }
                while (guest.events.next().path("id").asInt() != 9); // its own ack may come first
                return;
            }
        }

        @Test
        @DisplayName("14.2 a nonce is 1 to 40 of ! to ~")
        void refuses(Target target) {
            String room = room(target);
            try (var ada = Guest.enter(target, "a-" + target.word())) {
                ada.join(room);
                for (Object wrong : List.of("", "two words", "ä", "x".repeat(41), 7)) {
                    ada.refused("say", Map.of("room", room, "text", "x", "nonce", wrong), "nonce");
                }
                ada.ask("say", Map.of("room", room, "text", "x", "nonce", "x".repeat(40)));
            }
        }

        @Test
        @DisplayName("14.2 through any server, one too that was started later")
        void anywhere(Target target) {
            if (!target.starter().canStart()) return; // somebody else's server: it is one
            String room = room(target);
            String name = "a-" + target.word();
            try (var ada = Guest.enter(here(target), name); var too = Guest.enter(there(target),
                    name); var bob = Guest.enter(here(target), "b-" + target.word())) {
                Stream.of(ada, too, bob).forEach(each -> each.join(room));
                once(target, room, ada, too, bob);
                once(target, room, too, ada, bob);
            }
        }
    }

    @Exercise(id = "14.3", title = "Nothing missed", needs = "14.1",
            hints = {
                "history and live messages must meet without a gap. What may happen between the two"
                    + " lines that tell the one and begin the other? When do you know that nothing"
                    + " is missing?",
                "log.of(room) are that room's messages, oldest first; log.oldest() and log.newest()"
                    + " tell what is still there at all. Nobody else is told anything while join"
                    + " runs. For the star keep after, by member and room.",
                "join: if (after != null) member.tell(\"history\", history(room, after)); then"
                    + " floor.enter(member, room). history: filter said.id() > after; cut ="
                    + " Math.max(0, missed.size() - MOST_MESSAGES); complete: cut == 0 && (after =="
                    + " log.newest() || log.oldest() > 0 && log.oldest() <= after)."
            },
            starHints = {
                "Who was told up to after at another server must not hear it again here.",
                "Put after into a map, by member and room, in join; isNews compares said.id() with"
                    + " it."
            },
            starter = "history")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class NothingMissed extends OnTwo {
        private static Guest joins(Guest guest, String room, long after) {
            guest.events.send("join", Map.of("room", room, "after", after), 7);
            return guest;
        }

        private static JsonNode history(Guest guest, String room) {
            JsonNode came = guest.events.next();
            if (!came.path("event").asText().equals("history")) {
                throw guest.fail("a join with after is answered with history, then with the ack,"
                        + " but first came " + came);
            }
            JsonNode history = came.path("data");
            if (!history.path("room").asText().equals(room) || !history.path("messages").isArray()
                    || !history.path("complete").isBoolean()) {
                throw guest.fail("history is {\"room\", \"messages\", \"complete\"}, but got "
                        + history);
            }
            JsonNode ack = guest.events.expectAck(7);
            if (!ack.path("newest").isIntegralNumber()) {
                throw guest.fail("a join is acked with {\"newest\": id}, but got " + ack);
            }
            return history;
        }

        private static void expect(Guest guest, JsonNode history, List<JsonNode> missed,
                boolean complete, String why) {
            var came = new ArrayList<JsonNode>();
            history.path("messages").forEach(came::add);
            if (!came.equals(missed)) {
                throw guest.fail(why + ", so history has the " + missed.size() + " messages "
                        + texts(missed) + ", but it has " + texts(came));
            }
            if (history.path("complete").asBoolean() != complete) {
                throw guest.fail(why + ", so complete is " + complete + ", but it was "
                        + history.path("complete"));
            }
        }

        private static String texts(List<JsonNode> messages) {
            List<String> texts = messages.stream().map(each -> each.path("text").asText())
                    .toList();
            return texts.size() <= 6 ? "" + texts : texts.subList(0, 3) + " … "
                    + texts.getLast();
        }

        @Test
        @DisplayName("14.3 a join with after brings what was missed in that room, then the ack")
        void missed(Target target) {
            String room = room(target);
            String other = room(target);
            try (var ada = Guest.enter(target, "a-" + target.word());
                    var bob = Guest.enter(target, "b-" + target.word())) {
                ada.join(room).join(other);
                long first = ada.say(room, target.word()).path("id").asLong();
                var missed = new ArrayList<JsonNode>();
                for (int i = 0; i < 3; i++) {
                    missed.add(ada.say(room, target.word()));
                    ada.say(other, target.word());
                }
                expect(bob, history(joins(bob, room, first), room), missed, true,
                        "three messages came in " + room + " after " + first);
                String live = target.word();
                ada.say(room, live);
                bob.hears(room, live);
                long end = ada.say(other, target.word()).path("id").asLong();
                expect(bob, history(joins(bob, other, end), other), List.of(), true,
                        "nothing came after " + end);
            }
        }

        @Test
        @DisplayName("14.3 without after there is no history; the ack tells the newest id")
        void without(Target target) {
            String room = room(target);
            try (var ada = Guest.enter(target, "a-" + target.word());
                    var bob = Guest.enter(target, "b-" + target.word())) {
                ada.join(room);
                long id = ada.say(room, target.word()).path("id").asLong();
                bob.events.send("join", Map.of("room", room), 7);
                JsonNode ack = bob.events.expectAck(7);
                if (ack.path("newest").asLong() < id) {
                    throw bob.fail("the ack's newest is the newest id of the log, at least " + id
                            + ", but got " + ack);
                }
                try (var eve = Guest.enter(target, "c-" + target.word())) {
                    if (eve.welcome.path("newest").asLong() < id) {
                        throw eve.fail("the welcome's newest is at least " + id + ", but got "
                                + eve.welcome);
                    }
                }
                for (Object wrong : List.of(-1, "7", 1.5, true)) {
                    bob.refused("join", Map.of("room", room, "after", wrong), "after");
                }
            }
        }

        @Test
        @DisplayName("14.3 complete is false where nobody knows what came in between")
        void unknown(Target target) {
            String room = room(target);
            try (var ada = Guest.enter(target, "a-" + target.word());
                    var bob = Guest.enter(target, "b-" + target.word())) {
                ada.join(room);
                JsonNode said = ada.say(room, target.word());
                expect(bob, history(joins(bob, room, 1), room), List.of(said), false,
                        "nobody knows whether the log had messages between 1, which is long ago,"
                        + " and its oldest");
            }
        }

        @Test
        @DisplayName("14.3 live messages follow the history without gap or repeat")
        void noGap(Target target) {
            String room = room(target);
            int rounds = 4;
            try (var ada = Guest.enter(target, "a-" + target.word())) {
                ada.join(room);
                long after = ada.say(room, target.word()).path("id").asLong();
                var talk = Thread.startVirtualThread(() -> {
                    for (int i = 0; i < BURST - 20; i++) {
                        ada.events.send("say", Map.of("room", room, "text", "" + i));
                        pause(5);
                    }
                });
                for (int round = 0; round < rounds; round++) {
                    try (var bob = Guest.enter(target, "b-" + target.word())) {
                        JsonNode history = history(joins(bob, room, after), room);
                        int next = 0;
                        for (JsonNode said : history.path("messages")) {
                            expectNext(bob, said, next++);
                        }
                        for (int i = 0; i < 5 && next < BURST - 20; i++) {
                            expectNext(bob, bob.events.expect("said"), next++);
                        }
                    }
                }
                talk.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }

        private static void expectNext(Guest guest, JsonNode said, int next) {
            if (said.path("text").asText().equals("" + next)) return;
            throw guest.fail("live messages follow the history without a gap or a repeat: message "
                    + next + " is the next, but " + said.path("text") + " came");
        }

        @Test
        @DisplayName("14.3 at most the newest 1,000 come, and then complete is false")
        void most(Target target) {
            String room = room(target);
            int people = 12;
            try (var reader = Guest.enter(target, "r-" + target.word())) {
                reader.join(room);
                long after = reader.say(room, target.word()).path("id").asLong();
                var all = new ArrayList<JsonNode>();
                for (int person = 0; person < people; person++) {
                    try (var ada = Guest.enter(target, "p" + person + "-" + target.word())) {
                        ada.ask("join", Map.of("room", room));
                        for (int i = 0; i < BURST; i++) {
                            ada.events.send("say", Map.of("room", room, "text", "x"));
                        }
                        for (int i = 0; i < BURST; i++) all.add(reader.events.expect("said"));
                    }
                }
                JsonNode history = history(joins(reader, room, after), room);
                expect(reader, history, all.subList(all.size() - 1_000, all.size()), false,
                        all.size() + " messages were missed, and at most the newest 1,000 come");
                after = all.get(all.size() - 1_001).path("id").asLong();
                expect(reader, history(joins(reader, room, after), room),
                        all.subList(all.size() - 1_000, all.size()), true,
                        "exactly 1,000 messages were missed");
            }
        }

        @Star
        @Test
        @DisplayName("14.3★ none comes live with an id up to after, though it is heard late here")
        void notOld(Target target) {
            String room = room(target);
            try (var ada = Guest.enter(target, "a-" + target.word());
                    var bob = Guest.enter(target, "b-" + target.word())) {
                ada.join(room);
                // As if another server, which the member has left, had been ahead by so long.
                long after = ada.say(room, target.word()).path("id").asLong() + 1_200_000;
                history(joins(bob, room, after), room);
                String late = target.word();
                ada.say(room, late);
                String news;
                long id;
                do {
                    pause(100);
                    news = target.word();
                    id = ada.say(room, news).path("id").asLong();
                } while (id <= after);
                JsonNode came = bob.events.expect("said");
                if (came.path("id").asLong() <= after) {
                    throw bob.fail("who joins with after " + after + " has heard all up to it, but"
                            + " live came " + came);
                }
                if (!came.path("text").asText().equals(news)) {
                    throw bob.fail("must hear “" + news + "”, whose id is beyond after, but heard "
                            + came);
                }
                bob.ask("leave", Map.of("room", room));
                bob.join(room); // without after: all that is live
                String live = target.word();
                ada.say(room, live);
                bob.hears(room, live);
            }
        }
    }

    @Exercise(id = "14.4", title = "Go gently",
            hints = {
                "What must be true before the first client is told to go, so that it does not come"
                    + " right back? What if all come to the next server at once? And what if one"
                    + " never answers?",
                "isLeaving shuts the door. each.close(1012, \"…\") says goodbye to one; DRAIN_MS"
                    + " divided by their number is the time between two. members shrinks as they"
                    + " go.",
                "isLeaving = true; List<Member> all = List.copyOf(members); for (Member each : all)"
                    + " { each.close(1012, \"…\"); Thread.sleep(Duration.ofMillis(DRAIN_MS)"
                    + ".dividedBy(all.size())); } then wait while members is not empty, at most a"
                    + " second."
            },
            starter = "1012")
    class GoGently {
        private static final int CLIENTS = 20;
        private static final int DRAIN_MS = 1_000; // as the tests set it

        @Test
        @DisplayName("14.4 asked to end it shuts the door, sends all away with 1012, and ends")
        void gently(Target target) throws InterruptedException {
            try (var servers = Servers.of(target)) {
                gently(target, servers);
            }
        }

        private static void gently(Target target, Servers servers)
                throws InterruptedException {
            Servers.One one = servers.start();
            Target its = one.target();
            String cookie = Door.of(its).login("a-" + target.word());
            var clients = new ArrayList<RawWebSocket>();
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(RawWebSocket.open(its, "/ws", cookie).answeringPings());
                    clients.getLast().json();
                }
                long start = System.nanoTime();
                if (!one.process().askToEnd()) {
                    throw new TestAbortedException("here no program can be asked to end");
                }
                var told = new CountDownLatch(1); // the first of them
                var times = new HashMap<Integer, Long>();
                List<Thread> readers = new ArrayList<>();
                var failures = Collections.synchronizedList(new ArrayList<Throwable>());
                for (int i = 0; i < CLIENTS; i++) {
                    int number = i;
                    readers.add(Thread.startVirtualThread(() -> {
                        try {
                            clients.get(number).expectClose(1012, Duration.ofSeconds(8));
                            told.countDown();
                            synchronized (times) {
                                times.put(number, System.nanoTime() - start);
                            }
                            // One never answers.
                            if (number > 0) clients.get(number).sendClose(1012, "");
                        } catch (Throwable failed) {
                            failures.add(failed);
                            told.countDown();
                        }
                    }));
                }
                told.await();
                if (failures.isEmpty()) expectShut(its, cookie, one);
                for (Thread each : readers) each.join();
                if (!failures.isEmpty()) {
                    throw new AssertionError("a server that is asked to end says goodbye to each"
                            + " client with 1012 (service restart): "
                            + failures.getFirst().getMessage(), failures.getFirst());
                }
                long first = times.values().stream().min(Long::compare).orElseThrow();
                long last = times.values().stream().max(Long::compare).orElseThrow();
                if (last - first < DRAIN_MS * 500_000L) {
                    throw new AssertionError("the goodbyes are spread over DRAIN_MS=1000, else all"
                            + " clients come to the other servers at once; but " + CLIENTS
                            + " came within " + (last - first) / 1_000_000 + " ms");
                }
                while (one.process().isAlive()) {
                    if (System.nanoTime() - start > (DRAIN_MS + 4_500) * 1_000_000L) {
                        throw new AssertionError("the program ends within DRAIN_MS=1000 and 1.5 s,"
                                + " though one client never answers the goodbye; but it still runs"
                                + " after 5.5 s");
                    }
                    pause(10);
                }
            } finally {
                clients.forEach(RawWebSocket::close);
            }
        }

        /** Once it has told the first one to go, and still has others to tell. */
        private static void expectShut(Target its, String cookie, Servers.One one) {
            int ready = status(its, "/ready");
            if (ready != 503) {
                throw new AssertionError("a server that is asked to end is not ready: /ready"
                        + " answers 503 before the first client gets its 1012, but then "
                        + (ready < 0 ? "nobody listens any more" : "it answers " + ready)
                        + one.words());
            }
            if (status(its, "/health") != 200) {
                throw new AssertionError("/health answers 200 as long as the server lives, while"
                        + " it leaves, too");
            }
            Door door = Door.of(its);
            var refused = door.expectRefused(door.ask(cookie), 503, "the server leaves");
            refused.expectHeader("Retry-After", "1");
        }

        /** @return -1 where nobody listens */
        private static int status(Target its, String path) {
            try {
                return its.http().get(path).status();
            } catch (AssertionError gone) {
                return -1;
            }
        }
    }
}
