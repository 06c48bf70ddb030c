// MUTANT 8.3  Acknowledges an event twice.
// SAYS   gets one ack, but a second one came
// EXERCISE 8.3  Acknowledge
JsonNode ackId(JsonNode envelope) throws Refused {
    JsonNode id = envelope.path("id");
    if (id.isMissingNode() || id.isNull()) return null;
    if (!id.isIntegralNumber()) throw new Refused("The field id must be a whole number.");
    return id; // as it came: a client may count beyond what fits into a long
}

void granted(WsContext client, JsonNode id, Object data) {
    if (id != null) tell(client, "ack", data, id);
    if (id != null) tell(client, "ack", data, id);
}

void refused(WsContext client, JsonNode id, String sentence) {
    tell(client, id == null ? "error" : "ack", new Refusal(sentence), id);
}
// END 8.3
