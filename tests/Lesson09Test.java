package tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tests.clients.At;
import tests.clients.ClientCount;
import tests.clients.Events;
import tests.clients.Frame;

/**
 * Knows a port, the WebSocket at /ws whose text frames are events, and GET /stats. Others may be on
 * the server, too: what comes from them is passed over. What came <em>until now</em> is told by
 * asking something and reading up to the answer, so nothing here waits for silence.
 */
@ExtendWith(TargetResolver.class)
@Environment("STATE_PAUSE_MS=2") // a walk over the roster rests in the middle, each second one
class Lesson09Test {
    private static final int MOST_EVENTS = 5_000; // before an ack; 9.4 has a tenth of them
    private static final long TWO_SECONDS = 2_000_000_000L;

    @Exercise(id = "9.1", title = "To all",
            hints = {
                "Open the page in two windows. Who has to hear what one says, and where do they"
                    + " stand? And then: two threads walk over the roster at the same time, each"
                    + " with its own message. Which one does the first in the roster get first,"
                    + " and which the last?",
                "A for loop over roster and send(each, frame). The order is made by whoever lets"
                    + " only one event in at a time: synchronized (roster) { … } around"
                    + " step.run(). Beware: a send to a client that was reset may call that"
                    + " client's onClose in the middle of your loop, on your thread, which holds"
                    + " the lock already. That is why gone takes a thread of its own.",
                "inTurn: synchronized (roster) { step.run(); }. toAll: String frame ="
                    + " Envelope.frame(event, data); for (Client each : roster) send(each, frame);"
                    + " and say calls toAll(\"said\", said) in the place of tell."
            },
            starter = "must hear")
    class ToAll {
        private static final int SPEAKERS = 6;
        private static final int TEXTS = 40; // each; fewer than 256 wait for anybody

        @Test
        @DisplayName("9.1 say reaches everyone who has said hello, the sender too, and nobody else")
        void reachesAll(Target target) {
            try (Events ada = come(target); Events bob = come(target); Events cleo = come(target);
                    Events stranger = Events.open(target, "/ws")) {
                String text = "Grüße 👋 <b>" + target.word();
                Asked asked = ask(target, ada, "say", Map.of("text", text));
                JsonNode own = only("the sender", ada, asked.before(), text);
                if (!own.equals(asked.ack())) {
                    throw ada.fail("the ack has the data of the said, " + own + ", but got "
                            + asked.ack());
                }
                for (Events other : List.of(bob, cleo)) {
                    JsonNode said = only("another client", other, heard(target, other), text);
                    if (!said.equals(own)) {
                        throw other.fail("all get the same, " + own + ", but got " + said);
                    }
                }
                if (saidWith(heard(target, stranger), text) > 0) {
                    throw stranger.fail("who has not said hello hears no broadcast");
                }
                hello(target, stranger, name(target));
                String next = target.word();
                ask(target, bob, "say", Map.of("text", next));
                only("who has just said hello", stranger, heard(target, stranger), next);
            }
        }

        @Test
        @DisplayName("9.1 six speak at once, and all hear the same in the same order")
        void oneOrder(Target target) {
            String mark = target.word();
            var speakers = new ArrayList<Events>();
            try {
                for (int i = 0; i < SPEAKERS; i++) speakers.add(come(target));
                List<List<String>> orders = together(speakers, (i, speaker) -> {
                    for (int k = 1; k < TEXTS; k++) {
                        speaker.send("say", Map.of("text", mark + " " + i + "." + k));
                    }
                    return texts(ask(target, speaker, "say",
                            Map.of("text", mark + " " + i + "." + TEXTS)).before(), mark);
                });
                for (int i = 0; i < SPEAKERS; i++) {
                    while (orders.get(i).size() < SPEAKERS * TEXTS) {
                        List<String> more = texts(heard(target, speakers.get(i)), mark);
                        if (more.isEmpty()) break;
                        orders.get(i).addAll(more);
                    }
                }
                List<String> first = orders.getFirst();
                for (int i = 0; i < SPEAKERS; i++) {
                    List<String> order = orders.get(i);
                    if (new TreeSet<>(order).size() != SPEAKERS * TEXTS
                            || order.size() != SPEAKERS * TEXTS) {
                        throw speakers.get(i).fail(SPEAKERS + " clients said " + TEXTS + " texts"
                                + " each, and each client must hear all of them once, but one"
                                + " heard "
                                + order.size() + ", of which " + new TreeSet<>(order).size()
                                + " different ones");
                    }
                    for (int k = 0; k < order.size(); k++) {
                        if (order.get(k).equals(first.get(k))) continue;
                        throw new AssertionError("two clients hear two orders: message " + (k + 1)
                                + " of " + order.size() + " is “" + first.get(k)
                                + "” to one, and “" + order.get(k) + "” to another");
                    }
                }
            } finally {
                speakers.forEach(Events::close);
            }
        }

