package tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tests.clients.Answer;
import tests.clients.Feed;
import tests.clients.Feed.Said;
import tests.clients.RawClient;
import tests.clients.RawEvents;
import tests.clients.RawEvents.Event;
import tests.clients.RawHttp;

/**
 * Knows a port, {@code POST /messages}, {@code GET /events} and {@code GET /stats}. Others may
 * listen at the same server, and connections of the test before may still be counted: what is
 * counted is compared with what the server says, never with a number of our own.
 */
@ExtendWith(TargetResolver.class)
@Environment({"HEARTBEAT_MS=600", "SLOW_MS=500", "STATE_PAUSE_MS=5"})
class Lesson06Test {
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration A_MOMENT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(8);
    private static final long LATE_MS = 500; // that a busy machine may be late

    @Exercise(id = "6.1", title = "Stream",
            hints = {
                "The answer never ends, so neither does the loop: look whether the feed has"
                    + " messages behind the listener's place, write them, move the place on; if"
                    + " there are none, wait for the bell. Try curl -N"
                    + " http://localhost:7006/events and post something.",
                "feed.after(one.place, PAGE) are the messages that this listener has not had. Look"
                    + " at the bell before you look for them. json.writeValueAsString(message)"
                    + " makes its data. An event is the lines"
                    + " “id: 17”, “event: message”, “data: …” and an empty one; each line of the"
                    + " data needs a “data: ” of its own.",
                "for (Message message : feed.after(one.place, PAGE)) {"
                    + " text.append(event(\"message\","
                    + " message.id(), json.writeValueAsString(message))); one.place ="
                    + " message.id(); } and in event: for (String line :"
                    + " data.split(\"\\r\\n|\\r|\\n\", -1)) lines.append(\"data:"
                    + " \").append(line).append('\\n');"
            },
            starter = "expected “Cache-Control: no-cache”")
    class Stream {
        private static final int QUICK = 30;
        private static final int FEW = 5; // of them, that a busy machine does not bring late

        @Test
        @DisplayName("6.1 the answer begins at once, as an event stream that nobody may keep")
        void saysWhatItIs(Target target) {
            try (RawEvents stream = RawEvents.open(target)) {
                String cache = stream.head().header("Cache-Control");
                if (cache == null || !cache.toLowerCase().matches(".*\\bno-(cache|store)\\b.*")) {
                    throw stream.fail("expected “Cache-Control: no-cache” but got “" + cache
                            + "”: who keeps an answer that never ends?");
                }
                if (stream.head().header("Content-Length") != null) {
                    throw stream.fail("an answer that never ends has no Content-Length");
                }
            }
        }

        @Test
        @DisplayName("6.1 each new message is an event: its id, its name, JSON as data")
        void tellsEachMessage(Target target) {
            try (RawEvents stream = RawEvents.open(target)) {
                for (int i = 0; i < 3; i++) {
                    Said posted = new Feed(target).post();
                    Event event = stream.poll("message", RawClient.PATIENCE);
                    if (event == null) throw neverCame(stream, posted);
                    expectSame(stream, posted, stream.said(event));
                }
            }
        }

        @Test
        @DisplayName("6.1 a message that is posted once the headers are there is heard, each time")
        void nothingIsMissedAtTheStart(Target target) {
            for (int i = 0; i < 20; i++) {
                try (RawEvents stream = RawEvents.open(target)) {
                    Said posted = new Feed(target).post();
                    if (!posted.equals(stream.heard(SOON))) throw neverCame(stream, posted);
                }
            }
        }

        @Test
        @DisplayName("6.1 without Last-Event-ID the stream starts with the next message")
        void startsWithTheNext(Target target) {
            new Feed(target).post();
            Said before = new Feed(target).post();
            try (RawEvents stream = RawEvents.open(target)) {
                Said posted = new Feed(target).post();
                Said heard = stream.message();
                if (heard.id() <= before.id()) {
                    throw stream.fail("message " + heard.id() + " was posted before the stream was"
                            + " opened, so it begins with " + posted.id());
                }
                expectSame(stream, posted, heard);
            }
        }

        @Test
        @DisplayName("6.1 every text comes through: line ends, empty lines, blanks, any script")
        void framesEveryText(Target target) {
            var texts = new LinkedHashMap<String, String>();
            texts.put("two lines", target.word() + "\n" + target.word());
            texts.put("empty lines", "\n\n" + target.word() + "\n\n\n" + target.word() + "\n");
            texts.put("a \\r, and a \\r\\n", target.word() + "\r" + target.word() + "\r\n"
                    + target.word() + "\r");
            texts.put("a blank before it", "  " + target.word() + "\n  and " + target.word());
            texts.put("what looks like an event", target.word() + "\n\nevent: message\nid: 7\n"
                    + "data: {}\n\n: " + target.word());
            texts.put("quotes and backslashes", "\"" + target.word() + "\" \\n \\\\ {}");
            texts.put("other scripts", "Grüße, 你好, \uFEFF👋\u2028\u0085" + target.word());
            texts.put("2,000 characters", "你".repeat(1_992) + target.word());
            try (RawEvents stream = RawEvents.open(target)) {
                texts.forEach((what, text) -> {
                    Said posted = new Feed(target).post(" " + target.word(), text);
                    try {
                        expectSame(stream, posted, stream.message());
                    } catch (AssertionError broken) {
                        throw new AssertionError("a text with " + what + " was posted: "
                                + broken.getMessage());
                    }
                });
            }
        }

