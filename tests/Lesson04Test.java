package tests;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.opentest4j.TestAbortedException;
import tests.Starter.Started;
import tests.clients.Answer;
import tests.clients.Feed;
import tests.clients.Feed.Said;
import tests.clients.RawClient;
import tests.clients.RawHttp;
import tests.clients.RawServer;
import tests.clients.RawServer.Request;

/**
 * Knows a port, the path /messages and JSON; of the client, that it is started as
 * {@code client URL} and prints lines. There the test is the server.
 */
@ExtendWith(TargetResolver.class)
@Environment({"BUSY_PER_SECOND=20", "POLL_MS=500", "BACKOFF_MS=16"})
class Lesson04Test {
    private static final int PAGE = 100;
    private static final int LATE_MS = 1_500; // a busy machine's own delay, where more is no harm
    private static final int OWN_MS = 60;     // what a client needs from a wait's end to its asking
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter
            .ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
    private static final long FAR = 999_999_999_999_999_999L; // a cursor beyond all messages

    @Exercise(id = "4.1", title = "Only what is new",
            hints = {
                "The client says the last id that it has: ?after=17. Message 17 stands at place 16"
                    + " of the feed, so what is newer begins at place 17. And where nothing is"
                    + " newer, which status says “all is well, and there is no content”?",
                "ctx.queryParam(\"after\") is null where it is missing. A text matches"
                    + " \"[0-9]{1,18}\" or it is refused: throw new BadRequestResponse(sentence)."
                    + " feed.subList(from, to) is a view, so copy it while you hold the lock:"
                    + " List.copyOf.",
                "int from = (int) Math.min(after, feed.size()); news = List.copyOf(feed.subList("
                    + "from, Math.min(feed.size(), from + PAGE))); then ctx.status(204) where"
                    + " news.isEmpty(), else ctx.json(news). Both with"
                    + " ctx.header(\"Cache-Control\", \"no-store\")."
            },
            starter = "the answer is 204")
    class OnlyWhatIsNew {
        @Test
        @DisplayName("4.1 who has the newest message gets 204 and no body")
        void nothingNew(Target target) {
            Answer all = poll(target, "?after=0");
            if (all.status() == 200 && Feed.listed(all).isEmpty()) {
                throw all.fail("nothing is new in an empty feed, so the answer is 204, but got 200"
                        + " and an empty list");
            }
            long newest = post(target).id();
            List.of(newest, newest + target.number(1, 1_000_000), 1L << 32, FAR).forEach(after ->
                    expectNothing(poll(target, "?after=" + after), after, newest));
        }

        @Test
        @DisplayName("4.1 what is newer comes, oldest first, and nothing else")
        void whatIsNewer(Target target) {
            List<Said> said = IntStream.range(0, 4).mapToObj(_ -> post(target)).toList();
            for (int have = 0; have < 4; have++) {
                long after = said.get(have).id() - 1;
                expectMessages(poll(target, "?after=" + after), said.subList(have, 4), after);
            }
        }

        @Test
        @DisplayName("4.1 a page has at most 100 messages, and the next page goes on")
        void pages(Target target) {
            List<Said> said = IntStream.range(0, PAGE + 4).mapToObj(_ -> post(target)).toList();
            long before = said.getFirst().id() - 1;
            expectMessages(poll(target, "?after=" + before), said.subList(0, PAGE), before);
            long middle = said.get(PAGE - 1).id();
            expectMessages(poll(target, "?after=" + middle), said.subList(PAGE, PAGE + 4), middle);
            expectMessages(poll(target, "?after=" + (middle - PAGE + 3)), said.subList(3, PAGE + 3),
                    middle - PAGE + 3);
        }

        @Test
        @DisplayName("4.1 without after the feed begins at its first message")
        void fromTheBeginning(Target target) {
            post(target);
            Answer answer = poll(target, "").expectStatus(200);
            List<Said> first = Feed.listed(answer);
            if (first.isEmpty() || first.getFirst().id() != 1) {
                throw answer.fail("without after the answer begins with message 1");
            }
            if (first.size() > PAGE) {
                throw answer.fail("expected at most " + PAGE + " messages but got "
                        + first.size());
            }
        }

        @Test
        @DisplayName("4.1 after is 1 to 18 digits; anything else is refused with 400")
        void badCursors(Target target) {
            for (String bad : List.of("", target.word(), "-1", "+1", " 1", "1 ", "1.0", "1e3",
                    "0x1", "1234567890123456789", "0000000000000000000", "٣", "1,2")) {
                Answer answer = poll(target, "?after="
                        + URLEncoder.encode(bad, StandardCharsets.UTF_8));
                if (answer.status() != 400) {
                    throw answer.fail("after=“" + bad + "” must be refused with 400, but got "
                            + answer.status());
                }
                if (!answer.json().path("error").isTextual()) {
                    throw answer.fail("a refusal has a body {\"error\": \"a sentence\"}");
                }
            }
        }

