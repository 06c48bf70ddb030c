package tests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tests.clients.Answer;
import tests.clients.RawClient;
import tests.clients.RawHttp;

/**
 * Lesson 02, HTTP by hand. Knows a port, five paths ({@code /}, {@code /request}, {@code /time},
 * {@code /messages}, {@code /visits}) and RFC 9112. Each exercise's tests use only what the
 * exercises before it give:
 * up to 2.4 every request has a connection of its own, which the server may close after it.
 */
@ExtendWith(TargetResolver.class)
@Environment("IDLE_MS=800")
class Lesson02Test {
    private static final int LIMIT = 16 * 1024;      // of a target, and of the headers
    private static final int MAX_BODY = 1024 * 1024;
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";

    @Exercise(id = "2.1", title = "Read the request",
            starter = "expected the time in UTC",
            hints = {
                "Two jobs: `parse` makes a Request out of lines, `route` finds who answers"
                    + " it. Print the lines that your browser sends, and look for where the parts"
                    + " end: a blank, a colon.",
                "`line.indexOf(':')` finds the first colon only, and a value may have more"
                    + " of them. `new TreeMap<>(String.CASE_INSENSITIVE_ORDER)` is a map whose"
                    + " keys have no case. `Instant.now().truncatedTo(ChronoUnit.SECONDS)` prints"
                    + " itself as wanted. And GET /request shows what `parse` made of a request.",
                "parse: `head.getFirst().split(\" \")` gives method, target, version; for"
                    + " each further line add `line.substring(colon + 1).strip()` to the list"
                    + " that `headers.computeIfAbsent(name, _ -> new ArrayList<>())` returns.",
                "route: `var methods = resource(request.path());` Is it empty: `throw new"
                    + " Refusal(404, \"…\")`. Has it no `request.method()`: `throw new"
                    + " Refusal(Answer.text(405, \"…\").with(\"Allow\", String.join(\", \","
                    + " methods.keySet())))`. Else return what it has."})
    class ReadTheRequest {
        @Test @DisplayName("2.1 GET /time answers the time")
        void time(Target target) {
            Instant before = Instant.now().minusSeconds(2);
            Answer answer = target.http().get("/time").expectStatus(200);
            String text = answer.text().strip();
            if (!text.matches(TIME)) {
                throw answer.fail("expected the time in UTC, like 2026-11-22T10:15:30Z,"
                        + " but the body is “" + start(text) + "”");
            }
            Instant told = Instant.parse(text);
            if (told.isBefore(before) || told.isAfter(Instant.now())) {
                throw answer.fail("expected the present time in UTC, "
                        + Instant.now().truncatedTo(ChronoUnit.SECONDS) + ", but got " + text);
            }
        }

        @Test @DisplayName("2.1 GET / answers the page")
        void page(Target target) {
            Answer answer = target.http().get("/").expectStatus(200);
            if (!isPage(answer)) {
                throw answer.fail("expected an HTML page at /, but got “"
                        + start(answer.text()) + "”");
            }
        }

        @Test @DisplayName("2.1 another path answers 404")
        void elsewhere(Target target) {
            for (String path : List.of("/" + target.word(), "/time/" + target.word())) {
                expect(target.http().get(path), 404, "GET " + path);
            }
        }

        @Test @DisplayName("2.1 a known path with another method answers 405, with Allow")
        void otherMethods(Target target) {
            String invented = target.word().toUpperCase(Locale.ROOT);
            for (String method : List.of("DELETE", "PUT", invented, "get")) {
                for (String path : List.of("/", "/time")) {
                    Answer answer = target.http().request(method, path, null);
                    expect(answer, 405, method + " " + path
                            + (method.equals("get") ? " (methods have case)" : ""));
                    if (!allowed(answer).contains("GET")) {
                        throw answer.fail("expected an Allow header that names GET, but "
                                + allow(answer));
                    }
                }
            }
        }

        @Test @DisplayName("2.1 the query is no part of the path")
        void query(Target target) {
            String query = "?zone=" + target.word();
            expect(target.http().get("/time" + query), 200, "GET /time" + query);
            expect(target.http().get("/" + target.word() + "?/time"), 404,
                    "a path that is not there, with a query,");
        }

        @Test @DisplayName("2.1 GET /request shows the first line and the headers")
        void request(Target target) {
            understood(target, "?" + target.word(), "Accept: text/html", "Host: " + target.word());
        }

        @Test @DisplayName("2.1 header names have no case")
        void names(Target target) {
            understood(target, "", "X-NOTE: " + target.word(), "hOST: a", "accept: b");
            understood(target, "", "HOST: a", "x-" + target.word() + ": c", "Zebra: d");
        }

        @Test @DisplayName("2.1 a value may hold colons, and begin or end with one")
        void colons(Target target) {
            String word = target.word();
            understood(target, "", "Host: localhost:7002", "X-Time: 10:15:30",
                    "X-Note: :" + word + ":", "X-Link: http://" + word + "/");
        }

        @Test @DisplayName("2.1 white space around a value is dropped, within it stays")
        void whiteSpace(Target target) {
            String word = target.word();
            understood(target, "", "Host:a", "A: \t " + word + " \t ", "B:" + word,
                    "C: one  " + word + " three", "D:");
        }

        @Test @DisplayName("2.1 a repeated header keeps all its values, in their order")
        void repeated(Target target) {
            String first = "z" + target.word();
            String last = "a" + target.word();
            understood(target, "", "X-Note: " + first, "Host: a", "X-Note: m", "X-Note: " + last);
            understood(target, "", "x-note: " + first, "Host: a", "X-NOTE: m", "X-Note: " + last);
        }

