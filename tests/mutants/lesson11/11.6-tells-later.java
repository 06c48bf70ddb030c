// MUTANT 11.6  Stores first and tells then, in two steps.
// SAYS   after message
// EXERCISE 11.6  Nothing missed, nothing twice
Object grant(Session session, String event, Fields data) throws Refused {
    return switch (event) {
        case "say" -> say(new Draft(data.text("from"), data.text("text")),
            data.has("nonce") ? data.text("nonce") : null);
        case "resume" -> resume(session,
            data.has("after") ? data.number("after", 0, Long.MAX_VALUE) : null,
            data.has("feed") ? data.text("feed") : null);
        default -> throw Envelope.unknown(event);
    };
}

static final int NONCES = 1_000; // that are remembered

final Map<String, Message> nonces = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Message> eldest) {
        return size() > NONCES;
    }
};

Message say(Draft draft, String nonce) {
    if (nonce != null && nonces.containsKey(nonce)) return nonces.get(nonce);
    Message message = feed.add(draft);
    if (nonce != null) nonces.put(nonce, message);
    for (Session each : followers) tell(each, "said", message);
    return message;
}

/** @param after null: from now on; @param of the name of the feed that it counts in; null: ours */
Object resume(Session session, Long after, String of) {
    synchronized (feed) {
        tell(session, "feed", Map.of("name", feedName));
        followers.remove(session);
        List<Message> missed = List.of();
        if (after != null) {
            boolean known = (of == null || of.equals(feedName)) && after <= feed.newest();
            missed = feed.after(known ? after : 0, PAGE);
        }
        for (Message each : missed) tell(session, "said", each);
        boolean more = !missed.isEmpty() && missed.getLast().id() < feed.newest();
        if (!more) followers.add(session);
        return Map.of("more", more);
    }
}
// END 11.6
