// MUTANT 12.2  Gives the session one sid for all its namespaces.
// SAYS   in each namespace it is new
// EXERCISE 12.2  Namespaces
String newId() {
    var bytes = new byte[16]; // 22 letters: longer than any room's name
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
}

void connect(Client client, Packet packet) {
    Namespace namespace = namespaces.get(packet.namespace());
    if (namespace == null) {
        send(client, new Packet(CONNECT_ERROR, 0, packet.namespace(), null,
            object("message", "Invalid namespace")));
        return;
    }
    if (client.sockets.containsKey(namespace.name())) {
        client.session.end();
        return;
    }
    var socket = new Socket(client, namespace);
    String sid = client.sockets.isEmpty() ? socket.id
        : client.sockets.values().iterator().next().id;
    client.sockets.put(namespace.name(), socket);
    synchronized (namespace) {
        namespace.sockets().put(socket.id, socket);
        send(client, new Packet(CONNECT, 0, namespace.name(), null, object("sid", sid)));
        JsonNode auth = packet.data() == null ? JSON.objectNode() : packet.data();
        emit(socket, "auth", auth);
    }
}

void disconnect(Client client, Socket socket) {
    client.sockets.remove(socket.namespace.name());
    gone(socket);
}

/** Any packet for a namespace in which this client is not. */
void notThere(Client client) {
    client.session.end();
}

Client begin(Session session) {
    var client = new Client(session);
    Clock.after(CONNECT_TIMEOUT_MS, () -> {
        if (client.sockets.isEmpty()) session.end();
    });
    return client;
}
// END 12.2
