// ANSWER  Packets are read letter by letter; attachments are put in in place; rooms are searched.
// EXERCISE 12.1  Packets
static final Set<String> RESERVED = Set.of("connect", "connect_error", "disconnect",
    "disconnecting", "newListener", "removeListener");

Packet read(String text) {
    if (text.isEmpty() || text.charAt(0) < '0' || text.charAt(0) > '6') return null;
    int type = text.charAt(0) - '0';
    int at = 1;
    int attachments = -1;
    int digits = digits(text, at);
    if (digits > 0 && digits < 3 && text.startsWith("-", at + digits)) {
        attachments = Integer.parseInt(text.substring(at, at + digits));
        at += digits + 1;
    }
    String namespace = "/";
    if (text.startsWith("/", at)) {
        int comma = text.indexOf(',', at);
        int end = comma < 0 ? text.length() : comma;
        namespace = text.substring(at, end);
        at = Math.min(end + 1, text.length());
    }
    Long id = null;
    digits = digits(text, at);
    if (digits > 18) return null;
    if (digits > 0) id = Long.parseLong(text.substring(at, at + digits));
    String json = text.substring(at + digits);
    JsonNode data = null;
    try {
        if (!json.isEmpty()) data = StrictJson.tree(json);
    } catch (JsonProcessingException broken) {
        return null;
    }
    boolean bytes = type == BINARY_EVENT || type == BINARY_ACK;
    if (bytes ? attachments < 0 || attachments > 10 : attachments >= 0) return null;
    boolean list = data instanceof ArrayNode;
    boolean fits = switch (type) {
        case CONNECT -> id == null && (data == null || data instanceof ObjectNode);
        case DISCONNECT -> id == null && data == null;
        case EVENT, BINARY_EVENT -> list && data.path(0) instanceof TextNode name
            && !RESERVED.contains(name.asText());
        case ACK, BINARY_ACK -> list && id != null;
        default -> false;
    };
    return fits ? new Packet(type, attachments, namespace, id, data) : null;
}

int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
    return at - from;
}

String write(Packet packet) {
    return packet.type() + (packet.attachments() > 0 ? packet.attachments() + "-" : "")
        + (packet.namespace().equals("/") ? "" : packet.namespace() + ",")
        + Objects.toString(packet.id(), "") + Objects.toString(packet.data(), "");
}
// END 12.1

// EXERCISE 12.4  Binary
void send(Client client, Packet packet) {
    var attachments = new ArrayList<byte[]>();
    JsonNode data = packet.data() == null ? null : packet.data().deepCopy();
    takeOut(data, attachments);
    int type = packet.type() + (attachments.isEmpty() ? 0 : 3); // 2 and 3 become 5 and 6
    client.session.send(write(new Packet(type, attachments.size(), packet.namespace(),
        packet.id(), data)), attachments);
}

void takeOut(JsonNode data, List<byte[]> attachments) {
    if (data instanceof ObjectNode object) {
        for (var each : object.properties()) {
            if (each.getValue() instanceof BinaryNode bytes) {
                each.setValue(hole(bytes, attachments));
            } else {
                takeOut(each.getValue(), attachments);
            }
        }
    } else if (data instanceof ArrayNode list) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof BinaryNode bytes) list.set(i, hole(bytes, attachments));
            else takeOut(list.get(i), attachments);
        }
    }
}

JsonNode hole(BinaryNode bytes, List<byte[]> attachments) {
    attachments.add(bytes.binaryValue());
    return JSON.objectNode().put("_placeholder", true).put("num", attachments.size() - 1);
}

JsonNode joined(JsonNode data, List<byte[]> attachments) {
    try {
        return filled(data.deepCopy(), attachments);
    } catch (IndexOutOfBoundsException none) {
        return null;
    }
}

JsonNode filled(JsonNode data, List<byte[]> attachments) {
    if (data.path("_placeholder").asBoolean()) {
        int num = data.path("num").isInt() ? data.path("num").intValue() : -1;
        return JSON.binaryNode(attachments.get(num));
    }
    if (data instanceof ObjectNode object) {
        for (var each : object.properties()) each.setValue(filled(each.getValue(), attachments));
    } else if (data instanceof ArrayNode list) {
        for (int i = 0; i < list.size(); i++) list.set(i, filled(list.get(i), attachments));
    }
    return data;
}

void heard(Client client, String text) {
    if (client.incomplete != null) {
        client.session.end();
        return;
    }
    Packet packet = read(text);
    if (packet == null) {
        client.session.end();
    } else if (packet.attachments() > 0) {
        client.incomplete = packet;
        client.attachments.clear();
    } else {
        client.attachments.clear();
        take(client, packet);
    }
}