        /** What GET /request must answer when these header lines come. */
        private static void understood(Target target, String query, String... lines) {
            String first = "GET /request" + query + " HTTP/1.1";
            var expected = new ArrayList<>(List.of(first));
            Stream.of(lines).sorted(Comparator.comparing(Lesson02Test::nameOf))
                    .forEach(line -> expected.add((nameOf(line) + ": "
                            + line.substring(line.indexOf(':') + 1).strip()).strip()));
            try (RawClient client = target.connect()) {
                client.send(first + "\r\n" + String.join("\r\n", lines) + "\r\n\r\n").end();
                Answer head = RawHttp.readHead(client);
                expect(head, 200, "GET /request");
                var came = new String(client.readToEnd(), UTF_8).lines().map(String::strip)
                        .filter(line -> !line.isEmpty()).toList();
                for (int i = 0; i < Math.max(came.size(), expected.size()); i++) {
                    String wanted = i < expected.size() ? expected.get(i) : null;
                    String got = i < came.size() ? came.get(i) : null;
                    if (wanted != null && wanted.equals(got)) continue;
                    String sent = Stream.of(lines).filter(line -> wanted != null
                            && wanted.startsWith(nameOf(line) + ":"))
                            .collect(Collectors.joining(", then ", "“", "” was sent, and "))
                            .replace("\t", "\\t");
                    throw client.fail((sent.startsWith("“”") ? "" : sent) + "GET /request "
                            + (got == null ? "ends" : "has “" + start(got) + "”")
                            + (wanted == null ? " too much" : " where “" + wanted + "” belongs"));
                }
            }
        }
    }

    @Exercise(id = "2.2", title = "Refuse nonsense", needs = "2.1",
            starter = "with 400, but got 200",
            hints = {
                "Before `parse` looks for the parts, `check` makes sure that they are"
                    + " there. Go through the list one by one: what does each of the lines look"
                    + " like that must be refused?",
                "The constants TOKEN, VALUE, HOST and TARGET are regular expressions for"
                    + " `String.matches`: a name that is a TOKEN has no blank in it, a VALUE no"
                    + " control character. `split(\" \", -1)` counts empty words, too.",
                "`String[] field = line.split(\":\", 2);` then `if (field.length < 2 ||"
                    + " !field[0].matches(TOKEN)) throw new Refusal(400, \"…\");` refuses the"
                    + " blank before the colon and the folded line at once. Count the fields"
                    + " whose name `equalsIgnoreCase(\"Host\")`."},
            starHints = {
                "A limit holds at the byte that passes it: who first waits for the end of an"
                    + " endless line has none. What does `Http.line` give for a line that is too"
                    + " long?",
                "`Http.line(in, limit)` stops after `limit` bytes: a line longer than that is the"
                    + " sign that the limit is passed. A VALUE has no control character, a TARGET"
                    + " is what a target may look like.",
                "For the target: limit = MAX_TARGET + 64, and compare the target's own length in"
                    + " `check`. For the headers: a `room` that starts at MAX_HEADERS and shrinks"
                    + " by `line.length() + 2` with each line."})
    class RefuseNonsense {
        @Test @DisplayName("2.2 a first line that is not three words answers 400")
        void threeWords(Target target) {
            for (String line : List.of("GET /time", "GET", "GET /time HTTP/1.1 " + target.word())) {
                refuses(target, 400, line + "\r\nHost: a\r\n\r\n", "the first line “" + line + "”");
            }
        }

        @Test @DisplayName("2.2 no Host header, or two, answers 400")
        void host(Target target) {
            refuses(target, 400, "GET /time HTTP/1.1\r\nAccept: */*\r\n\r\n", "no Host header");
            refuses(target, 400, "GET /time HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nhost: a\r\n\r\n",
                    "two Host headers");
            String host = "hOST: " + target.http().authority();
            expect(target.http().exchange("GET /time HTTP/1.1\r\n" + host
                    + "\r\nConnection: close\r\n\r\n"), 200,
                    "a request with the one Host header “" + host + "”");
        }

        @Test @DisplayName("2.2 a blank before the colon, or a folded line, answers 400")
        void headerLines(Target target) {
            var lines = new LinkedHashMap<String, String>();
            lines.put("a blank before the colon", "X-Note : " + target.word());
            lines.put("a folded line", "X-Note: " + target.word() + "\r\n " + target.word());
            lines.put("a line folded with a tab", "X-Note: a\r\n\tb: " + target.word());
            lines.put("a folded line that looks like a header",
                    "X-Note: a\r\n X-Other: " + target.word());
            lines.put("a tab before the colon", "X-Note\t: " + target.word());
            lines.forEach((what, line) -> refuses(target, 400,
                    "GET /time HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n", what));
            refuses(target, 400, "GET /time HTTP/1.1\r\nHost : a\r\n\r\n",
                    "a blank before Host's colon");
        }

        @Test @DisplayName("2.2 what browsers send is no nonsense")
        void harmless(Target target) {
            for (String path : List.of("/time?a[]=1", "/time?q={a|b}^c`d'", "/time?a=/?:@!$&()*+,;",
                    "/time?%C3%A4=" + target.word(), "/time?")) {
                expect(target.http().get(path), 200, "GET " + path);
            }
            expect(target.http().get("/time", "X-Empty:", "X-Colon: a : b", "Accept: */*;q=0.8"),
                    200, "a request with an empty header, and with one that has “ : ” in it,");
        }

        @Test @Star
        @DisplayName("2.2★ a control character answers 400, and a tab in a value is none")
        void controlCharacters(Target target) {
            var lines = new LinkedHashMap<String, String>();
            for (int control : new int[] {0x00, 0x01, 0x1b, 0x7f}) {
                lines.put("the control character " + String.format("%02x", control),
                        "X-Note: " + target.word() + (char) control + target.word());
            }
            lines.forEach((what, line) -> refuses(target, 400,
                    "GET /time HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n", what));
            refuses(target, 400, "GET /time" + (char) 1 + " HTTP/1.1\r\nHost: a\r\n\r\n",
                    "a control character in the target");
            expect(target.http().get("/time", "X-Note: one\ttwo"), 200,
                    "a header with a tab inside its value");
        }

        @Test @Star
        @DisplayName("2.2★ another major version answers 505")
        void version(Target target) {
            for (String version : List.of("HTTP/2.0", "HTTP/3.1", "HTTP/0.9")) {
                refuses(target, 505, "GET /time " + version + "\r\nHost: a\r\n\r\n", version);
            }
        }