        @Test
        @DisplayName("9.1 clients that are reset in the middle of it disturb nobody")
        void resets(Target target) {
            try (Events ada = come(target); Events bob = come(target)) {
                var texts = new ArrayList<String>();
                var bobs = new ArrayList<String>();
                String mark = target.word();
                for (int i = 0; i < 10; i++) {
                    Events falling = come(target);
                    texts.add(mark + " " + i);
                    int id = target.number(1, 1_000_000);
                    ada.send("say", Map.of("text", texts.getLast()), id);
                    falling.socket().reset();
                    readTo(ada, id);
                    bobs.addAll(texts(heard(target, bob), mark));
                }
                if (!new TreeSet<>(bobs).equals(new TreeSet<>(texts))) {
                    throw bob.fail("10 texts were said while clients were reset, and the others"
                            + " must"
                            + " hear all of them, but heard " + bobs);
                }
            }
        }

        /** The one said with this text. */
        private static JsonNode only(String who, Events client, List<JsonNode> came, String text) {
            if (saidWith(came, text) == 1) {
                JsonNode said = came.stream().filter(isSaid(text)).findFirst().orElseThrow()
                        .path("data");
                At.expectNow(said.path("at"), client::fail);
                if (!said.path("id").isIntegralNumber() || !said.path("from").isTextual()) {
                    throw client.fail("a said has id, from, text, at, but got " + said);
                }
                return said;
            }
            throw client.fail(who + " must hear “" + text + "” once, but the event “said” with it"
                    + " came " + saidWith(came, text) + " times");
        }
    }

    @Exercise(id = "9.2", title = "Who is here", needs = "9.1",
            hints = {
                "A hello changes what all others see. What must each side be told, and in which"
                    + " order, so that nobody hears of himself? And what if two ask for one name"
                    + " at the same moment: who looks, and who takes it, in which step?",
                "You have the turn here, so to look through the roster and to add to it is one"
                    + " step. toAll(\"joined\", new Name(…)) before roster.add(client) spares the"
                    + " newcomer. roster.remove(client) is true once only. throw new"
                    + " Refused(sentence) refuses.",
                "hello: refuse where client.name != null; for (Client each : roster) refuse where"
                    + " each.name.equals(name); client.name = name; toAll(\"joined\", new"
                    + " Name(name)); roster.add(client); tell(client, \"people\", new"
                    + " People(roster.all().stream().map(each -> each.name).toList())). leave: if"
                    + " (roster.remove(client)) toAll(\"left\", new Name(client.name));"
            },
            starter = "expected the event “people”")
    class WhoIsHere {
        private static final int ASKERS = 6;

        @Test
        @DisplayName("9.2 the comer gets people, with itself; the others get joined")
        void joins(Target target) {
            String a = name(target);
            String b = name(target);
            try (Events ada = Events.open(target, "/ws"); Events bob = Events.open(target, "/ws")) {
                expectPeople(ada, hello(target, ada, a), List.of(a), List.of(b));
                List<JsonNode> came = hello(target, bob, b);
                expectPeople(bob, came, List.of(a, b), List.of());
                if (came.stream().anyMatch(isName("joined", b))) {
                    throw bob.fail("joined is for the others, not for the one who came");
                }
                long told = heard(target, ada).stream().filter(isName("joined", b)).count();
                if (told != 1) {
                    throw ada.fail("the others hear joined with " + b + " once, but it came " + told
                            + " times");
                }
            }
        }

        @Test
        @DisplayName("9.2 who goes, however it goes, is told as left, and its name is free")
        void leaves(Target target) {
            var ways = new LinkedHashMap<String, Consumer<Events>>();
            ways.put("it sent a close", client -> client.socket().sendClose(1000, ""));
            ways.put("it ended TCP", Events::close);
            ways.put("it reset TCP", client -> client.socket().reset());
            try (Events ada = come(target)) {
                ways.forEach((way, go) -> {
                    String name = name(target);
                    try (Events bob = Events.open(target, "/ws")) {
                        hello(target, bob, name);
                        heard(target, ada);
                        go.accept(bob);
                        awaitLeft(target, ada, name, way);
                    }
                    try (Events again = Events.open(target, "/ws")) {
                        hello(target, again, name);
                        if (heard(target, ada).stream().anyMatch(isName("left", name))) {
                            throw ada.fail("left comes once, but it came again for " + name);
                        }
                    }
                    awaitLeft(target, ada, name, "it ended TCP");
                });
                try (Events stranger = Events.open(target, "/ws")) {
                    heard(target, stranger);
                }
                String last = name(target);
                try (Events bob = Events.open(target, "/ws")) {
                    hello(target, bob, last);
                }
                awaitLeft(target, ada, last, "it ended TCP");
            }
        }

        @Test
        @DisplayName("9.2 who has not said hello hears of nobody, and nobody hears of it")
        void strangers(Target target) {
            String name = name(target);
            try (Events ada = come(target); Events stranger = Events.open(target, "/ws")) {
                try (Events silent = Events.open(target, "/ws")) {
                    heard(target, silent); // came, said no hello, and goes
                }
                try (Events bob = Events.open(target, "/ws");
                        Events silent = Events.open(target, "/ws")) {
                    hello(target, bob, name);
                    bob.send("set", Map.of("value", 7));
                    heard(target, silent);
                }
                for (JsonNode each : awaitLeft(target, ada, name, "it ended TCP")) {
                    if (!is("left").test(each) || each.at("/data/name").isTextual()) continue;
                    throw ada.fail("who never said hello leaves without a word, but one without"
                            + " a name was told as left: " + each);
                }
                List<JsonNode> came = heard(target, stranger);
                if (!came.isEmpty()) {
                    throw stranger.fail("before its hello a client hears no broadcast, but got "
                            + came);
                }
                try (Events eve = Events.open(target, "/ws")) {
                    String newest = name(target);
                    List<JsonNode> told = hello(target, eve, newest);
                    expectPeople(eve, told, List.of(newest), List.of(name));
                    for (JsonNode each : first(eve, told, "people").path("names")) {
                        if (each.isTextual()) continue;
                        throw eve.fail("people has names alone, of those who said hello, but got "
                                + each);
                    }
                }
            }
        }