        @Test
        @DisplayName("4.1 after may have 18 digits, zeros too")
        void longestCursor(Target target) {
            Said said = post(target);
            expectMessages(poll(target, String.format("?after=%018d", said.id() - 1)),
                    List.of(said), said.id() - 1);
        }

        private static void expectNothing(Answer answer, long after, long newest) {
            if (answer.status() != 204) {
                throw answer.fail("the newest message is " + newest + ", so to after=" + after
                        + " the answer is 204 and no body, but got " + answer.status());
            }
            answer.expectEmptyBody();
            expectNoStore(answer);
        }

        private static void expectMessages(Answer answer, List<Said> wanted, long after) {
            if (answer.status() != 200) {
                throw answer.fail("the messages " + ids(wanted) + " are newer than after=" + after
                        + ", so the answer is 200 and these, but got " + answer.status());
            }
            expectNoStore(answer);
            List<Said> got = Feed.listed(answer);
            if (got.equals(wanted)) return;
            throw answer.fail("expected the messages " + ids(wanted) + " to after=" + after
                    + ", but got " + (ids(got).equals(ids(wanted)) ? "other words" : ids(got)));
        }

        private static String ids(List<Said> said) {
            List<Long> ids = said.stream().map(Said::id).toList();
            return ids.size() < 8 ? ids.toString() : ids.size() + " from " + ids.getFirst() + " to "
                    + ids.getLast();
        }

        private static void expectNoStore(Answer answer) {
            String control = answer.header("Cache-Control");
            if (control == null || !control.contains("no-store")) {
                throw answer.fail("expected “Cache-Control: no-store”, or a cache may answer in"
                        + " your place with what is no news any more; but got "
                        + (control == null ? "none" : "“" + control + "”"));
            }
        }
    }

    @Exercise(id = "4.2", title = "Say how often",
            hints = {
                "You need to know how many polls were let in during the last second. It is enough"
                    + " to remember when they were, as far as they are not older than that. Does"
                    + " one who is refused count?",
                "Many threads come here at once: a lock. ctx.method() tells a GET from a POST."
                    + " System.nanoTime() never jumps. An ArrayDeque keeps times in order:"
                    + " peekFirst() is the oldest. Refuse with ctx.header(\"Retry-After\", \"1\")"
                    + " and throw new HttpResponseException(429, sentence).",
                "Let in where admitted.size() < BUSY_PER_SECOND, or where now -"
                    + " admitted.peekFirst() >= 1_000_000_000 (then removeFirst() before). Only who"
                    + " is let in is remembered: admitted.addLast(now)."
            },
            starter = "but none got 429")
    class SayHowOften {
        private static final int CROWD = 4;         // connections at once
        private static final int MORE = 6;          // polls than are let in
        private static final int QUIET_MS = 1_050;  // a second, and a bit
        private static final int BURSTS = 3;        // a second may begin in the middle of one
        private static final int SLOW_BURSTS = 6;   // which tell little: a share may have come
        private static final int AT_ONCE = 10;      // polls in one write

        @Test
        @DisplayName("4.2 polls beyond the limit of a second get 429 and Retry-After: 1")
        void refusesTheRest(Target target) {
            int limit = (int) target.limit("BUSY_PER_SECOND", 200);
            long start = System.nanoTime();
            Crowd crowd = crowd(target, 2, () -> 6 * limit / CROWD / AT_ONCE + 1, 0);
            double seconds = (System.nanoTime() - start) / 1e9;
            int sent = crowd.answered + crowd.refused;
            // A window may begin anew in the middle, so twice as many are allowed, no more.
            long most = (long) limit * (2 + (int) seconds);
            String told = String.format(Locale.ROOT, "%d polls were sent within %.1f s by %d"
                    + " clients together, and more than BUSY_PER_SECOND=%d in a second are too"
                    + " many, but ", sent, seconds, CROWD, limit);
            if (sent <= most) {
                throw new TestAbortedException(told + "this machine could not send enough");
            }
            if (crowd.refused == 0) throw new AssertionError(told + "none got 429");
            if (crowd.answered > most) {
                throw new AssertionError(told + crowd.answered + " were answered");
            }
            opensAgain(target, limit);
        }

