// MUTANT 11.2★  Refuses exactly so much as is allowed.
// SAYS   a body of exactly 1,000,000 bytes is taken, but got 413
// EXERCISE 11.2  Long polling, both ways
void answer(Session session, Context ctx) throws IOException, InterruptedException {
    ctx.contentType("text/plain; charset=UTF-8").header("Cache-Control", "no-store");
    if (session == null) {
        ctx.result("0" + open(begin().sid, List.of("websocket")));
    } else if (ctx.method() == HandlerType.GET) {
        get(session, ctx);
        answered(session);
    } else {
        post(session, ctx);
    }
}

void get(Session session, Context ctx) throws InterruptedException {
    synchronized (session) {
        if (session.getting) session.end();
        if (session.over || session.socket != null) throw new Denied(3, "Bad request");
        session.getting = true;
        try {
            Hold.until(session, () -> !session.waiting.isEmpty() || session.over
                || session.socket != null, () -> session.probed);
        } finally {
            session.getting = false;
        }
        if (session.socket != null) throw new Denied(3, "Bad request"); // it has moved
        if (session.over) ctx.result("1");
        else if (session.waiting.isEmpty()) ctx.result("6");
        else ctx.result(Packet.body(session.waiting));
        session.waiting.clear();
    }
}

void post(Session session, Context ctx) throws IOException {
    synchronized (session) {
        if (session.posting) session.end();
        if (session.over || session.socket != null) throw new Denied(3, "Bad request");
        session.posting = true;
    }
    byte[] body = ctx.req().getInputStream().readNBytes(MAX_PAYLOAD + 1);
    List<Packet> packets = Packet.decodeBody(body);
    boolean good = packets != null && packets.stream().allMatch(each -> mayCome(each));
    synchronized (session) {
        session.posting = false;
        if (!good || body.length >= MAX_PAYLOAD) session.end();
    }
    if (body.length >= MAX_PAYLOAD) throw new ContentTooLargeResponse();
    if (session.over) throw new Denied(3, "Bad request");
    for (Packet packet : packets) take(session, packet);
    ctx.result("ok");
}

boolean mayCome(Packet packet) {
    return switch (packet.type()) {
        case Packet.CLOSE, Packet.PONG, Packet.MESSAGE -> true;
        default -> false;
    };
}
// END 11.2