        @Test
        @DisplayName("6.1 all who listen hear all messages in order, while six others post")
        void tellsEveryone(Target target) throws Exception {
            int writers = 6;
            int each = 8;
            var streams = new ArrayList<RawEvents>();
            try {
                for (int i = 0; i < 5; i++) streams.add(RawEvents.open(target));
                inParallel(writers, writer -> {
                    for (int i = 0; i < each; i++) {
                        new Feed(target).post("writer " + writer, "" + i);
                    }
                    return null;
                });
                for (RawEvents stream : streams) {
                    long last = 0;
                    for (int i = 0; i < writers * each; i++) {
                        Said heard = stream.heard(SOON);
                        if (heard == null) {
                            throw stream.fail("six others posted " + writers * each + " messages,"
                                    + " and only " + i + " of them came: what is posted while a"
                                    + " listener is written to must come, too"
                                    + stream.unfinished());
                        }
                        if (last > 0) expectNext(stream, last, heard);
                        last = heard.id();
                    }
                }
            } finally {
                streams.forEach(RawEvents::close);
            }
        }

        @Test
        @DisplayName("6.1 a message waits for nothing, not even for the next heartbeat")
        void atOnce(Target target) {
            long most = heartbeat(target) / 2;
            int late = 0;
            String body = Feed.draft("ada", target.word());
            String post = "POST /messages HTTP/1.1\r\nHost: " + target.http().authority()
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body;
            try (RawEvents stream = RawEvents.open(target); RawClient writer = target.connect()) {
                var took = new ArrayList<Long>();
                for (int i = 0; i < QUICK; i++) {
                    long start = System.nanoTime();
                    writer.send(post);
                    // At the very moment at which the one before has come: the listener's thread
                    // is on its way from the feed to the bell, or the other way round.
                    Said heard = stream.heard(SOON);
                    Said posted = Feed.said(RawHttp.answer(writer, "POST").expectStatus(201));
                    if (heard == null) {
                        throw stream.fail("message " + posted.id() + " was posted when the one"
                                + " before it had just come, and for " + SOON.toSeconds()
                                + " s it did not: it fell into the gap between feed and bell");
                    }
                    expectSame(stream, posted, heard);
                    took.add((System.nanoTime() - start) / 1_000_000);
                    if (took.getLast() > most) late++;
                    if (late < FEW) continue;
                    throw stream.fail("each message was posted when the one before it had just"
                            + " come, and " + late + " of " + took.size() + " lay for more than "
                            + most + " ms, until the next heartbeat or so: they fell into the gap"
                            + " between feed and bell (ms: " + took + ")");
                }
            }
        }

        private static AssertionError neverCame(RawEvents stream, Said posted) {
            return stream.fail("message " + posted.id() + " was posted after the headers arrived,"
                    + " and never came" + stream.unfinished());
        }
    }

    @Exercise(id = "6.2", title = "Resume", needs = "6.1",
            hints = {
                "A listener is a place in the feed. The only question is where it starts: behind"
                    + " the id that the client names, or, if it names none, behind the newest.",
                "ctx.header(\"Last-Event-ID\") and ctx.queryParam(\"lastEventId\") are null"
                    + " where there is none. Query.number(name, text) refuses with 400 what is"
                    + " no number. feed.newest() is the newest id.",
                "String last = header, or else the query. if (last == null) return feed.newest();"
                    + " long id = Query.number(\"Last-Event-ID\", last); and an id beyond it comes"
                    + " from before a restart: return 0 for it."
            },
            starter = "next, but none came")
    class Resume {
        private static final int MANY = 210; // more than any page holds

        @Test
        @DisplayName("6.2 however many were missed, all of them come")
        void misses(Target target) throws Exception {
            long before = new Feed(target).post().id();
            inParallel(MANY / 30, _ -> post(target, 30));
            try (RawEvents stream = RawEvents.open(target, "Last-Event-ID: " + before)) {
                for (long id = before + 1; id <= before + MANY; id++) {
                    expectHeard(stream, id, "to a hole of " + MANY + " messages");
                }
            }
        }

