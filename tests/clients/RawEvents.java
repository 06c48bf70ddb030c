package tests.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tests.Target;

/**
 * A stream of events, read byte by byte as the HTML standard does it (section 9.2.6): lines end
 * with {@code \n}, {@code \r} or both, an empty line ends an event, a line that begins with a colon
 * is a comment. What came and what it was remains there to be asked.
 */
public final class RawEvents implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper(Json.FACTORY);
    /** Bytes of an event; and comment lines, which may be its heartbeats, of a stream. */
    private static final int LONGEST_EVENT = 1 << 20;
    private static final int MOST_COMMENTS = 10_000;
    private static final int END = -1;
    private static final int SILENCE = -3;

    private final RawClient client;
    private final Answer head;
    private final Body body;
    private final long opened = System.nanoTime();

    // The standard's buffers.
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int size;           // bytes since the last event or comment
    private boolean afterReturn;
    private boolean firstLine = true;
    private String name = "";
    private StringBuilder data = new StringBuilder();
    private boolean glued;      // a second event has begun in it
    private boolean wasGlued;   // in the event that was read last
    private String id;          // of the event that is being read; null where it has none
    private String lastEventId = "";

    private final List<Long> comments = new ArrayList<>();
    private final List<Retry> retries = new ArrayList<>();
    private int events;
    private String stray;       // the first line that is no field of an event

    private RawEvents(RawClient client, Answer head) {
        this.client = client;
        this.head = head;
        this.body = new Body(client, head);
    }

    /**
     * One event.
     *
     * @param name        of its type; {@code message} where the stream names none
     * @param named       whether the stream names it
     * @param id          that stands in this very event; null for none
     * @param lastEventId that a browser would send when it connected again now
     */
    public record Event(String name, boolean named, String id, String data, String lastEventId) {}

    /** A {@code retry:} line. @param before how many events came before it */
    public record Retry(long millis, int before) {}

    /** Opens {@code GET /events}, and expects the stream. {@code headers} are whole lines. */
    public static RawEvents open(Target target, String... headers) {
        return open(target, "/events", 0, headers);
    }

    /** @param receiveBuffer bytes kept for a client that does not read; 0: the system's choice */
    public static RawEvents open(Target target, String path, int receiveBuffer, String... headers) {
        RawClient client = RawClient.connect(target.host(), target.port(), receiveBuffer);
        try {
            Answer head = ask(client, target, path, headers);
            head.expectStatus(200);
            String type = head.header("Content-Type");
            if (type == null || !type.split(";")[0].strip().equalsIgnoreCase("text/event-stream")) {
                throw head.fail("expected “Content-Type: text/event-stream” but got “" + type
                        + "”: a browser reads no events from anything else");
            }
            return new RawEvents(client, head);
        } catch (AssertionError failed) {
            client.close();
            throw failed;
        }
    }

    /** Asks for a stream and reads the answer's head, whatever it says. */
    public static Answer ask(RawClient client, Target target, String path, String... headers) {
        var request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: "
                + target.http().authority() + "\r\nAccept: text/event-stream\r\n");
        for (String header : headers) request.append(header).append("\r\n");
        return RawHttp.readHead(client.send(request.append("\r\n").toString()));
    }

    public Answer head() {
        return head;
    }

    /** When the answer's head had come, by {@link System#nanoTime()}. */
    public long opened() {
        return opened;
    }

    public RawClient client() {
        return client;
    }

    /** When each comment line came so far, by {@link System#nanoTime()}. */
    public List<Long> comments() {
        return List.copyOf(comments);
    }

    public List<Retry> retries() {
        return List.copyOf(retries);
    }

    /** The next event, whatever its name. */
    public Event next() {
        return next(null, RawClient.PATIENCE);
    }

    /** The next event of this name; others are passed over. */
    public Event next(String wanted) {
        return next(wanted, RawClient.PATIENCE);
    }

    public Event next(String wanted, Duration patience) {
        Event event = poll(wanted, patience);
        if (event != null) return event;
        throw client.fail("awaited " + (wanted == null ? "an event" : "an event “" + wanted + "”")
                + ", but " + (body.ended ? "the stream ended" : "none came for "
                + patience.toMillis() / 1000.0 + " s") + unfinished());
    }

    /** As {@link #next}, but null where none came in time, or the stream ended. */
    public Event poll(String wanted, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            int read = body.next(deadline);
            if (read < 0) return null;
            Event event = take(read);
            if (event != null && (wanted == null || event.name.equals(wanted))) return event;
            if (line.size() == 0 && System.nanoTime() > deadline) return null; // once a line
        }
    }

    /** Reads on until {@code count} more comments came; says whether they came in time. */
    public boolean awaitComments(int count, Duration patience) {
        int wanted = comments.size() + count;
        long deadline = System.nanoTime() + patience.toNanos();
        while (comments.size() < wanted) {
            int read = body.next(deadline);
            if (read < 0 || System.nanoTime() > deadline) return false;
            take(read);
        }
        return true;
    }

    /** The next {@code event: message}, its data read as JSON; its id must be the message's. */
    public Feed.Said message() {
        return message(RawClient.PATIENCE);
    }

    public Feed.Said message(Duration patience) {
        return said(next("message", patience));
    }

    /**
     * The next message, whatever the event's name and id are, for tests that are about something
     * else; null where none came in time, or the stream ended. What is no message is passed over.
     */
    public Feed.Said heard(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Event event = poll(null, Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            if (event == null) return null;
            try {
                return Feed.said(JSON.readTree(event.data));
            } catch (JsonProcessingException | IllegalArgumentException noMessage) {
                if (System.nanoTime() > deadline) return null;
            }
        }
    }

    /** The message that an event is, which must have its name and its id. */
    public Feed.Said said(Event event) {
        Feed.Said said;
        try {
            said = Feed.said(json(event));
        } catch (IllegalArgumentException malformed) {
            throw client.fail(malformed.getMessage() + " in the data “" + event.data + "”"
                    + twoInOne());
        }
        if (!event.named) {
            throw client.fail("message " + said.id() + " came without “event: message”");
        }
        if (event.id == null) {
            throw client.fail("message " + said.id() + " came without “id: " + said.id()
                    + "”, so a client that lost its connection could not say where it was");
        }
        if (!event.id.equals("" + said.id())) {
            throw client.fail("the event of message " + said.id() + " has “id: " + event.id + "”");
        }
        return said;
    }

    public JsonNode json(Event event) {
        try {
            JsonNode read = JSON.readTree(event.data);
            if (read.isObject()) return read;
        } catch (JsonProcessingException broken) {
            throw client.fail(broken(event));
        }
        throw client.fail("expected a JSON object as the data of “" + event.name
                + "”, but got “" + event.data + "”");
    }

    public boolean ended() {
        return body.ended;
    }

    public AssertionError fail(String sentence) {
        return client.fail(sentence);
    }

    /** What began and did not end, to be said behind what was awaited; empty where nothing did. */
    public String unfinished() {
        if (line.size() > 0) {
            return "; the line “" + line.toString(UTF_8) + "” has begun, and its end is missing"
                    + (line.toByteArray()[0] == ':' ? ": a comment is a line, too" : "");
        }
        return data.isEmpty() ? ""
                : "; an event has begun, and the empty line that ends it is missing";
    }

    private String twoInOne() {
        return wasGlued ? "; a second “event:” stands in this event: of the first one, the empty"
                + " line that ends it is missing" : "";
    }

    /** Why the data is no JSON, as far as the lines around it tell. */
    private String broken(Event event) {
        if (cutsText(event.data)) {
            return "the data of “" + event.name + "” is no JSON: the end of a text's line stands"
                    + " in it as it is. In JSON it is two letters, \\n, which"
                    + " json.writeValueAsString writes";
        }
        return "expected JSON as the data of “" + event.name + "”, but the “data:” lines make “"
                + event.data + "”" + twoInOne() + (stray == null ? "" : "; the line “" + stray
                + "” is no field of an event: each line of the data needs a “data: ” of its own");
    }

    /** Does a line end, or all of it, between the quotes of a text? */
    private static boolean cutsText(String json) {
        boolean inText = false;
        for (int i = 0; i < json.length(); i++) {
            if (json.charAt(i) == '\\') i++;
            else if (json.charAt(i) == '"') inText = !inText;
            else if (json.charAt(i) == '\n' && inText) return true;
        }
        return inText;
    }

    /** One byte of the stream; the event that it ends, if it ends one. */
    private Event take(int read) {
        if (++size > LONGEST_EVENT) {
            throw client.fail(String.format("%,d bytes came since the last event, and no end of"
                    + " this one: an empty line ends it (HTML standard, section 9.2.6)", size));
        }
        if (read == '\n' && afterReturn) {
            afterReturn = false;
            return null;
        }
        afterReturn = read == '\r';
        if (read != '\n' && read != '\r') {
            line.write(read);
            return null;
        }
        String text = line.toString(UTF_8);
        line.reset();
        if (firstLine && text.startsWith("\uFEFF")) text = text.substring(1);
        firstLine = false;
        if (text.isEmpty()) return dispatch();
        field(text);
        return null;
    }

    private void field(String text) {
        int colon = text.indexOf(':');
        if (colon == 0) {
            size = 0;
            comments.add(System.nanoTime());
            if (comments.size() <= MOST_COMMENTS) return;
            throw client.fail(String.format("%,d comment lines came: two in each HEARTBEAT_MS are"
                    + " the most", comments.size()));
        }
        String field = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        if (value.startsWith(" ")) value = value.substring(1);
        switch (field) {
            case "event" -> {
                glued |= !data.isEmpty();
                name = value;
            }
            case "data" -> data.append(value).append('\n');
            case "id" -> {
                if (value.indexOf('\0') < 0) id = lastEventId = value;
            }
            case "retry" -> {
                if (value.matches("[0-9]{1,18}") && retries.size() < MOST_COMMENTS) {
                    retries.add(new Retry(Long.parseLong(value), events));
                }
            }
            default -> {
                if (stray == null) stray = text; // clients ignore it
            }
        }
    }

    private Event dispatch() {
        String type = name.isEmpty() ? "message" : name;
        var event = data.isEmpty() ? null : new Event(type, !name.isEmpty(), id,
                data.substring(0, data.length() - 1), lastEventId);
        name = "";
        data = new StringBuilder();
        id = null;
        wasGlued = glued;
        glued = false;
        size = 0;
        if (event != null) events++;
        return event;
    }

    @Override
    public void close() {
        client.close();
    }

    /**
     * The answer's body as it comes (RFC 9112, section 7.1): the end of a chunk may come with the
     * next one, so nothing waits for it.
     */
    private static final class Body {
        private final RawClient client;
        private final boolean chunked;
        private final StringBuilder size = new StringBuilder();
        private int left;               // bytes of this chunk
        private boolean between = true; // chunks: a size is being read
        private boolean first = true;
        private boolean ended;

        Body(RawClient client, Answer head) {
            this.client = client;
            this.chunked = "chunked".equalsIgnoreCase(head.header("Transfer-Encoding"));
        }

        /** The next byte, or what {@link RawClient#next} says instead; END after the last chunk. */
        int next(long deadline) {
            while (!ended) {
                int read = client.next(deadline);
                if (read < 0) {
                    ended = read != SILENCE;
                    return read;
                }
                if (!chunked) return read;
                if (!between) {
                    if (--left == 0) between = true;
                    return read;
                }
                size.append((char) read);
                if (read == '\n') endOfSizeLine();
                if (size.length() <= RawClient.LONGEST_LINE) continue;
                throw client.fail(String.format("expected a chunk's size in hex digits, but got a"
                        + " line of more than %,d bytes", RawClient.LONGEST_LINE));
            }
            return END;
        }

        private void endOfSizeLine() {
            String text = size.toString().replaceFirst(";.*", "").strip();
            size.setLength(0);
            if (text.isEmpty() && !first) return; // the end of the chunk before
            first = false;
            if (!text.matches("[0-9A-Fa-f]{1,7}")) {
                throw client.fail("expected a chunk's size in hex digits, but got “" + text + "”");
            }
            left = Integer.parseInt(text, 16);
            between = left == 0;
            ended = left == 0;
        }
    }
}
