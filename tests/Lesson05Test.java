package tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tests.clients.Answer;
import tests.clients.Feed;
import tests.clients.Feed.Said;
import tests.clients.RawClient;
import tests.clients.RawHttp;

/**
 * Knows a port, the paths /messages and /stats, and JSON. Others may write to the same server: a
 * test asks behind the message that it has posted itself, and counts from what was there before.
 */
@ExtendWith(TargetResolver.class)
@Environment({"STATE_PAUSE_MS=5"})
class Lesson05Test {
    private static final Duration AT_ONCE = Duration.ofMillis(1_000); // the contract's second
    private static final Duration LATE = Duration.ofSeconds(2);
    private static final Duration STATS = Duration.ofSeconds(4); // a busy machine gets there, too
    private static final Duration A_MOMENT = Duration.ofMillis(100);  // enough to answer at once
    private static final int PATIENT = 25; // seconds; longer than any test here takes

    @Exercise(id = "5.1", title = "Hold the request",
            hints = {
                "To answer late is not to return yet: the handler's thread simply waits, and the"
                    + " client waits with it. Two things are needed. hold waits while there is"
                    + " nothing for this client and time is left; ring wakes all who wait when a"
                    + " message was stored.",
                "next(ctx, after, until) waits until it is woken, or its time is over."
                    + " waiting.wakeAll() wakes all. To be woken is not yet to have news: the"
                    + " message may be one that"
                    + " is not newer than after. So ask again while the page is empty and"
                    + " left(until) is more than 0.",
                "List<Message> page = next(ctx, after, until); while (page.isEmpty() &&"
                    + " left(until) > 0) page = next(ctx, after, until); return page; — and ring is"
                    + " waiting.wakeAll();"
            },
            starter = "must be held")
    class Hold {
        @Test
        @DisplayName("5.1 a held request is answered within a second of the next message")
        void answersTheNext(Target target) {
            Said last = new Feed(target).post();
            try (var reader = new Held(target, last.id(), PATIENT)) {
                reader.expectHeld("there is nothing newer than " + last.id());
                Said next = new Feed(target).post();
                Answer answer = reader.expectWithin(AT_ONCE, next);
                answer.expectHeader("Cache-Control", "no-store");
            }
        }

        @Test
        @DisplayName("5.1 who is not willing to wait is not held")
        void holdsNobodyElse(Target target) {
            Said last = new Feed(target).post();
            try (var reader = new Held(target, "after=" + last.id())) {
                reader.answerWithin(AT_ONCE, "it says nothing of waiting, so nothing is left of"
                        + " its time").expectStatus(204).expectEmptyBody();
            }
        }

        @Test
        @DisplayName("5.1 what is there already is not waited for, oldest first, 100 at most")
        void answersAtOnce(Target target) {
            var feed = new Feed(target);
            Said first = feed.post();
            atOnce(Collections.nCopies(10, () -> {
                for (int i = 0; i < 10; i++) feed.post();
                return null;
            }));
            long before = first.id() - 1;
            try (var reader = new Held(target, before, PATIENT)) {
                Answer answer = reader.answerWithin(AT_ONCE, "messages are there");
                List<Said> page = Feed.listed(answer.expectStatus(200));
                for (int i = 0; i < page.size(); i++) {
                    if (page.get(i).id() != before + 1 + i) {
                        throw answer.fail("expected messages from " + (before + 1)
                                + " on, oldest first, but number " + (i + 1) + " has id "
                                + page.get(i).id());
                    }
                }
                if (page.size() != 100) {
                    throw answer.fail("101 messages are there, so a page holds 100, but got "
                            + page.size());
                }
            }
        }

        @Test
        @DisplayName("5.1 everyone who waits gets it")
        void answersEverybody(Target target) {
            Said last = new Feed(target).post();
            var readers = new ArrayList<Held>();
            try {
                for (int i = 0; i < 30; i++) readers.add(new Held(target, last.id(), PATIENT));
                readers.getLast().expectHeld("there is nothing newer", 200);
                for (Held each : readers) each.expectHeld("there is nothing newer", 0);
                Said next = new Feed(target).post();
                for (Held each : readers) each.expectWithin(AT_ONCE, next);
            } finally {
                readers.forEach(Held::close);
            }
        }

