package tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tests.clients.RawClient;
import workshop.wire.Speaker;

/** Knows a host, a port and lines of text; speaks TCP. */
@ExtendWith(TargetResolver.class)
class Lesson01Test {
    private static final int MAX_LINE = 65_536;
    private static final String TOO_LONG = "error: line too long\n";

    @Exercise(id = "1.1", title = "A line is a message",
            starter = "expected “echo: ",
            hints = {
                "A read returns whatever has arrived, no more and no less. So keep what is not a"
                        + " whole line yet, and ask of every byte: is this the end of one?",
                "nextByte(client) gives one byte after the other, -1 at the end of the stream."
                        + " Collect them in a ByteArrayOutputStream, and make text of them only"
                        + " when the line is complete: line.toString(UTF_8).",
                "while ((next = nextByte(client)) != -1): at '\\n' take the text, drop one"
                        + " \"\\r\" from its end, answer(client, text), line.reset(); at any other"
                        + " byte line.write(next). After the loop: if line.size() > 0, answer once"
                        + " more."})
    class LineIsMessage {
        @Test
        @DisplayName("1.1 a line is answered with echo: and the line")
        void line(Target target) {
            try (var client = target.connect()) {
                for (int i = 0; i < 3; i++) {
                    String line = target.word();
                    expect(client.send(line + "\n"), "echo: " + line + "\n",
                            "a line was not answered with echo: and the line");
                }
            } catch (AssertionError failure) {
                // Whoever looked whether the server listens was a client before this one.
                String said = failure.getMessage();
                if (!said.contains("but got “”, then nothing more came")) throw failure;
                throw new AssertionError("no answer: is a line answered as soon as its \\n is"
                        + " there, and does talk() return when the client before has ended its"
                        + " stream?\n"
                        + said);
            }
        }

        @Test
        @DisplayName("1.1 many lines in one write are many messages")
        void manyInOneWrite(Target target) {
            try (var client = target.connect()) {
                var lines = words(target, target.number(4, 8));
                client.send(String.join("\n", lines) + "\n");
                for (int i = 0; i < lines.size(); i++) {
                    expect(client, "echo: " + lines.get(i) + "\n", lines.size() + " lines came in"
                            + " one write, and line " + (i + 1) + " was not answered by itself");
                }
            }
        }

        @Test
        @DisplayName("1.1 a line that comes in two pieces is one message")
        void twoPieces(Target target) {
            try (var client = target.connect()) {
                String first = target.word();
                String half = target.word();
                String rest = target.word();
                client.send(first + "\n" + half);
                client.expect("echo: " + first + "\n");     // so the half is there as well
                client.send(rest + "\n");
                expect(client, "echo: " + half + rest + "\n", "a line came in two pieces, and was"
                        + " not put together");
            }
        }

        @Test
        @DisplayName("1.1 bytes that come one at a time make the same lines")
        void oneByOne(Target target) {
            try (var client = target.connect()) {
                String one = target.word();
                String other = target.word();
                client.sendEach((one + "\n" + other + "\r\n").getBytes(UTF_8));
                expect(client, "echo: " + one + "\necho: " + other + "\n",
                        "two lines came byte by byte, and did not get the same answers");
            }
        }

        @Test
        @DisplayName("1.1 a line may be longer than what one read returns")
        void longLine(Target target) {
            try (var client = target.connect()) {
                String line = Lesson01Test.line(target, target.number(20_000, 30_000));
                expect(client.send(line + "\n"), "echo: " + line + "\n", String.format(Locale.ROOT,
                        "a line of %,d bytes did not come back whole", line.length()));
                sayAndHear(client, target.word());
            }
        }

        @Test
        @DisplayName("1.1 blanks are kept, and an empty line is a line")
        void blanks(Target target) {
            try (var client = target.connect()) {
                String word = target.word();
                client.send("  " + word + " \t " + word + "  \n");
                expect(client, "echo:   " + word + " \t " + word + "  \n",
                        "the blanks of a line belong to it");
                expect(client.send("\n\n \n"), "echo: \necho: \necho:  \n",
                        "an empty line is a line, and so is one blank");
                sayAndHear(client, word);
            }
        }

