// MUTANT 12.2  Makes a namespace for whoever names one.
// SAYS   is unknown
// EXERCISE 12.2  Namespaces
String newId() {
    var bytes = new byte[16]; // 22 letters: longer than any room's name
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
}

void connect(Client client, Packet packet) {
    Namespace namespace = namespaces.getOrDefault(packet.namespace(),
        new Namespace(packet.namespace(), new ConcurrentHashMap<>(), new HashMap<>(),
            new AtomicLong()));
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
    client.sockets.put(namespace.name(), socket);
    synchronized (namespace) {
        namespace.sockets().put(socket.id, socket);
        send(client, new Packet(CONNECT, 0, namespace.name(), null, object("sid", socket.id)));
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