        @Test
        @DisplayName("9.2 a name that is taken is refused; case counts")
        void taken(Target target) {
            String name = "a" + name(target).substring(1);
            String upper = "A" + name.substring(1);
            try (Events ada = Events.open(target, "/ws"); Events bob = Events.open(target, "/ws")) {
                hello(target, ada, name);
                refused(target, bob, "hello", Map.of("name", name), "a name that is taken",
                        name + " or name");
                if (heard(target, ada).stream().anyMatch(isName("joined", name))) {
                    throw ada.fail("nobody joined: the name was refused");
                }
                hello(target, bob, upper);
                refused(target, ada, "hello", Map.of("name", name(target)), "a second hello", null);
                ask(target, ada, "say", Map.of("text", name)).ok(ada);
            }
        }

        @Test
        @DisplayName("9.2 who was refused a name takes nothing along when it goes")
        void refusedLeaves(Target target) {
            String name = name(target);
            String last = name(target);
            try (Events ada = Events.open(target, "/ws"); Events cleo = come(target)) {
                hello(target, ada, name);
                try (Events bob = Events.open(target, "/ws")) {
                    refused(target, bob, "hello", Map.of("name", name), "a name that is taken",
                            null);
                    heard(target, cleo);
                }
                try (Events joe = Events.open(target, "/ws")) {
                    hello(target, joe, last); // whose leaving is told, behind bob's
                }
                List<JsonNode> came = awaitLeft(target, cleo, last, "it ended TCP");
                if (came.stream().anyMatch(isName("left", name))) {
                    throw cleo.fail("a client was refused the name " + name + " and went, and the"
                            + " others were told that " + name + " left, who is still here");
                }
                try (Events eve = Events.open(target, "/ws")) {
                    refused(target, eve, "hello", Map.of("name", name), "the name of one who is"
                            + " still here, after another one who asked for it went,", null);
                    expectPeople(eve, hello(target, eve, name(target)), List.of(name), List.of());
                }
                String text = target.word();
                ask(target, cleo, "say", Map.of("text", text)).ok(cleo);
                if (saidWith(heard(target, ada), text) != 1) {
                    throw ada.fail("a client was refused the name " + name + " and went, and now "
                            + name + " itself hears no more");
                }
            }
        }

        @Test
        @DisplayName("9.2 of several who ask for one name at once, one gets it")
        void atOnce(Target target) {
            for (int round = 0; round < 10; round++) {
                String name = name(target);
                var askers = new ArrayList<Events>();
                try {
                    for (int i = 0; i < ASKERS; i++) askers.add(Events.open(target, "/ws"));
                    long got = together(askers, (_, asker) -> ask(target, asker, "hello",
                            Map.of("name", name)).ack().path("error").isMissingNode())
                            .stream().filter(yes -> yes).count();
                    if (got != 1) {
                        throw askers.getFirst().fail(ASKERS + " asked at once for the name " + name
                                + ", and " + got + " got it");
                    }
                } finally {
                    askers.forEach(Events::close);
                }
            }
        }

        @Test
        @DisplayName("9.2 before hello there is nothing to do, and a name has a form")
        void refuses(Target target) {
            try (Events ada = Events.open(target, "/ws")) {
                refused(target, ada, "say", Map.of("text", "x"), "say before hello",
                        "hello or say");
                refused(target, ada, "set", Map.of("value", 7), "set before hello",
                        "hello or set");
                for (Object name : List.of("", "a b", "x".repeat(21), "<b>ada</b>", "ädä", "ada\n",
                        "#1", 7, List.of("ada"), "x".repeat(10_000))) {
                    refused(target, ada, "hello", Map.of("name", name), "the name " + name, "name");
                }
                refused(target, ada, "hello", Map.of(), "hello without a name", "name");
                ada.send("say", Map.of("text", "x"));
                ada.expectError("say before hello, without an id", "hello or say");
                hello(target, ada, name(target) + "-_X9");
            }
        }

        private static void expectPeople(Events client, List<JsonNode> came, List<String> there,
                List<String> notThere) {
            JsonNode people = first(client, came, "people").path("names");
            var names = new ArrayList<String>();
            people.forEach(name -> names.add(name.asText()));
            if (names.containsAll(there) && notThere.stream().noneMatch(names::contains)
                    && new TreeSet<>(names).size() == names.size()) return;
            throw client.fail("people has the names of all who said hello, " + there
                    + " among them, but got " + names);
        }
    }