        @Test
        @DisplayName("1.1 a line may end with \\r\\n; a \\r anywhere else belongs to the line")
        void carriageReturns(Target target) {
            String drops = "\\r\\n ends a line, and belongs to none";
            String keeps = "a \\r that is not right before \\n belongs to the line";
            try (var client = target.connect()) {
                String a = target.word();
                String b = target.word();
                expect(client.send(a + "\r\n" + b + "\n"), "echo: " + a + "\necho: " + b + "\n",
                        drops);
                expect(client.send(a + "\r" + b + "\n"), "echo: " + a + "\r" + b + "\n", keeps);
                expect(client.send("\r" + a + "\r\r\n"), "echo: \r" + a + "\r\n", keeps);
                expect(client.send("\r\n"), "echo: \n", drops);
                client.send(a + "\n" + b + "\r").expect("echo: " + a + "\n"); // cut before its \n
                expect(client.send("\n"), "echo: " + b + "\n", drops + ", also in two pieces");
            }
            try (var client = target.connect()) {
                String last = target.word() + "\r";
                expect(client.send(last).end(), "echo: " + last + "\n", keeps
                        + ", at the stream's end too");
            }
        }

        @Test
        @DisplayName("1.1 a letter that is cut in half is whole again")
        void letterInHalf(Target target) {
            try (var client = target.connect()) {
                for (String letter : List.of("ä", "€", "🙂")) {
                    byte[] bytes = letter.getBytes(UTF_8);
                    for (int cut = 1; cut < bytes.length; cut++) {
                        String before = target.word();
                        String after = target.word();
                        client.send(join((before + "\n").getBytes(UTF_8), bytes, 0, cut));
                        client.expect("echo: " + before + "\n");
                        client.send(join(new byte[0], bytes, cut, bytes.length));
                        expect(client.send(after + "\n"), "echo: " + letter + after + "\n",
                                "the letter " + letter + " was cut behind its byte " + cut
                                        + ", and was not whole again");
                    }
                }
            }
        }

        @Test
        @DisplayName("1.1 what follows the last \\n is a line too when the stream ends")
        void lastLine(Target target) {
            try (var client = target.connect()) {
                String whole = target.word();
                String last = target.word();
                client.send(whole + "\n" + last).end();
                expect(client, "echo: " + whole + "\necho: " + last + "\n",
                        "the stream ended behind a line without \\n, which is a line too");
                client.expectEnd();
            }
            try (var client = target.connect()) {
                String whole = target.word();
                client.send(whole + "\n").end();
                client.expect("echo: " + whole + "\n").expectEnd();
            }
            try (var client = target.connect()) {
                client.end().expectEnd();
            }
        }
    }

    @Exercise(id = "1.2", title = "Many at once", needs = "1.1",
            starter = "while another client is connected",
            hints = {
                "serve() returns when its client is gone, and until then its thread can do"
                        + " nothing else. Which thread is that now, and what should it be doing"
                        + " instead?",
                "A thread for each client. Virtual threads are cheap, so no pool is needed; a"
                        + " pool of a fixed size is full one day, of clients who say nothing.",
                "Thread.startVirtualThread(() -> serve(client));"})
    class ManyAtOnce {
        @Test
        @DisplayName("1.2 a client that sends nothing delays nobody")
        void silence(Target target) {
            try (var silent = target.connect(); var client = target.connect()) {
                answeredBeside(client, target.word(), "one that sends nothing");
                sayAndHear(silent, target.word());
            }
        }

        @Test
        @DisplayName("1.2 a client that stops in the middle of a line delays nobody")
        void halfLine(Target target) {
            try (var slow = target.connect()) {
                String before = target.word();
                String half = target.word();
                slow.send(before + "\n" + half).expect("echo: " + before + "\n");
                try (var client = target.connect()) {
                    answeredBeside(client, target.word(), "one that sent half a line");
                }
                slow.send("\n").expect("echo: " + half + "\n");
            }
        }

