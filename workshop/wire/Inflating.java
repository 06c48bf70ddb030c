package workshop.wire;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * One direction of a WebSocket whose two ends have agreed on {@code permessage-deflate} (RFC 7692):
 * what its messages were before they were compressed. Each message may refer to those before it, so
 * one that was not kept whole ends this.
 */
final class Inflating {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF}; // section 7.2.2
    private static final int MOST = 16 << 20; // bytes: a small message may become very many

    private final Inflater inflater = new Inflater(true);
    private final boolean forgets;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private boolean compressed; // the message that is open
    private boolean lost;

    private Inflating(boolean forgets) {
        this.forgets = forgets;
    }

    /** @param extensions of the answer to the upgrade; null where none was agreed on: then null */
    static Inflating agreed(String extensions, Speaker speaker) {
        if (extensions == null || !extensions.contains("permessage-deflate")) return null;
        String forgets = speaker == Speaker.CLIENT ? "client_no_context_takeover"
                : "server_no_context_takeover";
        return new Inflating(extensions.contains(forgets));
    }

    /**
     * The next frame.
     *
     * @param payload null where it was not kept whole
     * @return the message that it ends, as far as it is shown; null where it ends none, or none
     *         that was compressed and can be inflated
     */
    byte[] frame(int opcode, boolean fin, int reserved, byte[] payload) {
        if (opcode >= 8) return null;
        if (opcode != 0) {
            compressed = (reserved & 4) != 0;
            message.reset();
        }
        if (!compressed) return null;
        if (payload == null) lost = true;
        else if (!lost) message.writeBytes(payload);
        if (!fin || lost) return null;
        message.writeBytes(TAIL);
        return inflated();
    }

    private byte[] inflated() {
        if (forgets) inflater.reset();
        inflater.setInput(message.toByteArray());
        message.reset();
        var shown = new Kept(Message.KEPT);
        var some = new byte[8_192];
        try {
            for (int count; (count = inflater.inflate(some)) > 0; ) {
                shown.add(some, 0, count);
                if (shown.total() > MOST) throw new DataFormatException("far more than is shown");
            }
            return Arrays.copyOf(shown.bytes(), shown.length());
        } catch (DataFormatException broken) {
            lost = true;
            return null;
        }
    }

    /** Gives back what the inflater holds outside of the heap. */
    void end() {
        inflater.end();
    }
}