    @Exercise(id = "9.3", title = "Latecomers", needs = "9.1",
            hints = {
                "Somebody has to keep the last messages: who, and how many? And when a newcomer"
                    + " has got them, which message is the next one that it hears?",
                "An ArrayDeque: add at its end, remove at its beginning once it has more than"
                    + " HISTORY. tell(client, \"history\", new History(List.copyOf(history))). The"
                    + " gap is closed already, since both happen in one turn: send it nowhere"
                    + " else.",
                "final Deque<Message> history = new ArrayDeque<>(); remember: history.add(said);"
                    + " if (history.size() > HISTORY) history.remove(); catchUp: tell(client,"
                    + " \"history\", new History(List.copyOf(history)));"
            },
            starter = "expected the event “history”")
    class Latecomers {
        private static final int MOST = 50;

        @Test
        @DisplayName("9.3 history has the last messages, oldest first, as they were said")
        void few(Target target) {
            try (Events ada = come(target)) {
                var said = new ArrayList<JsonNode>();
                for (int i = 0; i < 3; i++) said.add(say(target, ada));
                expectHistory(target, said);
            }
        }

        @Test
        @DisplayName("9.3 history has the last 50, however many there were")
        void fifty(Target target) {
            try (Events ada = come(target)) {
                var said = new ArrayList<JsonNode>();
                for (int i = 0; i < MOST + 11; i++) {
                    said.add(say(target, ada));
                    if (i == MOST) expectHistory(target, said.subList(1, MOST + 1));
                }
                expectHistory(target, said.subList(11, MOST + 11));
            }
        }

        @Test
        @DisplayName("9.3 history is for the one who comes, once")
        void forTheComer(Target target) {
            try (Events ada = come(target); Events bob = come(target)) {
                say(target, ada);
                heard(target, ada);
                heard(target, bob);
                try (Events late = Events.open(target, "/ws")) {
                    long times = hello(target, late, name(target)).stream().filter(is("history"))
                            .count();
                    if (times > 1) {
                        throw late.fail("who comes gets history once, but it came " + times
                                + " times");
                    }
                }
                for (Events each : List.of(ada, bob)) {
                    if (heard(target, each).stream().noneMatch(is("history"))) continue;
                    throw each.fail("history is for the one who comes, but a client that was here"
                            + " before got one, too");
                }
            }
        }

        @Test
        @DisplayName("9.3 live messages follow history: no gap, no repeat")
        void noGap(Target target) {
            try (Events ada = come(target)) {
                say(target, ada);
                var enough = new AtomicBoolean();
                CompletableFuture<Void> speaking = CompletableFuture.runAsync(() -> {
                    while (!enough.get()) say(target, ada);
                });
                try {
                    for (int i = 0; i < 15; i++) {
                        try (Events late = Events.open(target, "/ws")) {
                            var came = new ArrayList<>(hello(target, late, name(target)));
                            first(late, came, "history");
                            expectHistoryFirst(late, came);
                            while (came.stream().filter(is("said")).count() < 3) {
                                came.add(late.next());
                            }
                            expectConsecutive(late, came);
                        }
                    }
                } finally {
                    enough.set(true);
                }
                result(speaking);
            }
        }

        private static void expectHistoryFirst(Events late, List<JsonNode> came) {
            List<String> events = came.stream().map(each -> each.path("event").asText()).toList();
            int people = events.indexOf("people");
            int history = events.indexOf("history");
            if (people < 0 || people > history
                    || !events.subList(people, history).contains("said")) return;
            throw late.fail("what is said live follows the history, but came before it: " + events);
        }

        private static void expectConsecutive(Events late, List<JsonNode> came) {
            var ids = new ArrayList<Long>();
            for (JsonNode event : came) {
                if (is("history").test(event)) {
                    ids.clear(); // what came before it is exercise 9.1's matter
                    event.path("data").path("messages")
                            .forEach(said -> ids.add(said.path("id").asLong()));
                } else if (is("said").test(event)) {
                    ids.add(event.path("data").path("id").asLong());
                }
            }
            var sorted = ids.stream().sorted().toList();
            for (int i = 1; i < sorted.size(); i++) {
                if (sorted.get(i) == sorted.get(i - 1) + 1) continue;
                throw late.fail("while somebody spoke a newcomer must get each message once, in its"
                        + " history or live, but the ids were " + ids);
            }
        }

        private static void expectHistory(Target target, List<JsonNode> last) {
            try (Events late = Events.open(target, "/ws")) {
                var messages = new ArrayList<JsonNode>();
                first(late, hello(target, late, name(target)), "history").path("messages")
                        .forEach(messages::add);
                if (messages.size() > MOST || last.size() == MOST && messages.size() != MOST) {
                    throw late.fail("history has the last " + MOST + " messages, but it has "
                            + messages.size());
                }
                if (messages.size() < last.size() || !messages.subList(
                        messages.size() - last.size(), messages.size()).equals(last)) {
                    throw late.fail("history ends with what was said last, oldest first,"
                            + " " + ids(last)
                            + ", but it has " + ids(messages));
                }
            }
        }

        private static String ids(List<JsonNode> messages) {
            return messages.stream().map(said -> said.path("id").asText()).toList().toString();
        }
    }

