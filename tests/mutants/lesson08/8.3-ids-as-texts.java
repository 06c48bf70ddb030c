// MUTANT 8.3  Gives the id back as a text.
// SAYS   as it was sent
// EXERCISE 8.3  Acknowledge
JsonNode ackId(JsonNode envelope) throws Refused {
    JsonNode id = envelope.path("id");
    if (id.isMissingNode() || id.isNull()) return null;
    if (!id.isIntegralNumber()) throw new Refused("The field id must be a whole number.");
    return new com.fasterxml.jackson.databind.node.TextNode(id.asText());
}

void granted(WsContext client, JsonNode id, Object data) {
    if (id != null) tell(client, "ack", data, id);
}

void refused(WsContext client, JsonNode id, String sentence) {
    tell(client, id == null ? "error" : "ack", new Refusal(sentence), id);
}
// END 8.3