        @Test
        @DisplayName("1.2 200 clients at once are all answered, and some more say nothing")
        void twoHundred(Target target) {
            var clients = new ArrayList<RawClient>();
            try (var one = target.connect(); var other = target.connect()) {
                for (int i = 0; i < 200; i++) clients.add(target.connect());
                var lines = words(target, clients.size());
                for (int i = clients.size() - 1; i >= 0; i--) clients.get(i).send(lines.get(i));
                for (int i = clients.size() - 1; i >= 0; i--) clients.get(i).send("\n");
                for (int i = 0; i < clients.size(); i++) {
                    expect(clients.get(i), "echo: " + lines.get(i) + "\n",
                            "of 200 clients who talk at once, " + i
                                    + " were answered and the next was not");
                }
                sayAndHear(one, target.word());
                sayAndHear(other, target.word());
            } finally {
                clients.forEach(RawClient::close);
            }
        }

        private static void answeredBeside(RawClient client, String line, String other) {
            client.send(line + "\n");
            if (client.isSilent(Duration.ofSeconds(2))) {
                throw client.fail("no answer for 2 s while another client is connected, " + other);
            }
            client.expect("echo: " + line + "\n");
        }
    }

    @Exercise(id = "1.3", title = "A bad client harms only itself", needs = "1.1",
            starter = "expected “error: line too long\\n”",
            hints = {
                "Count the bytes since the last \\n: client.lineLength is there for it. What ends"
                        + " the connection of one client, and of no other?",
                "What nextByte() throws ends the connection: serve() closes it, and says why."
                        + " new ProtocolException(\"line too long\") is an IOException.",
                "int next = client.in.read(); '\\n' sets lineLength to 0, any other byte but -1"
                        + " adds 1. Over MAX_LINE: client.send(\"error: line too long\\n\"), then"
                        + " throw new ProtocolException(\"line too long\")."},
            starHints = {
                "With which byte is it certain that the line is too long? A \\r may be part of the"
                        + " line's end: the byte after it decides. And what does a close do while"
                        + " the client's bytes still come in?",
                "So the limit is MAX_LINE + 1 while the last byte is a \\r. A close with unread"
                        + " input sends a reset, which throws the answer away: so first"
                        + " socket.shutdownOutput(); then read on, but not for ever: setSoTimeout,"
                        + " and a limit for time and bytes.",
                "if (lineLength > MAX_LINE + (next == '\\r' ? 1 : 0)): send, shutdownOutput(),"
                        + " setSoTimeout(1000), read and forget for at most a second and 8 MB, then"
                        + " throw."})
    class BadClient {
        @Test
        @DisplayName("1.3 a line of 65,537 bytes is refused, and the connection is closed")
        void tooLong(Target target) {
            try (var client = target.connect()) {
                refused(client.send(line(target, MAX_LINE + 1) + "\n"), "a line of 65,537 bytes");
            }
        }

        @Test
        @DisplayName("1.3 a line of 65,536 bytes passes, after others and before others")
        void longest(Target target) {
            try (var client = target.connect()) {
                for (int i = 0; i < 2; i++) {
                    String line = line(target, MAX_LINE);
                    client.send(line + "\n");
                    expect(client, "echo: " + line + "\n", "a line of exactly 65,536 bytes passes");
                    sayAndHear(client, target.word());
                }
            }
        }

        @Test
        @DisplayName("1.3 the limit counts bytes, not letters")
        void bytesNotLetters(Target target) {
            try (var client = target.connect()) {
                String line = "ä".repeat(MAX_LINE / 2);
                client.send(line + "\n");
                expect(client, "echo: " + line + "\n", "32,768 letters of two bytes each are not"
                        + " more than 65,536 bytes");
                refused(client.send(line + "ä\n"), "a line of 32,769 letters, two bytes each,");
            }
        }

        @Test
        @DisplayName("1.3 the lines before a long one are answered before it")
        void linesBefore(Target target) {
            try (var client = target.connect()) {
                var lines = words(target, 20);
                client.send(String.join("\n", lines) + "\n" + line(target, MAX_LINE + 1) + "\n");
                for (String line : lines) {
                    expect(client, "echo: " + line + "\n",
                            "20 lines were sent before the one that is too long");
                }
                refused(client, "a line of 65,537 bytes");
            }
        }

