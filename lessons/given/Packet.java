package given;

import module java.base;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What an Engine.IO wire carries: a digit and a payload, or bytes alone. This is how packets are
 * written; what they do is lesson 11's.
 *
 * @param type   one of the constants below; {@link #MESSAGE} for a binary one, too
 * @param text   null where it is binary
 * @param binary null where it is text
 */
public record Packet(char type, String text, byte[] binary) {
    public static final char OPEN = '0', CLOSE = '1', PING = '2', PONG = '3', MESSAGE = '4',
        UPGRADE = '5', NOOP = '6';

    /** Stands between the packets of one HTTP body: ASCII's record separator. */
    private static final String SEPARATOR = "\u001e";

    public Packet(char type) {
        this(type, "", null);
    }

    public Packet(char type, String text) {
        this(type, text, null);
    }

    public static Packet binary(byte[] bytes) {
        return new Packet(MESSAGE, null, bytes);
    }

    public boolean isBinary() {
        return binary != null;
    }

    /** As in a text frame, or in a body: {@code 4hello}; there a binary one is b and base64. */
    public String encoded() {
        return isBinary() ? "b" + Base64.getEncoder().encodeToString(binary) : type + text;
    }

    /** One text frame's packet; null where it is none: empty, or without one of the digits. */
    public static Packet decode(String frame) {
        if (frame.isEmpty() || frame.charAt(0) < OPEN || frame.charAt(0) > NOOP) return null;
        return new Packet(frame.charAt(0), frame.substring(1));
    }

    /** The body of an answer that carries these packets. */
    public static String body(Collection<Packet> packets) {
        return packets.stream().map(Packet::encoded).collect(Collectors.joining(SEPARATOR));
    }

    /** The packets of a body, in order; null where one of them is none, or is no base64. */
    public static List<Packet> decodeBody(byte[] body) {
        var packets = new ArrayList<Packet>();
        for (String each : new String(body, UTF_8).split(SEPARATOR, -1)) {
            Packet packet = each.startsWith("b") ? decodeBase64(each.substring(1)) : decode(each);
            if (packet == null) return null;
            packets.add(packet);
        }
        return packets;
    }

    private static Packet decodeBase64(String text) {
        try { // Java's own client breaks long lines, as MIME does
            return binary(Base64.getDecoder().decode(text.replaceAll("[\r\n]", "")));
        } catch (IllegalArgumentException noBase64) {
            return null;
        }
    }
}