        @Test
        @DisplayName("5.1 a message that is not newer than one's after wakes nobody")
        void sleepsThroughOldNews(Target target) {
            Said last = new Feed(target).post();
            try (var reader = new Held(target, last.id() + 1, PATIENT)) {
                reader.expectHeld("it asks behind the next message");
                Said notNewer = new Feed(target).post();
                reader.expectHeld("message " + notNewer.id() + " is not newer than its after");
                Said newer = new Feed(target).post();
                reader.expectWithin(AT_ONCE, newer);
            }
        }
    }

    @Exercise(id = "5.2", title = "Not for ever", needs = "5.1",
            hints = {
                "A time span and a point in time are two things. If somebody else's message wakes"
                    + " you after 3 of 5 seconds, how long do you still wait? Keep the end, and"
                    + " compute each time what is left of it.",
                "Query.number(name, text) reads a whole number or refuses with 400; missing is"
                    + " 0. System.nanoTime() is the clock for spans: nobody sets it back. list"
                    + " calls until before it looks at anything else.",
                "until: long wait = Query.number(\"wait\", ctx.queryParam(\"wait\")); if (wait >"
                    + " MAX_WAIT) throw new BadRequestResponse(…); return System.nanoTime() +"
                    + " TimeUnit.SECONDS.toNanos(wait); — left: Math.ceilDiv(until -"
                    + " System.nanoTime(), 1_000_000), rounded up, so that nobody wakes too early."
            },
            starter = "must be refused with 400")
    class NotForEver {
        @Test
        @DisplayName("5.2 wait is 0 to 60 whole seconds, and that is checked before anything else")
        void refusesBadWaits(Target target) {
            long before = new Feed(target).post().id() - 1; // so something is there
            for (String wait : List.of("61", "", "-1", "1.5", "1e1", "%2B1", "%201", "0x1", "ten",
                    "%D9%A1", "9999999999999999999", "100000000000000000")) {
                refused(target, "/messages?after=" + before + "&wait=" + wait, "wait=" + wait);
                refused(target, "/messages?wait=" + wait + "&after=999999999",
                        "wait=" + wait + ", where there is nothing to tell,");
            }
        }

        @Test
        @DisplayName("5.2 after is a whole number, held or not")
        void refusesBadCursors(Target target) {
            for (String after : List.of("", "-1", "1.5", "x", "%2B1", "%D9%A1",
                    "1000000000000000000")) {
                refused(target, "/messages?after=" + after + "&wait=1", "after=" + after);
            }
        }

        @Test
        @DisplayName("5.2 without wait, and with wait=0, 204 comes at once")
        void asksWithoutWaiting(Target target) {
            Said last = new Feed(target).post();
            for (String wait : List.of("", "&wait=0")) {
                try (var reader = new Held(target, "after=" + last.id() + wait)) {
                    reader.answerWithin(AT_ONCE, "it is not willing to wait").expectStatus(204)
                            .expectEmptyBody().expectHeader("Cache-Control", "no-store");
                }
            }
        }

        @Test
        @DisplayName("5.2 204 comes after wait seconds, though others write what is not newer")
        void endsInTime(Target target) {
            Said last = new Feed(target).post();
            try (var reader = new Held(target, last.id() + 1_000_000, 1)) {
                Answer early = reader.poll(Duration.ofMillis(900));
                if (early != null) {
                    throw early.fail("wait=1 must be held for a second, but was answered with "
                            + early.status() + " after " + reader.since().toMillis() + " ms");
                }
                reader.answerWithin(Duration.ofMillis(800), "its wait of 1 s was over 0.7 s ago")
                        .expectStatus(204);
            }
            // Two at once: the one is never woken, the other again and again.
            try (var quiet = new Held(target, last.id() + 1_000_000, 1);
                    var busy = new Held(target, last.id() + 1_000_000, 1)) {
                Answer ended = null;
                while (ended == null && busy.since().compareTo(LATE) < 0) {
                    new Feed(target).post();
                    ended = busy.poll(Duration.ofMillis(150));
                }
                if (ended == null) {
                    throw busy.client.fail("each message of others begins the wait anew: wait=1"
                            + " was over a second ago, and what was posted meanwhile is not newer"
                            + " than its after, but 204 did not come");
                }
                ended.expectStatus(204).expectEmptyBody()
                        .expectHeader("Cache-Control", "no-store");
                quiet.answerWithin(AT_ONCE, "its wait of 1 s was over").expectStatus(204);
            }
        }