        /** The connection is over behind it, in whatever way: the star asks for more. */
        private static void refused(RawClient client, String what) {
            expect(client, TOO_LONG, what + " is refused");
            int next = client.next(RawClient.PATIENCE);
            if (next == -1 || next == -2) return;
            throw client.fail(what + " was refused, but the connection is not closed");
        }

        @Test
        @Star
        @DisplayName("1.3★ a line is refused as soon as it is certain that it is too long")
        void atOnce(Target target) {
            try (var client = target.connect()) {
                client.send(line(target, MAX_LINE + 1));
                expect(client, TOO_LONG, "65,537 bytes came without a \\n: no end could make this"
                        + " line shorter, so it is refused now");
                client.expectEnd();
            }
        }

        @Test
        @Star
        @DisplayName("1.3★ a \\r counts, unless it stands right before \\n")
        void carriageReturnAtTheLimit(Target target) {
            String line = line(target, MAX_LINE);
            try (var client = target.connect()) {
                for (int i = 0; i < 2; i++) {
                    client.send(line + "\r\n");
                    expect(client, "echo: " + line + "\n", "65,536 bytes and \\r\\n pass");
                }
                String before = target.word();
                client.send(before + "\n" + line + "\r").expect("echo: " + before + "\n");
                expect(client.send("\n"), "echo: " + line + "\n",
                        "65,536 bytes and \\r\\n pass, the \\n in a packet of its own too");
                sayAndHear(client, target.word());
            }
            for (String tooLong : List.of(line + "\rx", "\r" + line)) {
                try (var client = target.connect()) {
                    client.send(tooLong);
                    expect(client, TOO_LONG, "a \\r that is not right before \\n counts, so this"
                            + " line is too long");
                    client.expectEnd();
                }
            }
        }

        @Test
        @Star
        @DisplayName("1.3★ the answer arrives although the client is still sending")
        void stillSending(Target target) {
            // The client reads nothing yet, and little room is left on its side: the answer waits
            // on the server's side, where a reset destroys it.
            for (int round = 0; round < 2; round++) {
                try (var client = RawClient.connect(target.host(), target.port(), 4096)) {
                    String line = line(target, 12_000);
                    client.send(line + "\n" + line(target, MAX_LINE + 20_000));
                    long end = System.nanoTime() + 300_000_000;
                    while (System.nanoTime() < end && !cut(client)) {
                        client.send(target.word());
                        pause(2);
                    }
                    expect(client, "echo: " + line + "\n" + TOO_LONG, "the client was still"
                            + " sending when it was refused, and did not get all of its answers");
                    int next = client.next(RawClient.PATIENCE);
                    if (next == -1) continue;
                    throw client.fail("the client was still sending when it was refused, and its"
                            + " connection " + (next == -2 ? "was reset" : "did not end"));
                }
            }
        }

        @Test
        @Star
        @DisplayName("1.3★ a client that never stops sending is cut off")
        void neverStops(Target target) throws InterruptedException {
            try (var client = target.connect()) {
                client.send(line(target, MAX_LINE + 1)).expect(TOO_LONG);
                byte[] more = line(target, 65_536).getBytes(UTF_8);
                long end = System.nanoTime() + 5_000_000_000L;
                var sender = Thread.startVirtualThread(() -> {
                    while (System.nanoTime() < end && !cut(client)) client.send(more);
                });
                sender.join(Duration.ofSeconds(5));
                if (!cut(client)) {
                    throw client.fail("the client was refused, but 5 s later it can still send:"
                            + " its connection is not closed");
                }
            }
        }

        @Test
        @DisplayName("1.3 clients that reset their connection harm nobody else")
        void resets(Target target) {
            try (var neighbour = target.connect()) {
                sayAndHear(neighbour, target.word());
                for (int i = 0; i < 10; i++) {
                    target.connect().reset();
                    target.connect().send(target.word()).reset();
                    var unread = target.connect();
                    unread.send(line(target, 1000) + "\n").reset();
                    well(neighbour, target.word(), "who was there");
                }
                try (var newcomer = target.connect()) {
                    well(newcomer, target.word(), "who comes later");
                }
            }
        }

