package tests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tests.clients.Answer;
import tests.clients.At;
import tests.clients.Json;
import tests.clients.RawClient;
import tests.clients.RawHttp;

/**
 * Knows a port, the paths /messages and /messages/{id}, and JSON. Each exercise stands on those
 * before it alone: whether a message was stored, and under which id, is read in the list, which the
 * starter has, and never in an answer that another exercise is about.
 */
@ExtendWith(TargetResolver.class)
@Environment({"STATE_PAUSE_MS=1", "LOCK_PAUSE_MS=2"})
class Lesson03Test {
    private static final String JSON = "application/json";
    private static final int CROWD = 200;
    private static final int PEOPLE = 40; // at once: fewer than the 50 that wait at Jetty's door
    private static final long NOBODY = 1_000_000_000; // an id so far away that it is not there
    private static final ObjectMapper MAPPER = new ObjectMapper(Json.FACTORY);

    @Exercise(id = "3.1", title = "Create",
            hints = {
                "The page knows what it sent, but not the id and the time: only the server does."
                    + " Which status says “I made something new”, and which header says where it"
                    + " is?",
                "store returns the message. ctx.status(…) sets the status, ctx.header(name,"
                    + " value) a header, and ctx.json(value) writes a record as JSON.",
                "ctx.status(201).header(\"Location\", \"/messages/\" +"
                    + " message.id()).json(message);"
            },
            starter = "must be answered with 201, but got 200")
    class Create {
        @Test
        @DisplayName("3.1 a posted message is answered with 201, its address and itself")
        void answersWhatItStored(Target target) {
            String from = target.word();
            String text = target.word();
            Answer answer = created(post(target, draft(from, text)));
            Said said = said(answer);
            if (!said.from.equals(from)) {
                throw answer.fail("expected “from” to be “" + from + "” but got “" + said.from
                        + "”");
            }
            if (!said.text.equals(text)) {
                throw answer.fail("expected “text” to be “" + text + "” but got “" + said.text
                        + "”");
            }
            answer.expectHeader("Location", "/messages/" + said.id);
            At.expectNow(answer.json().path("at"), answer::fail);
            String type = answer.header("Content-Type");
            if (type == null || !type.split(";")[0].strip().equalsIgnoreCase(JSON)) {
                throw answer.fail("expected “Content-Type: application/json” but got “" + type
                        + "”");
            }
        }

        @Test
        @DisplayName("3.1 the answer is what the list shows from then on")
        void listShowsTheSame(Target target) {
            Answer answer = created(post(target, draft(target.word(), target.word())));
            Said said = said(answer);
            Said listed = find(target, said.text, answer);
            if (!listed.equals(said)) {
                throw answer.fail("expected the list to show " + said + ", but it shows " + listed);
            }
        }

        @Test
        @DisplayName("3.1 each message has the next id")
        void idsGrowByOne(Target target) {
            Answer answer = created(post(target, draft(target.word(), target.word())));
            long first = said(answer).id;
            Answer second = created(post(target, draft(target.word(), target.word())));
            if (said(second).id != first + 1) {
                throw second.fail("expected id " + (first + 1) + " after " + first + " but got "
                        + said(second).id);
            }
        }

        @Test
        @DisplayName("3.1 a text comes back as it was, in whatever script")
        void textIsKept(Target target) {
            String from = "Zoë " + target.word();
            String text = "  <b>“Grüße”</b> \\ \" \t\n你好 👋 " + target.word() + " ";
            Answer answer = created(post(target, draft(from, text)));
            Said said = said(answer);
            if (!said.text.equals(text) || !said.from.equals(from)) {
                throw answer.fail("expected the text to come back as it was, “" + from + "”, “"
                        + text + "”, but got “" + said.from + "”, “" + said.text + "”");
            }
        }
    }

    @Exercise(id = "3.2", title = "Refuse",
            hints = {
                "What arrives is not what a good client sends, but whatever anybody sends. Ask"
                    + " in this order: is it announced as JSON, is it JSON, are both fields"
                    + " texts, is the text short enough? The first “no” ends it: throw new"
                    + " BadRequestResponse(sentence).",
                "Javalin: ctx.contentType(), and BadRequestResponse, ContentTooLargeResponse,"
                    + " UnsupportedMediaTypeResponse. A text's characters are counted by"
                    + " text.codePointCount(0, text.length()). For the star, at the mapper:"
                    + " .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS),"
                    + " .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION) and"
                    + " .withCoercionConfig(LogicalType.Textual, texts -> texts.setCoercion("
                    + "CoercionInputShape.Integer, CoercionAction.Fail)…).",
                "try { draft = json.readValue(ctx.bodyAsBytes(), Draft.class); } catch"
                    + " (JsonProcessingException e) { throw new BadRequestResponse(\"This is no"
                    + " JSON object with the texts from and text.\"); } Then if (draft == null) …"
                    + " for the body null, and for each field: value == null || value.isBlank()."
            },
            starter = "must be refused with 400")
    class Refuse {
        @Test
        @DisplayName("3.2 a blank or missing field is refused, and the sentence names it")
        void namesTheBlankField(Target target) {
            for (String field : List.of("text", "from")) {
                refused(target, with(target, field, "\"\""), 400, "an empty “" + field + "”",
                        field);
                refused(target, with(target, field, "\"  \\t \\n\""), 400, "a blank “" + field
                        + "”", field);
                refused(target, with(target, field, null), 400, "a message without “" + field
                        + "”", field);
                refused(target, with(target, field, "null"), 400, "“" + field + "”: null", field);
            }
        }