    @Exercise(id = "9.4", title = "One slow client", needs = {"9.1", "9.2"},
            hints = {
                "Run the starter, and see what a client costs that reads no more: nothing stops,"
                    + " the server's memory grows. There are three choices: wait for it, drop what"
                    + " it does not take, or end it. Which of them can the client itself notice"
                    + " and mend?",
                "Count what waits: client.waiting.incrementAndGet() before sendText, and down"
                    + " again when Jetty tells that the frame is out: Callback.from(sent, failed)."
                    + " client.socket.closeSession(1013, reason) stands in line behind what waits,"
                    + " and onClose comes only when the client reads again, so call gone yourself,"
                    + " at once, and send nothing more: client.dropped. Never leave yourself: you"
                    + " may be in the middle of a loop over the roster.",
                "if (client.dropped) return; if (client.waiting.incrementAndGet() > MAX_WAITING)"
                    + " { client.dropped = true; client.socket.closeSession(1013, \"…\");"
                    + " gone(client.socket); } else client.socket.session.sendText(frame,"
                    + " Callback.from(client.waiting::decrementAndGet, _ -> gone(client.socket)));"
            },
            starter = "must be cut off")
    class OneSlowClient {
        private static final int RECEIVE_BUFFER = 8_192;
        private static final int LONG = 60_000; // bytes: loopback swallows some 2.7 MB at first,
        private static final int LONG_ONES = 100; // then short ones are as good as long ones
        private static final int BURST = 20;    // short messages at once
        private static final int LONG_BURST = 5;
        private static final int PAUSE = 240;   // messages, long and short
        private static final int MANY = 460;    // more than the network takes, and 256
        private static final int TRY_AGAIN_LATER = 1013;

        @Test
        @DisplayName("9.4 who reads no more is closed with 1013, and told as left at that moment")
        void cutsOff(Target target) {
            String name = name(target);
            var count = new ClientCount(target);
            int before = count.settled();
            try (Events ada = come(target);
                    Events slow = Events.open(target, "/ws", RECEIVE_BUFFER)) {
                long idle = System.nanoTime(); // what a busy machine takes for it anyway
                burst(target, ada, true, new ArrayList<>());
                idle = System.nanoTime() - idle;
                hello(target, slow, name);
                Events bob = come(target); // so the slow one stands in the middle of the roster
                count.await(before + 3, "three clients have come", slow.socket());
                heard(target, ada);
                var said = new ArrayList<Long>();
                var adas = new ArrayList<JsonNode>();
                var bobs = new ArrayList<JsonNode>();
                boolean left = false;
                while (!left && said.size() < MANY) {
                    long start = System.nanoTime();
                    said.addAll(burst(target, ada, said.size() < LONG_ONES, adas));
                    List<JsonNode> came = heard(target, bob);
                    bobs.addAll(came);
                    if (System.nanoTime() - start > TWO_SECONDS + 3 * idle) {
                        throw bob.fail("while one client does not read, the others must hear each"
                                + " message within 2 seconds, but it took "
                                + (System.nanoTime() - start) / 1_000_000 + " ms, after "
                                + said.size() + " messages");
                    }
                    left = came.stream().anyMatch(isName("left", name));
                }
                if (!left) {
                    throw new AssertionError("a client that reads no more must be cut off once more"
                            + " than 256 messages wait for it, and the others hear left at that"
                            + " moment; " + MANY + " messages were said, " + LONG_ONES + " of"
                            + " them of "
                            + LONG + " bytes, and no left came");
                }
                count.await(before + 2, "the slow one of three clients is cut off");
                Asked last = ask(target, ada, "say", Map.of("text", target.word())); // not for it
                said.add(last.ack().path("id").asLong());
                adas.addAll(last.before());
                bobs.addAll(heard(target, bob));
                adas.addAll(heard(target, ada));
                expectWhole(ada, "the one before it in the roster", adas, said, name);
                expectWhole(bob, "the one behind it in the roster", bobs, said, name);
                expectSameOrder(bob, adas, bobs, name);
                expectPrefixThenClose(slow, said.subList(0, said.size() - 1));
                bob.close();
            }
        }

        @Test
        @DisplayName("9.4 a pause of fewer than 256 messages harms nobody")
        void pauses(Target target) {
            String name = name(target);
            try (Events ada = come(target); Events slow = Events.open(target, "/ws",
                    RECEIVE_BUFFER)) {
                hello(target, slow, name);
                var said = new ArrayList<Long>();
                while (said.size() < PAUSE) {
                    var came = new ArrayList<JsonNode>();
                    said.addAll(burst(target, ada, said.size() < 3 * LONG_ONES / 4, came));
                    if (came.stream().anyMatch(isName("left", name))) {
                        throw ada.fail("one client paused over " + said.size() + " messages, and"
                                + " was"
                                + " cut off: up to 256 may wait for it, beyond what the network"
                                + " took");
                    }
                }
                List<Long> got = ids(heard(target, slow));
                if (!got.containsAll(said)) {
                    throw slow.fail("one client paused over " + PAUSE + " messages, then read on:"
                            + " it must get all of them, but got " + got.size());
                }
            }
        }

