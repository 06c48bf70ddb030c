package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import workshop.wire.Message.Event;

/** The events of an event stream, inside a body (HTML Standard, section 9.2). */
final class EventDecoder {
    private static final int VALUE_MOST = 1_024;    // of an id or a name that is kept
    /** A byte order mark; one at the beginning is no part of the first line. */
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Side side;
    private final int number;
    private final Kept name = new Kept(8);          // "comment" has no name; the longest is "event"
    private final Kept value = new Kept(VALUE_MOST);
    private int marked;             // bytes of a mark that were read; −1: the first line has begun
    private boolean colon;          // of this line was read
    private boolean values;         // of this line have begun
    private boolean afterCr;        // a \n now belongs to the line before
    private boolean crLf;           // this event's lines end with both
    private boolean over;           // its last \r was read, its \n is still to come
    private boolean empty = true;   // this line has nothing yet
    private boolean lines;          // this event has some
    private boolean fields;         // and not only comments
    private String event;
    private String id;

    EventDecoder(Side side, int number) {
        this.side = side;
        this.number = number;
    }

    void read(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (marked >= 0 && isOfMark(b)) continue;
            if (b == '\n' && afterCr) {
                side.header(bytes, i, 1);
                afterCr = false;
                crLf = true;
                if (over) endOfEvent();
                continue;
            }
            if (over) endOfEvent();
            afterCr = b == '\r';
            if (b == '\n' || b == '\r') {
                side.header(bytes, i, 1);
                endOfLine(b == '\r');
            } else if (values && isData()) {
                int end = i + 1;
                while (end < to && bytes[end] != '\n' && bytes[end] != '\r') end++;
                side.wire.add(bytes, i, end - i);
                side.payload(bytes, i, end - i);
                i = end - 1;
            } else {
                letter(bytes, i);
            }
        }
    }

    /** Is this byte part of a mark at the stream's beginning? What only began as one is text. */
    private boolean isOfMark(byte b) {
        if (b == MARK[marked]) {
            if (++marked == MARK.length) {
                side.header(MARK, 0, MARK.length);
                marked = -1;
            }
            return true;
        }
        itWasNone();
        return false;
    }

    private void itWasNone() {
        int begun = marked;
        marked = -1;
        for (int i = 0; i < begun; i++) letter(MARK, i);
    }

    private void letter(byte[] bytes, int at) {
        byte b = bytes[at];
        empty = false;
        if (!colon) {
            side.header(bytes, at, 1);
            if (b == ':') colon = true;
            else name.add(b);
        } else if (!values && b == ' ') {
            values = true;
            side.header(bytes, at, 1);
        } else {
            values = true;
            if (isData()) {
                side.wire.add(bytes, at, 1);
                side.payload(bytes, at, 1);
            } else {
                side.header(bytes, at, 1);
                value.add(b);
            }
        }
    }

    private boolean isData() {
        return name.total() == 4 && is("data");
    }

    private boolean is(String word) {
        return Arrays.equals(name.bytes(), word.getBytes(UTF_8));
    }

    private void endOfLine(boolean cr) {
        if (empty) {
            // With \r alone an event is over at once: nobody may wait for a \n that never comes.
            if (cr && crLf) over = true;
            else endOfEvent();
        } else {
            lines = true;
            if (name.total() > 0) fields = true;
            if (is("event")) event = new String(value.bytes(), UTF_8);
            if (is("id")) id = new String(value.bytes(), UTF_8);
        }
        name.clear();
        value.clear();
        colon = false;
        values = false;
        empty = true;
    }

    private void endOfEvent() {
        if (lines) side.tell(new Event(number, event, id, !fields));
        event = null;
        id = null;
        lines = false;
        fields = false;
        crLf = false;
        over = false;
    }

    Message soFar() {
        boolean shown = side.wire.total() > 0;
        return shown ? side.message(new Event(number, event, id, lines && !fields && empty), false)
                : null;
    }

    /** What follows the last event is none: a browser throws it away. */
    void end() {
        itWasNone();
        Message rest = soFar();
        if (rest != null) side.tell(rest);
    }
}