        /** Once the second is over, and fewer come than may. */
        private static void opensAgain(Target target, int limit) {
            LockSupport.parkNanos(1_100_000_000L);
            try (RawClient client = target.connect()) {
                for (int i = 1; i <= AT_ONCE; i++) {
                    client.send(poll(target));
                    if (isLetIn(RawHttp.answer(client, "GET"))) continue;
                    throw client.fail("more than a second after the last of very many polls one"
                            + " client polled again, and its poll number " + i + " was refused with"
                            + " 429: BUSY_PER_SECOND=" + limit + " are to be answered in each"
                            + " second");
                }
            }
        }

        @Test
        @DisplayName("4.2 so many are always answered, also while more arrive; no POST is refused")
        void answersSoMany(Target target) {
            int limit = (int) target.limit("BUSY_PER_SECOND", 200);
            var polled = new Polled();
            // Some 800 a second: four times as many as are let in, and no burden to the machine.
            Crowd crowd = crowd(target, 50,
                    () -> polled.nanos() < 2_200_000_000L ? Integer.MAX_VALUE : 0, 20);
            expectNoMore(crowd.letIn, limit);
            if (crowd.answered < 3 * limit / 2) {
                throw new AssertionError(String.format("for 2.2 s more polls arrived than are let"
                        + " in, and %d a second are to be answered, but only %d of %d were", limit,
                        crowd.answered, crowd.answered + crowd.refused));
            }
        }

        /**
         * Whoever counts seconds from some moment on, not each poll's own, may let in the most of
         * one second more than are let in during the seconds themselves; nobody lets in more.
         */
        private static void expectNoMore(List<LetIn> all, int limit) {
            for (LetIn first : all) {
                List<Long> since = all.stream().filter(each -> each.asked >= first.asked)
                        .map(LetIn::answered).sorted().toList();
                for (int n = 0; n < since.size(); n++) {
                    double seconds = (since.get(n) - first.asked) / 1e9;
                    if (n + 1 <= limit * (2 + (int) seconds)) continue;
                    throw new AssertionError(String.format(Locale.ROOT, "for 2.2 s more polls"
                            + " arrived than are let in, and more than BUSY_PER_SECOND=%d in a"
                            + " second are too many, but %d of them were answered within %.2f s",
                            limit, n + 1, seconds));
                }
            }
        }

        @Test
        @DisplayName("4.2 in a quiet feed exactly so many are answered, and the next ones refused")
        void answersExactlySoMany(Target target) {
            int limit = (int) target.limit("BUSY_PER_SECOND", 200);
            boolean othersPoll = target.limits().isEmpty(); // where somebody else started it
            int exact = 0;
            int tooMany = 0;
            String told = "";
            for (int i = 0; i < SLOW_BURSTS && tooMany < BURSTS && (i < 2 || exact == 0); i++) {
                LockSupport.parkNanos(QUIET_MS * 1_000_000L);
                int answered = 0;
                boolean aShareEach = true; // of the limit in each share of a second: right, too
                double seconds = 0;
                try (RawClient client = target.connect()) {
                    long start = System.nanoTime();
                    client.send(poll(target).repeat(limit + MORE));
                    for (int n = 0; n < limit + MORE; n++) {
                        if (!isLetIn(RawHttp.answer(client, "GET"))) continue;
                        answered++;
                        seconds = (System.nanoTime() - start) / 1e9;
                        aShareEach &= answered - limit <= (int) (limit * seconds);
                    }
                }
                if (answered == limit) exact++;
                if (answered == limit || answered > limit && aShareEach) continue;
                told = String.format(Locale.ROOT, "after a second without polls %d came within"
                        + " %.2f s; BUSY_PER_SECOND=%d, so %d are to be answered and %d to get 429,"
                        + " but %d were answered", limit + MORE, seconds, limit, limit, MORE,
                        answered);
                if (answered < limit && !othersPoll) throw new AssertionError(told);
                tooMany++;
            }
            if (exact == 0 && tooMany > 0) throw new AssertionError(told);
        }

        @Test
        @DisplayName("4.2 the polls of all count together, wherever they come from")
        void countsAllTogether(Target target) {
            int limit = (int) target.limit("BUSY_PER_SECOND", 200);
            for (int i = 0; i < BURSTS; i++) {
                int second;
                try (RawClient first = target.connect()) {
                    first.send(poll(target).repeat(limit));
                    for (int n = 0; n < limit; n++) RawHttp.answer(first, "GET");
                    second = letInFromAnotherAddress(target, MORE);
                }
                if (second < MORE) return;
                LockSupport.parkNanos(QUIET_MS * 1_000_000L);
            }
            throw new AssertionError(String.format("BUSY_PER_SECOND=%d holds for all clients"
                    + " together: after %d polls of one another one, from 127.0.0.2, polled %d"
                    + " times at once, but none got 429", limit, limit, MORE));
        }

