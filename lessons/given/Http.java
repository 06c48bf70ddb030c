package given;

import static java.nio.charset.StandardCharsets.UTF_8;

import module java.base;

/**
 * The words of HTTP/1.1 as records, for lessons that read and write it by hand. Which bytes become
 * which record is the lesson's own; only {@link #line} is an answer, to the exercises 1.1 and 1.3.
 */
public final class Http {
    public static final int MAX_TARGET = 16 * 1024;      // bytes
    public static final int MAX_HEADERS = 16 * 1024;     // bytes of all lines, their ends included

    // What may stand where: RFC 9110, sections 5.5 and 5.6.2, RFC 3986, sections 3.2 to 3.4, and
    // the letters besides that browsers write into a target as they are (/time?a[]=1).
    public static final String TOKEN = "[0-9A-Za-z!#$%&'*+.^_`|~-]+";
    public static final String VALUE = "[\\t\\x20-\\x7e\\x80-\\xff]*";
    public static final String HOST =
        "(\\[[0-9A-Fa-f:.]+]|[0-9A-Za-z._~!$&'()*+,;=%-]*)(:\\d*)?";
    private static final String PATH = "/[\\x21-\\x7e&&[^\"#<>?]]*";
    private static final String QUERY = "(\\?[\\x21-\\x7e&&[^\"#<>]]*)?";
    public static final String TARGET =                  // RFC 9112, section 3.2
        PATH + QUERY + "|(?i:http://)(?![:/?]|$)" + HOST + "(" + PATH + ")?" + QUERY + "|\\*";

    public static final Map<Integer, String> REASONS = Map.ofEntries(
        Map.entry(101, "Switching Protocols"), Map.entry(200, "OK"), Map.entry(201, "Created"),
        Map.entry(400, "Bad Request"), Map.entry(404, "Not Found"),
        Map.entry(405, "Method Not Allowed"), Map.entry(411, "Length Required"),
        Map.entry(413, "Content Too Large"), Map.entry(414, "URI Too Long"),
        Map.entry(426, "Upgrade Required"), Map.entry(431, "Request Header Fields Too Large"),
        Map.entry(500, "Internal Server Error"), Map.entry(501, "Not Implemented"),
        Map.entry(505, "HTTP Version Not Supported"));

    private Http() {}

    /** What is asked: the first line's three words, and of each header name all its values. */
    public record Request(String method, String target, String version,
                          Map<String, List<String>> headers) {
        /** The target without its query, and without the http://host that proxies send. */
        public String path() {
            String path = target.replaceFirst("(?i)^http://[^/?]*", "").replaceFirst("\\?.*", "");
            return path.isEmpty() ? "/" : path;
        }

        /** The values of every header line of this name. */
        public List<String> all(String name) {
            List<String> lower = headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
            return headers.getOrDefault(name, lower); // both are fine: keys in lower case, or any
        }

        /** The members of a header that is a list, {@code Connection: TE, close}. */
        public List<String> list(String name) {
            return Stream.of(String.join(",", all(name)).split(","))
                .map(String::strip).filter(member -> !member.isEmpty()).toList();
        }

        /** Is this word, in whatever case, a member of the list? */
        public boolean has(String name, String member) {
            return list(name).stream().anyMatch(member::equalsIgnoreCase);
        }

        /** Does a body follow? */
        public boolean announcesBody() {
            return !all("Transfer-Encoding").isEmpty()
                || all("Content-Length").stream().anyMatch(length -> !length.equals("0"));
        }

        /** The request as it was understood: its first line, then the headers by their names. */
        public String understood() {
            var text = new StringBuilder(method + " " + target + " " + version + "\n");
            var names = new TreeSet<String>();
            headers.keySet().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
            for (String name : names) {
                for (String value : all(name)) text.append(name + ": " + value + "\n");
            }
            return text.toString();
        }
    }

    /** What is answered; what every answer has besides is the lesson's own. */
    public record Answer(int status, String type, byte[] body, Map<String, String> headers) {
        public static Answer text(int status, String text) {
            return new Answer(status, "text/plain; charset=utf-8", text.getBytes(UTF_8), Map.of());
        }

        /** One of the files that belong to a script, {@code lesson07.html}. */
        public static Answer file(String name, String type) {
            return new Answer(200, type + "; charset=utf-8", bytes(name), Map.of());
        }

        /** A page with its style and script inside, for a server that knows no other path yet. */
        public static Answer page(String name) {
            String page = new String(bytes(name), UTF_8)
                .replace("/wire.css", inside("text/css", "wire.css"))
                .replace("/wire.js", inside("text/javascript", "wire.js"));
            return new Answer(200, "text/html; charset=utf-8", page.getBytes(UTF_8), Map.of());
        }

        private static String inside(String type, String name) {
            return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes(name));
        }

        private static byte[] bytes(String name) {
            try (InputStream file = Http.class.getResourceAsStream("/web/" + name)) {
                if (file == null) throw new Refusal(404, "web/" + name + " is missing here.");
                return file.readAllBytes();
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }

        public Answer with(String name, String value) {
            var more = new TreeMap<>(headers);
            more.put(name, value);
            return new Answer(status, type, body, more);
        }
    }

    /** Thrown as soon as it is certain that a request is not granted. */
    public static class Refusal extends RuntimeException {
        public final Answer answer;

        public Refusal(int status, String sentence) {
            this(Answer.text(status, sentence));
        }

        public Refusal(Answer answer) {
            super(answer.status() + " " + new String(answer.body(), UTF_8));
            this.answer = answer;
        }
    }

    /**
     * The next line, without the CR LF that ends it; with them it may have {@code limit} bytes. Of
     * a longer line comes the beginning, and that has more than {@code limit}.
     */
    public static String line(InputStream in, int limit) throws IOException {
        var line = new StringBuilder();                  // a char for each byte
        while (line.length() <= limit) {
            int b = in.read();
            if (b < 0) throw new Refusal(400, "The request ends in the middle of its head.");
            line.append((char) b);
            if (b != '\n' || line.length() > limit) continue;
            // RFC 9112, section 2.2, would allow a lone LF. But where a proxy sees one line and we
            // see two, a header can be hidden from the proxy: so we don't.
            if (!line.toString().endsWith("\r\n"))
                throw new Refusal(400, "A line ends with CR LF.");
            return line.substring(0, line.length() - 2);
        }
        return line.toString();
    }

    /** Waits for a request; false when the client is done. One empty line may precede it. */
    public static boolean begins(InputStream in) throws IOException {
        in.mark(2);
        if (in.read() != '\r' || in.read() != '\n') in.reset();
        in.mark(1);
        int first = in.read();
        in.reset();
        return first >= 0;
    }
}
