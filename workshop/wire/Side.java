package workshop.wire;

import java.util.Locale;
import workshop.wire.Message.Kind;

/** One direction of a connection: who reads it now, and what came of the present message. */
final class Side {
    final Conversation talk;
    final Speaker speaker;
    Decoder decoder;
    /** Milliseconds since the tap began, of the bytes that are being read. */
    double now;

    // The message that is being read.
    final Kept wire = new Kept(Message.KEPT);
    final Kept payload = new Kept(Message.KEPT);
    long headerBytes;
    long payloadBytes;
    private double since = -1;

    Side(Conversation talk, Speaker speaker) {
        this.talk = talk;
        this.speaker = speaker;
        this.decoder = new HeadDecoder(this);
    }

    void read(byte[] bytes, int from, int to, double at) {
        now = at;
        for (int i = from; i < to; ) i = decoder.read(bytes, i, to);
    }

    void skip(long count, double at) {
        now = at;
        if (decoder.skip(count)) return;
        talk.note(Message.count(count, "byte") + " from the "
                + speaker.name().toLowerCase(Locale.ROOT)
                + " could not be kept in time; what follows is shown as it comes");
        fallBack();
        decoder.skip(count);
    }

    void header(byte[] bytes, int from, int count) {
        wire.add(bytes, from, count);
        countHeader(count);
    }

    /** Header bytes that are not to be shown. */
    void countHeader(long count) {
        begin();
        headerBytes += count;
        talk.tally.header(speaker, count);
    }

    void payload(byte[] bytes, int from, int count) {
        payload.add(bytes, from, count);
        countPayload(count);
    }

    /** Payload bytes that are kept elsewhere, or nowhere. */
    void countPayload(long count) {
        begin();
        payloadBytes += count;
        talk.tally.payload(speaker, count);
    }

    private void begin() {
        if (since < 0) since = now;
    }

    boolean hasBegun() {
        return since >= 0;
    }

    double since() {
        return since;
    }

    Message message(Kind kind, boolean whole) {
        return new Message(talk.number, speaker, since < 0 ? now : since, now, headerBytes,
                payloadBytes, wire.bytes(), payload.bytes(), whole, kind);
    }

    /** The present message is whole. */
    void tell(Kind kind) {
        tell(message(kind, true));
    }

    /** Tells this one and begins anew. */
    void tell(Message message) {
        forget();
        talk.tell(message);
    }

    /** Begins anew without telling what came. */
    void forget() {
        wire.clear();
        payload.clear();
        headerBytes = 0;
        payloadBytes = 0;
        since = -1;
    }

    /** From here on this direction is bytes and no more; what came of the message is the first. */
    void fallBack() {
        talk.tally.header(speaker, -headerBytes);
        talk.tally.payload(speaker, headerBytes);
        var raw = new LineDecoder(this);
        decoder = raw;
        byte[] held = wire.bytes();
        if (payloadBytes > 0 || headerBytes > held.length) {
            // Not all of it is here any more, or in its order: shown as it stands, counted whole.
            payloadBytes += headerBytes;
            headerBytes = 0;
            Message rest = message(new Message.Raw(), false);
            if (rest.bytes() > 0) tell(rest);
            return;
        }
        talk.tally.payload(speaker, -headerBytes);  // they are counted again, read as lines
        double began = since;
        wire.clear();
        headerBytes = 0;
        since = held.length > 0 ? began : -1;
        for (int i = 0; i < held.length; ) i = raw.read(held, i, held.length);
    }
}