        @Test
        @DisplayName("5.2 a wait of 60 seconds is granted")
        void grantsTheLongest(Target target) {
            Said last = new Feed(target).post();
            try (var reader = new Held(target, last.id(), 60)) {
                reader.expectHeld("it is willing to wait for 60 s, which is allowed");
                reader.expectWithin(AT_ONCE, new Feed(target).post());
            }
        }
    }

    @Exercise(id = "5.3", title = "Nothing falls into the gap", needs = "5.1",
            hints = {
                "You look for messages: none. Now one is posted, and all on the list are woken."
                    + " Now you go on the list. Who wakes you? Draw the two on two lines and mark"
                    + " the gap.",
                "Be on the list before you look: then a message that comes after the look wakes"
                    + " you, and sleep returns at once.",
                "try (var place = waiting.take(ctx)) { List<Message> there = feed.after(after,"
                    + " PAGE); if (!there.isEmpty()) return there; place.sleep(left(until)); }"
                    + " return feed.after(after, PAGE);"
            },
            starter = "was posted at the very instant of asking")
    class NoGap {
        private static final int ROUNDS = 25;
        private static final int ASK = 20; // in each, one after the other: 500 instants
        private static final int CROWD = 20;
        private static final int EACH = 5;

        @Test
        @DisplayName("5.3 a message posted at the very instant of asking is answered, 500 times")
        void nothingFallsIntoTheGap(Target target) {
            var readers = new ArrayList<RawClient>();
            try (RawClient writer = target.connect()) {
                for (int i = 0; i < ASK; i++) readers.add(target.connect());
                long last = new Feed(target).post().id();
                for (int round = 0; round < ROUNDS; round++) {
                    last = askAndPost(target, readers, writer, last, round * ASK);
                }
            } finally {
                readers.forEach(RawClient::close);
            }
        }

        /**
         * One asks after the other, on a connection that stays open, as a browser's does; amid
         * them a message is posted. So it meets each of them at another moment: when it looks,
         * before, after, and between its look and its sleep.
         *
         * @return the message's id
         */
        private static long askAndPost(Target target, List<RawClient> readers, RawClient writer,
                long last, int before) {
            String text = target.word();
            int amid = target.number(ASK / 4, ASK * 3 / 4);
            // All together as long as two of the pauses that what is given makes.
            int step = 1 + 2_000_000 / ASK * Math.max(1, (int) target.limit("STATE_PAUSE_MS", 0));
            var held = new ArrayList<Held>();
            for (int i = 0; i < ASK; i++) {
                if (i == amid) writer.send(request(target, text));
                held.add(new Held(readers.get(i), target, "after=" + last + "&wait=" + PATIENT));
                LockSupport.parkNanos(target.random().nextInt(step));
            }
            long id = Feed.said(RawHttp.answer(writer, "POST").expectStatus(201)).id();
            for (int i = 0; i < ASK; i++) {
                String what = "message " + id + " was posted at the very instant of asking behind "
                        + last + " (time " + (before + i + 1) + " of " + ROUNDS * ASK + ")";
                Answer answer = held.get(i).poll(LATE);
                if (answer == null) {
                    throw held.get(i).client.fail(what + ", and for " + LATE.toSeconds() + " s"
                            + " there was no answer: it fell between the look into the feed and"
                            + " the list of who waits");
                }
                if (Feed.listed(answer).stream().noneMatch(said -> said.text().equals(text))) {
                    throw answer.fail(what + ", so the answer must bring it, but it brings "
                            + (answer.status() == 204 ? "nothing" : "others alone"));
                }
            }
            return id;
        }