        private static void well(RawClient client, String line, String which) {
            expect(client.send(line + "\n"), "echo: " + line + "\n",
                    "some clients reset their connections, and one " + which + " is not answered");
        }

        private static boolean cut(RawClient client) {
            return client.transcript().parts().getLast().speaker() == Speaker.NOTE;
        }
    }

    @Exercise(id = "1.4", title = "Everyone hears", needs = {"1.1", "1.2"},
            starter = "but got “/name ",
            hints = {
                "clients holds everybody who is connected, and send() may be called from any"
                        + " thread. Whose line is it, and who gets it?",
                "line.startsWith(\"/all \") with the blank, then loop over clients and skip the"
                        + " one who speaks. One send for one line, else another's line gets"
                        + " between its parts. And send() throws when a listener is gone: whose"
                        + " problem is that?",
                "String said = client.name + \": \" + line.substring(5) + \"\\n\"; for each"
                        + " other than client: try { other.send(said); } catch (IOException"
                        + " gone) { print it; its own thread takes it out }. return true for a"
                        + " command, false for a line."})
    class EveryoneHears {
        @Test
        @DisplayName("1.4 a command gets no echo")
        void noEcho(Target target) {
            try (var client = target.connect()) {
                String line = target.word();
                client.send("/name " + target.word() + "\n" + line + "\n");
                expect(client, "echo: " + line + "\n", "/name is a command and gets no echo");
                line = target.word();
                client.send("/all " + target.word() + "\n" + line + "\n");
                expect(client, "echo: " + line + "\n", "/all is a command and gets no echo, and the"
                        + " one who says it does not hear it");
            }
        }

        @Test
        @DisplayName("1.4 /all reaches every other client, with the sender's name")
        void everyOther(Target target) {
            try (var ada = join(target); var bob = join(target); var cyd = join(target)) {
                String name = target.word();
                String text = target.word() + "  " + target.word();
                String line = target.word();
                ada.send("/name " + name + "\n/all " + text + "\n" + line + "\n");
                expect(ada, "echo: " + line + "\n", "who says /all does not hear it");
                for (var other : List.of(bob, cyd)) {
                    expect(other, name + ": " + text + "\n",
                            "each of the two others hears what one of three says to all");
                }
                sayAndHear(bob, target.word());              // and nothing twice
                sayAndHear(cyd, target.word());
            }
        }

        @Test
        @DisplayName("1.4 each client has its own name, “any” at first, and may change it")
        void names(Target target) {
            try (var ada = join(target); var bob = join(target)) {
                String name = target.word();
                String text = target.word();
                ada.send("/name " + name + "\n/all " + text + "\n");
                expect(bob, name + ": " + text + "\n", "/name sets the name of who says it");
                bob.send("/all " + text + "\n");
                expect(ada, "any: " + text + "\n", "who has said no name is “any”, whatever others"
                        + " are called");
                String other = target.word() + " " + target.word();
                ada.send("/name " + other + "\n/all " + text + "\n");
                expect(bob, other + ": " + text + "\n", "a name may be changed");
                // Both are done: else the next test's clients may hear the last of this one.
                sayAndHear(ada, target.word());
                sayAndHear(bob, target.word());
            }
        }

        @Test
        @DisplayName("1.4 an empty name changes nothing, and is no line either")
        void emptyName(Target target) {
            try (var ada = join(target); var bob = join(target)) {
                String name = target.word();
                String text = target.word();
                ada.send("/name \n/all " + text + "\n/name " + name + "\n/name \n/all " + text
                        + "\n" + text + "\n");
                expect(ada, "echo: " + text + "\n", "/name with nothing behind it gets no echo");
                expect(bob, "any: " + text + "\n" + name + ": " + text + "\n",
                        "/name with nothing behind it changes nothing");
                sayAndHear(bob, text);
            }
        }

        @Test
        @DisplayName("1.4 without the blank, or further behind, it is an ordinary line")
        void ordinaryLines(Target target) {
            try (var ada = join(target); var bob = join(target)) {
                String word = target.word();
                for (String line : List.of("/all", "/all" + word, "/name", "/name" + word,
                        word + " /all " + word, "/ALL " + word, "/" + word)) {
                    expect(ada.send(line + "\n"), "echo: " + line + "\n",
                            "“" + line + "” is an ordinary line");
                }
                sayAndHear(bob, word);                       // nobody heard any of it
            }
        }

