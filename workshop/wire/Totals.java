package workshop.wire;

import java.util.Locale;

/**
 * What went through a tap so far. <i>Up</i> is from the clients to the server, <i>down</i> back;
 * what counts as header and what as payload stands at {@link Message}.
 *
 * @param messages all of them: requests, answers, events, frames, raw lines; chunks not
 */
public record Totals(long connections, long requests, long answers, long events, long frames,
        long messages, long headerUp, long payloadUp, long headerDown, long payloadDown) {

    static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public long bytesUp() {
        return headerUp + payloadUp;
    }

    public long bytesDown() {
        return headerDown + payloadDown;
    }

    public long bytes() {
        return bytesUp() + bytesDown();
    }

    /** Of all bytes, which part was not payload: 0 to 1. */
    public double headerShare() {
        return bytes() == 0 ? 0 : (double) (headerUp + headerDown) / bytes();
    }

    /** What was counted since {@code before}. */
    public Totals since(Totals before) {
        return new Totals(connections - before.connections, requests - before.requests,
                answers - before.answers, events - before.events, frames - before.frames,
                messages - before.messages, headerUp - before.headerUp,
                payloadUp - before.payloadUp, headerDown - before.headerDown,
                payloadDown - before.payloadDown);
    }

    @Override
    public String toString() {
        var out = new StringBuilder();
        out.append(Message.count(connections, "connection")).append(", ")
                .append(Message.count(messages, "message"));
        var kinds = new java.util.StringJoiner(", ", " (", ")").setEmptyValue("");
        if (requests > 0) kinds.add(Message.count(requests, "request"));
        if (answers > 0) kinds.add(Message.count(answers, "answer"));
        if (events > 0) kinds.add(Message.count(events, "event"));
        if (frames > 0) kinds.add(Message.count(frames, "frame"));
        out.append(kinds);
        return out.append(String.format(Locale.ROOT, "%n"
                + "↑ %,12d header bytes %,12d payload bytes   to the server%n"
                + "↓ %,12d header bytes %,12d payload bytes   to the clients%n"
                + "%.1f %% of all bytes were headers", headerUp, payloadUp, headerDown, payloadDown,
                100 * headerShare())).toString();
    }
}
