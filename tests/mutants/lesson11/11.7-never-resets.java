// MUTANT 11.7  Waits longer and longer, whatever comes.
// SAYS   so the waits begin anew with 250 ms
// EXERCISE 11.7  A client that comes back
static final int OPEN_MS = 10_000; // for the server's first packet

long heard;     // the last id that was printed
String heardOf; // the name of its feed; null: of none so far

void client(String server) throws InterruptedException {
    for (long wait = BACKOFF_MS; ; wait = Math.min(2 * wait, 32L * BACKOFF_MS)) {
        try (Line line = Line.to(server, "/engine.io/?EIO=4&transport=websocket")) {
            long patience = patience(line.next(OPEN_MS));
            goOn(line);
            for (String frame; (frame = line.next(patience)) != null; ) {
                if (frame.equals("2")) line.send("3");
                else if (frame.startsWith("4{")) hear(line, StrictJson.tree(frame.substring(1)));
            }
        } catch (IOException noLine) {
            // Nobody there, or no longer: in a moment, perhaps.
        }
        Thread.sleep(ThreadLocalRandom.current().nextLong(wait / 2, wait + 1));
    }
}

/** Milliseconds until silence means that the line is dead, as the open packet has them. */
long patience(String open) throws IOException {
    if (open == null || !open.startsWith("0{")) throw new IOException("no open packet came");
    JsonNode times = StrictJson.tree(open.substring(1));
    return times.path("pingInterval").asLong() + times.path("pingTimeout").asLong();
}

/** From where it is. */
void goOn(Line line) throws IOException, InterruptedException {
    var where = new LinkedHashMap<String, Object>(Map.of("after", heard));
    if (heardOf != null) where.put("feed", heardOf);
    line.send("4" + StrictJson.text(Map.of("event", "resume", "data", where, "id", 1)));
}

void hear(Line line, JsonNode envelope) throws IOException, InterruptedException {
    JsonNode data = envelope.path("data");
    switch (envelope.path("event").asText()) {
        case "feed" -> {
            String name = data.path("name").asText();
            if (!name.equals(heardOf)) heard = 0;
            heardOf = name;
        }
        case "said" -> {
            if (data.path("id").asLong() <= heard) return; // a server may repeat itself; we do not
            heard = data.path("id").asLong();
            IO.println(data.path("from").asText() + ": " + data.path("text").asText());
        }
        case "ack" -> {
            if (data.path("more").asBoolean()) goOn(line);
        }
        default -> { } // a reader waits for nothing else
    }
}
// END 11.7