        private static void expectPrefixThenClose(Events slow, List<Long> said) {
            var got = new ArrayList<JsonNode>();
            Frame frame = nextOrClose(slow, got);
            while (frame.opcode() == Frame.TEXT && got.size() < MOST_EVENTS) {
                got.add(Events.parsed(frame.text()));
                frame = nextOrClose(slow, got);
            }
            if (frame.closeCode() != TRY_AGAIN_LATER) {
                throw slow.fail("who reads too slowly is closed with 1013, but got " + frame);
            }
            List<Long> ids = ids(got).stream().sorted().toList();
            if (ids.isEmpty() || !said.subList(0, Math.min(ids.size(), said.size())).equals(ids)) {
                long missing = said.stream().filter(id -> !ids.contains(id)).findFirst().orElse(0L);
                throw new AssertionError("before its close a slow client gets the feed without a"
                        + " hole, but message " + missing + " is missing, and later ones came: "
                        + ids.stream().filter(id -> id > missing).toList());
            }
        }

        /** The others hear each message once, and left once. */
        private static void expectWhole(Events client, String who, List<JsonNode> came,
                List<Long> said, String slow) {
            List<Long> ids = ids(came);
            var missing = new ArrayList<>(said);
            missing.removeAll(ids);
            if (!missing.isEmpty()) {
                throw client.fail("while one client is cut off the others hear everything, but "
                        + who + " missed the messages " + missing);
            }
            if (ids.size() != said.size()) {
                throw client.fail("while one client is cut off the others hear each message once,"
                        + " but " + who + " heard " + ids.size() + " of " + said.size());
            }
            long lefts = came.stream().filter(isName("left", slow)).count();
            if (lefts == 1) return;
            throw client.fail("when one client is cut off the others hear left once, but " + who
                    + " heard it " + lefts + " times");
        }

        private static void expectSameOrder(Events client, List<JsonNode> adas, List<JsonNode> bobs,
                String slow) {
            List<String> one = order(adas, slow);
            List<String> other = order(bobs, slow);
            for (int i = 0; i < one.size(); i++) {
                if (one.get(i).equals(other.get(i))) continue;
                throw client.fail("all hear all in one order, also when one client is cut off in"
                        + " the middle of a loop, but the one before it in the roster heard "
                        + one.subList(Math.max(0, i - 1), Math.min(one.size(), i + 2))
                        + ", and the one behind it " + other.subList(Math.max(0, i - 1),
                        Math.min(other.size(), i + 2)));
            }
        }

        private static List<String> order(List<JsonNode> came, String slow) {
            return came.stream().filter(is("said").or(isName("left", slow)))
                    .map(each -> is("left").test(each) ? "left" : each.at("/data/id").asText())
                    .toList();
        }

        private static Frame nextOrClose(Events slow, List<JsonNode> got) {
            try {
                return slow.socket().message();
            } catch (AssertionError ended) {
                throw new AssertionError("who reads too slowly gets what waited for it and then a"
                        + " close with 1013, but after " + got.size() + " frames the connection"
                        + " ended without a close: " + ended.getMessage(), ended);
            }
        }

        private static List<Long> ids(List<JsonNode> came) {
            return came.stream().filter(is("said"))
                    .map(said -> said.path("data").path("id").asLong()).toList();
        }

        /** Some messages at once; gives their ids, once all are acknowledged. */
        private static List<Long> burst(Target target, Events speaker, boolean isLong,
                List<JsonNode> came) {
            int last = 0;
            for (int i = 0; i < (isLong ? LONG_BURST : BURST); i++) {
                last = target.number(1, 1_000_000_000);
                String text = isLong ? target.word().repeat(LONG / 8) : target.word();
                speaker.send("say", Map.of("text", text), last);
            }
            Asked asked = readTo(speaker, last);
            came.addAll(asked.before());
            var ids = new ArrayList<Long>();
            asked.before().stream().filter(is("ack"))
                    .forEach(ack -> ids.add(ack.path("data").path("id").asLong()));
            ids.add(asked.ack().path("id").asLong());
            return ids;
        }
    }

    @Exercise(id = "9.5", title = "One value for all", needs = "9.1",
            hints = {
                "Two people move the slider at the same moment. Which value is the true one, who"
                    + " decides, and how do both learn of it?",
                "Keep the value in one variable of the server's. Who moves it hears it as all"
                    + " others do, toAll(\"value\", new Value(value)), so that its own page ends"
                    + " where the others' pages end.",
                "int value = 50; move: value = to; toAll(\"value\", new Value(value)); present:"
                    + " tell(client, \"value\", new Value(value));"
            },
            starter = "expected the event “value”")
    class OneValue {
        private static final int MOVERS = 5;
        private static final int MOVES = 30;
        private static final int RECEIVE_BUFFER = 8_192;
        private static final int LONG_ONES = 60; // of 60,000 bytes: more than loopback swallows

