//SOURCES Http.java
package given;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import given.Http.Answer;
import given.Http.Refusal;
import given.Http.Request;

import module java.base;

/**
 * Reads the head of a request and writes an answer: what the exercises 2.1, 2.2 and 2.3 asked for,
 * with their stars, but for the version, which the lesson judges. Behind it the connection is free.
 */
public final class HttpByHand {
    private HttpByHand() {}

    /** @throws Refusal where the request has no meaning, as soon as that is certain */
    public static Request read(InputStream in) throws IOException {
        int limit = Http.MAX_TARGET + 64;                // leaves room for method and version
        String first = Http.line(in, limit);
        if (first.length() > limit) throw new Refusal(414, "The target is over 16 KiB.");
        String[] words = first.split(" ", -1);
        if (words.length != 3 || !words[0].matches(Http.TOKEN)
                || !words[2].matches("HTTP/\\d\\.\\d"))
            throw new Refusal(400, "The first line must be like GET /path HTTP/1.1");
        if (words[1].length() > Http.MAX_TARGET)
            throw new Refusal(414, "The target is over 16 KiB.");
        if (!words[1].matches(Http.TARGET))
            throw new Refusal(400, "The target must be a path or start with http://");
        return new Request(words[0], words[1], words[2], headers(in));
    }

    private static Map<String, List<String>> headers(InputStream in) throws IOException {
        var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        int room = Http.MAX_HEADERS;
        for (String line; !(line = Http.line(in, room + 2)).isEmpty(); ) {
            room -= line.length() + 2;
            if (room < 0) throw new Refusal(431, "The headers are over 16 KiB.");
            int colon = line.indexOf(':');
            if (colon < 0 || !line.substring(0, colon).matches(Http.TOKEN))
                throw new Refusal(400, "A header starts with its name, right before a colon.");
            String value = line.substring(colon + 1);
            if (!value.matches(Http.VALUE))
                throw new Refusal(400, "A header has a control character.");
            headers.computeIfAbsent(line.substring(0, colon), _ -> new ArrayList<>())
                .add(value.strip());
        }
        return headers;
    }

    /**
     * The bytes of an answer.
     *
     * @param toHead is it the answer to a HEAD request? Then it has no body.
     */
    public static byte[] onTheWire(Answer answer, boolean toHead) {
        var date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
        var head = new StringBuilder("HTTP/1.1 " + answer.status() + " ");
        head.append(Http.REASONS.get(answer.status()));
        head.append("\r\nDate: " + date.format(Instant.now().atOffset(ZoneOffset.UTC)));
        head.append("\r\nContent-Type: " + answer.type());
        head.append("\r\nContent-Length: " + answer.body().length);
        answer.headers().forEach((name, value) -> head.append("\r\n" + name + ": " + value));
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n\r\n").toString().getBytes(ISO_8859_1));
        if (!toHead) bytes.writeBytes(answer.body());
        return bytes.toByteArray();
    }
}
