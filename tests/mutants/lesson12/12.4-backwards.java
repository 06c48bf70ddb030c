// MUTANT 12.4  Numbers the attachments from the last to the first.
// SAYS   came back changed, or in
// EXERCISE 12.4  Binary
void send(Client client, Packet packet) {
    var attachments = new ArrayList<byte[]>();
    JsonNode data = packet.data() == null ? null : parted(packet.data(), attachments);
    int type = attachments.isEmpty() ? packet.type()
        : packet.type() == EVENT ? BINARY_EVENT : BINARY_ACK;
    client.session.send(write(new Packet(type, attachments.size(), packet.namespace(),
        packet.id(), data)), attachments);
}

JsonNode parted(JsonNode data, List<byte[]> attachments) {
    return switch (data) {
        case BinaryNode bytes -> {
            attachments.addFirst(bytes.binaryValue());
            yield JSON.objectNode().put("_placeholder", true).put("num", attachments.size() - 1);
        }
        case ArrayNode list -> {
            ArrayNode copy = JSON.arrayNode();
            list.forEach(each -> copy.add(parted(each, attachments)));
            yield copy;
        }
        case ObjectNode object -> {
            ObjectNode copy = JSON.objectNode();
            object.forEachEntry((name, each) -> copy.set(name, parted(each, attachments)));
            yield copy;
        }
        default -> data;
    };
}

/** With the attachments in their places; null where a number has none. */
JsonNode joined(JsonNode data, List<byte[]> attachments) {
    if (data.path("_placeholder").asBoolean()) {
        int num = data.path("num").isInt() ? data.path("num").intValue() : -1;
        return num < 0 || num >= attachments.size() ? null : JSON.binaryNode(attachments.get(num));
    }
    ContainerNode<?> copy = data.isArray() ? JSON.arrayNode() : JSON.objectNode();
    if (!data.isContainerNode()) return data;
    for (var each : data.isArray() ? List.<Map.Entry<String, JsonNode>>of() : data.properties()) {
        JsonNode value = joined(each.getValue(), attachments);
        if (value == null) return null;
        ((ObjectNode) copy).set(each.getKey(), value);
    }
    for (JsonNode each : data.isArray() ? data : JSON.arrayNode()) {
        JsonNode value = joined(each, attachments);
        if (value == null) return null;
        ((ArrayNode) copy).add(value);
    }
    return copy;
}

void heard(Client client, String text) {
    Packet packet = client.incomplete == null ? read(text) : null; // its attachments miss
    if (packet == null) client.session.end();
    else if (packet.attachments() > 0) client.incomplete = packet;
    else take(client, packet);
}

void heardBinary(Client client, byte[] bytes) {
    Packet packet = client.incomplete;
    if (packet == null) {
        client.session.end(); // nobody has announced it
        return;
    }
    client.attachments.add(bytes);
    if (client.attachments.size() < packet.attachments()) return;
    client.incomplete = null;
    take(client, packet);
    client.attachments.clear();
}
// END 12.4
