// MUTANT 8.2  Has the time of its own place, with a Z behind it.
// SAYS   expected “at” to be the time of now in UTC
// EXERCISE 8.2  Events
final AtomicLong lastMessage = new AtomicLong();

void received(WsMessageContext client) {
    JsonNode id = null;
    try {
        JsonNode envelope = envelope(client.message());
        id = ackId(envelope);
        switch (wish(envelope)) {
            case Wish.Say say -> {
                var said = new Said(lastMessage.incrementAndGet(),
                    clients.get(client.sessionId()), say.text(),
                    java.time.LocalDateTime.now(java.time.ZoneId.of("Asia/Tokyo"))
                        .truncatedTo(ChronoUnit.SECONDS) + "Z");
                tell(client, "said", said, null);
                granted(client, id, said);
            }
        }
    } catch (Refused refused) {
        refused(client, id, refused.getMessage());
    }
}

JsonNode envelope(String message) throws Refused {
    try {
        JsonNode envelope = json.readTree(message);
        if (envelope.isObject()) return envelope;
        throw new Refused("Send one JSON object with event and data.");
    } catch (JsonProcessingException broken) {
        JsonLocation place = broken.getLocation();
        throw new Refused(place == null ? "This JSON nests too deep." : "This is no JSON from line "
            + place.getLineNr() + ", column " + place.getColumnNr() + " on.");
    }
}

Wish wish(JsonNode envelope) throws Refused {
    String event = text("event", envelope);
    JsonNode data = envelope.path("data");
    if (!data.isObject() && !isAbsent(data)) throw new Refused("The field data is no object.");
    return switch (event) {
        case "say" -> new Wish.Say(text("text", data));
        default -> throw new Refused("There is no event “" + event + "”.");
    };
}

String text(String field, JsonNode object) throws Refused {
    JsonNode value = object.path(field);
    if (isAbsent(value)) throw new Refused("The field " + field + " is missing.");
    if (!value.isTextual()) throw new Refused("The field " + field + " must be a text.");
    if (value.textValue().isBlank()) throw new Refused("The field " + field + " is blank.");
    return value.textValue();
}

boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
}
// END 8.2
