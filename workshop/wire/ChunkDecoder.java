package workshop.wire;

import workshop.wire.Message.Chunk;

/** A chunked body (RFC 9112, section 7.1). Each chunk is told, or each event in the chunks. */
final class ChunkDecoder implements Decoder {
    private static final int LINE_LONGEST = 4_096;  // a size with its extensions, or a trailer
    private static final int TRAILERS_LONGEST = 65_536;
    private static final int DIGITS_MOST = 15;

    private enum Place { SIZE, DATA, AFTER_DATA, TRAILERS }

    private final Side side;
    private final int number;
    private final EventDecoder events;  // null where it is no event stream
    private final Runnable done;

    private Place place = Place.SIZE;
    private long left;
    private final Kept sizeLine = new Kept(64);     // of the last chunk, to be shown behind events
    private int digits;
    private boolean sized;      // the size's digits are read, an extension follows
    private int lineLength;     // \r not counted
    private int trailers;

    ChunkDecoder(Side side, int number, EventDecoder events, Runnable done) {
        this.side = side;
        this.number = number;
        this.events = events;
        this.done = done;
    }

    @Override
    public int read(byte[] bytes, int from, int to) {
        if (place == Place.DATA) {
            int count = (int) Math.min(left, to - from);
            if (events != null) events.read(bytes, from, from + count);
            else side.payload(bytes, from, count);
            passed(count);
            return from + count;
        }
        byte b = bytes[from];
        // Among events the sizes are not shown, and the data's \r\n nowhere.
        boolean shown = place == Place.TRAILERS || place == Place.SIZE && events == null;
        if (shown) side.header(bytes, from, 1);
        else side.countHeader(1);
        boolean right = switch (place) {
            case SIZE -> size(b);
            case AFTER_DATA -> afterData(b);
            case TRAILERS -> trailer(b);
            case DATA -> throw new AssertionError("read above");
        };
        if (!right) side.fallBack();
        return from + 1;
    }

    private void passed(long count) {
        left -= count;
        if (left == 0) place = Place.AFTER_DATA;
    }

    private boolean size(byte b) {
        if (++lineLength > LINE_LONGEST) return false;
        if (events != null) sizeLine.add(b);
        if (b == '\n') {
            if (digits == 0) return false;
            place = left > 0 ? Place.DATA : Place.TRAILERS;
            if (events != null && left == 0) {
                events.end();
                side.wire.add(sizeLine.bytes(), 0, sizeLine.length());
            }
            sizeLine.clear();
            digits = 0;
            sized = false;
            lineLength = 0;
            return true;
        }
        int digit = sized ? -1 : Character.digit(b, 16);
        if (digit >= 0) {
            left = left * 16 + digit;
            return ++digits <= DIGITS_MOST;
        }
        sized = digits > 0;
        return sized && (b == '\r' || b == ';' || b == ' ' || b == '\t' || lineLength > digits + 1);
    }

    private boolean afterData(byte b) {
        if (b == '\r') return lineLength++ == 0;
        if (b != '\n') return false;
        lineLength = 0;
        place = Place.SIZE;
        if (events == null) side.tell(new Chunk(number, false));
        return true;
    }

    private boolean trailer(byte b) {
        if (++trailers > TRAILERS_LONGEST) return false;
        if (b != '\n') {
            if (b != '\r') lineLength++;
            return true;
        }
        if (lineLength > 0) {
            lineLength = 0;
            return true;
        }
        side.tell(new Chunk(number, true));
        done.run();
        return true;
    }

    @Override
    public boolean skip(long count) {
        if (place != Place.DATA || count > left) return false;
        side.payload.skip(count);
        side.countPayload(count);
        passed(count);
        return true;
    }

    @Override
    public Message soFar() {
        if (events != null && place != Place.TRAILERS) return events.soFar();
        return side.hasBegun() ? side.message(new Chunk(number, left == 0 && place
                == Place.TRAILERS), false) : null;
    }

    @Override
    public Side side() {
        return side;
    }
}
