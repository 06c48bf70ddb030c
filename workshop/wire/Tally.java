package workshop.wire;


/** Totals while they grow. One thread counts. */
final class Tally {
    private final long[] header = new long[Speaker.values().length];
    private final long[] payload = new long[Speaker.values().length];
    private long connections;
    private long requests;
    private long answers;
    private long events;
    private long frames;
    private long messages;

    void opened() {
        connections++;
    }

    void header(Speaker speaker, long bytes) {
        header[speaker.ordinal()] += bytes;
    }

    void payload(Speaker speaker, long bytes) {
        payload[speaker.ordinal()] += bytes;
    }

    void message(Message.Kind kind) {
        switch (kind) {
            case Message.Request _ -> requests++;
            case Message.Answer _ -> answers++;
            case Message.Event _ -> events++;
            case Message.Frame _ -> frames++;
            case Message.Raw _ -> { }
            case Message.Chunk _, Message.Note _ -> {
                return;
            }
        }
        messages++;
    }

    Totals totals() {
        int up = Speaker.CLIENT.ordinal();
        int down = Speaker.SERVER.ordinal();
        return new Totals(connections, requests, answers, events, frames, messages, header[up],
                payload[up], header[down], payload[down]);
    }
}