        @Test
        @DisplayName("5.3 under 20 writers 20 readers miss, repeat and reorder nothing")
        void crowdMissesNothing(Target target) {
            long start = new Feed(target).post().id();
            String crowd = target.word();
            var talks = new ArrayList<Callable<Void>>();
            for (int i = 0; i < CROWD; i++) {
                String writer = crowd + i;
                talks.add(() -> read(target, start, crowd));
                talks.add(() -> {
                    for (int n = 0; n < EACH; n++) new Feed(target).post(writer, target.word());
                    return null;
                });
            }
            atOnce(talks);
        }

        /** Asks on one connection, as a browser does, until all that the crowd says was heard. */
        private static Void read(Target target, long start, String crowd) {
            long last = start;
            try (RawClient client = target.connect()) {
                for (int heard = 0; heard < CROWD * EACH; ) {
                    var held = new Held(client, target, "after=" + last + "&wait=" + PATIENT);
                    Answer answer = held.answerWithin(LATE, "others write all the time (it heard "
                            + heard + " of " + CROWD * EACH + " messages)");
                    for (Said said : Feed.listed(answer.expectStatus(200))) {
                        if (said.id() != last + 1) {
                            throw answer.fail("after message " + last + " comes " + (last + 1)
                                    + ", but a reader got " + said.id() + ": one is "
                                    + (said.id() > last ? "missing" : "told again"));
                        }
                        last = said.id();
                        if (said.from().startsWith(crowd)) heard++;
                    }
                }
            }
            return null;
        }