        @Test
        @DisplayName("9.5 set reaches all, the one who moved it too, and a newcomer gets the value")
        void sets(Target target) {
            try (Events ada = come(target); Events bob = come(target)) {
                for (int value : new int[] {0, 100, target.number(1, 99)}) {
                    Asked asked = ask(target, ada, "set", Map.of("value", value)).ok(ada);
                    expectValue(ada, last(ada, asked.before(), "value"), value);
                    expectValue(bob, last(bob, heard(target, bob), "value"), value);
                    try (Events late = Events.open(target, "/ws")) {
                        List<JsonNode> came = hello(target, late, name(target));
                        expectValue(late, first(late, came, "value"), value);
                        List<String> order = came.stream().map(each -> each.path("event").asText())
                                .filter(List.of("people", "history", "value")::contains).toList();
                        if (!order.equals(order.stream().sorted((a, b) -> Integer.compare(
                                "people history value".indexOf(a),
                                "people history value".indexOf(b))).toList())) {
                            throw late.fail("the comer gets people, history, value, in this order,"
                                    + " but got " + order);
                        }
                    }
                }
            }
        }

        @Test
        @DisplayName("9.5 several move it and speak at once, and all hear it in one order")
        void oneOrder(Target target) {
            var movers = new ArrayList<Events>();
            try {
                for (int i = 0; i < MOVERS; i++) movers.add(come(target));
                List<List<String>> heard = together(movers, (i, mover) -> {
                    var changes = new ArrayList<String>();
                    for (int k = 0; k < MOVES; k++) {
                        changes.addAll(changes(k % 2 == 0 ? ask(target, mover, "set",
                                Map.of("value", (i * MOVES + k) % 101)).before() : ask(target,
                                mover, "say", Map.of("text", "m" + i + "." + k)).before()));
                    }
                    return changes;
                });
                for (int i = 0; i < MOVERS; i++) {
                    heard.get(i).addAll(changes(heard(target, movers.get(i))));
                    if (values(heard.get(i)).equals(values(heard.getFirst()))) continue;
                    throw new AssertionError("two clients saw the slider go two ways:\n"
                            + values(heard.getFirst()) + "\n" + values(heard.get(i)));
                }
                for (List<String> other : heard) {
                    for (int k = 0; k < Math.min(other.size(), heard.getFirst().size()); k++) {
                        if (other.get(k).equals(heard.getFirst().get(k))) continue;
                        throw new AssertionError("what is said and how the slider moves is one"
                                + " order for all, but one heard " + heard.getFirst().get(k)
                                + " where another heard " + other.get(k));
                    }
                }
                try (Events late = Events.open(target, "/ws")) {
                    expectValue(late, first(late, hello(target, late, name(target)), "value"),
                            Integer.parseInt(values(heard.getFirst()).getLast()
                                    .substring("value ".length())));
                }
            } finally {
                movers.forEach(Events::close);
            }
        }

        @Test
        @DisplayName("9.5 who pauses gets all changes when it reads on")
        void pauses(Target target) {
            try (Events ada = come(target);
                    Events slow = Events.open(target, "/ws", RECEIVE_BUFFER)) {
                hello(target, slow, name(target));
                for (int i = 0; i < LONG_ONES; i++) { // until the network takes no more
                    ask(target, ada, "say", Map.of("text", "x".repeat(60_000)));
                }
                var moved = new ArrayList<String>();
                for (int value = 20; value < 80; value++) {
                    ask(target, ada, "set", Map.of("value", value));
                    moved.add("value " + value);
                }
                List<String> seen = values(changes(heard(target, slow)));
                if (seen.equals(moved)) return;
                throw slow.fail("a client that paused gets all changes of the slider when it reads"
                        + " on, " + moved.size() + " of them, but it got " + seen.size());
            }
        }

        @Test
        @DisplayName("9.5 what is no whole number from 0 to 100 is refused, and changes nothing")
        void refuses(Target target) {
            try (Events ada = come(target); Events bob = come(target)) {
                int value = target.number(1, 99);
                ask(target, ada, "set", Map.of("value", value)).ok(ada);
                heard(target, bob);
                for (String wrong : List.of("-1", "101", "50.5", "1e309", "\"50\"", "true", "null",
                        "[50]", "{}", "99999999999999999999")) {
                    ada.sendRaw("{\"event\": \"set\", \"data\": {\"value\": " + wrong + "}}");
                    ada.expectError("the value " + wrong, "value");
                }
                if (heard(target, bob).stream().anyMatch(is("value"))) {
                    throw bob.fail("a refused value is told to nobody");
                }
                try (Events late = Events.open(target, "/ws")) {
                    List<JsonNode> came = hello(target, late, name(target));
                    expectValue(late, first(late, came, "value"), value);
                }
            }
        }

        /** What all hear: {@code said 7}, {@code value 50}. */
        private static List<String> changes(List<JsonNode> came) {
            return came.stream().filter(is("value").or(is("said"))).map(each -> is("said")
                    .test(each) ? "said " + each.at("/data/id").asText()
                    : "value " + each.at("/data/value").asText()).toList();
        }

        private static List<String> values(List<String> changes) {
            return changes.stream().filter(each -> each.startsWith("value")).toList();
        }

        private static void expectValue(Events client, JsonNode data, int value) {
            if (data.path("value").isInt() && data.path("value").asInt() == value) return;
            throw client.fail("expected the event “value” with {\"value\": " + value + "}, but got "
                    + data);
        }
    }

    // ---- what the tests share -----------------------------------------------------------------