        @Test @Star
        @DisplayName("2.2★ what has the size of a limit is no nonsense")
        void upToTheLimits(Target target) {
            String target16 = "/" + letters(target, LIMIT - 1);
            expect(target.http().get(target16), 404, "a target of exactly 16 KiB");
            expect(target.http().exchange(headersOf(target, LIMIT - 2) + "\r\n"), 200,
                    "a header section of 16 KiB, the empty line counted,");
        }

        /** Without the empty line that ends them; their lines, with CR LF, have so many bytes. */
        private static String headersOf(Target target, int bytes) {
            String others = "Host: a\r\nConnection: close\r\nX-Note: \r\n";
            return "GET /time HTTP/1.1\r\n" + others.replace("Note: ", "Note: "
                    + letters(target, bytes - others.length()));
        }

        @Test @Star
        @DisplayName("2.2★ a target over 16 KiB answers 414, as soon as that is certain")
        void longTarget(Target target) {
            String longest = "GET /" + letters(target, LIMIT);
            refuses(target, 414, longest + " HTTP/1.1\r\nHost: a\r\n\r\n",
                    "a target of one byte over 16 KiB");
            refuses(target, 414, longest + letters(target, 1000),
                    "a target of 17 KiB so far, which has not ended,");
            refuses(target, 414, longest + letters(target, 300_000), "a target of 300 KB");
        }

        @Test @Star
        @DisplayName("2.2★ headers over 16 KiB answer 431, as soon as that is certain")
        void longHeaders(Target target) {
            String start = "GET /time HTTP/1.1\r\nHost: a\r\n";
            refuses(target, 431, headersOf(target, LIMIT + 1) + "\r\n",
                    "a header section of one byte over 16 KiB");
            refuses(target, 431, start + "X-Note: " + letters(target, LIMIT + 1000),
                    "one header of 17 KiB so far, which has not ended,");
            refuses(target, 431, start + ("X-Note: " + letters(target, 90) + "\r\n").repeat(180),
                    "180 headers of 100 bytes, with more to come,");
            refuses(target, 431, start + "X-Note: " + letters(target, 300_000) + "\r\n\r\n",
                    "a header of 300 KB");
        }

        private void refuses(Target target, int status, String raw, String what) {
            try (RawClient client = target.connect()) {
                client.send(raw.getBytes(ISO_8859_1));
                expect(answer(client, what), status, what);
                client.expectGone();
            }
        }
    }

    @Exercise(id = "2.3", title = "Say what you send",
            starter = "there is no Content-Length",
            hints = {
                "The head is written in `onTheWire`; `withHead` says who answers a HEAD. Look at"
                    + " an answer of a real server with `curl -i https://example.com`, and at ours"
                    + " with `curl -i localhost:7002/time`.",
                "The body is already bytes: `answer.body().length` is its length. A"
                    + " `DateTimeFormatter` writes the date. Java's own RFC_1123_DATE_TIME writes"
                    + " the days 1 to 9 with one digit, which HTTP forbids: make your own"
                    + " pattern.",
                "`DateTimeFormatter.ofPattern(\"EEE, dd MMM yyyy HH:mm:ss 'GMT'\","
                    + " Locale.ENGLISH)`, given `Instant.now().atOffset(ZoneOffset.UTC)`. For"
                    + " HEAD leave out the body, but not its Content-Length.",
                "`withHead`: `if (methods.containsKey(\"GET\")) methods.put(\"HEAD\","
                    + " methods.get(\"GET\"));` and the route, the 404 and Allow are right by"
                    + " themselves."})
    class SayWhatYouSend {
        @Test @DisplayName("2.3 Content-Length counts the bytes of the body")
        void length(Target target) {
            for (String path : List.of("/time", "/", "/" + target.word())) {
                try (RawClient client = ask(target, "GET", path)) {
                    Answer head = RawHttp.readHead(client);
                    String length = head.header("Content-Length");
                    if (length == null) {
                        throw client.fail("expected the length of the body of " + path
                                + ", but there is no Content-Length");
                    }
                    byte[] body = client.readToEnd();
                    if (length.equals("" + body.length)) continue;
                    boolean characters = length.equals("" + new String(body, UTF_8).length());
                    throw client.fail("Content-Length says " + length + ", but the body of " + path
                            + " has " + body.length + " bytes"
                            + (characters ? ": bytes count, not characters" : ""));
                }
            }
        }

        @Test @DisplayName("2.3 Content-Type has a charset")
        void type(Target target) {
            expectType(target.http().get("/"), "text/html");
            expectType(target.http().get("/time"), "text/");
            expectType(target.http().get("/" + target.word()), "text/");
        }

        private void expectType(Answer answer, String start) {
            String type = answer.header("Content-Type");
            if (type == null) throw answer.fail("expected a Content-Type, but there is none");
            String plain = type.toLowerCase(Locale.ROOT).replaceAll("[\\s\"]", "");
            if (!plain.startsWith(start) || !plain.contains(";charset=utf-8")) {
                throw answer.fail("expected a Content-Type like " + start
                        + (start.endsWith("/") ? "plain" : "") + "; charset=utf-8, but got “"
                        + type + "”");
            }
        }

        @Test @DisplayName("2.3 Date is there, as HTTP writes it")
        void date(Target target) {
            for (String path : List.of("/time", "/" + target.word())) {
                Answer answer = target.http().get(path);
                String date = answer.header("Date");
                if (date == null) throw answer.fail("expected a Date, but there is none");
                if (!date.matches("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d [A-Z][a-z]{2} \\d{4}"
                        + " \\d\\d:\\d\\d:\\d\\d GMT")) {
                    throw answer.fail("expected a Date like “" + httpDate() + "”, but got “"
                            + date + "”");
                }
                // Every shape is right by now; a wrong weekday or month cannot be read.
                Instant instant = LocalDateTime.parse(date, HTTP_DATE).toInstant(ZoneOffset.UTC);
                if (Duration.between(instant, Instant.now()).abs().toSeconds() > 5) {
                    throw answer.fail("expected the present time, “" + httpDate() + "”, but got “"
                            + date + "”");
                }
            }
        }