        private static byte[] request(Target target, String text) {
            String body = Feed.draft("ada", text);
            return ("POST /messages HTTP/1.1\r\nHost: " + target.http().authority()
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Exercise(id = "5.4", title = "Waiting is cheap", needs = "5.1",
            hints = {
                "Each request that waits keeps a thread of Jetty's pool, and the pool has 250. So"
                    + " number 251 is not even read, and neither is anybody else's request. More"
                    + " threads would do, but each costs memory and the system's attention. What"
                    + " kind of thread costs next to nothing while it waits?",
                "Since Java 21 there are virtual threads: the same code, but a thread that waits is"
                    + " an object, and the system's thread below it serves somebody else. Javalin"
                    + " has a switch for them in config.concurrency.",
                "config.concurrency.useVirtualThreads = true;"
            },
            starter = "must be held")
    class Cheap {
        private static final int CROWD = 1_000;
        private static final int FEW = 300;
        private static final int OF_THE_JVM = 100; // at most, on a machine with many cores

        @Test
        @DisplayName("5.4 1,000 requests wait while the server has fewer than 300 platform threads")
        void thousandWait(Target target) {
            Said last = new Feed(target).post();
            long before = stats(target, "waiting");
            var readers = new ArrayList<Held>();
            try {
                for (int i = 0; i < CROWD; i++) readers.add(new Held(target, last.id(), PATIENT));
                readers.getFirst().expectHeld("there is nothing newer");
                awaitWaiting(target, before + CROWD, STATS, CROWD + " requests wait");
                long threads = stats(target, "threads");
                if (threads >= FEW || threads < 1) {
                    throw ask(target).fail(CROWD + " requests wait, and the server has " + threads
                            + " platform threads; expected 1 to " + (FEW - 1));
                }
                int counted = target.threads().orElse(0);
                if (counted >= FEW + OF_THE_JVM) {
                    throw ask(target).fail(CROWD + " requests wait, and GET /stats tells "
                            + threads + " threads, but the operating system counts " + counted
                            + " (of which the JVM has some 20 for itself)");
                }
                new Feed(target).post(); // they may go
            } finally {
                readers.forEach(Held::close);
            }
            calm(target, before);
        }
    }

    @Exercise(id = "5.5", title = "The ones who left are forgotten", needs = "5.1",
            hints = {
                "Whoever waits in the server cannot see that its client has gone. Somebody else"
                    + " must look from time to time, at each one who waits, and wake just that one."
                    + " And while it looks, nobody may answer on that connection.",
                "waiting.forEach(place -> …) goes round, Jetty.hungUp(place.request()) tells,"
                    + " place.interrupt() wakes that one: its sleep throws an InterruptedException,"
                    + " which list is prepared for. Between two rounds: Thread.sleep(LOOK_MS). One"
                    + " round is not enough.",
                "try { while (true) { Thread.sleep(LOOK_MS); waiting.forEach(place -> { if"
                    + " (Jetty.hungUp(place.request())) place.interrupt(); }); } } catch"
                    + " (InterruptedException over) { return; }"
            },
            starter = "must be held")
    class Forgotten {
        private static final int FIRST = 5;
        private static final int LEAVE = 100;
        private static final int STAY = 20;

        @Test
        @DisplayName("5.5 after 100 clients left, those who still wait are counted, undisturbed")
        void forgetsWhoLeft(Target target) {
            Said last = new Feed(target).post();
            long before = stats(target, "waiting");
            var staying = new ArrayList<Held>();
            var first = new ArrayList<Held>();
            var leaving = new ArrayList<Held>();
            try {
                for (int i = 0; i < STAY; i++) staying.add(new Held(target, last.id(), PATIENT));
                for (int i = 0; i < FIRST; i++) first.add(new Held(target, last.id(), PATIENT));
                for (int i = 0; i < LEAVE; i++) leaving.add(new Held(target, last.id(), PATIENT));
                staying.getFirst().expectHeld("there is nothing newer");
                awaitWaiting(target, before + STAY + FIRST + LEAVE, STATS,
                        STAY + FIRST + LEAVE + " requests wait");
                // A few first: when they are forgotten somebody has just looked, so the others
                // wait for the whole time until he looks again.
                first.forEach(Held::close);
                awaitForgotten(target, before + STAY + LEAVE, FIRST, staying);
                for (int i = 0; i < LEAVE; i++) {
                    if (i % 2 == 0) leaving.get(i).client.reset();
                    else leaving.get(i).close();
                }
                awaitForgotten(target, before + STAY, LEAVE, staying);
                Said next = new Feed(target).post();
                for (Held each : staying) each.expectWithin(AT_ONCE, next);
                awaitWaiting(target, before, LATE, "all were answered");
            } finally {
                staying.forEach(Held::close);
                first.forEach(Held::close);
                leaving.forEach(Held::close);
            }
        }

        private static void awaitForgotten(Target target, long left, int gone,
                List<Held> staying) {
            calm(target, left);
            for (Held each : staying) each.expectHeld("it did not leave, others did", 0);
            Answer answer = lookFor(target, waiting -> waiting == left, Duration.ZERO);
            long counted = waiting(answer);
            if (counted == left) return;
            throw answer.fail(gone + " clients whose requests were held closed or reset their"
                    + " connections, so " + left + " still wait, but after " + LATE.toSeconds()
                    + " s GET /stats counts " + counted);
        }
    }

    // ---- a request that is held ---------------------------------------------------------------

    /** A reader who asks, and waits. */
    private static final class Held implements AutoCloseable {
        final RawClient client;
        final String request;
        final long asked = System.nanoTime();

        Held(Target target, long after, int wait) {
            this(target, "after=" + after + "&wait=" + wait);
        }

        Held(Target target, String query) {
            this(target.connect(), target, query);
        }

        Held(RawClient client, Target target, String query) {
            this.client = client;
            request = "GET /messages?" + query;
            client.send(request + " HTTP/1.1\r\nHost: " + target.http().authority() + "\r\n\r\n");
        }

        Duration since() {
            return Duration.ofNanos(System.nanoTime() - asked);
        }

        /** The answer, if one comes within that time; else null. Interim ones (1xx) are none. */
        Answer poll(Duration limit) {
            long deadline = System.nanoTime() + limit.toNanos();
            while (!client.isSilent(Duration.ofNanos(
                    Math.max(1_000_000, deadline - System.nanoTime())))) {
                Answer head = RawHttp.readHead(client);
                if (head.status() / 100 != 1) return RawHttp.withBody(head, "GET");
            }
            return null;
        }

        /** Not yet answered. */
        void expectHeld(String why) {
            expectHeld(why, A_MOMENT.toMillis());
        }

        void expectHeld(String why, long millis) {
            Answer answer = poll(Duration.ofMillis(millis));
            if (answer == null) return;
            throw answer.fail(request + " must be held, since " + why + ", but it was answered"
                    + " with " + answer.status() + " after " + since().toMillis() + " ms");
        }

        Answer answerWithin(Duration limit, String why) {
            Answer answer = poll(limit);
            if (answer != null) return answer;
            throw client.fail(request + " must be answered: " + why + ". But nothing came for "
                    + limit.toMillis() + " ms");
        }

        /** The answer is that message, and those behind it that others may have posted. */
        Answer expectWithin(Duration limit, Said message) {
            Answer answer = answerWithin(limit, "message " + message.id() + " was posted");
            List<Said> page = Feed.listed(answer.expectStatus(200));
            if (page.isEmpty() || !page.getFirst().equals(message)) {
                throw answer.fail(request + " must be answered with " + message + ", but got "
                        + page);
            }
            return answer;
        }

        @Override
        public void close() {
            client.close();
        }
    }

    // ---- what the server tells of itself ------------------------------------------------------

    private static Answer ask(Target target) {
        try (RawClient client = target.connect()) {
            client.send("GET /stats HTTP/1.1\r\nHost: " + target.http().authority() + "\r\n\r\n");
            if (client.isSilent(STATS)) {
                throw client.fail("GET /stats must be answered, however many requests wait, but"
                        + " nothing came for " + STATS.toMillis() + " ms: has the server a thread"
                        + " left?");
            }
            return RawHttp.answer(client, "GET").expectStatus(200);
        }
    }

    private static long stats(Target target, String name) {
        Answer answer = ask(target);
        JsonNode number = answer.json().path(name);
        if (!number.isIntegralNumber()) {
            throw answer.fail("expected {\"waiting\": n, \"threads\": n}, but “" + name
                    + "” is " + number);
        }
        return number.asLong();
    }

    private static void awaitWaiting(Target target, long expected, Duration limit, String what) {
        Answer answer = lookFor(target, waiting -> waiting == expected, limit);
        long waiting = waiting(answer);
        if (waiting != expected) {
            throw answer.fail(what + ", so GET /stats must tell " + expected + " waiting within "
                    + limit.toSeconds() + " s, but it tells " + waiting);
        }
    }

    /** Waits, not for ever, until no more than so many wait. */
    private static void calm(Target target, long most) {
        lookFor(target, waiting -> waiting <= most, LATE);
    }

    /**
     * The first answer of which this holds, or the one after that time without a change: a crowd
     * that comes one behind the other is slow, and still comes.
     */
    private static Answer lookFor(Target target, LongPredicate right, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        long most = -1;
        while (true) {
            Answer answer = ask(target);
            long waiting = waiting(answer);
            if (right.test(waiting) || System.nanoTime() > deadline) return answer;
            if (waiting > most) deadline = System.nanoTime() + limit.toNanos();
            most = Math.max(most, waiting);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10)); // not to ask all the time
        }
    }

    private static long waiting(Answer stats) {
        return stats.json().path("waiting").asLong(-1);
    }

    private static void refused(Target target, String path, String what) {
        try (RawClient client = target.connect()) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: " + target.http().authority()
                    + "\r\n\r\n");
            if (client.isSilent(AT_ONCE)) {
                throw client.fail(what + " must be refused with 400, but nothing came for "
                        + AT_ONCE.toMillis() + " ms");
            }
            Answer answer = RawHttp.answer(client, "GET");
            if (answer.status() != 400) {
                throw answer.fail(what + " must be refused with 400, but got " + answer.status());
            }
            if (answer.json().path("error").asText().isBlank()) {
                throw answer.fail(what + " was refused, but the body is not"
                        + " {\"error\": \"a sentence\"}");
            }
        }
    }

    /** All at the same time; the first that fails tells. */
    private static void atOnce(List<Callable<Void>> talks) {
        try (var people = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<Void>>();
            for (Callable<Void> talk : talks) running.add(people.submit(talk));
            for (Future<Void> each : running) each.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof AssertionError expectation) throw expectation;
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
