// MUTANT 12.5  Tells a member of two rooms twice.
// SAYS   expected the ack 2
// EXERCISE 12.5  Rooms
JsonNode join(Socket socket, String room) {
    socket.rooms.add(room);
    socket.namespace.rooms().computeIfAbsent(room, _ -> new LinkedHashSet<>()).add(socket);
    return JSON.objectNode();
}

JsonNode leave(Socket socket, String room) throws Refused {
    members(socket, room);
    takeOut(socket, room);
    socket.rooms.remove(room);
    return JSON.objectNode();
}

void takeOut(Socket socket, String room) {
    Set<Socket> members = socket.namespace.rooms().get(room);
    members.remove(socket);
    if (members.isEmpty()) socket.namespace.rooms().remove(room);
}

Set<Socket> members(Socket socket, String room) throws Refused {
    if (socket.rooms.contains(room)) return socket.namespace.rooms().get(room);
    throw new Refused("You are not in the room " + room + ": join it first.");
}

JsonNode say(Socket socket, Fields data) throws Refused {
    ObjectNode said = JSON.objectNode().put("from", socket.id).put("text", data.text("text"))
        .put("at", Message.now());
    Set<Socket> hearers = hearers(socket, data);
    for (String field : List.of("room", "rooms", "to", "file")) {
        if (data.has(field)) said.set(field, data.object().path(field));
    }
    if (data.has("file") && !said.path("file").isBinary()) {
        throw new Refused("The field file must be binary.");
    }
    if (!data.flag("echo", true)) hearers.remove(socket);
    ObjectNode numbered = JSON.objectNode()
        .put("id", socket.namespace.lastMessage().incrementAndGet()).setAll(said);
    for (Socket each : hearers) emit(each, "said", numbered);
    if (data.has("rooms")) for (Socket each : hearers) emit(each, "said", numbered);
    return numbered;
}

Set<Socket> hearers(Socket socket, Fields data) throws Refused {
    if (Stream.of("room", "rooms", "to").filter(data::has).count() > 1) {
        throw new Refused("Give at most one of the fields room, rooms and to.");
    }
    if (data.has("to")) return new HashSet<>(Set.of(addressee(socket, data.text("to"))));
    var hearers = new LinkedHashSet<Socket>();
    List<String> rooms = data.has("rooms") ? data.names("rooms")
        : data.has("room") ? List.of(data.name("room")) : List.of();
    for (String room : rooms) hearers.addAll(members(socket, room));
    if (rooms.isEmpty()) hearers.addAll(socket.namespace.sockets().values());
    return hearers;
}

Socket addressee(Socket socket, String id) throws Refused {
    Socket to = socket.namespace.sockets().get(id);
    if (to == null) throw new Refused("There is nobody with the sid in the field to.");
    return to;
}

/** A socket is no more: it said 1, or its session is over. */
void gone(Socket socket) {
    synchronized (socket.namespace) {
        socket.namespace.sockets().remove(socket.id);
        socket.rooms.forEach(room -> takeOut(socket, room));
        List.copyOf(socket.asked.values()).forEach(asking -> answered(asking, socket, null));
    }
}
// END 12.5