        @Test @DisplayName("2.3 HEAD answers as GET does, without the body")
        void head(Target target) {
            for (String path : List.of("/time", "/", "/" + target.word())) {
                Answer get = target.http().get(path);
                try (RawClient client = ask(target, "HEAD", path)) {
                    Answer head = RawHttp.readHead(client);
                    expect(head, get.status(), "HEAD " + path + ", as GET does,");
                    for (RawHttp.Field field : get.fields()) {
                        if (head.header(field.name()) == null) {
                            throw head.fail("HEAD " + path + " must be answered with GET's headers,"
                                    + " but there is no " + field.name());
                        }
                    }
                    for (String name : List.of("Content-Type", "Content-Length")) {
                        if (get.header(name) != null) head.expectHeader(name, get.header(name));
                    }
                    byte[] body = client.readToEnd();
                    if (body.length > 0) {
                        throw client.fail("expected no body after HEAD " + path + ", but got “"
                                + start(new String(body, UTF_8)) + "”");
                    }
                }
            }
        }

        @Test @DisplayName("2.3 Allow names HEAD")
        void allowNamesHead(Target target) {
            Answer answer = target.http().delete("/time");
            if (allowed(answer).contains("GET") && !allowed(answer).contains("HEAD")) {
                throw answer.fail("expected an Allow header with GET and HEAD, but "
                        + allow(answer));
            }
        }

        /** The client ends its half: the body has an end, whatever its length says. */
        private RawClient ask(Target target, String method, String path) {
            return target.connect().send(method + " " + path + " HTTP/1.1\r\nHost: "
                    + target.http().authority() + "\r\nConnection: close\r\n\r\n").end();
        }
    }

    @Exercise(id = "2.4", title = "Take a body", needs = "2.1",
            starter = "POST /messages must be answered with 201",
            hints = {
                "The body starts right after the empty line, and nothing marks its end."
                    + " Which header tells you how many bytes belong to it, and what if it lies?",
                "`in.read(buffer)` returns what has arrived, often less than you asked for;"
                    + " `in.readNBytes(n)` waits for all.",
                "contentLength: no header: NONE. Over MAX_BODY: `throw new Refusal(413, \"…\")`,"
                    + " before a byte of the body is read.",
                "post: `if (body == null) throw new Refusal(411, \"…\"); String path ="
                    + " keep(body); return Answer.text(201, \"…\").with(\"Location\", path);` and"
                    + " show: `return new Answer(200, \"text/plain; charset=utf-8\", text,"
                    + " Map.of());`, the bytes as they are."},
            starHints = {
                "What may stand behind `Content-Length:`, and how often may it come?",
                "`\"[0-9]+\"` refuses +5 and -1 as well. A number may have more digits than a long:"
                    + " `new BigInteger(text)`.",
                "`request.all(\"Content-Length\")` has one value for each line: do they differ,"
                    + " 400. Not digits alone, 400. Over MAX_BODY, 413. How a refusal arrives is"
                    + " given: Door.hangUp reads on."})
    class TakeABody {
        @Test @DisplayName("2.4 POST /messages keeps the text, and GET answers it")
        void keeps(Target target) {
            byte[] ada = ("hello from ada, " + target.word() + " ✓").getBytes(UTF_8);
            byte[] bob = ("hello from bob, " + target.word() + " ✗").getBytes(UTF_8);
            String atAda = post(target, ada);
            String atBob = post(target, bob);
            if (atAda.equals(atBob)) {
                throw new AssertionError("expected two messages at two places, but both are at "
                        + atAda);
            }
            expectMessage(target, atAda, ada);
            expectMessage(target, atBob, bob);
            expectMessage(target, post(target, new byte[0]), new byte[0]);
            expect(target.http().get("/messages/" + target.number(100_000, 999_999)), 404,
                    "GET of a message that nobody posted");
        }

        @Test @DisplayName("2.4 the answer has exactly the bytes of the body")
        void exactBytes(Target target) {
            byte[] any = new byte[3000];
            target.random().nextBytes(any);
            expectMessage(target, post(target, any), any);
        }

        @Test @DisplayName("2.4 the body may arrive in pieces, and byte by byte")
        void byteByByte(Target target) {
            byte[] text = ("slowly, " + target.word() + "\r\n\r\n" + target.word()).getBytes(UTF_8);
            try (RawClient client = target.connect()) {
                client.send(head(target, "POST", "/messages", "Connection: close",
                        "Content-Length: " + text.length));
                client.send(Arrays.copyOf(text, 5));
                // Once later clients are served, the server has most likely read those 5 bytes.
                for (int i = 0; i < 2; i++) target.http().get("/time");
                if (client.next(Duration.ofMillis(200)) != -3) {
                    throw client.fail("expected the whole body to be awaited, but the answer came"
                            + " after 5 of its " + text.length + " bytes");
                }
                client.sendEach(Arrays.copyOfRange(text, 5, text.length));
                expectMessage(target, kept(answer(client, "POST /messages byte by byte")), text);
            }
        }

        @Test @DisplayName("2.4 a body of 1 MiB is kept, one byte more answers 413")
        void size(Target target) {
            byte[] most = new byte[MAX_BODY];
            target.random().nextBytes(most);
            expectMessage(target, post(target, most), most);
            try (RawClient client = target.connect()) {
                client.send(head(target, "POST", "/messages", "Connection: close",
                        "Content-Length: " + (MAX_BODY + 1))).send(new byte[MAX_BODY + 1]);
                expect(answer(client, "a body of 1,048,577 bytes"), 413,
                        "a body of 1,048,577 bytes");
            }
        }

        @Test @Star
        @DisplayName("2.4★ a length over 1 MiB answers 413 before the body comes")
        void manyDigits(Target target) {
            for (String length : List.of("1048577", "2147483648", "4294967297", "9".repeat(30))) {
                refuses(target, 413, "a body of " + length + " bytes, which are still to come,",
                        "Content-Length: " + length);
            }
        }

        @Test @DisplayName("2.4 no length answers 411")
        void noLength(Target target) {
            refuses(target, 411, "POST without a length");
        }