        @Test
        @DisplayName("6.2 Last-Event-ID: what was missed comes first, then what is new")
        void replaysWhatWasMissed(Target target) {
            List<Said> posted = post(target, 5);
            for (int seen = 0; seen < 5; seen++) {
                String header = "Last-Event-ID: " + posted.get(seen).id();
                try (RawEvents stream = RawEvents.open(target, header)) {
                    posted.add(new Feed(target).post());
                    for (Said missed : posted.subList(seen + 1, posted.size())) {
                        expectHeard(stream, missed.id(), "to “" + header + "”");
                    }
                }
            }
            long newest = posted.getLast().id();
            try (RawEvents stream = RawEvents.open(target, "Last-Event-ID: " + newest)) {
                new Feed(target).post();
                expectHeard(stream, newest + 1, "to “Last-Event-ID: " + newest + "”, which was the"
                        + " newest,");
            }
        }

        @Test
        @DisplayName("6.2 ?lastEventId= serves the first connect, and the header beats it")
        void takesTheQueryToo(Target target) {
            List<Said> posted = post(target, 4);
            long first = posted.getFirst().id();
            String path = "/events?lastEventId=" + first;
            try (RawEvents stream = RawEvents.open(target, path, 0)) {
                new Feed(target).post();
                expectHeard(stream, first + 1, "to " + path);
            }
            for (String query : List.of("" + first, "0")) {
                String beaten = "/events?lastEventId=" + query;
                String header = "Last-Event-ID: " + (first + 2);
                try (RawEvents stream = RawEvents.open(target, beaten, 0, header)) {
                    new Feed(target).post();
                    expectHeard(stream, first + 3, "to “" + header + "” and " + beaten);
                }
            }
        }

        @Test
        @DisplayName("6.2 0 replays everything, in order, and then goes on")
        void zeroIsTheBeginning(Target target) {
            post(target, 3);
            try (RawEvents stream = RawEvents.open(target, "Last-Event-ID: 0")) {
                long live = new Feed(target).post().id();
                for (long id = 1; id <= live; id++) {
                    expectHeard(stream, id, "to “Last-Event-ID: 0”");
                }
            }
            try (RawEvents stream = RawEvents.open(target, "/events?lastEventId=0", 0)) {
                new Feed(target).post();
                expectHeard(stream, 1, "to /events?lastEventId=0");
            }
        }

        @Test
        @DisplayName("6.2 an id beyond the newest is from before a restart: everything comes again")
        void beyondTheNewest(Target target) {
            post(target, 2);
            for (int by : new int[] {1, 100, target.number(200, 1_000_000), 0}) {
                long newest = new Feed(target).post().id();
                long beyond = by == 0 ? 999_999_999_999_999_999L : newest + by;
                String header = "Last-Event-ID: " + beyond;
                try (RawEvents stream = RawEvents.open(target, header)) {
                    new Feed(target).post();
                    expectHeard(stream, 1, "the newest message was " + newest + ", so “" + header
                            + "” is from before a restart, and everything is replayed: to it");
                }
            }
        }

        @Test
        @DisplayName("6.2 what is no number is refused with 400, before any event")
        void refusesNonsense(Target target) {
            for (String id : List.of("", target.word(), "-1", "+1", "1.0", "1e3", "0x1", "1 2",
                    "1,2", "\u0663", "1234567890123456789")) {
                try (RawClient client = target.connect()) {
                    expectRefused(RawEvents.ask(client, target, "/events", "Last-Event-ID: " + id),
                            "Last-Event-ID: " + id);
                }
            }
            for (String id : List.of("", target.word(), "-1", "%2B1", "1%202",
                    "1234567890123456789")) {
                try (RawClient client = target.connect()) {
                    String path = "/events?lastEventId=" + id;
                    expectRefused(RawEvents.ask(client, target, path), path);
                }
            }
        }

        @Test
        @DisplayName("6.2 readers who break off all the time miss nothing and hear nothing twice")
        void noGapUnderWriters(Target target) throws Exception {
            long before = new Feed(target).post().id();
            int writers = 4;
            int each = 50;
            try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
                var readers = new ArrayList<Future<?>>();
                for (int i = 0; i < 5; i++) {
                    var random = new Random(target.random().nextLong());
                    readers.add(people.submit(() -> {
                        long last = before;
                        while (last < before + writers * each) {
                            last = readSome(target, last, random.nextInt(1, 30),
                                    before + writers * each);
                        }
                    }));
                }
                inParallel(writers, writer -> {
                    for (int i = 0; i < each; i++) {
                        new Feed(target).post("writer " + writer, "" + i);
                    }
                    return null;
                });
                for (Future<?> reader : readers) get(reader);
            }
        }

        private static long readSome(Target target, long last, int count, long end) {
            try (RawEvents stream = RawEvents.open(target, "Last-Event-ID: " + last)) {
                for (int i = 0; i < count && last < end; i++) {
                    Said heard = stream.heard(LONG); // as the writers may take on a busy machine
                    if (heard == null) {
                        throw stream.fail("messages up to " + end + " were posted, but after "
                                + last + " none came for " + LONG.toSeconds() + " s");
                    }
                    expectNext(stream, last, heard);
                    last = heard.id();
                }
                return last;
            }
        }

