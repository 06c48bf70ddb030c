// ANSWER  A clock looks at each session again and again; a GET waits in a loop of its own.
// EXERCISE 11.1  Open a session
String newSid() {
    return UUID.randomUUID().toString();
}

String open(String sid, List<String> upgrades) {
    var open = new LinkedHashMap<String, Object>();
    open.put("maxPayload", MAX_PAYLOAD);
    open.put("pingTimeout", PING_TIMEOUT_MS);
    open.put("pingInterval", PING_INTERVAL_MS);
    open.put("upgrades", upgrades);
    open.put("sid", sid);
    return StrictJson.text(open);
}

Session find(Context ctx, boolean isUpgrade) {
    String transport = String.valueOf(ctx.queryParam("transport"));
    if (!"4".equals(ctx.queryParam("EIO"))) throw new Denied(5, "Unsupported protocol version");
    if (!List.of("polling", "websocket").contains(transport)) {
        throw new Denied(0, "Transport unknown");
    }
    String sid = ctx.queryParam("sid");
    if (sid != null && !sessions.containsKey(sid)) throw new Denied(1, "Session ID unknown");
    if (sid == null && ctx.method() != HandlerType.GET) {
        throw new Denied(2, "Bad handshake method");
    }
    if (!List.of(HandlerType.GET, HandlerType.POST).contains(ctx.method())
            || isUpgrade != transport.equals("websocket")) {
        throw new Denied(3, "Bad request");
    }
    return sid == null ? null : sessions.get(sid);
}

Session begin() {
    var session = new Session(newSid(), over -> forget(over));
    sessions.put(session.sid, session);
    alive(session);
    return session;
}
// END 11.1

// EXERCISE 11.2  Long polling, both ways
void answer(Session session, Context ctx) throws IOException, InterruptedException {
    ctx.header("Cache-Control", "no-store");
    if (session == null) {
        ctx.result("0" + open(begin().sid, List.of("websocket")));
    } else if (ctx.method() == HandlerType.POST) {
        ctx.result(posted(session, ctx));
    } else {
        ctx.result(next(session));
        answered(session);
    }
    ctx.contentType("text/plain; charset=UTF-8");
}

String next(Session session) throws InterruptedException {
    synchronized (session) {
        if (session.getting) {
            session.end();
            throw new Denied(3, "Bad request");
        }
        session.getting = true;
        long begun = System.nanoTime();
        while (session.waiting.isEmpty() && !session.over && session.socket == null) {
            if (session.probed && System.nanoTime() - begun > 100_000_000) break;
            session.wait(50);
        }
        session.getting = false;
        if (session.socket != null) throw new Denied(3, "Bad request");
        if (session.over) return "1";
        String body = session.waiting.isEmpty() ? "6" : Packet.body(session.waiting);
        session.waiting.clear();
        return body;
    }
}

String posted(Session session, Context ctx) throws IOException {
    synchronized (session) {
        if (session.posting) session.end();
        if (session.over || session.socket != null) throw new Denied(3, "Bad request");
        session.posting = true;
    }
    byte[] body = ctx.req().getInputStream().readNBytes(MAX_PAYLOAD + 1);
    session.posting = false;
    if (body.length > MAX_PAYLOAD) {
        session.end();
        throw new ContentTooLargeResponse();
    }
    List<Packet> packets = Packet.decodeBody(body);
    if (packets == null || packets.stream().anyMatch(each -> "134".indexOf(each.type()) < 0)) {
        session.end();
    }
    if (session.over) throw new Denied(3, "Bad request");
    packets.forEach(each -> take(session, each));
    return "ok";
}
// END 11.2

// EXERCISE 11.3  Heartbeat
record Beat(long at, boolean asked) {}

final Map<Session, Beat> beats = new ConcurrentHashMap<>();
final Timer clock = new Timer(true);

void alive(Session session) {
    Beat before = beats.put(session, new Beat(System.nanoTime(), false));
    if (before == null) look(session);
}