        @Test @Star
        @DisplayName("2.4★ a length that is no number, or two that differ, answer 400")
        void nonsense(Target target) {
            for (String length : List.of(target.word(), "-1", "+5", "5.0", "0x10")) {
                refuses(target, 400, "Content-Length “" + length + "”",
                        "Content-Length: " + length);
            }
            for (String[] two : new String[][] {{"5", "6"}, {"6", "5"}}) {
                refuses(target, 400, "two lengths, " + two[0] + " and " + two[1] + ",",
                        "Content-Length: " + two[0], "Content-Length: " + two[1]);
            }
        }

        @Test @Star
        @DisplayName("2.4★ a refusal arrives although the client is still sending")
        void whileSending(Target target) {
            try (RawClient client = target.connect()) {
                client.send(head(target, "POST", "/messages", "Connection: close",
                        "Content-Length: " + 4 * MAX_BODY));
                client.send(new byte[3 * MAX_BODY]);
                expect(answer(client, "a POST of 4 MiB that is still being sent"), 413,
                        "a body of 4 MiB");
            }
        }

        private void refuses(Target target, int status, String what, String... headers) {
            try (RawClient client = target.connect()) {
                var lines = new ArrayList<>(List.of(headers));
                lines.add("Connection: close");
                client.send(head(target, "POST", "/messages", lines.toArray(String[]::new))
                        + (status == 400 ? "hello!" : ""));
                expect(answer(client, what), status, what);
            }
        }
    }

    @Exercise(id = "2.5", title = "Keep the line open", needs = {"2.1", "2.3", "2.4"},
            starter = "a second request on the same connection",
            hints = {
                "`exchange` serves one request. What must `converse` do with it, and when"
                    + " must it stop?",
                "`exchange` asks `staysOpen`, and returns what that says."
                    + " `Socket.setSoTimeout` lets each read wait for so long and no longer; the"
                    + " exception then ends the connection, and `serve` expects it.",
                "converse: `client.socket().setSoTimeout(IDLE_MS);` and `exchange(client)`"
                    + " in a loop while it returns true. staysOpen: false for HTTP/1.0, and when"
                    + " `request.has(\"Connection\", \"close\")`."},
            starHints = {
                "A refused request may have a body that nobody has read. What does the next"
                    + " `exchange` take it for?",
                "A request that was refused by its head still has its body before it:"
                    + " unless the answer is below 400, stay open only for 404 and 405, and only"
                    + " when the request has neither Content-Length nor Transfer-Encoding."})
    class KeepTheLineOpen {
        @Test @DisplayName("2.5 a connection serves several requests")
        void several(Target target) {
            try (RawClient client = target.connect()) {
                for (String which : List.of("a first request",
                        "a second request on the same connection",
                        "a third request on the same connection")) {
                    client.send(head(target, "GET", "/time"));
                    expect(answer(client, which), 200, which);
                }
                String other = "Connection: " + target.word() + ", closed";
                for (int i = 0; i < 2; i++) {
                    client.send(head(target, "GET", "/time", other));
                    expect(answer(client, "a request behind one with “" + other + "”, which is not"
                            + " close"), 200, "a request with “" + other + "”");
                }
            }
        }

        @Test @DisplayName("2.5 requests sent without waiting are answered in order")
        void pipelined(Target target) {
            var requests = new StringBuilder();
            var paths = new ArrayList<String>();
            for (int i = 0; i < 20; i++) {
                paths.add(target.number(0, 1) == 0 ? "/time" : "/messages");
                String text = target.word();
                String length = "Content-Length: " + text.length();
                requests.append(paths.getLast().equals("/time") ? head(target, "GET", "/time")
                        : head(target, "POST", "/messages", length) + text);
            }
            try (RawClient client = target.connect()) {
                client.send(requests.toString());
                for (int i = 0; i < paths.size(); i++) {
                    String which = "request " + (i + 1) + " of 20 that were sent at once";
                    Answer answer = answer(client, which);
                    expect(answer, paths.get(i).equals("/time") ? 200 : 201,
                            which + ", " + paths.get(i) + ",");
                }
            }
        }

        @Test @DisplayName("2.5 after Connection: close, and after HTTP/1.0, the connection closes")
        void closes(Target target) {
            String next = head(target, "GET", "/time");
            for (String first : List.of(head(target, "GET", "/time", "Connection: close"),
                    head(target, "GET", "/time", "Connection: TE, Close"),
                    head(target, "GET", "/time").replace("HTTP/1.1", "HTTP/1.0"))) {
                try (RawClient client = target.connect()) {
                    client.send(first + next);
                    expect(answer(client, "the last request"), 200, "GET /time");
                    int more = client.next(RawClient.PATIENCE);
                    if (more < 0) continue;
                    throw client.fail("expected the connection to close after a request with "
                            + (first.contains("1.0") ? "HTTP/1.0" : first.contains("TE,")
                                    ? "Connection: TE, Close" : "Connection: close")
                            + ", but the one behind it was answered");
                }
            }
        }

        @Test @DisplayName("2.5 an idle connection closes IDLE_MS after its last byte")
        void idle(Target target) {
            long idle = target.limit("IDLE_MS", 10_000);
            try (RawClient silent = target.connect(); RawClient client = target.connect()) {
                long since = System.nanoTime();
                client.send(head(target, "GET", "/time"));
                answer(client, "GET /time");
                if (!staysOpen(client, since, idle * 6 / 10, idle)) return;
                since = System.nanoTime();
                client.send("G");
                if (!staysOpen(client, since, idle * 8 / 10, idle)) return;
                closes(client, idle * 2 / 10, idle);
                closes(silent, 0, idle);
            }
        }

        /** False: this machine was so busy that the time is over before we looked. */
        private boolean staysOpen(RawClient client, long since, long millis, long idle) {
            if (client.next(Duration.ofMillis(millis)) == -3) return true;
            long passed = (System.nanoTime() - since) / 1_000_000;
            if (passed > idle - 50) return false;
            throw client.fail("expected the connection to stay open for IDLE_MS = " + idle
                    + " ms after its last byte, but it closed after " + passed + " ms");
        }

