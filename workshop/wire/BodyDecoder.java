package workshop.wire;

import workshop.wire.Message.Kind;

/** A body with a length, or one that ends with the stream. */
final class BodyDecoder implements Decoder {
    private final Side side;
    private final Kind kind;            // of the message that it belongs to; null: told already
    private final EventDecoder events;  // null where it is no event stream
    private final Runnable done;
    private long left;                  // -1: to the end of the stream

    BodyDecoder(Side side, long length, Kind kind, EventDecoder events, Runnable done) {
        this.side = side;
        this.left = length;
        this.kind = kind;
        this.events = events;
        this.done = done;
    }

    @Override
    public int read(byte[] bytes, int from, int to) {
        int count = left < 0 ? to - from : (int) Math.min(left, to - from);
        if (events != null) events.read(bytes, from, from + count);
        else side.payload(bytes, from, count);
        passed(count);
        return from + count;
    }

    @Override
    public boolean skip(long count) {
        if (left >= 0 && count > left) return false;
        side.payload.skip(count);
        side.countPayload(count);
        passed(count);
        return true;
    }

    private void passed(long count) {
        if (left < 0) return;
        left -= count;
        if (left > 0) return;
        if (events != null) events.end();
        else side.tell(kind);
        done.run();
    }

    @Override
    public Message soFar() {
        if (events != null) return events.soFar();
        return side.hasBegun() ? side.message(kind, false) : null;
    }

    @Override
    public void end() {
        if (events != null) events.end();
        else if (side.hasBegun()) side.tell(side.message(kind, left < 0));
        side.decoder = new LineDecoder(side);
    }

    @Override
    public Side side() {
        return side;
    }
}