    /** What came before the ack, and the ack's data. */
    private record Asked(List<JsonNode> before, JsonNode ack) {
        Asked ok(Events client) {
            if (ack.path("error").isMissingNode()) return this;
            throw client.fail("this must be granted, but was refused: " + ack.path("error"));
        }
    }

    private static Asked ask(Target target, Events client, String event, Map<String, ?> data) {
        int id;
        synchronized (target) { // several threads ask in one test
            id = target.number(1, 1_000_000_000);
        }
        client.send(event, data, id);
        return readTo(client, id);
    }

    private static Asked readTo(Events client, int id) {
        var before = new ArrayList<JsonNode>();
        while (true) {
            JsonNode came = client.next();
            if (is("ack").test(came) && came.path("id").asInt() == id) {
                return new Asked(before, came.path("data"));
            }
            before.add(came);
            if (before.size() > MOST_EVENTS) {
                throw client.fail("the ack with id " + id + " must come, but " + before.size()
                        + " other events came instead");
            }
        }
    }

    /** All that came until now: asks for what nobody knows, and reads up to the answer. */
    private static List<JsonNode> heard(Target target, Events client) {
        return ask(target, client, "anything-new", Map.of()).before();
    }

    /** Says hello, and gives what came with it. */
    private static List<JsonNode> hello(Target target, Events client, String name) {
        Asked asked = ask(target, client, "hello", Map.of("name", name));
        if (asked.ack().path("error").isMissingNode()) return asked.before();
        throw client.fail("hello with the free name " + name + " must be granted, but was refused: "
                + asked.ack().path("error"));
    }

    /** A client that has said hello. */
    private static Events come(Target target) {
        Events client = Events.open(target, "/ws");
        try {
            hello(target, client, name(target));
            return client;
        } catch (Throwable failed) {
            client.close();
            throw failed;
        }
    }

    private static String name(Target target) {
        synchronized (target) {
            return target.word();
        }
    }

    /** Says something; gives the message as the ack has it. */
    private static JsonNode say(Target target, Events client) {
        String text;
        synchronized (target) {
            text = target.word();
        }
        return ask(target, client, "say", Map.of("text", text)).ok(client).ack();
    }

    private static void refused(Target target, Events client, String event, Map<String, ?> data,
            String what, String named) {
        String shown = what.length() > 90 ? what.substring(0, 90) + " …" : what;
        JsonNode ack = ask(target, client, event, data).ack();
        if (ack.path("error").isMissingNode()) {
            throw client.fail(shown + " must be refused, but the ack says " + ack);
        }
        client.expectSentence(shown, ack, named);
    }

    private static Predicate<JsonNode> is(String event) {
        return came -> came.path("event").asText().equals(event);
    }

    private static Predicate<JsonNode> isName(String event, String name) {
        return is(event).and(came -> came.path("data").path("name").asText().equals(name));
    }

    private static Predicate<JsonNode> isSaid(String text) {
        return is("said").and(came -> came.path("data").path("text").asText().equals(text));
    }

    private static long saidWith(List<JsonNode> came, String text) {
        return came.stream().filter(isSaid(text)).count();
    }

    /** The texts that were said, of those that begin with {@code mark}. */
    private static List<String> texts(List<JsonNode> came, String mark) {
        return new ArrayList<>(came.stream().filter(is("said"))
                .map(said -> said.path("data").path("text").asText())
                .filter(text -> text.startsWith(mark)).toList());
    }

    private static JsonNode first(Events client, List<JsonNode> came, String event) {
        return came.stream().filter(is(event)).findFirst().orElseThrow(() -> missing(client, came,
                event)).path("data");
    }

    private static JsonNode last(Events client, List<JsonNode> came, String event) {
        return came.reversed().stream().filter(is(event)).findFirst().orElseThrow(
                () -> missing(client, came, event)).path("data");
    }

    private static AssertionError missing(Events client, List<JsonNode> came, String event) {
        return client.fail("expected the event “" + event + "”, but got " + (came.isEmpty()
                ? "nothing before the ack" : came.stream().map(each -> each.path("event").asText())
                        .toList()));
    }

    /** Gives what came up to it. */
    private static List<JsonNode> awaitLeft(Target target, Events client, String name,
            String way) {
        long deadline = System.nanoTime() + TWO_SECONDS;
        var came = new ArrayList<JsonNode>();
        while (came.stream().noneMatch(isName("left", name))) {
            if (System.nanoTime() > deadline) {
                throw client.fail("when a client is gone the others must hear left with its name,"
                        + " but " + way + ", and within 2 seconds no left came for " + name);
            }
            LockSupport.parkNanos(10_000_000);
            came.addAll(heard(target, client));
        }
        return came;
    }

    private interface Part<T> {
        T play(int number, Events client);
    }

    /** Each client on a thread of its own; gives what each of them gives. */
    private static <T> List<T> together(List<Events> clients, Part<T> part) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return IntStream.range(0, clients.size())
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> part.play(i, clients.get(i)),
                            threads)).toList().stream().map(Lesson09Test::result).toList();
        }
    }

    private static <T> T result(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Error said) throw said;
            throw new AssertionError(failed.getCause());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", hurry);
        }
    }
}