        /** An answer before the end, such as 408, is nobody's harm. */
        private void closes(RawClient client, long rest, long idle) {
            Duration patience = Duration.ofMillis(rest + 1500);
            int came = 0;
            for (int next; (next = client.next(patience)) != -1 && next != -2; came++) {
                if (next != -3 && came < RawClient.LONGEST_LINE) continue;
                throw client.fail("expected the connection to close IDLE_MS = " + idle
                        + " ms after its last byte, but 1.5 s later it is still open");
            }
        }

        @Test @Star
        @DisplayName("2.5★ the body of a refused request is never taken for the next request")
        void refusedBody(Target target) {
            String inside = head(target, "GET", "/time");
            String length = "Content-Length: " + inside.length();
            String padding = inside.repeat(MAX_BODY / inside.length() + 1);
            unmistaken(target, head(target, "POST", "/" + target.word(), length) + inside);
            unmistaken(target, head(target, "PUT", "/time", length) + inside);
            unmistaken(target, head(target, "DELETE", "/", length) + inside);
            unmistaken(target, head(target, "POST", "/messages") + inside);
            unmistaken(target, head(target, "POST", "/messages", "Content-Length: x") + inside);
            unmistaken(target, head(target, "POST", "/messages",
                    "Content-Length: " + padding.length()) + padding);
        }

        /** What comes behind gets a 404; the next answer is that one, or there is none. */
        private void unmistaken(Target target, String refused) {
            try (RawClient client = target.connect()) {
                client.send(refused + head(target, "GET", "/" + target.word()));
                if (answer(client, "a request that is to be refused").status() < 400) return;
                int next = client.next(RawClient.PATIENCE);
                if (next < 0 || client.line().contains(" 404")) return;
                throw client.fail("the body of a refused request was answered as if it were the"
                        + " next request: read it to its end, or close");
            }
        }
    }

    @Exercise(id = "2.6", title = "HTTP forgets", needs = "2.1",
            starter = "expected the number of visits",
            hints = {
                "Two requests of one browser have nothing in common, unless you give the"
                    + " browser something that it brings back each time.",
                "`Set-Cookie: name=value` in an answer makes the browser send `Cookie:"
                    + " name=value` from then on, together with all its other cookies: `a=1;"
                    + " name=value; b=2`.",
                "Make an id with `UUID.randomUUID()`, put `visitor=<id>` into `visitors`"
                    + " with 1, and send it in Set-Cookie. If one of the cookies that come is a"
                    + " key of `visitors`, count it up; if none is, the browser is new, whatever"
                    + " it says.",
                "`for (String cookie : String.join(\";\","
                    + " request.all(\"Cookie\")).split(\";\"))` then"
                    + " `visitors.computeIfPresent(cookie.strip(), (_, before) -> before + 1)`,"
                    + " which is null for a cookie that you never gave."})
    class HttpForgets {
        @Test @DisplayName("2.6 each visit of a browser counts one more")
        void counts(Target target) {
            var ada = new Browser(target);
            for (int visit = 1; visit <= 4; visit++) ada.expectVisit(visit);
        }

        @Test @DisplayName("2.6 each browser has its own number")
        void apart(Target target) {
            var ada = new Browser(target);
            var bob = new Browser(target);
            ada.expectVisit(1);
            ada.expectVisit(2);
            bob.expectVisit(1);
            ada.expectVisit(3);
            bob.expectVisit(2);
        }

        @Test @DisplayName("2.6 other cookies do not matter")
        void otherCookies(Target target) {
            var ada = new Browser(target);
            ada.cookies.put(target.word(), target.word());
            ada.expectVisit(1);
            ada.cookies.put("z" + target.word(), "1");
            ada.expectVisit(2);
            ada.expectVisit(3);
        }

        @Test @DisplayName("2.6 a cookie may hold a colon")
        void colons(Target target) {
            var ada = new Browser(target);
            ada.cookies.put("at", "10:15:30");
            ada.expectVisit(1);
            ada.cookies.put("url", "http://" + target.word() + ":7002/");
            ada.expectVisit(2);
        }

        @Test @DisplayName("2.6 a cookie whose name only ends or begins like ours is another")
        void otherNames(Target target) {
            var ada = new Browser(target);
            for (int visit = 1; visit <= 3; visit++) ada.expectVisit(visit);
            var bob = new Browser(target);
            ada.cookies.forEach((name, value) -> bob.cookies.put("x" + name, value));
            ada.cookies.forEach((name, value) -> bob.cookies.put(name + "x", value));
            bob.expectVisit(1);
            bob.expectVisit(2);
            ada.expectVisit(4);
        }

        @Test @DisplayName("2.6 a cookie that the server never gave starts at 1, each time")
        void unknownCookie(Target target) {
            var ada = new Browser(target);
            ada.expectVisit(1);
            String planted = target.word() + target.word();
            for (int i = 0; i < 2; i++) {
                var eve = new Browser(target);
                ada.cookies.keySet().forEach(name -> eve.cookies.put(name, planted));
                eve.expectVisit(1);
            }
        }
    }

    /** Keeps cookies, as a browser does, and uses a new connection for each request. */
    private static final class Browser {
        final Map<String, String> cookies = new LinkedHashMap<>();
        private final Target target;

        Browser(Target target) {
            this.target = target;
        }

        void expectVisit(int number) {
            String pairs = String.join("; ",
                    cookies.entrySet().stream().map(Object::toString).toList());
            String[] header = cookies.isEmpty() ? new String[0] : new String[] {"Cookie: " + pairs};
            Answer answer = target.http().get("/visits", header).expectStatus(200);
            if (!answer.text().equals("" + number)) {
                throw answer.fail("expected the number of visits alone, “" + number
                        + "”, but the body is “" + start(answer.text()) + "”"
                        + (number > 1 && cookies.isEmpty() ? "; no Set-Cookie ever came" : ""));
            }
            for (String cookie : answer.headers("Set-Cookie")) {
                String[] pair = cookie.split(";")[0].split("=", 2);
                if (pair.length < 2) throw answer.fail("expected name=value in “" + cookie + "”");
                cookies.put(pair[0].strip(), pair[1].strip());
            }
        }
    }

