// MUTANT 11.1★  Opens a session for any method.
// SAYS   is refused with 400, but got 200
// EXERCISE 11.1  Open a session
String newSid() {
    var bytes = new byte[15];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
}

record Open(String sid, List<String> upgrades, int pingInterval, int pingTimeout, int maxPayload) {}

/** In the first packet to each client: who it is here, and what it must know of this server. */
String open(String sid, List<String> upgrades) {
    return StrictJson.text(new Open(sid, upgrades, PING_INTERVAL_MS, PING_TIMEOUT_MS,
        MAX_PAYLOAD));
}

/** The session that a request belongs to; null: it wants a new one. */
Session find(Context ctx, boolean isUpgrade) {
    if (!"4".equals(ctx.queryParam("EIO"))) throw new Denied(5, "Unsupported protocol version");
    boolean websocket = "websocket".equals(ctx.queryParam("transport"));
    boolean polling = "polling".equals(ctx.queryParam("transport"));
    if (!websocket && !polling) throw new Denied(0, "Transport unknown");
    String sid = ctx.queryParam("sid");
    Session session = sid == null ? null : sessions.get(sid);
    if (sid != null && session == null) throw new Denied(1, "Session ID unknown");
    boolean get = ctx.method() == HandlerType.GET;
    boolean method = sid == null || get || ctx.method() == HandlerType.POST;
    if (!method || websocket != isUpgrade) throw new Denied(3, "Bad request");
    return session;
}
/** A new client; alive, as long as it answers. */
Session begin() {
    var session = new Session(newSid(), over -> forget(over));
    sessions.put(session.sid, session);
    alive(session);
    return session;
}
// END 11.1
