package workshop.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What went over one connection, in order: bytes each way, and what happened to the connection
 * itself. Bytes that follow each other in one direction are one {@link Part}. Many threads may
 * write to it.
 *
 * <p>A part counts all its bytes but keeps only the first {@value #KEPT}, and of thousands of parts
 * the middle is forgotten, so a transcript of megabytes stays small.
 */
public final class Transcript {
    /** How many bytes of one part are kept to be shown; all are counted. */
    public static final int KEPT = 16_384;
    private static final int LINES_SHOWN = 20;
    private static final int LINE_SHOWN = 400;
    private static final int PARTS_SHOWN = 24;
    private static final int PARTS_MOST = 4_096; // beyond, the middle of the talk is forgotten

    /**
     * One run of bytes in one direction.
     *
     * @param atMillis milliseconds since the transcript began
     * @param size     how many bytes there were, which may be more than were {@code kept}
     * @param kept     the first bytes; for a {@link Speaker#NOTE} its text in UTF-8
     */
    public record Part(Speaker speaker, double atMillis, long size, byte[] kept) {
        /**
         * A note's words; else the kept bytes as {@link Visible} text, a line for each {@code \n},
         * long ones cut.
         */
        public List<String> lines() {
            if (speaker == Speaker.NOTE) return List.of(new String(kept, StandardCharsets.UTF_8));
            var lines = new ArrayList<String>();
            int from = 0;
            for (int i = 0; i < kept.length && lines.size() < LINES_SHOWN; i++) {
                if (kept[i] == '\n' || i == kept.length - 1) {
                    int length = i + 1 - from;
                    lines.add(length <= LINE_SHOWN ? Visible.of(kept, from, length)
                            : Visible.of(kept, from, LINE_SHOWN / 2) + " … "
                              + Visible.of(kept, i + 1 - LINE_SHOWN / 4, LINE_SHOWN / 4)
                              + " (" + String.format(Locale.ROOT, "%,d", length) + " bytes)");
                    from = i + 1;
                }
            }
            if (from < size) lines.add("… " + String.format(Locale.ROOT,
                    "%,d", size - from) + " more bytes");
            return lines;
        }
    }

    private static final class Growing {
        final Speaker speaker;
        final double atMillis;
        final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        long size;

        Growing(Speaker speaker, double atMillis) {
            this.speaker = speaker;
            this.atMillis = atMillis;
        }
    }

    private final long start = System.nanoTime();
    private final List<Growing> parts = new ArrayList<>();
    private int forgotten;  // parts
    private long fromClient;
    private long fromServer;

    public void client(byte[] bytes, int from, int length) {
        add(Speaker.CLIENT, bytes, from, length);
    }

    public void server(byte[] bytes, int from, int length) {
        add(Speaker.SERVER, bytes, from, length);
    }

    /** Something that happened to the connection, such as {@code the client ended its half}. */
    public void note(String event) {
        byte[] text = event.getBytes(StandardCharsets.UTF_8);
        add(Speaker.NOTE, text, 0, text.length);
    }

    private synchronized void add(Speaker speaker, byte[] bytes, int from, int length) {
        Growing last = parts.isEmpty() ? null : parts.getLast();
        if (last == null || last.speaker != speaker || speaker == Speaker.NOTE) {
            last = new Growing(speaker, (System.nanoTime() - start) / 1e6);
            parts.add(last);
            if (parts.size() == PARTS_MOST) forgetTheMiddle();
        }
        last.kept.write(bytes, from, Math.min(length, KEPT - last.kept.size()));
        last.size += length;
        if (speaker == Speaker.CLIENT) fromClient += length;
        if (speaker == Speaker.SERVER) fromServer += length;
    }

    private void forgetTheMiddle() {
        var middle = parts.subList(PARTS_SHOWN, PARTS_MOST - PARTS_SHOWN);
        forgotten += middle.size();
        middle.clear();
    }

    /** A copy of what was said so far; of thousands of turns the first and the last. */
    public synchronized List<Part> parts() {
        return parts.stream()
                .map(part -> new Part(part.speaker, part.atMillis, part.size,
                        part.kept.toByteArray()))
                .toList();
    }

    /** All bytes that the client has sent. */
    public synchronized long bytesFromClient() {
        return fromClient;
    }

    /** All bytes that the server has sent. */
    public synchronized long bytesFromServer() {
        return fromServer;
    }

    /** The talk as text. Ends with a new line unless it is empty; a long one lacks its middle. */
    @Override
    public synchronized String toString() {
        var all = parts();
        var out = new StringBuilder();
        for (int i = 0; i < all.size(); i++) {
            if (all.size() > PARTS_SHOWN && i == PARTS_SHOWN / 2) {
                int left = all.size() - PARTS_SHOWN;
                out.append("· … ").append(left + forgotten).append(" turns left out …\n");
                i += left;
            }
            all.get(i).speaker().show(all.get(i).lines(), out);
        }
        return out.toString();
    }
}