        private static void expectHeard(RawEvents stream, long id, String asked) {
            Said heard = stream.heard(SOON);
            if (heard != null && heard.id() == id) return;
            String sentence = asked + " expected message " + id + " next, but "
                    + (heard == null ? "none came" : "got " + heard.id());
            throw stream.fail(sentence.replaceFirst("^to ", "in answer to "));
        }

        private static void expectRefused(Answer answer, String asked) {
            if (answer.status() != 400) {
                throw answer.fail("“" + asked + "” is no number of 1 to 18 digits: expected status"
                        + " 400 but got " + answer.status());
            }
        }
    }

    @Exercise(id = "6.3", title = "Named events", needs = "6.1",
            hints = {
                "Each listener remembers what it was told last (one.told). If that is not how many"
                    + " listen now, there is something to tell; else there is not.",
                "listeners.size() counts, event(\"presence\", null, …) frames, and"
                    + " json.writeValueAsString(Map.of(\"listeners\", n)) is the data. A page hears"
                    + " it with source.addEventListener(\"presence\", …).",
                "int now = listeners.size(); if (one.told == now) return \"\"; one.told = now;"
                    + " return event(\"presence\", null, …);"
            },
            starter = "must hear “event: presence”")
    class NamedEvents {
        @Test
        @DisplayName("6.3 who comes is told how many listen")
        void tellsTheNewcomer(Target target) {
            settle(target);
            try (RawEvents stream = RawEvents.open(target)) {
                awaitPresence(target, stream, "it has just come");
            }
        }

        @Test
        @DisplayName("6.3 all are told when one comes, and when one goes")
        void tellsEveryone(Target target) {
            settle(target);
            try (RawEvents ada = RawEvents.open(target); RawEvents bob = RawEvents.open(target)) {
                awaitPresence(target, ada, "a second listener has come");
                awaitPresence(target, bob, "it has just come");
                long two = listeners(target);
                try (RawEvents eve = RawEvents.open(target)) {
                    awaitListeners(target, "a third has come", two + 1);
                    awaitPresence(target, eve, "it has just come");
                    awaitPresence(target, ada, "a third listener has come");
                    awaitPresence(target, bob, "a third listener has come");
                }
                settle(target); // the server hears of the end when it writes
                awaitListeners(target, "the third has gone", two);
                awaitPresence(target, ada, "one of three listeners has gone");
                awaitPresence(target, bob, "one of three listeners has gone");
            }
        }

        @Test
        @DisplayName("6.3 it has no id, so a client that comes again is where it was")
        void hasNoId(Target target) {
            new Feed(target).post(); // so that a listener has a place, which an id could move
            try (RawEvents stream = RawEvents.open(target)) {
                Event event = stream.next("presence", SOON);
                if (event.id() == null) return;
                throw stream.fail("a presence has no id: it is not in the feed, and “id: "
                        + event.id() + "” would move the place of whoever hears it");
            }
        }

        @Test
        @DisplayName("6.3 while nobody comes or goes, nobody is told")
        void tellsNothingElse(Target target) {
            settle(target);
            try (RawEvents stream = RawEvents.open(target)) {
                awaitPresence(target, stream, "it has just come");
                int told = 0;
                for (int i = 0; i < 5; i++) {
                    new Feed(target).post();
                    for (Event event; (event = stream.poll(null, SOON)) != null; ) {
                        if (!event.name().equals("presence")) break; // the message
                        if (++told < 4) continue;
                        throw stream.fail("nobody came or went, only messages were posted, but a"
                                + " presence came again and again, “" + event.data() + "”");
                    }
                }
            }
        }

        private static void awaitPresence(Target target, RawEvents stream, String why) {
            long deadline = System.nanoTime() + SOON.toNanos();
            String told = "nothing";
            while (System.nanoTime() < deadline) {
                Event event = stream.poll("presence", Duration.ofNanos(deadline
                        - System.nanoTime()));
                if (event == null) break;
                JsonNode count = stream.json(event).path("listeners");
                if (!count.isIntegralNumber()) {
                    throw stream.fail("expected {\"listeners\": n} as the data of a presence, but"
                            + " got " + event.data());
                }
                told = count.toString();
                if (count.asLong() == listeners(target)) return;
            }
            throw stream.fail(why + ", so this listener must hear “event: presence” with"
                    + " {\"listeners\": " + listeners(target) + "}, as GET /stats counts, within "
                    + SOON.toSeconds() + " s, but it was told " + told);
        }
    }

    @Exercise(id = "6.4", title = "Alive", needs = "6.1",
            hints = {
                "A line that begins with a colon is a comment: clients drop it, but it has gone"
                    + " over the wire, and a wire that is dead says so when somebody writes. Who"
                    + " writes when there is no news? And who counts the beats while there is?",
                "beat runs on a thread of its own: sleep (LockSupport.parkNanos, Thread.sleep),"
                    + " count a beat, bell.ring(). heartbeat compares that count with one.beat, as"
                    + " presence does. “retry: 1000” is a line of its own, in ms.",
                "final AtomicLong beats = new AtomicLong(); in beat: while (true) { sleep a little"
                    + " less than HEARTBEAT_MS; beats.incrementAndGet(); bell.ring(); } in"
                    + " heartbeat:"
                    + " if (one.beat == beats.get()) return \"\"; one.beat = beats.get(); return"
                    + " \":\\n\\n\";"
            },
            starter = "at least one comment line comes")
    class Alive {
        private static final double PERIODS = 2.5; // that each of some listeners listens

        @Test
        @DisplayName("6.4 in each heartbeat, the first too, one or two comments come")
        void beatsFromTheFirst(Target target) throws Exception {
            long period = heartbeat(target);
            // One after the other within a heartbeat, so none may be lucky.
            var heard = new ArrayList<Future<RawEvents>>();
            try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < LISTEN; i++) {
                    heard.add(people.submit(() -> listen(target, period)));
                    sleep(period / LISTEN);
                }
                int silent = 0;
                for (Future<RawEvents> each : heard) {
                    RawEvents stream = get(each);
                    expectFew(stream, period);
                    if (stream.comments().size() < (int) PERIODS
                            || longestSilence(stream, period) > period + LATE_MS / 2) silent++;
                    if (silent <= LISTEN / 2) continue; // one may be late on a busy machine
                    throw stream.fail("at least one comment line comes in HEARTBEAT_MS (" + period
                            + " ms), the first too, but " + (stream.comments().isEmpty()
                            ? "none came for " + (long) (PERIODS * period)
                            : "none came for " + longestSilence(stream, period)) + " ms"
                            + stream.unfinished());
                }
                expectNoLateBegin(heard, period);
            } finally {
                for (Future<RawEvents> each : heard) get(each).close();
            }
        }

        private static final int LISTEN = 3;

        /** Reads for some periods; when it began is the first thing that it has. */
        private static RawEvents listen(Target target, long period) {
            RawEvents stream = RawEvents.open(target);
            stream.awaitComments((int) (2 * PERIODS) + 3,
                    Duration.ofMillis((long) (PERIODS * period)));
            if (!stream.ended()) return stream;
            throw stream.fail("the stream ended, but nobody ended it");
        }

        private static void expectFew(RawEvents stream, long period) {
            int most = (int) (2 * PERIODS) + 2; // periods may begin between two comments
            List<Long> came = stream.comments();
            if (came.size() <= most) return;
            throw stream.fail("two comment lines in HEARTBEAT_MS (" + period + " ms) are the most,"
                    + " but " + came.size() + " came within "
                    + (came.getLast() - stream.opened()) / 1_000_000 + " ms");
        }

        /** The time before the first is a period as all others are; on a busy machine, too. */
        private static void expectNoLateBegin(List<Future<RawEvents>> heard, long period)
                throws Exception {
            double before = 0;
            double between = 0;
            for (Future<RawEvents> each : heard) {
                RawEvents stream = get(each);
                List<Long> came = stream.comments();
                if (came.size() < 2) return; // so they are rare altogether, and have passed
                before += (came.getFirst() - stream.opened()) / 1e6 / LISTEN;
                between += (came.getLast() - came.getFirst()) / 1e6 / (came.size() - 1) / LISTEN;
            }
            if (before < 1.08 * period || before < 1.2 * between) return;
            throw get(heard.getFirst()).fail("at least one comment line comes in HEARTBEAT_MS ("
                    + period + " ms), the first too, but " + LISTEN + " listeners waited "
                    + (long) before + " ms for their first one, then " + (long) between
                    + " ms for the next (means)");
        }

        /** In ms: before the first comment, and between two of them. */
        private static long longestSilence(RawEvents stream, long period) {
            long longest = 0;
            long last = stream.opened();
            for (long each : stream.comments()) {
                longest = Math.max(longest, each - last);
                last = each;
            }
            long end = stream.opened() + (long) (PERIODS * period * 1_000_000);
            return Math.max(longest, end - last) / 1_000_000;
        }

        @Test
        @DisplayName("6.4 retry stands once, before the first event")
        void saysWhenToComeAgain(Target target) {
            try (RawEvents stream = RawEvents.open(target)) {
                new Feed(target).post();
                stream.poll(null, SOON);
                expectRetry(stream);
                stream.awaitComments(1, Duration.ofMillis(heartbeat(target) + LATE_MS));
                new Feed(target).post();
                stream.poll(null, SOON);
                expectRetry(stream);
            }
        }

        @Test
        @DisplayName("6.4 a comment comes in time between messages, too")
        void beatsBetweenMessages(Target target) throws Exception {
            try (RawEvents stream = RawEvents.open(target)) {
                var over = new AtomicBoolean();
                try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
                    Future<?> writer = people.submit(() -> {
                        while (!over.get()) {
                            new Feed(target).post();
                            Thread.sleep(heartbeat(target) / 6);
                        }
                        return null;
                    });
                    try {
                        expectBeats(target, stream, 3, "messages came all the time");
                    } finally {
                        over.set(true);
                    }
                    get(writer);
                }
            }
        }

        @Test
        @Star
        @DisplayName("6.4 who is gone is counted out within two heartbeats and a second")
        void countsOutWhoIsGone(Target target) {
            settle(target);
            long before = listeners(target);
            var streams = new ArrayList<RawEvents>();
            for (int i = 0; i < 6; i++) streams.add(RawEvents.open(target));
            awaitListeners(target, "six more listen", before + 6);
            // What was to tell of their coming is on its way by then.
            for (RawEvents each : streams) {
                each.awaitComments(1, Duration.ofMillis(heartbeat(target) + LATE_MS));
            }
            for (int i = 0; i < 6; i++) {
                if (i % 2 == 0) streams.get(i).close();
                else streams.get(i).client().reset();
            }
            long limit = 2 * heartbeat(target) + 1_000;
            long deadline = System.nanoTime() + limit * 1_000_000;
            while (listeners(target) > before) {
                if (System.nanoTime() > deadline) {
                    throw stats(target).fail("six listeners have closed or reset their connections,"
                            + " which left " + before + ", but two heartbeats and a second later ("
                            + limit + " ms) " + listeners(target) + " are counted");
                }
                sleep(20);
            }
        }

        private static void expectRetry(RawEvents stream) {
            if (stream.retries().isEmpty()) {
                throw stream.fail("expected a line “retry: …”, in ms, before the first event, but"
                        + " there is none");
            }
            if (stream.retries().size() > 1) {
                throw stream.fail("expected “retry:” once, but it came "
                        + stream.retries().size() + " times");
            }
            if (stream.retries().getFirst().before() > 0) {
                throw stream.fail("expected “retry:” before the first event, but "
                        + stream.retries().getFirst().before() + " came before it");
            }
        }

        private static void expectBeats(Target target, RawEvents stream, int count, String while_) {
            long limit = heartbeat(target) + LATE_MS;
            for (int i = 0; i < count; i++) {
                if (stream.awaitComments(1, Duration.ofMillis(limit))) continue;
                throw stream.fail("at least one comment line comes in HEARTBEAT_MS ("
                        + heartbeat(target) + " ms), but none came for " + limit + " ms while "
                        + while_ + stream.unfinished());
            }
        }
    }

    @Exercise(id = "6.5", title = "One slow reader", needs = "6.1",
            hints = {
                "Who stops reading fills the buffers between you and it, and then a write stands"
                    + " still. What does that write hold in its hand meanwhile, and who waits for"
                    + " it?",
                "Each listener has a thread and a stream of its own, so its lines cannot mix with"
                    + " another's: no lock is needed. one.connection.setIdleTimeout(ms) lets Jetty"
                    + " end a write that gets no byte further for so long; it throws an"
                    + " IOException, which listen catches already.",
                "one.connection.setIdleTimeout(SLOW_MS); one.out.write(…); one.out.flush();"
                    + " one.connection.setIdleTimeout(0); and nothing around it."
            },
            starter = "the other listener")
    class OneSlowReader {
        // Messages of 6 KB: fewer than a connection's buffers take, so no write to the good reader
        // ever stands still, however late a busy machine lets it read.
        private static final int AHEAD = 40;
        private static final int WRITERS = 4;
        private static final int FULL = 700;      // messages; some 470 fill loopback's buffers
        private static final int MAY_WAIT = 250;  // events, after which it may be dropped early

        /** What the test saw, in the order in which it happened. */
        private static final class Story {
            final Map<Long, Long> posted = new ConcurrentHashMap<>(); // id, and when: nanoTime
            final AtomicLong heard = new AtomicLong();  // by the good reader
            final AtomicBoolean over = new AtomicBoolean();
            volatile long dropped;                      // when; 0: not yet
            volatile long newest;                       // id, when it was dropped
            final List<Long> hearings = new ArrayList<>(); // when the good reader heard one
        }

        @Test
        @DisplayName("6.5 a listener that stops reading delays no other, and is dropped")
        void oneHarmsOnlyItself(Target target) throws Exception {
            settle(target);
            long before = listeners(target);
            var story = new Story();
            try (RawEvents good = RawEvents.open(target);
                    RawEvents slow = RawEvents.open(target, "/events", 4_096);
                    ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
                awaitListeners(target, "two more listen", before + 2);
                begin(target, good, story);
                var others = new ArrayList<Future<?>>();
                for (int i = 0; i < WRITERS; i++) {
                    others.add(people.submit(() -> fill(target, story)));
                }
                others.add(people.submit(() -> watch(target, story, before + 1)));
                try {
                    hearUntilDropped(target, good, story, others);
                } finally {
                    story.over.set(true);
                }
                for (Future<?> each : others) get(each);
                long newest = Collections.max(story.posted.keySet());
                while (story.heard.get() < newest) hear(good, story);
                long last = expectBegunAndEnded(slow);
                long stood = slow.client().wasReset() || !story.posted.containsKey(last + 1)
                        ? 0 : story.posted.get(last + 1);
                expectNoDelay(target, good, story, stood);
                if (stood > 0) expectInTime(target, slow, story, last);
            }
        }

        /**
         * While a write to the one stood still the other must have heard as before. A machine that
         * is busy makes it wait at other times, too, and then nothing can be said.
         *
         * @param stood since when; 0 where nobody knows
         */
        private static void expectNoDelay(Target target, RawEvents good, Story story,
                long stood) {
            long slow = target.limit("SLOW_MS", 5_000) * 1_000_000;
            long from = stood == 0 ? story.dropped - slow : stood;
            long silence = 0;   // the longest that is most of the time in which it stood
            long usual = 0;     // the longest of all others
            for (int i = 1; i < story.hearings.size(); i++) {
                long begin = story.hearings.get(i - 1);
                long end = story.hearings.get(i);
                long then = Math.min(end, story.dropped) - Math.max(begin, from);
                if (then > (story.dropped - from) * 7 / 10) silence = end - begin;
                else usual = Math.max(usual, end - begin);
            }
            if (silence < slow * 7 / 10 || silence < 2 * usual) return;
            throw good.fail("one listener stopped reading, and the other listener, which reads,"
                    + " heard nothing for " + silence / 1_000_000 + " ms, until that one was"
                    + " dropped (SLOW_MS=" + slow / 1_000_000 + "): a write that stands still"
                    + " holds what others need");
        }

        /** Between the first message that did not reach it whole, and its end. */
        private static void expectInTime(Target target, RawEvents slow, Story story, long last) {
            long limit = target.limit("SLOW_MS", 5_000);
            long stood = (story.dropped - story.posted.get(last + 1)) / 1_000_000;
            long waited = story.newest - last;
            String what = "a listener stopped reading, and " + stood + " ms after its write stood"
                    + " still (" + waited + " events waited) it was dropped: ";
            if (stood < limit * 7 / 10 && waited < MAY_WAIT) {
                throw slow.fail(what + "too early, with SLOW_MS=" + limit);
            }
            if (stood > limit + 700) throw slow.fail(what + "too late, with SLOW_MS=" + limit);
        }

        @Test
        @DisplayName("6.5 who has nothing to get for a while is not slow")
        void silenceIsNotSlow(Target target) {
            try (RawEvents stream = RawEvents.open(target)) {
                long slow = target.limit("SLOW_MS", 5_000);
                stream.heard(Duration.ofMillis(2 * slow + 200)); // nobody posts
                if (stream.ended()) {
                    throw stream.fail("there was nothing to write for " + 2 * slow
                            + " ms, so nothing stood still, but the listener was dropped");
                }
                Said posted = new Feed(target).post();
                if (!posted.equals(stream.heard(SOON))) {
                    throw stream.fail("after " + 2 * slow + " ms without a message one was posted,"
                            + " but it never came");
                }
            }
        }

        /** Big messages, until it is over, never far ahead of the good reader. */
        private static Object fill(Target target, Story story) throws InterruptedException {
            String request = "POST /messages HTTP/1.1\r\nHost: " + target.http().authority()
                    + "\r\nContent-Type: application/json\r\nContent-Length: ";
            String body = Feed.draft("ada", "你".repeat(1_990) + target.word()); // 6 KB
            request += body.getBytes(java.nio.charset.StandardCharsets.UTF_8).length + "\r\n\r\n"
                    + body;
            try (RawClient client = target.connect()) {
                while (!story.over.get()) {
                    client.send(request);
                    long id = Feed.said(RawHttp.answer(client, "POST").expectStatus(201)).id();
                    story.posted.put(id, System.nanoTime());
                    // The buffers are full: now time counts.
                    if (story.posted.size() > FULL) Thread.sleep(20 * WRITERS);
                    while (id - story.heard.get() > AHEAD && !story.over.get()) Thread.sleep(1);
                }
            }
            return null;
        }

        /** Sees when no more than so many listen. */
        private static Object watch(Target target, Story story, long left) {
            while (!story.over.get() && story.dropped == 0) {
                if (listeners(target) <= left) {
                    story.newest = Collections.max(story.posted.keySet());
                    story.dropped = System.nanoTime();
                }
                sleep(20);
            }
            return null;
        }

        private static void hearUntilDropped(Target target, RawEvents good, Story story,
                List<Future<?>> others) throws Exception {
            long deadline = 0;
            long slow = target.limit("SLOW_MS", 5_000);
            while (story.dropped == 0) {
                hear(good, story);
                long now = System.nanoTime();
                if (story.posted.size() > FULL / 3) story.hearings.add(now); // it has warmed up
                for (Future<?> each : others) if (each.isDone()) get(each); // where a POST failed
                if (story.posted.size() < FULL) continue;
                if (deadline == 0) deadline = now + (slow + 2_000) * 1_000_000;
                if (now < deadline) continue;
                throw stats(target).fail("a listener has not read for " + (slow + 2_000) + " ms"
                        + " (SLOW_MS=" + slow + ") while " + story.posted.size() + " messages of"
                        + " 6 KB were posted, and is still counted: it was not dropped");
            }
        }

        /** The first message may be missed by who took its place late, which is 6.1's matter. */
        private static void begin(Target target, RawEvents good, Story story) {
            long before = new Feed(target).post().id() - 1;
            Said first = good.heard(A_MOMENT);
            if (first == null) {
                new Feed(target).post();
                first = good.heard(SOON);
            }
            if (first == null) throw silent(good, before);
            story.heard.set(first.id());
        }

        private static void hear(RawEvents good, Story story) {
            Said heard = good.heard(SOON);
            if (heard == null) throw silent(good, story.heard.get());
            expectNext(good, story.heard.get(), heard);
            story.heard.set(heard.id());
        }

        private static AssertionError silent(RawEvents good, long last) {
            return new AssertionError("one listener stopped reading, and the other listener, which"
                    + " reads, " + (good.ended() ? "was dropped"
                    : "heard nothing for " + SOON.toSeconds() + " s") + ": message " + last
                    + " was its last, and more were posted");
        }

        /** What a dropped listener finds when it reads again: the feed so far, then the end. */
        private static long expectBegunAndEnded(RawEvents slow) {
            long last = 0;
            for (Said heard; (heard = slow.heard(SOON)) != null; ) {
                if (last > 0) expectNext(slow, last, heard);
                last = heard.id();
            }
            if (!slow.ended()) {
                throw slow.fail("the listener that did not read is counted out, but its connection"
                        + " was not ended: it waits for ever");
            }
            return last;
        }
    }

    // ---- what is expected -------------------------------------------------------------------

    private static void expectSame(RawEvents stream, Said posted, Said heard) {
        if (heard.equals(posted)) return;
        throw stream.fail("expected message " + posted.id() + " as it was posted, but got message "
                + heard.id() + (heard.id() == posted.id() ? ", and it is not the same" : ""));
    }

    private static void expectNext(RawEvents stream, long last, Said heard) {
        if (heard.id() == last + 1) return;
        String what = heard.id() <= last ? "came again, or late" : "came too early: one is missing";
        throw stream.fail("after message " + last + " comes " + (last + 1) + ", but " + heard.id()
                + " " + what);
    }

    // ---- asking -----------------------------------------------------------------------------

    private static List<Said> post(Target target, int count) {
        var posted = new ArrayList<Said>();
        for (int i = 0; i < count; i++) posted.add(new Feed(target).post());
        return posted;
    }

    private static Answer stats(Target target) {
        return target.http().get("/stats").expectStatus(200);
    }

    private static long listeners(Target target) {
        return stats(target).json().path("listeners").asLong();
    }

    private static void awaitListeners(Target target, String why, long count) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (listeners(target) != count) {
            if (System.nanoTime() > deadline) {
                throw stats(target).fail("expected GET /stats to count " + count
                        + " listeners, since " + why + ", but it counts " + listeners(target));
            }
            sleep(10);
        }
    }

    private static long heartbeat(Target target) {
        return target.limit("HEARTBEAT_MS", 15_000);
    }

    /**
     * Lets the server notice who is gone already: the first write to a closed connection succeeds,
     * and is answered with a reset, and the second fails.
     */
    private static void settle(Target target) {
        for (int i = 0; i < 3; i++) {
            new Feed(target).post();
            sleep(30);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private interface Writer {
        Object write(int number) throws Exception;
    }

    private static void inParallel(int count, Writer writer) throws Exception {
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            var talks = new ArrayList<Future<?>>();
            for (int i = 1; i <= count; i++) {
                int number = i;
                talks.add(people.submit((Callable<Object>) () -> writer.write(number)));
            }
            for (Future<?> talk : talks) get(talk);
        }
    }

    private static <T> T get(Future<T> talk) throws Exception {
        try {
            return talk.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof AssertionError expectation) throw expectation;
            throw failed;
        }
    }
}
