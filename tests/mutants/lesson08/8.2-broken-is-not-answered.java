// MUTANT 8.2  Lets an exception go where a text is broken.
// SAYS   must be refused with an error, but nothing came
// EXERCISE 8.2  Events
JsonNode envelope(String message) throws Refused {
    try {
        JsonNode envelope = StrictJson.MAPPER.readTree(message);
        if (envelope.isObject()) return envelope;
        throw new Refused("Send one JSON object with event and data.");
    } catch (JsonProcessingException broken) {
        throw new IllegalArgumentException(broken);
    }
}

Wish wish(JsonNode envelope) throws Refused {
    String event = text("event", envelope);
    JsonNode data = envelope.path("data");
    if (envelope.hasNonNull("data") && !data.isObject()) {
        throw new Refused("The field data is no object.");
    }
    return switch (event) {
        case "say" -> new Wish.Say(text("text", data));
        default -> throw new Refused("There is no event “" + Refused.shortened(event) + "”.");
    };
}

String text(String field, JsonNode object) throws Refused {
    if (!object.hasNonNull(field)) throw new Refused("The field " + field + " is missing.");
    JsonNode value = object.path(field);
    if (!value.isTextual()) throw new Refused("The field " + field + " must be a text.");
    if (value.textValue().isBlank()) throw new Refused("The field " + field + " is blank.");
    return value.textValue();
}

void received(WsMessageContext client) {
    JsonNode id = null;
    try {
        JsonNode envelope = envelope(client.message());
        id = ackId(envelope);
        switch (wish(envelope)) {
            case Wish.Say say -> {
                var said = new Message(lastMessage.incrementAndGet(),
                    clients.get(client.sessionId()), say.text(), Message.now());
                tell(client, "said", said, null);
                granted(client, id, said);
            }
        }
    } catch (Refused refused) {
        refused(client, id, refused.getMessage());
    }
}
// END 8.2
