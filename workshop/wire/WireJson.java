package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Locale;
import workshop.wire.Message.Field;

/**
 * Messages for programs: one JSON object a line.
 *
 * <p>The first line is {@code {"kind": "listening", "port": 41234, "target": 7006}}, the last one
 * {@code {"kind": "totals", …}} with the components of {@link Totals}. In between, each has
 * <ul>
 *   <li>{@code at}: when its first byte passed, ISO 8601; {@code atMillis} and {@code untilMillis}:
 *       its first and last byte, since the tap began;
 *   <li>{@code connection}: its number, from 1;
 *   <li>{@code from}: {@code client} or {@code server}; a note has none;
 *   <li>{@code kind}: {@code request}, {@code answer}, {@code chunk}, {@code event},
 *       {@code frame}, {@code raw} or {@code note};
 *   <li>{@code headerBytes}, {@code payloadBytes}: what counts as what stands at {@link Message};
 *   <li>{@code payload}: its text; or {@code payloadBase64} where it is no text; neither where it
 *       is empty. {@code payloadCut: true} where more came than the {@value Message#KEPT} bytes
 *       that are shown;
 *   <li>{@code whole}: false where the connection ended in the middle.
 * </ul>
 * And by its kind
 * <ul>
 *   <li>{@code request}: {@code number} on its connection, {@code method}, {@code target},
 *       {@code fields} (pairs {@code [name, value]} in their order), {@code body} (how its end is
 *       told: {@code none}, {@code length}, {@code chunked});
 *   <li>{@code answer}: {@code number} of the request, 0 without one, {@code status},
 *       {@code reason}, {@code fields}, {@code body} (also {@code end}), {@code afterMillis} since
 *       the request's last byte, -1 without one;
 *   <li>{@code chunk}: {@code number} of the request, {@code last};
 *   <li>{@code event}: {@code number} of the request; {@code event} and {@code id} where it has
 *       them; {@code comment}: it is nothing else. Its payload is its data;
 *   <li>{@code frame}: {@code opcode}, {@code name}, {@code fin}, {@code reserved} (three bits),
 *       {@code masked}, {@code lengthBits} (7, 16 or 64), {@code closeCode} where it has one. Its
 *       payload is unmasked;
 *   <li>{@code note}: {@code text}.
 * </ul>
 */
public final class WireJson implements WireTap.Listener {
    private final ObjectMapper mapper = new ObjectMapper();
    private final PrintStream out;
    private final Instant start;

    /** @param start when the messages' milliseconds begin */
    public WireJson(PrintStream out, Instant start) {
        this.out = out;
        this.start = start;
    }

    /** The first line. */
    public void listening(int port, int target) {
        print(mapper.createObjectNode().put("kind", "listening").put("port", port)
                .put("target", target));
    }

    /** The last line. */
    public void totals(Totals totals) {
        ObjectNode json = mapper.createObjectNode().put("kind", "totals");
        json.setAll((ObjectNode) mapper.valueToTree(totals));
        print(json);
    }

    @Override
    public void message(Message message) {
        ObjectNode json = mapper.createObjectNode();
        json.put("at", start.plusNanos((long) (message.atMillis() * 1e6)).toString());
        json.put("atMillis", rounded(message.atMillis()));
        json.put("untilMillis", rounded(message.untilMillis()));
        json.put("connection", message.connection());
        json.put("kind", message.kind().word());
        if (message.kind() instanceof Message.Note(String text)) {
            print(json.put("text", text));
            return;
        }
        json.put("from", message.speaker().name().toLowerCase(Locale.ROOT));
        json.put("headerBytes", message.headerBytes());
        json.put("payloadBytes", message.payloadBytes());
        switch (message.kind()) {
            case Message.Request request -> {
                json.put("number", request.number()).put("method", request.method())
                        .put("target", request.target()).put("body", request.body());
                fields(json.putArray("fields"), request.fields());
            }
            case Message.Answer answer -> {
                json.put("number", answer.number()).put("status", answer.status())
                        .put("reason", answer.reason()).put("body", answer.body())
                        .put("afterMillis", rounded(answer.afterMillis()));
                fields(json.putArray("fields"), answer.fields());
            }
            case Message.Chunk chunk -> json.put("number", chunk.number())
                    .put("last", chunk.last());
            case Message.Event event -> {
                json.put("number", event.number()).put("comment", event.comment());
                if (event.event() != null) json.put("event", event.event());
                if (event.id() != null) json.put("id", event.id());
            }
            case Message.Frame frame -> {
                json.put("opcode", frame.opcode()).put("name", frame.name())
                        .put("fin", frame.fin()).put("reserved", frame.reserved())
                        .put("masked", frame.masked()).put("lengthBits", frame.lengthBits());
                if (frame.closeCode() > 0) json.put("closeCode", frame.closeCode());
            }
            case Message.Raw _, Message.Note _ -> { }
        }
        payload(json, message);
        print(json.put("whole", message.whole()));
    }

    private static void fields(ArrayNode array, Iterable<Field> fields) {
        for (Field field : fields) array.addArray().add(field.name()).add(field.value());
    }

    private static void payload(ObjectNode json, Message message) {
        byte[] payload = message.payload();
        if (payload.length > 0) {
            boolean cut = payload.length < message.payloadBytes();
            String text = text(payload, cut ? halfLetter(payload) : 0);
            if (text != null) json.put("payload", text);
            else json.put("payloadBase64", payload);
        }
        if (payload.length < message.payloadBytes()) json.put("payloadCut", true);
    }

    /** The cut may have gone through a letter: how many bytes of it stand at the end. */
    private static int halfLetter(byte[] bytes) {
        for (int i = 1; i <= 3 && i <= bytes.length; i++) {
            int b = bytes[bytes.length - i] & 0xFF;
            if (b < 0x80) return 0;
            if (b >= 0xC0) return i < (b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2) ? i : 0;
        }
        return 0;
    }

    private static String text(byte[] bytes, int without) {
        if (Message.isBinary(bytes)) return null;
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, bytes.length - without)).toString();
        } catch (CharacterCodingException noText) {
            return null;
        }
    }

    private static double rounded(double millis) {
        return Math.round(millis * 1e3) / 1e3;
    }

    private void print(ObjectNode json) {
        out.println(json);
        out.flush();
    }
}
