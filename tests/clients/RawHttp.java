package tests.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import tests.Target;

/**
 * HTTP/1.1 by hand (RFC 9112), so that a failure can show what truly went over the wire. Each
 * request has a connection of its own unless it is sent read with {@link #answer}.
 */
public final class RawHttp {
    private static final int LONGEST_HEAD = 2 * RawClient.LONGEST_LINE;
    private static final String CHUNKS_END = "a chunk of size 0 ends it (RFC 9112, section 7.1)";

    private final Target target;

    public RawHttp(Target target) {
        this.target = target;
    }

    /** {@code headers} are whole lines without their end, {@code "Accept: text/html"}. */
    public Answer get(String path, String... headers) {
        return request("GET", path, null, headers);
    }

    public Answer post(String path, String contentType, String body, String... headers) {
        return request("POST", path, body.getBytes(UTF_8), with(headers, contentType));
    }

    public Answer put(String path, String contentType, String body, String... headers) {
        return request("PUT", path, body.getBytes(UTF_8), with(headers, contentType));
    }

    public Answer delete(String path) {
        return request("DELETE", path, null);
    }

    /**
     * Sends one request on a connection of its own and reads the answer. {@code Host},
     * {@code Connection: close} and, with a body, {@code Content-Length} are added.
     */
    public Answer request(String method, String path, byte[] body, String... headers) {
        try (RawClient client = target.connect()) {
            client.send(head(method, path, body, headers)); // and the body in the same write
            try {
                return answer(client, method);
            } catch (AssertionError failed) {
                if (client.transcript().bytesFromServer() > 0) throw failed;
                throw client.fail("expected an answer to " + method + " " + path
                        + ", but none came");
            }
        }
    }

    /** Sends {@code raw} as it is on a connection of its own and reads the one answer to it. */
    public Answer exchange(String raw) {
        try (RawClient client = target.connect()) {
            client.send(raw);
            return answer(client, raw.startsWith("HEAD ") ? "HEAD" : "GET");
        }
    }

    /** The host and port as a {@code Host} header names them. */
    public String authority() {
        return target.host() + ":" + target.port();
    }

    private byte[] head(String method, String path, byte[] body, String... headers) {
        var lines = new ArrayList<String>();
        lines.add(method + " " + path + " HTTP/1.1");
        lines.add("Host: " + authority());
        lines.addAll(List.of(headers));
        boolean says = lines.stream().map(line -> line.toLowerCase(Locale.ROOT))
                .anyMatch(line -> line.startsWith("connection:"));
        if (!says) lines.add("Connection: close");
        if (body != null) lines.add("Content-Length: " + body.length);
        var request = new ByteArrayOutputStream();
        request.writeBytes((String.join("\r\n", lines) + "\r\n\r\n").getBytes(UTF_8));
        if (body != null) request.writeBytes(body);
        return request.toByteArray();
    }

    private static String[] with(String[] headers, String contentType) {
        var all = new ArrayList<>(List.of(headers));
        if (contentType != null) all.add("Content-Type: " + contentType);
        return all.toArray(String[]::new);
    }

    /**
     * Reads the next answer on {@code client}: its head, and its body as RFC 9112 section 6.3
     * says. Interim answers (1xx) are skipped.
     *
     * @param method the request's: an answer to {@code HEAD} has no body
     */
    public static Answer answer(RawClient client, String method) {
        Answer head = head(client, () -> {
            while (true) {
                Answer each = readHead(client);
                if (each.status() / 100 != 1) return each;
            }
        });
        return withBody(head, method);
    }

    /** The answer whose head was read: reads its body, too. */
    public static Answer withBody(Answer head, String method) {
        return new Answer(head.status(), head.reason(), head.fields(),
                readBody(head.client(), method, head), head.client());
    }

    /** Reads heads, all together within the limits of one. */
    static Answer head(RawClient client, Supplier<Answer> reading) {
        try (var _ = client.begin("the answer's head", LONGEST_HEAD,
                "an empty line ends it (RFC 9112, section 2.1)")) {
            return reading.get();
        }
    }

    /** Reads only the head of the next answer, an interim one too; its body is empty. */
    public static Answer readHead(RawClient client) {
        return head(client, () -> readOneHead(client));
    }

    private static Answer readOneHead(RawClient client) {
        String statusLine = headLine(client);
        if (!statusLine.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw client.fail("expected a status line such as “HTTP/1.1 200 OK”, but got “"
                    + statusLine + "”");
        }
        var fields = new ArrayList<Field>();
        for (String line; !(line = headLine(client)).isEmpty(); ) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw client.fail("expected a header line such as “Name: value”, but got “"
                        + line + "”");
            }
            fields.add(new Field(line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return new Answer(Integer.parseInt(statusLine.substring(9, 12)),
                statusLine.length() > 13 ? statusLine.substring(13) : "", fields, new byte[0],
                client);
    }

    private static String headLine(RawClient client) {
        String line = client.line();
        if (!line.endsWith("\r")) {
            throw client.fail("each line of an answer's head ends with “\\r\\n”, but this one"
                    + " with “\\n” alone: “" + line + "”");
        }
        return line.substring(0, line.length() - 1);
    }

    private static byte[] readBody(RawClient client, String method, Answer head) {
        boolean none = method.equals("HEAD") || head.status() == 204 || head.status() == 304;
        if (none) return new byte[0];
        String coding = head.header("Transfer-Encoding");
        if (coding != null) {
            if (!coding.equalsIgnoreCase("chunked")) {
                throw client.fail("cannot read a body with Transfer-Encoding: " + coding);
            }
            return body(client, CHUNKS_END, () -> readChunks(client));
        }
        String length = head.header("Content-Length");
        if (length == null) {
            return body(client, "it has no Content-Length, so the connection's end is its end"
                    + " (RFC 9112, section 6.3)", client::readToEnd);
        }
        if (!length.matches("[0-9]{1,9}") || Integer.parseInt(length) > RawClient.LONGEST) {
            throw client.fail(String.format("Content-Length: %s is no length that can be read; no"
                    + " answer here has more than %,d bytes", length, RawClient.LONGEST));
        }
        return body(client, "it has Content-Length: " + length,
                () -> client.read(Integer.parseInt(length)));
    }

    private static byte[] body(RawClient client, String ends, Supplier<byte[]> reading) {
        try (var _ = client.begin("the answer's body", RawClient.LONGEST, ends)) {
            return reading.get();
        }
    }

    private static byte[] readChunks(RawClient client) {
        var body = new ByteArrayOutputStream();
        while (true) {
            String size = headLine(client).replaceFirst(";.*", "").strip();
            if (!size.matches("[0-9A-Fa-f]{1,7}")) {
                throw client.fail("expected a chunk's size in hex digits, but got “" + size + "”");
            }
            int length = Integer.parseInt(size, 16);
            if (length == 0) break;
            if (body.size() + length > RawClient.LONGEST) {
                throw client.fail(String.format("a chunk announces %,d bytes (%s), after %,d in"
                        + " chunks before it; no answer here has more than %,d", length, size,
                        body.size(), RawClient.LONGEST));
            }
            body.writeBytes(client.read(length));
            client.expect("\r\n");
        }
        for (String trailer; !(trailer = headLine(client)).isEmpty(); ) {
            if (trailer.indexOf(':') <= 0) throw client.fail("no trailer: “" + trailer + "”");
        }
        return body.toByteArray();
    }

    /** One header line. */
    public record Field(String name, String value) {}

}
