package workshop.wire;

import workshop.wire.Message.Frame;

/** WebSocket frames (RFC 6455, section 5.2), also such as break the rules. */
final class FrameDecoder implements Decoder {
    private static final int LONGEST_HEADER = 14;

    private final Side side;
    private final Inflating inflating; // null: nothing is compressed
    private final byte[] header = new byte[LONGEST_HEADER];
    private byte[] unmasked = new byte[0];
    private int have;           // bytes of the header
    private int need = 2;
    private long left = -1;     // payload bytes to come; -1: the header is not complete
    private int masked;         // payload bytes so far, modulo 4

    /** @param extensions that both ends have agreed on; null: none */
    FrameDecoder(Side side, String extensions) {
        this.side = side;
        this.inflating = Inflating.agreed(extensions, side.speaker);
    }

    @Override
    public int read(byte[] bytes, int from, int to) {
        if (left >= 0) return payload(bytes, from, to);
        header[have++] = bytes[from];
        side.header(bytes, from, 1);
        if (have == 2) need = 2 + lengthBytes() + (isMasked() ? 4 : 0);
        if (have == need) headerIsComplete();
        return from + 1;
    }

    private void headerIsComplete() {
        long length = header[1] & 0x7F;
        int bytes = lengthBytes();
        if (bytes > 0) {
            length = 0;
            for (int i = 0; i < bytes; i++) length = length << 8 | header[2 + i] & 0xFF;
        }
        if (length < 0) {
            side.fallBack();    // the standard forbids the top bit, and nobody will send so much
            return;
        }
        left = length;
        if (left == 0) complete();
    }

    private int payload(byte[] bytes, int from, int to) {
        int count = (int) Math.min(left, to - from);
        int shown = Math.min(count, Message.KEPT - side.payload.length());
        if (isMasked() && shown > 0) {
            if (unmasked.length < shown) unmasked = new byte[shown];
            int mask = have - 4;
            for (int i = 0; i < shown; i++) {
                unmasked[i] = (byte) (bytes[from + i] ^ header[mask + (masked + i & 3)]);
            }
            side.payload.add(unmasked, 0, shown);
            side.payload.skip(count - shown);
            side.countPayload(count);
        } else {
            side.payload(bytes, from, count);
        }
        passed(count);
        return from + count;
    }

    @Override
    public boolean skip(long count) {
        if (left < 0 || count > left) return false;
        side.payload.skip(count);
        side.countPayload(count);
        passed(count);
        return true;
    }

    private void passed(long count) {
        masked = (int) (masked + count & 3);
        left -= count;
        if (left == 0) complete();
    }

    private void complete() {
        side.tell(frame(inflated()));
        have = 0;
        need = 2;
        left = -1;
        masked = 0;
        unmasked = new byte[0];
    }

    private byte[] inflated() {
        if (inflating == null) return null;
        boolean isKept = side.payload.length() == side.payload.total();
        return inflating.frame(header[0] & 0x0F, header[0] < 0, header[0] >> 4 & 7,
                isKept ? side.payload.bytes() : null);
    }

    /** @param inflated the message that it ends; null: none that was compressed */
    private Frame frame(byte[] inflated) {
        int bytes = lengthBytes();
        byte[] payload = side.payload.length() <= 125 ? side.payload.bytes() : new byte[0];
        boolean closes = (header[0] & 0x0F) == 8 && payload.length >= 2;
        return new Frame(header[0] & 0x0F, header[0] < 0, header[0] >> 4 & 7, isMasked(),
                bytes == 0 ? 7 : 8 * bytes,
                closes ? (payload[0] & 0xFF) << 8 | payload[1] & 0xFF : 0, inflated);
    }

    private int lengthBytes() {
        int low = header[1] & 0x7F;
        return low == 126 ? 2 : low == 127 ? 8 : 0;
    }

    private boolean isMasked() {
        return header[1] < 0;
    }

    @Override
    public Message soFar() {
        if (have == 0) return null;
        return side.message(have < 2 ? new Message.Raw() : frame(null), false);
    }

    @Override
    public void end() {
        if (inflating != null) inflating.end();
        Decoder.super.end();
    }

    @Override
    public Side side() {
        return side;
    }
}
