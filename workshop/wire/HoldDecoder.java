package workshop.wire;

/**
 * Holds what a client says between its wish to speak another protocol and the answer, from which
 * alone follows what it is. A client should wait for that; some are hasty.
 */
final class HoldDecoder implements Decoder {
    private static final int MOST = 65_536;

    private final Side side;
    private final Kept held = new Kept(MOST);

    HoldDecoder(Side side) {
        this.side = side;
    }

    @Override
    public int read(byte[] bytes, int from, int to) {
        int count = Math.min(to - from, MOST - held.length());
        held.add(bytes, from, count);
        if (held.length() == MOST) release(new HeadDecoder(side));
        return from + count;
    }

    /** It is known now who has to read it. */
    void release(Decoder next) {
        byte[] bytes = held.bytes();
        held.clear();
        side.decoder = next;
        for (int i = 0; i < bytes.length; ) i = side.decoder.read(bytes, i, bytes.length);
    }

    @Override
    public Message soFar() {
        return null;
    }

    @Override
    public void end() {
        release(new HeadDecoder(side));
        side.decoder.end();
    }

    @Override
    public Side side() {
        return side;
    }
}
