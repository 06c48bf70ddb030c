package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tests.clients.Door;
import tests.clients.Events;
import tests.clients.SmallRedis;
import workshop.testing.Await;
import workshop.testing.RealLesson;
import workshop.testing.RealRedis;

/**
 * What two servers of solution 14 do while the log that they share is ill: a say is refused in a
 * sentence, connections stay, and whatever was refused may be said again with its nonce: in the end
 * all hear each message once, and in one order.
 */
class Lesson14FaultsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15); // a refusal may take 4 s
    private static final Duration SOON = Duration.ofSeconds(20);

    /** A Redis, and what can befall it. */
    private interface Patient {
        String url();

        /** Gives what it answers, or the first line of that. */
        String ask(String... words) throws IOException;

        /** There is no room for anything more. */
        void full() throws IOException;

        /** It answers, but so late that nobody waits for it. */
        void slow() throws IOException;

        /** Each command is answered by an error. */
        void errors() throws IOException;

        /** It takes what is said, but lets nobody read. */
        void unreadable() throws IOException;

        void well() throws IOException;

        void close();
    }

    private record Own(SmallRedis redis) implements Patient {
        @Override
        public String url() {
            return redis.url();
        }

        @Override
        public String ask(String... words) {
            return redis.ask(words);
        }

        @Override
        public void full() {
            redis.full(true);
        }

        @Override
        public void slow() {
            redis.slow(3_000);
        }

        @Override
        public void errors() {
            redis.refuse("LOADING Redis is loading the dataset in memory", _ -> true);
        }

        @Override
        public void unreadable() {
            redis.refuse("NOPERM this user has no permissions", "XREAD"::equals);
            redis.cut();
        }

        @Override
        public void well() {
            redis.slow(0);
            redis.well();
        }

        @Override
        public void close() {
            redis.close();
        }
    }

    private record Real(RealRedis redis) implements Patient {
        @Override
        public String url() {
            return redis.url();
        }

        @Override
        public String ask(String... words) throws IOException {
            return redis.ask(words);
        }

        private void done(String command) throws IOException {
            assertEquals("+OK", redis.ask(command.split(" ")), command);
        }

        @Override
        public void full() throws IOException {
            done("CONFIG SET maxmemory 1");
        }

        @Override
        public void slow() throws IOException {
            done("CLIENT PAUSE 6000 ALL"); // longer than one waits for a turn and for an answer
        }

        @Override
        public void errors() throws IOException {
            done("ACL SETUSER default -@all +acl");
        }

        @Override
        public void unreadable() throws IOException {
            done("ACL SETUSER default -xread");
            redis.ask("CLIENT", "KILL", "TYPE", "normal"); // who reads just now, too
        }

        @Override
        public void well() throws IOException {
            done("ACL SETUSER default +@all");
            done("CONFIG SET maxmemory 0");
        }

        @Override
        public void close() {
            redis.close();
        }
    }

    /** Somebody in a room, who keeps what was heard there. */
    private static final class Guest implements AutoCloseable {
        private final List<String> heard = new ArrayList<>();
        private final Map<String, Long> ids = new HashMap<>(); // by text
        private final String room;
        private final Events events;
        private long newest;

        Guest(RealLesson server, String name, String room) {
            this.room = room;
            Door door = Door.of(server.target());
            events = door.enter(name);
        }

        Guest join() {
            assertFalse(tell("join", Map.of("room", room)).has("error"));
            return this;
        }

        private JsonNode next() {
            JsonNode came = events.socket().json(PATIENCE);
            JsonNode data = came.path("data");
            switch (came.path("event").asText()) {
                case "said" -> hear(data);
                case "history" -> data.path("messages").forEach(this::hear);
                default -> { } // is for who reads it
            }
            return came;
        }

        private void hear(JsonNode said) {
            long id = said.path("id").asLong();
            assertTrue(id > newest, () -> "ids grow, but after " + newest + " came " + said);
            newest = id;
            heard.add(said.path("text").asText());
            ids.put(said.path("text").asText(), id);
        }

        /** The data of the ack. */
        JsonNode tell(String event, Map<String, ?> data) {
            events.send(event, data, 7);
            while (true) {
                JsonNode came = next();
                if (came.path("event").asText().equals("ack")) return came.path("data");
            }
        }

        /** Says it, with a nonce, until it is taken. */
        Guest say(String text) {
            Await.until(text + " to be taken", SOON, () -> !once(text).has("error"));
            return this;
        }

        private JsonNode once(String text) {
            String nonce = room + "/" + text.replace(' ', '-'); // no other test's
            return tell("say", Map.of("room", room, "text", text, "nonce", nonce));
        }

        void refused(String text) {
            JsonNode data = once(text);
            assertTrue(data.path("error").asText().contains("say it again later"), data::toString);
        }

        /** Says it until the log has it, which nobody can read. */
        void stored(String text) {
            Await.until(text + " to be stored", SOON, () -> {
                String why = once(text).path("error").asText();
                assertFalse(why.isEmpty(), "nobody can have read it");
                return why.contains("with its nonce");
            });
        }

        /** All that it has heard, up to this text. */
        List<String> heardUpTo(String text) {
            while (!heard.contains(text)) next();
            return heard;
        }

        @Override
        public void close() {
            events.close();
        }
    }

    private static int ready(RealLesson server) {
        return server.target().http().get("/ready").status();
    }

    private static void await(RealLesson server, int ready) {
        Await.until("/ready to answer " + ready, SOON, () -> ready(server) == ready);
    }

    private static RealLesson sharing(Patient redis) {
        return RealLesson.solution(14, Map.of("REDIS_URL", redis.url(), "SECRET", "of the faults",
                "BEAT_MS", "300", "STEP_MS", "20", "RATE", "1000", "BURST", "1000"));
    }

    /** Two servers, and two people in a room that no other test knows, each on one of them. */
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Faults {
        private Patient redis;
        private RealLesson one;
        private RealLesson two;
        private int rooms;
        private Guest ada;
        private Guest bob;

        abstract Patient start() throws IOException;

        @BeforeAll
        void begin() throws IOException {
            redis = start();
            one = sharing(redis);
            two = sharing(redis);
        }

        @AfterAll
        void end() throws IOException {
            if (one != null) one.close();
            if (two != null) two.close();
            if (redis != null) redis.close();
        }

        @BeforeEach
        void comeIn() {
            rooms++;
            await(one, 200);
            await(two, 200);
            ada = new Guest(one, "ada", "room-" + rooms).join();
            bob = new Guest(two, "bob", "room-" + rooms).join();
        }

        @AfterEach
        void goOut() throws IOException {
            redis.well();
            if (ada != null) ada.close();
            if (bob != null) bob.close();
        }

        private void expectHeard(String... texts) {
            for (Guest each : List.of(ada, bob)) {
                assertEquals(List.of(texts), each.heardUpTo(texts[texts.length - 1]));
            }
        }

        /** What needs no log is done meanwhile. */
        private void expectConnected() {
            for (Guest each : List.of(ada, bob)) {
                assertFalse(each.tell("join", Map.of("room", "elsewhere")).has("error"));
                assertFalse(each.tell("rooms", Map.of()).has("error"));
            }
        }

        @Test
        @DisplayName("14 full: what is said is refused and heard by nobody, until there is room")
        void full() throws IOException {
            redis.full();
            ada.refused("lost");
            bob.refused("lost too");
            expectConnected();
            redis.well();
            ada.say("one");
            bob.say("two");
            expectHeard("one", "two");
        }

        @Test
        @DisplayName("14 slow: what is said is refused in time; said again it is heard once")
        void slow() throws IOException {
            redis.slow();
            ada.refused("late");
            expectConnected();
            redis.well();
            ada.say("late");
            bob.say("after it");
            expectHeard("late", "after it");
        }

        @Test
        @DisplayName("14 errors: the door is shut, who is in stays in, and it goes on where it was")
        void errors() throws IOException {
            ada.say("before");
            redis.errors();
            for (RealLesson each : List.of(one, two)) {
                await(each, 503);
                Door door = Door.of(each.target());
                door.expectRefused(door.ask(door.login("eve")), 503, "the log is out of reach")
                        .expectHeader("Retry-After", "1");
            }
            ada.refused("lost");
            expectConnected();
            redis.well();
            await(one, 200);
            await(two, 200);
            bob.say("after it");
            expectHeard("before", "after it");
        }

        @Test
        @DisplayName("14 stored, but not read: it is refused, and what is said again is heard once")
        void unreadable() throws IOException {
            redis.unreadable();
            await(one, 503);
            await(two, 503);
            ada.stored("stored");
            redis.well();
            ada.say("stored");
            bob.say("after it");
            expectHeard("stored", "after it");
        }

        @Test
        @DisplayName("14 wiped: ids go on, nothing old comes, and what was lost can be said again")
        void wiped() throws IOException {
            ada.say("one");
            bob.heardUpTo("one");
            redis.ask("FLUSHALL");
            bob.say("two");
            ada.heardUpTo("two");
            try (RealLesson later = sharing(redis)) {
                await(later, 200);
                try (var eve = new Guest(later, "eve", ada.room)) {
                    // It does not know whether there was anything between the two.
                    JsonNode ack = eve.tell("join", Map.of("room", ada.room, "after",
                            ada.ids.get("one")));
                    assertEquals(bob.ids.get("two"), ack.path("newest").asLong());
                    assertEquals(List.of("two"), eve.heard);
                }
            }
            redis.unreadable();
            await(one, 503);
            await(two, 503);
            ada.stored("wiped");
            redis.ask("FLUSHALL");
            redis.well();
            ada.say("wiped");
            bob.say("last");
            expectHeard("one", "two", "wiped", "last");
        }

        @Test
        @DisplayName("14 a clock that jumped back an hour: ids grow, all come once, in one order")
        void clock() throws IOException {
            ada.say("one");
            long ahead = (System.currentTimeMillis() + 3_600_000) * 1_000;
            redis.ask("XADD", "feed", ahead / 1_000 + "-0", "text", "{\"said\":{\"id\":0,\"from\":"
                    + "\"zoe\",\"text\":\"before the jump\",\"at\":\"2026-11-22T10:15:30Z\","
                    + "\"room\":\"" + ada.room + "\"},\"nonce\":null}");
            bob.heardUpTo("before the jump");
            ada.say("two");
            bob.say("three");
            try (RealLesson later = sharing(redis)) {
                await(later, 200);
                try (var eve = new Guest(later, "eve", ada.room)) {
                    eve.tell("join", Map.of("room", ada.room, "after", ada.ids.get("one")));
                    assertEquals(List.of("before the jump", "two", "three"), eve.heard);
                    eve.say("four");
                }
            }
            ada.heardUpTo("four");
            bob.heardUpTo("four");
            redis.ask("FLUSHALL"); // whose ids nobody but the servers knows now
            ada.say("five");
            expectHeard("one", "before the jump", "two", "three", "four", "five");
            assertTrue(ada.ids.get("two") > ahead, ada.ids::toString);
        }

        @Test
        @DisplayName("14 a job whose claim is forgotten by now is not done again")
        void oldJob() throws IOException {
            redis.ask("DEL", "jobs");
            redis.ask("XADD", "jobs", System.currentTimeMillis() - 3_700_000 + "-0", "text",
                    "{\"person\":\"ada\",\"steps\":1}");
            try (RealLesson later = sharing(redis)) {
                await(later, 200);
                ada.events.send("work", Map.of("steps", 5));
                JsonNode first = ada.next();
                assertEquals("progress", first.path("event").asText(), first.toString());
            }
        }
    }

    @Nested
    class OfOurOwn extends Faults {
        @Override
        Patient start() {
            return new Own(SmallRedis.start());
        }
    }

    @Nested
    class TheRealOne extends Faults {
        @Override
        Patient start() throws IOException {
            return new Real(RealRedis.start());
        }
    }

    @Test
    @DisplayName("14 a server that starts while the log is wiped is ready all the same")
    void wipedAtTheStart() throws Exception {
        try (var redis = SmallRedis.start()) {
            redis.ask("XADD", "feed", System.currentTimeMillis() + "-0", "text", "{\"said\":{"
                    + "\"id\":0,\"from\":\"zoe\",\"text\":\"old\",\"at\":\"\",\"room\":\"r\"}}");
            var asked = new CountDownLatch(1);
            redis.refuse("NOPERM this user has no permissions", command -> {
                if (command.equals("XREVRANGE")) asked.countDown(); // where the log's end is
                return command.equals("XREAD");
            });
            try (RealLesson server = sharing(new Own(redis))) {
                assertTrue(asked.await(SOON.toSeconds(), TimeUnit.SECONDS));
                redis.wipe();
                assertEquals(503, ready(server));
                redis.well();
                await(server, 200);
            }
        }
    }
}