void heardBinary(Client client, byte[] bytes) {
    if (client.incomplete == null) {
        client.session.end();
        return;
    }
    client.attachments.add(bytes);
    if (client.attachments.size() == client.incomplete.attachments()) {
        Packet packet = client.incomplete;
        client.incomplete = null;
        take(client, packet);
    }
}
// END 12.4

// EXERCISE 12.5  Rooms
JsonNode join(Socket socket, String room) {
    socket.rooms.add(room);
    return JSON.objectNode();
}

JsonNode leave(Socket socket, String room) throws Refused {
    if (!socket.rooms.remove(room)) throw new Refused("You are not in the room " + room + ".");
    return JSON.objectNode();
}

Collection<Socket> members(Socket socket, String room) throws Refused {
    if (!socket.rooms.contains(room)) throw new Refused("You are not in the room " + room + ".");
    return socket.namespace.sockets().values().stream()
        .filter(each -> each.rooms.contains(room)).toList();
}

JsonNode say(Socket socket, Fields data) throws Refused {
    String text = data.text("text");
    int ways = (data.has("room") ? 1 : 0) + (data.has("rooms") ? 1 : 0) + (data.has("to") ? 1 : 0);
    if (ways > 1) throw new Refused("room, rooms and to: one of them.");
    Collection<Socket> hearers = new HashSet<>();
    if (data.has("room")) hearers.addAll(members(socket, data.name("room")));
    else if (data.has("rooms")) for (String each : data.names("rooms")) {
        hearers.addAll(members(socket, each));
    }
    else if (data.has("to")) hearers.add(socket.namespace.sockets().get(data.text("to")));
    else hearers.addAll(socket.namespace.sockets().values());
    if (hearers.contains(null)) throw new Refused("Nobody here has the sid that to says.");
    if (!data.flag("echo", true)) hearers.remove(socket);
    if (data.has("file") && !data.object().get("file").isBinary()) {
        throw new Refused("file: bytes, please.");
    }
    ObjectNode said = JSON.objectNode().put("from", socket.id).put("text", text)
        .put("at", Message.now()).put("id", socket.namespace.lastMessage().incrementAndGet());
    for (String each : List.of("room", "rooms", "to", "file")) {
        if (data.has(each)) said.set(each, data.object().get(each));
    }
    for (Socket each : hearers) emit(each, "said", said);
    return said;
}

void gone(Socket socket) {
    synchronized (socket.namespace) {
        socket.namespace.sockets().remove(socket.id);
        for (Asking each : List.copyOf(socket.asked.values())) each.answer(socket, null);
    }
}
// END 12.5

// EXERCISE 12.6  Ask the room
final class Asking {
    final Map<Socket, JsonNode> answers = new LinkedHashMap<>();
    final Set<Socket> silent;
    final Consumer<JsonNode> asker;
    boolean done;

    Asking(Collection<Socket> asked, Consumer<JsonNode> asker) {
        this.silent = new LinkedHashSet<>(asked);
        this.asker = asker;
    }

    void answer(Socket from, JsonNode answer) {
        if (!silent.contains(from) || done) return;
        if (answer != null) {
            answers.put(from, answer);
            silent.remove(from);
        }
        if (answer == null && asked(from)) gone.add(from);
        if (gone.containsAll(silent)) finish();
    }

    final Set<Socket> gone = new HashSet<>();

    boolean asked(Socket socket) {
        return silent.contains(socket);
    }

    void finish() {
        if (done) return;
        done = true;
        ObjectNode all = JSON.objectNode();
        ArrayNode list = all.putArray("answers");
        answers.forEach((each, answer) -> list.addObject().put("from", each.id)
            .set("answer", answer));
        ArrayNode missing = all.putArray("missing");
        silent.forEach(each -> missing.add(each.id));
        asker.accept(all);
    }
}

JsonNode ask(Socket socket, Long id, Fields data) throws Refused {
    if (id == null) throw new Refused("ask wants an ack.");
    var others = new ArrayList<>(members(socket, data.name("room")));
    others.remove(socket);
    ObjectNode asked = JSON.objectNode().put("from", socket.id).put("text", data.text("text"));
    var asking = new Asking(others, answer -> acknowledge(socket, id, answer));
    if (others.isEmpty()) asking.finish();
    for (Socket each : others) {
        long number = each.lastAsked++;
        each.asked.put(number, asking);
        sendEvent(each, number, JSON.arrayNode().add("asked").add(asked));
    }
    Clock.after(ACK_TIMEOUT_MS, () -> {
        synchronized (socket.namespace) {
            asking.finish();
        }
    });
    return null;
}

void acked(Socket socket, long id, ArrayNode arguments) {
    synchronized (socket.namespace) {
        Asking asking = socket.asked.remove(id);
        if (asking == null) return;
        asking.answer(socket, arguments.isEmpty() ? JSON.nullNode() : arguments.get(0));
    }
}
// END 12.6
