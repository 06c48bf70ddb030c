package workshop.wire;

/** Bytes that are no HTTP: told line by line, or, once they are no text, as they come. */
final class LineDecoder implements Decoder {
    private static final int LONGEST = 65_536;  // of a line that is told as one

    private final Side side;
    private boolean binary;

    LineDecoder(Side side) {
        this.side = side;
    }

    @Override
    public int read(byte[] bytes, int from, int to) {
        if (!binary) {
            int end = (int) Math.min(to, from + LONGEST - side.payloadBytes);
            for (int i = from; i < end; i++) {
                if (bytes[i] == '\n') return tell(bytes, from, i + 1);
                if (isControl(bytes[i])) {
                    binary = true;
                    return tell(bytes, from, to);
                }
            }
            if (end < to || side.payloadBytes + end - from == LONGEST) {
                return tell(bytes, from, end);
            }
            side.payload(bytes, from, end - from);
            return end;
        }
        return tell(bytes, from, to);
    }

    private int tell(byte[] bytes, int from, int to) {
        side.payload(bytes, from, to - from);
        side.tell(new Message.Raw());
        return to;
    }

    /** No text has these; a terminal's escape and bell some may have. */
    private static boolean isControl(byte b) {
        return b >= 0 && b < 0x20 && (b < 7 || b > 13) && b != 0x1B;
    }

    @Override
    public boolean skip(long count) {
        side.payload.skip(count);
        side.countPayload(count);
        side.tell(new Message.Raw());
        return true;
    }

    @Override
    public Message soFar() {
        return side.hasBegun() ? side.message(new Message.Raw(), false) : null;
    }

    @Override
    public Side side() {
        return side;
    }
}
