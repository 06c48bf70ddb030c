// MUTANT 12.1  Wants the comma behind a namespace.
// SAYS   is a CONNECT in another namespace
// EXERCISE 12.1  Packets
static final Pattern PACKET = Pattern.compile(
    "([0-6])(?:([0-9]{1,2})-)?(?:(/[^,]*),)?([0-9]{1,18})?([^0-9].*)?", Pattern.DOTALL);
static final Set<String> RESERVED = Set.of("connect", "connect_error", "disconnect",
    "disconnecting", "newListener", "removeListener");

/** Null: it is no packet. */
Packet read(String text) {
    Matcher parts = PACKET.matcher(text);
    if (!parts.matches()) return null;
    try {
        var packet = new Packet(Integer.parseInt(parts.group(1)),
            parts.group(2) == null ? -1 : Integer.parseInt(parts.group(2)),
            parts.group(3) == null ? "/" : parts.group(3),
            parts.group(4) == null ? null : Long.valueOf(parts.group(4)),
            parts.group(5) == null ? null : StrictJson.tree(parts.group(5)));
        return mayCome(packet) ? packet : null;
    } catch (JsonProcessingException broken) {
        return null;
    }
}

boolean mayCome(Packet packet) {
    JsonNode data = packet.data();
    boolean binary = packet.type() == BINARY_EVENT || packet.type() == BINARY_ACK;
    if (binary != (packet.attachments() >= 0) || packet.attachments() > 10) return false;
    int type = packet.type();
    boolean list = data != null && data.isArray();
    if (type == CONNECT) return packet.id() == null && (data == null || data.isObject());
    if (type == DISCONNECT) return packet.id() == null && data == null;
    if (type == EVENT || type == BINARY_EVENT) {
        return list && data.path(0).isTextual() && !RESERVED.contains(data.path(0).textValue());
    }
    return (type == ACK || type == BINARY_ACK) && list && packet.id() != null;
}

String write(Packet packet) {
    var text = new StringBuilder().append(packet.type());
    if (packet.attachments() > 0) text.append(packet.attachments()).append('-');
    if (!packet.namespace().equals("/")) text.append(packet.namespace()).append(',');
    if (packet.id() != null) text.append(packet.id());
    if (packet.data() != null) text.append(packet.data());
    return text.toString();
}
// END 12.1