        /** Where this machine has only one address of its own, it is none and all are refused. */
        private static int letInFromAnotherAddress(Target target, int polls) {
            try (var socket = new Socket()) {
                socket.bind(new InetSocketAddress("127.0.0.2", 0));
                socket.setSoTimeout(5_000);
                socket.connect(new InetSocketAddress(target.host(), target.port()), 5_000);
                String last = poll(target).replace("Host:", "Connection: close\r\nHost:");
                socket.getOutputStream().write((poll(target).repeat(polls - 1) + last)
                        .getBytes(StandardCharsets.US_ASCII));
                String all = new String(socket.getInputStream().readAllBytes(),
                        StandardCharsets.ISO_8859_1);
                return polls - all.split("HTTP/1\\.1 429", -1).length + 1;
            } catch (IOException noSuchAddress) {
                return 0;
            }
        }

        /** A poll that was let in, some time between these two. */
        private record LetIn(long asked, long answered) {}

        private record Crowd(int answered, int refused, List<LetIn> letIn) {}

        /** The time in which somebody polls: where the machine stands still, it does so as well. */
        private static final class Polled {
            private static final long GAP = 200_000_000;
            private long last = System.nanoTime();
            private long sum;

            /** Up to now; asked before each poll. */
            synchronized long nanos() {
                long now = System.nanoTime();
                sum += Math.min(now - last, GAP);
                last = now;
                return sum;
            }
        }