    @Exercise(id = "2.7", title = "Chunked, and no smuggling", needs = {"2.1", "2.4"},
            starter = "a chunked POST must be answered with 201",
            hints = {
                "A chunked body is a row of pieces, each with its own length before it, in"
                    + " hexadecimal, and an empty one at the end: `5 CR LF hello CR LF 0 CR LF CR"
                    + " LF`. See it with `curl -v -H 'Transfer-Encoding: chunked' -d hello"
                    + " --trace-ascii - localhost:7002/messages`.",
                "Read the size with `Http.line` and `Integer.parseInt(line, 16)`, its bytes with"
                    + " `in.readNBytes`, then CR and LF.",
                "After the chunk of size 0 comes an empty line: read it, or the next request"
                    + " starts with it.",
                "isChunked: no Transfer-Encoding, false. Is there a Content-Length as well:"
                    + " `throw new Refusal(400, \"…\")`. Is its list not just `chunked`: 400, or"
                    + " 501. Else true. A refusal closes by itself, since 2.5."},
            starHints = {
                "What stands behind a `;` is an extension. After the chunk of size 0 come trailers,"
                    + " lines like headers, up to an empty line: read them, or the next request"
                    + " starts with them.",
                "`new BigInteger(text, 16)` reads a size of any length; `\"[0-9A-Fa-f]+\"` makes"
                    + " sure that it is one. Look at the sum before you read a chunk.",
                "`Pattern.compile(\"([0-9A-Fa-f]+)([ \\\\t]*;.*)?\")` against the line: no match,"
                    + " 400. Size 0: read lines until an empty one. The sum over MAX_BODY: 413. Not"
                    + " CR and LF behind the bytes: 400."})
    class Chunked {
        @Test @DisplayName("2.7 a chunked body is put together")
        void together(Target target) {
            byte[] text = ("in pieces ✓ " + letters(target, 300)).getBytes(UTF_8);
            try (RawClient client = target.connect()) {
                client.send(concat(chunkedHead(target), chunks(target, text, ""),
                        bytes("0\r\n\r\n")));
                expectKept(target, client, text, "a chunked POST");
            }
        }

        @Test @DisplayName("2.7 the request behind a chunked body is the next one")
        void behind(Target target) {
            byte[] text = letters(target, 40).getBytes(UTF_8);
            try (RawClient client = target.connect()) {
                client.send(concat(chunkedHead(target), chunks(target, text, ""),
                        bytes("0\r\n\r\n" + head(target, "GET", "/time"))));
                expectKept(target, client, text, "a chunked POST");
                if (client.next(RawClient.PATIENCE) < 0) return; // it closed, and may
                String status = client.line();
                if (!status.contains(" 200 ")) {
                    throw client.fail("expected 200 for the request behind a chunked body, but got"
                            + " “H" + status.strip() + "”: is the empty line behind the last chunk"
                            + " read?");
                }
            }
        }

        @Test @DisplayName("2.7 chunks may arrive byte by byte")
        void byteByByte(Target target) {
            byte[] text = ("slowly\r\n0\r\n\r\n, " + target.word()).getBytes(UTF_8);
            try (RawClient client = target.connect()) {
                client.sendEach(concat(chunkedHead(target), chunks(target, text, ""),
                        bytes("0\r\n\r\n")));
                expectKept(target, client, text, "a chunked POST, byte by byte,");
            }
        }

        @Test @Star
        @DisplayName("2.7★ extensions and trailers are ignored")
        void extensions(Target target) {
            byte[] text = letters(target, 100).getBytes(UTF_8);
            String extension = ";" + target.word() + "=\"" + target.word() + "\"";
            String end = "0" + extension + "\r\nX-Sum: " + target.word() + "\r\nX-Note: a\r\n\r\n";
            try (RawClient client = target.connect()) {
                client.send(concat(chunkedHead(target), chunks(target, text, extension), bytes(end),
                        bytes(head(target, "GET", "/time"))));
                expectKept(target, client, text, "a chunked POST with extensions and trailers");
                int next = client.next(RawClient.PATIENCE);
                if (next < 0) return; // it closed, and may
                String status = client.line();
                if (!status.contains(" 200 ")) {
                    throw client.fail("expected 200 for the request behind the trailers, but got “"
                            + (char) next + status.strip() + "”: are they read to their end?");
                }
            }
        }

        @Test @Star
        @DisplayName("2.7★ 1 MiB in chunks is kept, one byte more answers 413")
        void size(Target target) {
            byte[] most = bytes(letters(target, MAX_BODY));
            try (RawClient client = target.connect()) {
                client.send(concat(chunkedHead(target),
                        bytes("C0000\r\n"), Arrays.copyOf(most, 0xC0000),
                        bytes("\r\n40000\r\n"), Arrays.copyOfRange(most, 0xC0000, MAX_BODY),
                        bytes("\r\n0\r\n\r\n")));
                expectKept(target, client, most, "1 MiB in chunks");
            }
            String more = letters(target, MAX_BODY + 1);
            refuses(target, 413, "100001\r\n" + more + "\r\n0\r\n\r\n",
                    "a chunk of one byte over 1 MiB");
            refuses(target, 413, "C0000\r\n" + more.substring(0, 0xC0000) + "\r\n40001\r\n"
                    + more.substring(0xC0000) + "\r\n0\r\n\r\n",
                    "chunks of one byte over 1 MiB together");
        }

        @Test @Star
        @DisplayName("2.7★ a malformed chunk answers 400")
        void malformed(Target target) {
            String rest = "\r\n0\r\n\r\n";
            refuses(target, 400, "xyz\r\nhello" + rest, "a chunk size that is no number");
            refuses(target, 400, "-5\r\nhello" + rest, "a chunk size of -5");
            refuses(target, 400, "+5\r\nhello" + rest, "a chunk size of +5");
            refuses(target, 400, "0x5\r\nhello" + rest, "a chunk size of 0x5");
            refuses(target, 400, "\r\nhello" + rest, "a chunk without a size");
            refuses(target, 400, "5\r\nhello, " + target.word() + rest,
                    "a chunk longer than its size");
            refuses(target, 400, "5\r\nhello, 0\r\n\r\n", "a chunk without CR LF behind it");
        }