        @Test
        @DisplayName("3.2 the sentence tells which of the two fields is missing")
        void tellsTheFieldsApart(Target target) {
            Answer noText = post(target, with(target, "text", null));
            String sentence = parsed(noText).path("error").asText();
            Answer noFrom = post(target, with(target, "from", null));
            if (!sentence.isBlank() && sentence.equals(parsed(noFrom).path("error").asText())) {
                throw noFrom.fail("without “from” and without “text” the sentence is the same, “"
                        + sentence + "”, so nobody learns which of them is missing");
            }
        }

        @Test
        @DisplayName("3.2 what is no JSON object is refused, however broken it is")
        void refusesBrokenJson(Target target) {
            String good = draft(target.word(), target.word());
            refused(target, good.substring(0, good.length() - 1), 400,
                    "JSON without its last brace", null);
            refused(target, target.word(), 400, "a word that is no JSON", null);
            refused(target, "", 400, "an empty body", null);
            String deep = "[".repeat(5_000) + "]".repeat(5_000);
            refused(target, good.replace("}", ", \"x\": " + deep + "}"), 400,
                    "JSON that nests 5,000 deep", null);
            for (String other : List.of("null", "[]", "\"" + target.word() + "\"", "7")) {
                refused(target, other, 400, "JSON that is no object (" + other + ")", null);
            }
        }

        @Test
        @Star
        @DisplayName("3.2 a number is no text, nor is anything else that is none")
        void refusesOtherTypes(Target target) {
            for (String field : List.of("text", "from")) {
                for (String value : List.of("" + target.number(1, 99), "4.5", "true", "[\"a\"]",
                        "{\"a\": \"b\"}")) {
                    refused(target, with(target, field, value), 400, "“" + field + "”: " + value
                            + ", which is no text,", null);
                }
            }
        }

        @Test
        @Star
        @DisplayName("3.2 a field that is there twice is refused, even if both are the same")
        void refusesAFieldTwice(Target target) {
            for (String field : List.of("text", "from")) {
                String other = field.equals("text") ? "from" : "text";
                for (String second : List.of(target.word(), "again")) {
                    String twice = String.format("\"%s\": \"again\", \"%1$s\": \"%s\"", field,
                            second);
                    String once = String.format("\"%s\": \"%s\"", other, target.word());
                    for (String body : List.of(twice + ", " + once, once + ", " + twice)) {
                        refused(target, "{" + body + "}", 400, "a message with “" + field
                                + "” twice", null);
                    }
                }
            }
        }

        @Test
        @Star
        @DisplayName("3.2 anything behind the object is refused")
        void refusesWhatStandsBehind(Target target) {
            String good = draft(target.word(), target.word());
            refused(target, good + " " + target.word(), 400, "a word behind the object", null);
            refused(target, good + good, 400, "a second object behind the first", null);
            refused(target, good + "}", 400, "a brace too many", null);
            refused(target, good + "\n7", 400, "a number behind the object", null);
        }

        @Test
        @DisplayName("3.2 a text has at most 2,000 characters, whatever they weigh in bytes")
        void limitsTheText(Target target) {
            for (String letter : List.of("a", "ä", "👋")) {
                String word = target.word();
                String longest = word + letter.repeat(2_000 - word.length());
                expectStored(target, draft("ada", longest), longest,
                        "a text of 2,000 characters, most of them “" + letter + "”,");
            }
            String word = target.word();
            expectStored(target, draft("ada", word + "#").replace("#", "\\u0061".repeat(1_992)),
                    word + "a".repeat(1_992),
                    "a text of 2,000 characters, most written as \\u0061,");
            for (String letter : List.of("a", "ä", "👋")) {
                refused(target, draft("ada", letter.repeat(2_001)), 413,
                        "a text of 2,001 characters (“" + letter + "” each)", null);
            }
            refused(target, draft("ada", "a" + " ".repeat(2_000)), 413,
                    "a text of 2,001 characters, most of them blanks,", null);
            refused(target, draft("ada", "a".repeat(200_000)), 413, "a text of 200,000 characters",
                    null);
        }