        /**
         * @param pauseMs behind each batch: others want to ask as well
         * @param batches how many batches each client sends; asked again before each
         */
        private static Crowd crowd(Target target, int pauseMs, IntSupplier batches, int posts) {
            var letIn = new ConcurrentLinkedQueue<LetIn>();
            var refused = new AtomicInteger();
            byte[] polls = poll(target).repeat(AT_ONCE).getBytes(StandardCharsets.US_ASCII);
            try (var people = Executors.newVirtualThreadPerTaskExecutor()) {
                var talks = new ArrayList<Future<?>>();
                for (int i = 0; i < CROWD; i++) {
                    talks.add(people.submit(() -> {
                        try (RawClient client = target.connect()) {
                            for (int sent = 0; sent < batches.getAsInt(); sent++) {
                                long asked = System.nanoTime();
                                client.send(polls);
                                for (int n = 0; n < AT_ONCE; n++) {
                                    boolean in = isLetIn(RawHttp.answer(client, "GET"));
                                    if (in) letIn.add(new LetIn(asked, System.nanoTime()));
                                    else refused.incrementAndGet();
                                }
                                LockSupport.parkNanos(pauseMs * 1_000_000L);
                            }
                        }
                    }));
                }
                for (int i = 0; i < posts; i++) new Feed(target).post();
                for (Future<?> talk : talks) talk.get();
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof AssertionError expectation) throw expectation;
                throw new IllegalStateException(failed.getCause());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stopped);
            }
            return new Crowd(letIn.size(), refused.get(), List.copyOf(letIn));
        }

        private static String poll(Target target) {
            return "GET /messages?after=" + FAR + " HTTP/1.1\r\nHost: "
                    + target.http().authority() + "\r\n\r\n";
        }

        private static boolean isLetIn(Answer answer) {
            if (answer.status() != 429) return true;
            answer.expectHeader("Retry-After", "1");
            return false;
        }
    }

    @Exercise(id = "4.3", title = "A client that asks well",
            hints = {
                "Only one thing has to be remembered between two questions: the id of the last"
                    + " message that was printed. After an answer there are three cases: a full"
                    + " page, anything else, and “not now”. How long is the wait in each?",
                "answer.statusCode(), answer.headers().firstValue(\"Retry-After\") (an Optional),"
                    + " messages(answer.body()), Thread.sleep. A date is read by"
                    + " ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME), and"
                    + " Duration.between(Instant.now(), then).toMillis() is how far it is away.",
                "long after = 0; while (true) { var answer = ask(server.resolve("
                    + "\"/messages?after=\" + after)); long wait = POLL_MS; on 200: print each,"
                    + " after = message.id(), and wait = 0 where the page has PAGE of them; on 429"
                    + " and 503: wait = 1_000 * the seconds, or the time up to the date;"
                    + " Thread.sleep(wait); }"
            },
            starter = "to ask with its cursor")
    class AsksWell {
        private static final String SECOND = "Retry-After: 1 means that it asks again after one"
                + " second, not sooner and not later";

        // One client for all of it, since each takes a second to start.
        @Test
        @DisplayName("4.3 it prints each message once, in order, and asks when it should")
        void readsTheFeed(Target target) {
            long poll = target.limit("POLL_MS", 1_000);
            var feed = new Script(target, 2 * PAGE + PAGE - 1); // the third page is not full
            feed.refuse(5, "429 Too Many Requests", () -> "1");
            feed.refuse(6, "503 Service Unavailable", () -> "1");
            try (var server = new RawServer(feed::answer);
                    Client client = new Client(target.start("client", server.url()), server,
                            feed)) {
                long all = feed.size();
                List<Long> cursors = List.of(0L, 100L, 200L, all, all, all, all, all);
                String each = "POLL_MS=" + poll + ", so it asks again after that time";
                client.awaitRequests(5, 2 * poll, cursors, each);
                client.awaitPrinted(poll);
                // The first page is read by a program that has just begun: the second may do.
                if (client.millis(0, 1) >= poll) {
                    client.expectGap(2, 0, poll - 1,
                            "after a full page there may be more, so it asks at once");
                }
                client.expectGaps(3, 4, poll, poll * 8 / 10, each);
                client.awaitRequests(8, 2_000 + poll, cursors, SECOND);
                client.expectGaps(6, 7, 1_000, poll * 8 / 10, SECOND);
                feed.add(2);
                client.awaitPrinted(poll);
            }
        }

        @Test
        @Star
        @DisplayName("4.3 Retry-After may be a date")
        void waitsUntilADate(Target target) {
            var feed = new Script(target, 1);
            var until = new AtomicReference<ZonedDateTime>();
            feed.refuse(0, "503 Service Unavailable", () -> {
                until.set(ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS)
                        .plusSeconds(2));
                return HTTP_DATE.format(until.get());
            });
            try (var server = new RawServer(feed::answer);
                    Client client = new Client(target.start("client", server.url()), server,
                            feed)) {
                client.await(() -> until.get() != null, 0, "it asks when it starts",
                        () -> "it asked nothing in %.1f s");
                String date = "Retry-After: " + HTTP_DATE.format(until.get());
                client.awaitRequests(2, 2_000, null, date + " means that it asks again then");
                long left = client.millisUntil(until.get(), 1);
                if (left > 20) {
                    throw client.fail(date + " means not before then, but the client asked again "
                            + left + " ms too early");
                }
                client.expectGap(1, 0, 2_000 + LATE_MS, date + " means that it asks again then");
                client.awaitPrinted(0);
            }
        }
    }

    @Exercise(id = "4.4", title = "A client that never gives up",
            hints = {
                "http.send throws an IOException where there is no answer: nobody listens, the"
                    + " connection broke, an answer that ended too soon. Try again, but let it"
                    + " breathe: twice as long each time. And why should the wait have a share of"
                    + " chance?",
                "A loop around try: return in it, and in the catch Thread.sleep(…)."
                    + " ThreadLocalRandom.current().nextLong(from, to) draws a number; to itself is"
                    + " never drawn. Math.min keeps the wait below its limit.",
                "for (long wait = BACKOFF_MS; ; wait = Math.min(2 * wait, 32L * BACKOFF_MS)) {"
                    + " try { return http.send(…); } catch (IOException noAnswer) {"
                    + " Thread.sleep(ThreadLocalRandom.current().nextLong(wait / 2, wait + 1)); } }"
            },
            starter = "the client ended")
    class NeverGivesUp {
        private static final int BREAKS = 11;
        private static final int DOUBLED = 5;       // times: 32 is the limit
        private static final int AGAIN = 4;
        private static final int HANG_UPS = 6;      // a client of the JDK may connect twice a try
        private static final int LONG_MS = 200;     // BACKOFF_MS of the second client
        private static final int GROWN = 3;         // waits of the second client in a row
        private static final int ROWS = 3;

        // Two clients at once, since each takes a second to start: short waits up to their limit,
        // and long ones, of which each shows.
        @Test
        @DisplayName("4.4 the waits grow, begin anew after an answer, and it goes on where it was")
        void backsOff(Target target) {
            var growing = new Script(target, 2);
            growing.breakOff(number -> number < ROWS * (1 + GROWN) && number % (1 + GROWN) > 0);
            try (var machine = new Lateness(); var server = new RawServer(growing::answer);
                    Client client = new Client(target.start(Map.of("BACKOFF_MS", "" + LONG_MS,
                            "POLL_MS", "20"), "client", server.url()), server, growing)) {
                limited(target, machine);
                grows(client, machine);
            }
        }

        private static void grows(Client client, Lateness machine) {
            client.awaitRequests(ROWS * (1 + GROWN) + 1, 2 * ROWS * (LONG_MS << GROWN), null,
                    "while there is no answer it tries again");
            for (int row = 0; row < ROWS; row++) {
                for (int i = 0; i < GROWN; i++) {
                    String why = (row == 0 ? "" : "after an answer the waits begin anew, and ")
                            + why(i, LONG_MS);
                    long most = (long) LONG_MS << i;
                    client.expectWait(row * (1 + GROWN) + 2 + i, most / 2, most,
                            row + i == 0 ? LATE_MS : OWN_MS, machine, why); // first it loads
                }
            }
        }

        private static String why(int i, long first) {
            long most = first << Math.min(i, DOUBLED);
            return "after " + (i + 1) + (i == 0 ? " try" : " tries")
                    + " without an answer it waits " + most / 2 + " to " + most + " ms ("
                    + (i < DOUBLED ? most / first + " × " : "never more than 32 × ")
                    + "BACKOFF_MS=" + first + ")";
        }

        private static void limited(Target target, Lateness machine) {
            long first = target.limit("BACKOFF_MS", 250);
            var feed = new Script(target, 2);
            // An answer, eleven that break off, an answer, four that break off, an answer, silence.
            int second = 1 + BREAKS;
            int third = second + 1 + AGAIN;
            feed.breakOff(number -> number > 0 && number < third && number != second);
            try (var server = new RawServer(feed::answer);
                    Client client = new Client(target.start("client", server.url()), server,
                            feed)) {
                client.awaitPrinted(1_000);
                feed.add(1);
                boolean chance = false;
                for (int i = 0; i < BREAKS; i++) {
                    long most = first << Math.min(i, DOUBLED);
                    String why = why(i, first);
                    client.awaitRequests(i + 3, most, null, why);
                    // What a short wait is worth is seen in the other client's long ones.
                    long own = most < LONG_MS ? LATE_MS : OWN_MS;
                    long gap = client.expectWait(i + 2, most / 2, most, own, machine, why);
                    chance |= i > 1 && gap < most * 9 / 10;
                }
                if (!chance) {
                    throw client.fail("each wait took all of its time, so there is no chance in it:"
                            + " clients that lost a server together come back together");
                }
                client.awaitRequests(third + 1, 2_000 + 16 * first, null,
                        "after an answer the waits begin anew");
                client.awaitPrinted(1_000);
                feed.hangUp(true);
                int asked = server.requests().size();
                client.awaitRequests(asked + HANG_UPS, 5_000, null,
                        "each connection ends without an answer, so it tries again");
                feed.add(2);
                feed.hangUp(false);
                client.awaitPrinted(4_000);
                for (Request request : server.requests().subList(1, server.requests().size())) {
                    if (client.cursor(request) >= 2) continue;
                    throw client.fail("it had 2 messages, so it goes on with after=2, but it"
                            + " asked “" + request.line() + "”");
                }
            }
        }
    }

    // ---- the test as a client ---------------------------------------------------------------

    // A server that is busy, since another test has just asked much, is asked again: whether it may
    // say so is exercise 4.2's matter.

    private static Answer poll(Target target, String query) {
        return unlessBusy(() -> target.http().get("/messages" + query));
    }

    private static Said post(Target target) {
        return Feed.said(unlessBusy(() -> target.http().post("/messages", "application/json",
                Feed.draft(target.word(), target.word()))).expectStatus(201));
    }

    private static Answer unlessBusy(Supplier<Answer> ask) {
        for (int tries = 1; ; tries++) {
            Answer answer = ask.get();
            if (answer.status() != 429 || tries == 8) return answer;
            LockSupport.parkNanos(250_000_000);
        }
    }

    // ---- the test as a server ---------------------------------------------------------------

    /** A feed that the test keeps, in pages. */
    private static final class Script {
        private static final int WORD = 8; // letters of a sender that tell one from all others
        private static final ObjectMapper JSON = new ObjectMapper();
        private static final String[] TYPE = {"Content-Type: application/json",
            "Cache-Control: no-store"};

        private final Target target;
        private final List<Said> messages = new ArrayList<>();
        private final Set<String> senders = new HashSet<>();
        private final Map<Integer, Supplier<byte[]>> refusals = new HashMap<>();
        private IntPredicate broken = _ -> false;
        private volatile boolean gone;
        private int asked;

        Script(Target target, int count) {
            this.target = target;
            add(count);
        }

        synchronized void add(int count) {
            for (int i = 0; i < count; i++) {
                String word = target.word();
                senders.add(word.substring(0, WORD)); // the letters that every encoding has
                messages.add(new Said(messages.size() + 1, word + "ë",
                        "Grüße, " + target.word() + " 👋", "2026-11-22T10:15:30Z"));
            }
        }

        synchronized int size() {
            return messages.size();
        }

        /** What a client prints that has read all. */
        synchronized List<String> lines() {
            return messages.stream().map(said -> said.from() + ": " + said.text()).toList();
        }

        /** Whether a line begins as one of the messages does: whatever else it says is its own. */
        synchronized boolean isMessage(String line) {
            return line.length() > WORD && senders.contains(line.substring(0, WORD));
        }

        /** Refuses the request with this number, counted from 0. */
        void refuse(int number, String status, Supplier<String> after) {
            refusals.put(number, () -> RawServer.answer(status, "{\"error\": \"Not now.\"}",
                    "Retry-After: " + after.get(), TYPE[0]));
        }

        /** Breaks off in the middle of the answers to these requests, counted from 0. */
        void breakOff(IntPredicate which) {
            broken = which;
        }

        /** Answers nobody for a while: each connection ends instead. */
        void hangUp(boolean now) {
            gone = now;
        }

        synchronized byte[] answer(Request request) {
            if (gone) return null;
            int number = asked++;
            if (refusals.containsKey(number)) return refusals.get(number).get();
            if (!broken.test(number)) return page(request.line());
            return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n"
                    + "Connection: close\r\n\r\n[{\"id\": ").getBytes(StandardCharsets.US_ASCII);
        }

        private byte[] page(String asked) {
            if (!asked.matches("GET /messages(\\?after=[0-9]{1,18})?")) {
                return RawServer.answer("404 Not Found", "{\"error\": \"Ask for /messages.\"}",
                        TYPE);
            }
            String after = asked.replaceFirst(".*=|[^=]*", "");
            int from = (int) Math.min(after.isEmpty() ? 0 : Long.parseLong(after), size());
            List<Said> news = messages.subList(from, Math.min(size(), from + PAGE));
            if (news.isEmpty()) return RawServer.answer("204 No Content", "", TYPE[1]);
            ArrayNode list = JSON.createArrayNode();
            news.forEach(said -> list.addObject().put("id", said.id()).put("from", said.from())
                    .put("text", said.text()).put("at", said.at()));
            return RawServer.answer("200 OK", list.toString(), TYPE);
        }
    }

    /** How late a thread wakes here: a client that is as late is not to blame for it. */
    private static final class Lateness implements AutoCloseable {
        private static final long STEP = 10_000_000;

        private record Late(long at, long nanos) {}

        private final Queue<Late> seen = new ConcurrentLinkedQueue<>();
        private volatile boolean over;
        private boolean excused;

        Lateness() {
            Thread.ofPlatform().daemon().name("how late is this machine?").start(this::watch);
        }

        private void watch() {
            while (!over) {
                long due = System.nanoTime() + STEP;
                LockSupport.parkNanos(STEP);
                long now = System.nanoTime();
                seen.add(new Late(now, now - due));
            }
        }

        /** Once. */
        boolean excuses() {
            boolean first = !excused;
            excused = true;
            return first;
        }

        /** In milliseconds, between these times and a bit around them. */
        long worst(long from, long to) {
            return seen.stream().filter(late -> late.at > from - STEP && late.at < to + 2 * STEP)
                    .mapToLong(Late::nanos).max().orElse(0) / 1_000_000;
        }

        @Override
        public void close() {
            over = true;
        }
    }

    /** The client under test, and the server that it asks. */
    private record Client(Started program, RawServer server, Script feed)
            implements AutoCloseable {
        private static final int START_MS = 10_000; // until it asks for the first time
        private static final int PATIENCE_MS = 8_000; // a cold client on a busy machine
        private static final int SHOWN = 5;         // requests, and lines

        /** @param why what the client is told to do, and in which time */
        void await(BooleanSupplier holds, long millis, String why, Supplier<String> instead) {
            boolean begun = server.await(() -> !server.requests().isEmpty() || !program.isAlive(),
                    START_MS);
            boolean came = begun && server.await(() -> holds.getAsBoolean() || !program.isAlive(),
                    millis + PATIENCE_MS) && holds.getAsBoolean();
            if (came) return;
            if (!program.isAlive()) throw fail(why + ", but the client ended");
            if (!begun) throw fail("the client has asked nothing for " + START_MS / 1_000 + " s");
            throw fail(why + ", but " + String.format(Locale.ROOT, instead.get(),
                    (millis + PATIENCE_MS) / 1_000.0));
        }

        /** @param cursors that they must have, in their order; null: looked at later */
        void awaitRequests(int count, long millis, List<Long> cursors, String why) {
            await(() -> server.requests().size() >= count, millis, why,
                    () -> "it asked nothing more in %.1f s");
            for (int i = 0; cursors != null && i < Math.min(count, cursors.size()); i++) {
                expectCursor(i, cursors.get(i));
            }
        }

        /** All messages of the feed, each once and in their order; other lines are its own. */
        void awaitPrinted(long millis) {
            List<String> lines = feed.lines();
            await(() -> printed().size() >= lines.size(), millis, "it prints each message",
                    () -> "in %.1f s it has printed " + printed().size() + " of the "
                            + lines.size() + " that it got" + next(lines));
            List<String> printed = printed();
            for (int i = 0; i < printed.size(); i++) {
                String wanted = i < lines.size() ? lines.get(i) : null;
                if (printed.get(i).equals(wanted)) continue;
                int before = lines.indexOf(printed.get(i));
                throw fail(before >= 0 && before < i
                        ? "each message is printed once, but message " + (before + 1) + ", “"
                                + printed.get(i) + "”, came again after message " + i
                        : "message " + (i + 1) + " is printed as “" + wanted + "”, but it printed “"
                                + printed.get(i) + "”");
            }
        }

        private String next(List<String> lines) {
            List<String> printed = printed();
            String missing = lines.stream().filter(line -> !printed.contains(line)).findFirst()
                    .orElse("");
            return missing.isEmpty() ? "" : "; “" + missing.replace("%", "%%") + "” is not there";
        }

        private List<String> printed() {
            String output = program.output();
            int end = output.lastIndexOf('\n'); // a line that is not whole yet does not count
            return output.substring(0, end + 1).lines().filter(feed::isMessage).toList();
        }

        long cursor(Request request) {
            if (request.line().equals("GET /messages")) return 0;
            String after = request.line().replaceFirst("GET /messages\\?after=(?=\\d{1,18}$)", "");
            if (after.equals(request.line())) {
                throw fail("expected the client to ask with its cursor, GET /messages?after=0 and"
                        + " so on, but it asked “" + after + "”");
            }
            return Long.parseLong(after);
        }

        void expectCursor(int number, long wanted) {
            long cursor = cursor(server.requests().get(number));
            if (cursor == wanted) return;
            throw fail("request " + (number + 1) + ": expected the client to ask with its cursor,"
                    + " after=" + wanted + ", but it asked “"
                    + server.requests().get(number).line() + "”");
        }

        /** The time from the request before to this one, in milliseconds. */
        long expectGap(int number, long least, long most, String why) {
            long gap = millis(number - 1, number);
            if (gap >= least - 2 && gap <= most) return gap;
            throw fail(why + ", but between requests " + number + " and " + (number + 1)
                    + " it was " + gap + " ms");
        }

        /** Two waits of the same kind: a busy machine may make one of them longer. */
        void expectGaps(int one, int other, long least, long late, String why) {
            long first = expectGap(one, least, least + LATE_MS, why);
            boolean sooner = expectGap(other, least, least + LATE_MS, why) < first;
            expectGap(sooner ? other : one, least, least + late, why);
        }

        /**
         * Each wait by itself, since a sum or a mean would hide one that is too long. But the first
         * that is may be the machine's fault.
         *
         * @param own what the client may need besides, when the machine lets it
         */
        long expectWait(int number, long least, long most, long own, Lateness machine,
                String why) {
            List<Request> all = server.requests();
            long late = own + 3 * machine.worst(all.get(number - 1).nanos(),
                    all.get(number).nanos());
            boolean excused = millis(number - 1, number) > most + late && machine.excuses();
            return expectGap(number, least, most + (excused ? LATE_MS : late), why);
        }

        long millis(int from, int to) {
            List<Request> all = server.requests();
            return (all.get(to).nanos() - all.get(from).nanos()) / 1_000_000;
        }

        long millisUntil(ZonedDateTime then, int number) {
            long ago = (System.nanoTime() - server.requests().get(number).nanos()) / 1_000_000;
            return ChronoUnit.MILLIS.between(ZonedDateTime.now(ZoneOffset.UTC), then) + ago;
        }

        AssertionError fail(String sentence) {
            var told = new StringBuilder(sentence);
            List<Request> all = server.requests();
            told.append("\nthe client asked").append(all.isEmpty() ? " nothing" : "");
            for (Request request : all.subList(Math.max(0, all.size() - SHOWN), all.size())) {
                told.append(String.format(Locale.ROOT, "%n  %7.3f s  %s",
                        (request.nanos() - all.getFirst().nanos()) / 1e9, request.line()));
            }
            List<String> lines = program.output().lines()
                    .filter(line -> !line.startsWith("\tat ")).toList();
            told.append("\nthe client printed ").append(lines.size()).append(" lines");
            lines.subList(Math.max(0, lines.size() - SHOWN), lines.size())
                    .forEach(line -> told.append("\n  ").append(line));
            return new AssertionError(told.toString());
        }

        @Override
        public void close() {
            program.close();
        }
    }
}