        @Test @DisplayName("2.7 Transfer-Encoding with Content-Length answers 400, and closes")
        void smuggling(Target target) {
            String inside = head(target, "GET", "/time");
            String body = "0\r\n\r\n" + inside;
            for (int first = 0; first < 2; first++) {
                String[] both = {"Content-Length: " + body.length(), "Transfer-Encoding: chunked"};
                String what = " with " + both[first] + " and " + both[1 - first];
                refusesBoth(target, "POST", "/messages", both[first], both[1 - first], body, what);
                refusesBoth(target, "GET", "/time", both[first], both[1 - first], body, what);
            }
        }

        private void refusesBoth(Target target, String method, String path, String one,
                String other, String body, String what) {
            try (RawClient client = target.connect()) {
                client.send(head(target, method, path, one, other) + body);
                expect(answer(client, method + " " + path + what), 400, method + " " + path + what);
                if (client.next(RawClient.PATIENCE) >= 0) {
                    throw client.fail("expected the connection to close after both lengths, but a"
                            + " request hidden in the body was answered");
                }
            }
        }

        private void refuses(Target target, int status, String body, String what) {
            try (RawClient client = target.connect()) {
                client.send(concat(chunkedHead(target), bytes(body)));
                expect(answer(client, what), status, what);
                if (client.next(RawClient.PATIENCE) >= 0) {
                    throw client.fail("expected the connection to close after " + what
                            + ", but more was answered");
                }
            }
        }

        private byte[] chunkedHead(Target target) {
            return bytes(head(target, "POST", "/messages", "Transfer-Encoding: chunked"));
        }

        /** Chunks of random sizes in both cases of hex, without the last one. */
        private byte[] chunks(Target target, byte[] text, String extension) {
            var chunks = new ByteArrayOutputStream();
            for (int from = 0, size; from < text.length; from += size) {
                size = Math.min(target.number(1, 30), text.length - from);
                String hex = Integer.toHexString(size);
                if (target.number(0, 1) == 0) hex = hex.toUpperCase(Locale.ROOT);
                chunks.writeBytes(bytes(hex + extension + "\r\n"));
                chunks.write(text, from, size);
                chunks.writeBytes(bytes("\r\n"));
            }
            return chunks.toByteArray();
        }

        private void expectKept(Target target, RawClient client, byte[] text, String what) {
            Answer answer = answer(client, what);
            expect(answer, 201, what);
            expectMessage(target, kept(answer), text);
        }
    }

    private static String nameOf(String line) {
        return line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
    }

    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private static String httpDate() {
        return HTTP_DATE.format(Instant.now().atOffset(ZoneOffset.UTC));
    }

    /** A request's head; no Connection header unless one is given. */
    private static String head(Target target, String method, String path, String... headers) {
        var lines = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1",
                "Host: " + target.http().authority()));
        lines.addAll(List.of(headers));
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    /** The next answer; where none comes, the failure says to what. */
    private static Answer answer(RawClient client, String what) {
        int received = (int) client.transcript().bytesFromServer();
        try {
            return RawHttp.answer(client, "GET");
        } catch (AssertionError failed) {
            if (client.transcript().bytesFromServer() > received) throw failed;
            throw client.fail("expected an answer to " + what.replaceFirst(",$", "")
                    + ", but none came");
        }
    }

    private static void expect(Answer answer, int status, String what) {
        if (answer.status() == status) return;
        throw answer.fail(what + " must be answered with " + status + ", but got "
                + (answer.status() + " " + answer.reason()).strip());
    }

    /** Posts a text and returns where it is. */
    private static String post(Target target, byte[] text) {
        return kept(target.http().request("POST", "/messages", text));
    }

    private static String kept(Answer answer) {
        expect(answer, 201, "POST /messages");
        String location = answer.header("Location");
        if (location == null || !location.matches("/messages/[0-9]+")) {
            throw answer.fail("expected a Location like /messages/17, but "
                    + (location == null ? "there is none" : "got “" + location + "”"));
        }
        return location;
    }

    /** Reads to the end of the stream, whatever the length says: that is exercise 2.3. */
    private static void expectMessage(Target target, String path, byte[] text) {
        try (RawClient client = target.connect()) {
            client.send(head(target, "GET", path, "Connection: close")).end();
            Answer answer = RawHttp.readHead(client);
            expect(answer, 200, "GET " + path + ", where the message was kept,");
            byte[] body = client.readToEnd();
            if (!Arrays.equals(body, text)) {
                throw client.fail("expected the same bytes at " + path + " that were posted, but "
                        + difference(text, body));
            }
            String type = answer.header("Content-Type");
            if (type == null || !type.toLowerCase(Locale.ROOT).replace(" ", "")
                    .equals("text/plain;charset=utf-8")) {
                throw client.fail("expected Content-Type: text/plain; charset=utf-8 at " + path
                        + ", but " + (type == null ? "there is none" : "got “" + type + "”"));
            }
        }
    }

    private static String difference(byte[] posted, byte[] came) {
        int at = Arrays.mismatch(posted, came);
        if (at == Math.min(posted.length, came.length)) {
            return came.length + " bytes came, not " + posted.length;
        }
        return String.format("byte %d is %02x, not %02x, and %d bytes came for %d",
                at, came[at], posted[at], came.length, posted.length);
    }

    private static boolean isPage(Answer answer) {
        return answer.text().toLowerCase(Locale.ROOT).contains("<html");
    }

    private static List<String> allowed(Answer answer) {
        return Arrays.stream(String.join(",", answer.headers("Allow")).split(","))
                .map(String::strip).toList();
    }

    private static String allow(Answer answer) {
        return answer.header("Allow") == null ? "there is none"
                : "got “" + String.join(", ", answer.headers("Allow")) + "”";
    }

    private static String start(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() == text.length() && line.length() <= 60 ? line
                : line.substring(0, Math.min(line.length(), 60)) + " …";
    }

    private static String letters(Target target, int count) {
        return target.random().ints(count, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) all.writeBytes(part);
        return all.toByteArray();
    }
}