        @Test
        @DisplayName("1.4 a listener who is gone disturbs nobody who talks")
        void goneListeners(Target target) {
            try (var ada = join(target); var bob = join(target)) {
                for (int round = 0; round < 10; round++) {
                    var listeners = new ArrayList<RawClient>();
                    for (int i = 0; i < 20; i++) listeners.add(join(target));
                    String text = target.word();
                    String line = target.word();
                    listeners.forEach(RawClient::reset);
                    ada.send(("/all " + text + "\n").repeat(20) + line + "\n");
                    expect(ada, "echo: " + line + "\n",
                            "other clients were reset while this one talked");
                    expect(bob, ("any: " + text + "\n").repeat(20),
                            "other clients were reset while this one listened");
                }
            }
        }

        @Test
        @DisplayName("1.4 two who talk at the same time never mix their lines")
        void neverMixed(Target target) {
            // Whether two threads of the server meet is a matter of luck: more rounds, less luck.
            for (int round = 0; round < 6; round++) talkAtOnce(target, 8, 60);
        }

        private static void talkAtOnce(Target target, int talkers, int linesEach) {
            try (var listener = join(target);
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var clients = new ArrayList<RawClient>();
                var said = new ArrayList<List<String>>();
                var everything = new HashSet<String>();
                for (int i = 0; i < talkers; i++) {
                    clients.add(join(target));
                    said.add(words(target, linesEach));
                    for (String line : said.get(i)) everything.add("talker " + i + ": " + line);
                }
                var together = new CountDownLatch(talkers);
                var talks = new ArrayList<Future<?>>();
                for (int i = 0; i < talkers; i++) {
                    RawClient client = clients.get(i);
                    // In one write, so that the server is busy with all of them at the same time.
                    String talk = "/name talker " + i + "\n/all "
                            + String.join("\n/all ", said.get(i)) + "\n";
                    talks.add(threads.submit(() -> {
                        try (client) {
                            together.countDown();
                            together.await();
                            client.send(talk);
                            // Who talks also listens: this lesson leaves out those who do not.
                            hearAll(client, everything, (talkers - 1) * linesEach);
                            return null;
                        }
                    }));
                }
                hearAll(listener, everything, talkers * linesEach);
                talks.forEach(Lesson01Test::await);
            }
        }

        private static void hearAll(RawClient client, Set<String> said, int count) {
            var heard = new HashSet<String>();
            while (heard.size() < count) {
                String line = client.line();
                if (!said.contains(line)) {
                    throw client.fail("nobody said “" + line + "”: lines were mixed");
                }
                if (!heard.add(line)) throw client.fail("“" + line + "” came twice");
            }
        }

        /** A client that the server knows: it has been answered. */
        private static RawClient join(Target target) {
            var client = target.connect();
            sayAndHear(client, target.word());
            return client;
        }
    }

    private static void sayAndHear(RawClient client, String line) {
        client.send(line + "\n").expect("echo: " + line + "\n");
    }

    /** As {@link RawClient#expect}, with a sentence before it for those who read the failure. */
    private static void expect(RawClient client, String expected, String sentence) {
        try {
            client.expect(expected);
        } catch (AssertionError failure) {
            throw new AssertionError(sentence + ": " + failure.getMessage());
        }
    }

    private static void await(Future<?> talk) {
        try {
            talk.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof AssertionError failure) throw failure;
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static List<String> words(Target target, int count) {
        var words = new ArrayList<String>();
        for (int i = 0; i < count; i++) words.add(target.word());
        return words;
    }

    /** A line of so many bytes, a random word at each end. */
    private static String line(Target target, int length) {
        return target.word() + ".".repeat(length - 16) + target.word();
    }

    private static byte[] join(byte[] first, byte[] second, int from, int to) {
        var both = new byte[first.length + to - from];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, from, both, first.length, to - from);
        return both;
    }
}
