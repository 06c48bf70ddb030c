package tests.clients;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import workshop.wire.Conversation;
import workshop.wire.Message;

/**
 * What went over a connection, frame by frame, for a failure to show: {@code ↑} the client,
 * {@code ↓} the server, {@code ·} the connection. Of a long talk the middle is left out.
 */
final class FrameLog {
    private static final int FIRST = 6;
    private static final int LAST = 20;

    private final List<Message> first = new ArrayList<>();
    private final Deque<Message> last = new ArrayDeque<>();
    private final Conversation conversation = new Conversation(1, this::told);
    private final long start = System.nanoTime();
    private long leftOut;

    synchronized void client(byte[] bytes, int from, int length) {
        conversation.client(bytes, from, length, millis());
    }

    synchronized void server(byte[] bytes, int from, int length) {
        conversation.server(bytes, from, length, millis());
    }

    synchronized void note(String event) {
        conversation.note(event);
    }

    private double millis() {
        return (System.nanoTime() - start) / 1e6;
    }

    private void told(Message message) {
        if (first.size() < FIRST) {
            first.add(message);
            return;
        }
        last.add(message);
        if (last.size() > LAST) {
            last.remove();
            leftOut++;
        }
    }

    @Override
    public synchronized String toString() {
        var out = new StringBuilder();
        first.forEach(message -> show(message, "", out));
        if (leftOut > 0) out.append("· … ").append(leftOut).append(" left out …\n");
        last.forEach(message -> show(message, "", out));
        conversation.soFar().forEach(message -> show(message, " (not whole so far)", out));
        return out.toString();
    }

    private static void show(Message message, String remark, StringBuilder out) {
        var lines = new ArrayList<>(message.lines());
        lines.set(0, lines.getFirst() + remark);
        message.speaker().show(lines, out);
    }
}
