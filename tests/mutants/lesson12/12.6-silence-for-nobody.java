// MUTANT 12.6  Says nothing where nobody was asked.
// SAYS   expected the ack
// EXERCISE 12.6  Ask the room
final class Asking {
    final Socket asker;
    final long id; // of the ack that the asker wants
    final Map<Socket, Long> open = new LinkedHashMap<>(); // who has not answered; by which id
    final ArrayNode answers = JSON.arrayNode();
    final ArrayNode missing = JSON.arrayNode();
    Future<?> limit;

    Asking(Socket asker, long id) {
        this.asker = asker;
        this.id = id;
    }
}

/** Null: the ack comes later. */
JsonNode ask(Socket socket, Long id, Fields data) throws Refused {
    var members = new LinkedHashSet<>(members(socket, data.name("room")));
    String text = data.text("text");
    if (id == null) throw new Refused("The event ask wants an ack: send it with an id.");
    members.remove(socket);
    var asking = new Asking(socket, id);
    for (Socket each : members) {
        asking.open.put(each, ++each.lastAsked);
        each.asked.put(each.lastAsked, asking);
    }
    JsonNode question = JSON.objectNode().put("from", socket.id).put("text", text);
    asking.open.forEach((each, askedAs) -> sendEvent(each, askedAs,
        JSON.arrayNode().add("asked").add(question)));
    asking.limit = Clock.after(ACK_TIMEOUT_MS, () -> {
        synchronized (socket.namespace) {
            List.copyOf(asking.open.keySet()).forEach(each -> answered(asking, each, null));
        }
    });
    return null;
}

/** An ack has come from a client. */
void acked(Socket socket, long id, ArrayNode arguments) {
    synchronized (socket.namespace) {
        Asking asking = socket.asked.get(id);
        JsonNode answer = arguments.isEmpty() ? JSON.nullNode() : arguments.get(0);
        if (asking != null) answered(asking, socket, answer);
    }
}

/** @param answer null: none will come */
void answered(Asking asking, Socket socket, JsonNode answer) {
    socket.asked.remove(asking.open.remove(socket));
    if (answer == null) asking.missing.add(socket.id);
    else asking.answers.add(JSON.objectNode().put("from", socket.id).set("answer", answer));
    finish(asking);
}

void finish(Asking asking) {
    if (!asking.open.isEmpty()) return;
    asking.limit.cancel(false);
    acknowledge(asking.asker, asking.id, JSON.objectNode().<ObjectNode>set("answers",
        asking.answers).set("missing", asking.missing));
}
// END 12.6