        @Test
        @DisplayName("3.2 only application/json is taken, in any case, with or without parameters")
        void checksTheContentType(Target target) {
            for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded",
                    "application/jsonp", "application/json-patch+json", "text/json",
                    "text/plain; a=application/json", null}) {
                String text = target.word();
                Answer answer = target.http().post("/messages", type, draft("ada", text));
                expectRefusal(answer, 415, type == null ? "JSON without a Content-Type"
                        : "JSON as " + type, null);
            }
            for (String type : List.of("application/json; charset=utf-8",
                    "application/json;charset=UTF-8", "Application/JSON",
                    "application/json ;q=1")) {
                String text = target.word();
                Answer answer = target.http().post("/messages", type, draft("ada", text));
                if (answer.status() / 100 != 2) {
                    throw answer.fail("“" + type + "” is JSON, too, but it was refused with "
                            + answer.status());
                }
                find(target, text, answer);
            }
        }

        @Test
        @DisplayName("3.2 what is refused is not stored and takes no id")
        void refusedTakesNoId(Target target) {
            long before = store(target, target.word(), target.word()).id;
            String refused = target.word();
            for (String body : List.of(with(target, "from", "\" \""),
                    draft(refused, "x".repeat(2_001)), with(target, "text", null),
                    draft("ada", refused).replace("}", ""))) {
                Answer answer = post(target, body);
                if (answer.status() / 100 == 2) {
                    throw answer.fail("this message must be refused, but got " + answer.status());
                }
            }
            Answer wrong = target.http().post("/messages", "text/plain", draft("ada", refused));
            if (wrong.status() / 100 == 2) {
                throw wrong.fail("a message as text/plain must be refused");
            }
            String text = target.word();
            Answer answer = post(target, draft(target.word(), text));
            long after = find(target, text, answer).id;
            if (after != before + 1) {
                throw answer.fail("after message " + before
                        + " five posts were refused, so the next has id " + (before + 1)
                        + ", but got " + after);
            }
            for (JsonNode listed : list(target).json()) {
                if (listed.toString().contains(refused)) {
                    throw answer.fail("a refused message is in the list: " + listed);
                }
            }
        }

        @Test
        @DisplayName("3.2 a member that nobody knows is ignored")
        void ignoresUnknownMembers(Target target) {
            String text = target.word();
            String body = "{\"id\": 999999999, \"mood\": {\"face\": [1, null]}, \"from\": \"ada\","
                    + " \"text\": \"" + text + "\", \"x\": 1}";
            Said stored = expectStored(target, body, text,
                    "a message with more members than from and text");
            if (stored.id == 999_999_999) {
                throw list(target).fail("the server gives the ids, not the client");
            }
        }

        @Test
        @DisplayName("3.2 another path is 404, another method 405 with Allow, both with a sentence")
        void otherPathsAndMethods(Target target) {
            expectRefusal(target.http().get("/" + target.word()), 404, "a path that is not there",
                    null);
            Answer answer = target.http().request("PATCH", "/messages", new byte[0]);
            expectRefusal(answer, 405, "PATCH of the list", null);
            String allow = answer.header("Allow");
            if (allow == null || !allow.contains("GET") || !allow.contains("POST")) {
                throw answer.fail("a 405 names the methods that are there (GET, POST) in Allow,"
                        + " but got “" + allow + "”");
            }
        }
    }

    @Exercise(id = "3.3", title = "Read, replace, delete",
            hints = {
                "First the address: is the id a number, and is there such a message? All three"
                    + " methods ask that, so write it once. Then think of two clients at once:"
                    + " what if somebody deletes the message between your look and your change?",
                "ctx.pathParam(\"id\"). Long.parseLong throws a NumberFormatException, which"
                    + " nobody catches and which becomes a 500. BadRequestResponse is 400,"
                    + " NotFoundResponse 404. The map has get, computeIfPresent and remove; each"
                    + " tells by null that nothing was there.",
                "Message replaced = messages.computeIfPresent(id, (_, old) -> new Message(id,"
                    + " draft.from(), draft.text(), old.at())); if (replaced == null) throw new"
                    + " NotFoundResponse(\"…\"); ctx.json(replaced); and for DELETE:"
                    + " ctx.status(204);"
            },
            starter = "must be answered with 200, but got 501")
    class ReadReplaceDelete {
        @Test
        @DisplayName("3.3 GET of a message's address answers 200 and that message")
        void reads(Target target) {
            Said first = store(target, target.word(), target.word());
            Said second = store(target, target.word(), target.word());
            for (Said said : List.of(first, second)) {
                Answer answer = one(target, said.id);
                if (!said(answer).equals(said)) {
                    throw answer.fail("expected " + said + " but got " + said(answer));
                }
            }
        }

        @Test
        @DisplayName("3.3 PUT changes from and text, and again changes nothing more")
        void replaces(Target target) {
            Said other = store(target, target.word(), target.word());
            Said old = store(target, target.word(), target.word());
            var wanted = new Said(old.id, target.word(), " " + target.word() + "  ", old.at);
            for (String time : List.of("", " the second time")) {
                expectNow(wanted, time, target.http().put("/messages/" + old.id, JSON,
                        draft(wanted.from, wanted.text)));
                expectNow(wanted, " after the PUT", target.http().get("/messages/" + old.id));
            }
            String more = "{\"id\": 1, \"at\": \"2001-01-01T00:00:00Z\", "
                    + draft(wanted.from, wanted.text).substring(1);
            Answer told = target.http().put("/messages/" + old.id, JSON, more);
            // (Whether more members are taken at all is exercise 3.2's matter.)
            if (told.status() == 200) expectNow(wanted, ", whatever the client says", told);
            Answer untouched = one(target, other.id);
            if (!said(untouched).equals(other)) {
                throw untouched.fail("a PUT of message " + old.id + " changed message " + other.id);
            }
        }

        @Test
        @DisplayName("3.3 DELETE answers 204 without a body, and the message is gone")
        void deletes(Target target) {
            Said kept = store(target, target.word(), target.word());
            Said doomed = store(target, target.word(), target.word());
            try (RawClient client = target.connect()) {
                client.send("DELETE /messages/" + doomed.id + " HTTP/1.1\r\nHost: "
                        + target.http().authority()
                        + "\r\nConnection: close\r\n\r\n");
                expect(204, RawHttp.answer(client, "DELETE"), "the DELETE of message "
                        + doomed.id);
                client.expectEnd();
            }
            Answer again = target.http().delete("/messages/" + doomed.id);
            expectRefusal(again, 404, "a second DELETE of message " + doomed.id, null);
            expectRefusal(target.http().get("/messages/" + doomed.id), 404,
                    "the GET of a deleted message", null);
            Answer put = target.http()
                    .put("/messages/" + doomed.id, JSON, draft("ada", target.word()));
            expectRefusal(put, 404, "the PUT of a deleted message", null);
            Answer list = list(target);
            List<Long> ids = saidIn(list).stream().map(Said::id).toList();
            if (ids.contains(doomed.id)) {
                throw list.fail("message " + doomed.id
                        + " was deleted, but the list still shows it");
            }
            if (!ids.contains(kept.id)) {
                throw list.fail("message " + kept.id
                        + " was not deleted, but the list has lost it");
            }
        }

        @Test
        @DisplayName("3.3 an id that is not there is 404, an id that is no number 400")
        void refusesOtherIds(Target target) {
            String draft = draft(target.word(), target.word());
            var wrong = new LinkedHashMap<String, Integer>();
            wrong.put("" + (NOBODY + target.number(1, 9_999)), 404);
            wrong.put("0", 404);
            wrong.put(target.word(), 400);
            wrong.put(target.number(1, 9) + "x", 400);
            wrong.forEach((id, status) -> {
                String path = "/messages/" + id;
                expectRefusal(target.http().get(path), status, "GET " + path, null);
                expectRefusal(target.http().put(path, JSON, draft), status, "PUT " + path, null);
                expectRefusal(target.http().delete(path), status, "DELETE " + path, null);
            });
            String path = "/messages/" + "9".repeat(30);
            for (Answer answer : List.of(target.http().get(path),
                    target.http().put(path, JSON, draft), target.http().delete(path))) {
                // A number, and not there; or longer than a number may be here.
                if (answer.status() != 404) expectRefusal(answer, 400, "an id of 30 digits", null);
            }
            Answer list = list(target);
            if (saidIn(list).stream().anyMatch(said -> said.id >= NOBODY)) {
                throw list.fail("a PUT of a message that was not there has made one");
            }
        }

        @Test
        @DisplayName("3.3 a PUT refuses what a POST refuses, and then changes nothing")
        void refusesAsPostDoes(Target target) {
            Said said = store(target, target.word(), target.word());
            for (String body : List.of(with(target, "text", "\" \""), with(target, "from", null),
                    with(target, "text", "7"), "null",
                    "{\"text\": ", draft("ada", "x".repeat(2_001)))) {
                int post = post(target, body).status();
                if (post / 100 != 4) continue; // that is exercise 3.2's matter
                expectRefusal(target.http().put("/messages/" + said.id, JSON, body), post,
                        "the PUT of what a POST refuses", null);
                Answer now = one(target, said.id);
                if (!said(now).equals(said)) throw now.fail("a refused PUT has changed " + said);
            }
        }

        @Test
        @DisplayName("3.3 the id of a deleted message is never given again")
        void neverGivesAnIdTwice(Target target) {
            Said older = store(target, target.word(), target.word());
            Said newest = store(target, target.word(), target.word());
            for (Said doomed : List.of(newest, older)) {
                expect(204, target.http().delete("/messages/" + doomed.id),
                        "the DELETE of message " + doomed.id);
                String text = target.word();
                Answer answer = post(target, draft(target.word(), text));
                Said next = find(target, text, answer);
                if (next.id <= newest.id) {
                    throw answer.fail("message " + doomed.id + " was deleted, and the next one got"
                            + " id " + next.id + ", which was given before: who kept the address /"
                            + "messages/" + next.id + " finds another message there");
                }
                newest = next;
            }
        }

        @Test
        @DisplayName("3.3 PUT keeps the time when the message was written")
        void keepsTheTime(Target target) throws InterruptedException {
            // A time has whole seconds, so the clock must have left the message's own. A message of
            // an earlier second saves the wait: it gets the from and text that it has.
            Answer list = list(target);
            Said old = saidIn(list).stream().filter(said -> said.at.compareTo(second()) < 0
                    && !said.from.isBlank() && !said.text.isBlank()).findFirst().orElse(null);
            if (old == null) {
                old = store(target, target.word(), target.word());
                while (old.at.compareTo(second()) >= 0) Thread.sleep(20);
            }
            expectNow(old, "", target.http().put("/messages/" + old.id, JSON,
                    draft(old.from, old.text)));
        }

        private static void expectNow(Said wanted, String when, Answer answer) {
            Said now = said(expect(200, answer, "message " + wanted.id + when));
            if (!now.at.equals(wanted.at)) {
                throw answer.fail("expected “at” to stay " + wanted.at + when
                        + " but got " + now.at);
            }
            if (now.id != wanted.id) {
                throw answer.fail("a PUT keeps the id, " + wanted.id + ", but now it is " + now.id
                        + when);
            }
            for (boolean from : new boolean[] {true, false}) {
                String put = from ? wanted.from : wanted.text;
                String got = from ? now.from : now.text;
                if (got.equals(put)) continue;
                throw answer.fail("the PUT said “" + (from ? "from" : "text") + "” is “" + put
                        + "”, but it is “" + got + "”" + when);
            }
        }

        private static Answer one(Target target, long id) {
            return expect(200, target.http().get("/messages/" + id), "the GET of message " + id);
        }

        private static String second() {
            return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        }
    }

    @Exercise(id = "3.4", title = "Let caches help",
            hints = {
                "An ETag is a name for this state of the list: the same state, the same name;"
                    + " another state, another name. The number of messages will not do, since a"
                    + " PUT keeps it. What changes exactly when the list changes?",
                "json.writeValueAsBytes(messages.values()) gives the bytes of the list,"
                    + " MessageDigest.getInstance(\"SHA-256\").digest(bytes) their hash,"
                    + " HexFormat.of().formatHex(hash) its letters. If-None-Match is a list with"
                    + " commas, each tag perhaps with W/ before it, or a single *.",
                "Split the header at commas, strip each part, drop a leading W/. If one of them"
                    + " equals the ETag with its quotes, or *: ctx.status(304), with the ETag"
                    + " and no body. Else ctx.result(bytes), with the ETag, too."
            },
            starter = "has no ETag")
    class LetCachesHelp {
        @Test
        @DisplayName("3.4 the list has an ETag in quotes, the same for the same list")
        void hasAnEtag(Target target) {
            store(target, target.word(), target.word());
            Answer list = list(target);
            String etag = etag(list);
            Answer again = list(target);
            if (!etag(again).equals(etag) && again.text().equals(list.text())) {
                throw again.fail("the list is the same, but its ETag was " + etag + " and is now "
                        + etag(again));
            }
        }

        @Test
        @DisplayName("3.4 who knows the list gets 304 with the ETag and without a body")
        void answersNotModified(Target target) {
            store(target, target.word(), target.word());
            String etag = etag(list(target));
            expectNotModified(target, etag, "alone", etag);
        }

        @Test
        @Star
        @DisplayName("3.4 the tag may stand in a list of tags, or be weak; a star is any state")
        void answersNotModifiedToLists(Target target) {
            store(target, target.word(), target.word());
            String etag = etag(list(target));
            String strong = etag.replaceFirst("^W/", "");
            var ways = new LinkedHashMap<String, String>();
            ways.put("in a list", "\"" + target.word() + "\", " + strong + ", \"" + target.word()
                    + "\"");
            ways.put("first in a list", strong + ", \"" + target.word() + "\"");
            ways.put("in a list without blanks", "\"" + target.word() + "\"," + strong);
            ways.put("weak", "W/" + strong);
            ways.put("weak, in a list", "\"" + target.word() + "\", W/" + strong);
            ways.put("as a star", "*");
            ways.forEach((way, value) -> expectNotModified(target, etag, way, value));
            for (String other : List.of("\"*\"", "\"a*\", \"b\"", "W/\"" + target.word() + "\"")) {
                Answer answer = target.http().get("/messages", "If-None-Match: " + other);
                if (answer.status() == 200) continue;
                throw answer.fail("If-None-Match: " + other + " names neither the list's ETag, "
                        + etag + ", nor any state with a star that stands alone, so the answer is"
                        + " 200, but got " + answer.status());
            }
        }

        private static void expectNotModified(Target target, String etag, String way,
                String value) {
            try (RawClient client = target.connect()) {
                client.send("GET /messages HTTP/1.1\r\nHost: " + target.http().authority()
                        + "\r\nIf-None-Match: " + value + "\r\nConnection: close\r\n\r\n");
                Answer answer = RawHttp.answer(client, "GET");
                if (answer.status() != 304) {
                    throw answer.fail("the list's ETag, " + way
                            + ": expected status 304 but got " + answer.status());
                }
                if (!etag.equals(answer.header("ETag"))) {
                    throw answer.fail("a 304 has the list's ETag, " + etag + ", too, but got “"
                            + answer.header("ETag") + "”");
                }
                client.expectEnd(); // no body
            }
        }

        @Test
        @DisplayName("3.4 who knows another state gets the list")
        void answersTheListToOthers(Target target) {
            String text = store(target, target.word(), target.word()).text;
            String tag = etag(list(target)).replaceFirst("^W/", "");
            String inner = tag.substring(1, tag.length() - 1);
            var others = new ArrayList<>(List.of("\"" + target.word() + "\"", "\"\"",
                    "\"x" + inner + "\"", "\"" + inner + "x\"",
                    "W/\"" + target.word() + "\", \"" + target.word() + "\""));
            String swapped = swapCase(inner); // a tag's case counts
            if (!swapped.equals(inner)) others.add("\"" + swapped + "\"");
            for (String other : others) {
                Answer answer = target.http().get("/messages", "If-None-Match: " + other);
                if (answer.status() != 200) {
                    throw answer.fail("the ETag is " + tag + ", so to If-None-Match: " + other
                            + " the answer is 200 and the list, but got " + answer.status());
                }
                if (!answer.text().contains(text)) {
                    throw answer.fail("expected the list with “" + text + "”");
                }
            }
        }

        private static String swapCase(String text) {
            return text.codePoints().map(c -> Character.isUpperCase(c) ? Character.toLowerCase(c)
                    : Character.toUpperCase(c)).collect(StringBuilder::new,
                    StringBuilder::appendCodePoint, StringBuilder::append).toString();
        }

        @Test
        @DisplayName("3.4 the ETag changes when a message changes, and only then")
        void changesWithTheMessages(Target target) {
            Said said = store(target, target.word(), target.word());
            String path = "/messages/" + said.id;
            String other = draft(target.word(), target.word());
            var steps = new LinkedHashMap<String, Runnable>();
            steps.put("a POST", () -> post(target, draft(target.word(), target.word())));
            steps.put("a PUT", () -> target.http().put(path, JSON, other));
            steps.put("a PUT of what is there already", () -> target.http().put(path, JSON, other));
            steps.put("a PUT of another from", () -> target.http().put(path, JSON,
                    other.replace("\"from\":\"", "\"from\":\"x")));
            steps.put("a PUT of another text", () -> target.http().put(path, JSON,
                    other.replace("\":\"", "\":\"x"))); // behind the one before: the text alone
            steps.put("a refused POST", () -> post(target, with(target, "text", "\" \"")));
            steps.put("a refused PUT", () -> target.http().put(path, JSON, "{"));
            steps.put("a GET", () -> target.http().get(path));
            steps.put("a DELETE", () -> target.http().delete("/messages/" + newest(target)));
            steps.put("a refused DELETE", () -> target.http().delete("/messages/" + NOBODY));
            Answer before = list(target);
            for (var step : steps.entrySet()) {
                step.getValue().run();
                Answer after = list(target);
                boolean changed = !after.text().equals(before.text());
                if (changed && etag(after).equals(etag(before))) {
                    throw after.fail(step.getKey()
                            + " has changed the list, but the ETag is still " + etag(before));
                }
                if (!changed && !etag(after).equals(etag(before))) {
                    throw after.fail(step.getKey()
                            + " has changed nothing in the list, but the ETag was " + etag(before)
                            + " and is now " + etag(after));
                }
                Answer asked = target.http().get("/messages", "If-None-Match: " + etag(before));
                if (asked.status() != (changed ? 200 : 304)) {
                    throw asked.fail(step.getKey() + " has changed "
                            + (changed ? "the list" : "nothing in the list")
                            + ": with the ETag from before expected status "
                                    + (changed ? 200 : 304) + " but got " + asked.status());
                }
                before = after;
            }
        }
    }

    @Exercise(id = "3.5", title = "Many writers",
            hints = {
                "Each request runs on a thread of its own. Two of them ask for lastId() in the"
                    + " same millisecond: which ids do they get? What must nobody else do between"
                    + " “which was the last id?” and “this one is given now”?",
                "To look, to add one and to say that it is given must be one step: only one thread"
                    + " at a time may be in it. Java has synchronized (messages) { … } for that,"
                    + " or a ReentrantLock with lock() and unlock() in a finally.",
                "synchronized (messages) { long id = messages.lastId() + 1; messages.lastId(id);"
                    + " … messages.put(id, message); return message; }"
            },
            starter = "messages were posted at once")
    class ManyWriters {
        @Test
        @DisplayName("3.5 200 messages posted at once are stored once each, with consecutive ids")
        void storesAllOfACrowd(Target target) {
            String crowd = target.word();
            Map<String, Answer> answers = postAtOnce(target, LongStream.rangeClosed(1, CROWD)
                    .mapToObj(i -> crowd + " " + i).toList());
            answers.forEach((text, answer) -> {
                if (answer.status() / 100 == 2) return;
                throw answer.fail(CROWD + " messages were posted at once, and “" + text
                        + "” was answered with " + answer.status() + " instead of 201");
            });
            Answer list = list(target);
            List<Said> stored = saidIn(list).stream()
                    .filter(said -> said.text.startsWith(crowd + " ")).toList();
            long texts = stored.stream().map(Said::text).distinct().count();
            long ids = stored.stream().map(Said::id).distinct().count();
            if (texts < CROWD) {
                throw new AssertionError(CROWD + " messages were posted at once, but the list"
                        + " shows only " + texts + " of them: " + lost(answers, stored));
            }
            if (stored.size() > CROWD) {
                throw new AssertionError(CROWD
                        + " messages were posted at once, but the list shows " + stored.size()
                        + ": some are there twice.");
            }
            if (ids < CROWD) {
                throw new AssertionError(CROWD
                        + " messages were posted at once, but they got only " + ids
                        + " different ids: " + twice(stored));
            }
            var sorted = new TreeSet<>(stored.stream().map(Said::id).toList());
            if (sorted.last() - sorted.first() != CROWD - 1) {
                throw new AssertionError(CROWD
                        + " messages were posted at once, so their ids are consecutive,"
                        + " but they run from "
                        + sorted.first() + " to " + sorted.last() + ", with gaps.");
            }
            Map<String, Long> idOf = stored.stream()
                    .collect(Collectors.toMap(Said::text, Said::id));
            answers.forEach((text, answer) -> {
                JsonNode id = parsed(answer).path("id");
                if (id.isIntegralNumber() && id.asLong() != idOf.get(text)) {
                    throw answer.fail(CROWD + " messages were posted at once, and the answer to “"
                            + text + "” says id " + id + ", but the list shows it with id "
                            + idOf.get(text));
                }
            });
        }

        private static String twice(List<Said> stored) {
            return stored.stream().collect(Collectors.groupingBy(Said::id)).entrySet().stream()
                    .filter(same -> same.getValue().size() > 1).limit(3)
                    .map(same -> "id " + same.getKey() + " was given to "
                            + same.getValue().stream().map(Said::text).toList())
                    .collect(Collectors.joining("; "));
        }

        /** Two who got the same id, where the answers tell ids; else one that is gone. */
        private static String lost(Map<String, Answer> answers, List<Said> stored) {
            List<String> there = stored.stream().map(Said::text).toList();
            var gone = answers.keySet().stream().filter(text -> !there.contains(text)).toList();
            for (String text : gone) {
                JsonNode id = parsed(answers.get(text)).path("id");
                String taker = stored.stream().filter(said -> said.id == id.asLong(-1))
                        .map(Said::text).findFirst().orElse(null);
                if (taker != null) {
                    return "two writers took the same id, so that “" + text + "” and “" + taker
                            + "” both got " + id + ", and the later one took the other's place";
                }
            }
            Answer one = answers.get(gone.getFirst());
            return "“" + gone.getFirst() + "” was answered with " + one.status() + " "
                    + one.text() + ", and is gone; so it is when two writers take the same id";
        }
    }

    // ---- what a message is ------------------------------------------------------------------

    /** A message as the server tells it. */
    private record Said(long id, String from, String text, String at) {}

    /** The one message that an answer holds. */
    private static Said said(Answer answer) {
        JsonNode message = answer.json();
        for (String field : List.of("id", "from", "text", "at")) {
            boolean right = field.equals("id") ? message.path(field).isIntegralNumber()
                    : message.path(field).isTextual();
            if (!right) {
                throw answer.fail("expected a message with id (a number), from, text and at"
                        + " (texts), but “" + field + "” is "
                        + (message.has(field) ? message.get(field) : "missing"));
            }
        }
        return said(message);
    }

    private static Said said(JsonNode message) {
        return new Said(message.path("id").asLong(), message.path("from").asText(),
                message.path("text").asText(),
                message.path("at").asText());
    }

    /** All messages of the list; one that is not well made shows the texts that it has. */
    private static List<Said> saidIn(Answer list) {
        return StreamSupport.stream(list.json().spliterator(), false).map(Lesson03Test::said)
                .toList();
    }

    // ---- asking -----------------------------------------------------------------------------

    private static Answer list(Target target) {
        Answer list = expect(200, target.http().get("/messages"), "the GET of the list");
        if (!list.json().isArray()) throw list.fail("GET /messages answers a JSON array");
        return list;
    }

    private static Answer expect(int status, Answer answer, String what) {
        if (answer.status() == status) return answer;
        throw answer.fail(what + " must be answered with " + status + ", but got "
                + answer.status());
    }

    private static Answer created(Answer answer) {
        return expect(201, answer, "the POST of a message");
    }

    private static Answer post(Target target, String body) {
        return target.http().post("/messages", JSON, body);
    }

    /** Posts a message that every server stores, and says what the list makes of it. */
    private static Said store(Target target, String from, String text) {
        return find(target, text, post(target, draft(from, text)));
    }

    private static Said find(Target target, String text, Answer answer) {
        return saidIn(list(target)).stream().filter(said -> said.text.equals(text)).findFirst()
                .orElseThrow(() -> answer.fail("“" + shortened(text)
                        + "” was posted, but GET /messages does not show it"));
    }

    private static long newest(Target target) {
        return saidIn(list(target)).stream().mapToLong(Said::id).max().orElse(NOBODY);
    }

    private static Said expectStored(Target target, String body, String text, String what) {
        Answer answer = post(target, body);
        if (answer.status() / 100 != 2) {
            throw answer.fail(what + " must be stored, but got " + answer.status());
        }
        return find(target, text, answer);
    }

    /** Many people post these texts, each person the next one as soon as the last is answered. */
    private static Map<String, Answer> postAtOnce(Target target, List<String> texts) {
        var answers = new ConcurrentHashMap<String, Answer>();
        var rest = new ConcurrentLinkedQueue<>(texts);
        var ready = new CountDownLatch(PEOPLE);
        try (var people = Executors.newVirtualThreadPerTaskExecutor()) {
            var talks = new ArrayList<Future<?>>();
            for (int i = 0; i < PEOPLE; i++) {
                talks.add(people.submit(() -> {
                    ready.countDown();
                    ready.await();
                    for (String text; (text = rest.poll()) != null; ) {
                        answers.put(text, post(target, draft("crowd", text)));
                    }
                    return null;
                }));
            }
            for (Future<?> talk : talks) talk.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof AssertionError expectation) throw expectation;
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
        return answers;
    }

    // ---- refusals ---------------------------------------------------------------------------

    private static void refused(Target target, String body, int status, String what, String named) {
        expectRefusal(post(target, body), status, what, named);
    }

    /** @param named the field that the sentence must name; null for none */
    private static void expectRefusal(Answer answer, int status, String what, String named) {
        if (answer.status() != status) {
            throw answer.fail(what + " must be refused with " + status + ", but got "
                    + answer.status());
        }
        JsonNode error = parsed(answer).path("error");
        if (!error.isTextual() || error.asText().isBlank()) {
            throw answer.fail(what + " was refused with " + status
                    + ", but its body is not {\"error\": \"a sentence\"}");
        }
        if (named != null && !error.asText().matches("(?s).*\\b" + named + "\\b.*")) {
            throw answer.fail(what + ": the sentence must name the field “" + named
                    + "”, but says “" + error.asText() + "”");
        }
    }

    /** The body as JSON; a missing node where it is none. */
    private static JsonNode parsed(Answer answer) {
        try {
            JsonNode body = MAPPER.readTree(answer.text());
            return body == null ? JsonNodeFactory.instance.missingNode() : body;
        } catch (JsonProcessingException broken) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    private static String etag(Answer list) {
        String etag = list.header("ETag");
        if (etag == null) throw list.fail("GET /messages has no ETag");
        if (!etag.matches("(W/)?\"[^\"\\s]*\"")) {
            throw list.fail("an ETag stands in quotes, as in \"5f3a\", but got " + etag);
        }
        return etag;
    }

    // ---- bodies -----------------------------------------------------------------------------

    private static String draft(String from, String text) {
        ObjectNode draft = JsonNodeFactory.instance.objectNode();
        return draft.put("from", from).put("text", text).toString();
    }

    /** A message of which one field has this JSON value; null: it is left out. */
    private static String with(Target target, String field, String value) {
        String other = field.equals("text") ? "from" : "text";
        return "{\"" + other + "\": \"" + target.word() + "\""
                + (value == null ? "" : ", \"" + field + "\": " + value) + "}";
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + " …";
    }
}