void look(Session session) {
    clock.schedule(new TimerTask() {
        @Override
        public void run() {
            if (session.over) {
                beats.remove(session);
                cancel();
                return;
            }
            Beat beat = beats.get(session);
            long ms = (System.nanoTime() - beat.at()) / 1_000_000;
            if (beat.asked() && ms >= PING_TIMEOUT_MS) {
                session.end();
            } else if (!beat.asked() && ms >= PING_INTERVAL_MS) {
                if (!beats.replace(session, beat, new Beat(System.nanoTime(), true))) return;
                session.send(new Packet(Packet.PING));
            }
        }
    }, 20, 20);
}
// END 11.3

// EXERCISE 11.5  Goodbye
void goodbye(Session session) {
    if (session.socket != null) {
        session.end();
        return;
    }
    synchronized (session) {
        session.leaving = true;
        session.waiting.clear();
        session.waiting.add(new Packet(Packet.NOOP));
        session.notifyAll();
    }
    Thread.startVirtualThread(() -> {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        session.end();
    });
}

void answered(Session session) {
    if (session.leaving) session.end();
}

void ended(Session session) {
    session.end();
}

void strange(Session session) {
    session.end();
}
// END 11.5

// EXERCISE 11.6  Nothing missed, nothing twice
Object grant(Session session, String event, Fields data) throws Refused {
    if (event.equals("resume")) {
        long after = data.has("after") ? data.number("after", 0, Long.MAX_VALUE) : -1;
        return resume(session, after, data.has("feed") ? data.text("feed") : feedName);
    }
    if (!event.equals("say")) throw Envelope.unknown(event);
    var draft = new Draft(data.text("from"), data.text("text"));
    String nonce = data.has("nonce") ? data.text("nonce") : UUID.randomUUID().toString();
    synchronized (followers) {
        if (known.containsKey(nonce)) return known.get(nonce);
        Message message = feed.add(draft);
        known.put(nonce, message);
        order.add(nonce);
        if (order.size() > 1_000) known.remove(order.remove());
        for (Session each : followers) tell(each, "said", message);
        return message;
    }
}

final Map<String, Message> known = new HashMap<>();
final Deque<String> order = new ArrayDeque<>();

Object resume(Session session, long after, String of) {
    synchronized (followers) {
        followers.remove(session);
        tell(session, "feed", Map.of("name", feedName));
        long from = !of.equals(feedName) || after > feed.newest() ? 0 : after;
        List<Message> page = after < 0 ? List.of() : feed.after(from, PAGE);
        page.forEach(each -> tell(session, "said", each));
        if (page.size() == PAGE && page.getLast().id() < feed.newest()) return Map.of("more", true);
        followers.add(session);
        return Map.of("more", false);
    }
}
// END 11.6

// EXERCISE 11.7  A client that comes back
void client(String server) throws InterruptedException {
    long cursor = 0;
    String name = "";
    int tries = 0;
    while (true) {
        try (Line line = Line.to(server, "/engine.io/?EIO=4&transport=websocket")) {
            String open = line.next(5_000);
            if (open == null) throw new IOException("no open packet");
            JsonNode times = StrictJson.tree(open.substring(1));
            long patience = times.path("pingInterval").asLong()
                + times.path("pingTimeout").asLong();
            tries = 0;
            boolean asks = true;
            while (true) {
                if (asks) {
                    line.send("4{\"event\":\"resume\",\"id\":0,\"data\":{\"after\":" + cursor
                        + (name.isEmpty() ? "" : ",\"feed\":\"" + name + "\"") + "}}");
                }
                asks = false;
                String frame = line.next(patience);
                if (frame == null) break;
                if (frame.equals("2")) line.send("3");
                if (!frame.startsWith("4")) continue;
                JsonNode event = StrictJson.tree(frame.substring(1));
                JsonNode data = event.path("data");
                String what = event.path("event").asText();
                if (what.equals("feed") && !data.path("name").asText().equals(name)) {
                    name = data.path("name").asText();
                    cursor = 0;
                } else if (what.equals("said") && data.path("id").asLong() > cursor) {
                    cursor = data.path("id").asLong();
                    System.out.println(data.path("from").asText() + ": "
                        + data.path("text").asText());
                    System.out.flush();
                }
                asks = data.path("more").asBoolean();
            }
        } catch (IOException away) {
            // Nobody there, or no longer: below we wait.
        }
        long most = BACKOFF_MS * (1L << Math.min(tries++, 5));
        Thread.sleep(most / 2 + (long) (Math.random() * most / 2));
    }
}
// END 11.7
