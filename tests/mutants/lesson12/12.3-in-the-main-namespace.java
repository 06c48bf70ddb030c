// MUTANT 12.3  Acknowledges in / whatever it is.
// SAYS   expected the ack
// EXERCISE 12.3  Acknowledge
Fields only(ArrayNode arguments) throws Refused {
    if (arguments.size() == 1 && arguments.get(0).isObject()) return new Fields(arguments.get(0));
    throw new Refused("This event has one argument, an object.");
}

/** What the ack says; null: it comes later. */
JsonNode grant(Socket socket, Long id, String event, ArrayNode arguments) throws Refused {
    return switch (event) {
        case "message" -> {
            sendEvent(socket, null, JSON.arrayNode().add("message-back").addAll(arguments));
            yield JSON.objectNode();
        }
        case "message-with-ack" -> arguments;
        case "say" -> say(socket, only(arguments));
        case "join" -> join(socket, only(arguments).name("room"));
        case "leave" -> leave(socket, only(arguments).name("room"));
        case "ask" -> ask(socket, id, only(arguments));
        default -> throw Envelope.unknown(event);
    };
}

void event(Socket socket, Long id, ArrayNode arguments) {
    String event = arguments.remove(0).textValue();
    JsonNode answer;
    synchronized (socket.namespace) { // one event after the other, so all hear in one order
        try {
            answer = grant(socket, id, event, arguments);
        } catch (Refused refused) {
            answer = object("error", refused.getMessage());
            if (id == null) emit(socket, "error", answer);
        }
        if (id != null && answer != null) acknowledge(socket, id, answer);
    }
}

/** @param answer an array: all the arguments of the ack; anything else: its one argument */
void acknowledge(Socket socket, long id, JsonNode answer) {
    JsonNode arguments = answer.isArray() ? answer : JSON.arrayNode().add(answer);
    send(socket.client, new Packet(ACK, 0, "/", id, arguments));
}
// END 12.3
